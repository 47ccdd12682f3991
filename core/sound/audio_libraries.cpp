// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/audio_libraries.h"

#include <atomic>
#include <cstdlib>
#include <dlfcn.h>
#include <memory>
#include <mutex>

namespace canto::sound {

namespace {

void ignoreText(const char*) {}
void ignoreAlsa(const char*, int, const char*, int, const char*, ...) {}

template <class Function>
Function loadedFunction(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

// The part of JACK's interface that is the same in every version of its library.
struct JackClient;
constexpr int kNoStartServer = 1;
constexpr const char* kWatch = "cantograph-watch";

/// Our client without ports, which is notified when the server ends.
struct Sentinel {
    std::mutex mutex;
    JackClient* client = nullptr;
    std::atomic<bool> ended{false};
    std::uint64_t servers = 0;

    /// Called with the mutex held.
    void forgetEnded() {
        if (client != nullptr && ended.exchange(false)) {
            client = nullptr; // libjack's to free
            ++servers;
        }
    }
};

Sentinel& sentinel() {
    static auto* const one = new Sentinel; // libjack's thread may call it until the very end
    return *one;
}

} // namespace

void quietAudioLibraries() {
    static std::once_flag once;
    std::call_once(once, [] {
        setenv("JACK_NO_START_SERVER", "1", 0);
        using JackSetter = void (*)(void (*)(const char*));
        using AlsaSetter = int (*)(void (*)(const char*, int, const char*, int, const char*, ...));
        for (const char* name : {"jack_set_error_function", "jack_set_info_function"}) {
            if (auto set = loadedFunction<JackSetter>(name)) {
                set(ignoreText);
            }
        }
        if (auto set = loadedFunction<AlsaSetter>("snd_lib_error_set_handler")) {
            set(ignoreAlsa);
        }
    });
}

std::string alsaSequencerProblem() {
    quietAudioLibraries();
    struct AlsaSequencer;
    constexpr int kDuplex = 3, kNonBlocking = 1; // alsa/seq.h
    const auto open =
        loadedFunction<int (*)(AlsaSequencer**, const char*, int, int)>("snd_seq_open");
    const auto close = loadedFunction<int (*)(AlsaSequencer*)>("snd_seq_close");
    const auto words = loadedFunction<const char* (*)(int)>("snd_strerror");
    if (!open || !close || !words) {
        return "ALSA is not installed";
    }
    AlsaSequencer* sequencer = nullptr;
    if (const int error = open(&sequencer, "default", kDuplex, kNonBlocking); error < 0) {
        return words(error);
    }
    close(sequencer);
    return {};
}

std::optional<JackServer> askJackServer() {
    quietAudioLibraries();
    const auto open =
        loadedFunction<JackClient* (*)(const char*, int, int*, ...)>("jack_client_open");
    const auto onShutdown =
        loadedFunction<void (*)(JackClient*, void (*)(void*), void*)>("jack_on_shutdown");
    const auto rate = loadedFunction<std::uint32_t (*)(JackClient*)>("jack_get_sample_rate");
    const auto period = loadedFunction<std::uint32_t (*)(JackClient*)>("jack_get_buffer_size");
    const auto find =
        loadedFunction<char* (*)(JackClient*, const char*)>("jack_get_uuid_for_client_name");
    const auto release = loadedFunction<void (*)(void*)>("jack_free");
    if (!open || !onShutdown || !rate || !period || !find || !release) {
        return std::nullopt;
    }
    Sentinel& one = sentinel();
    const std::lock_guard lock(one.mutex);
    one.forgetEnded();
    if (one.client == nullptr) {
        one.client = open(kWatch, kNoStartServer, nullptr);
        if (one.client == nullptr) {
            return std::nullopt;
        }
        onShutdown(
            one.client, [](void* self) { static_cast<Sentinel*>(self)->ended = true; }, &one);
    }
    // Rate and period lie in shared memory that outlives a killed server; this call must be
    // answered by the server.
    if (const std::unique_ptr<char, void (*)(void*)> answer(find(one.client, kWatch), release);
        !answer) {
        one.ended = true; // it ended so recently that nobody was notified yet
        one.forgetEnded();
        return std::nullopt;
    }
    return JackServer{static_cast<double>(rate(one.client)), static_cast<int>(period(one.client))};
}

void noteJackEnded() {
    Sentinel& one = sentinel();
    const std::lock_guard lock(one.mutex);
    if (one.client != nullptr) {
        one.ended = true;
        one.forgetEnded();
    }
}

std::uint64_t jackServersEnded() {
    Sentinel& one = sentinel();
    const std::lock_guard lock(one.mutex);
    one.forgetEnded();
    return one.servers;
}

} // namespace canto::sound
