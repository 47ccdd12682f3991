// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/run_control.h"

#include <condition_variable>
#include <mutex>

namespace canto::models::train {

struct RunControl::State {
    std::mutex mutex;
    std::condition_variable changed;
    bool paused = false;
    bool finish = false;
};

RunControl::RunControl() : RunControl(CancelToken()) {}

RunControl::RunControl(CancelToken token)
    : m_state(std::make_shared<State>()), m_token(std::move(token)) {}

void RunControl::pause() const {
    const std::lock_guard lock(m_state->mutex);
    m_state->paused = true;
}

void RunControl::resume() const {
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->paused = false;
    }
    m_state->changed.notify_all();
}

void RunControl::finish() const {
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->finish = true;
    }
    m_state->changed.notify_all();
}

void RunControl::cancel() const {
    m_token.cancel();
    m_state->changed.notify_all();
}

Command RunControl::command() const {
    if (m_token.cancelled()) {
        return Command::Cancel;
    }
    const std::lock_guard lock(m_state->mutex);
    if (m_state->finish) {
        return Command::Finish;
    }
    return m_state->paused ? Command::Pause : Command::Run;
}

Command RunControl::waitWhilePaused(std::chrono::milliseconds longest) const {
    // A signal handler can set the token but cannot wake a thread, hence short waits.
    constexpr auto kLook = std::chrono::milliseconds(50);
    const auto end = std::chrono::steady_clock::now() + longest;
    auto now = command();
    while (now == Command::Pause && std::chrono::steady_clock::now() < end) {
        {
            std::unique_lock lock(m_state->mutex);
            m_state->changed.wait_for(lock, kLook);
        }
        now = command();
    }
    return now;
}

} // namespace canto::models::train
