// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/shape_controller.h"

#include "app/workspace/class_names.h"
#include "app/workspace/qt_text.h"
#include "widgets/explore/genre_panel.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/explore/property_panel.h"
#include "widgets/map/class_look.h"

#include <QCheckBox>

namespace canto::app {
namespace {

constexpr int kMovedId = 1000; ///< merge ids: sliders from 0, then this

/// From one shape to the next.
class ShapeStep : public QUndoCommand {
  public:
    ShapeStep(ShapeController& controller, Shape before, Shape after, const QString& what, int id)
        : QUndoCommand(what), m_controller(controller), m_before(std::move(before)),
          m_after(std::move(after)), m_id(id) {}

    int id() const override { return m_id; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto& next = static_cast<const ShapeStep&>(*other);
        if (next.m_before != m_after) {
            return false; // another step came between
        }
        m_after = next.m_after;
        setObsolete(m_after == m_before);
        return true;
    }
    void undo() override { m_controller.restore(m_before, true); }
    void redo() override { m_controller.restore(m_after, true); }

  private:
    ShapeController& m_controller;
    Shape m_before, m_after;
    int m_id;
};

} // namespace

ShapeController::ShapeController(ExploreDock& dock, widgets::LatentMap& map,
                                 MapController& mapController, Player& player,
                                 const OpenModel& open, UndoHistory& undo, QObject* parent)
    : QObject(parent), m_dock(dock), m_map(map), m_mapController(mapController), m_player(player),
      m_open(open), m_undo(undo) {
    connect(&player, &Player::currentItemChanged, this, &ShapeController::onCurrentItem);
    connect(&dock, &ExploreDock::tabShown, this, &ShapeController::requestIfSeen);
    connect(&dock, &ExploreDock::originalAsked, this, &ShapeController::playOriginal);
    connect(&dock, &ExploreDock::changedAsked, this, &ShapeController::playChanged);
    connect(dock.chip(), &QAbstractButton::clicked, this, &ShapeController::play);
    widgets::PropertyPanel* panel = dock.properties();
    connect(panel, &widgets::PropertyPanel::wantedChanged, this,
            [this](int slider, double value, bool final) {
                Shape next = m_shape;
                next.wanted[slider] = value;
                propose(next, tr("Set an attribute"), slider, final);
            });
    connect(panel, &widgets::PropertyPanel::keepOthersChanged, this, [this](bool keep) {
        if (keep != m_shape.keepOthers) {
            Shape next = m_shape;
            next.keepOthers = keep;
            propose(next, keep ? tr("Lock other attributes") : tr("Unlock other attributes"), -1,
                    true);
        }
    });
    connect(panel, &widgets::PropertyPanel::resetAsked, this, [this] {
        Shape next = m_shape;
        next.wanted.clear();
        next.dimensions.clear();
        next.movedTo = -1;
        if (next != m_shape) {
            propose(next, tr("Reset the phrase"), -1, true);
        }
    });
    widgets::GenrePanel* genre = dock.genre();
    connect(genre, &widgets::GenrePanel::moveAsked, this,
            [this](int label) { moveToGenre(label, false); });
    connect(genre, &widgets::GenrePanel::newPhraseAsked, this, &ShapeController::newPhraseIn);
    connect(genre, &widgets::GenrePanel::amountChanged, this, [this](double amount, bool final) {
        if (m_shape.movedTo >= 0) {
            Shape next = m_shape;
            next.amount = amount;
            propose(next, tr("Amount of the move"), kMovedId, final);
        }
    });
    setModel(nullptr);
    showValues();
}

void ShapeController::setModel(std::shared_ptr<const models::LatentModel> model) {
    m_model = std::move(model);
    libraryChanged();
}

void ShapeController::libraryChanged() {
    m_genres.reset();
    m_learned.reset();
    m_undo.stack().clear(); // its steps belong to the previous phrases
    begin({});
    QVector<widgets::GenrePanel::Genre> shown;
    if (m_model) {
        const bool dark = widgets::isDark(m_map.palette());
        const auto& palette = widgets::classPalette(dark);
        const auto colouring = m_map.colouring();
        const auto looks =
            colouring ? widgets::classLooks(*colouring, dark) : std::vector<widgets::ClassLook>();
        for (std::size_t i = 0; i < m_model->info().classes.size(); ++i) {
            // The map's colour of the genre, where the map is coloured by genre.
            QColor colour = palette[i % palette.size()];
            for (std::size_t c = 0; c < looks.size(); ++c) {
                if (colouring->names[c] == className(int(i))) {
                    colour = looks[c].colour;
                }
            }
            shown.append({className(int(i)), colour,
                          classDescription(m_model->info().labelColumn, className(int(i)))});
        }
    }
    m_dock.genre()->setGenres(shown);
    setLearned(nullptr);
    Q_EMIT classesChanged();
}

void ShapeController::setLearned(LearnedPtr learned) {
    m_learned = std::move(learned);
    std::vector<widgets::PropertySlider> sliders;
    for (std::size_t i = 0; m_learned && i < sliderProperties().size(); ++i) {
        const SliderProperty& slider = sliderProperties()[i];
        const projection::PropertyDirection& direction = m_learned->directions.all()[i];
        const bool moves = direction.gain > 0;
        sliders.push_back({slider.measure, slider.track, direction.low,
                           moves ? direction.high : direction.low, direction.heldOutR});
    }
    m_dock.properties()->setProperties(std::move(sliders));
    Q_EMIT slidersChanged();
    showValues();
}

QString ShapeController::className(int label) const {
    const bool known = m_model && label >= 0 && std::size_t(label) < m_model->info().classes.size();
    return known
               ? classText(m_model->info().labelColumn, m_model->info().classes[std::size_t(label)])
               : QString();
}

int ShapeController::classNamed(const QString& name) const {
    for (std::size_t i = 0; m_model && i < m_model->info().classes.size(); ++i) {
        if (className(int(i)) == name) {
            return int(i);
        }
    }
    return -1;
}

qint64 ShapeController::currentRow() const {
    const PlaybackItem& item = m_player.currentItem();
    return item.latent == m_shape.origin ? item.row : -1;
}

std::shared_ptr<const GenrePlaces> ShapeController::genres() {
    const LibraryPtr& library = m_mapController.library();
    const bool fits = m_model && library && library->points.count() > 0 &&
                      library->points.latent(0).size() == std::size_t(m_model->info().latentSize);
    if (!m_genres && fits) {
        const auto labels = classesOf(*library, m_model->info());
        auto places = std::make_shared<GenrePlaces>();
        places->phrases = projection::classMeans(pointsOf(*library)->view(), labels,
                                                 int(m_model->info().classes.size()));
        m_genres = std::move(places);
    }
    return m_genres;
}

void ShapeController::begin(Shape shape) {
    m_shape = m_committed = std::move(shape);
    hideMark();
    m_result.reset();
    m_playsChanged = false;
    m_playNext = false;
    m_task.cancel();
    requestIfSeen();
    showTitle();
    showValues();
    Q_EMIT shapeChanged();
}

void ShapeController::requestIfSeen() {
    if (!m_shape.origin.empty() && m_model && !m_result && m_dock.seen()) {
        request();
    }
}

void ShapeController::onCurrentItem(const PlaybackItem& item) {
    if (item.kind == PlaybackItem::Kind::Shaped || item.latent.empty() || !m_model ||
        item.latent.size() != std::size_t(m_model->info().latentSize)) {
        return;
    }
    if (item.latent == m_shape.origin && !m_shape.changed()) {
        // The same phrase: a path returns to it, or more bars of it arrived.
        if (const std::string name = item.title.toStdString(); name != m_shape.name) {
            m_shape.name = m_committed.name = name;
            showTitle();
            Q_EMIT shapeChanged();
        }
        return;
    }
    Shape shape;
    shape.origin = item.latent;
    shape.name = item.title.toStdString();
    shape.bpm = tempoOf(item);
    if (item.row >= 0 && m_mapController.library()) {
        shape.genre =
            classOfRow(*m_mapController.library(), m_model->info(), std::size_t(item.row));
    }
    begin(std::move(shape));
}

void ShapeController::takeRow(qint64 row) {
    if (!m_model || !m_mapController.library() || row < 0) {
        return;
    }
    Shape shape;
    shape.origin = m_mapController.latentOf(row);
    shape.name = m_mapController.titleOfRow(row).toStdString();
    shape.genre = classOfRow(*m_mapController.library(), m_model->info(), std::size_t(row));
    shape.bpm = m_mapController.tempoAt(row, m_mapController.placeOf(row));
    begin(std::move(shape));
}

void ShapeController::propose(const Shape& next, const QString& what, int mergeId, bool final) {
    if (next.origin.empty()) {
        Q_EMIT problem(tr("There is no phrase to change yet"),
                       tr("Click a point or an empty position of the map first."));
        return;
    }
    if (!m_model) {
        Q_EMIT problem(tr("There is no model to generate with"),
                       tr("The map and the original songs work without one."));
        return;
    }
    if (!final) {
        m_shape = next;
        request();
        Q_EMIT shapeChanged();
    } else if (next != m_committed) {
        m_undo.stack().push(
            new ShapeStep(*this, m_committed, next, what, mergeId)); // calls restore
    } else {
        restore(next, true);
    }
}

void ShapeController::restore(const Shape& shape, bool play) {
    m_shape = m_committed = shape;
    m_playNext = play;
    m_playsChanged = shape.changed();
    if (!shape.changed()) {
        hideMark();
    }
    if (shape.origin.empty()) {
        m_task.cancel();
        m_result.reset();
    } else {
        request();
    }
    showTitle();
    showValues();
    Q_EMIT shapeChanged();
}

void ShapeController::request() {
    const ShapeRequest request{m_shape, m_learned, genres(), m_mapController.projection()};
    m_task.start([open = m_open, request](const auto& run) {
        const auto model = open();
        run.deliverResult(model ? applyShape(**model, request, run.cancel())
                                : Result<ShapedPhrase>(fail(model.error())),
                          &ShapeController::onShaped, &ShapeController::onFailed);
    });
}

void ShapeController::onFailed(const Error& error) {
    Q_EMIT problem(text(error.what), text(error.hint));
}

void ShapeController::onShaped(const ShapedPhrase& phrase) {
    m_result = phrase;
    showValues();
    showResult();
    showTitle();
    if (std::exchange(m_playNext, false)) {
        playVersion(m_playsChanged);
    }
    Q_EMIT resultChanged(phrase);
}

void ShapeController::playVersion(bool changed) {
    if (!m_result) { // not computed while the panel was hidden
        if (!m_shape.origin.empty() && m_model) {
            m_playNext = true;
            m_playsChanged = changed;
            request();
        }
        return;
    }
    const MeasuredPhrase& phrase = changed ? m_result->after : m_result->before;
    if (phrase.song->notes.empty()) {
        Q_EMIT problem(tr("The model generates silence here"),
                       tr("Undo, or use a smaller amount."));
        return;
    }
    m_playsChanged = changed;
    const bool resume =
        m_player.playing() && m_player.currentItem().kind == PlaybackItem::Kind::Shaped;
    const music::Tick tick = m_player.engine().position().tick;
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Shaped;
    item.song = phrase.song;
    item.bars = m_model->info().phraseBars;
    item.latent = phrase.latent;
    item.origin = originOf(changed);
    item.before = changed ? m_result->before.song : nullptr;
    const QString name = QString::fromStdString(m_shape.name);
    item.title = changed ? tr("%1, changed").arg(name) : name;
    item.caption =
        changed ? tr("B: %1 \u2013 edited").arg(name) : tr("A: %1 \u2013 before").arg(name);
    m_player.play(std::move(item));
    if (resume) {
        m_player.seek(tick); // A and B are compared at the same place
    }
    showTitle();
}

MusicOrigin ShapeController::originOf(bool changed) const {
    MusicOrigin origin;
    const auto drawn = m_seeds.find(m_shape.origin);
    if (drawn != m_seeds.end()) {
        origin.seed = drawn->second;
    }
    if (!changed) {
        origin.known = !origin.seed;
        origin.how = className(m_shape.genre).isEmpty()
                         ? tr("Generated from the prior")
                         : tr("Generated in %1").arg(className(m_shape.genre));
        return origin;
    }
    QStringList how;
    if (m_shape.movedTo >= 0) {
        how.append(tr("Moved to %1").arg(className(m_shape.movedTo)));
    }
    if (!m_shape.wanted.empty()) {
        how.append(tr("%Ln attribute(s) set", nullptr, int(m_shape.wanted.size())));
    }
    if (!m_shape.dimensions.empty()) {
        how.append(tr("%Ln dimension(s) set", nullptr, int(m_shape.dimensions.size())));
    }
    origin.how = how.join(QStringLiteral(", "));
    origin.parents = {QString::fromStdString(m_shape.name)};
    return origin;
}

void ShapeController::playOriginal() { playVersion(false); }

void ShapeController::playChanged() {
    if (m_result && m_shape.changed()) {
        playVersion(true);
    }
}

void ShapeController::switchVersion() {
    if (m_result && m_shape.changed()) {
        playVersion(!m_playsChanged);
    } else {
        Q_EMIT problem(tr("There is no B to compare with yet"),
                       tr("Change the phrase in the Explore panel first."));
    }
}

void ShapeController::play() { playVersion(m_shape.changed()); }

void ShapeController::moveToGenre(int label, bool toComponent) {
    if (m_model && m_model->info().geometry == models::Geometry::Discrete) {
        Q_EMIT problem(
            tr("This model stores phrases as discrete codes: they cannot be changed gradually"),
            tr("Transfer elements of another song to it in the Transfer panel."));
        return;
    }
    Shape next = m_shape;
    next.movedTo = label;
    next.toComponent = toComponent;
    next.amount = m_shape.movedTo >= 0 ? m_shape.amount : 1;
    propose(next, tr("Move to %1").arg(className(label)), -1, true);
}

void ShapeController::newPhraseIn(int label) {
    if (!m_model || !m_model->info().can.samplePrior) {
        Q_EMIT problem(tr("This model cannot generate new phrases"), {});
        return;
    }
    m_task.start([open = m_open, label, seed = ++m_draws](const auto& run) {
        const auto model = open();
        Random random(seed);
        run.deliverResult(
            model ? (*model)->samplePrior(label, random)
                  : Result<models::Latent>(fail(model.error())),
            [label, seed](ShapeController& to, const models::Latent& z) {
                to.m_seeds[z] = seed;
                to.onSampled(label, z);
            },
            &ShapeController::onFailed);
    });
}

void ShapeController::onSampled(int label, const models::Latent& latent) {
    Shape shape;
    shape.origin = latent;
    shape.name = tr("New in %1").arg(className(label)).toStdString();
    shape.genre = label;
    m_undo.stack().push(new ShapeStep(*this, m_committed, shape, tr("New phrase"), -1));
}

} // namespace canto::app
