#include "sound/audio_engine.h"

#include "core/base/thread_role.h"
#include "sound/audio_core.h"
#include "sound/audio_sink.h"
#include "sound/midi_port.h"
#include "sound/playback_plan.h"
#include "sound/soundfont_loader.h"
#include "sound/soundfont_probe.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <thread>
#include <unordered_map>
#include <utility>

namespace canto::sound {

namespace {

using Clock = std::chrono::steady_clock;
using Kind = AudioCommand::Kind;

// A device that asked for nothing for this long is gone; a laptop's hiccup is shorter.
constexpr auto kDeadAfter = std::chrono::milliseconds(700);
constexpr auto kSearchEvery = std::chrono::milliseconds(2500);
constexpr std::size_t kMostPlans = 600;

std::int64_t nowNs() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
        .count();
}

TickRange wholeOf(const music::Song& song, int bars) {
    return {0, song.metre.barStart(std::max(bars > 0 ? bars : song.bars(), 1))};
}

} // namespace

struct AudioEngine::Impl {
    struct Known {
        std::shared_ptr<const PlanBody> body;
        std::optional<TickRange> loop;
        bool growing = false;
    };

    explicit Impl(EngineOptions wanted)
        : options(std::move(wanted)),
          core(options.rate), sinkOptions{options.driver, options.rate,
                                          std::clamp(options.periodFrames, 64, 8192),
                                          std::clamp(options.periods, 2, 64)} {}

    // --- orders
    bool send(AudioCommand command) {
        command.atNs = nowNs();
        // Full only when nobody renders: then the orders are for nobody.
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
    bool sendPlan(Kind kind, std::unique_ptr<Plan> plan) {
        const Plan* raw = plan.get();
        AudioCommand command;
        command.kind = kind;
        command.plan = raw;
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
        if (known.loop) {
            made->setLoop(std::pair(known.loop->from, known.loop->to));
        }
        return made;
    }
    std::unique_ptr<Plan> plan(PlayId id, const SongPtr& song, const PlayOptions& how,
                               bool barCues = false) {
        Known& known = songs[id];
        known = {PlanBody::make(song, options.rate, how.bars, barCues), how.loop, how.growing};
        auto made = planOf(id, known);
        made->start = made->body->cueAt(made->body->frameAt(how.start));
        return made;
    }
    /// The song that orders given now are about: the newest play() may not have begun yet.
    PlayId current() const { return std::max(core.state().id, startedId); }

    /// Frees what the audio thread let go.
    void collect() {
        const Plan* done = nullptr;
        while (core.released.pop(done)) {
            plans.erase(done);
        }
        FluidSynth* synth = nullptr;
        while (core.releasedSynths.pop(synth)) {
            synths.erase(synth);
        }
        // The state shown may still be that of a song just let go: the newest few are kept.
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
    /// A synth made for another rate plays out of tune: it is loaded again.
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
    void watchDevice(std::vector<std::string>& told) {
        if (options.sink != SinkKind::Device || options.driver == "none") {
            return;
        }
        if (sink->isDevice()) {
            if (dead()) {
                const std::string name = sink->driver();
                use(openSilentSink(core, sinkOptions)); // the dead one is closed here
                if (openDevice()) {
                    told.push_back("The audio device (" + name + ") stopped and was opened again");
                } else {
                    told.push_back("The audio device (" + name +
                                   ") is gone: playing silently until it is back");
                }
            }
        } else if (Clock::now() - lastSearch >= kSearchEvery && openDevice()) {
            told.push_back("Audio device: " + sink->driver());
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
    std::int64_t sinkSince = 0;
    Clock::time_point lastSearch{};
    std::unique_ptr<AudioSink> sink; // deleted first: its thread uses all of the above
};

AudioEngine::AudioEngine(EngineOptions options) : m(std::make_unique<Impl>(std::move(options))) {
    m->openFirst();
}

AudioEngine::~AudioEngine() {
    // Notes that sound on a wire would sound for ever.
    m->core.midiOut.setPort(nullptr);
    m->drop();
}

// --- the instrument

void AudioEngine::loadSoundFont(const std::filesystem::path& path,
                                std::function<void(Result<void>)> done) {
    m->load(path, SoundFontLoader::Check::Probe, std::move(done));
}

void AudioEngine::loadDefaultSoundFont(std::function<void(Result<void>)> done) {
    m->load({}, SoundFontLoader::Check::Probe, std::move(done));
}

bool AudioEngine::hasSoundFont() const { return !m->font.empty(); }
std::filesystem::path AudioEngine::soundFont() const { return m->font; }

void AudioEngine::setGain(float gain) {
    m->options.gain = std::clamp(gain, 0.0f, 10.0f);
    m->send(Kind::Gain, m->options.gain);
}

// --- playing

PlayId AudioEngine::play(SongPtr song, PlayOptions options) {
    CANTO_VERIFY(song != nullptr) { return 0; }
    m->collect();
    const PlayId id = ++m->lastId;
    m->startedId = id;
    return m->sendPlan(Kind::Start, m->plan(id, song, options)) ? id : 0;
}

PlayId AudioEngine::playList(const std::vector<SongPtr>& songs, bool loop, int barsEach) {
    m->collect();
    PlayId first = 0;
    for (const SongPtr& song : songs) {
        CANTO_VERIFY(song != nullptr) { continue; }
        if (m->plans.size() >= kMostPlans) {
            break;
        }
        auto plan = m->plan(++m->lastId, song, PlayOptions{.bars = barsEach});
        if (first == 0) {
            first = plan->id;
            m->startedId = first;
            m->sendPlan(Kind::Start, std::move(plan));
        } else {
            m->sendPlan(Kind::Enqueue, std::move(plan));
        }
    }
    if (first == 0) {
        return 0;
    }
    if (loop && songs.size() > 1) {
        m->send(Kind::QueueLoops, 1);
    } else if (loop) {
        setLoop(wholeOf(*songs.front(), barsEach));
    }
    return first;
}

PlayId AudioEngine::enqueue(SongPtr song, int bars) {
    CANTO_VERIFY(song != nullptr) { return 0; }
    m->collect();
    if (m->plans.size() >= Sequencer::kMaxQueue) {
        return 0;
    }
    const PlayId id = ++m->lastId;
    return m->sendPlan(Kind::Enqueue, m->plan(id, song, PlayOptions{.bars = bars})) ? id : 0;
}

PlayId AudioEngine::replaceAtBar(SongPtr song, Entry entry, int bars) {
    CANTO_VERIFY(song != nullptr) { return 0; }
    m->collect();
    const PlayId id = ++m->lastId;
    const bool same = entry == Entry::SameBar;
    PlayOptions options{.bars = bars};
    options.loop = wholeOf(*song, bars);
    auto plan = m->plan(id, song, options, same);
    return m->sendPlan(same ? Kind::ReplaceSameBar : Kind::ReplaceStart, std::move(plan)) ? id : 0;
}

bool AudioEngine::update(PlayId id, SongPtr song, PlayOptions options) {
    CANTO_VERIFY(song != nullptr) { return false; }
    m->collect();
    if (id == 0 || m->songs.find(id) == m->songs.end()) {
        return false;
    }
    return m->sendPlan(Kind::Swap, m->plan(id, song, options));
}

void AudioEngine::stop() { m->send(Kind::Stop); }
void AudioEngine::pause() { m->send(Kind::Pause); }
void AudioEngine::resume() { m->send(Kind::Resume); }
void AudioEngine::setTempoFactor(double factor) {
    m->send(Kind::Tempo, std::isfinite(factor) ? std::clamp(factor, 0.1, 10.0) : 1.0);
}

void AudioEngine::panic() {
    m->send(Kind::Panic);
    m->core.midiOut.panic();
}

void AudioEngine::seek(music::Tick tick) {
    m->collect();
    if (const auto known = m->songs.find(m->current()); known != m->songs.end()) {
        auto plan = m->planOf(known->first, known->second);
        plan->start = plan->body->cueAt(plan->body->frameAt(tick));
        m->sendPlan(Kind::Seek, std::move(plan));
    }
}

void AudioEngine::setLoop(std::optional<TickRange> loop) {
    m->collect();
    if (const auto known = m->songs.find(m->current()); known != m->songs.end()) {
        known->second.loop = loop;
        m->sendPlan(Kind::Swap, m->planOf(known->first, known->second));
    }
}

// --- single notes

void AudioEngine::noteOn(int channel, int pitch, int velocity) {
    m->sendMessage(MidiMessage::noteOn(channel, pitch, velocity));
}
void AudioEngine::noteOff(int channel, int pitch) {
    m->sendMessage(MidiMessage::noteOff(channel, pitch));
}
void AudioEngine::program(int channel, int program) {
    m->sendMessage(MidiMessage::program(channel, program));
}
void AudioEngine::thru(MidiMessage message) { m->core.thru.push(message); }

// --- out

void AudioEngine::setMidiOut(std::shared_ptr<MidiOutPort> port) {
    m->core.midiOut.setPort(std::move(port));
}

void AudioEngine::setSynthOn(bool on) { m->send(Kind::SynthOn, on ? 1 : 0); }

// --- what there is to see

Position AudioEngine::position() const {
    const AudioCore::State state = m->core.state();
    Position position;
    position.id = state.id;
    position.playing = state.playing;
    position.waiting = state.waiting;
    position.rounds = state.rounds;
    if (const auto known = m->songs.find(state.id); known != m->songs.end()) {
        const PlanBody& body = *known->second.body;
        position.seconds = state.frame / body.rate;
        position.tick = body.tickAt(state.frame);
        position.bar = body.song->metre.barAt(position.tick);
    }
    return position;
}

int AudioEngine::activeVoices() const { return m->core.activeVoices(); }
int AudioEngine::lateBlocks() const { return m->core.lateBlocks(); }
bool AudioEngine::hasDevice() const { return m->sink && m->sink->isDevice(); }

std::optional<StartLatency> AudioEngine::lastStart() const {
    const AudioCore::Start start = m->core.lastStart();
    if (start.count == 0) {
        return std::nullopt;
    }
    StartLatency latency;
    latency.handOverMs = static_cast<double>(start.handOverNs) * 1e-6;
    latency.soundMs = static_cast<double>(start.soundFrames) * 1e3 / m->core.deviceRate();
    latency.bufferMs = m->core.bufferFrames() * 1e3 / m->core.deviceRate();
    return latency;
}

double AudioEngine::lastStartLatencyMs() const {
    const auto latency = lastStart();
    return latency ? latency->totalMs() : 0;
}

std::string AudioEngine::deviceText() const {
    if (!m->sink) {
        return "Blocks are taken by hand";
    }
    if (!m->sink->isDevice()) {
        return "No audio device: playing silently; export works";
    }
    std::array<char, 128> text{};
    std::snprintf(text.data(), text.size(), "%s, %.0f Hz, %d frames, %.1f ms",
                  m->sink->driver().c_str(), m->sink->rate(), m->sink->bufferFrames(),
                  m->sink->bufferFrames() * 1e3 / m->sink->rate());
    return text.data();
}

std::string AudioEngine::soundText() const {
    if (m->font.empty()) {
        return "No SoundFont: silent. Choose one, or install timgm6mb-soundfont or "
               "fluid-soundfont-gm";
    }
    return m->font.filename().string();
}

std::vector<std::string> AudioEngine::poll() {
    std::vector<std::string> told;
    m->collect();
    m->loader.poll([this](std::unique_ptr<FluidSynth> synth) { m->adopt(std::move(synth)); });
    if (m->sink) {
        m->watchDevice(told);
    }
    return told;
}

void AudioEngine::renderBlock(float* interleaved, int frames) {
    CANTO_VERIFY(m->options.sink == SinkKind::Manual) { return; }
    constexpr int kPiece = 256;
    std::array<float, kPiece> left{};
    std::array<float, kPiece> right{};
    for (int done = 0; done < frames; done += kPiece) {
        const int count = std::min(kPiece, frames - done);
        m->core.render(left.data(), right.data(), count);
        for (int i = 0; i < count; ++i) {
            interleaved[2 * (done + i)] = left[static_cast<std::size_t>(i)];
            interleaved[2 * (done + i) + 1] = right[static_cast<std::size_t>(i)];
        }
    }
}

} // namespace canto::sound
