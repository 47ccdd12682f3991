// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/projection.h"

#include "app/workspace/library.h"

namespace canto::app {

bool Projection::takes(std::size_t latentSize) const {
    return m_coordinates ? std::size_t(m_coordinates->info().latentSize) == latentSize
                         : m_map.dimensions() == latentSize;
}

models::Latent Projection::coordinatesOf(std::span<const float> latent) const {
    return m_coordinates->of({latent.begin(), latent.end()}, m_block);
}

Result<projection::PlaceLatent> Projection::toLatent(projection::MapPoint place) const {
    auto found = m_map.toLatent(place);
    if (!found || !m_coordinates) {
        return found;
    }
    const auto& positions = m_map.positions();
    std::size_t nearest = 0;
    for (std::size_t row = 1; row < positions.size(); ++row) {
        if (mapDistance(positions[row], place) < mapDistance(positions[nearest], place)) {
            nearest = row;
        }
    }
    const auto latent = m_library->points.latent(nearest);
    found->latent.assign(latent.begin(), latent.end());
    found->method = "snapped to the nearest phrase";
    found->roundTripError = double(mapDistance(positions[nearest], place));
    return found;
}

Result<std::vector<projection::MapPoint>> Projection::place(projection::PointsView latents) const {
    if (!m_coordinates) {
        return m_map.place(latents);
    }
    projection::Points points;
    for (std::size_t row = 0; row < latents.count; ++row) {
        const models::Latent at = coordinatesOf(latents.row(row));
        points.values.insert(points.values.end(), at.begin(), at.end());
        points.dimensions = at.size();
        ++points.count;
    }
    return m_map.place(points.view());
}

Result<projection::MapPoint> Projection::place(std::span<const float> latent) const {
    return m_coordinates ? m_map.place(coordinatesOf(latent)) : m_map.place(latent);
}

Result<double> Projection::distancePercentile(std::span<const float> latent) const {
    return m_coordinates ? m_map.distancePercentile(coordinatesOf(latent))
                         : m_map.distancePercentile(latent);
}

} // namespace canto::app
