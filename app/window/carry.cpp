#include "app/window/carry.h"

#include "widgets/common/drag_chip.h"

#include <QLabel>

namespace canto::app {
namespace {

const QPoint kGhostOffset(14, 10);

} // namespace

Carry::Carry(QWidget& window, QObject* parent)
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
            m_tasted = true;
            m_target->dwell();
        }
    });
}

void Carry::addTargets(Find find) { m_finds.push_back(std::move(find)); }

void Carry::addChip(widgets::DragChip* chip, std::function<std::optional<Carried>()> what) {
    connect(chip, &widgets::DragChip::dragBegan, this, [this, what = std::move(what)] {
        if (auto carried = what()) {
            begin(std::move(*carried));
        }
    });
    connect(chip, &widgets::DragChip::dragMoved, this, &Carry::moveTo);
    connect(chip, &widgets::DragChip::dragDropped, this, &Carry::drop);
    connect(chip, &widgets::DragChip::dragCancelled, this, &Carry::cancel);
}

void Carry::begin(Carried carried) {
    m_carried = std::move(carried);
    m_ghost->setText(m_carried->text);
    m_ghost->adjustSize();
}

std::optional<CarryTarget> Carry::targetAt(QPoint global, const Carried& carried) const {
    for (const Find& find : m_finds) {
        if (auto target = find(global, carried)) {
            return target;
        }
    }
    return std::nullopt;
}

void Carry::setTarget(std::optional<CarryTarget> target) {
    if (m_target && target && m_target->id == target->id) {
        return;
    }
    m_dwell.stop();
    if (m_target) {
        if (m_target->mark) {
            m_target->mark(false);
        }
        if (std::exchange(m_tasted, false) && m_target->leave) {
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

void Carry::moveTo(QPoint global) {
    if (!m_carried) {
        return;
    }
    setTarget(targetAt(global, *m_carried));
    m_ghost->setText(!m_target                     ? m_carried->text
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

void Carry::drop(QPoint global) {
    if (!m_carried) {
        return;
    }
    const auto target = targetAt(global, *m_carried);
    // What is tasted goes over into what is done: no way back in between.
    if (target && m_target && target->id == m_target->id && target->whyNot.isEmpty()) {
        m_tasted = false;
    }
    cancel();
    if (target && target->whyNot.isEmpty()) {
        target->drop(global);
    } else if (target) {
        Q_EMIT missed(target->whyNot, target->hint);
    } else {
        Q_EMIT missed(tr("Nothing was moved"),
                      tr("Drop it on another song (on the map, in the library or on the bench), on "
                         "a name in the legend, or on a part of the prior."));
    }
}

void Carry::cancel() {
    m_carried.reset();
    setTarget(std::nullopt);
    m_ghost->hide();
}

} // namespace canto::app
