// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/inference_worker.h"
#include "core/sound/render_file.h"
#include "core/sound/sound.h"

#include <QMimeData>
#include <QObject>
#include <QTemporaryDir>
#include <filesystem>
#include <functional>
#include <list>
#include <vector>

namespace canto::app {

/// Exports music to other programs: MIDI and audio files, the clipboard, drag and drop.
/// Thread: GUI; files are written in the background. Of audio, which takes long, the newest request
/// wins; all others are written.
class Exports : public QObject {
    Q_OBJECT

  public:
    explicit Exports(QObject* parent = nullptr);

    /// Phrases are written one after another, `bars` bars each; a single song as it is.
    static Result<void> saveMidi(const std::vector<SongPtr>& songs, int bars,
                                 const std::filesystem::path& path);
    /// One song for several phrases, `bars` bars each; a single one as it is.
    static SongPtr joined(const std::vector<SongPtr>& songs, int bars);
    /// saveMidi() in the background; emits saved or failed.
    void writeMidi(std::vector<SongPtr> songs, int bars, std::filesystem::path path);
    /// Any other file in the background; emits saved or failed. @param work  thread: any.
    void write(std::filesystem::path path, std::function<Result<void>()> work);
    /// WAV or FLAC by the file extension; emits soundSaved or failed when done.
    void saveSound(std::vector<SongPtr> songs, int bars, std::filesystem::path path,
                   std::filesystem::path soundFont);
    /// A song mixed with the recording it was arranged from; emits the same as saveSound.
    /// @param levels  of the song and of the recording, 0 .. 4.
    void saveMix(SongPtr song, std::filesystem::path recording, std::filesystem::path path,
                 std::filesystem::path soundFont, std::pair<float, float> levels);
    /// Audio that is rendered already; emits the same.
    void saveSound(sound::SoundPtr sound, std::filesystem::path path);
    /// For clipboard and drag: a file that lives until the program ends, and the MIDI bytes. Null
    /// when the file cannot be written.
    QMimeData* mimeData(const std::vector<SongPtr>& songs, int bars, const QString& name);

  Q_SIGNALS:
    void saved(const QString& path);
    void soundSaved(const QString& path, double seconds, double peakDb, double rmsDb);
    void failed(const canto::Error& error);

  private:
    static void answer(const LatestTask<Exports>::Run& run, const std::filesystem::path& path,
                       const Result<sound::RenderReport>& report);

    std::unique_ptr<QTemporaryDir> m_folder;
    LatestTask<Exports> m_save{this, "export"};
    std::list<LatestTask<Exports>> m_writes; ///< one for each file that is being written
};

} // namespace canto::app
