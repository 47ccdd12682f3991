// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/shape.h"

#include "core/music/class_labels.h"

#include <algorithm>
#include <cmath>

namespace canto::app {
namespace {

bool known(const GenrePlaces& places, int label) {
    return label >= 0 && std::size_t(label) < places.phrases.count.size() &&
           places.phrases.count[std::size_t(label)] > 0;
}

models::Latent along(const models::Latent& from, const std::vector<float>& source,
                     const std::vector<float>& target, double amount) {
    models::Latent moved = from;
    for (std::size_t d = 0; d < moved.size(); ++d) {
        moved[d] += float(amount * (double(target[d]) - double(source[d])));
    }
    return moved;
}

} // namespace

Result<models::Latent> movedToGenre(const Shape& shape, int source, const GenrePlaces& places,
                                    const models::ModelInfo& info) {
    const auto label = std::size_t(std::max(shape.movedTo, 0));
    const std::string name = label < info.classes.size()
                                 ? music::className(info.labelColumn, info.classes[label])
                                 : "this genre";
    const bool component = shape.movedTo >= 0 && label < places.components.size();
    const auto block =
        std::find_if(info.blocks.begin(), info.blocks.end(),
                     [&](const models::LatentBlock& one) { return one.id == info.labelColumn; });
    models::Latent moved = shape.origin;
    if (!shape.toComponent) {
        if (!known(places, shape.movedTo)) {
            return fail(Error::Code::BadInput, "No phrase of this library is labelled " + name, {},
                        "Open a library with phrases of it, or drop on a part of the prior");
        }
        if (!known(places, source)) {
            return fail(Error::Code::BadInput, "It is not known which genre the phrase comes from");
        }
        moved = along(moved, places.phrases.mean[std::size_t(source)], places.phrases.mean[label],
                      shape.amount);
    } else if (!component) {
        return fail(Error::Code::BadInput, "The prior has no part for " + name);
    } else if (block == info.blocks.end()) {
        if (source < 0 || std::size_t(source) >= places.components.size()) {
            return fail(Error::Code::BadInput, "It is not known which genre the phrase comes from");
        }
        moved = along(moved, places.components[std::size_t(source)], places.components[label],
                      shape.amount);
    }
    if (component && block != info.blocks.end()) {
        for (auto d = std::size_t(block->begin); d < std::size_t(block->end); ++d) {
            const double from = double(shape.origin[d]);
            const double way = double(places.components[label][d]) - from;
            moved[d] = float(from + std::min(shape.amount, 1.0) * way);
        }
    }
    return moved;
}

int classOf(const Shape& shape, const std::vector<double>& scores, const GenrePlaces& places) {
    if (shape.genre >= 0) {
        return shape.genre;
    }
    if (!scores.empty()) {
        return int(std::max_element(scores.begin(), scores.end()) - scores.begin());
    }
    int nearest = -1;
    double least = 0;
    for (std::size_t label = 0; label < places.phrases.mean.size(); ++label) {
        if (!known(places, int(label))) {
            continue;
        }
        double distance = 0;
        for (std::size_t d = 0; d < shape.origin.size(); ++d) {
            distance +=
                std::pow(double(places.phrases.mean[label][d]) - double(shape.origin[d]), 2);
        }
        if (nearest < 0 || distance < least) {
            nearest = int(label);
            least = distance;
        }
    }
    return nearest;
}

} // namespace canto::app
