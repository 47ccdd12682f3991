#include "models/common/model_card.h"

#include "core/tensorfile/safetensors.h"

namespace canto::models {

Result<void> writeCard(const std::filesystem::path& weights, const std::filesystem::path& out,
                       const std::map<std::string, std::string>& entries) {
    const auto file = tensorfile::SafeTensors::open(weights, tensorfile::OpenOptions::weights());
    if (!file) {
        return fail(file.error());
    }
    auto metadata = file->metadata();
    metadata.erase("canto.checksum"); // written anew
    for (const auto& [key, text] : entries) {
        if (key == "architecture" || key == "config") {
            return fail(Error::Code::BadInput, "A card cannot change \"" + key + "\"");
        }
        metadata[key] = text;
    }
    return tensorfile::writeSafeTensors(out, file->tensors(), std::move(metadata));
}

} // namespace canto::models
