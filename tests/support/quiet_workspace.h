// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What all tests of the window and of its features open: no sound, and none of the
// settings of the person who runs them.

#include "app/workspace/workspace.h"
#include "widgets/common/translations.h"

#include <QCoreApplication>

namespace canto::test {

/// Options with their own atlas and model, without sound and the user's settings. Files are written
/// below `folder`, each time to new ones.
inline app::WorkspaceOptions quietWorkspace(const std::filesystem::path& folder,
                                            const std::filesystem::path& atlas, OpenModel model) {
    static int number = 0;
    if (number == 0) {
        widgets::installTranslations(*QCoreApplication::instance());
    }
    const std::string own = std::to_string(++number);
    app::WorkspaceOptions how;
    how.atlas = atlas;
    how.openModel = std::move(model);
    how.engine.sink = sound::SinkKind::Silent;
    how.settingsFile = QString::fromStdString((folder / ("settings" + own + ".ini")).string());
    how.userData = folder / ("data" + own);
    return how;
}

/// A model that is open already.
inline OpenModel opened(std::shared_ptr<models::LatentModel> model) {
    return [model = std::move(model)]() -> Result<std::shared_ptr<models::LatentModel>> {
        return model;
    };
}

} // namespace canto::test
