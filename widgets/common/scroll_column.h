// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace canto::widgets {

/// A panel that scrolls up and down. Its width never depends on what it holds: where that needs
/// more, the panel scrolls sideways too.
class ScrollColumn : public QScrollArea {
  public:
    ScrollColumn(QWidget* content, QWidget* parent) : QScrollArea(parent) {
        setWidgetResizable(true);
        setFrameShape(QFrame::NoFrame);
        setFocusPolicy(Qt::NoFocus); // what it holds takes the focus
        setWidget(content);
    }

    QSize minimumSizeHint() const override { return {120, 30}; }
};

} // namespace canto::widgets
