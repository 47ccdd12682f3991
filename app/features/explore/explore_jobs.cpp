// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/explore_jobs.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace canto::app {
namespace {

constexpr int kTries = 4;
constexpr double kNear = 0.1; ///< standard deviations: near enough to what was wanted
constexpr int kSweepSteps = 9;
constexpr std::size_t kDraws = 4000, kUmapDraws = 160; ///< placing on a UMAP takes its time

/// How far a phrase is from what is wanted: the mean of squares in standard deviations.
double miss(const std::map<int, double>& wanted, const std::vector<std::optional<double>>& achieved,
            const projection::PropertyDirections& directions) {
    double sum = 0;
    for (const auto& [slider, value] : wanted) {
        const auto& got = achieved[std::size_t(slider)];
        const double deviation = directions.all()[std::size_t(slider)].deviation;
        const double off = got && deviation > 0 ? (value - *got) / deviation : 10;
        sum += off * off;
    }
    return sum / double(std::max<std::size_t>(wanted.size(), 1));
}

/// The phrase nearest to the controls that a few steps along the directions find.
Result<models::Latent> requested(const models::LatentModel& model, const ShapeRequest& request,
                                 const models::Latent& from, int& tries,
                                 const CancelToken& cancel) {
    if (!request.learned) {
        return fail(Error::Code::NotFound, "The sliders are still being prepared", {},
                    "Try again in a moment");
    }
    const projection::PropertyDirections& directions = request.learned->directions;
    const std::size_t count = directions.all().size();
    CANTO_TRY(phrase, measure(model, from));
    const auto start = sliderValues(phrase->properties);
    models::Latent at = from, best = from;
    double least = miss(request.shape.wanted, start, directions);
    auto achieved = start;
    for (tries = 1; tries <= kTries && least > kNear * kNear && !cancel.cancelled(); ++tries) {
        std::vector<std::optional<double>> changes(count);
        for (std::size_t slider = 0; slider < count; ++slider) {
            const auto wanted = request.shape.wanted.find(int(slider));
            if (wanted != request.shape.wanted.end()) {
                // A phrase without the property starts at what the line expects of it.
                changes[slider] =
                    wanted->second - achieved[slider].value_or(directions.predict(slider, at));
            } else if (request.shape.keepOthers && directions.all()[slider].gain > 0) {
                changes[slider] =
                    start[slider] && achieved[slider] ? *start[slider] - *achieved[slider] : 0;
            }
        }
        CANTO_TRY(shift, directions.shift(changes));
        for (std::size_t d = 0; d < at.size(); ++d) {
            at[d] += (*shift)[d];
        }
        phrase = measure(model, at);
        if (!phrase) {
            return fail(phrase.error());
        }
        achieved = sliderValues(phrase->properties);
        const double now = miss(request.shape.wanted, achieved, directions);
        if (now < least) {
            least = now;
            best = at;
        }
    }
    return best;
}

} // namespace

OpenModel modelOrError(OpenModel open) {
    if (open) {
        return open;
    }
    return []() -> Result<std::shared_ptr<models::LatentModel>> {
        return fail(Error::Code::Model, "There is no model to decode with", {},
                    "The map and the original songs work without one");
    };
}

Result<MeasuredPhrase> measure(const models::LatentModel& model, models::Latent latent,
                               double bpm) {
    CANTO_TRY(song, model.decode(latent, {.bpm = bpm}, {}));
    MeasuredPhrase phrase;
    phrase.properties = codec::propertiesOf(*song, model.info().phraseBars);
    phrase.latent = std::move(latent);
    phrase.song = std::make_shared<const music::Song>(std::move(*song));
    return phrase;
}

Result<ShapedPhrase> applyShape(const models::LatentModel& model, const ShapeRequest& request,
                                const CancelToken& cancel) {
    const Shape& shape = request.shape;
    ShapedPhrase out;
    out.shape = shape;
    CANTO_TRY(before, measure(model, shape.origin, request.shape.bpm));
    out.before = std::move(*before);
    out.scoresBefore = model.classScores(shape.origin);
    GenrePlaces places = request.genres ? *request.genres : GenrePlaces{};
    if (shape.movedTo >= 0) {
        places.components = componentMeans(model);
    }
    out.source = classOf(shape, out.scoresBefore, places);
    models::Latent latent = shape.origin;
    if (shape.movedTo >= 0) {
        CANTO_TRY(moved, movedToGenre(shape, out.source, places, model.info()));
        latent = *moved;
    }
    if (!shape.wanted.empty()) {
        CANTO_TRY(found, requested(model, request, latent, out.tries, cancel));
        latent = *found;
    }
    for (const auto& [dimension, value] : shape.dimensions) {
        if (dimension >= 0 && std::size_t(dimension) < latent.size()) {
            latent[std::size_t(dimension)] = value;
        }
    }
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Cancelled");
    }
    CANTO_TRY(after, measure(model, latent, request.shape.bpm));
    out.after = std::move(*after);
    out.scoresAfter = model.classScores(latent);
    if (request.projection && request.projection->takes(latent.size())) {
        if (const auto place = request.projection->place(std::span<const float>(latent))) {
            out.place = *place;
        }
    }
    return out;
}

std::vector<double> sweepValues(double mean, double deviation, double own) {
    std::vector<double> values;
    for (int step = 0; step < kSweepSteps; ++step) {
        const double share = 2.0 * step / (kSweepSteps - 1) - 1;
        values.push_back(mean + share * kSweepReach * deviation);
    }
    values.push_back(own);
    return values;
}

Result<void> sweepDimensions(const models::LatentModel& model, const models::Latent& latent,
                             const Learned& learned, const std::function<bool()>& alive,
                             const std::function<void(const SweptValues&)>& onSwept) {
    const auto scale = learned.directions.scale();
    std::vector<int> order(std::min(latent.size(), scale.size()));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return scale[std::size_t(a)] > scale[std::size_t(b)]; });
    SweptValues result;
    result.all = int(order.size());
    for (const int dimension : order) {
        const auto d = std::size_t(dimension);
        result.dimension = dimension;
        result.values = sweepValues(double(learned.mean[d]), double(scale[d]), double(latent[d]));
        result.properties.clear();
        for (const double value : result.values) {
            models::Latent moved = latent;
            moved[d] = float(value);
            const auto phrase = measure(model, std::move(moved));
            if (!alive()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            if (!phrase) {
                return fail(phrase.error());
            }
            result.properties.push_back(phrase->properties);
        }
        ++result.done;
        onSwept(result);
    }
    return {};
}

PlacedComponent spreadOf(std::span<const projection::MapPoint> places) {
    PlacedComponent spread;
    double x = 0, y = 0;
    const double n = double(std::max<std::size_t>(places.size(), 1));
    for (const projection::MapPoint& place : places) {
        x += double(place.x) / n;
        y += double(place.y) / n;
    }
    double xx = 0, yy = 0, xy = 0;
    for (const projection::MapPoint& place : places) {
        xx += std::pow(double(place.x) - x, 2) / n;
        yy += std::pow(double(place.y) - y, 2) / n;
        xy += (double(place.x) - x) * (double(place.y) - y) / n;
    }
    // Eigenvalues of a symmetric 2 x 2 matrix.
    const double middle = (xx + yy) / 2;
    const double off = std::hypot((xx - yy) / 2, xy);
    const double angle = std::atan2(2 * xy, xx - yy) / 2;
    const double first = 2 * std::sqrt(std::max(middle + off, 0.0));
    const double second = 2 * std::sqrt(std::max(middle - off, 0.0));
    spread.centre = {float(x), float(y)};
    spread.firstAxis = {float(first * std::cos(angle)), float(first * std::sin(angle))};
    spread.secondAxis = {float(-second * std::sin(angle)), float(second * std::cos(angle))};
    return spread;
}

Result<std::vector<PlacedComponent>> placeComponents(const models::LatentModel& model,
                                                     const Projection& projection,
                                                     const CancelToken& cancel) {
    std::vector<PlacedComponent> components;
    const models::ModelInfo& info = model.info();
    if (!info.can.samplePrior || !projection.takes(std::size_t(info.latentSize))) {
        return components;
    }
    for (std::size_t label = 0; label < info.classes.size(); ++label) {
        Random random(100 + label);
        projection::Points draws{{}, 0, std::size_t(info.latentSize)};
        const bool umap = projection.kind() == projection::ProjectionOptions::Kind::Umap;
        while (draws.count < (umap ? kUmapDraws : kDraws)) {
            CANTO_TRY(z, model.samplePrior(int(label), random));
            draws.values.insert(draws.values.end(), z->begin(), z->end());
            ++draws.count;
        }
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        CANTO_TRY(places, projection.place(draws.view()));
        PlacedComponent component = spreadOf(*places);
        component.label = int(label);
        components.push_back(component);
    }
    return components;
}

} // namespace canto::app
