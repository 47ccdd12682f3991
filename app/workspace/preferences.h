// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>
#include <vector>

class QWidget;

namespace canto::app {

/// Pages of the preferences, in their order.
enum class PageId { Audio, Midi, SoundFonts, Keys, Appearance };

/// The parts of which the preferences are made: features and the window add them in any order, and
/// the dialog makes their widgets when it is opened. Thread: GUI.
class Preferences {
  public:
    struct Part {
        PageId page = PageId::Audio;
        QString title;                                 ///< above the part; may be empty
        std::function<QWidget*(QWidget* dialog)> make; ///< a child of the dialog
    };

    void add(PageId page, QString title, std::function<QWidget*(QWidget*)> make) {
        m_parts.push_back({page, std::move(title), std::move(make)});
    }
    const std::vector<Part>& parts() const { return m_parts; }

  private:
    std::vector<Part> m_parts;
};

} // namespace canto::app
