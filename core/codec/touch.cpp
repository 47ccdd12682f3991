#include "core/codec/touch.h"

#include "core/base/verify.h"

#include <algorithm>

namespace canto::codec {

Touch touchOf(int velocity, int offset) {
    constexpr int kWidth = 128 / kVelocityLevels;
    const int level = std::clamp(velocity, 0, 127) / kWidth;
    return static_cast<Touch>(1 + level * kOffsets + std::clamp(offset, -1, 1) + 1);
}

std::uint8_t touchVelocity(Touch touch) {
    constexpr int kWidth = 128 / kVelocityLevels;
    return static_cast<std::uint8_t>((touch - 1) / kOffsets * kWidth + kWidth / 2);
}

int touchOffset(Touch touch) { return (touch - 1) % kOffsets - 1; }

std::vector<Touch> canonicalTouches(std::span<const Token> tokens, std::span<const Touch> touches) {
    CANTO_VERIFY(tokens.size() == touches.size()) { return {}; }
    const std::size_t steps = tokens.size() / kTracks;
    std::vector<Touch> out(tokens.size(), kNoTouch);
    bool sounds = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool first = i % steps == 0;
        if (tokens[i] != kHold) {
            sounds = tokens[i] < kPitches;
        } else if (first) {
            sounds = false;
        }
        if (!sounds) {
            continue;
        }
        const bool begins = tokens[i] != kHold && touches[i] == kNoTouch;
        out[i] = begins ? kPlainTouch : touches[i];
        if (first && touchOffset(out[i]) < 0) {
            out[i] = touchOf(touchVelocity(out[i]), 0);
        }
    }
    return out;
}

} // namespace canto::codec
