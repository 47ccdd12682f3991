// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/calibration.h"

#include "core/base/json_text.h"
#include "core/base/random.h"
#include "models/common/latent_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace canto::models::polyphonic {

ScoreCalibration::Features ScoreCalibration::features(double x, double y) {
    // Near the middle there is no direction.
    constexpr double kMiddle = 0.05;
    const double radius = std::max(std::hypot(x, y), kMiddle);
    return {1, x, y, x / radius, y / radius};
}

ScoreCalibration ScoreCalibration::fromCard(const std::string& text, std::size_t classes) {
    const auto parsed = nlohmann::json::parse(text, nullptr, false);
    if (!parsed.is_array() || parsed.size() != classes || classes == 0) {
        return {};
    }
    std::vector<Features> weights;
    for (const auto& row : parsed) {
        if (!row.is_array() || row.size() != kFeatures ||
            !std::all_of(row.begin(), row.end(),
                         [](const auto& value) { return value.is_number(); })) {
            return {};
        }
        weights.push_back(row.get<Features>());
    }
    return ScoreCalibration(std::move(weights));
}

std::string ScoreCalibration::toCard() const {
    nlohmann::json rows = nlohmann::json::array();
    for (const auto& row : m_weights) {
        nlohmann::json rounded = nlohmann::json::array();
        for (const double value : row) {
            rounded.push_back(std::round(value * 1000) / 1000);
        }
        rows.push_back(std::move(rounded));
    }
    return jsonText(rows);
}

std::vector<double> ScoreCalibration::logits(double x, double y) const {
    const auto place = features(x, y);
    std::vector<double> logits;
    for (const auto& row : m_weights) {
        logits.push_back(std::inner_product(row.begin(), row.end(), place.begin(), 0.0));
    }
    return logits;
}

std::vector<double> atTemperature(std::vector<double> logits, double temperature) {
    for (auto& value : logits) {
        value /= temperature;
    }
    return logits.empty() ? logits : softmax(std::move(logits));
}

double fitTemperature(const std::vector<std::vector<double>>& logits,
                      const std::vector<int>& labels) {
    if (logits.empty()) {
        return 1.0;
    }
    const auto loss = [&](double logTemperature) {
        double sum = 0;
        for (std::size_t i = 0; i < logits.size(); ++i) {
            const auto p = atTemperature(logits[i], std::exp(logTemperature));
            sum -= std::log(std::max(p[static_cast<std::size_t>(labels[i])], 1e-12));
        }
        return sum;
    };
    // The loss is convex in 1 / T, so it falls to one minimum and rises after it: golden section.
    constexpr double kGolden = 0.6180339887498949;
    double low = std::log(0.05);
    double high = std::log(500.0);
    double left = high - kGolden * (high - low);
    double right = low + kGolden * (high - low);
    double atLeft = loss(left);
    double atRight = loss(right);
    while (high - low > 1e-3) {
        if (atLeft < atRight) {
            high = right;
            right = left;
            atRight = atLeft;
            left = high - kGolden * (high - low);
            atLeft = loss(left);
        } else {
            low = left;
            left = right;
            atLeft = atRight;
            right = low + kGolden * (high - low);
            atRight = loss(right);
        }
    }
    return std::exp((low + high) / 2);
}

void Reliability::add(const std::vector<double>& probabilities, int label,
                      const std::string& group) {
    const auto best = std::max_element(probabilities.begin(), probabilities.end());
    m_cases.push_back({*best, best - probabilities.begin() == label, group});
}

double Reliability::right() const {
    const auto right =
        std::count_if(m_cases.begin(), m_cases.end(), [](const Case& one) { return one.right; });
    return m_cases.empty() ? 0.0 : static_cast<double>(right) / static_cast<double>(m_cases.size());
}

double Reliability::calibrationError() const {
    std::array<double, 10> difference{};
    for (const auto& one : m_cases) {
        const auto bin = std::min(9, static_cast<int>(one.probability * 10));
        difference[static_cast<std::size_t>(bin)] += one.probability - (one.right ? 1.0 : 0.0);
    }
    double sum = 0;
    for (const double value : difference) {
        sum += std::abs(value);
    }
    return m_cases.empty() ? 0.0 : sum / static_cast<double>(m_cases.size());
}

std::array<double, 2> Reliability::interval() const {
    std::map<std::string, std::array<double, 2>> sums; // right, all
    for (const auto& one : m_cases) {
        sums[one.group][0] += one.right ? 1.0 : 0.0;
        sums[one.group][1] += 1;
    }
    if (sums.empty()) {
        return {0, 0};
    }
    std::vector<std::array<double, 2>> groups;
    for (const auto& [name, sum] : sums) {
        groups.push_back(sum);
    }
    constexpr std::size_t kSamples = 1000;
    Random random(1);
    std::vector<double> shares;
    for (std::size_t sample = 0; sample < kSamples; ++sample) {
        double right = 0;
        double all = 0;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const auto& group = groups[random.below(groups.size())];
            right += group[0];
            all += group[1];
        }
        shares.push_back(right / all);
    }
    std::sort(shares.begin(), shares.end());
    return {shares[kSamples / 40], shares[kSamples - 1 - kSamples / 40]};
}

nlohmann::json Reliability::figures() const {
    std::map<std::string, int> groups;
    for (const auto& one : m_cases) {
        ++groups[one.group];
    }
    const auto range = interval();
    return {{"number", m_cases.size()}, {"groups", groups.size()},
            {"right", right()},         {"from", range[0]},
            {"to", range[1]},           {"calibrationError", calibrationError()}};
}

} // namespace canto::models::polyphonic
