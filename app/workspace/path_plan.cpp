// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/path_plan.h"

#include "app/library/phrase_chain.h"

#include <algorithm>
#include <cmath>

namespace canto::app {
namespace {

/// Parts into which the way between two anchors is cut to measure it.
constexpr int kParts = 16;

double distance(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += std::pow(double(a[i]) - double(b[i]), 2);
    }
    return std::sqrt(sum);
}

/// Length of the way so far at each part of each leg: (anchors - 1) * kParts + 1 values.
Result<std::vector<double>> measure(const projection::Points& anchors,
                                    projection::PathGeometry geometry) {
    std::vector<double> lengths{0};
    for (std::size_t leg = 0; leg + 1 < anchors.count; ++leg) {
        const auto from = anchors.view().row(leg), to = anchors.view().row(leg + 1);
        std::vector<float> last(from.begin(), from.end());
        for (int part = 1; part <= kParts; ++part) {
            CANTO_TRY(next, projection::between(from, to, double(part) / kParts, geometry));
            lengths.push_back(lengths.back() + distance(last, *next));
            last = std::move(*next);
        }
    }
    return lengths;
}

/// A position on the way along the anchors.
struct OnPath {
    std::size_t leg = 0; ///< from this anchor to the next
    double share = 0;    ///< of the leg
};

projection::MapPoint placeOf(const std::vector<Anchor>& anchors, OnPath on) {
    const projection::MapPoint a = anchors[on.leg].place;
    const projection::MapPoint b = anchors[std::min(on.leg + 1, anchors.size() - 1)].place;
    const auto share = float(on.share);
    return {a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share};
}

double tempoOf(const std::vector<Anchor>& anchors, OnPath on) {
    return tempoBetween(anchors[on.leg].bpm, anchors[std::min(on.leg + 1, anchors.size() - 1)].bpm,
                        on.share);
}

/// Where a length of the way in the latent space lies. @param lengths  as measure gives them.
OnPath atLength(const std::vector<Anchor>& anchors, const std::vector<double>& lengths,
                double along) {
    if (anchors.size() < 2) {
        return {};
    }
    const auto after = std::upper_bound(lengths.begin(), lengths.end(), along);
    const auto part = std::clamp<std::ptrdiff_t>(after - lengths.begin() - 1, 0,
                                                 std::ptrdiff_t(lengths.size()) - 2);
    const double begin = lengths[std::size_t(part)], end = lengths[std::size_t(part) + 1];
    const double within = end > begin ? std::clamp((along - begin) / (end - begin), 0.0, 1.0) : 1;
    const double parts = double(part) + within;
    const auto leg = std::min(std::size_t(parts / kParts), anchors.size() - 2);
    return {leg, parts / kParts - double(leg)};
}

/// The step at the share `t` of the drawn line.
OnPath onLine(const std::vector<Anchor>& anchors, double t) {
    std::vector<double> lengths{0};
    for (std::size_t leg = 0; leg + 1 < anchors.size(); ++leg) {
        lengths.push_back(lengths.back() +
                          double(mapDistance(anchors[leg].place, anchors[leg + 1].place)));
    }
    double left = t * lengths.back();
    for (std::size_t leg = 0; leg + 1 < anchors.size(); ++leg) {
        const double length = lengths[leg + 1] - lengths[leg];
        if (left <= length || leg + 2 == anchors.size()) {
            return {leg, length > 0 ? std::min(left / length, 1.0) : 0};
        }
        left -= length;
    }
    return {};
}

/// Steps as the map has them; the ends are the anchors' own latents.
Result<PathPlan> alongMap(const PathRequest& request, PathPlan plan,
                          const projection::Points& anchors, const ProjectionPtr& projection,
                          const CancelToken& cancel) {
    if (!projection) {
        return fail(Error::Code::BadInput, "There is no map to walk along", {},
                    "Open a library first");
    }
    for (int step = 0; step < request.steps; ++step) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const double t = request.steps < 2 ? 0 : double(step) / (request.steps - 1);
        const OnPath on = onLine(request.anchors, t);
        plan.places.push_back(placeOf(request.anchors, on));
        plan.tempi.push_back(tempoOf(request.anchors, on));
        if (step == 0 || step + 1 == request.steps) {
            const auto end = anchors.view().row(step == 0 ? 0 : anchors.count - 1);
            plan.latents.emplace_back(end.begin(), end.end());
            continue;
        }
        CANTO_TRY(found, projection->toLatent(plan.places.back()));
        plan.worstPercentile = std::max(plan.worstPercentile, found->percentile);
        plan.latents.push_back(std::move(found->latent));
    }
    return plan;
}

} // namespace

Result<projection::PlaceLatent> locate(const Anchor& anchor, const ProjectionPtr& projection) {
    if (!anchor.latent) {
        if (!projection) {
            return fail(Error::Code::BadInput, "There is no map to find a latent on", {},
                        "Open a library first");
        }
        return projection->toLatent(anchor.place);
    }
    projection::PlaceLatent known;
    known.latent = *anchor.latent;
    known.method = "the phrase's own latent";
    return known;
}

Result<PathPlan> planPath(const PathRequest& request, const ProjectionPtr& projection,
                          const CancelToken& cancel) {
    if (request.anchors.empty() || request.steps < 1) {
        return fail(Error::Code::BadInput, "A path needs a start and at least one step");
    }
    PathPlan plan;
    projection::Points anchors;
    for (const Anchor& anchor : request.anchors) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        CANTO_TRY(located, locate(anchor, projection));
        anchors.dimensions = located->latent.size();
        anchors.values.insert(anchors.values.end(), located->latent.begin(), located->latent.end());
        ++anchors.count;
        plan.worstRoundTrip = std::max(plan.worstRoundTrip, located->roundTripError);
    }
    if (anchors.values.size() != anchors.count * anchors.dimensions) {
        return fail(Error::Code::BadShape, "The ends of the path come from different models");
    }
    if (request.alongMap) {
        return alongMap(request, std::move(plan), anchors, projection, cancel);
    }
    CANTO_TRY(lengths, measure(anchors, request.geometry));
    CANTO_TRY(points, projection::evenPath(anchors, request.steps, request.geometry));
    for (std::size_t step = 0; step < points->count; ++step) {
        const auto latent = points->view().row(step);
        plan.latents.emplace_back(latent.begin(), latent.end());
        const double share = points->count < 2 ? 0 : double(step) / double(points->count - 1);
        const OnPath on = atLength(request.anchors, *lengths, share * lengths->back());
        plan.places.push_back(placeOf(request.anchors, on));
        plan.tempi.push_back(tempoOf(request.anchors, on));
        if (projection && !cancel.cancelled()) {
            if (const auto percentile = projection->distancePercentile(latent)) {
                plan.worstPercentile = std::max(plan.worstPercentile, *percentile);
            }
        }
    }
    return plan;
}

} // namespace canto::app
