// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/drum_parts.h"

#include <algorithm>
#include <array>

namespace canto::music {

namespace {

constexpr int kChannels = kMaxPorts * kPortChannels;
constexpr int kBankMsb = 0;
constexpr int kGm2Drums = 120;
constexpr int kGm2Instruments = 121;
constexpr int kXgEffects = 126;
constexpr int kXgDrums = 127;

using Kind = PartSetup::Kind;

bool isBankSelect(const ChannelEvent& event) {
    return event.kind == ChannelEvent::Kind::Control && event.number == kBankMsb;
}

bool isDrumBank(int bank) { return bank == kGm2Drums || bank == kXgEffects || bank == kXgDrums; }

/// Channel of a GS part block: 0 is part 10, 1-9 are parts 1-9, A-F are parts 11-16.
std::uint8_t channelOfBlock(int block) {
    return static_cast<std::uint8_t>(block == 0 ? kDrumChannel : block < 10 ? block - 1 : block);
}

/// The modes of the parts of all ports while the song is traversed.
class Parts {
  public:
    explicit Parts(const Song& song) {
        bool reset = false;
        for (const SysExEvent& message : song.sysex) {
            const auto setup = partSetupOf(message.bytes);
            reset = reset || (setup && setup->kind != Kind::Part);
        }
        std::array<bool, kChannels> hasNotes{};
        std::array<bool, kChannels> hasInstrument{};
        for (const Note& note : song.notes) {
            hasNotes[note.channel] = true;
        }
        for (const ChannelEvent& event : song.events) {
            if (event.kind == ChannelEvent::Kind::Program && event.value != 0) {
                hasInstrument[event.channel] = true;
            }
        }
        bool first = true;
        for (std::size_t c = kDrumChannel; c < kChannels; c += kPortChannels) {
            m_default[c] = first || reset || !hasInstrument[c];
            first = first && !hasNotes[c];
        }
        m_drums = m_default;
    }

    void apply(const SysExEvent& message) {
        const auto setup = partSetupOf(message.bytes);
        if (!setup) {
            return;
        }
        const std::size_t base = std::size_t{message.port} * kPortChannels;
        if (setup->kind == Kind::Part) {
            const std::size_t channel = base + setup->channel;
            if (channel < kChannels) {
                m_drums[channel] = setup->drums;
                m_byBank[channel] = false;
            }
            return;
        }
        m_device[message.port % kMaxPorts] = setup->kind;
        for (std::size_t c = base; c < std::min<std::size_t>(base + kPortChannels, kChannels);
             ++c) {
            m_drums[c] = m_default[c];
            m_byBank[c] = false;
            m_bank[c] = 0;
        }
    }

    void apply(const ChannelEvent& event) {
        const std::size_t c = event.channel;
        if (isBankSelect(event)) {
            m_bank[c] = event.value;
        } else if (event.kind == ChannelEvent::Kind::Program) {
            const auto device = m_device[c / kPortChannels];
            const int bank = m_bank[c];
            if (isDrumBank(bank) && (device != Kind::GsOn || bank == kGm2Drums)) {
                m_byBank[c] = m_byBank[c] || !m_drums[c];
                m_drums[c] = true;
            } else if (bank == kGm2Instruments && device == Kind::Gm2On) {
                m_drums[c] = false;
            } else if (m_byBank[c]) {
                m_drums[c] = false;
                m_byBank[c] = false;
            }
        }
    }

    PartMode modeOf(const Note& note) const {
        const bool drums = m_drums[note.channel];
        if (drums == (note.channel == kDrumChannel)) {
            return PartMode::ByChannel;
        }
        return drums ? PartMode::Drums : PartMode::Instrument;
    }

  private:
    std::array<bool, kChannels> m_default{};
    std::array<bool, kChannels> m_drums{};
    std::array<bool, kChannels> m_byBank{}; ///< drums only as long as the bank selects them
    std::array<int, kChannels> m_bank{};
    std::array<std::optional<Kind>, kMaxPorts> m_device{};
};

} // namespace

std::optional<PartSetup> partSetupOf(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < 5 || bytes[0] != 0xF0) {
        return std::nullopt;
    }
    const auto is = [bytes](std::size_t from, std::initializer_list<int> wanted) {
        return bytes.size() >= from + wanted.size() &&
               std::equal(wanted.begin(), wanted.end(), bytes.begin() + static_cast<long>(from));
    };
    if (bytes[1] == 0x7E && is(3, {0x09, 0x01})) {
        return PartSetup{.kind = Kind::GmOn};
    }
    if (bytes[1] == 0x7E && is(3, {0x09, 0x03})) {
        return PartSetup{.kind = Kind::Gm2On};
    }
    if (bytes[1] == 0x41 && is(3, {0x42, 0x12})) { // Roland, GS, data set
        if (is(5, {0x40, 0x00, 0x7F, 0x00}) || is(5, {0x00, 0x00, 0x7F})) {
            return PartSetup{.kind = Kind::GsOn};
        }
        if (bytes.size() > 8 && bytes[5] == 0x40 && bytes[6] >> 4 == 1 && bytes[7] == 0x15) {
            return PartSetup{Kind::Part, channelOfBlock(bytes[6] & 0x0F), bytes[8] != 0};
        }
    }
    if (bytes[1] == 0x43 && bytes[2] >> 4 == 1 && bytes[3] == 0x4C) { // Yamaha, XG
        if (is(4, {0x00, 0x00, 0x7E, 0x00})) {
            return PartSetup{.kind = Kind::XgOn};
        }
        if (bytes.size() > 7 && bytes[4] == 0x08 && bytes[6] == 0x07) {
            return PartSetup{Kind::Part, bytes[5], bytes[7] != 0};
        }
    }
    return std::nullopt;
}

void markDrumParts(Song& song) {
    const bool plain =
        song.ports.size() < 2 &&
        std::none_of(song.events.begin(), song.events.end(),
                     [](const auto& e) { return isBankSelect(e) && e.value >= kGm2Drums; }) &&
        std::none_of(song.sysex.begin(), song.sysex.end(),
                     [](const auto& message) { return partSetupOf(message.bytes).has_value(); });
    if (plain) {
        for (Note& note : song.notes) {
            note.part = PartMode::ByChannel;
        }
        return;
    }
    Parts parts(song);
    auto message = song.sysex.begin();
    auto event = song.events.begin();
    for (Note& note : song.notes) {
        // One tick after the other, so that a reset does not undo later messages.
        for (;;) {
            const bool messages = message != song.sysex.end() && message->tick <= note.start;
            const bool events = event != song.events.end() && event->tick <= note.start;
            if (messages && (!events || message->tick <= event->tick)) {
                parts.apply(*message++);
            } else if (events) {
                parts.apply(*event++);
            } else {
                break;
            }
        }
        note.part = parts.modeOf(note);
    }
}

} // namespace canto::music
