// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/controllable.h"

#include <QAbstractSlider>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <algorithm>
#include <cmath>
#include <limits>

namespace canto::app {
namespace {

constexpr int kLetGoMs = 300;
const auto kLetGo = QStringLiteral("let go");

/// A knob sends many values: as with the mouse, the slider is held until it rests, so that one turn
/// is one step to undo.
void letGoLater(QAbstractSlider* slider) {
    auto* timer = slider->findChild<QTimer*>(kLetGo, Qt::FindDirectChildrenOnly);
    if (timer == nullptr) {
        timer = new QTimer(slider);
        timer->setObjectName(kLetGo);
        timer->setSingleShot(true);
        timer->setInterval(kLetGoMs);
        QObject::connect(timer, &QTimer::timeout, slider,
                         [slider] { slider->setSliderDown(false); });
    }
    timer->start();
}

} // namespace

void ControllableTable::add(Controllable control) {
    const QString id = control.id;
    m_controls[id] = std::move(control);
    Q_EMIT listChanged();
}

void ControllableTable::remove(const QString& id) {
    if (m_controls.erase(id) > 0) {
        Q_EMIT listChanged();
    }
}

void ControllableTable::removeAll(const QString& group) {
    const QString start = group + QLatin1Char('/');
    if (std::erase_if(m_controls,
                      [&](const auto& entry) { return entry.first.startsWith(start); })) {
        Q_EMIT listChanged();
    }
}

void ControllableTable::addSlider(const QString& id, const QString& title,
                                  QAbstractSlider* slider) {
    Controllable control{id, title, double(slider->minimum()), double(slider->maximum())};
    control.value = [slider] { return double(slider->value()); };
    control.set = [slider = QPointer<QAbstractSlider>(slider)](double value) {
        if (slider && slider->isEnabled()) {
            letGoLater(slider);
            slider->setSliderDown(true);
            slider->setSliderPosition(int(std::lround(value)));
        }
    };
    m_sliders[id] = slider;
    connect(slider, &QObject::destroyed, this, [this, id](const QObject* gone) {
        if (m_sliders[id] == gone) { // another may have taken its place
            m_sliders.erase(id);
            remove(id);
        }
    });
    add(std::move(control));
    attach(id, slider);
}

void ControllableTable::addTrigger(const QString& id, const QString& title,
                                   std::function<void()> run) {
    Controllable control{id, title};
    control.trigger = true;
    control.set = [run = std::move(run)](double value) {
        if (value >= 0.5) {
            run();
        }
    };
    add(std::move(control));
}

void ControllableTable::attach(const QString& id, QWidget* widget) {
    if (m_widgets.emplace(widget, id).second) {
        widget->installEventFilter(this);
        connect(widget, &QObject::destroyed, this,
                [this](QObject* gone) { m_widgets.erase(gone); });
    } else {
        m_widgets[widget] = id;
    }
}

const Controllable* ControllableTable::find(const QString& id) const {
    const auto found = m_controls.find(id);
    return found != m_controls.end() ? &found->second : nullptr;
}

std::vector<QString> ControllableTable::ids() const {
    std::vector<QString> ids;
    for (const auto& [id, control] : m_controls) {
        ids.push_back(id);
    }
    return ids;
}

QString ControllableTable::titleOf(const QString& id) const {
    const Controllable* control = find(id);
    return control != nullptr ? control->title : id;
}

bool ControllableTable::set(const QString& id, double value) {
    const Controllable* control = find(id);
    if (control == nullptr || !std::isfinite(value)) {
        return false;
    }
    // What it does may change the table.
    const auto call = control->set;
    call(std::clamp(value, control->least, control->most));
    return true;
}

bool ControllableTable::setPart(const QString& id, double part) {
    const Controllable* control = find(id);
    return control != nullptr && set(id, control->least + part * (control->most - control->least));
}

double ControllableTable::partOf(const QString& id) const {
    const Controllable* control = find(id);
    if (control == nullptr || !control->value || control->most <= control->least) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return (control->value() - control->least) / (control->most - control->least);
}

bool ControllableTable::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ContextMenu) {
        const auto found = m_widgets.find(watched);
        if (found != m_widgets.end()) {
            auto* menu = new QMenu(static_cast<QWidget*>(watched));
            menu->setAttribute(Qt::WA_DeleteOnClose);
            Q_EMIT menuAsked(found->second, menu);
            if (menu->isEmpty()) {
                delete menu;
                return false;
            }
            menu->popup(static_cast<QContextMenuEvent*>(event)->globalPos());
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace canto::app
