// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/arrangement/analyse_file.h"
#include "app/spaces/arrangement/arranger_factory.h"
#include "app/workspace/gui_callback.h"
#include "app/workspace/job_thread.h"
#include "core/arrange/arrange_song.h"
#include "core/audio/wave_outline.h"
#include "core/sound/sound.h"

#include <QObject>

namespace canto::app {

/// A recording and what was heard in it. Immutable: shared between threads.
struct AnalysedRecording {
    std::filesystem::path path;
    Recording recording;
    audio::WaveOutline outline;
};
using RecordingPtr = std::shared_ptr<const AnalysedRecording>;
using ArrangementPtr = std::shared_ptr<const arrange::Arrangement>;

/// Listens to a recording and has it arranged, without holding up the window; the newest request
/// wins. The arranger is made on the worker's thread and kept; where that fails the rules write,
/// and a notice says so. Thread: GUI.
class ArrangeWorker : public QObject {
    Q_OBJECT

  public:
    explicit ArrangeWorker(OpenArranger open, QObject* parent = nullptr);
    ~ArrangeWorker() override; ///< cancels; never waits longer than two seconds

    /// A recording is kept for playing up to this length, s: 0.4 MB a second.
    static constexpr double kMostPlayed = 15 * 60;

    /// Listens and arranges: listened, sounds, then grew several times, then arranged; or failed.
    /// @param rate  at which the recording will be played.
    void open(std::filesystem::path path, double rate, arrange::Controls controls);
    /// Finds the beats of a recording again, at about `bpm` beats a minute, and arranges it:
    /// tracked, then as open.
    void retrack(RecordingPtr recording, double bpm, arrange::Controls controls);
    /// Arranges what was heard; `before` and `from` as arrange::ArrangeOptions.
    void write(RecordingPtr recording, arrange::Controls controls, ArrangementPtr before,
               double from);
    /// What is on its way is told no more, nor is its end.
    void cancel() { m_thread.cancel(); }
    bool busy() const { return m_thread.busy(); }

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
    struct JobState;
    std::shared_ptr<JobState> m_jobState; ///< what jobs need; nothing in it can dangle
    JobThread m_thread;
};

} // namespace canto::app
