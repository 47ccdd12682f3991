// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/arrange/arrange_worker.h"

#include "core/arrange/baseline_arranger.h"

namespace canto::app {
namespace {

constexpr auto kReportEvery = std::chrono::milliseconds(80);

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

/// The arranger, and how it is used.
struct ArrangeWorker::Writer {
    OpenArranger open;
    std::unique_ptr<arrange::Arranger> arranger;

    static Progress progress(const Run& run, bool analysing) {
        return [&run, analysing, throttle = Throttle(kReportEvery)](std::size_t done,
                                                                    std::size_t total) mutable {
            run.beat();
            if (throttle.due(done == total)) {
                run.deliver(&ArrangeWorker::progressed, analysing, done, total);
            }
        };
    }
    void makeArranger(const Run& run) {
        if (arranger) {
            return;
        }
        auto made = open ? open() : shippedArranger()();
        if (made) {
            arranger = std::move(*made);
            return;
        }
        arranger = std::make_unique<arrange::BaselineArranger>();
        run.deliver(&ArrangeWorker::notice,
                    tr("The network that arranges cannot be opened: rules write instead. %1")
                        .arg(QString::fromStdString(made.error().message())));
    }
    void write(const Run& run, const AnalysedRecording& recording,
               const arrange::ArrangeOptions& options) {
        makeArranger(run);
        Throttle throttle(kReportEvery);
        auto made = arrange::arrangeSong(
            recording.recording.analysis, recording.recording.frames, *arranger, run.cancel(),
            progress(run, false),
            [&](const music::Song& soFar, double seconds) {
                run.beat();
                if (throttle.due(false)) {
                    run.deliver(&ArrangeWorker::grew, std::make_shared<const music::Song>(soFar),
                                seconds);
                }
                return !run.cancelled();
            },
            options);
        if (made) {
            run.deliver(&ArrangeWorker::arranged,
                        std::make_shared<const arrange::Arrangement>(std::move(*made)));
        } else {
            run.deliver(&ArrangeWorker::failed, made.error());
        }
    }
};

ArrangeWorker::ArrangeWorker(OpenArranger open, QObject* parent)
    : QObject(parent), m_writer(std::make_shared<Writer>(Writer{std::move(open), nullptr})) {}

ArrangeWorker::~ArrangeWorker() = default;

void ArrangeWorker::open(std::filesystem::path path, double rate, arrange::Controls controls) {
    m_task.start([writer = m_writer, path = std::move(path), rate, controls](const Run& run) {
        auto analysed = std::make_shared<AnalysedRecording>();
        analysed->path = path;
        auto analysis = analyseFile(
            path, {}, {}, run.cancel(), Writer::progress(run, true),
            [&analysed](std::span<const float> piece) { analysed->outline.feed(piece); });
        if (!analysis) {
            run.deliver(&ArrangeWorker::failed, analysis.error());
            return;
        }
        analysed->outline.end();
        analysed->recording = std::move(*analysis);
        const RecordingPtr recording = analysed;
        run.deliver(&ArrangeWorker::analysed, recording);
        run.deliver(&ArrangeWorker::sounds, soundOf(*recording, rate));
        if (!run.cancelled()) {
            writer->write(run, *recording, {.controls = controls});
        }
    });
}

void ArrangeWorker::retrack(RecordingPtr recording, double bpm, arrange::Controls controls) {
    m_task.start(
        [writer = m_writer, recording = std::move(recording), bpm, controls](const Run& run) {
            auto analysis =
                audio::analyse(recording->recording.frames, audio::nearTempo(bpm), run.cancel());
            run.beat();
            if (!analysis) {
                run.deliver(&ArrangeWorker::failed, analysis.error());
                return;
            }
            const RecordingPtr again = std::make_shared<const AnalysedRecording>(
                AnalysedRecording{recording->path,
                                  {recording->recording.frames, std::move(*analysis)},
                                  recording->outline});
            run.deliver(&ArrangeWorker::tracked, again);
            writer->write(run, *again, {.controls = controls});
        });
}

void ArrangeWorker::write(RecordingPtr recording, arrange::Controls controls, ArrangementPtr before,
                          double from) {
    m_task.start([writer = m_writer, recording = std::move(recording), controls,
                  before = std::move(before), from](const Run& run) {
        writer->write(run, *recording,
                      {.controls = controls, .before = before.get(), .from = from});
    });
}

} // namespace canto::app
