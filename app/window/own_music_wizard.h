#pragma once

#include "app/service/own_music.h"
#include "app/service/user_models.h"
#include "app/workers/job_thread.h"
#include "app/workers/mailbox.h"

#include <QWizard>

namespace canto::app {

class MainWindow;

/// From a person's own music to a run that fine-tunes a model: what to take, how it is labelled,
/// what is there, how long. Reading happens on a thread of its own. Thread: GUI.
class OwnMusicWizard : public QWizard {
    Q_OBJECT

  public:
    enum Page { kSource, kPreview, kModel };

    OwnMusicWizard(MainWindow& window, std::vector<service::StoredModel> models,
                   std::filesystem::path userData);
    ~OwnMusicWizard() override;

    /// Files of the songs whose phrases are selected on the map, labelled by the library's genre.
    /// @param missing  songs whose files are not here.
    std::vector<service::OwnFile> selectedFiles(std::size_t* missing = nullptr) const;
    const std::vector<service::StoredModel>& models() const { return m_models; }
    const service::OwnMusic& music() const { return m_music; }

    // For the pages.
    void survey(); ///< reads what the first page names; surveyed() tells
    JobThread& thread() { return m_thread; }

    void accept() override; ///< writes the data, then asks for the run

  Q_SIGNALS:
    void progressed(std::size_t done, std::size_t total);
    void surveyed();
    void surveyFailed(const canto::Error& error);
    void runWanted(const canto::models::train::RunRequest& request, const QString& title);

  private:
    MainWindow& m_window;
    std::vector<service::StoredModel> m_models;
    std::filesystem::path m_userData;
    service::OwnMusic m_music;
    bool m_writing = false;
    JobThread m_thread;
    Mailbox m_mailbox;
};

} // namespace canto::app
