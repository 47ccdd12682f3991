// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace canto::app {

/// What a feature that selects music needs of the one that trains. Thread: GUI.
class FineTunePort {
  public:
    virtual ~FineTunePort() = default;
    /// Asks how the model is to be trained on the songs that are selected on the map.
    virtual void fineTuneOnSelection() = 0;
};

} // namespace canto::app
