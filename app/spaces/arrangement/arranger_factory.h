// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace canto {

/// Creates an arranger; called on the thread that uses it.
using OpenArranger = std::function<Result<std::unique_ptr<arrange::Arranger>>()>;

/// The network if its weights are installed (assets/models/arrange.safetensors), else the rules.
/// Only looks for the file. Thread: any.
OpenArranger shippedArranger();

/// The network of these weights; it computes on the calling thread.
/// Errors: as models::arrange::openArranger.
Result<std::unique_ptr<arrange::Arranger>> openArranger(const std::filesystem::path& weights);

/// The same for the window: it shares the weights with the Arrangement space, and the calling
/// thread is set up for inference (models::prepareInferenceThread).
Result<std::unique_ptr<arrange::Arranger>> networkArranger(const std::filesystem::path& weights);

} // namespace canto
