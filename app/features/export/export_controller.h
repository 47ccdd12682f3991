// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

#include <functional>

namespace canto::app {

/// Saves, copies and drags what plays: as MIDI, as sound, as a picture. Asks for file names and
/// says what was written. Thread: GUI.
class ExportController : public Feature {
    Q_OBJECT

  public:
    /// Songs of what plays, and how many bars each has.
    struct Music {
        std::vector<SongPtr> songs;
        int bars = 0;
        QString title;
    };
    /// @param current  what plays now: the whole path when a path plays.
    ExportController(Workspace& workspace, std::function<Music()> current);
    ~ExportController() override;

    void addActions(ActionTable& table) override;
    Music current() const { return m_current(); }

    void saveCurrent();
    void copyCurrent() { copy(m_current()); }
    void dragCurrent() { drag(m_current()); }
    void save(const Music& music);
    void copy(const Music& music);
    void drag(const Music& music);
    /// A song beside the recording that it keeps time with.
    void saveMix(const SongPtr& song, const QString& recording, const QString& title);
    void saveMapPicture();
    void chooseWebPage();
    /// Writes the map that is shown as one HTML file, in the background.
    void saveWebPage(const QString& path);

  private:
    void saveSound();

    CancelToken m_cancel; ///< of a web page that is being written
    Workspace& m_workspace;
    std::function<Music()> m_current;
    Exports& m_exports;
};

} // namespace canto::app
