// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/transfer/transfer_measure.h"

#include <algorithm>
#include <cmath>

namespace canto::app {

double elementDistance(const models::LatentModel& model, int block, const models::Latent& a,
                       const models::Latent& b) {
    const models::Latent from = model.coordinates(a, block), to = model.coordinates(b, block);
    double sum = 0;
    for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i) {
        sum += std::pow(double(from[i]) - double(to[i]), 2);
    }
    return std::sqrt(sum);
}

Result<ElementScale> ElementScale::of(const Library& library, const models::LatentModel& model,
                                      std::size_t pairs, const CancelToken& cancel) {
    if (library.points.model.latentSize != model.info().latentSize || library.points.count() < 2) {
        return fail(Error::Code::BadShape, "The library belongs to another model");
    }
    ElementScale scale;
    scale.m_distances.resize(model.info().blocks.size());
    Random random(1);
    const auto draw = [&] {
        const auto latent = library.points.latent(random.below(library.points.count()));
        return models::Latent(latent.begin(), latent.end());
    };
    for (std::size_t pair = 0; pair < pairs; ++pair) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const models::Latent a = draw(), b = draw();
        for (std::size_t block = 0; block < scale.m_distances.size(); ++block) {
            scale.m_distances[block].push_back(elementDistance(model, int(block), a, b));
        }
    }
    for (auto& distances : scale.m_distances) {
        std::sort(distances.begin(), distances.end());
    }
    return scale;
}

double ElementScale::similarity(int block, double distance) const {
    const auto& known = m_distances[std::size_t(block)];
    if (distance <= 0 || known.empty()) {
        return distance <= 0 ? 1 : 0;
    }
    const auto equal = std::equal_range(known.begin(), known.end(), distance);
    const double above = double(known.end() - equal.second);
    return (above + double(equal.second - equal.first) / 2) / double(known.size());
}

std::vector<ElementChange> changesOf(const TransferSpec& spec, const models::LatentModel& model,
                                     const ElementScale& scale, const models::Latent& before,
                                     const models::Latent& after) {
    std::vector<ElementChange> changes;
    const auto parents = int(spec.parents.size());
    const auto latent = [&](int parent) -> const models::Latent& {
        return spec.parents[std::size_t(parent)].latent;
    };
    for (int block = 0; block < int(spec.sources.size()); ++block) {
        ElementChange change;
        change.block = block;
        change.source = spec.sources[std::size_t(block)];
        // What was to stay is compared with the source that came nearest.
        int other = change.source;
        double nearest = INFINITY;
        for (int source = 1; change.source == 0 && source < parents; ++source) {
            const double now = elementDistance(model, block, after, latent(source));
            if (now < nearest) {
                nearest = now;
                other = source;
            }
        }
        const double own = elementDistance(model, block, after, latent(0));
        change.toTarget = scale.similarity(block, own);
        change.asMeant = true;
        if (other > 0) {
            const double distance = elementDistance(model, block, after, latent(other));
            change.toSourceAfter = scale.similarity(block, distance);
            change.toSourceBefore =
                scale.similarity(block, elementDistance(model, block, before, latent(other)));
            change.similar = elementDistance(model, block, latent(0), latent(other)) <= 0;
            change.asMeant =
                change.similar || (change.source > 0 ? distance < own : own < distance);
        }
        changes.push_back(change);
    }
    return changes;
}

} // namespace canto::app
