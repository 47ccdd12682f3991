// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/nn/weights_io.h"

#include "core/base/text_lists.h"
#include "models/nn/torch_edge.h"

#include <cstring>
#include <set>

namespace canto::models {

using tensors::Dtype;
using tensors::TensorView;
using torch::Tensor;

namespace {

std::vector<std::pair<std::string, Tensor>> tensorsOf(const torch::nn::Module& module,
                                                      const std::vector<std::string>& without) {
    std::vector<std::pair<std::string, Tensor>> tensors;
    for (const auto& all : {module.named_parameters(), module.named_buffers()}) {
        for (const auto& item : all) {
            if (!beginsWithAny(item.key(), without)) {
                tensors.emplace_back(item.key(), item.value());
            }
        }
    }
    return tensors;
}

Dtype dtypeOf(const Tensor& tensor) {
    switch (tensor.scalar_type()) {
    case torch::kFloat32:
        return Dtype::F32;
    case torch::kFloat64:
        return Dtype::F64;
    case torch::kFloat16:
        return Dtype::F16;
    case torch::kInt64:
        return Dtype::I64;
    case torch::kInt32:
        return Dtype::I32;
    case torch::kUInt8:
        return Dtype::U8;
    default:
        TORCH_CHECK(false, "tensors of type ", tensor.scalar_type(), " are not written");
    }
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text = "(";
    for (const auto size : shape) {
        text += (text.size() > 1 ? ", " : "") + std::to_string(size);
    }
    return text + ")";
}

} // namespace

TensorView toView(const std::string& name, const Tensor& tensor) {
    TORCH_CHECK(tensor.is_contiguous() && tensor.device().is_cpu(), name, " is not plain memory");
    return {name,
            dtypeOf(tensor),
            tensor.sizes().vec(),
            {static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()}};
}

Result<Tensor> toTorch(const TensorView& view) {
    c10::ScalarType type = torch::kFloat32;
    switch (view.dtype) {
    case Dtype::F32:
        type = torch::kFloat32;
        break;
    case Dtype::F64:
        type = torch::kFloat64;
        break;
    case Dtype::F16:
        type = torch::kFloat16;
        break;
    case Dtype::BF16:
        type = torch::kBFloat16;
        break;
    case Dtype::I64:
        type = torch::kInt64;
        break;
    case Dtype::I32:
        type = torch::kInt32;
        break;
    case Dtype::U8:
        type = torch::kUInt8;
        break;
    default:
        return fail(Error::Code::BadFile,
                    "The tensor has a type that models do not use: " +
                        std::string(tensors::nameOf(view.dtype)),
                    view.name);
    }
    return torchEdge([&]() -> Tensor {
        auto tensor = torch::empty(view.shape, type);
        TORCH_CHECK(tensor.nbytes() == view.bytes.size(), "size of ", view.name);
        if (!view.bytes.empty()) {
            std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
        }
        const bool narrow = type == torch::kFloat16 || type == torch::kBFloat16;
        return narrow ? tensor.to(torch::kFloat32) : tensor;
    });
}

Result<void> saveWeights(const torch::nn::Module& module, const std::filesystem::path& path,
                         std::map<std::string, std::string> metadata, Precision precision,
                         const std::vector<std::string>& without) {
    return torchEdge([&]() -> Result<void> {
        std::vector<Tensor> kept;
        std::vector<TensorView> views;
        for (const auto& [name, tensor] : tensorsOf(module, without)) {
            const bool half =
                precision == Precision::Half && tensor.scalar_type() == torch::kFloat32;
            kept.push_back(tensor.detach()
                               .to(torch::kCPU)
                               .contiguous()
                               .to(half ? torch::kFloat16 : tensor.scalar_type()));
            if (kept.back().is_floating_point() &&
                !torch::isfinite(kept.back().to(torch::kFloat32)).all().item<bool>()) {
                return fail(Error::Code::Model, "A tensor holds numbers that are not finite", name);
            }
            views.push_back(toView(name, kept.back()));
        }
        return tensors::writeSafeTensors(path, views, std::move(metadata));
    });
}

Result<void> loadWeights(torch::nn::Module& module, const tensors::SafeTensors& file,
                         const std::vector<std::string>& without) {
    torch::NoGradGuard off;
    // Everything is checked before anything is changed.
    std::set<std::string> wanted;
    std::vector<std::pair<Tensor, Tensor>> copies;
    for (auto& [name, mine] : tensorsOf(module, without)) {
        wanted.insert(name);
        const TensorView* view = file.find(name);
        if (view == nullptr) {
            return fail(Error::Code::NotFound, "The weights lack the tensor " + name, name);
        }
        if (view->shape != mine.sizes().vec()) {
            return fail(Error::Code::BadShape,
                        "A tensor has the shape " + shapeText(view->shape) + ", expected " +
                            shapeText(mine.sizes().vec()),
                        name);
        }
        // Integer tensors (such as the number of batches a norm has seen) only fit integer buffers.
        const bool counts = mine.scalar_type() == torch::kInt64;
        if (counts ? view->dtype != Dtype::I64
                   : view->dtype != Dtype::F32 && view->dtype != Dtype::F16) {
            return fail(Error::Code::BadFile,
                        "A tensor has the type " + std::string(tensors::nameOf(view->dtype)) +
                            (counts ? ", expected I64" : ", expected F32 or F16"),
                        name);
        }
        CANTO_TRY(theirs, toTorch(*view));
        if (!torch::isfinite(*theirs).all().item<bool>()) {
            return fail(Error::Code::BadFile, "A tensor holds numbers that are not finite", name);
        }
        copies.emplace_back(mine, *theirs);
    }
    for (const auto& view : file.tensors()) {
        if (!wanted.contains(view.name)) {
            return fail(Error::Code::BadFile, "The weights hold a tensor that has no place",
                        view.name);
        }
    }
    for (auto& [mine, theirs] : copies) {
        mine.copy_(theirs);
    }
    return {};
}

} // namespace canto::models
