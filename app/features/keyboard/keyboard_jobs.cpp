// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/keyboard/keyboard_jobs.h"

#include <limits>

namespace canto::app {
namespace {

/// The row with the least distance in the latent space; -1: the latents are of another model.
qint64 nearestRow(const Library& library, const models::Latent& latent) {
    qint64 best = -1;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t row = 0; row < library.points.count(); ++row) {
        const auto other = library.points.latent(row);
        if (other.size() != latent.size()) {
            return -1;
        }
        double sum = 0;
        for (std::size_t i = 0; i < latent.size(); ++i) {
            const double apart = double(other[i]) - double(latent[i]);
            sum += apart * apart;
        }
        if (sum < least) {
            least = sum;
            best = qint64(row);
        }
    }
    return best;
}

} // namespace

Result<LocatedPhrase> locatePhrase(const models::LatentModel& model, const SongPtr& song,
                                   const ProjectionPtr& projection, const LibraryPtr& library,
                                   const CancelToken& cancel) {
    LocatedPhrase located;
    located.song = song;
    const auto segments = model.segments(*song);
    if (segments.empty()) {
        return located;
    }
    CANTO_TRY(latents, model.encode(*song, std::span(segments).first(1), cancel));
    if (latents->empty()) {
        return located;
    }
    located.latent = std::move(latents->front());
    if (projection && projection->takes(located.latent.size())) {
        if (const auto place = projection->place(std::span<const float>(located.latent))) {
            located.place = *place;
        }
    }
    if (library) {
        located.nearest = nearestRow(*library, located.latent);
    }
    return located;
}

} // namespace canto::app
