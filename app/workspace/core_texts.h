// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <string_view>

namespace canto::app {

/// A fixed English text of core, models or spaces (titles of spaces and blocks, names of classes,
/// ports, methods) in the language of the window. Core and models have no Qt, so this is where
/// their texts are translated; new ones go into the table in core_texts.cpp. Texts from data (song
/// titles, file names) and unknown texts are returned unchanged.
/// Thread: any, once all translators are installed.
QString coreText(std::string_view english);

} // namespace canto::app
