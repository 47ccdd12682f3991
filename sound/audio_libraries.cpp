#include "sound/audio_libraries.h"

#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <mutex>

namespace canto::sound {

namespace {

void ignoreText(const char*) {}
void ignoreAlsa(const char*, int, const char*, int, const char*, ...) {}

template <class Function>
Function loadedFunction(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
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

std::optional<JackServer> askJackServer() {
    quietAudioLibraries();
    // The part of JACK's interface that is the same in every version of its library.
    struct Client;
    constexpr int kNoStartServer = 1;
    const auto open = loadedFunction<Client* (*)(const char*, int, int*, ...)>("jack_client_open");
    const auto close = loadedFunction<int (*)(Client*)>("jack_client_close");
    const auto rate = loadedFunction<std::uint32_t (*)(Client*)>("jack_get_sample_rate");
    const auto period = loadedFunction<std::uint32_t (*)(Client*)>("jack_get_buffer_size");
    if (!open || !close || !rate || !period) {
        return std::nullopt;
    }
    Client* client = open("cantograph-asks", kNoStartServer, nullptr);
    if (client == nullptr) {
        return std::nullopt;
    }
    const JackServer server{static_cast<double>(rate(client)), static_cast<int>(period(client))};
    close(client);
    return server;
}

} // namespace canto::sound
