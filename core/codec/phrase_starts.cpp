// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/phrase_starts.h"

#include <algorithm>

namespace canto::codec {

using music::Tick;

namespace {
constexpr int kMaxBars = 1'000'000;
}

PhraseStarts::PhraseStarts(const music::MetreMap& metre, int ticksPerQuarter, int bars)
    : m_metre(metre), m_quarter(std::max(ticksPerQuarter, 1)),
      m_phrase(4 * m_quarter * std::max(bars, 1)), m_start(-m_phrase) {}

bool PhraseStarts::next() {
    if (m_longBar && m_start + 4 * m_quarter < m_barEnd) {
        m_start += 4 * m_quarter;
        return true;
    }
    for (; m_looked < kMaxBars; ++m_looked) {
        m_bar = m_nextBar++;
        const Tick begin = m_metre.barStart(m_bar);
        m_barEnd = m_metre.barStart(m_bar + 1);
        if (m_barEnd - begin >= 2 * m_quarter || begin - m_start >= 2 * m_quarter) {
            m_start = begin;
            m_longBar = m_barEnd - begin > m_phrase;
            ++m_looked;
            return true;
        }
    }
    return false;
}

void PhraseStarts::skipToBar(int bar) { m_nextBar = std::max(m_nextBar, bar); }

} // namespace canto::codec
