// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/model_card.h"

#include "core/base/text_lists.h"
#include "core/tensors/safetensors.h"

#include <deque>

namespace canto::models {

Result<void> writeCard(const std::filesystem::path& weights, const std::filesystem::path& out,
                       const std::map<std::string, std::string>& entries,
                       const Slimming& slimming) {
    CANTO_TRY(file, tensors::SafeTensors::open(weights, tensors::OpenOptions::weights()));
    auto metadata = file->metadata();
    metadata.erase("canto.checksum"); // written again
    for (const auto& [key, text] : entries) {
        if (key == "architecture" || key == "config") {
            return fail(Error::Code::BadInput, "A card cannot change \"" + key + "\"");
        }
        metadata[key] = text;
    }
    std::vector<tensors::TensorView> kept;
    std::deque<std::vector<std::uint16_t>> halves; // stay where they are
    for (auto view : file->tensors()) {
        if (beginsWithAny(view.name, slimming.without)) {
            continue;
        }
        if (slimming.half && view.dtype == tensors::Dtype::F32) {
            CANTO_TRY(numbers, tensors::numbersOf<float>(view));
            auto& half = halves.emplace_back();
            for (const float number : *numbers) {
                half.push_back(tensors::toHalf(number));
            }
            view.dtype = tensors::Dtype::F16;
            view.bytes = std::as_bytes(std::span(half));
        }
        kept.push_back(std::move(view));
    }
    return tensors::writeSafeTensors(out, kept, std::move(metadata));
}

} // namespace canto::models
