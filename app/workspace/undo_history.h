// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUndoGroup>
#include <QUndoStack>

namespace canto::app {

/// What can be undone: each space has a stack of its own, and one of them is in use. Thread: GUI.
class UndoHistory {
  public:
    UndoHistory() { setStack(nullptr); }

    QUndoStack& stack() { return *m_stack; }
    QUndoGroup& group() { return m_group; } ///< for the actions Undo and Redo
    /// Uses a stack that somebody else keeps; null: one of this object, emptied.
    void setStack(QUndoStack* stack) {
        m_stack = stack != nullptr ? stack : &m_own;
        if (stack == nullptr) {
            m_own.clear();
        }
        if (m_stack->count() == 0) {
            m_stack->setUndoLimit(kSteps);
        }
        m_group.addStack(m_stack);
        m_group.setActiveStack(m_stack);
    }

  private:
    static constexpr int kSteps = 200;
    QUndoStack m_own;
    QUndoGroup m_group;
    QUndoStack* m_stack = &m_own;
};

} // namespace canto::app
