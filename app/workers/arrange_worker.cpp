#include "app/workers/arrange_worker.h"

#include "core/arrange/baseline_arranger.h"

#include <chrono>

namespace canto::app {
namespace {

constexpr auto kTellEvery = std::chrono::milliseconds(80);

/// Lets something through now and then.
class Now {
  public:
    bool due(bool last) {
        const auto now = std::chrono::steady_clock::now();
        const bool yes = last || now - m_told >= kTellEvery;
        m_told = yes ? now : m_told;
        return yes;
    }

  private:
    std::chrono::steady_clock::time_point m_told = std::chrono::steady_clock::now() - kTellEvery;
};

/// Null where it is too long or cannot be read a second time: it can be arranged all the same.
sound::SoundPtr soundOf(const HeardRecording& recording, double rate) {
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

struct ArrangeWorker::Desk {
    ArrangeWorker* worker; ///< only touched in letters, which are dropped when it is gone
    Mailbox mailbox;
    service::OpenArranger open;
    std::unique_ptr<arrange::Arranger> arranger; ///< only touched by jobs

    /// Tells it on the GUI thread, unless something newer was asked for or all was stopped.
    template <class F>
    void tell(const JobContext& job, F&& say) const {
        mailbox.post([to = worker, generation = job.generation(), say = std::forward<F>(say)] {
            if (generation == to->m_thread.generation()) {
                say(to);
            }
        });
    }
    void tellError(const JobContext& job, const Error& error) const {
        tell(job, [error](ArrangeWorker* to) { Q_EMIT to->failed(error); });
    }
    Progress progress(const JobContext& job, bool listening) const {
        return [this, &job, listening, when = Now()](std::size_t done, std::size_t total) mutable {
            job.beat();
            if (when.due(done == total)) {
                tell(job,
                     [=](ArrangeWorker* to) { Q_EMIT to->progressed(listening, done, total); });
            }
        };
    }
    void makeArranger(const JobContext& job) {
        if (arranger) {
            return;
        }
        auto made = open ? open() : service::shippedArranger()();
        if (made) {
            arranger = std::move(*made);
            return;
        }
        arranger = std::make_unique<arrange::BaselineArranger>();
        tell(job, [why = QString::fromStdString(made.error().message())](ArrangeWorker* to) {
            Q_EMIT to->notice(
                tr("The network that arranges cannot be opened: rules write instead. %1").arg(why));
        });
    }
    void arrangeHeard(const JobContext& job, const HeardRecording& recording,
                      const arrange::ArrangeOptions& options) {
        makeArranger(job);
        Now when;
        auto made = arrange::arrangeSong(
            recording.recording.heard, recording.recording.frames, *arranger, job.cancel(),
            progress(job, false),
            [&](const music::Song& soFar, double seconds) {
                job.beat();
                if (when.due(false)) {
                    tell(job, [song = std::make_shared<const music::Song>(soFar),
                               seconds](ArrangeWorker* to) { Q_EMIT to->grew(song, seconds); });
                }
                return !job.cancelled();
            },
            options);
        if (!made) {
            tellError(job, made.error());
            return;
        }
        tell(job, [arrangement = std::make_shared<const arrange::Arrangement>(std::move(*made))](
                      ArrangeWorker* to) { Q_EMIT to->arranged(arrangement); });
    }
};

ArrangeWorker::ArrangeWorker(service::OpenArranger open, QObject* parent)
    : QObject(parent),
      m_desk(std::make_shared<Desk>(Desk{this, Mailbox(this), std::move(open), nullptr})) {}

ArrangeWorker::~ArrangeWorker() {
    m_desk->mailbox.close();
    m_thread.cancel();
}

void ArrangeWorker::open(std::filesystem::path path, double rate, arrange::Wishes wishes) {
    m_thread.replace([desk = m_desk, path = std::move(path), rate, wishes](const JobContext& job) {
        auto outline = std::make_shared<HeardRecording>();
        outline->path = path;
        auto heard = service::listenToFile(
            path, {}, {}, job.cancel(), desk->progress(job, true),
            [&outline](std::span<const float> piece) { outline->outline.feed(piece); });
        if (!heard) {
            desk->tellError(job, heard.error());
            return;
        }
        outline->outline.end();
        outline->recording = std::move(*heard);
        const RecordingPtr recording = outline;
        desk->tell(job, [recording](ArrangeWorker* to) { Q_EMIT to->listened(recording); });
        desk->tell(job, [sound = soundOf(*recording, rate)](ArrangeWorker* to) {
            Q_EMIT to->sounds(sound);
        });
        if (job.cancelled()) {
            return;
        }
        desk->arrangeHeard(job, *recording, {.wishes = wishes});
    });
}

void ArrangeWorker::retrack(RecordingPtr recording, double bpm, arrange::Wishes wishes) {
    m_thread.replace([desk = m_desk, recording = std::move(recording), bpm,
                      wishes](const JobContext& job) {
        auto heard =
            audio::listen(recording->recording.frames, audio::nearTempo(bpm), job.cancel());
        job.beat();
        if (!heard) {
            desk->tellError(job, heard.error());
            return;
        }
        const auto again = std::make_shared<const HeardRecording>(HeardRecording{
            recording->path, {recording->recording.frames, std::move(*heard)}, recording->outline});
        desk->tell(job, [again](ArrangeWorker* to) { Q_EMIT to->tracked(again); });
        desk->arrangeHeard(job, *again, {.wishes = wishes});
    });
}

void ArrangeWorker::write(RecordingPtr recording, arrange::Wishes wishes, ArrangementPtr before,
                          double from) {
    m_thread.replace([desk = m_desk, recording = std::move(recording), wishes,
                      before = std::move(before), from](const JobContext& job) {
        desk->arrangeHeard(job, *recording,
                           {.wishes = wishes, .before = before.get(), .from = from});
    });
}

} // namespace canto::app
