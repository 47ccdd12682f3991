// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/inference_worker.h"
#include "core/sound/render_file.h"
#include "core/sound/sound.h"

#include <QMimeData>
#include <QObject>
#include <QTemporaryDir>
#include <filesystem>
#include <vector>

namespace canto::app {

/// Exports music to other programs: MIDI and audio files, the clipboard, drag and drop.
/// Thread: GUI; audio is rendered on a thread of its own, where the newest request wins.
class Exports : public QObject {
    Q_OBJECT

  public:
    explicit Exports(QObject* parent = nullptr);

    /// Phrases are written one after another, `bars` bars each; a single song as it is.
    static Result<void> saveMidi(const std::vector<SongPtr>& songs, int bars,
                                 const std::filesystem::path& path);
    /// WAV or FLAC by the file extension; emits soundSaved or failed when done.
    void saveSound(std::vector<SongPtr> songs, int bars, std::filesystem::path path,
                   std::filesystem::path soundFont);
    /// A song mixed with the recording it was arranged from; emits the same as saveSound.
    /// @param levels  of the song and of the recording, 0 .. 4.
    void saveMix(SongPtr song, std::filesystem::path recording, std::filesystem::path path,
                 std::filesystem::path soundFont, std::pair<float, float> levels);
    /// Audio that is rendered already; emits the same.
    void saveSound(sound::SoundPtr sound, std::filesystem::path path);
    bool busy() const { return m_save.busy(); }

    /// For clipboard and drag: a file that lives until the program ends, and the MIDI bytes. Null
    /// when the file cannot be written.
    QMimeData* mimeData(const std::vector<SongPtr>& songs, int bars, const QString& name);

  Q_SIGNALS:
    void soundSaved(const QString& path, double seconds, double peakDb, double rmsDb);
    void failed(const canto::Error& error);

  private:
    static void answer(const LatestTask<Exports>::Run& run, const std::filesystem::path& path,
                       const Result<sound::RenderReport>& report);

    std::unique_ptr<QTemporaryDir> m_folder;
    LatestTask<Exports> m_save{this, "export"};
};

} // namespace canto::app
