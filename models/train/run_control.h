// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Commands from another thread to a running training. No LibTorch here.

#include "core/base/cancel.h"

#include <chrono>
#include <functional>
#include <memory>

namespace canto::models::train {

/// Polled by long loops of a model: true if they must return Cancelled now.
using Stop = std::function<bool()>;

enum class Command {
    Run,
    Pause,  ///< wait after the current batch; weights are written, the model can be played
    Finish, ///< end the epoch after the current batch, validate, save, return
    Cancel, ///< return after the current batch; a checkpoint is left to resume from
};

/// Controls a run. Copies share one state. Each command takes effect after the current batch, also
/// within a validation. Cancel outranks Finish, which outranks Pause. Thread: any.
class RunControl {
  public:
    RunControl();
    /// Also cancelled by the token, which a signal handler may set.
    RunControl(CancelToken token); // NOLINT(google-explicit-constructor): a token is a control

    void pause() const;
    void resume() const;
    void finish() const;
    void cancel() const;

    Command command() const;
    /// Returns when the command is no longer Pause, or after `longest`. Called by the run.
    Command waitWhilePaused(std::chrono::milliseconds longest) const;

  private:
    struct State;
    std::shared_ptr<State> m_state;
    CancelToken m_token;
};

} // namespace canto::models::train
