// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/verify.h"

namespace canto {

/// What the running thread may do. An audio thread may neither lock, nor allocate, nor log.
enum class ThreadRole { Any, Audio };

inline thread_local ThreadRole t_threadRole = ThreadRole::Any;

/// Gives the calling thread a role until the end of the scope.
class ThreadRoleScope {
  public:
    explicit ThreadRoleScope(ThreadRole role) : m_before(t_threadRole) { t_threadRole = role; }
    ~ThreadRoleScope() { t_threadRole = m_before; }
    ThreadRoleScope(const ThreadRoleScope&) = delete;
    ThreadRoleScope& operator=(const ThreadRoleScope&) = delete;

  private:
    ThreadRole m_before;
};

} // namespace canto

/// First line of a function that only the audio thread may run: no lock, no allocation, no log.
#define CANTO_AUDIO_THREAD                                                                         \
    if (canto::t_threadRole != canto::ThreadRole::Audio)                                           \
    canto::verifyFailed("runs on the audio thread", __FILE__, __LINE__)
