// SPDX-License-Identifier: GPL-3.0-or-later
// What the Arrangement panel does in the background.

#include "app/features/arrange/arrange_controller.h"

#include "app/library/note_network_file.h"
#include "app/spaces/arrangement/example_book.h"
#include "app/workspace/qt_text.h"
#include "core/arrange/baseline_arranger.h"

#include <map>

namespace canto::app {
namespace {

constexpr auto kReportEvery = std::chrono::milliseconds(80);

/// Null where it is too long or cannot be read a second time: it can be arranged all the same.
sound::SoundPtr soundOf(const AnalysedRecording& recording, double rate) {
    if (recording.outline.seconds() > ArrangeController::kMostPlayed) {
        return nullptr;
    }
    auto played = sound::readSound(recording.path);
    if (played) {
        played = sound::atRate(*played, rate);
    }
    return played ? *played : nullptr;
}

} // namespace

/// The arrangers, and how they are used.
struct ArrangeController::Writer {
    using Manner = ArrangeDock::Manner;
    OpenArranger open;
    std::map<Manner, std::unique_ptr<arrange::Arranger>> arrangers;

    static Progress progress(const Run& run, Work work) {
        return [&run, work, throttle = Throttle(kReportEvery)](std::size_t done,
                                                               std::size_t total) mutable {
            run.beat();
            if (throttle.due(done == total)) {
                run.deliver(&ArrangeController::showProgress, work, done, total);
            }
        };
    }
    Result<std::unique_ptr<arrange::Arranger>> make(const Run& run, Manner manner) {
        if (manner == Manner::Network) {
            return open ? open() : shippedArranger()();
        }
        if (manner == Manner::Examples) {
            CANTO_TRY(examples, shippedExamples(run.cancel(), progress(run, Work::Examples)));
            return std::make_unique<arrange::ExampleArranger>(std::move(*examples));
        }
        return std::make_unique<arrange::BaselineArranger>();
    }
    /// Null: cancelled.
    arrange::Arranger* arrangerFor(const Run& run, Manner manner) {
        auto& kept = arrangers[manner];
        if (kept) {
            return kept.get();
        }
        auto made = make(run, manner);
        if (made) {
            kept = std::move(*made);
            return kept.get();
        }
        if (made.error().code == Error::Code::Cancelled) {
            return nullptr;
        }
        const QString reason = text(made.error().message());
        run.deliver(&ArrangeController::notice,
                    manner == Manner::Network
                        ? ArrangeController::tr("The network that arranges cannot be opened: rules "
                                                "write instead. %1")
                              .arg(reason)
                        : ArrangeController::tr("There are no examples to imitate: rules write "
                                                "instead. %1")
                              .arg(reason));
        kept = std::make_unique<arrange::BaselineArranger>();
        return kept.get();
    }
    void write(const Run& run, const AnalysedRecording& recording, Manner manner,
               const arrange::ArrangeOptions& options) {
        arrange::Arranger* arranger = arrangerFor(run, manner);
        if (arranger == nullptr) {
            return;
        }
        Throttle throttle(kReportEvery);
        auto made = arrange::arrangeSong(
            recording.recording.analysis, recording.recording.frames, *arranger, run.cancel(),
            progress(run, Work::Arranging),
            [&](const music::Song& soFar, double seconds) {
                run.beat();
                if (throttle.due(false)) {
                    run.deliver(&ArrangeController::grew,
                                std::make_shared<const music::Song>(soFar), seconds);
                }
                return !run.cancelled();
            },
            options);
        if (made) {
            run.deliver(&ArrangeController::arranged,
                        std::make_shared<const arrange::Arrangement>(std::move(*made)));
        } else {
            run.deliver(&ArrangeController::failed, made.error());
        }
    }
};

std::shared_ptr<ArrangeController::Writer> ArrangeController::makeWriter(OpenArranger open) {
    return std::make_shared<Writer>(Writer{std::move(open), {}});
}

void ArrangeController::analyse(std::filesystem::path path) {
    m_task.start([writer = m_writer, path = std::move(path), rate = m_player.engine().rate(),
                  controls = m_asked, manner = m_askedManner](const Run& run) {
        auto analysed = std::make_shared<AnalysedRecording>();
        analysed->path = path;
        auto analysis = analyseFile(
            path, {}, {}, run.cancel(), Writer::progress(run, Work::Analysing),
            [&analysed](std::span<const float> piece) { analysed->outline.feed(piece); });
        if (!analysis) {
            run.deliver(&ArrangeController::failed, analysis.error());
            return;
        }
        analysed->outline.end();
        analysed->recording = std::move(*analysis);
        const RecordingPtr recording = analysed;
        run.deliver(&ArrangeController::analysed, recording);
        run.deliver(&ArrangeController::showSound, soundOf(*recording, rate));
        if (!run.cancelled()) {
            writer->write(run, *recording, manner, {.controls = controls});
        }
    });
}

void ArrangeController::trackAgain(double bpm) {
    m_task.start(
        [writer = m_writer, recording = m_recording, bpm, controls = m_asked,
         manner = m_askedManner,
         transcribing = m_dock->writes() == ArrangeDock::Writes::Transcription](const Run& run) {
            auto analysis =
                audio::analyse(recording->recording.frames, audio::nearTempo(bpm), run.cancel());
            run.beat();
            if (!analysis) {
                run.deliver(&ArrangeController::failed, analysis.error());
                return;
            }
            const RecordingPtr again = std::make_shared<const AnalysedRecording>(
                AnalysedRecording{recording->path,
                                  {recording->recording.frames, std::move(*analysis)},
                                  recording->outline});
            run.deliver(&ArrangeController::tracked, again);
            if (!transcribing) { // otherwise notes that are known get other beats
                writer->write(run, *again, manner, {.controls = controls});
            }
        });
}

void ArrangeController::arrangeAgain(double from) {
    m_task.start([writer = m_writer, recording = m_recording, controls = m_asked,
                  manner = m_askedManner, before = m_arrangement, from](const Run& run) {
        writer->write(run, *recording, manner,
                      {.controls = controls, .before = before.get(), .from = from});
    });
}

void ArrangeController::transcribe() {
    m_task.start([recording = m_recording, data = m_workspace.userData()](const Run& run) {
        const auto network = noteNetworkFile(data);
        Result<DetectedNotes> notes = network ? detectNotes(recording->path, *network, run.cancel(),
                                                            Writer::progress(run, Work::Detecting))
                                              : linesAsNotes(recording->recording.analysis);
        if (!notes) {
            run.deliver(&ArrangeController::failed, notes.error());
            return;
        }
        if (!network) {
            run.deliver(
                &ArrangeController::notice,
                ArrangeController::tr("Only the melody and the bass line are transcribed: %1")
                    .arg(text(network.error().message())));
        }
        run.deliver(&ArrangeController::detectedNotes,
                    std::make_shared<const DetectedNotes>(std::move(*notes)));
    });
}

} // namespace canto::app
