// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/bench.h"

#include "core/codec/compound_words.h"
#include "models/common/device.h"
#include "models/common/latent_model.h"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace canto::models::musae {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

namespace {

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double quantile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

} // namespace

Result<json> benchDecode(const std::string& weights, int draws) {
    prepareInferenceThread();
    const auto begin = Clock::now();
    const auto model = openModel(weights);
    if (!model) {
        return fail(model.error());
    }
    const double open = secondsSince(begin);
    Random random(1);
    std::vector<double> first;
    std::vector<double> whole;
    std::size_t words = 0;
    for (int draw = 0; draw < draws; ++draw) {
        const auto z = (*model)->samplePrior({}, random);
        if (!z) {
            return fail(z.error());
        }
        const auto start = Clock::now();
        double firstBar = -1;
        const auto song = (*model)->decode(*z, {}, [&](const music::Song&, int) {
            firstBar = firstBar < 0 ? secondsSince(start) : firstBar;
            return true;
        });
        if (!song) {
            return fail(song.error());
        }
        first.push_back(1000 * firstBar);
        whole.push_back(1000 * secondsSince(start));
        words += codec::wordsOf(*song).words.size();
    }
    const double total = std::accumulate(whole.begin(), whole.end(), 0.0) / 1000;
    const auto figures = [](const std::vector<double>& ms) {
        return json{{"median", quantile(ms, 0.5)},
                    {"p95", quantile(ms, 0.95)},
                    {"largest", quantile(ms, 1.0)}};
    };
    return json{{"model", (*model)->info().id},
                {"draws", draws},
                {"threads", 1},
                {"openMs", 1000 * open},
                {"wordsASecond", static_cast<double>(words) / total},
                {"firstBarMs", figures(first)},
                {"wholeMs", figures(whole)}};
}

} // namespace canto::models::musae
