// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/drag_chip.h"

namespace canto::widgets {

/// The current phrase as a chip: a click plays it, and it can be dragged to a class of the legend
/// or to another song.
class PhraseChip : public DragChip {
    Q_OBJECT

  public:
    explicit PhraseChip(QWidget* parent = nullptr);

    /// Empty: there is no phrase, and nothing can be dragged.
    /// @param draggable  false for what plays but is not one phrase: a whole recording, a clip of
    ///                   sound, several phrases one after another. Then only its name is shown.
    void setPhrase(const QString& title, bool draggable = true);
};

} // namespace canto::widgets
