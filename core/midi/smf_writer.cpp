// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/smf_writer.h"

#include "core/base/atomic_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>

namespace canto::midi {
namespace {

using music::ChannelEvent;
using music::Note;
using music::Song;
using music::Tick;

using Bytes = std::vector<std::uint8_t>;

constexpr Tick kMaxDelta = 0x0FFFFFFF;

std::uint8_t low7(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 127)); }

void putBig(Bytes& out, std::uint32_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

void putVarLen(Bytes& out, std::uint32_t value) {
    for (int shift = 21; shift > 0; shift -= 7) {
        if (value >> shift != 0) {
            out.push_back(static_cast<std::uint8_t>(0x80 | (value >> shift & 0x7F)));
        }
    }
    out.push_back(static_cast<std::uint8_t>(value & 0x7F));
}

enum class What : std::uint8_t { Off, Tempo, Metre, Key, Meta, SysEx, Event, Program, On };

/// Something to write. At one tick of a track the ends of notes come first, so that a pitch can
/// start again, then meta and system exclusive events, then channel events and notes by `order`.
struct Entry {
    Tick tick = 0;
    What what = What::On;
    std::uint32_t order = 0; ///< kLast for notes that may follow all events
    std::uint32_t index = 0; ///< into the song's vector; Program: into the notes

    auto key() const { return std::tuple(tick, std::min(what, What::Event), order, index, what); }
};
constexpr std::uint32_t kLast = 0xFFFFFFFF;
constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max(); ///< after all events

/// Tracks which program is active while notes are visited in order.
class Programs {
  public:
    explicit Programs(const Song& song) : m_song(song) {
        std::size_t last = 0;
        for (const Note& note : song.notes) {
            last = std::max<std::size_t>(last, note.channel);
        }
        for (const ChannelEvent& event : song.events) {
            last = std::max<std::size_t>(last, event.channel);
        }
        m_channels.resize(last + 1);
    }

    /// Must be called with increasing ticks.
    void goTo(Tick tick) {
        if (tick == m_tick) {
            return;
        }
        m_tick = tick;
        for (Channel& channel : m_channels) {
            channel.track = -1;
        }
        for (; m_next < m_song.events.size() && m_song.events[m_next].tick <= tick; ++m_next) {
            const ChannelEvent& event = m_song.events[m_next];
            if (event.kind == ChannelEvent::Kind::Program) {
                Channel& channel = m_channels[event.channel];
                if (event.tick == tick) {
                    channel.remember(event.track, m_next);
                }
                channel.now = low7(event.value);
            }
        }
    }
    std::uint8_t now(const Note& note) const { return m_channels[note.channel].now; }
    void set(const Note& note) { m_channels[note.channel].now = low7(note.program); }

    /// The last program change of the note's own track and tick, up to index `most`, before which
    /// the note already has its program; -1 if there is none.
    std::int64_t placeAhead(const Note& note, std::int64_t most) const {
        const Channel& channel = m_channels[note.channel];
        if (channel.track != note.track) {
            return -1;
        }
        const auto& ends = channel.ends[low7(note.program)];
        const auto after = std::upper_bound(ends.begin(), ends.end(), most);
        return after == ends.begin() ? -1 : *(after - 1);
    }

  private:
    struct Channel {
        std::uint8_t now = 0;
        /// Of the changes at this tick, those that the last one's track made without interruption.
        std::int64_t track = -1;
        std::array<std::vector<std::int64_t>, 128> ends; ///< by program: the changes that replaced
                                                         ///< it

        void remember(std::int64_t from, std::size_t event) {
            if (track != from) {
                track = from;
                for (auto& places : ends) {
                    places.clear();
                }
            }
            ends[now].push_back(static_cast<std::int64_t>(event));
        }
    };
    const Song& m_song;
    std::vector<Channel> m_channels; ///< as many as the song uses
    std::size_t m_next = 0;
    Tick m_tick = -1;
};

class Writer {
  public:
    Writer(const Song& song, SmfFormat format);
    Bytes write();

  private:
    void add(std::size_t track, Tick tick, What what, std::size_t index, std::uint32_t order);
    void addNotes();
    Bytes track(std::size_t number);
    void put(Bytes& out, const Entry& entry);
    /// Number of the port that an entry is sent to; nothing for meta events.
    std::optional<std::uint8_t> portOf(const Entry& entry) const;
    void putPort(Bytes& out, std::uint8_t port);
    void putChannel(Bytes& out, int status, int first, int second);
    void putMeta(Bytes& out, std::uint8_t type, std::string_view bytes);
    Tick offTick(const Note& note) const {
        return std::max<Tick>(note.start, 0) + std::max<Tick>(note.length, 1);
    }

    const Song& m_song;
    std::size_t m_count = 1; ///< chunks
    bool m_single = true;
    std::vector<std::vector<Entry>> m_tracks;
    int m_running = 0;
};

Writer::Writer(const Song& song, SmfFormat format) : m_song(song) {
    std::size_t tracks = std::max<std::size_t>(song.tracks.size(), 1);
    const auto widen = [&tracks](const auto& items) {
        for (const auto& item : items) {
            tracks = std::max<std::size_t>(tracks, item.track + std::size_t{1});
        }
    };
    widen(song.notes);
    widen(song.events);
    widen(song.sysex);
    widen(song.metas);
    m_single = format == SmfFormat::SingleTrack || (format == SmfFormat::Auto && tracks == 1);
    m_count = m_single ? 1 : tracks;
    m_tracks.resize(m_count);
}

void Writer::add(std::size_t track, Tick tick, What what, std::size_t index, std::uint32_t order) {
    m_tracks[m_single ? 0 : track].push_back(
        {std::max<Tick>(tick, 0), what, order, static_cast<std::uint32_t>(index)});
}

/// Adds notes and the program changes they need in addition to those of the song. Of notes that
/// start together on one pitch the first to end must come first, so they are added in reverse.
void Writer::addNotes() {
    const std::vector<Note>& notes = m_song.notes;
    const auto together = [](const Note& a, const Note& b) {
        return std::tie(a.start, a.track, a.channel, a.pitch) ==
               std::tie(b.start, b.track, b.channel, b.pitch);
    };
    Programs programs(m_song);
    std::vector<std::uint32_t> order;
    for (std::size_t from = 0, to = 0; from < notes.size(); from = to) {
        programs.goTo(notes[from].start);
        for (to = from + 1; to < notes.size() && together(notes[to], notes[from]);) {
            ++to;
        }
        order.assign(to - from, kLast);
        std::int64_t most = kEnd;
        for (std::size_t i = to; i-- > from;) {
            if (notes[i].program != programs.now(notes[i]) || most != kEnd) {
                if (const std::int64_t ahead = programs.placeAhead(notes[i], most); ahead >= 0) {
                    order[i - from] = static_cast<std::uint32_t>(2 * ahead);
                    most = ahead;
                }
            }
        }
        for (std::size_t i = from; i < to; ++i) {
            const Note& note = notes[i];
            if (order[i - from] == kLast && note.program != programs.now(note)) {
                add(note.track, note.start, What::Program, i, kLast);
                programs.set(note);
            }
            add(note.track, note.start, What::On, i, order[i - from]);
            add(note.track, offTick(note), What::Off, i, 0);
        }
    }
}

Bytes Writer::write() {
    const auto addFirst = [this](const auto& changes, What what) {
        for (std::size_t i = 0; i < changes.size(); ++i) {
            add(0, changes[i].tick, what, i, 0);
        }
    };
    addFirst(m_song.tempo.changes(), What::Tempo);
    addFirst(m_song.metre.changes(), What::Metre);
    addFirst(m_song.keys, What::Key);
    const auto addAll = [this](const auto& items, What what) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            // Odd ranks belong to the events, so that notes fit between them.
            add(items[i].track, items[i].tick, what, i,
                what == What::Event ? static_cast<std::uint32_t>(2 * i + 1) : 0);
        }
    };
    addAll(m_song.metas, What::Meta);
    addAll(m_song.sysex, What::SysEx);
    addAll(m_song.events, What::Event);
    addNotes();

    Bytes out{'M', 'T', 'h', 'd', 0, 0, 0, 6};
    putBig(out, m_single ? 0 : 1, 2);
    putBig(out, static_cast<std::uint32_t>(m_count), 2);
    putBig(out, static_cast<std::uint32_t>(std::clamp(m_song.ticksPerQuarter, 1, 0x7FFF)), 2);
    for (std::size_t number = 0; number < m_count; ++number) {
        const Bytes body = track(number);
        out.insert(out.end(), {'M', 'T', 'r', 'k'});
        putBig(out, static_cast<std::uint32_t>(body.size()), 4);
        out.insert(out.end(), body.begin(), body.end());
    }
    return out;
}

Bytes Writer::track(std::size_t number) {
    std::vector<Entry>& entries = m_tracks[number];
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.key() < b.key(); });
    Bytes out;
    m_running = 0;
    if (number < m_song.tracks.size() && !m_song.tracks[number].name.empty()) {
        out.push_back(0);
        putMeta(out, 0x03, m_song.tracks[number].name);
    }
    Tick now = 0;
    std::uint8_t port = 0;
    const auto first = std::find_if(entries.begin(), entries.end(),
                                    [this](const Entry& entry) { return portOf(entry); });
    if (first != entries.end() && (m_song.ports.size() > 1 || portOf(*first) != port)) {
        port = *portOf(*first);
        out.push_back(0);
        putPort(out, port);
    }
    for (const Entry& entry : entries) {
        const Tick delta = std::min(entry.tick - now, kMaxDelta);
        putVarLen(out, static_cast<std::uint32_t>(delta));
        now = entry.tick;
        if (const auto wanted = portOf(entry); wanted && *wanted != port) {
            port = *wanted;
            putPort(out, port);
            out.push_back(0);
        }
        put(out, entry);
    }
    out.push_back(0);
    putMeta(out, 0x2F, {});
    return out;
}

std::optional<std::uint8_t> Writer::portOf(const Entry& entry) const {
    std::size_t index = 0;
    switch (entry.what) {
    case What::Off:
    case What::On:
    case What::Program:
        index = m_song.notes[entry.index].channel / music::kPortChannels;
        break;
    case What::Event:
        index = m_song.events[entry.index].channel / music::kPortChannels;
        break;
    case What::SysEx:
        index = m_song.sysex[entry.index].port;
        break;
    default:
        return std::nullopt;
    }
    return index < m_song.ports.size() ? m_song.ports[index] & 0x7F
                                       : static_cast<std::uint8_t>(index);
}

void Writer::putPort(Bytes& out, std::uint8_t port) {
    const char number = static_cast<char>(port);
    putMeta(out, 0x21, {&number, 1});
}

void Writer::putChannel(Bytes& out, int status, int first, int second) {
    if (status != m_running) {
        out.push_back(static_cast<std::uint8_t>(status));
        m_running = status;
    }
    out.push_back(low7(first));
    if (second >= 0) {
        out.push_back(low7(second));
    }
}

void Writer::putMeta(Bytes& out, std::uint8_t type, std::string_view bytes) {
    bytes = bytes.substr(0, static_cast<std::size_t>(kMaxDelta));
    out.push_back(0xFF);
    out.push_back(type);
    putVarLen(out, static_cast<std::uint32_t>(bytes.size()));
    out.insert(out.end(), bytes.begin(), bytes.end());
    m_running = 0;
}

void Writer::put(Bytes& out, const Entry& entry) {
    switch (entry.what) {
    case What::Off: {
        const Note& note = m_song.notes[entry.index];
        // Running status for note-offs: 90 with velocity 0 means a release velocity of 64.
        if (note.releaseVelocity == 64) {
            putChannel(out, 0x90 | (note.channel & 15), note.pitch, 0);
        } else {
            putChannel(out, 0x80 | (note.channel & 15), note.pitch, note.releaseVelocity);
        }
        break;
    }
    case What::On: {
        const Note& note = m_song.notes[entry.index];
        putChannel(out, 0x90 | (note.channel & 15), note.pitch, std::max<int>(note.velocity, 1));
        break;
    }
    case What::Program: {
        const Note& note = m_song.notes[entry.index];
        putChannel(out, 0xC0 | (note.channel & 15), note.program, -1);
        break;
    }
    case What::Tempo: {
        const std::uint32_t micros =
            std::min(m_song.tempo.changes()[entry.index].microsPerQuarter, 0xFFFFFFu);
        const std::array<char, 3> bytes{static_cast<char>(micros >> 16),
                                        static_cast<char>(micros >> 8), static_cast<char>(micros)};
        putMeta(out, 0x51, {bytes.data(), bytes.size()});
        break;
    }
    case What::Metre: {
        const music::MetreChange& metre = m_song.metre.changes()[entry.index];
        const auto denominator = static_cast<unsigned>(std::clamp(metre.denominator, 1, 128));
        const std::array<char, 4> bytes{static_cast<char>(std::clamp(metre.numerator, 1, 255)),
                                        static_cast<char>(std::bit_width(denominator) - 1),
                                        static_cast<char>(metre.clocksPerClick),
                                        static_cast<char>(metre.thirtySecondsPerQuarter)};
        putMeta(out, 0x58, {bytes.data(), bytes.size()});
        break;
    }
    case What::Key: {
        const music::KeyChange& key = m_song.keys[entry.index];
        const std::array<char, 2> bytes{static_cast<char>(key.sharps),
                                        static_cast<char>(key.minor ? 1 : 0)};
        putMeta(out, 0x59, {bytes.data(), bytes.size()});
        break;
    }
    case What::Meta: {
        const music::MetaEvent& meta = m_song.metas[entry.index];
        putMeta(out, meta.type, meta.bytes);
        break;
    }
    case What::SysEx: {
        const auto& bytes = m_song.sysex[entry.index].bytes;
        out.push_back(bytes.empty() ? std::uint8_t{0xF7} : bytes.front());
        const std::size_t length = bytes.empty() ? 0 : bytes.size() - 1;
        putVarLen(out, static_cast<std::uint32_t>(length));
        out.insert(out.end(), bytes.end() - static_cast<std::ptrdiff_t>(length), bytes.end());
        m_running = 0;
        break;
    }
    case What::Event: {
        const ChannelEvent& event = m_song.events[entry.index];
        const int channel = event.channel & 15;
        switch (event.kind) {
        case ChannelEvent::Kind::Program:
            putChannel(out, 0xC0 | channel, event.value, -1);
            break;
        case ChannelEvent::Kind::Control:
            putChannel(out, 0xB0 | channel, event.number, event.value);
            break;
        case ChannelEvent::Kind::PitchBend: {
            const int bend = std::clamp<int>(event.value, -8192, 8191) + 8192;
            putChannel(out, 0xE0 | channel, bend & 0x7F, bend >> 7);
            break;
        }
        case ChannelEvent::Kind::ChannelPressure:
            putChannel(out, 0xD0 | channel, event.value, -1);
            break;
        case ChannelEvent::Kind::PolyPressure:
            putChannel(out, 0xA0 | channel, event.number, event.value);
            break;
        }
        break;
    }
    }
}

} // namespace

std::vector<std::uint8_t> writeSmf(const Song& song, SmfFormat format) {
    return Writer(song, format).write();
}

Result<void> writeSmfFile(const std::filesystem::path& path, const Song& song, SmfFormat format) {
    const Bytes bytes = writeSmf(song, format);
    return writeFileAtomically(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

} // namespace canto::midi
