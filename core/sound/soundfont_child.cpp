// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/soundfont_child.h"

#include "core/sound/fluid_handles.h"
#include "core/sound/fluid_synth.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <spawn.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace canto::sound {

namespace {

// "<milliseconds>:<extra bytes>:<path>"
constexpr const char* kVariable = "CANTO_PROBE_SOUNDFONT";

enum ExitCode { kGood = 0, kRefused = 3, kNoMemory = 4 };

void limitMemory(std::size_t extraBytes) {
#ifndef CANTO_SANITIZED // a sanitizer's shadow memory exceeds any limit
    std::FILE* statm = std::fopen("/proc/self/statm", "r");
    unsigned long pages = 0;
    if (statm == nullptr || std::fscanf(statm, "%lu", &pages) != 1) {
        _exit(kRefused);
    }
    std::fclose(statm);
    const rlim_t bytes = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + extraBytes;
    const rlimit limit{bytes, bytes};
    setrlimit(RLIMIT_AS, &limit);
#else
    static_cast<void>(extraBytes);
#endif
}

/// Plays a note of every preset in a low, a middle and a high key, as long as the time allows.
int tryFile(const char* path, std::chrono::steady_clock::time_point until) {
    const FluidSettings settings(new_fluid_settings());
    fluid_settings_setint(settings.get(), "synth.dynamic-sample-loading", 0);
    fluid_settings_setint(settings.get(), "synth.lock-memory", 0);
    const FluidSynthHandle synth(new_fluid_synth(settings.get()));
    if (!synth) {
        return kNoMemory;
    }
    const int id = fluid_synth_sfload(synth.get(), path, 1);
    if (id == FLUID_FAILED) {
        return errno == ENOMEM ? kNoMemory : kRefused;
    }
    fluid_sfont_t* font = fluid_synth_get_sfont_by_id(synth.get(), id);
    std::array<float, 512> left{};
    std::array<float, 512> right{};
    fluid_sfont_iteration_start(font);
    while (fluid_preset_t* preset = fluid_sfont_iteration_next(font)) {
        fluid_synth_program_select(synth.get(), 0, id, fluid_preset_get_banknum(preset),
                                   fluid_preset_get_num(preset));
        for (const int key : {36, 60, 84}) {
            fluid_synth_noteon(synth.get(), 0, key, 100);
        }
        fluid_synth_write_float(synth.get(), 512, left.data(), 0, 1, right.data(), 0, 1);
        fluid_synth_all_sounds_off(synth.get(), 0);
        if (std::chrono::steady_clock::now() > until) {
            break;
        }
    }
    return kGood;
}

/// Runs before main in a program that was started as a probe, and ends it.
__attribute__((constructor)) void checkInsteadOfMain() {
    const char* order = std::getenv(kVariable);
    if (order == nullptr) {
        return;
    }
    char* rest = nullptr;
    const unsigned long milliseconds = std::strtoul(order, &rest, 10);
    const std::size_t extraBytes = *rest == ':' ? std::strtoull(rest + 1, &rest, 10) : 0;
    if (*rest != ':') {
        _exit(kRefused);
    }
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds / 2);
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    const rlim_t seconds = milliseconds / 1000 + 1;
    const rlimit processor{seconds, seconds};
    setrlimit(RLIMIT_CPU, &processor);
    limitMemory(extraBytes);
    // Out of memory, GLib aborts and operator new throws; both count as "too large".
    std::signal(SIGABRT, [](int) { _exit(kNoMemory); });
    std::set_new_handler([] { _exit(kNoMemory); });
    quietFluidSynth();
    _exit(tryFile(rest + 1, until));
}

ChildEnd endOf(int status) {
    if (WIFSIGNALED(status)) {
        return {WTERMSIG(status) == SIGXCPU ? ChildEnd::Kind::TooSlow : ChildEnd::Kind::Crashed,
                WTERMSIG(status)};
    }
    switch (WEXITSTATUS(status)) {
    case kGood:
        return {ChildEnd::Kind::Good};
    case kNoMemory:
        return {ChildEnd::Kind::NoMemory};
    default:
        return {ChildEnd::Kind::Refused};
    }
}

} // namespace

Result<ChildEnd> runSoundFontChild(const std::filesystem::path& path, const ProbeLimits& limits) {
    const auto deadline = std::chrono::steady_clock::now() + 4 * limits.time;
    std::error_code ignored;
    const auto size = std::filesystem::file_size(path, ignored);
    const std::size_t extra = limits.extraBytes + 3 * static_cast<std::size_t>(size);

    std::string order = std::string(kVariable) + "=" + std::to_string(limits.time.count()) + ":" +
                        std::to_string(extra) + ":" + std::filesystem::absolute(path).string();
    std::vector<char*> environment{order.data()};
    for (char** entry = environ; *entry != nullptr; ++entry) {
        environment.push_back(*entry);
    }
    environment.push_back(nullptr);
    std::string name = "soundfont-check";
    std::array<char*, 2> arguments{name.data(), nullptr};

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 34)
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
    pid_t child = 0;
    const int failure = posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(),
                                    environment.data());
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        return fail(Error::Code::Io, "The SoundFont cannot be checked in a process of its own",
                    path.string(), std::strerror(failure));
    }
    // One child, at most two seconds: polling every few milliseconds costs nothing, and does not
    // disturb any signal handler or waiting thread of the program.
    int status = 0;
    for (;;) {
        const pid_t done = waitpid(child, &status, WNOHANG);
        if (done == child) {
            return endOf(status);
        }
        if (done < 0 && errno != EINTR) {
            return fail(Error::Code::Io, "The check of the SoundFont was lost", path.string(),
                        std::strerror(errno));
        }
        if (std::chrono::steady_clock::now() > deadline) {
            kill(child, SIGKILL);
            while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
            }
            return ChildEnd{ChildEnd::Kind::TooSlow};
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

} // namespace canto::sound
