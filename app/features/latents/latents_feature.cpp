// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/latents/latents_feature.h"

#include "app/spaces/latents/space.h"
#include "app/spaces/orchestra/clip_sounds.h"
#include "app/workspace/action_table.h"
#include "app/workspace/file_dialogs.h"
#include "app/workspace/qt_text.h"
#include "core/atlas/latent_export.h"
#include "core/latents/guessed_options.h"
#include "core/midi/file_kind.h"
#include "core/midi/smf_reader.h"
#include "core/sound/audio_file.h"

#include <QFileInfo>
#include <QLocale>

namespace canto::app {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostForUmap = 50'000; // more would take minutes
constexpr auto kStageEvery = std::chrono::milliseconds(200);

QString stageText(const std::string& stage, std::size_t done, std::size_t total) {
    const int percent = total == 0 ? 0 : int(100 * done / total);
    return stage == "Reading"      ? LatentsFeature::tr("Reading latents: %1 %").arg(percent)
           : stage == "Projecting" ? LatentsFeature::tr("Making the map: %1 %").arg(percent)
                                   : LatentsFeature::tr("Writing the library: %1 %").arg(percent);
}

bool isTable(const QString& path) {
    return path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive) ||
           path.endsWith(QLatin1String(".tsv"), Qt::CaseInsensitive);
}

/// What a row plays: a part of a MIDI file, or of a recording.
Result<PlaybackItem> itemOf(const atlas::RowSound& sound, double rate) {
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Original;
    if (midi::isMidiName(sound.path)) {
        CANTO_TRY(file, midi::readSmfFile(sound.path));
        const music::Song& song = file->song;
        const music::Tick from = song.tempo.tickAt(sound.from);
        const music::Tick to =
            sound.length > 0 ? song.tempo.tickAt(sound.from + sound.length) : song.endTick();
        if (from >= song.endTick()) {
            return fail(Error::Code::BadInput, "The part begins after the end of the file",
                        sound.path);
        }
        item.song = std::make_shared<const music::Song>(song.excerpt(from, to));
        return item;
    }
    if (sound::isAudioFile(sound.path)) {
        CANTO_TRY(clip, recordedClip(fs::path(sound.path), sound.from, sound.length, rate));
        item.sound = std::move(clip->sound);
        item.tiles = std::move(clip->tiles);
        return item;
    }
    return fail(Error::Code::BadInput, "This is neither a MIDI nor an audio file", sound.path);
}

} // namespace

LatentsFeature::LatentsFeature(Workspace& workspace) : m_workspace(workspace) {
    workspace.maps().setRowFiles(this);
    connect(&workspace, &Workspace::libraryComing, this, [this] { m_read.cancel(); });
}

LatentsFeature::~LatentsFeature() { m_workspace.maps().setRowFiles(nullptr); }

void LatentsFeature::addActions(ActionTable& table) {
    table.add(MenuId::File, 0, tr("Open la&tents..."), {}, [this] { chooseLatents(); });
    table.add(MenuId::File, 1, tr("Export l&atents..."), {}, [this] { chooseExport(); });
}

Feature::Takes LatentsFeature::takes(const QString& path) const {
    return latents::isLatentFile(path.toStdString()) ? Takes::Kind : Takes::No;
}

void LatentsFeature::openFiles(const QStringList& paths) {
    QString latents = paths.back(), labels;
    for (const QString& path : paths) {
        if (!isTable(path)) {
            latents = path;
        }
    }
    for (const QString& path : paths) {
        if (isTable(path) && path != latents) {
            labels = path;
        }
    }
    open(latents, labels);
}

void LatentsFeature::chooseLatents() {
    const QStringList paths =
        chooseFiles(&m_workspace.window(), "latents", tr("Open latents, and a table of labels"),
                    tr("Latents (*.npy *.npz *.safetensors *.csv *.tsv);;All files (*)"));
    if (!paths.isEmpty()) {
        openFiles(paths);
    }
}

// ---- opening ----

void LatentsFeature::open(const QString& path, const QString& labels) {
    make(path, labels, BadRows::Refuse);
}

void LatentsFeature::showProgress(const QString& text) {
    m_workspace.notify({Notice::Kind::Progress, text, {}, tr("Cancel"), [this] {
                            m_make.cancel();
                            m_workspace.inform(tr("Cancelled"));
                        }});
}

void LatentsFeature::make(const QString& path, const QString& labels, BadRows badRows) {
    const fs::path file = path.toStdString();
    const fs::path folder = m_workspace.userData() / "latents";
    const fs::path library = folder / (file.stem().string() + ".atlas");
    showProgress(tr("Reading latents..."));
    m_make.start([file, folder, library, labels = fs::path(labels.toStdString()), badRows, path,
                  given = labels](const auto& run) {
        const auto work = [&]() -> Result<atlas::LatentMapReport> {
            std::error_code problem;
            fs::create_directories(folder, problem);
            if (problem) {
                return fail(Error::Code::Io, problem.message(), folder.string());
            }
            atlas::LatentMapOptions options;
            options.table = latents::guessedOptions(file, labels);
            options.table.dropBadRows = badRows == BadRows::LeaveOut;
            options.replace = true;
            options.umapUpTo = kMostForUmap;
            Throttle throttle(kStageEvery);
            return atlas::makeLatentLibrary(
                file, library, options, run.cancel(),
                [&](const std::string& stage, std::size_t done, std::size_t total) {
                    run.beat();
                    if (throttle.due(false)) {
                        run.deliver(&LatentsFeature::showProgress, stageText(stage, done, total));
                    }
                });
        };
        const auto report = work();
        if (report) {
            run.deliver(&LatentsFeature::onMade, library, *report);
        } else {
            run.deliverError([path, given](LatentsFeature& to,
                                           const Error& error) { to.onFailed(path, given, error); },
                             report.error());
        }
    });
}

void LatentsFeature::onMade(const fs::path& library, const atlas::LatentMapReport& report) {
    QStringList notes;
    for (const std::string& note : report.findings.notes) {
        notes.append(text(note) + QLatin1Char('.'));
    }
    m_workspace.notify({Notice::Kind::Information,
                        tr("%Ln row(s) of latents", nullptr, int(report.points)),
                        notes.join(QLatin1Char(' '))});
    SpaceSwitch& spaces = m_workspace.spaces();
    const auto& list = spaces.spaces();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].id != kLatentsSpace) {
            continue;
        }
        m_workspace.libraries().choose(list[i], library);
        if (i != spaces.index()) {
            spaces.kept(i).library = library;
            spaces.kept(i).view = {}; // of a library that this one may have replaced
            spaces.kept(i).state = {};
            spaces.kept(i).parts.clear();
            spaces.go(i);
            Q_EMIT opened(text(library));
            return;
        }
    }
    m_workspace.openLibrary(library, true);
    Q_EMIT opened(text(library));
}

void LatentsFeature::onFailed(const QString& path, const QString& labels, const Error& error) {
    Notice notice{Notice::Kind::Error, text(error.what), text(error.hint)};
    if (error.hint == latents::kBadRowsHint) {
        notice.hint.clear();
        notice.action = tr("Leave them out");
        notice.run = [this, path, labels] { make(path, labels, BadRows::LeaveOut); };
    } else if (!error.where.empty()) {
        notice.text = tr("%1: %2").arg(QFileInfo(path).fileName(), notice.text);
    }
    m_workspace.notify(notice);
    Q_EMIT failed(notice.text);
}

// ---- sound ----

void LatentsFeature::playRowFile(qint64 row) {
    const LibraryPtr library = m_workspace.library();
    const atlas::RowSound sound = atlas::soundOfRow(library->points.songOf(std::size_t(row)),
                                                    library->points.segments[std::size_t(row)]);
    if (sound.path.empty()) {
        m_read.cancel();
        Q_EMIT m_workspace.maps().factsChanged(m_workspace.maps().factsOf(row));
        Q_EMIT notice(tr("This row has no file to play"));
        return;
    }
    m_workspace.map().setBusy(m_workspace.maps().placeOf(row));
    m_read.start(
        [sound, library, row, rate = m_workspace.player().engine().rate()](const auto& run) {
            run.deliverResult(
                itemOf(sound, rate),
                [library, row](LatentsFeature& to, const PlaybackItem& item) {
                    to.m_workspace.map().clearDecodeMark();
                    if (library == to.m_workspace.library()) {
                        to.play(row, item);
                    }
                },
                [](LatentsFeature& to, const Error& error) {
                    to.m_workspace.map().clearDecodeMark();
                    Q_EMIT to.problem(text(error.what), text(error.where));
                });
        });
}

void LatentsFeature::play(qint64 row, PlaybackItem item) {
    MapController& maps = m_workspace.maps();
    m_workspace.map().markRow(row);
    item.title = maps.titleOfRow(row);
    item.row = row;
    item.caption = item.song ? tr("%1 \u2013 the MIDI file, %2").arg(item.title, maps.partOf(row))
                             : tr("%1 \u2013 the recording, %2").arg(item.title, maps.partOf(row));
    Facts facts = maps.factsOf(row);
    facts.append({tr("Playing"), item.song ? tr("the MIDI file") : tr("the recording")});
    Q_EMIT maps.factsChanged(facts);
    m_workspace.player().play(std::move(item));
}

// ---- export ----

void LatentsFeature::chooseExport() {
    const LibraryPtr& library = m_workspace.library();
    if (!library) {
        m_workspace.warn(tr("There is no library to export"));
        return;
    }
    const QString name = text(library->path.stem()) + QStringLiteral(".npz");
    const QString path = chooseNewFile(&m_workspace.window(), "latents", tr("Export latents"), name,
                                       tr("NumPy (*.npz);;Table (*.csv)"));
    if (!path.isEmpty()) {
        exportTo(path);
    }
}

void LatentsFeature::exportTo(const QString& path) {
    const LibraryPtr library = m_workspace.library();
    const fs::path file = path.toStdString();
    m_workspace.exports().write(file, [library, file]() -> Result<void> {
        CANTO_TRY(atlas, atlas::Atlas::open(library->path, atlas::Access::ReadOnly));
        CANTO_TRY(report, atlas::exportLatents(*atlas, library->points.model.id, file));
        return {};
    });
}

} // namespace canto::app
