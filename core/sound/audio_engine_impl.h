// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sound/audio_core.h"
#include "core/sound/audio_engine.h"
#include "core/sound/audio_sink.h"
#include "core/sound/clock.h"
#include "core/sound/playback_plan.h"
#include "core/sound/soundfont_loader.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

namespace canto::sound {

/// What the engine owns on its owner's side: plans and synths that the audio thread plays, what is
/// known of each song or sound, device and instrument. Only for audio_engine.cpp.
struct AudioEngine::Impl {
    struct Known {
        std::shared_ptr<const PlanBody> body;
        std::optional<TickRange> loop;
        bool growing = false;
        SoundPtr sound; ///< at the engine's rate
        std::int64_t soundStart = 0;
    };

    using Clock = std::chrono::steady_clock;
    using Kind = AudioCommand::Kind;

    // A device that requested nothing for this long has vanished; short stalls of a laptop are
    // shorter.
    static constexpr auto kDeadAfter = std::chrono::milliseconds(700);
    static constexpr auto kSearchEvery = std::chrono::milliseconds(2500);

    explicit Impl(EngineOptions wanted)
        : options(std::move(wanted)),
          core(options.rate), sinkOptions{options.driver, options.rate,
                                          std::clamp(options.periodFrames, 64, 8192),
                                          std::clamp(options.periods, 2, 64)} {}

    // --- commands
    bool send(AudioCommand command) {
        command.atNs = nowNs();
        // Full only while nobody renders: then the commands have no effect.
        return core.commands.push(command);
    }
    bool send(Kind kind, double value = 0) {
        AudioCommand command;
        command.kind = kind;
        command.value = value;
        return send(command);
    }
    bool sendMessage(MidiMessage message) {
        AudioCommand command;
        command.kind = Kind::Message;
        command.message = message;
        return send(command);
    }
    bool sendPlan(Kind kind, std::unique_ptr<Plan> plan, double value = 0) {
        const Plan* raw = plan.get();
        AudioCommand command;
        command.kind = kind;
        command.plan = raw;
        command.value = value;
        plans.emplace(raw, std::move(plan));
        if (!send(command)) {
            plans.erase(raw);
            return false;
        }
        return true;
    }

    std::unique_ptr<Plan> planOf(PlayId id, const Known& known) {
        auto made = std::make_unique<Plan>();
        made->id = id;
        made->body = known.body;
        made->growing = known.growing;
        made->sound = known.sound;
        made->soundStart = known.soundStart;
        if (known.loop) {
            made->setLoop(std::pair(known.loop->from, known.loop->to));
        }
        return made;
    }
    std::unique_ptr<Plan> plan(PlayId id, const SongPtr& song, const PlayOptions& how,
                               bool barCues = false) {
        Known& known = songs[id];
        known.sound = how.sound ? converted(how.sound) : nullptr;
        known.soundStart = std::llround(how.soundAt * options.rate);
        const auto soundEnd =
            known.sound ? known.soundStart + static_cast<std::int64_t>(known.sound->frames()) : 0;
        known.body = PlanBody::make(song, options.rate, how.bars, barCues, soundEnd);
        known.loop = how.loop;
        known.growing = how.growing;
        auto made = planOf(id, known);
        made->start = made->body->cueAt(made->body->frameAt(how.start));
        return made;
    }
    /// The sound at the engine's rate; null if its rate is invalid. Recent conversions that are
    /// still in use are reused.
    SoundPtr converted(const SoundPtr& sound) {
        if (sound->rate == options.rate) {
            return sound;
        }
        std::erase_if(conversions, [](const auto& pair) { return pair.second.expired(); });
        for (const auto& [from, to] : conversions) {
            if (from.lock() == sound) {
                return to.lock();
            }
        }
        const auto made = atRate(sound, options.rate);
        if (!made) {
            return nullptr;
        }
        conversions.emplace_back(sound, *made);
        return *made;
    }
    /// A song without notes, 960 ticks a second: the carrier of a sound that plays alone.
    static SongPtr silence() {
        static const auto made = std::make_shared<const music::Song>();
        return made;
    }
    static music::Tick silentTick(double seconds) {
        return static_cast<music::Tick>(std::ceil(seconds * 960));
    }
    /// The song that commands refer to now: the newest play() may not have begun yet.
    PlayId current() const { return std::max(core.state().id, startedId); }

    /// Frees what the audio thread released.
    void collect() {
        const Plan* done = nullptr;
        while (core.released.pop(done)) {
            plans.erase(done);
        }
        FluidSynth* synth = nullptr;
        while (core.releasedSynths.pop(synth)) {
            synths.erase(synth);
        }
        dropSounds();
        // The displayed state may still be that of a song just released: the newest few are kept.
        constexpr std::size_t kKeep = 16;
        if (songs.size() > plans.size() + 4 * kKeep) {
            std::map<PlayId, Known> kept;
            for (const auto& entry : plans) {
                kept.insert(*songs.find(entry.second->id));
            }
            const std::size_t enough = kept.size() + kKeep;
            for (auto it = songs.rbegin(); it != songs.rend() && kept.size() < enough; ++it) {
                kept.insert(*it);
            }
            songs = std::move(kept);
        }
    }

    void seek(std::int64_t frame) {
        collect();
        if (const auto known = songs.find(current()); known != songs.end()) {
            auto made = planOf(known->first, known->second);
            made->start = made->body->cueAt(frame);
            sendPlan(Kind::Seek, std::move(made));
        }
    }
    /// A song's data are kept for its position; its sound, which is large, is freed with its plans.
    void dropSounds() {
        for (auto& [id, known] : songs) {
            const bool alive = !known.sound || std::any_of(plans.begin(), plans.end(),
                                                           [id = id](const auto& entry) {
                                                               return entry.second->id == id;
                                                           });
            if (!alive) {
                known.sound.reset();
            }
        }
    }

    // --- instrument
    void load(std::filesystem::path path, SoundFontLoader::Check check,
              std::function<void(Result<void>)> done) {
        const double rate = sink ? sink->rate() : options.rate;
        loader.request(std::move(path), SynthOptions{.rate = rate, .gain = options.gain}, check,
                       std::move(done));
    }
    void adopt(std::unique_ptr<FluidSynth> synth) {
        FluidSynth* raw = synth.get();
        font = raw->soundFont();
        fontRate = raw->rate();
        raw->setGain(options.gain);
        synths.emplace(raw, std::move(synth));
        AudioCommand command;
        command.kind = Kind::Synth;
        command.synth = raw;
        send(command);
        matchRate();
    }
    /// A synth made for another rate would play out of tune: it is loaded again.
    void matchRate() {
        if (!font.empty() && sink && fontRate != sink->rate() && !loader.busy()) {
            load(font, SoundFontLoader::Check::Known, {});
        }
    }

    // --- device
    void use(std::unique_ptr<AudioSink> next) {
        drop(); // from here on nobody renders
        sink = std::move(next);
        core.setDeviceRate(sink->rate(), sink->bufferFrames());
        sinkSince = nowNs();
        sink->go();
        matchRate();
    }
    bool dead() const {
        if (!sink || !sink->isDevice()) {
            return false;
        }
        if (sink->lost()) {
            return true;
        }
        const std::int64_t last = std::max(core.lastCallNs(), sinkSince);
        const std::int64_t limit =
            std::chrono::duration_cast<std::chrono::nanoseconds>(kDeadAfter).count() +
            static_cast<std::int64_t>(4e9 * sink->bufferFrames() / sink->rate());
        return nowNs() - last > limit;
    }
    void drop() {
        const bool isDead = dead();
        closeSink(std::move(sink), isDead);
    }
    bool openDevice() {
        lastSearch = Clock::now();
        auto opened = openDeviceSink(core, sinkOptions);
        if (!opened) {
            return false;
        }
        use(std::move(*opened));
        return true;
    }
    void openFirst() {
        if (options.sink == SinkKind::Manual) {
            return;
        }
        const bool wanted = options.sink == SinkKind::Device && options.driver != "none";
        if (!wanted || !openDevice()) {
            use(openSilentSink(core, sinkOptions));
        }
    }
    void watchDevice(std::vector<std::string>& reported) {
        if (options.sink != SinkKind::Device || options.driver == "none") {
            return;
        }
        if (sink->isDevice()) {
            if (dead()) {
                const std::string name = sink->driver();
                use(openSilentSink(core, sinkOptions)); // closes the vanished device
                if (openDevice()) {
                    reported.push_back("The audio device (" + name +
                                       ") stopped and was opened again");
                } else {
                    reported.push_back("The audio device (" + name +
                                       ") is gone: playing silently until it is back");
                }
            }
        } else if (Clock::now() - lastSearch >= kSearchEvery && openDevice()) {
            reported.push_back("Audio device: " + sink->driver());
        }
    }

    EngineOptions options;
    AudioCore core;
    SinkOptions sinkOptions;
    std::unordered_map<const Plan*, std::unique_ptr<Plan>> plans;
    std::unordered_map<FluidSynth*, std::unique_ptr<FluidSynth>> synths;
    std::map<PlayId, Known> songs;
    PlayId lastId = 0;
    PlayId startedId = 0;
    std::filesystem::path font;
    double fontRate = 0;
    SoundFontLoader loader;
    std::vector<std::pair<std::weak_ptr<const Sound>, std::weak_ptr<const Sound>>> conversions;
    std::int64_t sinkSince = 0;
    Clock::time_point lastSearch{};
    std::unique_ptr<AudioSink> sink; // deleted first: its thread uses all members above
};

} // namespace canto::sound
