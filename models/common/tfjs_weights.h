// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace canto::models {

/// A tensor of a TensorFlow.js model, float32.
struct TfjsTensor {
    std::vector<std::int64_t> shape; ///< row-major; empty for a single number
    std::vector<float> numbers;
};

/// The float32 weights of a TensorFlow.js graph or layers model: `model.json` and the binary files
/// that it names. Nothing of the graph is run. Source: the converter's documentation of the format.
class TfjsWeights {
  public:
    /// Largest model.json, and largest total of the binary files.
    static constexpr std::uint64_t kMostJson = 16U << 20;
    static constexpr std::uint64_t kMostBytes = 256U << 20;

    /// Reads and checks everything. Errors with the file and the tensor: NotFound (no model.json, a
    /// file that it names is missing); BadFile (not such a model; a name twice; a type other than
    /// float32 and int32; quantised weights; a file name that leads out of the folder; numbers that
    /// are not finite; more or fewer bytes than the shapes say); TooLarge. Thread: any.
    static Result<TfjsWeights> open(const std::filesystem::path& folder);

    /// nullptr if there is no float32 tensor of that name.
    const TfjsTensor* find(std::string_view name) const;
    const std::map<std::string, TfjsTensor, std::less<>>& tensors() const { return m_tensors; }

  private:
    std::map<std::string, TfjsTensor, std::less<>> m_tensors;
};

} // namespace canto::models
