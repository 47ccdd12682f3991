// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/tfjs_weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

namespace canto::models {

namespace fs = std::filesystem;

namespace {

using TfjsJson = nlohmann::json;

Result<std::string> wholeFile(const fs::path& path, std::uint64_t most) {
    std::error_code problem;
    const auto size = fs::file_size(path, problem);
    if (problem) {
        return fail(Error::Code::NotFound, "The file is missing or cannot be read", path.string());
    }
    if (size > most) {
        return fail(Error::Code::TooLarge,
                    "The file has " + std::to_string(size) + " bytes, more than " +
                        std::to_string(most),
                    path.string());
    }
    std::ifstream in(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in || bytes.size() != size) {
        return fail(Error::Code::Io, "The file cannot be read", path.string());
    }
    return bytes;
}

/// The entry of an object; null if it is not an object or lacks the entry.
const TfjsJson& entryOf(const TfjsJson& object, const char* key) {
    static const TfjsJson kNone;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : kNone;
}

struct TensorPlan {
    std::string name;
    std::vector<std::int64_t> shape;
    std::uint64_t count = 1;
    bool number32 = false; ///< float32; otherwise int32, which is skipped
};

Result<TensorPlan> planOf(const TfjsJson& entry, const std::string& where) {
    TensorPlan plan;
    const auto& name = entryOf(entry, "name");
    const auto& shape = entryOf(entry, "shape");
    const auto& dtype = entryOf(entry, "dtype");
    if (!name.is_string() || !shape.is_array() || !dtype.is_string()) {
        return fail(Error::Code::BadFile, "A weight lacks its name, shape or dtype", where);
    }
    plan.name = name.get<std::string>();
    const std::string place = where + ", " + plan.name;
    for (const auto& size : shape) {
        if (!size.is_number_unsigned()) {
            return fail(Error::Code::BadFile, "The shape holds something that is not a size",
                        place);
        }
        const auto length = size.get<std::uint64_t>();
        if (length > TfjsWeights::kMostBytes) {
            return fail(Error::Code::TooLarge, "The tensor is larger than the limit", place);
        }
        plan.count *= length; // each factor and the product below 2^29: no overflow
        if (plan.count > TfjsWeights::kMostBytes / 4) {
            return fail(Error::Code::TooLarge, "The tensor is larger than the limit", place);
        }
        plan.shape.push_back(static_cast<std::int64_t>(length));
    }
    const auto type = dtype.get<std::string>();
    if (type != "float32" && type != "int32") {
        return fail(Error::Code::BadFile,
                    "The tensor is of the type \"" + type + "\"; float32 and int32 are read",
                    place);
    }
    if (!entryOf(entry, "quantization").is_null()) {
        return fail(Error::Code::BadFile, "The tensor is quantised, which is not read", place);
    }
    plan.number32 = type == "float32";
    return plan;
}

Result<std::string> shardsOf(const TfjsJson& group, const fs::path& folder,
                             const std::string& where) {
    const auto& paths = entryOf(group, "paths");
    if (!paths.is_array() || paths.empty()) {
        return fail(Error::Code::BadFile, "A group of weights names no files", where);
    }
    std::string bytes;
    for (const auto& path : paths) {
        const auto name = path.is_string() ? path.get<std::string>() : std::string();
        if (name.empty() || name == "." || name == ".." ||
            name.find_first_of("/\\") != std::string::npos) {
            return fail(Error::Code::BadFile, "A file of weights must lie beside model.json",
                        where + ", \"" + name + "\"");
        }
        CANTO_TRY(shard, wholeFile(folder / name, TfjsWeights::kMostBytes - bytes.size()));
        bytes += *shard;
    }
    return bytes;
}

Result<TfjsTensor> tensorOf(TensorPlan plan, const char* bytes, const std::string& where) {
    static_assert(std::endian::native == std::endian::little, "weights are little-endian");
    TfjsTensor tensor;
    tensor.shape = std::move(plan.shape);
    tensor.numbers.resize(plan.count);
    if (plan.count > 0) {
        std::memcpy(tensor.numbers.data(), bytes, plan.count * sizeof(float));
    }
    if (!std::all_of(tensor.numbers.begin(), tensor.numbers.end(),
                     [](float number) { return std::isfinite(number); })) {
        return fail(Error::Code::BadFile, "The tensor holds a number that is not finite",
                    where + ", " + plan.name);
    }
    return tensor;
}

} // namespace

Result<TfjsWeights> TfjsWeights::open(const fs::path& folder) {
    const auto path = folder / "model.json";
    CANTO_TRY(text, wholeFile(path, kMostJson));
    const auto model = TfjsJson::parse(*text, nullptr, false);
    const auto& manifest = entryOf(model, "weightsManifest");
    if (!manifest.is_array() || manifest.empty()) {
        return fail(Error::Code::BadFile, "This is not a TensorFlow.js model: no weightsManifest",
                    path.string());
    }
    TfjsWeights weights;
    std::set<std::string> names;
    for (const auto& group : manifest) {
        CANTO_TRY(bytes, shardsOf(group, folder, path.string()));
        const auto& entries = entryOf(group, "weights");
        if (!entries.is_array()) {
            return fail(Error::Code::BadFile, "A group of weights lists no tensors", path.string());
        }
        std::uint64_t at = 0;
        for (const auto& entry : entries) {
            CANTO_TRY(plan, planOf(entry, path.string()));
            const std::string name = plan->name;
            if (!names.insert(name).second) {
                return fail(Error::Code::BadFile, "Two tensors have the same name",
                            path.string() + ", " + name);
            }
            const std::uint64_t length = plan->count * 4;
            if (length > bytes->size() - at) {
                return fail(Error::Code::BadFile,
                            "The files of weights end before this tensor: they have " +
                                std::to_string(bytes->size()) + " bytes",
                            path.string() + ", " + name);
            }
            if (plan->number32) {
                CANTO_TRY(tensor, tensorOf(std::move(*plan), bytes->data() + at, path.string()));
                weights.m_tensors.emplace(name, std::move(*tensor));
            }
            at += length;
        }
        if (at != bytes->size()) {
            return fail(Error::Code::BadFile,
                        "The files of weights have " + std::to_string(bytes->size()) +
                            " bytes, the tensors need " + std::to_string(at),
                        path.string());
        }
    }
    return weights;
}

const TfjsTensor* TfjsWeights::find(std::string_view name) const {
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? nullptr : &found->second;
}

} // namespace canto::models
