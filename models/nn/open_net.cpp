// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/nn/open_net.h"

#include "core/base/text_lists.h"

namespace canto::models {

Result<tensors::SafeTensors> openWeightsOf(const std::filesystem::path& path,
                                           const std::string& architecture) {
    CANTO_TRY(file, tensors::SafeTensors::open(path, tensors::OpenOptions::weights()));
    if (const auto found = file->metadata("architecture"); found != architecture) {
        return fail(Error::Code::BadInput,
                    "These weights are of another model: \"" + found + "\", not \"" + architecture +
                        "\"",
                    path.string());
    }
    return file;
}

Result<void> holdsShapes(const tensors::SafeTensors& weights,
                         std::span<const NamedShape> expected) {
    for (const auto& [name, shape] : expected) {
        const auto* view = weights.find(name);
        if (view == nullptr) {
            return fail(Error::Code::NotFound, "The weights lack the tensor " + name, name);
        }
        if (view->shape != shape) {
            return fail(Error::Code::BadShape,
                        "The tensor has another shape than the configuration says", name);
        }
    }
    return {};
}

namespace {

template <class Tensors>
void copyFitting(Tensors to, const Tensors& from, const std::vector<std::string>& without) {
    torch::NoGradGuard off;
    for (auto& item : to) {
        const auto* source = from.find(item.key());
        if (source != nullptr && source->sizes() == item.value().sizes() &&
            !beginsWithAny(item.key(), without)) {
            item.value().copy_(*source);
        }
    }
}

} // namespace

void copyParameters(torch::nn::Module& to, const torch::nn::Module& from,
                    const std::vector<std::string>& without) {
    copyFitting(to.named_parameters(), from.named_parameters(), without);
}

void copyWeights(torch::nn::Module& to, const torch::nn::Module& from) {
    copyParameters(to, from);
    copyFitting(to.named_buffers(), from.named_buffers(), {});
}

} // namespace canto::models
