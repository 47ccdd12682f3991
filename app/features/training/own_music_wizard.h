// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/user_models.h"
#include "app/runs/own_music.h"
#include "app/workspace/task_queue.h"

#include <QWizard>

namespace canto::app {

class Workspace;

/// From a person's own music to a run that fine-tunes a model: what to take, how it is labelled,
/// what is there, how long. Reading happens on a thread of its own. Thread: GUI.
class OwnMusicWizard : public QWizard {
    Q_OBJECT

  public:
    enum Page { kSource, kPreview, kModel };

    OwnMusicWizard(QWidget& window, Workspace& workspace, std::vector<StoredModel> models);
    ~OwnMusicWizard() override;

    /// Files of the songs whose phrases are selected on the map, labelled by the library's genre.
    /// @param missing  songs whose files are not here.
    std::vector<OwnFile> selectedFiles(std::size_t* missing = nullptr) const;
    const std::vector<StoredModel>& models() const { return m_models; }
    const OwnMusic& music() const { return m_music; }

    // For the pages.
    void survey(); ///< reads what the first page names, then surveyed()
    void stopReading() { m_task.cancel(); }

    void accept() override; ///< writes the data, then asks for the run

  Q_SIGNALS:
    void progressed(std::size_t done, std::size_t total);
    void surveyed();
    void surveyFailed(const canto::Error& error);
    void runWanted(const canto::models::train::RunRequest& request, const QString& title);

  private:
    Workspace& m_workspace;
    std::vector<StoredModel> m_models;
    OwnMusic m_music;
    bool m_writing = false;
    LatestTask<OwnMusicWizard> m_task{this, "own music"};
};

} // namespace canto::app
