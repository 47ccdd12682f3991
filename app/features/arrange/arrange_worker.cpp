// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/arrange/arrange_worker.h"

#include "core/arrange/baseline_arranger.h"

#include <chrono>

namespace canto::app {
namespace {

constexpr auto kReportEvery = std::chrono::milliseconds(80);

/// Lets something through now and then.
class Now {
  public:
    bool due(bool last) {
        const auto now = std::chrono::steady_clock::now();
        const bool yes = last || now - m_reported >= kReportEvery;
        m_reported = yes ? now : m_reported;
        return yes;
    }

  private:
    std::chrono::steady_clock::time_point m_reported =
        std::chrono::steady_clock::now() - kReportEvery;
};

/// Null where it is too long or cannot be read a second time: it can be arranged all the same.
sound::SoundPtr soundOf(const AnalysedRecording& recording, double rate) {
    if (recording.outline.seconds() > ArrangeWorker::kMostPlayed) {
        return nullptr;
    }
    auto played = sound::readSound(recording.path);
    if (played) {
        played = sound::atRate(*played, rate);
    }
    return played ? *played : nullptr;
}

} // namespace

struct ArrangeWorker::JobState {
    ArrangeWorker* worker; ///< only touched in letters, which are dropped when it is gone
    GuiCallback gui;
    OpenArranger open;
    std::unique_ptr<arrange::Arranger> arranger; ///< only touched by jobs

    /// Tells it on the GUI thread, unless something newer was asked for or all was stopped.
    template <class F>
    void report(const JobContext& job, F&& say) const {
        gui.post([to = worker, generation = job.generation(), say = std::forward<F>(say)] {
            if (generation == to->m_thread.generation()) {
                say(to);
            }
        });
    }
    void reportError(const JobContext& job, const Error& error) const {
        report(job, [error](ArrangeWorker* to) { Q_EMIT to->failed(error); });
    }
    Progress progress(const JobContext& job, bool analysing) const {
        return [this, &job, analysing, when = Now()](std::size_t done, std::size_t total) mutable {
            job.beat();
            if (when.due(done == total)) {
                report(job,
                       [=](ArrangeWorker* to) { Q_EMIT to->progressed(analysing, done, total); });
            }
        };
    }
    void makeArranger(const JobContext& job) {
        if (arranger) {
            return;
        }
        auto made = open ? open() : shippedArranger()();
        if (made) {
            arranger = std::move(*made);
            return;
        }
        arranger = std::make_unique<arrange::BaselineArranger>();
        report(job, [why = QString::fromStdString(made.error().message())](ArrangeWorker* to) {
            Q_EMIT to->notice(
                tr("The network that arranges cannot be opened: rules write instead. %1").arg(why));
        });
    }
    void arrangeAnalysed(const JobContext& job, const AnalysedRecording& recording,
                         const arrange::ArrangeOptions& options) {
        makeArranger(job);
        Now when;
        auto made = arrange::arrangeSong(
            recording.recording.analysis, recording.recording.frames, *arranger, job.cancel(),
            progress(job, false),
            [&](const music::Song& soFar, double seconds) {
                job.beat();
                if (when.due(false)) {
                    report(job, [song = std::make_shared<const music::Song>(soFar),
                                 seconds](ArrangeWorker* to) { Q_EMIT to->grew(song, seconds); });
                }
                return !job.cancelled();
            },
            options);
        if (!made) {
            reportError(job, made.error());
            return;
        }
        report(job, [arrangement = std::make_shared<const arrange::Arrangement>(std::move(*made))](
                        ArrangeWorker* to) { Q_EMIT to->arranged(arrangement); });
    }
};

ArrangeWorker::ArrangeWorker(OpenArranger open, QObject* parent)
    : QObject(parent), m_jobState(std::make_shared<JobState>(
                           JobState{this, GuiCallback(this), std::move(open), nullptr})) {}

ArrangeWorker::~ArrangeWorker() {
    m_jobState->gui.close();
    m_thread.cancel();
}

void ArrangeWorker::open(std::filesystem::path path, double rate, arrange::Controls controls) {
    m_thread.replace([jobState = m_jobState, path = std::move(path), rate,
                      controls](const JobContext& job) {
        auto outline = std::make_shared<AnalysedRecording>();
        outline->path = path;
        auto analysis =
            analyseFile(path, {}, {}, job.cancel(), jobState->progress(job, true),
                        [&outline](std::span<const float> piece) { outline->outline.feed(piece); });
        if (!analysis) {
            jobState->reportError(job, analysis.error());
            return;
        }
        outline->outline.end();
        outline->recording = std::move(*analysis);
        const RecordingPtr recording = outline;
        jobState->report(job, [recording](ArrangeWorker* to) { Q_EMIT to->analysed(recording); });
        jobState->report(job, [sound = soundOf(*recording, rate)](ArrangeWorker* to) {
            Q_EMIT to->sounds(sound);
        });
        if (job.cancelled()) {
            return;
        }
        jobState->arrangeAnalysed(job, *recording, {.controls = controls});
    });
}

void ArrangeWorker::retrack(RecordingPtr recording, double bpm, arrange::Controls controls) {
    m_thread.replace([jobState = m_jobState, recording = std::move(recording), bpm,
                      controls](const JobContext& job) {
        auto analysis =
            audio::analyse(recording->recording.frames, audio::nearTempo(bpm), job.cancel());
        job.beat();
        if (!analysis) {
            jobState->reportError(job, analysis.error());
            return;
        }
        const auto again = std::make_shared<const AnalysedRecording>(
            AnalysedRecording{recording->path,
                              {recording->recording.frames, std::move(*analysis)},
                              recording->outline});
        jobState->report(job, [again](ArrangeWorker* to) { Q_EMIT to->tracked(again); });
        jobState->arrangeAnalysed(job, *again, {.controls = controls});
    });
}

void ArrangeWorker::write(RecordingPtr recording, arrange::Controls controls, ArrangementPtr before,
                          double from) {
    m_thread.replace([jobState = m_jobState, recording = std::move(recording), controls,
                      before = std::move(before), from](const JobContext& job) {
        jobState->arrangeAnalysed(job, *recording,
                                  {.controls = controls, .before = before.get(), .from = from});
    });
}

} // namespace canto::app
