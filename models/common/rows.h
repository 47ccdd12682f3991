// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace canto::models {

/// Every stride-th of these rows: the same ones each time, from all songs. @param stride  >= 1.
inline std::vector<std::int64_t> everyNth(const std::vector<std::int64_t>& rows,
                                          std::size_t stride) {
    std::vector<std::int64_t> some;
    for (std::size_t i = 0; i < rows.size(); i += stride) {
        some.push_back(rows[i]);
    }
    return some;
}

/// Every n-th of these rows, with the smallest n that gives at most `most`.
inline std::vector<std::int64_t> atMost(const std::vector<std::int64_t>& rows, std::size_t most) {
    const std::size_t stride = (rows.size() + most - 1) / std::max<std::size_t>(most, 1);
    return everyNth(rows, std::max<std::size_t>(stride, 1));
}

/// The error for a split without `what`, "phrases" or "units".
inline tl::unexpected<Error> emptySplit(const std::string& what, const std::string& split,
                                        const std::filesystem::path& dataset) {
    return fail(Error::Code::BadInput,
                "The dataset has no " + what + " in the split \"" + split + "\"", dataset.string());
}

} // namespace canto::models
