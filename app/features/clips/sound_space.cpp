// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/clips/sound_space.h"

#include "app/library/originals.h"
#include "app/spaces/orchestra/clip_library.h"
#include "app/workspace/action_table.h"
#include "app/workspace/map_point.h"
#include "app/workspace/qt_text.h"
#include "core/sound/audio_file.h"
#include "widgets/common/theme.h"
#include "widgets/map/hover_card.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QPointer>
#include <algorithm>
#include <cmath>

namespace canto::app {
namespace {

constexpr double kClipSeconds = 10;
constexpr std::size_t kNeighbours = 6; // clips that a position of the map blends
constexpr std::size_t kSimilar = 8;

QString percent(double share) { return QLocale().toString(100 * share, 'f', 0); }

/// "Brahms (62 %)".
QString predictionText(const ComposerPrediction& prediction) {
    return SoundSpace::tr("%1 (%2 %)").arg(text(prediction.composer), percent(prediction.share));
}

QString clipsText(std::size_t count) {
    return SoundSpace::tr("%Ln clip(s) of 10 s, numbered on the map", nullptr, int(count));
}

/// Caption of a clip of a recording, with the composer predicted from the clip alone.
QString clipCaption(const QString& title, const PlacedRecording& placed, std::size_t clip) {
    const QString own = SoundSpace::tr("%1 \u2013 your recording").arg(title);
    if (clip >= placed.predictions.size()) {
        return own;
    }
    return placed.clipNamed[clip] == NoComposer::Named
               ? SoundSpace::tr("%1 \u2013 this clip alone is most similar to %2")
                     .arg(own, predictionText(placed.predictions[clip]))
               : SoundSpace::tr("%1 \u2013 this clip alone is similar to none of the composers")
                     .arg(own);
}

/// The predicted composer, or why there is none.
Facts::value_type composerFact(const PlacedRecording& placed) {
    const QString title = SoundSpace::tr("Composer");
    if (placed.named == NoComposer::TooShort) {
        return {title, SoundSpace::tr("Too short: %1 s. Clips need 10 s.")
                           .arg(QLocale().toString(placed.seconds, 'f', 1))};
    }
    if (placed.named == NoComposer::FarFromKnown) {
        const double quantile = placed.known->rates().value("quantile", 0.0);
        return {title, SoundSpace::tr("None of these: further from the known clips than %1 % of "
                                      "held-out music by the known composers. The nearest is %2.")
                           .arg(percent(quantile), predictionText(*placed.prediction))};
    }
    return {SoundSpace::tr("Most similar composer"), predictionText(*placed.prediction)};
}

/// Accuracy of the composer on recordings like the user's.
QString recordingsText(const PlacedRecording& placed) {
    if (!placed.known || !placed.known->recordingsAccuracy()) {
        return SoundSpace::tr("Not measured for these weights");
    }
    const RecordingsAccuracy& accuracy = *placed.known->recordingsAccuracy();
    return SoundSpace::tr("Correct for %L1 of %L2 (%3 %; %4 % of single clips)")
        .arg(accuracy.right)
        .arg(accuracy.recordings)
        .arg(percent(double(accuracy.right) / accuracy.recordings), percent(accuracy.clipAccuracy));
}

/// Accuracy with SoundFonts that training did not use: the figures with its own do not apply to a
/// recording.
QString unseenText(const PlacedRecording& placed) {
    QStringList parts;
    const auto rows = placed.known ? placed.known->rates().value("unseenSounds", nlohmann::json())
                                   : nlohmann::json();
    for (const auto& row : rows) {
        const double works = row.value("works", 0.0);
        if (works < 1) {
            continue;
        }
        parts.append(SoundSpace::tr("%1: correct for %L2 of %L3 held-out works (%4 %; always "
                                    "predicting the most frequent composer: %5 %)")
                         .arg(text(row.value("font", std::string())))
                         .arg(row.value("worksRight", 0))
                         .arg(row.value("works", 0))
                         .arg(percent(row.value("worksRight", 0.0) / works),
                              percent(row.value("largest", 0.0) / works)));
    }
    return parts.isEmpty() ? SoundSpace::tr("Not measured") : parts.join(QLatin1String("; "));
}

/// How often "none of these" is answered, as `canto calibrate` measured it.
QString refusalText(const KnownClips& known) {
    QStringList parts;
    const auto share = [](const nlohmann::json& row) {
        return percent(row.value("recordingsRefused", 0.0));
    };
    const auto fontOf = [](const nlohmann::json& row) {
        const std::string font = row.value("font", std::string());
        return font.empty() ? SoundSpace::tr("audio files") : text(font);
    };
    for (const auto& row : known.rates().value("heldOut", nlohmann::json::array())) {
        parts.append(SoundSpace::tr("%1 % of held-out music by the known composers (%2)")
                         .arg(share(row), fontOf(row)));
    }
    for (const auto& row : known.rates().value("others", nlohmann::json::array())) {
        const bool area = row.contains("recordingAuc") && row["recordingAuc"].is_number();
        parts.append(
            SoundSpace::tr("%1 % of %2 (%3%4)")
                .arg(share(row), text(row.value("name", std::string())), fontOf(row),
                     area ? SoundSpace::tr(", AUC %1")
                                .arg(QLocale().toString(row["recordingAuc"].get<double>(), 'f', 2))
                          : QString()));
    }
    return parts.isEmpty() ? SoundSpace::tr("Not measured")
                           : SoundSpace::tr("Refuses %1").arg(parts.join(QLatin1String("; ")));
}

/// How closely the sound has the spectrogram that was generated.
Fact convergenceFact(double convergence) {
    return {SoundSpace::tr("Phase reconstruction"),
            SoundSpace::tr("Griffin-Lim, spectral convergence %L1").arg(convergence, 0, 'f', 2),
            true};
}

/// Rows that a position of the map blends, with their weights.
auto nearestRows(const MapController& maps, QPointF place) {
    const auto& snapshot = maps.maps()[maps.shownMap()].snapshot;
    return nearestOf(snapshot->x(), snapshot->y(), float(place.x()), float(place.y()), kNeighbours);
}

QPointF between(QPointF a, QPointF b, double share) { return a + (b - a) * share; }

} // namespace

SoundSpace::SoundSpace(Workspace& workspace, PathPort& paths)
    : m_workspace(workspace), m_map(workspace.map()), m_maps(workspace.maps()), m_paths(paths),
      m_player(workspace.player()), m_inference(workspace.inference()) {
    MapController& maps = m_maps;
    widgets::LatentMap& map = m_map;
    Player& player = m_player;
    maps.setSounds(this);
    connect(&workspace, &Workspace::modelChanged, this, [this](bool there) {
        if (there) {
            setModel(m_workspace.model(), m_workspace.space().sound);
        }
    });
    connect(&workspace, &Workspace::spaceEntering, this, [this] { setModel(nullptr, {}); });
    connect(&maps, &MapController::rowPlayed, this, [this](qint64 row) {
        if (active()) {
            showSimilar(row);
        }
    });
    connect(&maps, &MapController::mapShown, this, &SoundSpace::forgetMarks);
    connect(&map, &widgets::LatentMap::pathChanged, this, &SoundSpace::forgetMarks);
    connect(&map, &widgets::LatentMap::pathCleared, this, &SoundSpace::forgetMarks);
    connect(&map, &widgets::LatentMap::stepClicked, this, &SoundSpace::clickStep);
    connect(&player, &Player::moved, this, &SoundSpace::onMoved);
}

SoundSpace::~SoundSpace() {
    m_pictures.cancel();
    m_maps.setSounds(nullptr);
}

void SoundSpace::addActions(ActionTable& table) {
    m_find = table.add(MenuId::File, 0, tr("Find recording on &map..."),
                       QKeySequence(tr("Ctrl+Alt+O")), [this] { chooseRecording(); });
    m_find->setEnabled(active());
}

void SoundSpace::chooseRecording() {
    const QString path = QFileDialog::getOpenFileName(
        &m_workspace.window(), tr("Find recording on map"), {},
        tr("Recordings (*.wav *.flac *.ogg *.opus *.mp3 *.aif *.aiff);;All files (*)"));
    if (!path.isEmpty()) {
        place(path);
    }
}

Feature::Takes SoundSpace::takes(const QString& path) const {
    return active() && sound::isAudioFile(path.toStdString()) ? Takes::Best : Takes::No;
}

void SoundSpace::openFiles(const QStringList& paths) { place(paths.back()); }

bool SoundSpace::escape() {
    if (!m_placed) {
        return false;
    }
    forgetMarks();
    return true;
}

bool SoundSpace::active() const { return models::soundEncoderOf(m_model.get()) != nullptr; }

void SoundSpace::setModel(const std::shared_ptr<models::LatentModel>& model, OpenModel decoder) {
    m_model = model;
    m_pictures.cancel();
    m_sounds.reset();
    forgetMarks();
    if (active()) {
        if (models::soundDecoderOf(model.get()) != nullptr) { // the model decodes by itself
            decoder = [model]() -> Result<std::shared_ptr<models::LatentModel>> { return model; };
        }
        m_sounds = std::make_shared<ClipSounds>(std::move(decoder), m_player.engine().rate());
    }
    m_paths.setHandedOver(active());
    if (m_find != nullptr) {
        m_find->setEnabled(active());
    }
    Q_EMIT similarChanged({}, {});
}

template <class Work, class Deliver>
void SoundSpace::work(Work work, Deliver deliver) {
    m_inference.run([self = QPointer(this), this, work = std::move(work),
                     deliver = std::move(deliver)](const auto& run) {
        auto made = work(run.cancel());
        run.beat();
        run.deliverAlways(
            [self, this, made = std::move(made), deliver, generation = run.generation()] {
                if (!self) {
                    return; // the worker outlives this object
                }
                if (generation != m_inference.generation()) {
                    if (!m_inference.busy()) { // cancelled, and not replaced
                        m_map.clearDecodeMark();
                    }
                    return;
                }
                if (made) {
                    deliver(*made);
                } else {
                    fail(made.error());
                }
            });
    });
}

void SoundSpace::fail(const Error& error) {
    m_map.clearDecodeMark();
    if (error.code != Error::Code::Cancelled) {
        Q_EMIT problem(
            text(error.where.empty() ? error.what : error.what + " (" + error.where + ")"),
            text(error.hint));
    }
}

void SoundSpace::play(PlaybackItem item, ClipAnalysis clip, const Facts& facts) {
    item.sound = std::move(clip.sound);
    item.tiles = std::move(clip.tiles);
    m_walk = 0;
    Q_EMIT factsChanged(facts);
    m_player.play(std::move(item));
}

void SoundSpace::playRowSound(qint64 row, bool original, const QString& reason) {
    const LibraryPtr library = m_maps.library();
    const atlas::SongRow song = library->points.songOf(std::size_t(row));
    const atlas::SegmentRow segment = library->points.segments[std::size_t(row)];
    m_map.setBusy(m_maps.placeOf(row));
    struct Clip {
        ClipAnalysis item;
        bool recording = false;
    };
    const auto make = [library, song, segment, original, sounds = m_sounds,
                       rate = m_player.engine().rate()](const CancelToken& cancel) -> Result<Clip> {
        if (original) {
            auto recorded = recordedClip(song, kClipSeconds * segment.bar, kClipSeconds,
                                         libraryFolders(library->path), rate);
            if (recorded || recorded.error().code != Error::Code::NotFound) {
                return recorded ? Result<Clip>(Clip{std::move(*recorded), true})
                                : tl::unexpected(recorded.error());
            }
        }
        auto reported = sounds->reconstruction(library->path, segment.id, cancel);
        return reported ? Result<Clip>(Clip{std::move(*reported), false})
                        : tl::unexpected(reported.error());
    };
    work(make, [this, library, row, reason](const Clip& clip) {
        if (library != m_maps.library()) {
            return;
        }
        m_map.clearDecodeMark();
        m_map.markRow(row);
        PlaybackItem item;
        item.kind =
            clip.recording ? PlaybackItem::Kind::Original : PlaybackItem::Kind::Reconstruction;
        item.title = m_maps.titleOfRow(row);
        item.row = row;
        Facts facts = m_maps.factsOf(row);
        if (clip.recording) {
            item.caption = tr("%1 \u2013 the recording, %2").arg(item.title, m_maps.partOf(row));
            facts.append({tr("Playing"), tr("the recording")});
        } else {
            item.caption = tr("%1, %2 \u2013 reconstruction, not the recording")
                               .arg(item.title, m_maps.partOf(row));
            facts.append({tr("Playing"), tr("reconstruction by the model")});
            facts.append(convergenceFact(clip.item.convergence));
            facts.append({tr("Reason"), reason});
        }
        play(std::move(item), clip.item, facts);
    });
}

void SoundSpace::playPosition(QPointF place) {
    const LibraryPtr library = m_maps.library();
    std::vector<WeightedClip> clips;
    QStringList names;
    for (const auto& [row, weight] : nearestRows(m_maps, place)) {
        clips.push_back({library->points.segments[row].id, weight});
        names.append(
            tr("%1 % %2, %3")
                .arg(percent(weight), m_maps.titleOfRow(qint64(row)), m_maps.partOf(qint64(row))));
    }
    m_map.setBusy(place);
    const auto make = [library, clips, sounds = m_sounds](const CancelToken& cancel) {
        return sounds->mixture(library->path, clips, cancel);
    };
    work(make, [this, place, names](const ClipAnalysis& clip) {
        m_map.showDecodeMark(place, false,
                             names.size() == 1
                                 ? tr("the nearest clip")
                                 : tr("between %Ln clip(s)", nullptr, int(names.size())));
        PlaybackItem item;
        item.kind = PlaybackItem::Kind::Decoded;
        item.title = tr("Generated clip");
        item.caption = names.size() == 1
                           ? tr("Generated from the map \u2013 the nearest clip")
                           : tr("Generated from the map \u2013 a blend of the %Ln nearest clip(s)",
                                nullptr, int(names.size()));
        Facts facts{
            {tr("Position"), tr("%L1, %L2").arg(place.x(), 0, 'f', 2).arg(place.y(), 0, 'f', 2)},
            {tr("Blend of"), names.join(QLatin1Char('\n'))},
            {tr("Playing"), tr("generated from the blend")},
            convergenceFact(clip.convergence)};
        play(std::move(item), clip, facts);
    });
    Q_EMIT similarChanged({}, {});
}

void SoundSpace::playPath() {
    if (!active() || !m_maps.library()) {
        return;
    }
    const QVector<QPointF> path = m_map.path();
    const QVector<qint64> rows = m_map.pathRows();
    const LibraryPtr library = m_maps.library();
    std::vector<std::vector<WeightedClip>> anchors;
    for (qsizetype i = 0; i < path.size(); ++i) {
        std::vector<WeightedClip> clips;
        if (rows.value(i, -1) >= 0) {
            clips.push_back({library->points.segments[std::size_t(rows[i])].id, 1});
        } else {
            for (const auto& [row, weight] : nearestRows(m_maps, path[i])) {
                clips.push_back({library->points.segments[row].id, weight});
            }
        }
        anchors.push_back(std::move(clips));
    }
    m_player.pressed();
    m_map.clearDecodeMark();
    m_map.setPathSteps({});
    const int steps = m_paths.steps();
    m_paths.setStatus(tr("Generating %Ln step(s)...", nullptr, steps));
    struct Walk {
        ClipAnalysis item;
        std::vector<WalkStep> places;
        double seconds = 0;
    };
    const auto make = [library, anchors, steps,
                       sounds = m_sounds](const CancelToken& cancel) -> Result<Walk> {
        Walk walk;
        CANTO_TRY(item, sounds->walk(library->path, anchors, steps, walk.places, cancel));
        walk.item = std::move(*item);
        walk.seconds = sounds->windowSeconds();
        return walk;
    };
    work(make, [this, path, steps](const Walk& walk) {
        if (m_map.path() != path) {
            return; // the path was drawn again or cleared
        }
        m_steps.clear();
        for (const WalkStep& step : walk.places) {
            const auto from = qsizetype(step.anchor);
            m_steps.append(
                between(path[from], path[std::min(from + 1, path.size() - 1)], step.share));
        }
        m_placed.reset();
        m_stepSeconds = walk.seconds;
        m_map.setPathSteps(m_steps);
        m_paths.setStatus(tr("%Ln step(s)", nullptr, steps));
        PlaybackItem item;
        item.kind = PlaybackItem::Kind::Interpolated;
        item.title = tr("Path of %Ln step(s)", nullptr, steps);
        item.caption = tr("%1 \u2013 generated spectrograms, one after another").arg(item.title);
        Facts facts{
            {tr("Path"), tr("%Ln step(s) of %L1 s", nullptr, steps).arg(walk.seconds, 0, 'f', 2)},
            {tr("Spacing"), tr("evenly spaced in latent space"), true},
            {tr("Playing"), tr("generated from each step")},
            convergenceFact(walk.item.convergence)};
        play(std::move(item), walk.item, facts);
        m_walk = m_player.playId();
    });
    Q_EMIT similarChanged({}, {});
}

void SoundSpace::onMoved(const sound::Position& position) {
    if (m_walk == 0 || position.id != m_walk || m_steps.isEmpty()) {
        return;
    }
    const double at = position.seconds / m_stepSeconds;
    const int step = std::clamp(int(at), 0, int(m_steps.size()) - 1);
    m_map.setActiveStep(position.playing ? step : -1);
    const QPointF next = m_steps[std::min(step + 1, int(m_steps.size()) - 1)];
    m_map.setPlayhead(between(m_steps[step], next, std::clamp(at - step, 0.0, 1.0)),
                      position.playing ? widgets::LatentMap::PlayheadState::Playing
                                       : widgets::LatentMap::PlayheadState::Hidden);
}

void SoundSpace::clickStep(int step) {
    if (!active() || step < 0) {
        return;
    }
    if (m_placed) {
        playPlaced(step);
    } else if (m_walk != 0 && m_player.playId() == m_walk) {
        m_player.seekSeconds(step * m_stepSeconds);
    }
}

void SoundSpace::forgetMarks() {
    if (m_placed || !m_steps.isEmpty()) {
        m_map.setPathSteps({});
        m_map.setActiveStep(-1);
        m_map.setPlayhead({}, widgets::LatentMap::PlayheadState::Hidden);
    }
    const bool walking = m_walk != 0 && m_player.playId() == m_walk;
    m_walk = 0; // first: the last signal of the player would mark its position again
    m_steps.clear();
    m_placed.reset();
    if (walking) {
        m_player.stop();
    }
}

void SoundSpace::hovered(qint64 row) {
    const LibraryPtr library = m_maps.library();
    const atlas::SongRow song = library->points.songOf(std::size_t(row));
    const atlas::SegmentRow segment = library->points.segments[std::size_t(row)];
    m_pictures.start([this, library, song, segment, row, sounds = m_sounds,
                      rate = m_player.engine().rate()](const auto& run) {
        SpectrogramTile tile;
        QString caption = tr("Recording");
        if (auto recorded = recordedClip(song, kClipSeconds * segment.bar, kClipSeconds,
                                         libraryFolders(library->path), rate)) {
            tile = std::move(recorded->tiles.front());
        } else if (auto reported = sounds->picture(library->path, segment.id)) {
            tile = std::move(*reported);
            caption = tr("Reconstruction");
        } else {
            return; // the card stays without a picture
        }
        run.deliver([this, row, caption, tile = std::move(tile)] {
            if (widgets::HoverCard* card = m_maps.hoverCard()) {
                card->setPicture(row,
                                 widgets::spectrogramImage({tile.mels, tile.frames, tile.decibels},
                                                           widgets::themeOf(*card).dark),
                                 caption);
            }
        });
    });
}

void SoundSpace::showSimilar(qint64 row) {
    const auto& points = m_maps.library()->points;
    const auto& song = points.songOf(std::size_t(row));
    showSimilar(tr("Similar clips by other composers"), points.latent(std::size_t(row)),
                song.composer);
}

void SoundSpace::showSimilar(const QString& about, std::span<const float> latent,
                             const std::string& notBy) {
    const auto& points = m_maps.library()->points;
    QVector<widgets::SimilarRow> rows;
    for (const auto& clip : similarClips(points, latent, notBy, kSimilar)) {
        const auto row = qint64(clip.row);
        const auto& song = points.songOf(clip.row);
        rows.append({row, tr("%1, %2").arg(m_maps.titleOfRow(row), m_maps.partOf(row)),
                     text(song.composer.empty() ? song.artist : song.composer), clip.similarity});
    }
    Q_EMIT similarChanged(about, rows);
}

void SoundSpace::place(const QString& file) {
    if (!active() || !m_maps.library()) {
        Q_EMIT problem(tr("Recordings can only be placed in the Orchestra space"),
                       tr("Switch to it first."));
        return;
    }
    const QString name = QFileInfo(file).fileName();
    m_workspace.notify({Notice::Kind::Progress,
                        tr("Analysing %1...").arg(name),
                        {},
                        tr("Cancel"),
                        [this] { m_inference.cancel(); },
                        true});
    const auto make = [model = m_model, path = std::filesystem::path(file.toStdString())](
                          const CancelToken& cancel) {
        return placeRecording(*model, path, cancel);
    };
    work(make, [this, file](const PlacedRecording& placed) { onPlaced(file, placed); });
}

void SoundSpace::onPlaced(const QString& file, PlacedRecording placed) {
    const ProjectionPtr projection = m_maps.projection();
    if (!projection || placed.latents.empty() ||
        placed.latents.front().size() != std::size_t(m_maps.library()->points.model.latentSize)) {
        Q_EMIT problem(tr("Recordings cannot be placed on this map yet"),
                       tr("Try again in a moment."));
        return;
    }
    QVector<QPointF> places;
    for (const models::Latent& latent : placed.latents) {
        const auto at = projection->place(std::span<const float>(latent));
        if (!at) {
            fail(at.error());
            return;
        }
        places.append(asPoint(*at));
    }
    m_map.clearPath();
    forgetMarks();
    m_map.markRow(-1);
    m_map.clearDecodeMark();
    m_map.setPathSteps(places);
    m_file = file;
    m_placed = std::move(placed);

    const QString name = QFileInfo(file).fileName();
    Facts facts{{tr("Recording"), name}, {tr("Clips"), clipsText(m_placed->latents.size())}};
    if (!m_placed->whole) {
        facts.append({tr("Analysed"), tr("the first ten minutes")});
    }
    if (m_placed->prediction || m_placed->named == NoComposer::TooShort) {
        facts.append(composerFact(*m_placed));
    }
    if (m_placed->prediction) {
        facts.append({tr("On real recordings"), recordingsText(*m_placed)});
        facts.append({tr("With SoundFonts unknown to it"), unseenText(*m_placed)});
        facts.append({tr("None of these"), m_placed->known
                                               ? refusalText(*m_placed->known)
                                               : tr("Not calibrated for this model: "
                                                    "a composer is named for any music")});
    }
    Q_EMIT factsChanged(facts);
    models::Latent mean(m_placed->latents.front().size(), 0.0F);
    for (const models::Latent& latent : m_placed->latents) {
        for (std::size_t i = 0; i < mean.size(); ++i) {
            mean[i] += latent[i] / float(m_placed->latents.size());
        }
    }
    showSimilar(tr("Clips similar to %1").arg(name), mean, {});
    Q_EMIT m_workspace.progressEnded();
    Q_EMIT recordingPlaced();
    playPlaced(0);
}

void SoundSpace::playPlaced(int clip) {
    const auto make = [file = std::filesystem::path(m_file.toStdString()), clip,
                       rate = m_player.engine().rate()](const CancelToken&) {
        return recordedClip(file, kClipSeconds * clip, kClipSeconds, rate);
    };
    if (!m_placed || clip >= int(m_placed->latents.size())) {
        return;
    }
    work(make, [this, clip](const ClipAnalysis& currentClip) {
        if (!m_placed || clip >= int(m_placed->latents.size())) {
            return;
        }
        const QString name = QFileInfo(m_file).fileName();
        PlaybackItem item;
        item.kind = PlaybackItem::Kind::Original;
        item.title = tr("%1, clip %2").arg(name, QLocale().toString(clip + 1));
        item.caption = clipCaption(item.title, *m_placed, std::size_t(clip));
        item.sound = currentClip.sound;
        item.tiles = currentClip.tiles;
        m_map.setActiveStep(clip);
        m_player.play(std::move(item));
    });
}

} // namespace canto::app
