// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tour/tour_piece.h"

#include <array>

namespace canto::app {
namespace {

constexpr int kBarTicks = 1920;
constexpr int kEighth = 240;
constexpr int kRepeats = 3;

struct Harmony {
    int bass;
    std::array<int, 3> tones;
};
/// One a bar: Am F C G Dm Am E Am.
constexpr std::array<Harmony, 8> kHarmonies{{{45, {57, 60, 64}},
                                             {41, {57, 60, 65}},
                                             {48, {55, 60, 64}},
                                             {43, {55, 59, 62}},
                                             {50, {57, 62, 65}},
                                             {45, {57, 60, 64}},
                                             {40, {56, 59, 64}},
                                             {45, {57, 60, 64}}}};
/// The melody by eighths: a pitch begins, 1 goes on, 0 rests.
constexpr std::array<std::array<int, 8>, 8> kMelody{{{76, 1, 1, 74, 72, 1, 69, 1},
                                                     {72, 1, 1, 1, 77, 1, 76, 74},
                                                     {76, 1, 1, 1, 79, 1, 76, 1},
                                                     {74, 1, 1, 1, 1, 1, 0, 71},
                                                     {74, 1, 77, 1, 81, 1, 79, 77},
                                                     {76, 1, 1, 72, 69, 1, 72, 1},
                                                     {71, 1, 74, 1, 80, 1, 76, 1},
                                                     {81, 1, 1, 1, 1, 1, 0, 0}}};

class Writer {
  public:
    explicit Writer(music::Song& song) : m_song(song) {}
    void track(const char* name, std::uint8_t channel, std::uint8_t program) {
        m_song.tracks.push_back({name});
        m_channel = channel;
        m_program = program;
        music::ChannelEvent sound;
        sound.track = index();
        sound.channel = channel;
        sound.kind = music::ChannelEvent::Kind::Program;
        sound.number = program;
        m_song.events.push_back(sound);
    }
    void note(music::Tick start, music::Tick length, int pitch, int velocity) {
        music::Note note;
        note.start = start;
        note.length = length;
        note.track = index();
        note.channel = m_channel;
        note.program = m_program;
        note.pitch = static_cast<std::uint8_t>(pitch);
        note.velocity = static_cast<std::uint8_t>(velocity);
        m_song.notes.push_back(note);
    }

  private:
    std::uint16_t index() const { return static_cast<std::uint16_t>(m_song.tracks.size() - 1); }

    music::Song& m_song;
    std::uint8_t m_channel = 0;
    std::uint8_t m_program = 0;
};

} // namespace

music::Song tourPiece() {
    music::Song song;
    song.tempo = music::TempoMap(song.ticksPerQuarter, {{0, 625000}});
    Writer write(song);
    constexpr int kBars = kRepeats * int(kHarmonies.size());
    const auto each = [](auto&& play) {
        for (int bar = 0; bar < kBars; ++bar) {
            play(music::Tick(bar) * kBarTicks, std::size_t(bar) % kHarmonies.size(),
                 bar / int(kHarmonies.size()));
        }
    };
    write.track("Flute", 0, 73);
    each([&](music::Tick at, std::size_t bar, int) {
        for (std::size_t i = 0; i < 8; ++i) {
            if (kMelody[bar][i] > 1) {
                std::size_t end = i + 1;
                while (end < 8 && kMelody[bar][end] == 1) {
                    ++end;
                }
                write.note(at + int(i) * kEighth, int(end - i) * kEighth - 20, kMelody[bar][i], 96);
            }
        }
    });
    write.track("Electric piano", 1, 4);
    each([&](music::Tick at, std::size_t bar, int round) {
        // Held at first, then in the gaps of the bass, then in eighths.
        for (int i = 0; i < 8; ++i) {
            const bool plays = round == 0 ? i % 4 == 0 : round == 1 ? i % 2 == 1 : true;
            for (const int tone : kHarmonies[bar].tones) {
                if (plays) {
                    write.note(at + i * kEighth, (round == 0 ? 4 : 1) * kEighth - 30, tone,
                               i % 2 == 0 ? 72 : 64);
                }
            }
        }
    });
    write.track("Bass", 2, 33);
    each([&](music::Tick at, std::size_t bar, int) {
        const int bass = kHarmonies[bar].bass;
        write.note(at, 3 * kEighth - 20, bass, 92);
        write.note(at + 3 * kEighth, kEighth - 20, bass, 78);
        write.note(at + 4 * kEighth, 2 * kEighth - 20, bass + 7, 86);
        write.note(at + 6 * kEighth, 2 * kEighth - 20, bass, 82);
    });
    write.track("Drums", music::kDrumChannel, 0);
    each([&](music::Tick at, std::size_t, int) {
        for (int i = 0; i < 8; ++i) {
            write.note(at + i * kEighth, 60, 42, i % 2 == 0 ? 70 : 54);
        }
        for (const int i : {0, 3, 4}) {
            write.note(at + i * kEighth, 60, 36, 96);
        }
        write.note(at + 2 * kEighth, 60, 38, 88);
        write.note(at + 6 * kEighth, 60, 38, 90);
    });
    song.finish();
    return song;
}

} // namespace canto::app
