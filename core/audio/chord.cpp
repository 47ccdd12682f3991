// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/chord.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace canto::audio {

namespace {

constexpr std::uint16_t bits() { return 0; }
template <class... Rest>
constexpr std::uint16_t bits(int first, Rest... rest) {
    return static_cast<std::uint16_t>((1 << first) | bits(rest...));
}

struct Quality {
    std::string_view name;
    std::uint16_t intervals;
};

/// The qualities that the front end finds come first, so that labels are written with them;
/// extended chords have the intervals of their seventh chords, as in mir_eval without reduction.
constexpr std::array<Quality, 28> kQualities{{
    {"maj", bits(0, 4, 7)},
    {"min", bits(0, 3, 7)},
    {"7", bits(0, 4, 7, 10)},
    {"maj7", bits(0, 4, 7, 11)},
    {"min7", bits(0, 3, 7, 10)},
    {"sus4", bits(0, 5, 7)},
    {"sus2", bits(0, 2, 7)},
    {"dim", bits(0, 3, 6)},
    {"aug", bits(0, 4, 8)},
    {"hdim7", bits(0, 3, 6, 10)},
    {"dim7", bits(0, 3, 6, 9)},
    {"maj6", bits(0, 4, 7, 9)},
    {"min6", bits(0, 3, 7, 9)},
    {"minmaj7", bits(0, 3, 7, 11)},
    {"sus4(b7)", bits(0, 5, 7, 10)},
    {"5", bits(0, 7)},
    {"1", bits(0)},
    {"maj9", bits(0, 4, 7, 11, 2)},
    {"min9", bits(0, 3, 7, 10, 2)},
    {"9", bits(0, 4, 7, 10, 2)},
    {"b9", bits(0, 4, 7, 10, 1)},
    {"#9", bits(0, 4, 7, 10, 3)},
    {"min11", bits(0, 3, 7, 10, 5)},
    {"11", bits(0, 4, 7, 10, 5)},
    {"#11", bits(0, 4, 7, 10, 6)},
    {"maj13", bits(0, 4, 7, 11, 9)},
    {"min13", bits(0, 3, 7, 10, 9)},
    {"13", bits(0, 4, 7, 10, 9)},
}};

constexpr std::array<std::string_view, 12> kNames{"C",  "C#", "D",  "Eb", "E",  "F",
                                                  "F#", "G",  "Ab", "A",  "Bb", "B"};
constexpr std::array<std::string_view, 12> kDegrees{"1",  "b2", "2",  "b3", "3",  "4",
                                                    "b5", "5",  "b6", "6",  "b7", "7"};

/// Accidentals and then 1 .. 13, as semitones above the root, mod 12.
std::optional<int> degree(std::string_view text) {
    int shift = 0;
    while (!text.empty() && (text.front() == 'b' || text.front() == '#')) {
        shift += text.front() == '#' ? 1 : -1;
        text.remove_prefix(1);
    }
    if (text.empty() || text.size() > 2 ||
        !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    int number = 0;
    for (const char c : text) {
        number = number * 10 + (c - '0');
    }
    if (number < 1 || number > 13) {
        return std::nullopt;
    }
    constexpr std::array<int, 7> kMajorScale{0, 2, 4, 5, 7, 9, 11};
    return (kMajorScale[static_cast<std::size_t>((number - 1) % 7)] + shift + 24) % 12;
}

std::optional<int> pitchClass(std::string_view text) {
    constexpr std::string_view letters = "CDEFGAB";
    constexpr std::array<int, 7> kMajorScale{0, 2, 4, 5, 7, 9, 11};
    const auto letter = text.empty() ? std::string_view::npos : letters.find(text.front());
    if (letter == std::string_view::npos || text.size() > 4) {
        return std::nullopt;
    }
    int value = kMajorScale[letter];
    for (const char c : text.substr(1)) {
        if (c != 'b' && c != '#') {
            return std::nullopt;
        }
        value += c == '#' ? 1 : -1;
    }
    return (value + 24) % 12;
}

const Quality* qualityNamed(std::string_view name) {
    const auto found = std::find_if(kQualities.begin(), kQualities.end(),
                                    [name](const Quality& q) { return q.name == name; });
    return found != kQualities.end() ? &*found : nullptr;
}

/// "(1,*3,b7)" without its brackets: degrees to add or, with a star, to remove.
bool applyDegrees(std::string_view list, std::uint16_t& intervals) {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        std::string_view one = list.substr(0, comma);
        list.remove_prefix(std::min(comma + 1, list.size()));
        const bool leaves = !one.empty() && one.front() == '*';
        const auto above = degree(leaves ? one.substr(1) : one);
        if (!above) {
            return false;
        }
        const auto bit = static_cast<std::uint16_t>(1 << *above);
        intervals = static_cast<std::uint16_t>(leaves ? intervals & ~bit : intervals | bit);
    }
    return true;
}

} // namespace

std::string_view pitchClassName(int pitch) {
    return kNames[static_cast<std::size_t>(((pitch % 12) + 12) % 12)];
}

Chord chordOn(int root, std::uint16_t intervals, int bass) {
    Chord chord{root, bass < 0 ? root : bass, 0};
    for (int k = 0; k < 12; ++k) {
        if (((intervals >> k) & 1) != 0) {
            chord.chroma = static_cast<std::uint16_t>(chord.chroma | (1 << ((root + k) % 12)));
        }
    }
    chord.chroma = static_cast<std::uint16_t>(chord.chroma | (1 << chord.bass));
    return chord;
}

Result<Chord> parseChord(std::string_view label) {
    const auto bad = [label] {
        return fail(Error::Code::BadInput, "This is not a chord", std::string(label.substr(0, 40)),
                    "Chords are written like C:maj, F#:min7/b3, N");
    };
    if (label == "N" || label == "X") {
        return Chord{};
    }
    std::string_view rest = label;
    int bassAbove = 0;
    if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
        const auto above = degree(rest.substr(slash + 1));
        if (!above) {
            return bad();
        }
        bassAbove = *above;
        rest = rest.substr(0, slash);
    }
    const auto colon = std::min(rest.find(':'), rest.size());
    const auto root = pitchClass(rest.substr(0, colon));
    if (!root) {
        return bad();
    }
    std::string_view quality = colon < rest.size() ? rest.substr(colon + 1) : "maj";
    std::uint16_t intervals = 0;
    if (const Quality* whole = qualityNamed(quality)) {
        intervals = whole->intervals;
    } else {
        const auto bracket = quality.find('(');
        if (bracket == std::string_view::npos || quality.back() != ')') {
            return bad();
        }
        if (bracket > 0) {
            const Quality* named = qualityNamed(quality.substr(0, bracket));
            if (named == nullptr) {
                return bad();
            }
            intervals = named->intervals;
        } else {
            intervals = 1;
        }
        if (!applyDegrees(quality.substr(bracket + 1, quality.size() - bracket - 2), intervals)) {
            return bad();
        }
    }
    return chordOn(*root, intervals, (*root + bassAbove) % 12);
}

std::string chordLabel(const Chord& chord) {
    if (chord.none()) {
        return "N";
    }
    std::uint16_t intervals = 0;
    for (int k = 0; k < 12; ++k) {
        if (chord.has((chord.root + k) % 12)) {
            intervals = static_cast<std::uint16_t>(intervals | (1 << k));
        }
    }
    const int bassAbove = (chord.bass - chord.root + 12) % 12;
    const auto withoutBass = static_cast<std::uint16_t>(intervals & ~(1 << bassAbove));
    std::string label(pitchClassName(chord.root));
    label += ':';
    const auto named = [&](std::uint16_t wanted) {
        const auto found =
            std::find_if(kQualities.begin(), kQualities.end(),
                         [wanted](const Quality& q) { return q.intervals == wanted; });
        return found != kQualities.end() ? found->name : std::string_view();
    };
    // The chroma also holds a bass note that is not part of the chord.
    std::string_view name = named(intervals);
    if (name.empty() && bassAbove != 0) {
        name = named(withoutBass);
    }
    if (!name.empty()) {
        label += name;
    } else {
        std::string list;
        for (std::size_t k = 0; k < 12; ++k) {
            if (((intervals >> k) & 1) != 0) {
                list += list.empty() ? "" : ",";
                list += kDegrees[k];
            }
        }
        label.append("(").append(list).append(")");
    }
    if (bassAbove != 0) {
        label.append("/").append(kDegrees[static_cast<std::size_t>(bassAbove)]);
    }
    return label;
}

} // namespace canto::audio
