// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/status_line.h"

#include "app/workspace/qt_text.h"
#include "app/workspace/workspace.h"
#include "widgets/common/status_figures.h"
#include "widgets/map/latent_map.h"

#include <QStatusBar>

namespace canto::app {

StatusLine::StatusLine(QStatusBar& bar, Workspace& workspace)
    : QObject(&bar), m_workspace(workspace), m_figures(new widgets::StatusFigures(&bar)) {
    bar.addPermanentWidget(m_figures, 1);
    bar.setSizeGripEnabled(false);
    m_figures->setClickToSound(-1);
    const auto showPoints = [this] { m_figures->setPoints(m_workspace.map().selectionText()); };
    connect(&workspace, &Workspace::libraryChanged, this, showPoints);
    connect(&workspace.map(), &widgets::LatentMap::selectionChanged, this, showPoints);
    connect(&workspace, &Workspace::modelComing, this,
            [this] { m_figures->setModel(tr("loading the model")); });
    connect(&workspace, &Workspace::modelFailed, this,
            [this] { m_figures->setModel(tr("no model")); });
    connect(&workspace, &Workspace::modelChanged, this, [this](bool there) {
        if (const auto& model = m_workspace.model(); there && model) {
            m_figures->setModel(tr("%1 on CPU").arg(coreText(model->info().title)));
        } else if (there) {
            m_figures->setModel(tr("no model"));
        }
    });
    connect(&workspace, &Workspace::soundOutputChanged, m_figures,
            [this](const QString& sound) { m_figures->setSound(sound); });
    connect(&workspace.player(), &Player::clickToSound, m_figures,
            &widgets::StatusFigures::setClickToSound);
}

void StatusLine::start() {
    if (!m_workspace.space().open) {
        m_figures->setModel(tr("no model"));
    }
}

} // namespace canto::app
