// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/emotion/mood_places.h"

#include <map>

namespace canto {

using projection::MapPoint;

MapPoint moodPlace(const std::vector<double>& probabilities) {
    const auto& p = probabilities;
    if (p.size() != 4) {
        return {0, 0};
    }
    return {static_cast<float>(p[0] + p[3] - p[1] - p[2]),
            static_cast<float>(p[0] + p[1] - p[2] - p[3])};
}

Result<std::vector<MapPoint>> moodPlaces(const models::LatentModel& model,
                                         const EmotionClassifier& classifier,
                                         const projection::Points& latents,
                                         const std::vector<std::int64_t>& groups,
                                         const CancelToken& cancel, const Progress& progress) {
    std::vector<MapPoint> places;
    std::map<std::int64_t, std::pair<MapPoint, float>> sums;
    for (std::size_t row = 0; row < latents.count; ++row) {
        const auto latent = latents.view().row(row);
        CANTO_TRY(song, model.decode({latent.begin(), latent.end()}, {.cancel = cancel}, {}));
        const auto prediction = classifier.predict(*song);
        const auto place = prediction ? moodPlace(prediction->probabilities) : MapPoint{0, 0};
        auto& [sum, count] = sums[groups[row]];
        sum.x += place.x;
        sum.y += place.y;
        count += 1;
        places.push_back(place);
        if (progress) {
            progress(row + 1, latents.count);
        }
    }
    for (std::size_t row = 0; row < places.size(); ++row) {
        const auto& [sum, count] = sums[groups[row]];
        places[row].x = (places[row].x + sum.x / count) / 2;
        places[row].y = (places[row].y + sum.y / count) / 2;
    }
    return places;
}

} // namespace canto
