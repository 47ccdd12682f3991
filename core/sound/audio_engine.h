// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/song.h"
#include "core/sound/midi_message.h"
#include "core/sound/sound.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace canto::sound {

class MidiOutPort;

using SongPtr = std::shared_ptr<const music::Song>;
/// Names one piece handed to the engine, from 1 upwards; 0 is none.
using PlayId = std::uint64_t;

enum class SinkKind {
    Device, ///< a real one where there is one, else Silent
    Silent, ///< a thread that takes blocks in real time and throws them away
    Manual, ///< nobody takes blocks but renderBlock()
};

struct EngineOptions {
    SinkKind sink = SinkKind::Device;
    /// FluidSynth's name of the audio driver (alsa, jack, pulseaudio, pipewire ...); empty: the
    /// first that answers. "none": Silent on purpose.
    std::string driver;
    double rate = 48000;
    int periodFrames = 256; ///< 64..8192
    int periods = 2;        ///< 2..64
    float gain = 0.5f;      ///< of the synth, 0..10
};

/// A part of a song, [from, to) in its ticks.
struct TickRange {
    music::Tick from = 0;
    music::Tick to = 0;
    bool operator==(const TickRange&) const = default;
};

struct PlayOptions {
    music::Tick start = 0;
    /// Played round and round. The song's whole bars: {0, song.metre.barStart(bars)}.
    std::optional<TickRange> loop;
    /// Length in bars, 0: song.bars(). Say it for phrases that may end in silence.
    int bars = 0;
    /// More of it will come by update(): at its end the playhead waits instead of stopping.
    bool growing = false;
    /// Plays beside the song, in time with it: begins, pauses, jumps, repeats and ends with it, and
    /// follows its tempo as a tape does. Without `bars` the song gets bars until the sound's end.
    /// Any rate; another than the engine's is converted on the caller's thread (atRate), so a long
    /// sound had better be brought to it before.
    SoundPtr sound;
    /// Second of the song at which the sound begins. Below 0: as much of it is never heard.
    music::Seconds soundAt = 0;
};

/// Where replaceAtBar enters the new song.
enum class Entry {
    SameBar, ///< at the bar that would have come next (modulo its length): the groove goes on
    Start,   ///< at its first bar
};

struct Position {
    PlayId id = 0; ///< what plays, or played last; 0: nothing yet
    music::Tick tick = 0;
    music::Seconds seconds = 0; ///< of the song, at its own tempo
    int bar = 0;                ///< from 0
    bool playing = false;       ///< false when paused, stopped or at the end
    bool waiting = false;       ///< a growing song that has not grown in time
    std::uint32_t rounds = 0;   ///< times the loop went back to its start
};

/// From the call of play() to its first sample above -60 dBFS leaving the buffer.
struct StartLatency {
    double handOverMs = 0; ///< until the audio thread took the command
    double soundMs = 0;    ///< from there to the first audible sample: the song's and the
                           ///< instrument's own delay
    double bufferMs = 0;   ///< periods x frames / rate
    double totalMs() const { return handOverMs + soundMs + bufferMs; }
};

/// Plays songs, sounds, and both in time. A song becomes a flat list of messages on the caller's
/// thread; the audio thread only walks it. Notes start on a grid of 64 frames (1.3 ms), never late;
/// loops, queues and position are exact to the frame.
///
/// Nothing here fails for want of a device or a SoundFont: the playhead moves, texts say what is
/// missing, and both may come later.
///
/// Thread: one owner thread calls everything but thru(). Between calls the owner calls poll() about
/// once a second (more often while playing costs nothing).
class AudioEngine {
  public:
    explicit AudioEngine(EngineOptions options = {});
    ~AudioEngine(); ///< silences, then joins; never waits longer than two seconds
    AudioEngine(const AudioEngine&) = delete;
    AudioEngine& operator=(const AudioEngine&) = delete;

    // --- the instrument
    /// Probes and loads on a thread of its own; `done` (may be empty) is called by poll(). What
    /// played goes on with the old instrument until then. The newest request wins.
    void loadSoundFont(const std::filesystem::path& path, std::function<void(Result<void>)> done);
    /// The first SoundFont that the system has and that can be loaded; NotFound through `done`.
    void loadDefaultSoundFont(std::function<void(Result<void>)> done);
    bool hasSoundFont() const;
    std::filesystem::path soundFont() const; ///< empty: none
    void setGain(float gain);                ///< 0..10, as SynthOptions::gain

    // --- playing; each replaces what is said, nothing waits
    /// Starts at once; empties the queue. Returns the id that position() will show; 0, and nothing
    /// happens, for a sound whose rate makes no sense.
    PlayId play(SongPtr song, PlayOptions options = {});
    /// A sound alone, from one of its seconds on. Everything that is said of songs holds: it has an
    /// id and a position (its tick is 1/960 s), and can be paused, sought, repeated and followed.
    PlayId playSound(SoundPtr sound, music::Seconds from = 0, bool loop = false);
    /// Behind what plays now, without a gap, as enqueue().
    PlayId enqueueSound(SoundPtr sound);
    /// Plays one after another without a gap, each for its whole bars, round and round if `loop`.
    /// The ids are consecutive, the first one is returned; 0 for an empty list.
    PlayId playList(const std::vector<SongPtr>& songs, bool loop, int barsEach = 0);
    /// Behind what plays now: begins at the bar line where that ends (a looping song leaves its
    /// loop at its end). Starts at once when nothing plays. 0 when 256 songs wait already.
    PlayId enqueue(SongPtr song, int bars = 0);
    /// Becomes the playing song at the next bar line; takes over looping (over its whole bars).
    /// A second call before that line replaces the first. Starts at once when nothing plays.
    PlayId replaceAtBar(SongPtr song, Entry entry = Entry::SameBar, int bars = 0);
    /// The playing song with more or other notes: goes on at the same tick, what sounds goes on.
    /// The options hold from now on, the sound beside it among them.
    /// Keeps the id; ignored when `id` is not the playing one. Returns whether it was sent.
    bool update(PlayId id, SongPtr song, PlayOptions options = {});
    void stop();   ///< to the start, queue emptied, silent within 200 ms
    void pause();  ///< silent within 200 ms, position kept
    void resume(); ///< goes on after pause, begins again after stop or the end
    void seek(music::Tick tick);
    void seekSeconds(music::Seconds seconds);    ///< of the song or sound, to the frame
    void setLoop(std::optional<TickRange> loop); ///< of the playing song
    /// 0.1..10; 1 is the song's own tempo.
    void setTempoFactor(double factor);
    /// Levels of the synth and of the sound beside the song, 0..4 each, 1 at first; they stay for
    /// what is played later. A change takes a block of 64 frames.
    void setBalance(float song, float sound);
    double rate() const; ///< that sounds are converted to: EngineOptions::rate
    /// Every voice off now, all notes off on all channels of synth and wire, controllers reset.
    void panic();

    // --- single notes, whatever plays
    void noteOn(int channel, int pitch, int velocity);
    void noteOff(int channel, int pitch);
    void program(int channel, int program);
    /// A message from a keyboard. Thread: one other thread (RtMidi's callback) at a time; dropped
    /// when 1,024 wait.
    void thru(MidiMessage message);

    // --- out
    /// Sends what plays to a wire as well, in time; null: none. The engine keeps the port and
    /// sends all notes off before it lets go.
    void setMidiOut(std::shared_ptr<MidiOutPort> port);
    /// Whether the internal synth sounds (on at first).
    void setSynthOn(bool on);

    // --- what there is to see
    Position position() const;
    int activeVoices() const;
    /// Of the last play() that began in silence; none until it has sounded.
    std::optional<StartLatency> lastStart() const;
    double lastStartLatencyMs() const; ///< totalMs, or 0
    /// Periods that came more than one period late since the start.
    int lateBlocks() const;
    bool hasDevice() const;
    /// For the status bar: "alsa, 48000 Hz, 256 x 2, 10.7 ms", or "No audio device: playing
    /// silently; export works".
    std::string deviceText() const;
    /// "TimGM6mb.sf2", or "No SoundFont: silent; choose one or install ...".
    std::string soundText() const;

    /// Takes up loaded SoundFonts, frees what the audio thread let go, notices a vanished device
    /// (within 2 s) and looks for it again (within 5 s of its return). Returns what a person
    /// should be told, oldest first.
    std::vector<std::string> poll();

    /// SinkKind::Manual only: the next `frames` frames, interleaved left and right. The calling
    /// thread is the audio thread meanwhile.
    void renderBlock(float* interleaved, int frames);

  private:
    struct Impl;
    std::unique_ptr<Impl> m;
};

} // namespace canto::sound
