#include "app/window/map_controller.h"

#include "app/service/originals.h"

#include <QLocale>
#include <algorithm>
#include <cmath>

namespace canto::app {
namespace {

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QString titleOf(const atlas::SongRow& song) {
    return song.title.empty() ? text(std::filesystem::path(song.path).stem().string())
                              : text(song.title);
}

QString splitText(const std::string& split) {
    if (split == "train") {
        return MapController::tr("the model learned from it");
    }
    if (split == "valid" || split == "test") {
        return MapController::tr("held out: never seen by the model");
    }
    if (split == "library") {
        return MapController::tr("shipped library");
    }
    return split == "mine" ? MapController::tr("yours") : text(split);
}

/// What the library labels its songs with; names of people and files have lines of their own.
template <class Lines>
void appendLabels(Lines& lines, const Library& library, const atlas::SongRow& song) {
    for (const std::string& column : library.columns) {
        const std::string& value = column == "split" ? std::string() : song.label(column);
        if (!value.empty() && value != song.artist && value != song.title &&
            value != song.composer) {
            lines.append({columnTitle(column), text(value)});
        }
    }
}

QPair<QString, QString> figureOf(const LibraryMeasure& measure, qint64 row) {
    const auto value = double(measure.values[std::size_t(row)]);
    return {columnTitle(measure.name),
            std::isfinite(value)
                ? QStringLiteral("%1 %2").arg(QLocale().toString(value, 'f', 1), text(measure.unit))
                : MapController::tr("unknown")};
}

QString number(double value, int digits) { return QLocale().toString(value, 'f', digits); }

/// Marked for where was clicked, not for the latent that was found there.
bool offTheMap(const project::PlaceLatent& latent) {
    return latent.extrapolated && latent.placePercentile > latent.percentile;
}

QString distanceText(const project::PlaceLatent& latent) {
    if (offTheMap(latent)) {
        return MapController::tr("outside known music: the place is farther out than %1 % of the "
                                 "map's points; you hear what its nearest points make")
            .arg(number(latent.placePercentile, 0));
    }
    return latent.extrapolated ? MapController::tr("outside known music (percentile %1)")
                                     .arg(number(latent.percentile, 0))
                               : MapController::tr("percentile %1 of known music")
                                     .arg(number(latent.percentile, 0));
}

} // namespace

MapController::MapController(widgets::LatentMap& map, Audition& audition,
                             InferenceWorker& inference, QObject* parent)
    : QObject(parent), m_map(map), m_audition(audition), m_inference(inference) {
    connect(&m_map, &widgets::LatentMap::pointClicked, this, &MapController::playRow);
    connect(&m_map, &widgets::LatentMap::emptyClicked, this, &MapController::playPlace);
    connect(&m_reader, &SongReader::finished, this, &MapController::onSongRead);
    connect(&m_hoverReader, &SongReader::finished, this,
            [this](atlas::RowId, const SongPtr& song, const Error&) {
                if (song && m_card && m_hoverRow >= 0) {
                    const auto& segment = m_library->points.segments[std::size_t(m_hoverRow)];
                    m_card->setSong(m_hoverRow, std::make_shared<const music::Song>(
                                                    song->excerpt(segment.start, segment.end)));
                }
            });
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
    return library && std::all_of(maps.begin(), maps.end(),
                                  [](const Map& map) { return map.projection || map.block; });
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

void MapController::setView(View view) {
    m_inference.cancel();
    m_reader.cancel();
    m_hoverReader.cancel();
    m_request = 0;
    m_row = m_hoverRow = m_blockComing = -1;
    m_library = std::move(view.library);
    m_maps = std::move(view.maps);
    m_shown = view.shown;
    m_column = view.column;
    m_reader.setFolders(libraryFolders(m_library->path));
    m_hoverReader.setFolders(libraryFolders(m_library->path));
    m_map.setMessage({});
    m_map.clearDecodeMark();
    m_map.clearPath();
    m_map.setSnapshot(m_maps[m_shown].snapshot);
    if (m_column != m_library->columns.front()) { // the snapshot has the first one's colours
        m_map.setColourBy(
            std::make_shared<const widgets::MapColouring>(colouringOf(*m_library, m_column)));
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
        // One number is no map.
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
    if (library == m_library && map < m_maps.size()) {
        m_maps[map].projection = std::move(projection);
        m_maps[map].snapshot = std::move(snapshot);
        if (map == m_shown) {
            Q_EMIT projectionReady();
        }
    }
}

void MapController::setBlockReady(const LibraryPtr& library, int block, ProjectionPtr projection,
                                  widgets::MapSnapshotPtr snapshot) {
    for (std::size_t map = 0; library == m_library && map < m_maps.size(); ++map) {
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

ProjectionPtr MapController::projection() const {
    return m_shown < m_maps.size() ? m_maps[m_shown].projection : nullptr;
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
        Q_EMIT problem(tr("This map is still being prepared"), tr("Try again in a moment."));
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
        m_map.setColourBy(
            std::make_shared<const widgets::MapColouring>(colouringOf(*m_library, column)));
        Q_EMIT columnShown(column);
    }
}

qint64 MapController::rowOfSong(atlas::RowId song) const {
    for (std::size_t row = 0; m_library && row < m_library->points.count(); ++row) {
        if (m_library->points.songOf(row).id == song) {
            return qint64(row);
        }
    }
    return -1;
}

models::Latent MapController::latentOf(qint64 row) const {
    const auto latent = m_library->points.latent(std::size_t(row));
    return {latent.begin(), latent.end()};
}

QPointF MapController::placeOf(qint64 row) const {
    const auto& snapshot = m_maps[m_shown].snapshot;
    return {snapshot->x()[std::size_t(row)], snapshot->y()[std::size_t(row)]};
}

QString MapController::titleOfRow(qint64 row) const {
    return titleOf(m_library->points.songOf(std::size_t(row)));
}

std::function<SongPtr()> MapController::originalOf(qint64 row) const {
    return [library = m_library, row]() -> SongPtr {
        const auto folders = libraryFolders(library->path);
        const auto song = readOriginal(library->points.songOf(std::size_t(row)), folders);
        if (!song) {
            return nullptr;
        }
        const auto& segment = library->points.segments[std::size_t(row)];
        return std::make_shared<const music::Song>((*song)->excerpt(segment.start, segment.end));
    };
}

QString MapController::partOf(qint64 row) const {
    constexpr int kClipSeconds = 10;
    const int part = m_library->points.segments[std::size_t(row)].bar;
    return sounding() ? tr("%1 to %2 s").arg(kClipSeconds * part).arg(kClipSeconds * (part + 1))
                      : tr("bar %1").arg(part + 1);
}

Facts MapController::factsOf(qint64 row) const {
    const atlas::SongRow& song = m_library->points.songOf(std::size_t(row));
    const atlas::SegmentRow& segment = m_library->points.segments[std::size_t(row)];
    Facts facts{{tr("Song"), titleOf(song)}};
    const QString artist = text(song.artist.empty() ? song.composer : song.artist);
    if (!artist.isEmpty()) {
        facts.append({tr("Artist"), artist});
    }
    appendLabels(facts, *m_library, song);
    for (const LibraryMeasure& measure : m_library->measures) {
        facts.append(figureOf(measure, row));
    }
    facts.append(sounding() ? std::pair(tr("Clip"), partOf(row))
                            : std::pair(tr("Bar"), QString::number(segment.bar + 1)));
    if (const QString split = splitText(song.split); !split.isEmpty()) {
        facts.append({tr("Origin"), split});
    }
    return facts;
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
    if (m_playOriginals) {
        m_reader.read(m_library->points.songOf(std::size_t(row)));
    } else {
        decodeRow(row, tr("as the model hears it"));
    }
}

void MapController::onSongRead(atlas::RowId id, const SongPtr& song, const Error& error) {
    if (m_row < 0 || m_library->points.songOf(std::size_t(m_row)).id != id) {
        return;
    }
    if (song) {
        playExcerpt(m_row, song);
    } else {
        decodeRow(m_row, text(error.what));
    }
}

void MapController::playExcerpt(qint64 row, const SongPtr& song) {
    const auto& segment = m_library->points.segments[std::size_t(row)];
    Heard heard;
    heard.kind = Heard::Kind::Original;
    heard.song = std::make_shared<const music::Song>(song->excerpt(segment.start, segment.end));
    heard.title = titleOfRow(row);
    if (!sounding()) { // what describes sound is nothing that notes can be changed by
        heard.latent = latentOf(row);
    }
    heard.row = row;
    heard.caption =
        sounding() ? tr("%1 \u2013 the MIDI file it came from, %2").arg(heard.title, partOf(row))
                   : tr("%1 \u2013 original, from %2").arg(heard.title, partOf(row));
    m_facts = factsOf(row);
    m_facts.append({tr("You hear"), sounding() ? tr("the MIDI file that the clip was sounded from")
                                               : tr("the original file")});
    Q_EMIT factsChanged(m_facts);
    m_audition.play(std::move(heard));
}

void MapController::decodeRow(qint64 row, const QString& reason) {
    if (sounding()) {
        m_sounds->hearRow(row, m_playOriginals, reason);
        return;
    }
    const auto& segment = m_library->points.segments[std::size_t(row)];
    m_coming = {};
    m_coming.kind = Heard::Kind::Reconstruction;
    m_coming.title = titleOfRow(row);
    m_coming.latent = latentOf(row);
    m_coming.row = row;
    m_coming.caption = tr("%1 \u2013 reconstruction, from %2").arg(m_coming.title, partOf(row));
    m_facts = factsOf(row);
    m_facts.append({tr("You hear"), tr("the model's reconstruction")});
    m_facts.append({tr("Why"), reason});
    const QPointF place = placeOf(row);
    Anchor anchor{{float(place.x()), float(place.y())}, latentOf(row)};
    m_sounding = false;
    m_request = m_inference.decode(std::move(anchor), nullptr);
    Q_EMIT factsChanged(m_facts);
}

void MapController::playPlace(QPointF place) {
    if (!m_library) {
        return;
    }
    m_reader.cancel();
    m_row = -1;
    m_located.reset();
    m_map.markRow(-1);
    if (sounding()) {
        m_sounds->hearPlace(place);
        return;
    }
    if (!projection()) {
        Q_EMIT problem(tr("The way back from this map is still being prepared"),
                       tr("Songs can be heard already; try empty places in a moment."));
        return;
    }
    m_map.setBusy(place);
    m_coming = {};
    m_coming.kind = Heard::Kind::Decoded;
    m_coming.title = tr("Decoded place");
    m_sounding = false;
    m_request =
        m_inference.decode({{float(place.x()), float(place.y())}, std::nullopt}, projection());
}

void MapController::onLocated(const Located& located) {
    if (located.generation != m_request || m_row >= 0) {
        return;
    }
    m_located = located;
    m_coming.latent = located.latent.latent;
    const project::PlaceLatent& latent = located.latent;
    m_coming.caption = tr("Decoded from the map \u2013 %1").arg(text(latent.method));
    m_facts = {{tr("Place"), tr("%1, %2")
                                 .arg(number(double(located.place.x), 2))
                                 .arg(number(double(located.place.y), 2))},
               {tr("Latent from"), text(latent.method)},
               {tr("Round trip"), tr("%1 map units").arg(number(latent.roundTripError, 3))},
               {tr("Distance"), distanceText(latent)},
               {tr("You hear"), tr("the model's music for this place")}};
    Q_EMIT factsChanged(m_facts);
    m_map.showDecodeMark(
        QPointF(double(located.place.x), double(located.place.y)), latent.extrapolated,
        tr("%1\nround trip %2 \u00b7 %3")
            .arg(text(latent.method), number(latent.roundTripError, 2),
                 offTheMap(latent)
                     ? tr("farther out than %1 %").arg(number(latent.placePercentile, 0))
                     : tr("percentile %1").arg(number(latent.percentile, 0))));
}

void MapController::onDecoded(const Decoded& decoded) {
    if (decoded.generation != m_request || decoded.song->notes.empty()) {
        if (decoded.generation == m_request && decoded.whole) {
            Q_EMIT problem(tr("The model decodes silence here"), tr("Try a place nearby."));
        }
        return;
    }
    if (m_sounding) {
        m_audition.grow(decoded.song, decoded.whole);
        return;
    }
    m_sounding = true;
    Heard heard = m_coming;
    heard.song = decoded.song;
    heard.bars = m_inference.model()->info().phraseBars;
    m_audition.play(std::move(heard), !decoded.whole);
}

void MapController::attachHoverCard(widgets::HoverCard* card) {
    m_card = card;
    card->setProvider([this](qint64 row) { return hoverInfo(row); });
    connect(&m_map, &widgets::LatentMap::pointHovered, card, &widgets::HoverCard::hover);
}

widgets::HoverInfo MapController::hoverInfo(qint64 row) {
    widgets::HoverInfo info;
    if (!m_library || row < 0 || std::size_t(row) >= m_library->points.count()) {
        return info;
    }
    const atlas::SongRow& song = m_library->points.songOf(std::size_t(row));
    const atlas::SegmentRow& segment = m_library->points.segments[std::size_t(row)];
    info.title = titleOf(song);
    info.subtitle = text(song.artist.empty() ? song.composer : song.artist);
    appendLabels(info.labels, *m_library, song);
    for (const LibraryMeasure& measure : m_library->measures) {
        info.labels.append(figureOf(measure, row));
    }
    const auto part = sounding() ? std::pair{tr("Clip"), partOf(row)}
                                 : std::pair{tr("From bar"), QString::number(segment.bar + 1)};
    for (const auto& [name, value] : {part, std::pair{tr("Origin"), splitText(song.split)}}) {
        if (!value.isEmpty()) {
            info.labels.append({name, value});
        }
    }
    m_hoverRow = row;
    if (sounding()) {
        m_sounds->hovered(row);
    }
    if (const SongPtr known = m_hoverReader.remembered(song.id)) {
        info.song = std::make_shared<const music::Song>(known->excerpt(segment.start, segment.end));
    } else {
        m_hoverReader.read(song);
    }
    return info;
}

} // namespace canto::app
