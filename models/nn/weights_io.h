// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tensors/safetensors.h"

#include <filesystem>
#include <map>
#include <string>
#include <torch/torch.h>
#include <vector>

namespace canto::models {

enum class Precision {
    Full, ///< as in memory
    Half, ///< float32 is written as F16: half the size, relative error 0.0005
};

/// Writes parameters and buffers of a module under their names (those whose name begins with one of
/// `without` are left out), to a temporary file that is renamed, with checksum.
Result<void> saveWeights(const torch::nn::Module& module, const std::filesystem::path& path,
                         std::map<std::string, std::string> metadata, Precision precision,
                         const std::vector<std::string>& without = {});

/// Fills parameters and buffers of a module. Strict: every tensor must exist under its name, with
/// its shape and as F32 or F16 (I64 for the module's own I64), and be finite; no other tensors may
/// exist. Tensors of the module whose name begins with one of `without` are neither required nor
/// allowed. Errors name the tensor: NotFound (missing), BadFile (surplus, not finite, other type),
/// BadShape.
Result<void> loadWeights(torch::nn::Module& module, const tensors::SafeTensors& file,
                         const std::vector<std::string>& without = {});

/// A tensor of a file as a torch tensor of its own; F16 and BF16 become float32. BadFile for a type
/// that LibTorch lacks.
Result<torch::Tensor> toTorch(const tensors::TensorView& view);

/// A view of a contiguous CPU tensor under a name; the tensor must outlive it.
tensors::TensorView toView(const std::string& name, const torch::Tensor& tensor);

} // namespace canto::models
