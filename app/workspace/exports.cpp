// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/exports.h"

#include "app/library/phrase_chain.h"
#include "app/workspace/qt_text.h"
#include "core/base/atomic_file.h"
#include "core/midi/smf_writer.h"
#include "core/sound/mix_file.h"

#include <QDir>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QUrl>
#include <algorithm>
#include <cmath>
#include <tuple>

namespace canto::app {
namespace {

Result<void> writeBytes(const std::vector<std::uint8_t>& bytes, const std::filesystem::path& path) {
    return writeFileAtomically(
        path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

} // namespace

Exports::Exports(QObject* parent) : QObject(parent) {}

SongPtr Exports::joined(const std::vector<SongPtr>& songs, int bars) {
    if (songs.size() == 1) {
        return songs.front();
    }
    std::vector<music::Song> phrases;
    for (const SongPtr& song : songs) {
        phrases.push_back(*song);
    }
    return std::make_shared<const music::Song>(chainPhrases(phrases, bars));
}

Result<void> Exports::saveMidi(const std::vector<SongPtr>& songs, int bars,
                               const std::filesystem::path& path) {
    if (songs.empty()) {
        return fail(Error::Code::BadInput, "There is nothing to save yet", {},
                    "Click a point of the map first");
    }
    return writeBytes(midi::writeSmf(*joined(songs, bars)), path);
}

void Exports::writeMidi(std::vector<SongPtr> songs, int bars, std::filesystem::path path) {
    write(path, [songs = std::move(songs), bars, path] { return saveMidi(songs, bars, path); });
}

void Exports::write(std::filesystem::path path, std::function<Result<void>()> work) {
    m_writes.emplace_back(this, "write");
    const auto task = std::prev(m_writes.end());
    task->start([this, task, path = std::move(path), work = std::move(work)](const auto& run) {
        run.deliver([this, task, name = text(path), done = work()] {
            m_writes.erase(task);
            if (done) {
                Q_EMIT saved(name);
            } else {
                Q_EMIT failed(done.error());
            }
        });
    });
}

void Exports::saveSound(std::vector<SongPtr> songs, int bars, std::filesystem::path path,
                        std::filesystem::path soundFont) {
    m_save.start([songs = std::move(songs), bars, path, soundFont](const auto& run) {
        const auto pieces = songs.empty() ? songs : std::vector{joined(songs, bars)};
        sound::RenderOptions options;
        options.soundFont = soundFont;
        const auto report = sound::renderToFile(pieces, path, options, run.cancel(),
                                                [&run](std::size_t, std::size_t) { run.beat(); });
        answer(run, path, report);
    });
}

void Exports::saveMix(SongPtr song, std::filesystem::path recording, std::filesystem::path path,
                      std::filesystem::path soundFont, std::pair<float, float> levels) {
    sound::MixOptions options;
    options.soundFont = std::move(soundFont);
    std::tie(options.song, options.sound) = levels;
    m_save.start([song = std::move(song), recording, path, options](const auto& run) {
        answer(run, path,
               sound::mixToFile(song, recording, path, options, run.cancel(),
                                [&run](std::size_t, std::size_t) { run.beat(); }));
    });
}

/// Thread: the task's. A file that was written is reported even when another was asked for
/// meanwhile.
void Exports::answer(const LatestTask<Exports>::Run& run, const std::filesystem::path& path,
                     const Result<sound::RenderReport>& report) {
    if (report) {
        run.deliverAlways(&Exports::soundSaved, text(path), report->seconds, report->peakDb,
                          report->rmsDb);
    } else if (report.error().code != Error::Code::Cancelled) {
        run.deliverAlways(&Exports::failed, report.error());
    }
}

void Exports::saveSound(sound::SoundPtr sound, std::filesystem::path path) {
    m_save.start([sound = std::move(sound), path = std::move(path)](const auto& run) {
        double squares = 0;
        float peak = 1e-6F;
        for (const float sample : sound->samples) {
            peak = std::max(peak, std::fabs(sample));
            squares += double(sample) * double(sample);
        }
        const auto count = std::max<double>(double(sound->samples.size()), 1);
        const double peakDb = 20 * std::log10(double(std::min(peak, 1.0F)));
        const double rmsDb = 10 * std::log10(std::max(squares / count, 1e-12));
        const auto saved = sound::writeSound(*sound, path, run.cancel());
        sound::RenderReport report;
        report.seconds = sound->seconds();
        report.peakDb = peakDb;
        report.rmsDb = rmsDb;
        answer(run, path,
               saved ? Result<sound::RenderReport>(report) : tl::unexpected(saved.error()));
    });
}

QMimeData* Exports::mimeData(const std::vector<SongPtr>& songs, int bars, const QString& name) {
    if (!m_folder) {
        // Not the system's folder for temporary files: a sandboxed program has one of its own.
        const QString cache = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
        QDir().mkpath(cache);
        m_folder = std::make_unique<QTemporaryDir>(cache + QStringLiteral("/drag-XXXXXX"));
    }
    static const QRegularExpression unsafe(QStringLiteral("[^\\w\\- ]+"));
    QString plain = name;
    plain.replace(unsafe, QStringLiteral("_"));
    const QString path = m_folder->filePath(plain.left(60) + QStringLiteral(".mid"));
    if (songs.empty()) {
        return nullptr;
    }
    const auto bytes = midi::writeSmf(*joined(songs, bars));
    if (!writeBytes(bytes, path.toStdString())) { // a drag needs the file at once
        return nullptr;
    }
    auto* data = new QMimeData;
    data->setUrls({QUrl::fromLocalFile(path)});
    data->setData(QStringLiteral("audio/midi"),
                  QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())));
    return data;
}

} // namespace canto::app
