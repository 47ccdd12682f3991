// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/transfer/transfer_maker.h"

namespace canto::app {
namespace {

constexpr std::size_t kPairs = 150;
constexpr std::size_t kRemembered = 12;

} // namespace

Result<void> TransferMaker::openModel() {
    if (!m_model && m_open) {
        CANTO_TRY(opened, m_open());
        m_model = std::move(*opened);
        m_classifier = EmotionClassifier::forModel(*m_model);
    }
    if (!m_model || !m_model->info().can.decode) {
        return fail(Error::Code::Model, "There is no model to make music with");
    }
    return {};
}

Result<SongPtr> TransferMaker::songOf(const models::Latent& z, double bpm, const TaskRun& run,
                                      const OnBars& onBars) {
    for (const Made& made : m_songs) {
        if (made.latent == z && made.bpm == bpm) {
            return made.song;
        }
    }
    CANTO_TRY(song, m_model->decode(z, {.bpm = bpm, .cancel = run.cancel()},
                                    [&](const music::Song& soFar, int bars) {
                                        run.beat();
                                        if (onBars && bars < m_model->info().phraseBars) {
                                            onBars(soFar, bars, false);
                                        }
                                        return !run.cancelled();
                                    }));
    m_songs.push_front({z, bpm, std::make_shared<const music::Song>(std::move(*song))});
    if (m_songs.size() > kRemembered) {
        m_songs.pop_back();
    }
    return m_songs.front().song;
}

/// The latent of music that this model made.
Result<models::Latent> TransferMaker::encodedAgain(const music::Song& song, const TaskRun& run) {
    const auto segments = m_model->segments(song);
    if (segments.empty()) {
        return fail(Error::Code::BadInput, "There are no notes to be encoded");
    }
    auto latents = m_model->encode(song, std::span(segments).first(1), run.cancel());
    run.beat();
    return latents ? Result<models::Latent>(std::move(latents->front())) : fail(latents.error());
}

/// Left out where music cannot be encoded: the music does not need the report.
std::vector<ElementChange> TransferMaker::measure(const Transferred& result, const LibraryPtr& of,
                                                  const TaskRun& run) {
    if (!of || !m_model->info().can.encode) {
        return {};
    }
    if (m_library != of || !m_scale) {
        auto measured = ElementScale::of(*of, *m_model, kPairs, run.cancel());
        run.beat();
        if (!measured) {
            return {};
        }
        m_scale = std::move(*measured);
        m_library = of;
    }
    const auto before = encodedAgain(*result.before, run);
    const auto after = encodedAgain(*result.song, run);
    return before && after ? changesOf(result.spec, *m_model, *m_scale, *before, *after)
                           : std::vector<ElementChange>();
}

/// The predicted classes of both: by a classifier that was trained on real clips, or by the
/// model.
void TransferMaker::score(Transferred& result, const models::Latent& target, const TaskRun& run) {
    if (m_classifier) {
        const auto before = m_classifier->predict(*result.before);
        run.beat();
        const auto after = m_classifier->predict(*result.song);
        if (before && after) {
            result.scoresBefore = before->probabilities;
            result.scoresAfter = after->probabilities;
            result.classifier = m_classifier->accuracyText();
            return;
        }
    }
    result.scoresBefore = m_model->classScores(target);
    run.beat();
    result.scoresAfter = m_model->classScores(result.latent);
}

Result<Transferred> TransferMaker::make(const TransferRequest& request, const TaskRun& run,
                                        const OnBars& onBars) {
    CANTO_CHECK(openModel());
    CANTO_TRY(latent, follow(request.spec, *m_model));
    const double bpm = request.spec.parents.front().bpm;
    CANTO_TRY(song, songOf(*latent, bpm, run, onBars));
    onBars(**song, m_model->info().phraseBars, true);
    Transferred result;
    result.spec = request.spec;
    result.latent = std::move(*latent);
    result.song = *song;
    result.bars = m_model->info().phraseBars;
    if (!request.measure) {
        return result;
    }
    const models::Latent& target = request.spec.parents.front().latent;
    CANTO_TRY(before, songOf(target, bpm, run, {}));
    result.before = *before;
    result.changes = measure(result, request.library, run);
    if (run.cancelled()) {
        return fail(Error::Code::Cancelled, "Cancelled");
    }
    score(result, target, run);
    if (request.projection && request.projection->takes(result.latent.size())) {
        if (const auto place = request.projection->place(result.latent)) {
            result.place = *place;
        }
    }
    return result;
}

Result<models::Latent> TransferMaker::draw(std::uint64_t seed) {
    CANTO_CHECK(openModel());
    Random random(seed);
    return m_model->samplePrior({}, random);
}

} // namespace canto::app
