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

/// What plays, as files that other programs take: MIDI and WAV, the clipboard, drag and drop.
/// Thread: GUI; sound is rendered on a thread of its own, the newest request wins.
class Exports : public QObject {
    Q_OBJECT

  public:
    explicit Exports(QObject* parent = nullptr);

    /// Phrases are put in a row, `bars` bars each; a single song is written as it is.
    static Result<void> saveMidi(const std::vector<SongPtr>& songs, int bars,
                                 const std::filesystem::path& path);
    /// .wav or .flac by the ending; answered by soundSaved or failed.
    void saveSound(std::vector<SongPtr> songs, int bars, std::filesystem::path path,
                   std::filesystem::path soundFont);
    /// A song with the recording that it keeps time with; answered as saveSound.
    /// @param levels  of the song and of the recording, 0 .. 4.
    void saveMix(SongPtr song, std::filesystem::path recording, std::filesystem::path path,
                 std::filesystem::path soundFont, std::pair<float, float> levels);
    /// Sound that is there already, likewise.
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
