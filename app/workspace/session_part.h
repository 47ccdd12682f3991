// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/session_state.h"

#include <any>

namespace canto::app {

/// Something whose state belongs to a session (kept on the disk) or to a space (kept in memory
/// while another space is shown). Workspace asks all parts that were added to it. Thread: GUI.
class SessionPart {
  public:
    enum class Reason {
        Space,  ///< another space is about to be shown
        Library ///< the library that is shown was read again, with other songs in it
    };

    virtual ~SessionPart() = default;

    /// Writes what it has into its fields of the state.
    virtual void saveTo(SessionState& state) const { (void)state; }
    /// Takes its fields of a state whose library is shown.
    /// @param sameModel  latents in the state are of the model that is open.
    virtual void restoreFrom(const SessionState& state, bool sameModel) {
        (void)state;
        (void)sameModel;
    }
    /// What a session does not keep but enter() needs; may be empty.
    virtual std::any leave(Reason reason) {
        (void)reason;
        return {};
    }
    /// @param kept  what leave() returned when the space was shown last; empty: nothing.
    virtual void enter(std::any kept) { (void)kept; }
};

} // namespace canto::app
