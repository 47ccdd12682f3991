// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Words from another thread to a run that works. No LibTorch here.

#include "core/base/cancel.h"

#include <chrono>
#include <functional>
#include <memory>

namespace canto::models::train {

/// Asked by long loops of a model: true when they should return Cancelled now.
using Stop = std::function<bool()>;

enum class Command {
    Run,
    Pause,  ///< wait after the batch at hand; weights are written, the model can be played
    Finish, ///< end the epoch after the batch at hand, validate, save, return
    Cancel, ///< return after the batch at hand; a checkpoint is left to go on from
};

/// Steers a run. Copies share one state. Each word takes effect after the batch at hand, and within
/// a batch of a validation. Cancel outranks Finish, which outranks Pause.
/// Thread: any.
class RunControl {
  public:
    RunControl();
    /// Cancelled by the token too, which a signal handler may do.
    RunControl(CancelToken token); // NOLINT(google-explicit-constructor): a token is a control

    void pause() const;
    void resume() const;
    void finish() const;
    void cancel() const;

    Command command() const;
    /// Returns when the wish is no longer Pause, or after `longest`. Called by the run.
    Command waitWhilePaused(std::chrono::milliseconds longest) const;

  private:
    struct State;
    std::shared_ptr<State> m_state;
    CancelToken m_token;
};

} // namespace canto::models::train
