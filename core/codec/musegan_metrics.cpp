// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/musegan_metrics.h"

#include "core/codec/ratio.h"

#include "core/base/verify.h"

#include <bit>

namespace canto::codec {

void MuseGanMetrics::endNote(Counts& counts, int length) {
    constexpr int kQualified = 2;
    counts.notes += length > 0;
    counts.qualified += length >= kQualified;
}

void MuseGanMetrics::add(std::span<const Token> tokens) {
    const auto steps = static_cast<int>(tokens.size()) / kTracks;
    CANTO_VERIFY(tokens.size() % kTracks == 0 && steps % kStepsPerBar == 0) { return; }
    m_bars += static_cast<std::uint64_t>(steps / kStepsPerBar);
    for (int track = 0; track < kTracks; ++track) {
        Counts& counts = m_counts[static_cast<std::size_t>(track)];
        Token sounding = kSilence;
        int length = 0; // of the note that sounds
        unsigned classes = 0;
        for (int step = 0; step < steps; ++step) {
            const Token token = tokens[static_cast<std::size_t>(track * steps + step)];
            if (token != kHold) {
                endNote(counts, length);
                length = 0;
                sounding = token;
            }
            if (sounding < kPitches) {
                ++length;
                classes |= 1u << (sounding % 12);
            }
            if (track == 0 && token < kPitches) {
                ++m_hits;
                m_hitsOnEighths += step % 2 == 0;
            }
            if (step % kStepsPerBar == kStepsPerBar - 1) {
                ++(classes == 0 ? counts.empty : counts.sounding);
                counts.classes += static_cast<std::uint64_t>(std::popcount(classes));
                classes = 0;
            }
        }
        endNote(counts, length);
    }
}

MuseGanFigures MuseGanMetrics::figures() const {
    MuseGanFigures figures;
    for (std::size_t track = 0; track < kTracks; ++track) {
        const Counts& c = m_counts[track];
        figures.tracks[track] = {ratio(c.empty, m_bars), ratio(c.classes, c.sounding),
                                 ratio(c.qualified, c.notes)};
    }
    figures.drumPattern = ratio(m_hitsOnEighths, m_hits);
    figures.bars = m_bars;
    return figures;
}

} // namespace canto::codec
