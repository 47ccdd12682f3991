#include "app/service/start_library.h"

#include "app/service/model_store.h"

#include <optional>

namespace canto {

Result<std::filesystem::path> shippedAtlas() {
    namespace fs = std::filesystem;
    for (const fs::path& folder : assetFolders()) {
        std::optional<fs::path> first;
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(folder / "atlas", ignored)) {
            if (entry.path().extension() == ".atlas" && (!first || entry.path() < *first)) {
                first = entry.path();
            }
        }
        if (first) {
            return *first;
        }
    }
    return fail(Error::Code::NotFound, "No atlas comes with this program", {},
                "Open one, or import a folder of MIDI files");
}

} // namespace canto
