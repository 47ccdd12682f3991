// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/explore.h"

#include "app/workspace/map_point.h"
#include "app/workspace/qt_text.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/explore/genre_panel.h"
#include "widgets/explore/interpolate_panel.h"
#include "widgets/explore/property_panel.h"

#include <QCheckBox>
#include <QLocale>
#include <QMenu>

namespace canto::app {
namespace {

constexpr std::size_t kLearnPhrases = 1200;
constexpr std::size_t kLearnReportEvery = 20; // phrases

} // namespace

Explore::Explore(ExploreParts parts, QObject* parent)
    : QObject(parent), m_parts(std::move(parts)), m_dock(new ExploreDock(&m_parts.window)),
      m_shapes(*m_dock, m_parts.map, m_parts.mapController, m_parts.player, m_open, m_parts.undo),
      m_interpolation(*m_dock, m_parts.map, m_parts.mapController, m_parts.player, m_open,
                      m_parts.exports),
      m_sweep(*m_dock, m_shapes, m_open),
      m_drag(m_parts.window, m_parts.drag, m_parts.map, m_parts.mapController, m_shapes) {
    m_drag.addChip(m_dock->chip());
    connect(&m_shapes, &ShapeController::problem, this, &Explore::problem);
    connect(&m_interpolation, &InterpolateGesture::problem, this, &Explore::problem);
    connect(&m_interpolation, &InterpolateGesture::tabWanted, this,
            [this] { showTab(ExploreDock::Interpolate); });
    connect(&m_sweep, &SweepGesture::problem, this, &Explore::problem);
    connect(m_dock, &ExploreDock::tabShown, this, &Explore::learnIfSeen);
    connect(m_dock->genre(), &widgets::GenrePanel::priorShownChanged, this, &Explore::showPrior);
    connect(&m_parts.mapController, &MapController::mapShown, this, [this] {
        m_parts.map.setComponents({});
        placePrior();
    });
    connect(&m_parts.mapController, &MapController::projectionReady, this, &Explore::placePrior);
    m_dock->properties()->setStatus(tr("Sliders are available when a model and a map are open."));
}

Explore::~Explore() = default;

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
                    .arg(QString::fromStdString(m_model->info().title));
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
    m_learnBegun = false;
    learnIfSeen();
    placePrior();
}

void Explore::saveTo(SessionState& state) const {
    state.shape = m_shapes.shape();
    for (const auto& end : {m_interpolation.first(), m_interpolation.second()}) {
        if (end) {
            state.ends.push_back({end->latent, end->name.toStdString(), end->bpm});
        }
    }
    state.prior = m_priorShown;
}

void Explore::restoreFrom(const SessionState& state, bool sameModel) {
    if (!sameModel) {
        return;
    }
    m_shapes.restore(state.shape, false);
    std::vector<std::optional<InterpolateGesture::End>> ends(2);
    for (std::size_t i = 0; i < std::min<std::size_t>(state.ends.size(), 2); ++i) {
        ends[i] = InterpolateGesture::End{
            state.ends[i].latent, QString::fromStdString(state.ends[i].name), state.ends[i].bpm};
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
    m_parts.map.setComponents({});
    m_learn.cancel(); // of the library before
    m_learnBegun = false;
    learnIfSeen();
}

void Explore::learnIfSeen() {
    const LibraryPtr& library = m_parts.mapController.library();
    if (m_learnBegun || !m_model || !library || !m_dock->seen() ||
        m_model->info().geometry == models::Geometry::Discrete) {
        return;
    }
    m_learnBegun = true;
    std::filesystem::path cache;
    if (!m_parts.cacheFolder.empty()) {
        cache =
            m_parts.cacheFolder / ("directions-" + m_model->info().version.substr(0, 16) + ".json");
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
        m_parts.map.setComponents({});
    }
}

void Explore::placePrior() {
    const ProjectionPtr projection = m_parts.mapController.projection();
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
    if (!m_priorShown || !m_model || projection != m_parts.mapController.projection()) {
        return;
    }
    QVector<widgets::MapComponent> shown;
    for (const PlacedComponent& one : components) {
        shown.append({m_shapes.className(one.label), one.label, asPoint(one.centre),
                      asPoint(one.firstAxis), asPoint(one.secondAxis), QColor()});
    }
    m_parts.map.setComponents(shown);
}

void Explore::showTab(ExploreDock::Tab tab) {
    Q_EMIT raiseAsked();
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

void Explore::buildMenus(QMenuBar& bar) {
    auto* edit = new QMenu(tr("&Edit"), &bar);
    QAction* undo = m_parts.undo.group().createUndoAction(edit, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_parts.undo.group().createRedoAction(edit, tr("&Redo"));
    redo->setShortcuts({QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(tr("Ctrl+Y"))});
    edit->addActions({undo, redo});
    bar.insertMenu(bar.actions().value(1), edit);

    QMenu* menu = bar.addMenu(tr("E&xplore"));
    menu->setToolTipsVisible(true); // why a command is not available
    const auto add = [this, menu](const QString& text, const QKeySequence& key, auto run) {
        QAction* action = menu->addAction(text, this, run);
        action->setShortcut(key);
        return action;
    };
    const auto continuous = [this](QAction* action) { m_continuousOnly.append(action); };
    add(tr("&Play the phrase"), QKeySequence(tr("Ctrl+Return")), [this] { m_shapes.play(); });
    add(tr("Compare &A/B"), QKeySequence(tr("B")), [this] { m_shapes.switchVersion(); });
    menu->addSeparator();
    continuous(add(tr("Set start o&f interpolation"), QKeySequence(tr("Ctrl+[")),
                   [this] { m_interpolation.takeCurrent(false); }));
    continuous(add(tr("Set end of in&terpolation"), QKeySequence(tr("Ctrl+]")),
                   [this] { m_interpolation.takeCurrent(true); }));
    continuous(add(tr("Interpolate between the path's &ends"), {}, [this] {
        m_interpolation.takePath();
        showTab(ExploreDock::Interpolate);
    }));
    QMenu* points = menu->addMenu(tr("N&umber of steps"));
    continuous(points->menuAction());
    for (const int count : {5, 7, 9}) {
        points->addAction(tr("%Ln point(s)", nullptr, count), this, [this, count] {
            m_dock->interpolate()->setPoints(count);
            m_interpolation.setEnds(m_interpolation.first(), m_interpolation.second());
        });
    }
    add(tr("Play the &interpolation"), QKeySequence(tr("Ctrl+Shift+Return")),
        [this] { m_interpolation.playAll(); });
    menu->addSeparator();
    continuous(add(tr("&Latent dimensions"), QKeySequence(tr("Ctrl+Shift+S")),
                   [this] { showTab(ExploreDock::Sweep); }));
    continuous(add(tr("Att&ributes"), QKeySequence(tr("Ctrl+Shift+D")),
                   [this] { showTab(ExploreDock::Properties); }));
    add(tr("&Genre of the phrase"), QKeySequence(tr("Ctrl+Shift+G")),
        [this] { showTab(ExploreDock::Genre); });
    QMenu* move = menu->addMenu(tr("&Move to genre"));
    QMenu* draw = menu->addMenu(tr("Ge&nerate in genre"));
    connect(&m_shapes, &ShapeController::classesChanged, menu,
            [this, move, draw] { fillGenreMenus(move, draw); });
    fillGenreMenus(move, draw);
    QAction* prior = menu->addAction(tr("S&how genre regions"));
    prior->setShortcut(QKeySequence(tr("Shift+P")));
    prior->setCheckable(true);
    connect(prior, &QAction::toggled, this, [this](bool on) {
        if (on != m_priorShown) {
            showPrior(on);
        }
    });
    connect(this, &Explore::priorChanged, prior, &QAction::setChecked);
}

} // namespace canto::app
