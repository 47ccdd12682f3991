// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace canto::app {

/// Plays the file of a row where the library has no model: latents that other programs made
/// (atlas::isLatentLibrary). Thread: GUI.
class RowFiles {
  public:
    virtual ~RowFiles() = default;
    virtual void playRowFile(qint64 row) = 0;
};

} // namespace canto::app
