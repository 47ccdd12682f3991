#pragma once

#include <QEvent>
#include <QScrollArea>
#include <QScrollBar>

namespace canto::widgets {

/// A panel that scrolls up and down, never sideways: it is at least as wide as what it holds needs
/// to be, also when that grows.
class ScrollColumn : public QScrollArea {
  public:
    ScrollColumn(QWidget* content, QWidget* parent) : QScrollArea(parent) {
        setWidgetResizable(true);
        setFrameShape(QFrame::NoFrame);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setWidget(content);
        fit();
    }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (watched == widget() && event->type() == QEvent::LayoutRequest) {
            fit();
        }
        return QScrollArea::eventFilter(watched, event);
    }

  private:
    void fit() {
        const int content = std::max(widget()->minimumSizeHint().width(), widget()->minimumWidth());
        setMinimumWidth(std::max(260, content + verticalScrollBar()->sizeHint().width()));
    }
};

} // namespace canto::widgets
