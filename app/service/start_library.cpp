#include "app/service/start_library.h"

#include "app/service/model_store.h"

namespace canto {

Result<std::filesystem::path> shippedAtlas() {
    namespace fs = std::filesystem;
    for (const fs::path& folder : assetFolders()) {
        const fs::path atlas = folder / "atlas" / "start.atlas";
        std::error_code ignored;
        if (fs::exists(atlas, ignored)) {
            return atlas;
        }
    }
    return fail(Error::Code::NotFound, "No atlas comes with this program", {},
                "Open one, or import a folder of MIDI files");
}

} // namespace canto
