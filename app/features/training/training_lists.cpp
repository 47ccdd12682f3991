// SPDX-License-Identifier: GPL-3.0-or-later
// What can be chosen for a run: data, devices, models.

#include "app/features/training/compare_dialog.h"
#include "app/features/training/training_controller.h"
#include "app/workspace/file_dialogs.h"
#include "app/workspace/map_controller.h"
#include "app/workspace/qt_text.h"
#include "app/workspace/workspace.h"
#include "core/base/path_text.h"
#include "models/common/device.h"
#include "models/common/loading.h"
#include "models/registry/registry.h"
#include "widgets/common/text.h"

#include <QActionGroup>
#include <QFileInfo>
#include <QLocale>
#include <QMenu>
#include <algorithm>

namespace canto::app {
namespace {

const auto kDataKey = QStringLiteral("train/data");
constexpr int kRemembered = 8;

QString memoryText(std::uint64_t bytes) {
    return QLocale().formattedDataSize(qint64(bytes), 1, QLocale::DataSizeTraditionalFormat);
}

} // namespace

void TrainingController::lookAgain() {
    // Opening every model and asking the drivers takes a while.
    m_files.start([this, folder = modelsFolder()](const auto& run) {
        if (!models::load()) {
            return; // whoever opens the model says so
        }
        auto found = listModels(folder);
        QVector<widgets::TrainEntry> entries{{QStringLiteral("auto"), tr("automatic"),
                                              tr("The GPU with most free memory, else the CPU")}};
        for (const auto& device : models::devices()) {
            QString title = device.id == "cpu" ? tr("CPU") : text(device.id);
            if (device.freeBytes > 0) {
                title = tr("%1, %2 free").arg(title, memoryText(device.freeBytes));
            }
            entries.append({text(device.id), title, text(device.name)});
        }
        run.deliverAlways([this, found = std::move(found), entries] {
            m_panel->form()->setDevices(entries);
            fillLists(found);
            Q_EMIT listsReady();
        });
    });
}

void TrainingController::fillLists(const std::vector<StoredModel>& models) {
    m_models = models;
    fillChoices();
    fillModelMenu();
}

void TrainingController::fillChoices() {
    if (!models::loaded()) {
        return;
    }
    const std::string& space = m_workspace.space().id;
    const auto all = models::architectures();
    const auto here = std::count_if(all.begin(), all.end(), [&](const auto& architecture) {
        return architecture.space == space;
    });
    QVector<widgets::TrainEntry> presets, starts;
    for (const auto& architecture : all) {
        // A library opened by itself belongs to no space: then everything is offered.
        if (here > 0 && architecture.space != space) {
            continue;
        }
        for (const auto& preset : architecture.presets) {
            const QString id = text(architecture.id + "/" + preset);
            presets.append({id, here == 1 ? text(preset) : id,
                            tr("%1: a network trained from random weights").arg(id)});
        }
        for (const auto& model : m_models) {
            if (model.architecture == architecture.id) {
                starts.append({text(model.path.string()),
                               model.shipped ? tr("%1 (shipped)").arg(text(model.architecture))
                                             : coreText(model.title),
                               coreText(model.title)});
            }
        }
    }
    m_panel->form()->setPresets(presets);
    m_panel->form()->setStarts(starts);
}

void TrainingController::fillModelMenu() {
    if (m_modelMenu == nullptr) {
        return;
    }
    m_modelMenu->clear();
    const auto& inUse = m_workspace.model();
    auto* group = new QActionGroup(m_modelMenu);
    for (const auto& model : m_models) {
        const QString title = widgets::escapeMnemonics(coreText(model.title));
        QAction* action =
            m_modelMenu->addAction(model.shipped ? tr("%1 (shipped)").arg(title) : title);
        action->setCheckable(true);
        action->setChecked(inUse && inUse->info().version == model.checksum);
        action->setToolTip(text(model.path.string()));
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, model] { useModel(model); });
    }
    m_modelMenu->addSeparator();
    for (const auto& model : m_models) {
        if (!model.shipped) {
            const QString title = widgets::escapeMnemonics(coreText(model.title));
            m_modelMenu->addAction(tr("Compare \u201c%1\u201d...").arg(title), this,
                                   [this, path = model.path] { compareWith(path); });
        }
    }
    m_modelMenu->setEnabled(!m_models.empty());
}

void TrainingController::useModel(const StoredModel& model) {
    m_workspace.useModel(sharedModel(model.path));
    const MapController* maps = &m_workspace.maps();
    const LibraryPtr& library = maps->library();
    if (library && library->points.model.version != model.checksum) {
        m_workspace.warn(
            tr("This map was made with another model"),
            tr("Import the music again to use \u201c%1\u201d.").arg(coreText(model.title)));
    }
}

void TrainingController::compareWith(const std::filesystem::path& path) {
    const auto find = [this](const auto& wanted) {
        return std::find_if(m_models.begin(), m_models.end(), wanted);
    };
    const auto mine = find([&](const auto& model) { return model.path == path; });
    if (mine == m_models.end()) {
        return;
    }
    const auto shipped = find([&](const auto& model) {
        return model.shipped && model.architecture == mine->architecture;
    });
    const auto data = mine->card.find("dataset");
    if (shipped == m_models.end() || data == mine->card.end()) {
        m_workspace.warn(tr("There is nothing to compare this model with"));
        return;
    }
    auto* dialog = new CompareDialog(*shipped, *mine, pathFromText(data->second),
                                     m_workspace.player(), &m_workspace.window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void TrainingController::addData(const QString& path) {
    QStringList known = m_workspace.settings().value(kDataKey).toStringList();
    if (!path.isEmpty()) {
        known.removeAll(path);
        known.prepend(path);
        known = known.mid(0, kRemembered);
        m_workspace.settings().setValue(kDataKey, known);
    }
    QVector<widgets::TrainEntry> entries;
    for (const QString& one : known) {
        if (QFileInfo::exists(one)) {
            entries.append({one, QFileInfo(one).completeBaseName(), one});
        }
    }
    m_panel->form()->setDatasets(entries);
    if (!path.isEmpty()) {
        auto choice = m_panel->form()->choice();
        choice.dataset = path;
        m_panel->form()->setChoice(choice);
    }
}

void TrainingController::chooseData() {
    const QString path = chooseFile(&m_workspace.window(), "data", tr("Choose prepared data"),
                                    tr("Prepared data (*.safetensors);;All files (*)"));
    if (!path.isEmpty()) {
        addData(path);
    }
}

} // namespace canto::app
