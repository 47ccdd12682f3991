// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/phrase_change.h"

#include "core/base/verify.h"

#include <cmath>

namespace canto::codec {

double hammingDistance(std::span<const Token> a, std::span<const Token> b) {
    CANTO_VERIFY(a.size() == b.size() && !a.empty()) { return 0; }
    std::size_t differ = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        differ += a[i] != b[i];
    }
    return static_cast<double>(differ) / static_cast<double>(a.size());
}

bool neverRises(std::span<const double> values) {
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (values[i] > values[i - 1]) {
            return false;
        }
    }
    return true;
}

std::array<double, 12> pitchClasses(std::span<const Token> tokens) {
    std::array<double, 12> counts{};
    for (std::size_t i = tokens.size() / kTracks; i < tokens.size(); ++i) {
        if (tokens[i] < kPitches) {
            ++counts[tokens[i] % 12];
        }
    }
    return counts;
}

double pitchClassCosine(std::span<const Token> a, std::span<const Token> b) {
    const auto x = pitchClasses(a);
    const auto y = pitchClasses(b);
    double dot = 0;
    double lengthX = 0;
    double lengthY = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        dot += x[i] * y[i];
        lengthX += x[i] * x[i];
        lengthY += y[i] * y[i];
    }
    if (lengthX == 0 || lengthY == 0) {
        return lengthX == lengthY ? 1 : 0;
    }
    return dot / std::sqrt(lengthX * lengthY);
}

double rhythmKept(std::span<const Token> a, std::span<const Token> b) {
    CANTO_VERIFY(a.size() == b.size()) { return 0; }
    std::size_t both = 0;
    std::size_t all = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const bool inA = a[i] < kPitches;
        const bool inB = b[i] < kPitches;
        both += inA && inB;
        all += static_cast<std::size_t>(inA) + static_cast<std::size_t>(inB);
    }
    return all == 0 ? 1 : 2 * static_cast<double>(both) / static_cast<double>(all);
}

} // namespace canto::codec
