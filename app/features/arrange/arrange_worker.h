// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/arrangement/analyse_file.h"
#include "app/spaces/arrangement/arranger_factory.h"
#include "app/workspace/task_queue.h"
#include "core/arrange/arrange_song.h"
#include "core/audio/wave_outline.h"
#include "core/sound/sound.h"

#include <QObject>

namespace canto::app {

/// A recording and its analysis. Immutable: shared between threads.
struct AnalysedRecording {
    std::filesystem::path path;
    Recording recording;
    audio::WaveOutline outline;
};
using RecordingPtr = std::shared_ptr<const AnalysedRecording>;
using ArrangementPtr = std::shared_ptr<const arrange::Arrangement>;

/// Analyses a recording and arranges it, without blocking the window; the newest request wins. The
/// arranger is made in the background and kept; where that fails the rules write, and a notice says
/// so. Thread: GUI.
class ArrangeWorker : public QObject {
    Q_OBJECT

  public:
    explicit ArrangeWorker(OpenArranger open, QObject* parent = nullptr);
    ~ArrangeWorker() override;

    /// A recording is kept for playing up to this length, s: 0.4 MB a second.
    static constexpr double kMostPlayed = 15 * 60;

    /// Analyses and arranges: analysed, sounds, then grew several times, then arranged; or failed.
    /// @param rate  at which the recording will be played.
    void open(std::filesystem::path path, double rate, arrange::Controls controls);
    /// Finds the beats of a recording again, at about `bpm` beats a minute, and arranges it:
    /// tracked, then as open.
    void retrack(RecordingPtr recording, double bpm, arrange::Controls controls);
    /// Arranges an analysed recording; `before` and `from` as arrange::ArrangeOptions.
    void write(RecordingPtr recording, arrange::Controls controls, ArrangementPtr before,
               double from);
    /// No signal answers the request any more.
    void cancel() { m_task.cancel(); }
    bool busy() const { return m_task.busy(); }

  Q_SIGNALS:
    /// Seconds of the recording at first, then bars. @param total  0: not known.
    void progressed(bool analysing, std::size_t done, std::size_t total);
    void analysed(const canto::app::RecordingPtr& recording);
    /// The same recording with other beats.
    void tracked(const canto::app::RecordingPtr& recording);
    /// The recording itself, for playing; null when it is too long for that.
    void sounds(const canto::sound::SoundPtr& sound);
    /// The song so far and the second of the recording to which it is written.
    void grew(const std::shared_ptr<const canto::music::Song>& song, double seconds);
    void arranged(const canto::app::ArrangementPtr& arrangement);
    void failed(const canto::Error& error);
    void notice(const QString& text);

  private:
    using Run = LatestTask<ArrangeWorker>::Run;
    struct Writer;
    std::shared_ptr<Writer> m_writer; ///< used by tasks only
    LatestTask<ArrangeWorker> m_task{this, "arrange"};
};

} // namespace canto::app
