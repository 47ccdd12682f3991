// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/map_controller.h"

#include "app/workspace/class_names.h"
#include "app/workspace/map_point.h"
#include "app/workspace/phrase_tempo.h"
#include "app/workspace/qt_text.h"
#include "core/atlas/latent_library.h"
#include "widgets/map/class_order.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <cmath>
#include <tuple>

namespace canto::app {
namespace {

/// Rows that are coloured within a frame or two.
constexpr std::size_t kColouredAtOnce = 50000;

Fact tempoOf(const music::Song& song) {
    return {columnTitle("tempo"), QCoreApplication::translate("canto::app::MapController", "%1 bpm")
                                      .arg(QLocale().toString(song.tempo.bpmAt(0), 'f', 0))};
}

QString number(double value, int digits) { return QLocale().toString(value, 'f', digits); }

/// Whether the clicked position is the reason for the mark, rather than the latent found there.
bool offTheMap(const projection::PlaceLatent& latent) {
    return latent.extrapolated && latent.placePercentile > latent.percentile;
}

QString distanceText(const projection::PlaceLatent& latent) {
    if (offTheMap(latent) && latent.placePercentile >= 100) {
        return MapController::tr("Outside the library: further from known music than any point. "
                                 "Playing a blend of its nearest neighbours.");
    }
    if (offTheMap(latent)) {
        return MapController::tr("Outside the library: further from known music than %1 % of the "
                                 "points. Playing a blend of its nearest neighbours.")
            .arg(number(std::floor(latent.placePercentile), 0));
    }
    const QString percentile = number(latent.percentile, 0);
    return latent.extrapolated
               ? MapController::tr("Outside the library (further out than %1 % of it)")
                     .arg(percentile)
               : MapController::tr("Within the library (further out than %1 % of it)")
                     .arg(percentile);
}

/// The same in few words, for the mark on the map.
QString reachText(const projection::PlaceLatent& latent) {
    const double percentile = offTheMap(latent) ? latent.placePercentile : latent.percentile;
    return percentile >= 100 ? MapController::tr("beyond all known points")
                             : MapController::tr("further out than %1 % of known points")
                                   .arg(number(std::floor(percentile), 0));
}

/// What a class is kept as: steps of a scale may have equal names.
std::string classKey(const widgets::MapColouring& colouring, std::size_t index) {
    return colouring.scale ? std::to_string(index) : colouring.names[index].toStdString();
}

} // namespace

MapController::MapController(widgets::LatentMap& map, Player& player, InferenceWorker& inference,
                             QObject* parent)
    : QObject(parent), m_map(map), m_player(player), m_inference(inference) {
    connect(&m_map, &widgets::LatentMap::pointClicked, this, &MapController::playRow);
    connect(&m_map, &widgets::LatentMap::emptyClicked, this, &MapController::playPlace);
    connect(&m_inference, &InferenceWorker::located, this, &MapController::onLocated);
    connect(&m_inference, &InferenceWorker::decoded, this, &MapController::onDecoded);
    connect(&m_inference, &InferenceWorker::failed, this,
            [this](std::uint64_t generation, const Error& error) {
                if (generation == m_request) {
                    m_request = 0;
                    m_map.clearDecodeMark();
                    Q_EMIT problem(text(error.what), text(error.hint));
                }
            });
    m_map.setRowNamer(
        [this](qint64 row) { return tr("%1, %2").arg(titleOfRow(row), partOf(row)); });
}

MapController::~MapController() = default;

bool MapController::View::whole() const {
    return library && std::all_of(maps.begin(), maps.end(), [](const Map& map) {
               return map.projection || map.block || !map.problem.isEmpty();
           });
}

MapController::View MapController::view() const {
    return {m_library, m_maps, m_shown, m_column, m_colouring ? nullptr : m_map.colouring()};
}

void MapController::saveTo(SessionState& state) const {
    state.map = m_maps[m_shown].name.toStdString();
    state.column = m_column;
    state.selection = m_map.selection();
    const QRectF box = m_map.view();
    state.view = {box.x(), box.y(), box.width(), box.height()};
    const auto colouring = m_map.colouring();
    if (m_colouring || !colouring) {
        state.hidden = m_hidden;
        return;
    }
    for (std::size_t i = 0; i < colouring->names.size(); ++i) {
        if (!m_map.classVisible(int(i))) {
            state.hidden.push_back(classKey(*colouring, i));
        }
    }
}

void MapController::restoreFrom(const SessionState& state, bool) {
    for (std::size_t map = 0; map < m_maps.size(); ++map) {
        if (m_maps[map].name.toStdString() == state.map) {
            showMap(map);
        }
    }
    const auto& columns = m_library->columns;
    if (std::find(columns.begin(), columns.end(), state.column) != columns.end()) {
        colourBy(state.column);
        hideClasses(state.hidden);
    }
    if (state.view.size() == 4 && state.view[2] > 0 && state.view[3] > 0) {
        m_map.setView({state.view[0], state.view[1], state.view[2], state.view[3]});
    }
    const std::size_t rows = m_library->points.count();
    std::vector<std::uint32_t> selection = state.selection;
    std::erase_if(selection, [rows](std::uint32_t row) { return row >= rows; });
    m_map.setSelection(std::move(selection));
    if (state.row >= 0 && std::size_t(state.row) < rows) {
        m_map.markRow(state.row);
    }
}

void MapController::hideClasses(const std::vector<std::string>& hidden) {
    m_hidden = hidden;
    const auto colouring = m_map.colouring();
    for (std::size_t i = 0; !m_colouring && colouring && i < colouring->names.size(); ++i) {
        const bool hide =
            std::find(hidden.begin(), hidden.end(), classKey(*colouring, i)) != hidden.end();
        m_map.setClassVisible(int(i), !hide);
    }
}

void MapController::setLibrary(LibraryPtr library) {
    View view;
    for (const LibraryMap& map : library->maps) {
        view.maps.push_back({text(map.name), std::nullopt, nullptr, map.snapshot});
    }
    view.column = library->columns.front();
    view.library = std::move(library);
    setView(std::move(view));
}

void MapController::setLabels(LibraryPtr library) {
    if (!samePoints(library, m_library)) {
        return;
    }
    const auto& columns = library->columns;
    const bool there = std::find(columns.begin(), columns.end(), m_column) != columns.end();
    m_library = std::move(library);
    if (!there) {
        m_column = columns.front();
    }
    makeColours(there && !m_colouring ? m_map.colouring() : nullptr);
    Q_EMIT columnShown(m_column);
}

void MapController::setView(View view) {
    m_inference.cancel();
    m_read.cancel();
    m_hoverRead.cancel();
    m_request = 0;
    m_row = m_hoverRow = m_blockComing = -1;
    m_library = std::move(view.library);
    m_maps = std::move(view.maps);
    m_shown = view.shown;
    m_column = view.column;
    setFolders();
    setOriginalMissing(false);
    m_map.setMessage({});
    m_map.clearDecodeMark();
    m_map.clearPath();
    m_map.setSnapshot(m_maps[m_shown].snapshot);
    m_colours.cancel();
    m_colouring = false;
    m_hidden.clear();
    if (view.colouring) {
        m_map.setColourBy(view.colouring);
    } else if (m_column != m_library->columns.front()) { // the snapshot has the first one's colours
        makeColours();
    }
    Q_EMIT mapsChanged();
    Q_EMIT mapShown(m_shown);
    Q_EMIT columnShown(m_column);
}

void MapController::setBlocks(const std::vector<models::LatentBlock>& blocks) {
    const auto known = [this](int block) {
        return std::any_of(m_maps.begin(), m_maps.end(),
                           [&](const Map& map) { return map.block == block; });
    };
    for (int block = 0; block < int(blocks.size()); ++block) {
        // A block of one dimension makes no map.
        if (blocks[std::size_t(block)].end - blocks[std::size_t(block)].begin >= 2 &&
            !known(block)) {
            m_maps.push_back({text(blocks[std::size_t(block)].title), block, nullptr, nullptr});
        }
    }
    Q_EMIT mapsChanged();
    Q_EMIT mapShown(m_shown);
}

void MapController::setMapReady(const LibraryPtr& library, std::size_t map,
                                ProjectionPtr projection, widgets::MapSnapshotPtr snapshot) {
    if (samePoints(library, m_library) && map < m_maps.size()) {
        m_maps[map].projection = std::move(projection);
        m_maps[map].snapshot = std::move(snapshot);
        if (map == m_shown) {
            Q_EMIT projectionReady();
        }
    }
}

void MapController::setBlockReady(const LibraryPtr& library, int block, ProjectionPtr projection,
                                  widgets::MapSnapshotPtr snapshot) {
    for (std::size_t map = 0; samePoints(library, m_library) && map < m_maps.size(); ++map) {
        if (m_maps[map].block == block) {
            m_maps[map].projection = std::move(projection);
            m_maps[map].snapshot = std::move(snapshot);
            if (std::exchange(m_blockComing, -1) == block) {
                showMap(map);
            }
            return;
        }
    }
}

void MapController::setMapFailed(const LibraryPtr& library, std::size_t map, const QString& why) {
    if (samePoints(library, m_library) && map < m_maps.size()) {
        m_maps[map].problem = why;
    }
}

void MapController::reportNoProjection(const QString& meanwhile) {
    const QString problem = m_shown < m_maps.size() ? m_maps[m_shown].problem : QString();
    if (problem.isEmpty()) {
        Q_EMIT this->problem(tr("This map is still being prepared for generating music"),
                             meanwhile);
    } else {
        Q_EMIT this->problem(
            tr("Nothing can be generated from positions of this map: %1").arg(problem),
            tr("Choose another projection."));
    }
}

void MapController::setFolders() {
    m_folders = libraryFolders(m_library->path);
    m_songs.clear();
}

void MapController::setOriginalMissing(bool missing) {
    if (missing != m_originalMissing) {
        m_originalMissing = missing;
        Q_EMIT originalMissing(missing);
    }
}

void MapController::originalsMoved() {
    if (m_library) {
        setFolders();
        if (m_originalMissing && m_row >= 0) {
            playRow(m_row);
        }
    }
}

ProjectionPtr MapController::projection() const {
    return m_shown < m_maps.size() ? m_maps[m_shown].projection : nullptr;
}

QString MapController::mapTitle(const Map& map) {
    if (map.block) {
        return tr("%1 subspace").arg(coreText(map.name.toStdString()));
    }
    return map.name == QLatin1String("Prior plane") ? tr("Prior (genre plane)")
                                                    : coreText(map.name.toStdString());
}

void MapController::showMap(std::size_t map) {
    if (map >= m_maps.size() || map == m_shown) {
        return;
    }
    if (!m_maps[map].snapshot && m_maps[map].block) {
        m_blockComing = *m_maps[map].block;
        Q_EMIT mapShown(m_shown);
        Q_EMIT blockWanted(m_blockComing);
        return;
    }
    if (!m_maps[map].snapshot) {
        if (m_maps[map].problem.isEmpty()) {
            Q_EMIT problem(tr("This map is still being prepared"), tr("Try again in a moment."));
        } else {
            Q_EMIT problem(tr("This map cannot be made: %1").arg(m_maps[map].problem), {});
        }
        Q_EMIT mapShown(m_shown);
        return;
    }
    m_blockComing = -1;
    const auto colouring = m_map.colouring();
    m_map.clearPath();
    m_map.clearDecodeMark();
    m_map.animate(m_maps[m_shown].snapshot, m_maps[map].snapshot);
    m_shown = map;
    if (colouring) {
        m_map.setColourBy(colouring);
    }
    Q_EMIT mapShown(map);
}

void MapController::colourBy(const std::string& column) {
    if (m_library && column != m_column) {
        m_column = column;
        makeColours();
        Q_EMIT columnShown(column);
    }
}

void MapController::makeColours(std::shared_ptr<const widgets::MapColouring> before) {
    m_hidden.clear();
    const auto make = [library = m_library, column = m_column, before] {
        auto colouring = colouringOf(*library, column);
        return std::make_shared<const widgets::MapColouring>(
            before ? widgets::withClassOrder(*before, std::move(colouring)) : std::move(colouring));
    };
    m_colouring = m_library->points.count() > kColouredAtOnce;
    if (!m_colouring) {
        m_colours.cancel();
        m_map.setColourBy(make());
        return;
    }
    m_colours.start([this, make](const auto& run) {
        run.deliver([this, colouring = make()] {
            m_colouring = false;
            m_map.setColourBy(colouring);
            hideClasses(m_hidden);
        });
    });
}

qint64 MapController::rowOfSong(atlas::RowId song) const {
    if (!m_library) {
        return -1;
    }
    const auto found = m_library->firstRows.find(song);
    return found == m_library->firstRows.end() ? -1 : qint64(found->second);
}

models::Latent MapController::latentOf(qint64 row) const {
    const auto latent = m_library->points.latent(std::size_t(row));
    return {latent.begin(), latent.end()};
}

QPointF MapController::placeOf(qint64 row) const {
    const auto& snapshot = m_maps[m_shown].snapshot;
    return {snapshot->x()[std::size_t(row)], snapshot->y()[std::size_t(row)]};
}

void MapController::showRows(const std::vector<std::uint32_t>& rows) {
    QRectF box;
    for (const std::uint32_t row : rows) {
        const QRectF point(placeOf(row), QSizeF(1e-6, 1e-6));
        box = box.isNull() ? point : box.united(point);
    }
    if (rows.empty()) {
        return;
    }
    constexpr double kMargin = 0.15, kLeast = 0.1;
    const QRectF all = m_map.snapshot()->bounds();
    const double width = std::max(box.width() * (1 + 2 * kMargin), all.width() * kLeast);
    const double height = std::max(box.height() * (1 + 2 * kMargin), all.height() * kLeast);
    m_map.setView(QRectF(box.center() - QPointF(width, height) / 2, QSizeF(width, height)));
}

SongPtr phraseOf(const Library& library, qint64 row, const music::Song& song) {
    const auto& segment = library.points.segments[std::size_t(row)];
    return std::make_shared<const music::Song>(song.excerpt(segment.start, segment.end));
}

std::function<SongPtr()> MapController::originalOf(qint64 row) const {
    return [library = m_library, row]() -> SongPtr {
        const auto folders = libraryFolders(library->path);
        const auto song = readOriginal(library->points.songOf(std::size_t(row)), folders);
        return song ? phraseOf(*library, row, **song) : nullptr;
    };
}

void MapController::playRow(qint64 row) {
    if (!m_library || row < 0 || std::size_t(row) >= m_library->points.count()) {
        return;
    }
    m_inference.cancel();
    m_request = 0;
    m_row = row;
    m_map.clearDecodeMark();
    m_map.markRow(row);
    Q_EMIT rowPlayed(row);
    if (latentsAlone()) {
        m_read.cancel();
        setOriginalMissing(false);
        if (m_rowFiles != nullptr) {
            m_rowFiles->playRowFile(row);
        }
        return;
    }
    if (m_playOriginals) {
        readSong(m_read, m_library->points.songOf(std::size_t(row)), &MapController::onSongRead);
    } else {
        setOriginalMissing(false);
        decodeRow(row, tr("Original files are switched off in the Play menu"));
    }
}

void MapController::readSong(LatestTask<MapController>& task, const atlas::SongRow& song,
                             OnRead onRead) {
    if (const SongPtr* known = m_songs.object(song.id)) {
        task.cancel();
        (this->*onRead)(song.id, SongPtr(*known), Error{});
        return;
    }
    task.start([song, library = m_library, folders = m_folders, onRead](const auto& run) {
        const auto read = readOriginal(song, folders);
        if (!read) {
            run.deliver(onRead, song.id, SongPtr(), read.error());
            return;
        }
        // Remembered even when another song was asked for meanwhile.
        run.deliverAlways(
            [library, id = song.id](MapController& to, const SongPtr& known) {
                if (library == to.m_library) {
                    to.m_songs.insert(id, new SongPtr(known));
                }
            },
            *read);
        run.deliver(onRead, song.id, *read, Error{});
    });
}

void MapController::onSongRead(atlas::RowId id, const SongPtr& song, const Error& error) {
    if (m_row < 0 || m_library->points.songOf(std::size_t(m_row)).id != id) {
        return;
    }
    setOriginalMissing(!song);
    if (song) {
        playExcerpt(m_row, song);
    } else {
        decodeRow(m_row, error.code == Error::Code::NotFound ? tr("Original file not found")
                                                             : text(error.what));
    }
}

void MapController::playExcerpt(qint64 row, const SongPtr& song) {
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Original;
    item.song = phraseOf(*m_library, row, *song);
    item.title = titleOfRow(row);
    if (!sounding()) { // latents of sound cannot be used to edit notes
        item.latent = latentOf(row);
    }
    item.row = row;
    item.caption = sounding()
                       ? tr("%1 \u2013 the MIDI file it came from, %2").arg(item.title, partOf(row))
                       : tr("%1 \u2013 original, from %2").arg(item.title, partOf(row));
    m_facts = factsOf(row);
    if (const Fact tempo = tempoOf(*item.song); !sounding() && !hasFact(m_facts, tempo.name)) {
        m_facts.append(tempo);
    }
    m_facts.append({tr("Playing"), sounding() ? tr("the MIDI file that the clip was rendered from")
                                              : tr("original file")});
    Q_EMIT factsChanged(m_facts);
    m_player.launch(std::move(item));
}

void MapController::decodeRow(qint64 row, const QString& reason) {
    if (sounding()) {
        m_sounds->playRowSound(row, m_playOriginals, reason);
        return;
    }
    m_coming = {};
    m_coming.kind = PlaybackItem::Kind::Reconstruction;
    m_coming.title = titleOfRow(row);
    m_coming.latent = latentOf(row);
    m_coming.row = row;
    m_coming.caption = tr("%1 \u2013 reconstruction, %2").arg(m_coming.title, barsOf(row));
    m_facts = factsOf(row);
    m_facts.append({tr("Playing"), tr("model reconstruction")});
    m_facts.append({tr("Reason"), reason});
    Anchor anchor{asMapPoint(placeOf(row)), latentOf(row)};
    setTempo(anchor, row);
    m_sounding = false;
    m_request = m_inference.decode(std::move(anchor), nullptr);
    Q_EMIT factsChanged(m_facts);
}

double MapController::tempoAt(qint64 row, QPointF place) const {
    if (!m_library) {
        return kDefaultTempo;
    }
    if (const auto known = row >= 0 ? tempoOfRow(*m_library, std::size_t(row)) : std::nullopt) {
        return *known;
    }
    return projection() ? tempoNear(*m_library, projection()->positions(), asMapPoint(place))
                        : kDefaultTempo;
}

void MapController::setTempo(Anchor& anchor, qint64 row) const {
    anchor.bpm = tempoAt(row, asPoint(anchor.place));
    if (row >= 0 && m_library && !tempoOfRow(*m_library, std::size_t(row))) {
        anchor.tempoFrom = originalOf(row); // imported songs have no tempo label
    }
}

void MapController::playPlace(QPointF place) {
    if (!m_library) {
        return;
    }
    m_read.cancel();
    m_row = -1;
    setOriginalMissing(false);
    m_located.reset();
    m_map.markRow(-1);
    if (sounding()) {
        m_sounds->playPosition(place);
        return;
    }
    if (latentsAlone()) {
        Q_EMIT problem(tr("These latents have no model: nothing can be generated here"),
                       tr("Click a point to play its file."));
        return;
    }
    if (!projection()) {
        reportNoProjection(tr("Songs can be played already; try empty positions in a moment."));
        return;
    }
    m_map.setBusy(place);
    m_coming = {};
    m_coming.kind = PlaybackItem::Kind::Decoded;
    m_coming.title = tr("Generated phrase");
    m_sounding = false;
    Anchor anchor{asMapPoint(place), std::nullopt};
    setTempo(anchor, -1);
    m_request = m_inference.decode(std::move(anchor), projection());
}

void MapController::onLocated(const Located& located) {
    if (located.generation != m_request || m_row >= 0) {
        return;
    }
    m_located = located;
    m_coming.latent = located.latent.latent;
    const projection::PlaceLatent& latent = located.latent;
    const QString method = coreText(latent.method);
    m_coming.caption = tr("Generated from the map \u2013 %1").arg(method);
    m_facts = {{tr("Position"), tr("%1, %2")
                                    .arg(number(double(located.place.x), 2))
                                    .arg(number(double(located.place.y), 2))},
               {tr("Method"), method},
               {tr("Re-encoding error"), tr("%1 map units").arg(number(latent.roundTripError, 2))},
               {tr("Distance"), distanceText(latent)},
               {tr("Tempo"), tr("%1 bpm, as the nearest known phrases")
                                 .arg(number(tempoAt(-1, asPoint(located.place)), 0))},
               {tr("Playing"), tr("generated here")}};
    Q_EMIT factsChanged(m_facts);
    m_map.showDecodeMark(asPoint(located.place), latent.extrapolated,
                         tr("%1\nre-encoding error %2 \u00b7 %3")
                             .arg(method, number(latent.roundTripError, 2), reachText(latent)));
}

void MapController::onDecoded(const Decoded& decoded) {
    if (decoded.generation != m_request || decoded.song->notes.empty()) {
        if (decoded.generation == m_request && decoded.whole) {
            Q_EMIT problem(tr("The model generates silence here"), tr("Try a position nearby."));
        }
        return;
    }
    if (m_sounding) {
        m_player.grow(decoded.song, decoded.whole);
        return;
    }
    m_sounding = true;
    PlaybackItem item = m_coming;
    item.song = decoded.song;
    item.bars = m_inference.model()->info().phraseBars;
    m_player.launch(std::move(item), !decoded.whole);
}

} // namespace canto::app
