// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/export/exports.h"

#include "app/library/phrase_chain.h"
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

std::vector<std::uint8_t> midiBytes(const std::vector<SongPtr>& songs, int bars) {
    if (songs.size() == 1) {
        return midi::writeSmf(*songs.front());
    }
    std::vector<music::Song> phrases;
    for (const SongPtr& song : songs) {
        phrases.push_back(*song);
    }
    return midi::writeSmf(chainPhrases(phrases, bars));
}

} // namespace

Exports::Exports(QObject* parent) : QObject(parent), m_gui(this) {}

Exports::~Exports() {
    m_gui.close();
    m_thread.cancel();
}

Result<void> Exports::saveMidi(const std::vector<SongPtr>& songs, int bars,
                               const std::filesystem::path& path) {
    if (songs.empty()) {
        return fail(Error::Code::BadInput, "There is nothing to save yet", {},
                    "Click a point of the map first");
    }
    const auto bytes = midiBytes(songs, bars);
    return writeFileAtomically(
        path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void Exports::saveSound(std::vector<SongPtr> songs, int bars, std::filesystem::path path,
                        std::filesystem::path soundFont) {
    m_thread.replace([this, gui = m_gui, songs = std::move(songs), bars, path,
                      soundFont](const JobContext& job) {
        std::vector<SongPtr> pieces = songs;
        if (songs.size() > 1) {
            std::vector<music::Song> phrases;
            for (const SongPtr& song : songs) {
                phrases.push_back(*song);
            }
            pieces = {std::make_shared<const music::Song>(chainPhrases(phrases, bars))};
        }
        sound::RenderOptions options;
        options.soundFont = soundFont;
        const auto report = sound::renderToFile(pieces, path, options, job.cancel(),
                                                [&job](std::size_t, std::size_t) { job.beat(); });
        answer(this, path, report, gui);
    });
}

void Exports::saveMix(SongPtr song, std::filesystem::path recording, std::filesystem::path path,
                      std::filesystem::path soundFont, std::pair<float, float> levels) {
    sound::MixOptions options;
    options.soundFont = std::move(soundFont);
    std::tie(options.song, options.sound) = levels;
    m_thread.replace([this, gui = m_gui, song = std::move(song), recording, path,
                      options](const JobContext& job) {
        answer(this, path,
               sound::mixToFile(song, recording, path, options, job.cancel(),
                                [&job](std::size_t, std::size_t) { job.beat(); }),
               gui);
    });
}

/// Thread: the worker's; `exports` is only used in the queued call, which is dropped if it is gone.
void Exports::answer(Exports* exports, const std::filesystem::path& path,
                     const Result<sound::RenderReport>& report, const GuiCallback& gui) {
    gui.post([exports, report, name = QString::fromStdString(path.string())] {
        if (report) {
            Q_EMIT exports->soundSaved(name, report->seconds, report->peakDb, report->rmsDb);
        } else if (report.error().code != Error::Code::Cancelled) {
            Q_EMIT exports->failed(report.error());
        }
    });
}

void Exports::saveSound(sound::SoundPtr sound, std::filesystem::path path) {
    m_thread.replace([this, gui = m_gui, sound = std::move(sound),
                      path = std::move(path)](const JobContext& job) {
        double squares = 0;
        float peak = 1e-6F;
        for (const float sample : sound->samples) {
            peak = std::max(peak, std::fabs(sample));
            squares += double(sample) * double(sample);
        }
        const auto count = std::max<double>(double(sound->samples.size()), 1);
        const double peakDb = 20 * std::log10(double(std::min(peak, 1.0F)));
        const double rmsDb = 10 * std::log10(std::max(squares / count, 1e-12));
        const auto saved = sound::writeSound(*sound, path, job.cancel());
        sound::RenderReport report;
        report.seconds = sound->seconds();
        report.peakDb = peakDb;
        report.rmsDb = rmsDb;
        answer(this, path,
               saved ? Result<sound::RenderReport>(report) : tl::unexpected(saved.error()), gui);
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
    if (!saveMidi(songs, bars, path.toStdString())) {
        return nullptr;
    }
    const auto bytes = midiBytes(songs, bars);
    auto* data = new QMimeData;
    data->setUrls({QUrl::fromLocalFile(path)});
    data->setData(QStringLiteral("audio/midi"),
                  QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())));
    return data;
}

} // namespace canto::app
