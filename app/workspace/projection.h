// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/map_projection.h"
#include "models/common/latent_model.h"

#include <memory>
#include <mutex>

namespace canto::app {

struct Library;

/// A model's coordinates of its latents, where those have no distances of their own (codes), or of
/// a part of them. Thread: any; calls wait for each other.
class Coordinates {
  public:
    explicit Coordinates(std::shared_ptr<const models::LatentModel> model)
        : m_model(std::move(model)) {}

    /// As LatentModel::coordinates.
    models::Latent of(const models::Latent& z, std::optional<int> block = {}) const {
        const std::lock_guard lock(m_mutex);
        return m_model->coordinates(z, block);
    }
    const models::ModelInfo& info() const { return m_model->info(); }

  private:
    std::shared_ptr<const models::LatentModel> m_model;
    mutable std::mutex m_mutex;
};
using CoordinatesPtr = std::shared_ptr<const Coordinates>;

/// A map in terms of a model's latents, whatever numbers it was made of. Immutable; any thread.
///
/// Made of the latents themselves it is the MapProjection. Made of coordinates it places latents by
/// these; the inverse projection leads to the known phrase that lies nearest on the map, since
/// coordinates cannot be decoded.
class Projection {
  public:
    explicit Projection(projection::MapProjection map) : m_map(std::move(map)) {}
    /// @param library  its rows are the points of `map`. @param block  as Coordinates::of.
    Projection(projection::MapProjection map, CoordinatesPtr coordinates, std::optional<int> block,
               std::shared_ptr<const Library> library)
        : m_map(std::move(map)), m_coordinates(std::move(coordinates)), m_block(block),
          m_library(std::move(library)) {}

    projection::ProjectionOptions::Kind kind() const { return m_map.kind(); }
    const std::vector<projection::MapPoint>& positions() const { return m_map.positions(); }
    std::string state() const { return m_map.state(); }
    /// Whether latents of this size can be placed.
    bool takes(std::size_t latentSize) const;

    /// As MapProjection's. Errors too: BadShape for latents of another model.
    Result<projection::PlaceLatent> toLatent(projection::MapPoint place) const;
    Result<std::vector<projection::MapPoint>> place(projection::PointsView latents) const;
    Result<projection::MapPoint> place(std::span<const float> latent) const;
    Result<double> distancePercentile(std::span<const float> latent) const;

  private:
    models::Latent coordinatesOf(std::span<const float> latent) const;

    projection::MapProjection m_map;
    CoordinatesPtr m_coordinates; ///< null: latents are their own coordinates
    std::optional<int> m_block;
    std::shared_ptr<const Library> m_library;
};
using ProjectionPtr = std::shared_ptr<const Projection>;

} // namespace canto::app
