// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/audio_engine.h"

#include "core/base/verify.h"
#include "core/sound/audio_engine_impl.h"
#include "core/sound/midi_port.h"

#include <array>
#include <cstdio>

namespace canto::sound {

namespace {

using Kind = AudioCommand::Kind;

constexpr std::size_t kMostPlans = 600;

TickRange wholeOf(const music::Song& song, int bars) {
    return {0, song.metre.barStart(std::max(bars > 0 ? bars : song.bars(), 1))};
}

} // namespace

AudioEngine::AudioEngine(EngineOptions options) : m(std::make_unique<Impl>(std::move(options))) {
    m->openFirst();
}

AudioEngine::~AudioEngine() {
    // Otherwise notes on the MIDI output would sound for ever.
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
    auto plan = m->plan(m->lastId + 1, song, options);
    if (options.sound && !plan->sound) {
        return 0;
    }
    const PlayId id = ++m->lastId;
    m->startedId = id;
    return m->sendPlan(Kind::Start, std::move(plan)) ? id : 0;
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

PlayId AudioEngine::launch(SongPtr song, Launch when, PlayOptions options) {
    CANTO_VERIFY(song != nullptr) { return 0; }
    if (when == Launch::Now) {
        return play(std::move(song), std::move(options));
    }
    m->collect();
    auto plan = m->plan(m->lastId + 1, song, options);
    if (options.sound && !plan->sound) {
        return 0;
    }
    const PlayId id = ++m->lastId;
    return m->sendPlan(Kind::Launch, std::move(plan), static_cast<double>(when)) ? id : 0;
}

bool AudioEngine::update(PlayId id, SongPtr song, PlayOptions options) {
    CANTO_VERIFY(song != nullptr) { return false; }
    m->collect();
    if (id == 0 || m->songs.find(id) == m->songs.end()) {
        return false;
    }
    return m->sendPlan(Kind::Swap, m->plan(id, song, options));
}

PlayId AudioEngine::playSound(SoundPtr sound, music::Seconds from, bool loop) {
    CANTO_VERIFY(sound != nullptr && sound->frames() > 0) { return 0; }
    m->collect();
    PlayOptions options;
    options.sound = std::move(sound);
    if (loop) {
        options.loop = TickRange{0, Impl::silentTick(options.sound->seconds())};
    }
    auto plan = m->plan(m->lastId + 1, Impl::silence(), options);
    if (!plan->sound) {
        return 0;
    }
    const PlayId id = ++m->lastId;
    m->startedId = id;
    plan->start = plan->body->cueAt(std::llround(from * m->options.rate));
    return m->sendPlan(Kind::Start, std::move(plan)) ? id : 0;
}

PlayId AudioEngine::enqueueSound(SoundPtr sound) {
    CANTO_VERIFY(sound != nullptr && sound->frames() > 0) { return 0; }
    m->collect();
    if (m->plans.size() >= Sequencer::kMaxQueue) {
        return 0;
    }
    PlayOptions options;
    options.sound = std::move(sound);
    auto plan = m->plan(m->lastId + 1, Impl::silence(), options);
    if (!plan->sound) {
        return 0;
    }
    const PlayId id = ++m->lastId;
    return m->sendPlan(Kind::Enqueue, std::move(plan)) ? id : 0;
}

void AudioEngine::stop() { m->send(Kind::Stop); }
void AudioEngine::pause() { m->send(Kind::Pause); }
void AudioEngine::resume() { m->send(Kind::Resume); }
void AudioEngine::setTempoFactor(double factor) {
    m->send(Kind::Tempo, std::isfinite(factor) ? std::clamp(factor, 0.1, 10.0) : 1.0);
}

void AudioEngine::setBalance(float song, float sound) {
    m->send(Kind::SongGain, std::clamp(song, 0.0f, 4.0f));
    m->send(Kind::SoundGain, std::clamp(sound, 0.0f, 4.0f));
}

double AudioEngine::rate() const { return m->options.rate; }

void AudioEngine::panic() {
    m->send(Kind::Panic);
    m->core.midiOut.panic();
}

void AudioEngine::seek(music::Tick tick) {
    if (const auto known = m->songs.find(m->current()); known != m->songs.end()) {
        m->seek(known->second.body->frameAt(tick));
    }
}

void AudioEngine::seekSeconds(music::Seconds seconds) {
    m->seek(std::llround(seconds * m->options.rate));
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
void AudioEngine::control(int channel, int number, int value) {
    m->sendMessage(MidiMessage::control(channel, number, value));
}
void AudioEngine::thru(MidiMessage message) { m->core.thru.push(message); }

// --- out

void AudioEngine::setMidiOut(std::shared_ptr<MidiOutPort> port) {
    m->core.midiOut.setPort(std::move(port));
}

void AudioEngine::setSynthOn(bool on) { m->send(Kind::SynthOn, on ? 1 : 0); }

void AudioEngine::setClockOut(bool on) { m->send(Kind::Clock, on ? 1 : 0); }
void AudioEngine::setKeyboardOut(int channel) { m->core.keyboardOut.store(channel & 0x0F); }

bool AudioEngine::setDevice(const std::string& driver, double rate, int periodFrames, int periods) {
    m->options.driver = driver;
    m->sinkOptions = {driver, std::clamp(rate, 8000.0, 192000.0),
                      std::clamp(periodFrames, 64, 8192), std::clamp(periods, 2, 64)};
    if (m->options.sink != SinkKind::Device) {
        return false;
    }
    m->use(openSilentSink(m->core, m->sinkOptions)); // the device is free before it is opened
    return driver != "none" && m->openDevice();
}

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
        return "No audio device. Playback is silent; export still works.";
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
    std::vector<std::string> reported;
    m->collect();
    m->loader.poll([this](std::unique_ptr<FluidSynth> synth) { m->adopt(std::move(synth)); });
    if (m->sink) {
        m->watchDevice(reported);
    }
    return reported;
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
