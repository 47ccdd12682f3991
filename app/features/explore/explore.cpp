// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/explore.h"

#include "app/workspace/action_table.h"
#include "app/workspace/map_point.h"
#include "app/workspace/qt_text.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/explore/genre_panel.h"
#include "widgets/explore/interpolate_panel.h"
#include "widgets/explore/property_panel.h"
#include "widgets/explore/sweep_panel.h"

#include <QCheckBox>
#include <QLocale>
#include <QMenu>
#include <QSlider>
#include <cmath>

namespace canto::app {
namespace {

constexpr std::size_t kLearnPhrases = 1200;
constexpr std::size_t kLearnReportEvery = 20; // phrases

} // namespace

Explore::Explore(Workspace& workspace, std::filesystem::path cacheFolder)
    : m_workspace(workspace), m_map(workspace.map()), m_maps(workspace.maps()),
      m_cacheFolder(std::move(cacheFolder)), m_dock(new ExploreDock(&workspace.window())),
      m_shapes(*m_dock, m_map, m_maps, workspace.player(), m_open, workspace.undo()),
      m_interpolation(*m_dock, m_map, m_maps, workspace.player(), m_open, workspace.exports()),
      m_sweep(*m_dock, m_shapes, m_open),
      m_drag(workspace.window(), workspace.phraseDrag(), m_map, m_maps, m_shapes) {
    m_dock->setWindowTitle(tr("Explore"));
    connect(&workspace, &Workspace::libraryChanged, this, &Explore::libraryChanged);
    connect(&workspace, &Workspace::modelChanged, this, [this](bool there) {
        if (there) {
            setModel(m_workspace.model(), m_workspace.space().open);
        }
    });
    connect(&workspace, &Workspace::modelFailed, this, [this](const Error& error) {
        if (!m_workspace.model()) {
            setUnavailable(
                tr("Not available: the model cannot be opened (%1)").arg(text(error.what)));
        }
    });
    connect(&m_shapes, &ShapeController::shapeChanged, this, &Explore::changed);
    connect(&m_interpolation, &InterpolateGesture::endsChanged, this, &Explore::changed);
    connect(this, &Explore::priorChanged, this, &Explore::changed);
    connect(m_dock->interpolate(), &widgets::InterpolatePanel::pointsChanged, this,
            &Explore::changed);
    connect(m_dock->interpolate(), &widgets::InterpolatePanel::geometryChanged, this,
            &Explore::changed);
    m_drag.addChip(m_dock->chip());
    connect(&m_shapes, &ShapeController::problem, this, &Explore::problem);
    connect(&m_interpolation, &InterpolateGesture::problem, this, &Explore::problem);
    connect(&m_interpolation, &InterpolateGesture::tabWanted, this,
            [this] { showTab(ExploreDock::Interpolate); });
    connect(&m_sweep, &SweepGesture::problem, this, &Explore::problem);
    connect(m_dock, &ExploreDock::tabShown, this, &Explore::learnIfSeen);
    connect(m_dock->genre(), &widgets::GenrePanel::priorShownChanged, this, &Explore::showPrior);
    connect(&m_maps, &MapController::mapShown, this, [this] {
        m_map.setComponents({});
        placePrior();
    });
    connect(&m_maps, &MapController::projectionReady, this, &Explore::placePrior);
    addControls();
    connect(&m_shapes, &ShapeController::slidersChanged, this, &Explore::addControls);
    m_dock->properties()->setStatus(tr("Sliders are available when a model and a map are open."));
}

Explore::~Explore() = default;

void Explore::addControls() {
    ControllableTable& controls = m_workspace.controls();
    Controllable morph{QStringLiteral("explore/interpolation"), tr("Point between two phrases")};
    morph.set = [this, last = -1](double part) mutable {
        const int points = int(m_interpolation.points().size());
        const int point = int(std::lround(part * (points - 1)));
        if (points > 1 && point != last) { // a knob sends many values
            last = point;
            m_interpolation.playPoint(point);
        }
    };
    controls.add(std::move(morph));
    controls.attach(QStringLiteral("explore/interpolation"), m_dock->interpolate());
    controls.addSlider(QStringLiteral("explore/move"), tr("Amount of the move"),
                       m_dock->genre()->amount());
    controls.addSlider(QStringLiteral("explore/dimension"), tr("Latent dimension"),
                       m_dock->sweep()->slider());
    controls.removeAll(QStringLiteral("attribute"));
    for (int i = 0; i < m_dock->properties()->count(); ++i) {
        QSlider* slider = m_dock->properties()->slider(i);
        controls.addSlider(QStringLiteral("attribute/%1").arg(i + 1), slider->accessibleName(),
                           slider);
    }
}

std::vector<Panel> Explore::panels() { return {{"exploreDock", m_dock}}; }

void Explore::start() {
    if (!m_workspace.space().open) {
        setUnavailable(tr("Not available: there is no model"));
    }
}

void Explore::setModel(std::shared_ptr<const models::LatentModel> model, OpenModel open) {
    m_model = std::move(model);
    m_learn.cancel();
    m_prior.cancel();
    m_open = modelOrError(std::move(open));
    // Discrete codes have nothing in between and no directions.
    const QString label = columnTitle(
        m_model && !m_model->info().labelColumn.empty() ? m_model->info().labelColumn : "genre");
    m_dock->setLabelTitle(label);
    m_dock->genre()->setLabelKind(label.toLower());
    const bool plays = !m_model || m_model->info().can.decode || m_model->info().can.samplePrior;
    const QString silent =
        plays ? QString()
              : tr("%1 only encodes music: it cannot generate any, so phrases cannot be changed in "
                   "this space. Draw a path on the map to morph between sounds.")
                    .arg(coreText(m_model->info().title));
    m_dock->setUnavailable(silent);
    const bool continuous = !m_model || m_model->info().geometry != models::Geometry::Discrete;
    m_dock->setContinuous(continuous);
    for (QAction* action : m_continuousOnly) {
        action->setEnabled(plays && continuous);
        action->setToolTip(!plays ? silent : continuous ? QString() : ExploreDock::codesReason());
    }
    m_shapes.setModel(m_model);
    m_interpolation.setModel(m_model ? &m_model->info() : nullptr);
    m_sweep.setUnavailable({});
    if (!m_model) {
        setUnavailable(tr("Not available: there is no model"));
    }
    m_learnBegun = false;
    learnIfSeen();
    placePrior();
}

void Explore::saveTo(SessionState& state) const {
    state.shape = m_shapes.shape();
    if (m_interpolation.first() || m_interpolation.second()) {
        for (const auto& end : {m_interpolation.first(), m_interpolation.second()}) {
            state.ends.push_back(
                end ? SessionState::End{end->latent, end->name.toStdString(), end->bpm}
                    : SessionState::End{});
        }
    }
    state.interpolationPoints = m_dock->interpolate()->points();
    state.interpolationGeometry = m_dock->interpolate()->geometryIndex() == 1 ? "slerp" : "linear";
    state.prior = m_priorShown;
}

void Explore::restoreFrom(const SessionState& state, bool sameModel) {
    if (!sameModel) {
        return;
    }
    m_shapes.restore(state.shape, false);
    std::vector<std::optional<InterpolateGesture::End>> ends(2);
    for (std::size_t i = 0; i < std::min<std::size_t>(state.ends.size(), 2); ++i) {
        if (state.ends[i].latent.empty()) {
            continue;
        }
        ends[i] = InterpolateGesture::End{
            state.ends[i].latent, QString::fromStdString(state.ends[i].name), state.ends[i].bpm};
    }
    if (state.interpolationPoints > 0) {
        m_dock->interpolate()->setPoints(state.interpolationPoints);
    }
    if (!state.interpolationGeometry.empty()) {
        m_dock->interpolate()->setGeometryIndex(state.interpolationGeometry == "slerp" ? 1 : 0);
    }
    m_interpolation.setEnds(ends[0], ends[1]);
    showPrior(state.prior);
}

void Explore::setUnavailable(const QString& why) {
    m_dock->properties()->setStatus(why);
    m_sweep.setUnavailable(why);
}

void Explore::libraryChanged() {
    m_shapes.libraryChanged();
    m_interpolation.clear();
    m_map.setComponents({});
    m_learn.cancel(); // of the library before
    m_learnBegun = false;
    learnIfSeen();
}

void Explore::learnIfSeen() {
    const LibraryPtr& library = m_maps.library();
    if (m_learnBegun || !m_model || !library || !m_dock->seen() ||
        m_model->info().geometry == models::Geometry::Discrete) {
        return;
    }
    m_learnBegun = true;
    std::filesystem::path cache;
    if (!m_cacheFolder.empty()) {
        cache = m_cacheFolder / ("directions-" + m_model->info().version.substr(0, 16) + ".json");
    }
    m_learn.start([open = m_open, library, cache = std::move(cache)](const auto& run) {
        const auto progress = [&](std::size_t done, std::size_t total) {
            run.beat();
            if (done % kLearnReportEvery == 0) {
                run.deliver(
                    [](Explore& to, const QString& status) {
                        to.m_dock->properties()->setStatus(status);
                    },
                    tr("Preparing sliders: %1 of %2")
                        .arg(widgets::grouped(done), widgets::grouped(total)));
            }
        };
        const auto model = open();
        run.deliverResult(
            model ? learnDirections(*library, **model, cache, kLearnPhrases, run.cancel(), progress)
                  : Result<LearnedPtr>(fail(model.error())),
            &Explore::onLearned,
            [](Explore& to, const Error& error) { to.setUnavailable(text(error.message())); });
    });
}

void Explore::onLearned(const LearnedPtr& learned) {
    m_dock->properties()->setStatus(
        tr("Estimated from %Ln phrase(s)", nullptr, int(learned->phrases)));
    m_shapes.setLearned(learned);
    m_sweep.refresh();
    Q_EMIT this->learned();
}

void Explore::showPrior(bool on) {
    if (on && m_model &&
        (m_model->info().classes.empty() || !m_model->info().can.samplePrior ||
         m_model->info().geometry == models::Geometry::Discrete)) {
        Q_EMIT problem(tr("This model has no regions to show"), {});
        on = false;
    }
    m_priorShown = on;
    m_dock->genre()->priorShown()->setChecked(on);
    Q_EMIT priorChanged(on);
    if (on) {
        placePrior();
    } else {
        m_map.setComponents({});
    }
}

void Explore::placePrior() {
    const ProjectionPtr projection = m_maps.projection();
    if (!m_priorShown || !m_model || !projection) {
        return;
    }
    m_prior.start([open = m_open, projection](const auto& run) {
        if (const auto model = open()) {
            run.deliverResult(
                placeComponents(**model, *projection, run.cancel()),
                [projection](Explore& to, const std::vector<PlacedComponent>& components) {
                    to.showComponents(projection, components);
                },
                [](Explore& to, const Error& error) {
                    Q_EMIT to.problem(text(error.what), text(error.hint));
                });
        }
    });
}

void Explore::showComponents(const ProjectionPtr& projection,
                             const std::vector<PlacedComponent>& components) {
    if (!m_priorShown || !m_model || projection != m_maps.projection()) {
        return;
    }
    QVector<widgets::MapComponent> shown;
    for (const PlacedComponent& one : components) {
        shown.append({m_shapes.className(one.label), one.label, asPoint(one.centre),
                      asPoint(one.firstAxis), asPoint(one.secondAxis), QColor()});
    }
    m_map.setComponents(shown);
}

void Explore::showTab(ExploreDock::Tab tab) {
    Q_EMIT raiseWanted(m_dock);
    m_dock->setTab(tab);
}

void Explore::fillGenreMenus(QMenu* move, QMenu* draw) {
    move->clear();
    draw->clear();
    for (std::size_t label = 0; m_model && label < m_model->info().classes.size(); ++label) {
        const QString name = widgets::escapeMnemonics(m_shapes.className(int(label)));
        const QString number = QString::number(label + 1);
        QAction* there =
            move->addAction(name, this, [this, label] { m_shapes.moveToGenre(int(label), false); });
        QAction* drawn =
            draw->addAction(name, this, [this, label] { m_shapes.newPhraseIn(int(label)); });
        if (label < 9) {
            there->setShortcut(QKeySequence(QStringLiteral("Alt+") + number));
            drawn->setShortcut(QKeySequence(QStringLiteral("Alt+Shift+") + number));
        }
    }
}

void Explore::addActions(ActionTable& table) {
    QAction* undo = m_workspace.undo().group().createUndoAction(&table, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_workspace.undo().group().createRedoAction(&table, tr("&Redo"));
    redo->setShortcuts({QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(tr("Ctrl+Y"))});
    table.add(MenuId::Edit, 0, undo);
    table.add(MenuId::Edit, 0, redo);

    const auto add = [&](int group, const QString& text, const QKeySequence& key, auto run) {
        return table.add(MenuId::Explore, group, text, key, run);
    };
    const auto continuous = [this](QAction* action) { m_continuousOnly.append(action); };
    add(0, tr("&Play the phrase"), QKeySequence(tr("Ctrl+Return")), [this] { m_shapes.play(); });
    add(0, tr("Compare &A/B"), QKeySequence(tr("B")), [this] { m_shapes.switchVersion(); });
    continuous(add(1, tr("Set start o&f interpolation"), QKeySequence(tr("Ctrl+[")),
                   [this] { m_interpolation.takeCurrent(false); }));
    continuous(add(1, tr("Set end of in&terpolation"), QKeySequence(tr("Ctrl+]")),
                   [this] { m_interpolation.takeCurrent(true); }));
    continuous(add(1, tr("Interpolate between the path's &ends"), {}, [this] {
        m_interpolation.takePath();
        showTab(ExploreDock::Interpolate);
    }));
    QMenu* points = table.addMenu(MenuId::Explore, 1, tr("N&umber of steps"));
    continuous(points->menuAction());
    for (const int count : {5, 7, 9}) {
        points->addAction(tr("%Ln point(s)", nullptr, count), this, [this, count] {
            m_dock->interpolate()->setPoints(count);
            m_interpolation.setEnds(m_interpolation.first(), m_interpolation.second());
        });
    }
    add(1, tr("Play the &interpolation"), QKeySequence(tr("Ctrl+Shift+Return")),
        [this] { m_interpolation.playAll(); });
    continuous(add(2, tr("&Latent dimensions"), QKeySequence(tr("Ctrl+Shift+L")),
                   [this] { showTab(ExploreDock::Sweep); }));
    continuous(add(2, tr("Att&ributes"), QKeySequence(tr("Ctrl+Shift+D")),
                   [this] { showTab(ExploreDock::Properties); }));
    add(2, tr("&Genre of the phrase"), QKeySequence(tr("Ctrl+Shift+G")),
        [this] { showTab(ExploreDock::Genre); });
    QMenu* move = table.addMenu(MenuId::Explore, 2, tr("&Move to genre"));
    QMenu* draw = table.addMenu(MenuId::Explore, 2, tr("Ge&nerate in genre"));
    connect(&m_shapes, &ShapeController::classesChanged, move,
            [this, move, draw] { fillGenreMenus(move, draw); });
    fillGenreMenus(move, draw);
    QAction* prior = table.addSwitch(MenuId::Explore, 2, tr("S&how genre regions"),
                                     QKeySequence(tr("Shift+P")), m_priorShown, [this](bool on) {
                                         if (on != m_priorShown) {
                                             showPrior(on);
                                         }
                                     });
    connect(this, &Explore::priorChanged, prior, &QAction::setChecked);
}

} // namespace canto::app
