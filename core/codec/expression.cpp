// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/expression.h"

#include "core/base/verify.h"

#include <algorithm>

namespace canto::codec {

Expression expressionOf(int velocity, int offset) {
    constexpr int kWidth = 128 / kVelocityLevels;
    const int level = std::clamp(velocity, 0, 127) / kWidth;
    return static_cast<Expression>(1 + level * kOffsets + std::clamp(offset, -1, 1) + 1);
}

std::uint8_t expressionVelocity(Expression expression) {
    constexpr int kWidth = 128 / kVelocityLevels;
    return static_cast<std::uint8_t>((expression - 1) / kOffsets * kWidth + kWidth / 2);
}

int expressionOffset(Expression expression) { return (expression - 1) % kOffsets - 1; }

std::vector<Expression> canonicalExpressions(std::span<const Token> tokens,
                                             std::span<const Expression> expressions) {
    CANTO_VERIFY(tokens.size() == expressions.size()) { return {}; }
    const std::size_t steps = tokens.size() / kTracks;
    std::vector<Expression> out(tokens.size(), kNoExpression);
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
        const bool begins = tokens[i] != kHold && expressions[i] == kNoExpression;
        out[i] = begins ? kPlainExpression : expressions[i];
        if (first && expressionOffset(out[i]) < 0) {
            out[i] = expressionOf(expressionVelocity(out[i]), 0);
        }
    }
    return out;
}

} // namespace canto::codec
