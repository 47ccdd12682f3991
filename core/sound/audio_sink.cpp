// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/audio_sink.h"

#include "core/sound/audio_core.h"
#include "core/sound/audio_libraries.h"
#include "core/sound/fluid_handles.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

namespace canto::sound {

namespace {

class SilentSink final : public AudioSink {
  public:
    SilentSink(AudioCore& core, const SinkOptions& options)
        : m_core(core), m_options(options), m_left(static_cast<std::size_t>(options.periodFrames)),
          m_right(m_left.size()) {}
    ~SilentSink() override = default; // stops and joins the thread
    void go() override {
        m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    void rest() override { m_thread = {}; }
    bool isDevice() const override { return false; }
    bool lost() const override { return false; }
    std::string driver() const override { return "none"; }
    double rate() const override { return m_options.rate; }
    int bufferFrames() const override { return m_options.periodFrames; }

  private:
    void run(const std::stop_token& stop) {
        using Clock = std::chrono::steady_clock;
        const auto period = std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(m_options.periodFrames / m_options.rate));
        auto next = Clock::now();
        while (!stop.stop_requested()) {
            m_core.render(m_left.data(), m_right.data(), m_options.periodFrames);
            next += period;
            // After a stall (a laptop that slept) time continues from now, without catching up.
            next = std::max(next, Clock::now() - 4 * period);
            std::this_thread::sleep_until(next);
        }
    }

    AudioCore& m_core;
    SinkOptions m_options;
    std::vector<float> m_left;
    std::vector<float> m_right;
    std::jthread m_thread;
};

class FluidSink final : public AudioSink {
  public:
    FluidSink(AudioCore& core, std::string driver) : m_core(core), m_driver(std::move(driver)) {}

    bool open(const SinkOptions& options) {
        m_settings.reset(new_fluid_settings());
        fluid_settings_t* settings = m_settings.get();
        fluid_settings_setstr(settings, "audio.driver", m_driver.c_str());
        fluid_settings_setnum(settings, "synth.sample-rate", options.rate);
        fluid_settings_setint(settings, "audio.period-size",
                              std::clamp(options.periodFrames, 64, 8192));
        fluid_settings_setint(settings, "audio.periods", std::clamp(options.periods, 2, 64));
        fluid_settings_setint(settings, "audio.pulseaudio.adjust-latency", 0);
        fluid_settings_setstr(settings, "audio.jack.id", "cantograph");
        fluid_settings_setint(settings, "audio.jack.autoconnect", 1);
        m_handle.reset(new_fluid_audio_driver2(settings, &FluidSink::callback, this));
        if (!m_handle) {
            return false;
        }
        int period = options.periodFrames;
        int periods = options.periods;
        fluid_settings_getnum(settings, "synth.sample-rate", &m_rate);
        fluid_settings_getint(settings, "audio.period-size", &period);
        fluid_settings_getint(settings, "audio.periods", &periods);
        m_bufferFrames = period * periods;
        return true;
    }

    void go() override { m_live.store(true, std::memory_order_release); }
    void rest() override {
        m_live.store(false, std::memory_order_seq_cst);
        for (int i = 0; i < 500 && m_inside.load(std::memory_order_seq_cst); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    bool isDevice() const override { return true; }
    bool lost() const override {
        return m_driver == "jack" && m_serversEnded != jackServersEnded();
    }
    std::string driver() const override { return m_driver; }
    double rate() const override { return m_rate; }
    int bufferFrames() const override { return m_bufferFrames; }

  private:
    static int callback(void* self, int frames, int, float**, int planes, float** out) {
        auto& sink = *static_cast<FluidSink*>(self);
        if (planes < 2) {
            return FLUID_FAILED;
        }
        sink.m_inside.store(true, std::memory_order_seq_cst);
        if (sink.m_live.load(std::memory_order_seq_cst)) {
            sink.m_core.render(out[0], out[1], frames);
        } else {
            std::fill_n(out[0], frames, 0.0f);
            std::fill_n(out[1], frames, 0.0f);
        }
        sink.m_inside.store(false, std::memory_order_release);
        return FLUID_OK;
    }

    AudioCore& m_core;
    std::string m_driver;
    std::uint64_t m_serversEnded = jackServersEnded();
    std::atomic<bool> m_live{false};
    std::atomic<bool> m_inside{false};
    double m_rate = 48000;
    int m_bufferFrames = 512;
    FluidSettings m_settings;
    FluidDriverHandle m_handle; // deleted first
};

} // namespace

std::vector<std::string> audioDrivers() {
    std::vector<std::string> names;
    const FluidSettings settings(new_fluid_settings());
    fluid_settings_foreach_option(
        settings.get(), "audio.driver", &names, [](void* list, const char*, const char* option) {
            static_cast<std::vector<std::string>*>(list)->emplace_back(option);
        });
    // "file" writes to a file that FluidSynth chooses: not a device.
    std::erase(names, "file");
    const auto rank = [](const std::string& name) {
        static const std::vector<std::string> order{"jack", "pipewire", "pulseaudio", "alsa"};
        return std::find(order.begin(), order.end(), name) - order.begin();
    };
    std::stable_sort(names.begin(), names.end(),
                     [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    return names;
}

void closeSink(std::unique_ptr<AudioSink> sink, bool dead) {
    if (sink && (sink->lost() || (dead && sink->driver() == "jack"))) {
        static auto* const kept = new std::vector<std::unique_ptr<AudioSink>>();
        sink->rest();
        kept->push_back(std::move(sink));
    }
}

std::unique_ptr<AudioSink> openSilentSink(AudioCore& core, const SinkOptions& options) {
    return std::make_unique<SilentSink>(core, options);
}

Result<std::unique_ptr<AudioSink>> openDeviceSink(AudioCore& core, const SinkOptions& options) {
    quietFluidSynth();
    quietAudioLibraries();
    const auto drivers =
        options.driver.empty() ? audioDrivers() : std::vector<std::string>{options.driver};
    for (const std::string& driver : drivers) {
        auto sink = std::make_unique<FluidSink>(core, driver);
        SinkOptions wanted = options;
        if (driver == "jack") {
            // The server determines rate and period, and FluidSynth's driver does not report them.
            const auto jack = askJackServer();
            if (!jack) {
                continue;
            }
            wanted.rate = jack->rate;
            wanted.periodFrames = jack->periodFrames;
            wanted.periods = 2;
        }
        if (sink->open(wanted)) {
            return sink;
        }
        if (driver == "jack") {
            noteJackEnded();
        }
    }
    return fail(Error::Code::Device, options.driver.empty()
                                         ? "There is no audio device"
                                         : "The audio driver " + options.driver + " has no device");
}

} // namespace canto::sound
