// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/note_metrics.h"

#include "core/codec/ratio.h"

#include "core/base/verify.h"

#include <algorithm>
#include <cstdlib>

namespace canto::codec {

namespace {

/// A note that begins in one step of one track.
struct Onset {
    Token pitch = kSilence; ///< kSilence: nothing
    Expression expression = kNoExpression;
    bool again = false;

    bool any() const { return pitch != kSilence; }
    int offset() const { return expression == kNoExpression ? 0 : expressionOffset(expression); }
};

/// Reads a track step by step.
class Reader {
  public:
    explicit Reader(const Played& played) : m_played(played) {}

    Onset at(std::size_t i, bool first) {
        const Token token = m_played.tokens[i];
        const Expression expression =
            m_played.expressions.empty() ? kNoExpression : m_played.expressions[i];
        if (token == kHold) {
            m_sounds = first ? kSilence : m_sounds;
            return expression == kNoExpression ? Onset{} : Onset{m_sounds, expression, true};
        }
        m_sounds = token;
        return {token, expression, false};
    }

  private:
    const Played& m_played;
    Token m_sounds = kSilence;
};

} // namespace

void NoteMetrics::add(const Played& predicted, const Played& target) {
    CANTO_VERIFY(predicted.tokens.size() == target.tokens.size()) { return; }
    const std::size_t steps = target.tokens.size() / kTracks;
    Reader guesses(predicted);
    Reader truths(target);
    for (std::size_t i = 0; i < target.tokens.size(); ++i) {
        const auto guess = guesses.at(i, i % steps == 0);
        const auto truth = truths.at(i, i % steps == 0);
        m_predicted += guess.any();
        if (!truth.any()) {
            continue;
        }
        // An onset before the phrase begins is played on its first step.
        const int offset = i % steps == 0 ? std::max(truth.offset(), 0) : truth.offset();
        const bool right = guess.pitch == truth.pitch && guess.offset() == offset;
        ++m_notes;
        m_right += right;
        m_again += truth.again;
        m_rightAgain += truth.again && right;
        m_offGrid += offset != 0;
        m_rightOffGrid += offset != 0 && right;
        if (right && truth.expression != kNoExpression) {
            const Expression played =
                guess.expression == kNoExpression ? kPlainExpression : guess.expression;
            ++m_current;
            m_velocityError += std::abs(int{expressionVelocity(played)} -
                                        int{expressionVelocity(truth.expression)});
        }
    }
}

NoteScores NoteMetrics::scores() const {
    NoteScores scores;
    scores.precision = ratio(m_right, m_predicted);
    scores.recall = ratio(m_right, m_notes);
    scores.f1 = ratio(2 * m_right, m_predicted + m_notes);
    scores.againRecall = ratio(m_rightAgain, m_again);
    scores.offGridRecall = ratio(m_rightOffGrid, m_offGrid);
    scores.velocityError = m_current == 0 ? 0 : m_velocityError / static_cast<double>(m_current);
    scores.notes = m_notes;
    scores.again = m_again;
    scores.offGrid = m_offGrid;
    return scores;
}

} // namespace canto::codec
