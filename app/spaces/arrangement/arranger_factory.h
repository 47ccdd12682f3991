// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace canto {

/// Makes who writes an arrangement; called on the thread that it works on.
using OpenArranger = std::function<Result<std::unique_ptr<arrange::Arranger>>()>;

/// The network where its weights ship (assets/models/arrange.safetensors), else the rules. Looks
/// for the file, opens nothing. Thread: any.
OpenArranger shippedArranger();

/// The network of these weights, set up for the calling thread.
/// Errors: as models::arrange::openArranger.
Result<std::unique_ptr<arrange::Arranger>> networkArranger(const std::filesystem::path& weights);

} // namespace canto
