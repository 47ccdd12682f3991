// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/training/training_worker.h"
#include "app/spaces/arrangement/arranger_factory.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

#include <memory>

namespace canto::app {

struct FeatureOptions {
    QString soundFont; ///< empty: the remembered one, else the system's first
    bool loadSoundFont = true;
    bool midiPorts = true;               ///< look for MIDI devices
    std::filesystem::path cacheFolder;   ///< results that take a while; empty: nowhere
    std::filesystem::path sessionFolder; ///< what is open is kept here; empty: nowhere
    std::filesystem::path project;       ///< opened first; empty: none
    TrainingWorker::Run train;           ///< what trains; empty: the trainer
    OpenArranger openArranger;           ///< makes the arranger; empty: as shipped
    bool allowScripts = false;           ///< whatever the setting is
    std::filesystem::path scriptSocket;  ///< empty: that of the user's runtime folder
};

using FeatureList = std::vector<std::unique_ptr<Feature>>;

/// Makes all features of the window, in the order in which Esc asks them and in which their
/// actions and panels appear, and connects what one has for another. They end in reverse order.
/// @param workspace  with its map attached; must live longer.
FeatureList makeFeatures(Workspace& workspace, const FeatureOptions& options);

} // namespace canto::app
