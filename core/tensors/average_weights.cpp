// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/average_weights.h"

#include <cmath>
#include <cstdio>
#include <cstring>

namespace canto::tensors {

namespace {

/// Adds a tensor's share to a sum. Whole numbers (buffers that count) are not averaged.
void addTo(std::vector<double>& sum, const TensorView& tensor, double share) {
    const auto add = [&]<class T>(T, auto&& value) {
        for (std::size_t i = 0; i < sum.size(); ++i) {
            T raw;
            std::memcpy(&raw, tensor.bytes.data() + i * sizeof(T), sizeof(T));
            sum[i] += share * static_cast<double>(value(raw));
        }
    };
    switch (tensor.dtype) {
    case Dtype::F32:
        return add(float{}, [](float x) { return x; });
    case Dtype::F64:
        return add(double{}, [](double x) { return x; });
    case Dtype::F16:
        return add(std::uint16_t{}, [](std::uint16_t x) { return fromHalf(x); });
    default:
        return add(std::uint16_t{}, [](std::uint16_t x) { return fromBfloat(x); });
    }
}

std::vector<std::byte> packed(const std::vector<double>& sum, Dtype dtype) {
    std::vector<std::byte> bytes(sum.size() * bytesOf(dtype));
    const auto put = [&](auto&& convert) {
        for (std::size_t i = 0; i < sum.size(); ++i) {
            const auto value = convert(sum[i]);
            std::memcpy(bytes.data() + i * sizeof value, &value, sizeof value);
        }
    };
    switch (dtype) {
    case Dtype::F32:
        put([](double x) { return static_cast<float>(x); });
        break;
    case Dtype::F64:
        put([](double x) { return x; });
        break;
    case Dtype::F16:
        put([](double x) { return toHalf(static_cast<float>(x)); });
        break;
    default:
        put([](double x) { return toBfloat(static_cast<float>(x)); });
    }
    return bytes;
}

bool isFraction(Dtype dtype) {
    return dtype == Dtype::F16 || dtype == Dtype::BF16 || dtype == Dtype::F32 ||
           dtype == Dtype::F64;
}

Result<std::vector<SafeTensors>> opened(std::span<const WeightsShare> weights) {
    if (weights.size() < 2) {
        return fail(Error::Code::BadInput, "A mean needs weights of two runs at least");
    }
    std::vector<SafeTensors> files;
    std::vector<TensorShape> shapes;
    for (const auto& [path, share] : weights) {
        if (!(share > 0) || !std::isfinite(share)) {
            return fail(Error::Code::BadInput, "A share must be above 0", path.string());
        }
        CANTO_TRY(file, SafeTensors::open(path, OpenOptions::weights()));
        if (files.empty()) {
            for (const auto& tensor : file->tensors()) {
                shapes.push_back({tensor.name, tensor.dtype, tensor.shape});
            }
        } else {
            for (const char* key : {"architecture", "config"}) {
                if (file->metadata(key) != files.front().metadata(key)) {
                    return fail(Error::Code::BadInput,
                                std::string("These weights have another ") + key, path.string(),
                                "Only runs of one network have a mean.");
                }
            }
            CANTO_CHECK(matchTensors(*file, shapes));
        }
        files.push_back(std::move(*file));
    }
    return files;
}

} // namespace

Result<void> averageWeights(std::span<const WeightsShare> weights,
                            const std::filesystem::path& out) {
    CANTO_TRY(files, opened(weights));
    double whole = 0;
    for (const auto& one : weights) {
        whole += one.share;
    }
    std::vector<std::vector<std::byte>> numbers;
    std::vector<TensorView> tensors;
    for (const auto& tensor : files->front().tensors()) {
        auto mean = tensor;
        if (isFraction(tensor.dtype)) {
            std::vector<double> sum(static_cast<std::size_t>(tensor.count()), 0.0);
            for (std::size_t i = 0; i < files->size(); ++i) {
                addTo(sum, *(*files)[i].find(tensor.name), weights[i].share / whole);
            }
            numbers.push_back(packed(sum, tensor.dtype));
            mean.bytes = numbers.back();
        }
        tensors.push_back(std::move(mean));
    }
    auto metadata = files->front().metadata();
    metadata.erase("metrics");
    metadata.erase("validation");
    std::string parts;
    for (std::size_t i = 0; i < files->size(); ++i) {
        char share[32];
        std::snprintf(share, sizeof share, "%.4g", weights[i].share / whole);
        parts += (parts.empty() ? "" : ", ") + std::string(share) + " of " +
                 weights[i].path.parent_path().filename().string() + "/" +
                 weights[i].path.filename().string() + " (" + (*files)[i].checksum() + ")";
    }
    metadata["averaging"] = "Mean of the weights of several runs (Wortsman et al. 2022, model "
                            "soups): " +
                            parts + "; \"training\" and \"steps\" are the first one's";
    return writeSafeTensors(out, tensors, std::move(metadata));
}

} // namespace canto::tensors
