// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codec/phrase_properties.h"

#include <QLabel>
#include <QString>
#include <QToolButton>

namespace canto::widgets {

/// "12.5", "40 %": a value as the panels show it; a dash for none.
QString measureText(codec::Measure measure, std::optional<double> value);
/// Display name of a measure: "Notes per bar", "Mean pitch".
QString measureTitle(codec::Measure measure);
/// "drums" ...; nothing: "all tracks".
QString trackTitle(std::optional<codec::Family> track);
/// Display name of a measure of one track, or of all: "Notes per bar, drums", "Bass register".
QString propertyTitle(codec::Measure measure, std::optional<codec::Family> track);
/// Whether the measure is a share from 0 to 1, shown in percent.
bool isShare(codec::Measure measure);

/// Secondary text that wraps.
inline QLabel* mutedLabel(QWidget* parent, const QString& text = {}) {
    auto* label = new QLabel(text, parent);
    label->setWordWrap(true);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace canto::widgets
