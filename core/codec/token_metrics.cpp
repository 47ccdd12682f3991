// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/token_metrics.h"

#include "core/codec/ratio.h"

#include "core/base/verify.h"

#include <algorithm>

namespace canto::codec {

void TokenMetrics::add(std::span<const Token> predicted, std::span<const Token> target) {
    CANTO_VERIFY(predicted.size() == target.size() && target.size() % kTracks == 0) { return; }
    const std::size_t steps = target.size() / kTracks;
    ++m_phrases;
    for (std::size_t track = 0; track < kTracks; ++track) {
        Counts& counts = m_counts[track];
        Token soundsPredicted = kSilence;
        Token soundsTarget = kSilence;
        for (std::size_t step = 0; step < steps; ++step) {
            const Token guess = predicted[track * steps + step];
            const Token truth = target[track * steps + step];
            const bool equal = guess == truth;
            ++counts.steps;
            counts.equal += equal;
            counts.notHold += truth != kHold;
            counts.equalNotHold += truth != kHold && equal;
            counts.targetOnsets += truth < kPitches;
            counts.predictedOnsets += guess < kPitches;
            counts.rightOnsets += truth < kPitches && equal;

            soundsPredicted = guess == kHold ? soundsPredicted : guess;
            soundsTarget = truth == kHold ? soundsTarget : truth;
            if (soundsPredicted == soundsTarget) {
                ++counts.equalRollSteps;
            } else {
                // One voice: two pitches differ in two cells, a pitch and silence in one.
                counts.differentCells += (soundsPredicted < kPitches) + (soundsTarget < kPitches);
            }
        }
    }
}

void TokenMetrics::merge(const TokenMetrics& other) {
    m_phrases += other.m_phrases;
    for (std::size_t track = 0; track < kTracks; ++track) {
        Counts& a = m_counts[track];
        const Counts& b = other.m_counts[track];
        a.steps += b.steps;
        a.equal += b.equal;
        a.notHold += b.notHold;
        a.equalNotHold += b.equalNotHold;
        a.targetOnsets += b.targetOnsets;
        a.predictedOnsets += b.predictedOnsets;
        a.rightOnsets += b.rightOnsets;
        a.differentCells += b.differentCells;
        a.equalRollSteps += b.equalRollSteps;
    }
}

Scores TokenMetrics::scores() const {
    Scores scores;
    TrackScores& mean = scores.mean;
    for (std::size_t track = 0; track < kTracks; ++track) {
        const Counts& c = m_counts[track];
        TrackScores& s = scores.tracks[track];
        s.accuracy = ratio(c.equal, c.steps);
        s.accuracyWithoutHolds = ratio(c.equalNotHold, c.notHold);
        s.onsetPrecision = ratio(c.rightOnsets, c.predictedOnsets);
        s.onsetRecall = ratio(c.rightOnsets, c.targetOnsets);
        s.onsetF1 = ratio(2 * c.rightOnsets, c.predictedOnsets + c.targetOnsets);
        s.rollCellAccuracy = c.steps == 0 ? 0 : 1 - ratio(c.differentCells, c.steps * kPitches);
        s.rollStepAccuracy = ratio(c.equalRollSteps, c.steps);
        s.steps = c.steps;
        s.targetOnsets = c.targetOnsets;
        s.predictedOnsets = c.predictedOnsets;

        mean.accuracy += s.accuracy / kTracks;
        mean.accuracyWithoutHolds += s.accuracyWithoutHolds / kTracks;
        mean.onsetPrecision += s.onsetPrecision / kTracks;
        mean.onsetRecall += s.onsetRecall / kTracks;
        mean.onsetF1 += s.onsetF1 / kTracks;
        mean.rollCellAccuracy += s.rollCellAccuracy / kTracks;
        mean.rollStepAccuracy += s.rollStepAccuracy / kTracks;
        mean.steps += s.steps;
        mean.targetOnsets += s.targetOnsets;
        mean.predictedOnsets += s.predictedOnsets;
    }
    return scores;
}

std::vector<Token> alwaysHold(int steps) {
    const auto length = static_cast<std::size_t>(std::max(steps, 1));
    std::vector<Token> tokens(kTracks * length, kHold);
    for (std::size_t track = 0; track < kTracks; ++track) {
        tokens[track * length] = kSilence;
    }
    return tokens;
}

ClassCounts::ClassCounts(int steps)
    : m_steps(std::max(steps, 1)),
      m_counts(static_cast<std::size_t>(kTracks) * static_cast<std::size_t>(m_steps) * kClasses) {}

void ClassCounts::add(std::span<const Token> tokens) {
    CANTO_VERIFY(tokens.size() * kClasses == m_counts.size()) { return; }
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        CANTO_VERIFY(tokens[i] < kClasses) { continue; }
        ++m_counts[i * kClasses + tokens[i]];
    }
}

std::vector<Token> ClassCounts::mostFrequent() const {
    std::vector<Token> tokens(m_counts.size() / kClasses);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto first = m_counts.begin() + static_cast<std::ptrdiff_t>(i * kClasses);
        const auto best = std::max_element(first, first + kClasses);
        tokens[i] = *best == 0 ? kHold : static_cast<Token>(best - first);
    }
    return tokens;
}

} // namespace canto::codec
