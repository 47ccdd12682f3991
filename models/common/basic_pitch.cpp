// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/basic_pitch.h"

#include "core/tensors/safetensors.h"
#include "models/common/note_network.h"
#include "models/common/tfjs_weights.h"

#include <deque>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace canto::models {

namespace fs = std::filesystem;

namespace {

using Shape = std::vector<std::int64_t>;

constexpr const char* kGraph = "StatefulPartitionedCall/model_1/";
constexpr const char* kHint = "Give the folder \"model\" of the package @spotify/basic-pitch 1.0.1";

/// The version of the package around the folder, empty if that is not it.
std::string packageVersion(const fs::path& folder) {
    for (const auto& place : {folder, folder / ".."}) {
        std::ifstream in(place / "package.json", std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        const auto package = nlohmann::json::parse(text, nullptr, false);
        if (package.is_object() &&
            package.value("name", nlohmann::json()) == nlohmann::json("@spotify/basic-pitch")) {
            const auto version = package.value("version", nlohmann::json());
            return version.is_string() ? version.get<std::string>() : std::string();
        }
    }
    return {};
}

/// The tensors of the new file.
class BasicPitchFold {
  public:
    BasicPitchFold(const TfjsWeights& from, std::string where)
        : m_from(from), m_where(std::move(where)) {}

    Result<const TfjsTensor*> tensor(const std::string& name, const Shape& shape) const {
        const auto* found = m_from.find(kGraph + name);
        if (found == nullptr) {
            return fail(Error::Code::NotFound, "The model lacks the tensor " + name, m_where,
                        kHint);
        }
        if (found->shape != shape) {
            return fail(Error::Code::BadShape, "The tensor " + name + " has another shape", m_where,
                        kHint);
        }
        return found;
    }
    void add(const std::string& name, Shape shape, std::vector<float> numbers) {
        const auto& kept = m_numbers.emplace_back(std::move(numbers));
        m_views.push_back(
            {name, tensors::Dtype::F32, std::move(shape), std::as_bytes(std::span(kept))});
    }
    Result<void> copy(const std::string& to, const std::string& name, const Shape& shape) {
        CANTO_TRY(found, tensor(name, shape));
        std::int64_t count = 1;
        for (const auto size : shape) {
            count *= size;
        }
        add(to, {count}, (*found)->numbers);
        return {};
    }
    /// Height, width, in, out -> out, in, height, width; and the bias.
    Result<void> convolution(const std::string& to, const std::string& weight,
                             const std::string& bias, const Shape& shape) {
        CANTO_TRY(found, tensor(weight, shape));
        const auto h = shape[0], w = shape[1], in = shape[2], out = shape[3];
        std::vector<float> turned((*found)->numbers.size());
        for (std::int64_t place = 0; place < h * w; ++place) {
            for (std::int64_t i = 0; i < in; ++i) {
                for (std::int64_t o = 0; o < out; ++o) {
                    turned[static_cast<std::size_t>((o * in + i) * h * w + place)] =
                        (*found)->numbers[static_cast<std::size_t>((place * in + i) * out + o)];
                }
            }
        }
        add(to + ".weight", {out, in, h, w}, std::move(turned));
        return copy(to + ".bias", bias, {out});
    }
    /// The graph repeats the kernels for each octave: number `first`, `first` + 3, ...
    Result<const TfjsTensor*> octaves(int first, int count, const Shape& shape) const {
        const TfjsTensor* same = nullptr;
        for (int i = 0; i < count; ++i) {
            const int number = first + 3 * i;
            CANTO_TRY(found,
                      tensor("cq_t2010v2_1/conv1d" +
                                 (number == 0 ? std::string() : "_" + std::to_string(number)) +
                                 "/ExpandDims_1",
                             shape));
            if (same != nullptr && same->numbers != (*found)->numbers) {
                return fail(Error::Code::BadFile, "The kernels of two octaves differ", m_where,
                            kHint);
            }
            same = *found;
        }
        return same;
    }
    /// (72, 256): the real parts of 36 bins, then their imaginary parts, which the graph negates.
    Result<void> kernels() {
        constexpr int kTaps = NoteNetwork::kTaps;
        constexpr int kBins = NoteNetwork::kOctaveBins;
        CANTO_TRY(real, octaves(0, NoteNetwork::kOctaves, {1, kTaps, 1, kBins}));
        CANTO_TRY(imaginary, octaves(1, NoteNetwork::kOctaves, {1, kTaps, 1, kBins}));
        CANTO_TRY(lowPass, octaves(2, NoteNetwork::kOctaves - 1, {1, kTaps, 1, 1}));
        std::vector<float> both(std::size_t(2 * kBins * kTaps));
        for (std::size_t tap = 0; tap < kTaps; ++tap) {
            for (std::size_t bin = 0; bin < kBins; ++bin) {
                const auto from = tap * kBins + bin;
                both[bin * kTaps + tap] = (*real)->numbers[from];
                both[(kBins + bin) * kTaps + tap] = -(*imaginary)->numbers[from];
            }
        }
        add("cqt.kernels", {2 * kBins, kTaps}, std::move(both));
        add("cqt.lowPass", {kTaps}, (*lowPass)->numbers);
        return copy("cqt.scale", "cq_t2010v2_1/Sqrt", {NoteNetwork::kBins, 1, 1});
    }
    const std::vector<tensors::TensorView>& views() const { return m_views; }

  private:
    const TfjsWeights& m_from;
    std::string m_where;
    std::deque<std::vector<float>> m_numbers; ///< stay where they are
    std::vector<tensors::TensorView> m_views;
};

} // namespace

Result<ImportedWeights> importBasicPitch(const fs::path& folder, const fs::path& out) {
    std::error_code ignored;
    const bool package = !fs::exists(folder / "model.json", ignored) &&
                         fs::exists(folder / "model" / "model.json", ignored);
    const auto model = package ? folder / "model" : folder;
    CANTO_TRY(weights, TfjsWeights::open(model));
    BasicPitchFold fold(*weights, (model / "model.json").string());
    CANTO_CHECK(fold.kernels());
    CANTO_CHECK(fold.copy("norm.scale", "batch_normalization/FusedBatchNormV3/Scaled", {1}));
    CANTO_CHECK(fold.copy("norm.offset", "batch_normalization/FusedBatchNormV3/Offset", {1}));
    CANTO_CHECK(fold.convolution("contour0", "conv2d_1/Conv2D_weights", "conv2d_1/Conv2D_bn_offset",
                                 {3, 39, 8, 8}));
    CANTO_CHECK(fold.convolution("contour1", "contours-reduced/Conv2D/ReadVariableOp",
                                 "contours-reduced/BiasAdd/ReadVariableOp", {5, 5, 8, 1}));
    CANTO_CHECK(fold.convolution("note0", "conv2d_2/Conv2D/ReadVariableOp",
                                 "conv2d_2/BiasAdd/ReadVariableOp", {7, 7, 1, 32}));
    CANTO_CHECK(fold.convolution("note1", "conv2d_3/Conv2D/ReadVariableOp",
                                 "conv2d_3/BiasAdd/ReadVariableOp", {7, 3, 32, 1}));
    CANTO_CHECK(fold.convolution("onset0", "conv2d_4/Conv2D_weights", "conv2d_4/Conv2D_bn_offset",
                                 {5, 5, 8, 32}));
    CANTO_CHECK(fold.convolution("onset1", "conv2d_5/Conv2D/ReadVariableOp",
                                 "conv2d_5/BiasAdd/ReadVariableOp", {3, 3, 33, 1}));
    const auto version = packageVersion(model);
    ImportedWeights imported;
    imported.title = version.empty() ? "basic-pitch" : "basic-pitch " + version;
    CANTO_CHECK(tensors::writeSafeTensors(
        out, fold.views(),
        {{"architecture", NoteNetwork::kArchitecture},
         {"title", imported.title},
         {"version", version.empty() ? "not stated" : version},
         {"source", "npm package @spotify/basic-pitch, model/model.json"},
         {"licence", "Apache-2.0"},
         {"notice", "Copyright 2022 Spotify AB. Licensed under the Apache License, Version 2.0. "
                    "Converted: kernels that repeat are stored once, convolutions are in another "
                    "order of dimensions; the numbers are unchanged."}}));
    for (const auto& view : fold.views()) {
        imported.numbers += view.count();
    }
    return imported;
}

} // namespace canto::models
