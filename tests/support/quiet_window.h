// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/shell/main_window.h"
#include "tests/support/quiet_workspace.h"
#include "tests/support/test_support.h"
#include "widgets/map/latent_map.h"

#include <QSignalSpy>

namespace canto::test {

/// Window options for tests: those of quietWorkspace(), without SoundFont and ports.
inline app::WindowOptions quietWindow(const std::filesystem::path& folder,
                                      const std::filesystem::path& atlas, OpenModel model) {
    app::WorkspaceOptions quiet = quietWorkspace(folder, atlas, std::move(model));
    app::WindowOptions how;
    how.atlas = quiet.atlas;
    how.openModel = std::move(quiet.openModel);
    how.engine = quiet.engine;
    how.settingsFile = quiet.settingsFile;
    how.userData = quiet.userData;
    how.loadSoundFont = false;
    how.midiPorts = false;
    how.size = QSize(1440, 900); // the offscreen platform has a small screen
    how.scheme = widgets::Scheme::Light;
    return how;
}

/// Shows and starts a window whose options name a library and a model. @return whether both and
/// the inverse projections of all maps came, and the map is drawn.
inline bool openWindow(app::MainWindow& window) {
    QSignalSpy maps(&window.workspace(), &app::Workspace::mapsReady);
    QSignalSpy model(&window.workspace(), &app::Workspace::modelChanged);
    window.map()->setReducedMotion(true);
    window.show();
    window.activateWindow();
    window.start();
    return QTest::qWaitFor(
        [&] { return maps.count() > 0 && model.count() > 0 && window.map()->settled(); }, kHungMs);
}

} // namespace canto::test
