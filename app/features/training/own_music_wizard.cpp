// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/own_music_wizard.h"

#include "app/features/training/own_music_pages.h"
#include "app/library/originals.h"
#include "app/workspace/map_controller.h"
#include "app/workspace/workspace.h"
#include "widgets/common/screen_fit.h"
#include "widgets/map/latent_map.h"

#include <QAbstractButton>
#include <QDateTime>
#include <set>

namespace canto::app {
namespace {

constexpr auto kProgressEvery = std::chrono::milliseconds(50);

} // namespace

OwnMusicWizard::OwnMusicWizard(QWidget& window, Workspace& workspace,
                               std::vector<StoredModel> models)
    : QWizard(&window), m_workspace(workspace), m_models(std::move(models)) {
    setObjectName(QStringLiteral("ownMusicWizard"));
    setWindowTitle(tr("Train on my music"));
    setWizardStyle(QWizard::ModernStyle);
    setOption(QWizard::NoBackButtonOnStartPage);
    setButtonText(QWizard::FinishButton, tr("&Train"));
    std::size_t missing = 0;
    const std::size_t selected = selectedFiles(&missing).size();
    setPage(kSource, new SourcePage(selected, missing, this));
    setPage(kPreview, new PreviewPage(*this));
    setPage(kModel, new ModelPage(*this));
    for (const int id : pageIds()) {
        widgets::scrollInside(*page(id));
    }
    widgets::fitDialog(*this, {680, 560});
}

OwnMusicWizard::~OwnMusicWizard() = default;

std::vector<OwnFile> OwnMusicWizard::selectedFiles(std::size_t* missing) const {
    std::vector<OwnFile> files;
    const MapController* maps = &m_workspace.maps();
    const LibraryPtr& library = maps->library();
    if (!library) {
        return files;
    }
    const auto folders = libraryFolders(library->path);
    std::set<atlas::RowId> known;
    for (const std::uint32_t row : m_workspace.map().selection()) {
        if (row >= library->points.count()) {
            continue;
        }
        const atlas::SongRow& song = library->points.songOf(row);
        if (!known.insert(song.id).second) {
            continue;
        }
        if (const auto path = findOriginal(song, folders)) {
            files.push_back({*path, song.title, song.artist, song.genre});
        } else if (missing != nullptr) {
            ++*missing;
        }
    }
    return files;
}

void OwnMusicWizard::survey() {
    const auto* source = static_cast<SourcePage*>(page(kSource));
    const bool selection = source->fromSelection();
    m_task.start([selection, chosen = selection ? selectedFiles() : std::vector<OwnFile>(),
                  folder = std::filesystem::path(source->folder().toStdString()),
                  csv = std::filesystem::path(source->csv().toStdString()),
                  byCsv = source->labels() == LabelSource::Csv](const auto& run) {
        Throttle throttle(kProgressEvery);
        const auto progress = [&](std::size_t done, std::size_t total) {
            run.beat();
            if (throttle.due(done == total)) {
                run.deliver(&OwnMusicWizard::progressed, done, total);
            }
        };
        const auto files = selection ? Result<std::vector<OwnFile>>(chosen)
                           : byCsv   ? filesByCsv(folder, csv)
                                     : filesByFolder(folder);
        auto music = files ? surveyOwnMusic(*files, 1, run.cancel(), progress, 1)
                           : Result<OwnMusic>(fail(files.error()));
        run.deliver([music = std::move(music)](OwnMusicWizard& to) {
            if (music) {
                to.m_music = *music;
                Q_EMIT to.surveyed();
            } else {
                Q_EMIT to.surveyFailed(music.error());
            }
        });
    });
}

void OwnMusicWizard::accept() {
    if (std::exchange(m_writing, true)) {
        return;
    }
    auto* model = static_cast<ModelPage*>(page(kModel));
    button(QWizard::FinishButton)->setEnabled(false);
    button(QWizard::BackButton)->setEnabled(false);
    model->setNote(tr("Writing the phrases..."));
    const QString name = QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-hhmmss"));
    const auto folder = m_workspace.userData() / "runs" / ("own-" + name.toStdString());
    m_task.start([this, music = m_music, folder, model, weights = model->weights().toStdString(),
                  minutes = model->minutes(), title = model->title()](const auto& run) {
        const auto dataset = writeOwnDataset(
            music, folder, run.cancel(), [&](std::size_t, std::size_t) { run.beat(); }, weights);
        run.deliverAlways([this, dataset, folder, weights, minutes, title, model] {
            m_writing = false;
            if (!dataset) {
                model->setNote(QString::fromStdString(dataset.error().message()));
                button(QWizard::FinishButton)->setEnabled(true);
                button(QWizard::BackButton)->setEnabled(true);
                return;
            }
            auto request =
                fineTuneRequest(*dataset, weights, folder, minutes, m_music.trainPhrases);
            for (const auto& known : m_models) {
                if (known.path == weights) {
                    request.architecture = known.architecture;
                }
            }
            Q_EMIT runWanted(request, title);
            QWizard::accept();
        });
    });
}

} // namespace canto::app
