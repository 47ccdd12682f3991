// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/phrase_chip.h"

namespace canto::widgets {

PhraseChip::PhraseChip(QWidget* parent) : DragChip(parent) {
    setObjectName(QStringLiteral("phraseChip"));
    setPhrase({});
}

void PhraseChip::setPhrase(const QString& title, bool draggable) {
    setEnabled(draggable && !title.isEmpty());
    setText(title.isEmpty() ? tr("Nothing selected") : title);
    setCursor(isEnabled() ? Qt::OpenHandCursor : Qt::ArrowCursor);
    setAccessibleName(tr("Phrase: %1").arg(text()));
    setToolTip(title.isEmpty() ? tr("Click a point of the map, or empty space, first")
               : !draggable
                   ? tr("What plays is not a single phrase, so it cannot be dragged")
                   : tr("Click to play it. Drag it onto another song to transfer elements, "
                        "or onto a class in the legend or a region of the map to move it"));
    update();
}

} // namespace canto::widgets
