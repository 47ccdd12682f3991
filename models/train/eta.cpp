// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/eta.h"

#include <algorithm>
#include <numeric>

namespace canto::models::train {

void Eta::addStep(double seconds) {
    m_steps.push_back(seconds);
    if (m_steps.size() > kSteps) {
        m_steps.pop_front();
    }
}

void Eta::addValidation(double seconds) { m_validation = seconds; }

double Eta::secondsPerStep() const {
    return m_steps.empty() ? 0.0
                           : std::accumulate(m_steps.begin(), m_steps.end(), 0.0) /
                                 static_cast<double>(m_steps.size());
}

std::optional<TimeLeft> Eta::left(double steps, double validations) const {
    if (m_steps.size() < kFirst) {
        return {};
    }
    double least = 1e300;
    double most = 0;
    const std::size_t blocks = std::min(kBlocks, m_steps.size());
    for (std::size_t block = 0; block < blocks; ++block) {
        const auto begin = block * m_steps.size() / blocks;
        const auto end = (block + 1) * m_steps.size() / blocks;
        const double mean =
            std::accumulate(m_steps.begin() + static_cast<std::ptrdiff_t>(begin),
                            m_steps.begin() + static_cast<std::ptrdiff_t>(end), 0.0) /
            static_cast<double>(end - begin);
        least = std::min(least, mean);
        most = std::max(most, mean);
    }
    const double rest = validations * m_validation;
    return TimeLeft{steps * least + rest, steps * most + rest};
}

} // namespace canto::models::train
