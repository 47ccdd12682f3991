// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/spaces/arrangement/transcribe_file.h"

#include "core/sound/audio_file.h"
#include "models/common/device.h"
#include "models/common/loading.h"
#include "models/common/note_network.h"

#include <chrono>

namespace canto {

namespace {

using models::NoteNetwork;
using models::NotePlanesBuilder;

/// A network at work on the sound that is fed; measures the time it takes.
class NoteWork {
    /// Adds the time that the work takes to the sum.
    template <class Work>
    auto timed(const Work& work) {
        struct Watch {
            double& sum;
            std::chrono::steady_clock::time_point from = std::chrono::steady_clock::now();
            ~Watch() {
                sum +=
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
            }
        } watch{m_worked};
        return work();
    }

  public:
    NoteWork(NoteNetwork network, const CancelToken& cancel)
        : m_title(network.title()), m_builder(std::move(network), {.cancel = cancel}),
          m_cancel(cancel) {}

    void feed(std::span<const float> piece) {
        m_samples += piece.size();
        if (seconds() <= kLongestTranscribed) {
            timed([&] { m_builder.feed(piece); });
        }
    }
    double seconds() const { return static_cast<double>(m_samples) / NoteNetwork::kRate; }
    double worked() const { return m_worked; }

    Result<DetectedNotes> end(const audio::TrackerOptions& options, const std::string& where) {
        if (seconds() > kLongestTranscribed) {
            return fail(Error::Code::TooLarge,
                        "Recordings of up to an hour are transcribed; this one is longer", where);
        }
        return timed([&]() -> Result<DetectedNotes> {
            CANTO_TRY(planes, m_builder.end());
            CANTO_TRY(notes, audio::trackNotes(std::move(*planes), options, m_cancel));
            return DetectedNotes{std::move(*notes), m_title, true};
        });
    }

  private:
    std::string m_title;
    NotePlanesBuilder m_builder;
    CancelToken m_cancel;
    std::size_t m_samples = 0;
    double m_worked = 0; ///< s
};

static_assert(NoteNetwork::kRate == audio::kRate, "one reading serves beats and notes");

} // namespace

Result<DetectedNotes> detectNotes(const std::filesystem::path& recording,
                                  const std::filesystem::path& network, const CancelToken& cancel,
                                  const Progress& progress) {
    CANTO_CHECK(models::load());
    CANTO_TRY(opened, NoteNetwork::open(network));
    models::prepareInferenceThread();
    NoteWork work(std::move(*opened), cancel);
    CANTO_CHECK(sound::streamMono(
        recording, audio::kRate, [&](std::span<const float> piece) { work.feed(piece); },
        {.refusedSeconds = kLongestTranscribed}, cancel, progress));
    return work.end({}, recording.string());
}

DetectedNotes linesAsNotes(const audio::AudioAnalysis& analysis) {
    return {arrange::notesOfLines(analysis), "melody and bass lines", false};
}

Result<Transcription> transcribeFile(const std::filesystem::path& path,
                                     const TranscribeOptions& options, const CancelToken& cancel,
                                     const Progress& progress) {
    std::optional<NoteWork> work;
    if (!options.network.empty()) {
        CANTO_CHECK(models::load());
        CANTO_TRY(network, NoteNetwork::open(options.network));
        models::prepareInferenceThread();
        work.emplace(std::move(*network), cancel);
    }
    Transcription made;
    std::size_t samples = 0;
    auto recording = analyseFile(path, options.analysis, options.soundFont, cancel, progress,
                                 [&](std::span<const float> piece) {
                                     samples += piece.size();
                                     if (work) {
                                         work->feed(piece);
                                     }
                                 });
    made.seconds = static_cast<double>(samples) / audio::kRate;
    if (recording) {
        made.analysis = std::move(recording->analysis);
    } else if (work && samples > 0 && recording.error().code == Error::Code::BadInput) {
        made.noBeats = recording.error().what;
    } else {
        return fail(recording.error());
    }
    if (work) {
        CANTO_TRY(detected, work->end(options.tracker, path.string()));
        made.networkSeconds = work->worked();
        made.detected = std::move(*detected);
    } else {
        made.detected = linesAsNotes(*made.analysis);
    }
    if (made.detected.notes.empty()) {
        return fail(Error::Code::BadInput, "No notes were found in this recording", path.string(),
                    made.noBeats.empty() ? std::string() : made.noBeats);
    }
    const auto beats = made.analysis ? std::span<const double>(made.analysis->beats.times)
                                     : std::span<const double>();
    const auto positions = made.analysis ? std::span<const int>(made.analysis->metre.position)
                                         : std::span<const int>();
    CANTO_TRY(song, arrange::transcribed(made.detected.notes, beats, positions, options.timing));
    made.song = std::move(*song);
    return made;
}

} // namespace canto

#endif
