// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/library_commands.h"

#include "core/atlas/segment_attributes.h"

namespace canto::cli {

Result<atlas::ModelRow> modelRowOf(atlas::Atlas& atlas, const std::string& wanted) {
    const auto models = atlas.models();
    if (!models) {
        return fail(models.error());
    }
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
    auto atlas = atlas::Atlas::open(path, atlas::Access::ReadOnly);
    if (!atlas) {
        return fail(atlas.error());
    }
    const auto row = modelRowOf(*atlas, model);
    if (!row) {
        return fail(row.error());
    }
    auto points = atlas->points(row->id);
    if (!points) {
        return fail(points.error());
    }
    return OpenPoints{std::move(*atlas), std::move(*points)};
}

Result<int> finishLibrary(atlas::Atlas& atlas, bool ship, nlohmann::json figures, int code) {
    if (ship) {
        if (auto ok = atlas.finalise(); !ok) {
            return fail(ok.error());
        }
    }
    const auto digest = atlas.contentDigest();
    if (!digest) {
        return fail(digest.error());
    }
    figures["digest"] = *digest;
    return print(figures, code);
}

} // namespace canto::cli
