// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/edit/edit_jobs.h"

#include <algorithm>

namespace canto::app {
namespace {

/// The start of the first note that one of two songs has and the other has not.
music::Tick firstChange(const music::Song& before, const music::Song& after) {
    const auto [one, other] = std::mismatch(before.notes.begin(), before.notes.end(),
                                            after.notes.begin(), after.notes.end());
    const bool atEnd = one == before.notes.end(), otherAtEnd = other == after.notes.end();
    if (atEnd && otherAtEnd) {
        return 0;
    }
    return atEnd ? other->start : otherAtEnd ? one->start : std::min(one->start, other->start);
}

std::optional<projection::MapPoint> placeOf(const models::Latent& latent,
                                            const ProjectionPtr& projection) {
    if (latent.empty() || !projection || !projection->takes(latent.size())) {
        return std::nullopt;
    }
    const auto place = projection->place(std::span<const float>(latent));
    return place ? std::optional(*place) : std::nullopt;
}

} // namespace

Result<EncodedPhrase> encodePhrase(const models::LatentModel& model, const EncodeRequest& request,
                                   const CancelToken& cancel) {
    EncodedPhrase encoded;
    encoded.song = request.song;
    encoded.from = placeOf(request.latent, request.projection);
    const auto segments = model.segments(*request.song);
    if (segments.empty()) {
        return encoded;
    }
    const music::Tick tick =
        request.before ? firstChange(*request.before, *request.song) : music::Tick(0);
    const int bars = std::max(model.info().phraseBars, 1);
    const int wanted = request.song->metre.barAt(tick) / bars * bars;
    const auto segment = std::min_element(
        segments.begin(), segments.end(), [wanted](const auto& one, const auto& other) {
            return std::abs(one.bar - wanted) < std::abs(other.bar - wanted);
        });
    CANTO_TRY(latents, model.encode(*request.song, std::span(&*segment, 1), cancel));
    if (latents->empty()) {
        return encoded;
    }
    encoded.latent = std::move(latents->front());
    encoded.place = placeOf(encoded.latent, request.projection);
    return encoded;
}

} // namespace canto::app
