// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace canto::app {

/// What a feature that plays paths itself needs of the one that draws them. Thread: GUI.
class PathPort {
  public:
    virtual ~PathPort() = default;
    virtual int steps() const = 0;
    /// On: paths are not decoded as notes; whoever handed it over plays them.
    virtual void setHandedOver(bool on) = 0;
    virtual void setStatus(const QString& text) = 0;
};

} // namespace canto::app
