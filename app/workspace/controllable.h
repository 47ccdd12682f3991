// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <functional>
#include <map>
#include <vector>

class QAbstractButton;
class QAbstractSlider;
class QAction;
class QMenu;
class QWidget;

namespace canto::app {

/// Something that a number can set: a slider, a fader, a button of the transport.
struct Controllable {
    QString id;    ///< unique and lasting, of a-z, 0-9, '-' and '/': "transport/volume"
    QString title; ///< "Volume"
    double least = 0, most = 1;
    bool trigger = false;                 ///< a button: set() with `most` presses it
    std::function<double()> value = {};   ///< empty: it has none
    std::function<void(double)> set = {}; ///< never empty
};

/// Everything that MIDI controllers, OSC and scripts can set, by one name each. Features register
/// what they have; a right click on a registered widget asks for a menu. Thread: GUI.
class ControllableTable : public QObject {
    Q_OBJECT

  public:
    explicit ControllableTable(QObject* parent = nullptr) : QObject(parent) {}

    /// One of the same id is replaced.
    void add(Controllable control);
    void remove(const QString& id);
    /// All whose ids begin with this and a '/'.
    void removeAll(const QString& group);
    /// The widget's own range, and the signals of a person who moves it. It goes with the widget.
    void addSlider(const QString& id, const QString& title, QAbstractSlider* slider);
    /// @param run  what a press of the button does; the button itself may be checkable or not.
    void addTrigger(const QString& id, const QString& title, std::function<void()> run);
    /// A right click on the widget asks for the menu of this id.
    void attach(const QString& id, QWidget* widget);

    /// Null: there is none now.
    const Controllable* find(const QString& id) const;
    /// In order of their ids.
    std::vector<QString> ids() const;
    /// Its title, or the id where it is not there now.
    QString titleOf(const QString& id) const;
    /// Sets a value, cut to the range. @return false: there is none of that id, or it is not a
    /// number.
    bool set(const QString& id, double value);
    /// The same, from 0 (least) to 1 (most). A trigger is pressed by 0.5 and more.
    bool setPart(const QString& id, double part);
    /// From 0 to 1; NaN: it has none.
    double partOf(const QString& id) const;

  Q_SIGNALS:
    /// Others than before can be set.
    void listChanged();
    /// A context menu for this control opens: entries can be added.
    void menuAsked(const QString& id, QMenu* menu);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    std::map<QString, Controllable> m_controls;
    std::map<QObject*, QString> m_widgets;       ///< whose right click is for which control
    std::map<QString, const QObject*> m_sliders; ///< of addSlider()
};

} // namespace canto::app
