// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/transfer_spec.h"

#include <QObject>
#include <QTimer>
#include <functional>
#include <optional>

class QLabel;

namespace canto::widgets {
class DragChip;
}

namespace canto::app {

/// What the mouse carries: a phrase, or some of its elements.
struct DraggedPhrase {
    Parent phrase;
    std::vector<int> blocks; ///< of the model; empty: the whole phrase
    QString text;            ///< at the cursor
};

/// What lies under the cursor and what would happen there.
struct DropTarget {
    QString id;     ///< distinguishes targets
    QString text;   ///< what the drop would do: "Velocity -> Clip 3"
    QString whyNot; ///< it cannot be dropped here; empty: it can
    QString hint;   ///< what to do instead
    std::function<void(bool on)> mark;
    std::function<void(QPoint global)> drop;
    std::function<void()> dwell; ///< the cursor rests here: a preview; may be empty
    std::function<void()> leave; ///< takes back what dwell began
};

/// Phrases and elements carried by the mouse over the window: from chips, from the map, from the
/// library; onto whatever a part of the window offers as a target. Our own mouse handling, since
/// all of it lies in one window. Thread: GUI.
class PhraseDrag : public QObject {
    Q_OBJECT

  public:
    /// Rests this long before a preview is played.
    static constexpr int kDwellMs = 400;

    /// @param window  over which what is carried is drawn.
    explicit PhraseDrag(QWidget& window, QObject* parent = nullptr);

    using Find =
        std::function<std::optional<DropTarget>(QPoint global, const DraggedPhrase& dragged)>;
    /// Asked in the order in which they came; the first answer counts.
    void addTargets(Find find);
    /// Follows the drags that a widget reports by these signals; whoever handles its beginning
    /// calls begin().
    template <class Source, class Moved, class Dropped, class Cancelled>
    void follow(Source* source, Moved moved, Dropped dropped, Cancelled cancelled) {
        connect(source, moved, this, &PhraseDrag::moveTo);
        connect(source, dropped, this, &PhraseDrag::drop);
        connect(source, cancelled, this, &PhraseDrag::cancel);
    }
    /// Follows the drags of a chip. @param what  asked when a drag begins; nothing: it is none.
    void addChip(widgets::DragChip* chip, std::function<std::optional<DraggedPhrase>()> what);

    void begin(DraggedPhrase dragged);
    void moveTo(QPoint global);
    void drop(QPoint global);
    void cancel();
    bool dragging() const { return m_dragged.has_value(); }
    std::optional<DropTarget> targetAt(QPoint global, const DraggedPhrase& dragged) const;

  Q_SIGNALS:
    /// Dropped where nothing can be done with it.
    void missed(const QString& text, const QString& hint);

  private:
    void setTarget(std::optional<DropTarget> target);

    QWidget& m_window;
    QLabel* m_ghost;
    std::vector<Find> m_finds;
    std::optional<DraggedPhrase> m_dragged;
    std::optional<DropTarget> m_target;
    QTimer m_dwell;
    bool m_previewed = false;
};

} // namespace canto::app
