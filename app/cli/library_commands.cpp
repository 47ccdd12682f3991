// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/library_commands.h"

#include "core/atlas/segment_attributes.h"

namespace canto::cli {

Result<atlas::ModelRow> modelRowOf(atlas::Atlas& atlas, const std::string& wanted) {
    CANTO_TRY(models, atlas.models());
    std::string known;
    std::vector<atlas::ModelRow> fitting;
    for (const auto& model : *models) {
        if (!atlas::makesMaps(model)) {
            continue;
        }
        known += (known.empty() ? "" : ", ") + model.name + " " + model.version;
        if (wanted.empty() || model.name == wanted || model.version == wanted) {
            fitting.push_back(model);
        }
    }
    if (fitting.size() == 1) {
        return fitting.front();
    }
    const std::string where = atlas.path().string();
    if (known.empty()) {
        return fail(Error::Code::NotFound, "The atlas holds no latents", where,
                    "Fill it with canto import.");
    }
    return fail(fitting.empty() ? Error::Code::NotFound : Error::Code::BadInput,
                fitting.empty() ? "The atlas has no model \"" + wanted + "\""
                                : "The atlas has latents of several models",
                where, "Choose one with --model: " + known + ".");
}

Result<OpenPoints> openPoints(const std::filesystem::path& path, const std::string& model) {
    CANTO_TRY(atlas, atlas::Atlas::open(path, atlas::Access::ReadOnly));
    CANTO_TRY(row, modelRowOf(*atlas, model));
    CANTO_TRY(points, atlas->points(row->id));
    return OpenPoints{std::move(*atlas), std::move(*points)};
}

Result<int> finishLibrary(atlas::Atlas& atlas, bool ship, nlohmann::json figures, int code) {
    if (ship) {
        CANTO_CHECK(atlas.finalise());
    }
    CANTO_TRY(digest, atlas.contentDigest());
    figures["digest"] = *digest;
    return print(figures, code);
}

} // namespace canto::cli
