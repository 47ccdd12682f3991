#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>
#include <string>

namespace canto::models::musae {

struct TrainBench {
    int batch = 128;
    int steps = 20; ///< timed ones, after three to warm up
    int threads = 1;
    std::string preset = "transformer";
};

/// Seconds of a training step of a preset on random tokens: an autoencoder step with
/// the critic's opinion and three critic steps.
Result<nlohmann::json> benchTrainStep(const TrainBench& options);

/// Milliseconds from a latent to a song, drawn from the prior, on one thread: until the first bar
/// and until the end; median, 95th percentile and largest. Compound words (core/codec) that the
/// songs come to, a second.
Result<nlohmann::json> benchDecode(const std::string& weights, int draws);

} // namespace canto::models::musae
