#include "core/midi/smf_reader.h"

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>

namespace canto::midi {
namespace {

using music::ChannelEvent;
using music::Note;
using music::Tick;

class Reader {
  public:
    explicit Reader(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}

    Result<MidiFile> read();

  private:
    bool has(std::size_t n) const { return m_end - m_at >= n; }
    std::uint8_t byte() { return m_bytes[m_at++]; }
    std::uint32_t big(int n) {
        std::uint32_t value = 0;
        while (n-- > 0) {
            value = value << 8 | byte();
        }
        return value;
    }
    bool varLen(std::uint32_t& value) {
        value = 0;
        for (int i = 0; i < 4 && m_at < m_end; ++i) {
            const std::uint8_t b = byte();
            value = value << 7 | (b & 0x7Fu);
            if (b < 0x80) {
                return true;
            }
        }
        return false;
    }
    void mend(const char* text) {
        for (Repair& repair : m_file.repairs) {
            if (repair.track == m_track && repair.text == text) {
                ++repair.count;
                return;
            }
        }
        m_file.repairs.push_back({m_track, m_at, text, 1});
    }
    void readTrack();
    void channelEvent(std::uint8_t status, Tick tick);
    void meta(std::uint8_t type, std::span<const std::uint8_t> body, Tick tick);
    void noteOff(std::uint8_t channel, std::uint8_t pitch, std::uint8_t velocity, Tick tick);

    std::span<const std::uint8_t> m_bytes;
    std::size_t m_at = 0;
    std::size_t m_end = 0;
    int m_track = -1;
    MidiFile m_file;
    std::vector<music::TempoChange> m_tempi;
    std::vector<music::MetreChange> m_metres;
    std::array<std::deque<std::size_t>, 16 * 128> m_open;
    std::size_t m_events = 0;
};

Result<MidiFile> Reader::read() {
    m_end = m_bytes.size();
    if (m_bytes.empty()) {
        return fail(Error::Code::BadFile, "The file is empty");
    }
    const auto starts = [this](const char* text) {
        const std::string_view view(text);
        return m_bytes.size() - m_at >= view.size() &&
               std::equal(view.begin(), view.end(), m_bytes.begin() + m_at,
                          [](char a, std::uint8_t b) { return std::uint8_t(a) == b; });
    };
    if (starts("RIFF") && m_bytes.size() >= 20) {
        m_at = 20;
    }
    if (!starts("MThd") || !has(14)) {
        return fail(Error::Code::BadFile, "This is not a MIDI file", "byte 0");
    }
    m_at += 4;
    const std::uint32_t headerLength = big(4);
    const std::size_t afterHeader = m_at + headerLength;
    m_file.format = static_cast<int>(big(2));
    big(2);
    const std::uint32_t division = big(2);
    if ((division & 0x8000) != 0) {
        const int frames = 256 - static_cast<int>(division >> 8);
        m_file.song.ticksPerQuarter =
            std::max(1, (frames == 29 ? 30 : frames) * int(division & 0xFF));
        m_tempi.push_back({0, frames == 29 ? 1001000u : 1000000u});
    } else {
        m_file.song.ticksPerQuarter = std::max<int>(1, static_cast<int>(division));
    }
    const bool smpte = !m_tempi.empty();
    m_at = std::min(afterHeader, m_bytes.size());
    while (m_bytes.size() - m_at >= 8) {
        const bool track = starts("MTrk");
        m_at += 4;
        const std::uint32_t length = big(4);
        const std::size_t next = std::min<std::size_t>(m_bytes.size(), m_at + length);
        if (track) {
            m_end = next;
            m_track = static_cast<int>(m_file.song.tracks.size());
            m_file.song.tracks.emplace_back();
            readTrack();
        }
        m_at = next;
        m_end = m_bytes.size();
    }
    if (m_file.song.tracks.empty()) {
        return fail(Error::Code::BadFile, "The file holds no track");
    }
    if (smpte) {
        m_tempi.resize(1);
    }
    music::Song& song = m_file.song;
    song.tempo = music::TempoMap(song.ticksPerQuarter, std::move(m_tempi));
    song.metre = music::MetreMap(song.ticksPerQuarter, std::move(m_metres));
    song.finish();
    // The program in force may come from another track, so it is known only now.
    std::array<std::uint8_t, 16> program{};
    auto event = song.events.begin();
    for (Note& note : song.notes) {
        for (; event != song.events.end() && event->tick <= note.start; ++event) {
            if (event->kind == ChannelEvent::Kind::Program) {
                program[event->channel] = static_cast<std::uint8_t>(event->value);
            }
        }
        note.program = program[note.channel];
    }
    return std::move(m_file);
}

void Reader::readTrack() {
    Tick tick = 0;
    std::uint8_t running = 0;
    while (m_at < m_end && ++m_events < 4'000'000) {
        std::uint32_t delta = 0;
        if (!varLen(delta)) {
            mend("bad delta time");
            break;
        }
        tick += delta;
        if (m_at >= m_end) {
            break;
        }
        std::uint8_t status = m_bytes[m_at];
        if (status >= 0x80) {
            ++m_at;
        } else {
            status = running;
        }
        if (status < 0x80) {
            mend("data byte without a status");
            ++m_at;
        } else if (status < 0xF0) {
            running = status;
            channelEvent(status, tick);
        } else if (status == 0xFF || status == 0xF0 || status == 0xF7) {
            const std::uint8_t type = status == 0xFF && m_at < m_end ? byte() : 0;
            std::uint32_t length = 0;
            if (!varLen(length)) {
                break;
            }
            length = static_cast<std::uint32_t>(std::min<std::size_t>(length, m_end - m_at));
            const auto body = m_bytes.subspan(m_at, length);
            m_at += length;
            if (status == 0xFF) {
                if (type == 0x2F) {
                    break;
                }
                meta(type, body, tick);
            } else {
                music::SysExEvent sysex{tick, static_cast<std::uint16_t>(m_track), {status}};
                sysex.bytes.insert(sysex.bytes.end(), body.begin(), body.end());
                m_file.song.sysex.push_back(std::move(sysex));
            }
        }
    }
    for (auto& queue : m_open) {
        for (const std::size_t index : queue) {
            Note& note = m_file.song.notes[index];
            note.length = std::max<Tick>(0, tick - note.start);
            mend("note left hanging");
        }
        queue.clear();
    }
}

void Reader::noteOff(std::uint8_t channel, std::uint8_t pitch, std::uint8_t velocity, Tick tick) {
    auto& queue = m_open[channel * 128u + pitch];
    if (!queue.empty()) {
        Note& note = m_file.song.notes[queue.front()];
        queue.pop_front();
        note.length = tick - note.start;
        note.releaseVelocity = velocity;
    }
}

void Reader::channelEvent(std::uint8_t status, Tick tick) {
    const std::uint8_t channel = status & 15;
    const int kind = status >> 4;
    const std::size_t need = kind == 0xC || kind == 0xD ? 1 : 2;
    if (!has(need)) {
        m_at = m_end;
        return;
    }
    const std::uint8_t a = byte() & 0x7F;
    const std::uint8_t b = need == 2 ? byte() & 0x7F : 0;
    const auto track = static_cast<std::uint16_t>(m_track);
    auto& song = m_file.song;
    const auto add = [&](ChannelEvent::Kind k, std::uint8_t number, int value) {
        song.events.push_back(
            {tick, 0, track, channel, k, number, static_cast<std::int16_t>(value)});
    };
    switch (kind) {
    case 0x8:
        noteOff(channel, a, b, tick);
        break;
    case 0x9:
        if (b == 0) {
            noteOff(channel, a, 64, tick);
        } else {
            m_open[channel * 128u + a].push_back(song.notes.size());
            Note note;
            note.start = tick;
            note.track = track;
            note.channel = channel;
            note.pitch = a;
            note.velocity = b;
            song.notes.push_back(note);
        }
        break;
    case 0xA:
        add(ChannelEvent::Kind::PolyPressure, a, b);
        break;
    case 0xB:
        add(ChannelEvent::Kind::Control, a, b);
        break;
    case 0xC:
        add(ChannelEvent::Kind::Program, 0, a);
        break;
    case 0xD:
        add(ChannelEvent::Kind::ChannelPressure, 0, a);
        break;
    default:
        add(ChannelEvent::Kind::PitchBend, 0, (b << 7 | a) - 8192);
        break;
    }
}

void Reader::meta(std::uint8_t type, std::span<const std::uint8_t> body, Tick tick) {
    auto& song = m_file.song;
    if (type == 0x51 && body.size() >= 3) {
        m_tempi.push_back(
            {tick, static_cast<std::uint32_t>(body[0] << 16 | body[1] << 8 | body[2])});
    } else if (type == 0x58 && body.size() >= 2 && body[0] > 0 && body[1] < 8) {
        m_metres.push_back({tick, body[0], 1 << body[1]});
    } else if (type == 0x59 && body.size() >= 2) {
        song.keys.push_back({tick, static_cast<std::int8_t>(body[0]), body[1] != 0});
    } else if (type == 0x03 && song.tracks.back().name.empty()) {
        song.tracks.back().name.assign(body.begin(), body.end());
    } else {
        song.metas.push_back({tick, static_cast<std::uint16_t>(m_track), type,
                              std::string(body.begin(), body.end())});
    }
}

} // namespace

Result<MidiFile> readSmf(std::span<const std::uint8_t> bytes) { return Reader(bytes).read(); }

Result<MidiFile> readSmfFile(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        return fail(Error::Code::NotFound, "The file could not be opened", path.string());
    }
    const std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(stream)), {});
    auto file = readSmf(bytes);
    if (!file) {
        file.error().where =
            path.string() + (file.error().where.empty() ? "" : ", ") + file.error().where;
    }
    return file;
}

} // namespace canto::midi
