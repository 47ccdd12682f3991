// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/song.h"
#include "core/sound/midi_message.h"
#include "core/sound/playback_plan.h"
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
/// Identifies one song or sound given to the engine, from 1 upwards; 0 is none.
using PlayId = std::uint64_t;

enum class SinkKind {
    Device, ///< a real device if there is one, else Silent
    Silent, ///< a thread that renders blocks in real time and discards them
    Manual, ///< blocks are only rendered by renderBlock()
};

struct EngineOptions {
    SinkKind sink = SinkKind::Device;
    /// FluidSynth's name of the audio driver (alsa, jack, pulseaudio, pipewire ...); empty: the
    /// first that works. "none": no device, by choice.
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
    /// The part that repeats. For the song's whole bars: {0, song.metre.barStart(bars)}.
    std::optional<TickRange> loop;
    /// Length in bars, 0: song.bars(). Set it for phrases that may end in silence.
    int bars = 0;
    /// More of the song will arrive by update(): at its end the playhead waits instead of stopping.
    bool growing = false;
    /// Plays in sync with the song: starts, pauses, jumps, repeats and ends with it, and follows
    /// its tempo as a tape does (with its pitch). Without `bars` the song is extended by bars up to
    /// the sound's end. Any rate; a rate other than the engine's is converted on the caller's
    /// thread (atRate), so convert a long sound beforehand.
    SoundPtr sound;
    /// Second of the song at which the sound begins. If negative, that much of the sound is
    /// skipped.
    music::Seconds soundAt = 0;
};

/// Where replaceAtBar enters the new song.
enum class Entry {
    SameBar, ///< at the bar that would have come next (modulo its length), so that the groove
             ///< continues
    Start,   ///< at its first bar
};

struct Position {
    PlayId id = 0; ///< what plays, or played last; 0: nothing so far
    music::Tick tick = 0;
    music::Seconds seconds = 0; ///< of the song, at its own tempo
    int bar = 0;                ///< from 0
    bool playing = false;       ///< false when paused, stopped or at the end
    bool waiting = false;       ///< at the end of a growing song whose next part has not arrived
    std::uint32_t rounds = 0;   ///< times the loop went back to its start
};

/// Time from the call of play() to its first sample above -60 dBFS in the buffer.
struct StartLatency {
    double handOverMs = 0; ///< until the audio thread took the command
    double soundMs = 0;    ///< from there to the first audible sample: the delay of the song and
                           ///< the instrument
    double bufferMs = 0;   ///< periods x frames / rate
    double totalMs() const { return handOverMs + soundMs + bufferMs; }
};

/// Plays songs, sounds, and both in sync. A song becomes a flat list of messages on the caller's
/// thread; the audio thread only traverses it. Notes start on a grid of 64 frames (1.3 ms), never
/// late; loops, queues and position are exact to the frame.
///
/// Without a device or a SoundFont nothing fails: the playhead moves, texts say what is missing,
/// and both may be added later.
///
/// Thread: one owner thread calls everything but thru(). The owner calls poll() about once a second
/// (more often while playing costs nothing).
class AudioEngine {
  public:
    explicit AudioEngine(EngineOptions options = {});
    ~AudioEngine(); ///< silences, then joins; takes at most two seconds
    AudioEngine(const AudioEngine&) = delete;
    AudioEngine& operator=(const AudioEngine&) = delete;

    // --- the instrument
    // Probes and loads a SoundFont on a thread of its own; `done` (may be empty) is called by
    // poll(). Until then playback continues with the old instrument. The newest request wins.
    void loadSoundFont(const std::filesystem::path& path, std::function<void(Result<void>)> done);
    /// Loads the first SoundFont of the system that can be loaded; NotFound through `done`.
    void loadDefaultSoundFont(std::function<void(Result<void>)> done);
    bool hasSoundFont() const;
    std::filesystem::path soundFont() const; ///< empty: none
    void setGain(float gain);                ///< 0..10, as SynthOptions::gain

    // --- playing; each call replaces the earlier one and returns at once
    // Starts at once; empties the queue. Returns the id that position() will show; 0, and nothing
    // happens, for a sound whose rate is invalid.
    PlayId play(SongPtr song, PlayOptions options = {});
    /// Plays a sound alone, starting at one of its seconds. Everything that applies to songs
    /// applies to it: it has an id and a position (its tick is 1/960 s), and can be paused, sought,
    /// repeated and followed.
    PlayId playSound(SoundPtr sound, music::Seconds from = 0, bool loop = false);
    /// Queues a sound after what plays now, without a gap, as enqueue().
    PlayId enqueueSound(SoundPtr sound);
    /// Plays songs one after another without a gap, each for its whole bars, repeating the list if
    /// `loop`. The ids are consecutive, the first one is returned; 0 for an empty list.
    PlayId playList(const std::vector<SongPtr>& songs, bool loop, int barsEach = 0);
    /// Queues a song after what plays now: it begins at the bar line where that ends (a looping
    /// song leaves its loop at its end). Starts at once if nothing plays. 0 if 256 songs wait
    /// already.
    PlayId enqueue(SongPtr song, int bars = 0);
    /// Switches to this song at the next bar line, including looping (over its whole bars). A
    /// second call before that line replaces the first. Starts at once if nothing plays.
    PlayId replaceAtBar(SongPtr song, Entry entry = Entry::SameBar, int bars = 0);
    /// Replaces the playing song by a version with more or other notes: playback continues at the
    /// same tick, and sounding notes continue. The options apply from now on, including the sound
    /// beside it. Keeps the id; ignored if `id` is not the playing one. Returns whether it was
    /// sent.
    bool update(PlayId id, SongPtr song, PlayOptions options = {});
    void stop();   ///< to the start, queue emptied, silent within 200 ms
    void pause();  ///< silent within 200 ms, position kept
    void resume(); ///< continues after pause, restarts after stop or the end
    void seek(music::Tick tick);
    void seekSeconds(music::Seconds seconds);    ///< of the song or sound, to the frame
    void setLoop(std::optional<TickRange> loop); ///< of the playing song
    /// 0.1..10; 1 is the song's own tempo.
    void setTempoFactor(double factor);
    /// Gains of the synth and of the sound beside the song, 0..4 each, initially 1; they apply to
    /// later songs too. A change takes effect within a block of 64 frames.
    void setBalance(float song, float sound);
    double rate() const; ///< to which sounds are converted: EngineOptions::rate
    /// Stops every voice, sends all notes off on all channels of synth and MIDI output, resets
    /// controllers.
    void panic();

    /// Plays the song at the next line of the grid, from its start: at once for Launch::Now, and
    /// when nothing plays.
    PlayId launch(SongPtr song, Launch when, PlayOptions options = {});

    // --- single notes, independent of what plays
    void noteOn(int channel, int pitch, int velocity);
    void noteOff(int channel, int pitch);
    void program(int channel, int program);
    void control(int channel, int number, int value);
    /// A message from a keyboard. Thread: one other thread (RtMidi's callback) at a time; dropped
    /// when 1,024 wait.
    void thru(MidiMessage message);

    // --- output
    // Sends what plays to a MIDI output as well, in sync; null: none. The engine shares the port
    // and sends all notes off before releasing it.
    void setMidiOut(std::shared_ptr<MidiOutPort> port);
    /// Whether the internal synth sounds (on at first).
    void setSynthOn(bool on);

    /// Sends MIDI clock with what plays to the MIDI output: 24 a quarter note, start, stop,
    /// continue, song position (off at first).
    void setClockOut(bool on);
    /// Channel of the MIDI output, 0-15, for what arrives on kKeyboardChannel. Thread: any.
    void setKeyboardOut(int channel);
    /// Opens another device, or this one otherwise; what plays goes on. Where it cannot be opened
    /// the engine plays silently, and goes on looking for it.
    /// @return whether there is a device now.
    bool setDevice(const std::string& driver, double rate, int periodFrames, int periods);

    // --- status
    Position position() const;
    int activeVoices() const;
    /// Of the last play() that began in silence; none until it has become audible.
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

    /// Installs loaded SoundFonts, frees what the audio thread released, detects a vanished device
    /// (within 2 s) and reopens it (within 5 s of its return). Returns messages for the user,
    /// oldest first.
    std::vector<std::string> poll();

    /// SinkKind::Manual only: the next `frames` frames, interleaved left and right. The calling
    /// thread acts as the audio thread.
    void renderBlock(float* interleaved, int frames);

  private:
    struct Impl;
    std::unique_ptr<Impl> m;
};

} // namespace canto::sound
