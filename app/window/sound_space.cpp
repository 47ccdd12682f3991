#include "app/window/sound_space.h"

#include "app/service/clip_library.h"
#include "app/service/originals.h"
#include "widgets/common/theme.h"

#include <QFileInfo>
#include <QLocale>
#include <algorithm>
#include <cmath>

namespace canto::app {
namespace {

constexpr double kClipSeconds = 10;
constexpr std::size_t kNeighbours = 6; // clips that a place of the map is mixed of
constexpr std::size_t kAlike = 8;

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }
QString percent(double share) { return QLocale().toString(100 * share, 'f', 0); }

/// "Brahms (62 %)".
QString verdictText(const service::ComposerVerdict& verdict) {
    return SoundSpace::tr("%1 (%2 %)").arg(text(verdict.composer), percent(verdict.share));
}

QString clipsText(std::size_t count) {
    return count == 1 ? SoundSpace::tr("1 clip of 10 s, numbered on the map")
                      : SoundSpace::tr("%1 clips of 10 s, numbered on the map").arg(count);
}

/// What plays of a recording, with the composer of the clip alone.
QString clipCaption(const QString& title, const service::PlacedRecording& placed,
                    std::size_t clip) {
    const QString own = SoundSpace::tr("%1 \u2013 your recording").arg(title);
    if (clip >= placed.verdicts.size()) {
        return own;
    }
    return placed.clipNamed[clip] == service::NoComposer::Named
               ? SoundSpace::tr("%1 \u2013 this clip alone is most similar to %2")
                     .arg(own, verdictText(placed.verdicts[clip]))
               : SoundSpace::tr("%1 \u2013 this clip alone is similar to none of the composers")
                     .arg(own);
}

/// The composer, or why there is none.
Facts::value_type composerFact(const service::PlacedRecording& placed) {
    const QString title = SoundSpace::tr("Composer");
    if (placed.named == service::NoComposer::TooShort) {
        return {title, SoundSpace::tr("Too short: %1 s. The model compares clips of 10 s.")
                           .arg(QLocale().toString(placed.seconds, 'f', 1))};
    }
    if (placed.named == service::NoComposer::FarFromKnown) {
        const double quantile = placed.known->rates().value("quantile", 0.0);
        return {title, SoundSpace::tr("None of these: farther from the known clips than %1 % of "
                                      "held-out music by the known composers. The nearest is %2.")
                           .arg(percent(quantile), verdictText(*placed.verdict))};
    }
    return {SoundSpace::tr("Most similar composer"), verdictText(*placed.verdict)};
}

/// How often the composer is right on recordings like the user's.
QString recordingsText(const service::PlacedRecording& placed) {
    if (!placed.known || !placed.known->recordingsAccuracy()) {
        return SoundSpace::tr("Not measured");
    }
    const service::RecordingsAccuracy& accuracy = *placed.known->recordingsAccuracy();
    return SoundSpace::tr("Right for %1 of %2 (%3 %; %4 % of single clips)")
        .arg(accuracy.right)
        .arg(accuracy.recordings)
        .arg(percent(double(accuracy.right) / accuracy.recordings), percent(accuracy.clipAccuracy));
}

/// The same on the music that the model was tested on.
QString renderedText(const service::PlacedRecording& placed) {
    if (!placed.heldOut) {
        return SoundSpace::tr("Not measured");
    }
    const service::HeldOutAccuracy& held = *placed.heldOut;
    const QString font = placed.known ? text(placed.known->font()) : QString();
    return SoundSpace::tr("Right for %1 % of %2 clips of %3 held-out works%4 (90 % interval %5 to "
                          "%6 %; always naming the most frequent composer: %7 %)")
        .arg(percent(held.accuracy), QLocale().toString(held.clips))
        .arg(held.works)
        .arg(font.isEmpty() ? QString()
                            : SoundSpace::tr(", all rendered with one SoundFont, %1").arg(font),
             percent(held.low), percent(held.high), percent(held.largestClass));
}

/// What "none of these" is worth, as `canto calibrate` measured it.
QString refusalText(const service::KnownClips& known) {
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

QPointF between(QPointF a, QPointF b, double share) { return a + (b - a) * share; }

} // namespace

std::vector<widgets::Spectrogram>
spectrogramsOf(const std::vector<service::SpectrogramTile>& tiles) {
    std::vector<widgets::Spectrogram> made;
    for (const auto& tile : tiles) {
        made.push_back({tile.mels, tile.frames, tile.decibels});
    }
    return made;
}

SoundSpace::SoundSpace(widgets::LatentMap& map, MapController& maps, PathController& paths,
                       Audition& audition, InferenceWorker& inference, QObject* parent)
    : QObject(parent), m_map(map), m_maps(maps), m_paths(paths), m_audition(audition),
      m_inference(inference), m_mailbox(this) {
    maps.setSounds(this);
    connect(&paths, &PathController::pathWanted, this, &SoundSpace::hearPath);
    connect(&maps, &MapController::rowPlayed, this, [this](qint64 row) {
        if (active()) {
            showAlike(row);
        }
    });
    connect(&maps, &MapController::mapShown, this, &SoundSpace::forgetMarks);
    connect(&map, &widgets::LatentMap::pathChanged, this, &SoundSpace::forgetMarks);
    connect(&map, &widgets::LatentMap::pathCleared, this, &SoundSpace::forgetMarks);
    connect(&map, &widgets::LatentMap::stepClicked, this, &SoundSpace::clickStep);
    connect(&audition, &Audition::moved, this, &SoundSpace::onMoved);
}

SoundSpace::~SoundSpace() {
    m_mailbox.close();
    m_pictures.cancel();
    m_maps.setSounds(nullptr);
}

bool SoundSpace::active() const { return models::soundEncoderOf(m_model.get()) != nullptr; }

void SoundSpace::setModel(const std::shared_ptr<models::LatentModel>& model, OpenModel decoder) {
    m_model = model;
    m_pictures.cancel();
    m_sounds.reset();
    forgetMarks();
    if (active()) {
        if (models::soundDecoderOf(model.get()) != nullptr) { // it makes its sound itself
            decoder = [model]() -> Result<std::shared_ptr<models::LatentModel>> { return model; };
        }
        m_sounds =
            std::make_shared<service::ClipSounds>(std::move(decoder), m_audition.engine().rate());
    }
    m_paths.setHandedOver(active());
    Q_EMIT alikeChanged({}, {});
}

template <class Work, class Deliver>
void SoundSpace::work(Work work, Deliver deliver) {
    m_inference.run([this, mailbox = m_mailbox, work = std::move(work),
                     deliver = std::move(deliver)](const JobContext& job) {
        auto made = work(job.cancel());
        job.beat();
        mailbox.post([this, made = std::move(made), deliver, generation = job.generation()] {
            if (generation != m_inference.generation()) {
                if (!m_inference.busy()) { // stopped, with nothing in its place
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

void SoundSpace::play(Heard heard, service::HeardClip clip, const Facts& facts) {
    heard.sound = std::move(clip.sound);
    heard.tiles = std::move(clip.tiles);
    m_walk = 0;
    Q_EMIT factsChanged(facts);
    m_audition.play(std::move(heard));
}

void SoundSpace::hearRow(qint64 row, bool original, const QString& reason) {
    const LibraryPtr library = m_maps.library();
    const atlas::SongRow song = library->points.songOf(std::size_t(row));
    const atlas::SegmentRow segment = library->points.segments[std::size_t(row)];
    m_map.setBusy(m_maps.placeOf(row));
    struct Clip {
        service::HeardClip heard;
        bool recording = false;
    };
    const auto make = [library, song, segment, original, sounds = m_sounds,
                       rate =
                           m_audition.engine().rate()](const CancelToken& cancel) -> Result<Clip> {
        if (original) {
            auto recorded = service::recordedClip(song, kClipSeconds * segment.bar, kClipSeconds,
                                                  libraryFolders(library->path), rate);
            if (recorded || recorded.error().code != Error::Code::NotFound) {
                return recorded ? Result<Clip>(Clip{std::move(*recorded), true})
                                : tl::unexpected(recorded.error());
            }
        }
        auto told = sounds->reconstruction(library->path, segment.id, cancel);
        return told ? Result<Clip>(Clip{std::move(*told), false}) : tl::unexpected(told.error());
    };
    work(make, [this, library, row, reason](const Clip& clip) {
        if (library != m_maps.library()) {
            return;
        }
        m_map.clearDecodeMark();
        m_map.markRow(row);
        Heard heard;
        heard.kind = clip.recording ? Heard::Kind::Original : Heard::Kind::Reconstruction;
        heard.title = m_maps.titleOfRow(row);
        heard.row = row;
        Facts facts = m_maps.factsOf(row);
        if (clip.recording) {
            heard.caption = tr("%1 \u2013 the recording, %2").arg(heard.title, m_maps.partOf(row));
            facts.append({tr("Playing"), tr("the recording")});
        } else {
            heard.caption = tr("%1, %2 \u2013 reconstruction by the decoder, not the recording")
                                .arg(heard.title, m_maps.partOf(row));
            facts.append({tr("Playing"), tr("the decoder's reconstruction, made audible by "
                                            "Griffin-Lim (spectral convergence %1)")
                                             .arg(clip.heard.convergence, 0, 'f', 2)});
            facts.append({tr("Reason"), reason});
        }
        play(std::move(heard), clip.heard, facts);
    });
}

void SoundSpace::hearPlace(QPointF place) {
    const LibraryPtr library = m_maps.library();
    const auto& snapshot = m_maps.maps()[m_maps.shownMap()].snapshot;
    std::vector<service::WeightedClip> clips;
    QStringList names;
    for (const auto& [row, weight] : service::nearestOf(
             snapshot->x(), snapshot->y(), float(place.x()), float(place.y()), kNeighbours)) {
        clips.push_back({library->points.segments[row].id, weight});
        names.append(
            tr("%1 % %2, %3")
                .arg(percent(weight), m_maps.titleOfRow(qint64(row)), m_maps.partOf(qint64(row))));
    }
    m_map.setBusy(place);
    const auto make = [library, clips, sounds = m_sounds](const CancelToken& cancel) {
        return sounds->mixture(library->path, clips, cancel);
    };
    work(make, [this, place, names](const service::HeardClip& clip) {
        m_map.showDecodeMark(place, false,
                             names.size() == 1 ? tr("the nearest clip")
                                               : tr("between %1 clips").arg(names.size()));
        Heard heard;
        heard.kind = Heard::Kind::Decoded;
        heard.title = tr("Generated clip");
        heard.caption = names.size() == 1
                            ? tr("Generated from the map \u2013 the nearest clip")
                            : tr("Generated from the map \u2013 a blend of the %1 nearest clips")
                                  .arg(names.size());
        Facts facts{
            {tr("Position"), tr("%1, %2").arg(place.x(), 0, 'f', 2).arg(place.y(), 0, 'f', 2)},
            {tr("Blend of"), names.join(QLatin1Char('\n'))},
            {tr("Playing"), tr("what the decoder makes of the blend, through "
                               "Griffin-Lim (spectral convergence %1)")
                                .arg(clip.convergence, 0, 'f', 2)}};
        play(std::move(heard), clip, facts);
    });
    Q_EMIT alikeChanged({}, {});
}

void SoundSpace::hearPath() {
    if (!active() || !m_maps.library()) {
        return;
    }
    const QVector<QPointF> path = m_map.path();
    const QVector<qint64> rows = m_map.pathRows();
    const LibraryPtr library = m_maps.library();
    const auto& snapshot = m_maps.maps()[m_maps.shownMap()].snapshot;
    std::vector<std::vector<service::WeightedClip>> anchors;
    for (qsizetype i = 0; i < path.size(); ++i) {
        std::vector<service::WeightedClip> clips;
        if (rows.value(i, -1) >= 0) {
            clips.push_back({library->points.segments[std::size_t(rows[i])].id, 1});
        } else {
            for (const auto& [row, weight] :
                 service::nearestOf(snapshot->x(), snapshot->y(), float(path[i].x()),
                                    float(path[i].y()), kNeighbours)) {
                clips.push_back({library->points.segments[row].id, weight});
            }
        }
        anchors.push_back(std::move(clips));
    }
    m_audition.pressed();
    m_map.clearDecodeMark();
    m_map.setPathSteps({});
    const int steps = m_paths.steps();
    m_paths.controls().setStatus(tr("%1 steps are being decoded").arg(steps));
    struct Walk {
        service::HeardClip heard;
        std::vector<service::WalkStep> places;
        double seconds = 0;
    };
    const auto make = [library, anchors, steps,
                       sounds = m_sounds](const CancelToken& cancel) -> Result<Walk> {
        Walk walk;
        auto heard = sounds->walk(library->path, anchors, steps, walk.places, cancel);
        if (!heard) {
            return tl::unexpected(heard.error());
        }
        walk.heard = std::move(*heard);
        walk.seconds = sounds->windowSeconds();
        return walk;
    };
    work(make, [this, path, steps](const Walk& walk) {
        if (m_map.path() != path) {
            return; // drawn anew, or taken away
        }
        m_steps.clear();
        for (const service::WalkStep& step : walk.places) {
            const auto from = qsizetype(step.anchor);
            m_steps.append(
                between(path[from], path[std::min(from + 1, path.size() - 1)], step.share));
        }
        m_placed.reset();
        m_stepSeconds = walk.seconds;
        m_map.setPathSteps(m_steps);
        m_paths.controls().setStatus(tr("%1 steps").arg(steps));
        Heard heard;
        heard.kind = Heard::Kind::Interpolated;
        heard.title = tr("Path of %1 steps").arg(steps);
        heard.caption = tr("%1 \u2013 decoded spectrograms, one after another").arg(heard.title);
        Facts facts{{tr("Path"), tr("%1 steps of %2 s").arg(steps).arg(walk.seconds, 0, 'f', 2)},
                    {tr("Spacing"), tr("evenly spaced in the decoder's latent space")},
                    {tr("Playing"), tr("what the decoder makes of each step, through Griffin-Lim "
                                       "(spectral convergence %1)")
                                        .arg(walk.heard.convergence, 0, 'f', 2)}};
        play(std::move(heard), walk.heard, facts);
        m_walk = m_audition.playId();
    });
    Q_EMIT alikeChanged({}, {});
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
        hearPlaced(step);
    } else if (m_walk != 0 && m_audition.playId() == m_walk) {
        m_audition.seekSeconds(step * m_stepSeconds);
    }
}

void SoundSpace::forgetMarks() {
    if (m_placed || !m_steps.isEmpty()) {
        m_map.setPathSteps({});
        m_map.setActiveStep(-1);
        m_map.setPlayhead({}, widgets::LatentMap::PlayheadState::Hidden);
    }
    const bool walking = m_walk != 0 && m_audition.playId() == m_walk;
    m_walk = 0; // before the last word of what plays, which would draw its place again
    m_steps.clear();
    m_placed.reset();
    if (walking) {
        m_audition.stop();
    }
}

void SoundSpace::hovered(qint64 row) {
    const LibraryPtr library = m_maps.library();
    const atlas::SongRow song = library->points.songOf(std::size_t(row));
    const atlas::SegmentRow segment = library->points.segments[std::size_t(row)];
    m_pictures.replace([this, mailbox = m_mailbox, library, song, segment, row, sounds = m_sounds,
                        rate = m_audition.engine().rate()](const JobContext& job) {
        service::SpectrogramTile tile;
        QString caption = tr("Recording");
        if (auto recorded = service::recordedClip(song, kClipSeconds * segment.bar, kClipSeconds,
                                                  libraryFolders(library->path), rate)) {
            tile = std::move(recorded->tiles.front());
        } else if (auto told = sounds->picture(library->path, segment.id)) {
            tile = std::move(*told);
            caption = tr("Reconstruction");
        } else {
            return; // a card without a picture
        }
        mailbox.post([this, row, caption, tile = std::move(tile), generation = job.generation()] {
            if (generation == m_pictures.generation() && m_card != nullptr) {
                m_card->setPicture(
                    row,
                    widgets::spectrogramImage({tile.mels, tile.frames, tile.decibels},
                                              widgets::themeOf(*m_card).dark),
                    caption);
            }
        });
    });
}

void SoundSpace::showAlike(qint64 row) {
    const auto& points = m_maps.library()->points;
    const auto& song = points.songOf(std::size_t(row));
    showAlike(tr("Similar clips by other composers"), points.latent(std::size_t(row)),
              song.composer);
}

void SoundSpace::showAlike(const QString& about, std::span<const float> latent,
                           const std::string& notBy) {
    const auto& points = m_maps.library()->points;
    QVector<widgets::AlikeRow> rows;
    for (const auto& clip : service::clipsAlike(points, latent, notBy, kAlike)) {
        const auto row = qint64(clip.row);
        const auto& song = points.songOf(clip.row);
        rows.append({row, tr("%1, %2").arg(m_maps.titleOfRow(row), m_maps.partOf(row)),
                     text(song.composer.empty() ? song.artist : song.composer), clip.similarity});
    }
    Q_EMIT alikeChanged(about, rows);
}

void SoundSpace::place(const QString& file) {
    if (!active() || !m_maps.library()) {
        Q_EMIT problem(tr("Recordings can be placed in a space of sound only"),
                       tr("Switch to the Orchestra space first."));
        return;
    }
    const QString name = QFileInfo(file).fileName();
    Q_EMIT began(tr("Listening to %1...").arg(name));
    const auto make = [model = m_model, path = std::filesystem::path(file.toStdString())](
                          const CancelToken& cancel) {
        return service::placeRecording(*model, path, cancel);
    };
    work(make, [this, file](const service::PlacedRecording& placed) { onPlaced(file, placed); });
}

void SoundSpace::onPlaced(const QString& file, service::PlacedRecording placed) {
    const ProjectionPtr projection = m_maps.projection();
    if (!projection || placed.latents.empty() ||
        placed.latents.front().size() != std::size_t(m_maps.library()->points.model.latentSize)) {
        Q_EMIT problem(tr("The map cannot place recordings yet"), tr("Try again in a moment."));
        return;
    }
    QVector<QPointF> places;
    for (const models::Latent& latent : placed.latents) {
        const auto at = projection->place(std::span<const float>(latent));
        if (!at) {
            fail(at.error());
            return;
        }
        places.append({double(at->x), double(at->y)});
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
    if (m_placed->verdict || m_placed->named == service::NoComposer::TooShort) {
        facts.append(composerFact(*m_placed));
    }
    if (m_placed->verdict) {
        facts.append({tr("On real recordings"), recordingsText(*m_placed)});
        facts.append({tr("On rendered clips"), renderedText(*m_placed)});
        facts.append({tr("None of these"), m_placed->known ? refusalText(*m_placed->known)
                                                           : tr("Not calibrated for this model: "
                                                                "any music gets a composer")});
    }
    Q_EMIT factsChanged(facts);
    models::Latent mean(m_placed->latents.front().size(), 0.0F);
    for (const models::Latent& latent : m_placed->latents) {
        for (std::size_t i = 0; i < mean.size(); ++i) {
            mean[i] += latent[i] / float(m_placed->latents.size());
        }
    }
    showAlike(tr("Clips similar to %1").arg(name), mean, {});
    Q_EMIT recordingPlaced();
    hearPlaced(0);
}

void SoundSpace::hearPlaced(int clip) {
    const auto make = [file = std::filesystem::path(m_file.toStdString()), clip,
                       rate = m_audition.engine().rate()](const CancelToken&) {
        return service::recordedClip(file, kClipSeconds * clip, kClipSeconds, rate);
    };
    if (!m_placed || clip >= int(m_placed->latents.size())) {
        return;
    }
    work(make, [this, clip](const service::HeardClip& heardClip) {
        if (!m_placed || clip >= int(m_placed->latents.size())) {
            return;
        }
        const QString name = QFileInfo(m_file).fileName();
        Heard heard;
        heard.kind = Heard::Kind::Original;
        heard.title = tr("%1, clip %2").arg(name, QString::number(clip + 1));
        heard.caption = clipCaption(heard.title, *m_placed, std::size_t(clip));
        heard.sound = heardClip.sound;
        heard.tiles = heardClip.tiles;
        m_map.setActiveStep(clip);
        m_audition.play(std::move(heard));
    });
}

} // namespace canto::app
