// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/shell/main_window.h"
#include "widgets/common/translations.h"

namespace canto::test {

/// Window options for tests: their own atlas and model, without sound, ports and the user's
/// settings. Files are written below `folder`, each time to new ones.
inline app::WindowOptions quietWindow(const std::filesystem::path& folder,
                                      const std::filesystem::path& atlas, OpenModel model) {
    static int number = 0;
    if (number == 0) {
        widgets::installTranslations(*QCoreApplication::instance());
    }
    const std::string own = std::to_string(++number);
    app::WindowOptions how;
    how.atlas = atlas;
    how.openModel = std::move(model);
    how.loadSoundFont = false;
    how.midiPorts = false;
    how.size = QSize(1440, 900); // the offscreen platform has a small screen
    how.engine.sink = sound::SinkKind::Silent;
    how.scheme = widgets::Scheme::Light;
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
