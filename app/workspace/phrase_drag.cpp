// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/phrase_drag.h"

#include "widgets/common/drag_chip.h"

#include <QLabel>

namespace canto::app {
namespace {

const QPoint kGhostOffset(14, 10);

} // namespace

PhraseDrag::PhraseDrag(QWidget& window, QObject* parent)
    : QObject(parent), m_window(window), m_ghost(new QLabel(&window)) {
    m_ghost->setObjectName(QStringLiteral("carriedPhrase"));
    m_ghost->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_ghost->setAutoFillBackground(true);
    m_ghost->setBackgroundRole(QPalette::ToolTipBase);
    m_ghost->setForegroundRole(QPalette::ToolTipText);
    m_ghost->setFrameShape(QFrame::Box);
    m_ghost->setMargin(5);
    m_ghost->setTextFormat(Qt::PlainText);
    m_ghost->hide();
    m_dwell.setSingleShot(true);
    m_dwell.setInterval(kDwellMs);
    connect(&m_dwell, &QTimer::timeout, this, [this] {
        if (m_target && m_target->dwell) {
            m_previewed = true;
            m_target->dwell();
        }
    });
}

void PhraseDrag::addTargets(Find find) { m_finds.push_back(std::move(find)); }

void PhraseDrag::addChip(widgets::DragChip* chip,
                         std::function<std::optional<DraggedPhrase>()> what) {
    connect(chip, &widgets::DragChip::dragBegan, this, [this, what = std::move(what)] {
        if (auto dragged = what()) {
            begin(std::move(*dragged));
        }
    });
    follow(chip, &widgets::DragChip::dragMoved, &widgets::DragChip::dragDropped,
           &widgets::DragChip::dragCancelled);
}

void PhraseDrag::begin(DraggedPhrase dragged) {
    m_dragged = std::move(dragged);
    m_ghost->setText(m_dragged->text);
    m_ghost->adjustSize();
}

std::optional<DropTarget> PhraseDrag::targetAt(QPoint global, const DraggedPhrase& dragged) const {
    for (const Find& find : m_finds) {
        if (auto target = find(global, dragged)) {
            return target;
        }
    }
    return std::nullopt;
}

void PhraseDrag::setTarget(std::optional<DropTarget> target) {
    if (m_target && target && m_target->id == target->id) {
        return;
    }
    m_dwell.stop();
    if (m_target) {
        if (m_target->mark) {
            m_target->mark(false);
        }
        if (std::exchange(m_previewed, false) && m_target->leave) {
            m_target->leave();
        }
    }
    m_target = std::move(target);
    if (m_target && m_target->whyNot.isEmpty()) {
        if (m_target->mark) {
            m_target->mark(true);
        }
        if (m_target->dwell) {
            m_dwell.start();
        }
    }
}

void PhraseDrag::moveTo(QPoint global) {
    if (!m_dragged) {
        return;
    }
    setTarget(targetAt(global, *m_dragged));
    m_ghost->setText(!m_target                     ? m_dragged->text
                     : !m_target->whyNot.isEmpty() ? m_target->whyNot
                                                   : m_target->text);
    m_ghost->adjustSize();
    QPoint at = m_window.mapFromGlobal(global) + kGhostOffset;
    at.setX(std::min(at.x(), m_window.width() - m_ghost->width() - 4));
    at.setY(std::min(at.y(), m_window.height() - m_ghost->height() - 4));
    m_ghost->move(at);
    m_ghost->show();
    m_ghost->raise();
}

void PhraseDrag::drop(QPoint global) {
    if (!m_dragged) {
        return;
    }
    const auto target = targetAt(global, *m_dragged);
    // What is tasted goes over into what is done: no inverse projection in between.
    if (target && m_target && target->id == m_target->id && target->whyNot.isEmpty()) {
        m_previewed = false;
    }
    cancel();
    if (target && target->whyNot.isEmpty()) {
        target->drop(global);
    } else if (target) {
        Q_EMIT missed(target->whyNot, target->hint);
    } else {
        Q_EMIT missed(
            tr("Nothing was moved"),
            tr("Drop it on another song (on the map, in the library or in the Transfer panel), on "
               "a class in the legend, or on a region of the map."));
    }
}

void PhraseDrag::cancel() {
    m_dragged.reset();
    setTarget(std::nullopt);
    m_ghost->hide();
}

} // namespace canto::app
