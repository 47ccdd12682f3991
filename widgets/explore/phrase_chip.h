#pragma once

#include "widgets/common/drag_chip.h"

namespace canto::widgets {

/// The phrase at hand as something to take hold of: a click plays it, dragging carries it to a
/// class of the legend or to another song.
class PhraseChip : public DragChip {
    Q_OBJECT

  public:
    explicit PhraseChip(QWidget* parent = nullptr);

    /// Empty: there is no phrase, and nothing can be dragged.
    void setPhrase(const QString& title);
};

} // namespace canto::widgets
