// SPDX-License-Identifier: GPL-3.0-or-later
// Milliseconds from a latent to music, one thread. Prints JSON.

#include "app/library/model_store.h"
#include "core/codec/compound_words.h"
#include "models/common/device.h"
#include "models/common/latent_model.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>

namespace {

using namespace canto;
using namespace canto::models;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double quantile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// Milliseconds to decode samples of the prior on one thread: until the first bar and until the
/// end; median, 95th percentile and maximum. Also the compound words (core/codec) of the songs, per
/// second.
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

} // namespace

int main(int argc, char** argv) {
    std::string model;
    int draws = 500;
    CLI::App app{"Milliseconds from a latent to music", "bench_decode"};
    std::string id = "musae";
    auto* of = app.add_option("--id", id, "Of which of the models that ship: musae, muser");
    app.add_option("--model", model, "Weights instead")->excludes(of);
    app.add_option("--draws", draws)->check(CLI::Range(1, 1000000));
    CLI11_PARSE(app, argc, argv);
    if (model.empty()) {
        const auto shipped = canto::shippedWeights(id);
        if (!shipped) {
            std::fprintf(stderr, "%s\n", shipped.error().message().c_str());
            return 1;
        }
        model = shipped->string();
    }
    const auto figures = benchDecode(model, draws);
    if (!figures) {
        std::fprintf(stderr, "%s\n", figures.error().message().c_str());
        return 1;
    }
    std::printf("%s\n", figures->dump(2).c_str());
    return 0;
}
