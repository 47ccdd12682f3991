// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/transfer/separation.h"

#include "app/workspace/class_names.h"
#include "app/workspace/property_model.h"
#include "core/music/class_labels.h"
#include "core/projection/silhouette.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace canto::app {
namespace {

constexpr std::size_t kMostClasses = 10;
constexpr std::size_t kMostForPairs = 4;

/// Class of each picked row by a column, in the order of their names; empty when it has too few or
/// too many.
std::vector<int> classesBy(const Library& library, const std::vector<std::size_t>& rows,
                           const std::string& column, std::vector<std::string>& names) {
    std::map<std::string, int> known;
    for (const std::size_t row : rows) {
        const std::string& value = library.points.songOf(row).label(column);
        if (!value.empty()) {
            known.emplace(value, 0);
        }
        if (known.size() > kMostClasses) {
            return {};
        }
    }
    if (known.size() < 2) {
        return {};
    }
    names.clear();
    for (auto& [name, number] : known) {
        number = int(names.size());
        names.push_back(name);
    }
    std::vector<int> classes;
    for (const std::size_t row : rows) {
        const auto found = known.find(library.points.songOf(row).label(column));
        classes.push_back(found == known.end() ? -1 : found->second);
    }
    return classes;
}

} // namespace

Result<std::vector<Separation>> separationOf(const Library& library,
                                             const models::LatentModel& model, std::size_t most,
                                             const CancelToken& cancel) {
    if (library.points.model.latentSize != model.info().latentSize) {
        return fail(Error::Code::BadShape, "The library belongs to another model");
    }
    const auto rows = pickedRows(library.points.count(), most);
    std::vector<projection::Points> points(model.info().blocks.size() + 1);
    for (const std::size_t row : rows) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto latent = library.points.latent(row);
        const models::Latent z(latent.begin(), latent.end());
        for (std::size_t part = 0; part < points.size(); ++part) {
            const auto block = part == 0 ? std::nullopt : std::optional(int(part) - 1);
            const models::Latent at = model.coordinates(z, block);
            points[part].values.insert(points[part].values.end(), at.begin(), at.end());
            points[part].dimensions = at.size();
            ++points[part].count;
        }
    }
    std::vector<Separation> all;
    const auto measure = [&](const std::vector<int>& classes) {
        std::vector<double> byBlock;
        for (const projection::Points& part : points) {
            byBlock.push_back(projection::silhouette(part.view(), classes, cancel).value_or(NAN));
        }
        return byBlock;
    };
    std::vector<std::string> names;
    for (const std::string& column : library.columns) {
        const auto classes = classesBy(library, rows, column, names);
        if (classes.empty()) {
            continue;
        }
        Separation separation{column, measure(classes), {}};
        for (std::size_t a = 0;
             names.size() >= 3 && names.size() <= kMostForPairs && a < names.size(); ++a) {
            for (std::size_t b = a + 1; b < names.size(); ++b) {
                std::vector<int> two;
                for (const int one : classes) {
                    two.push_back(one == int(a) ? 0 : one == int(b) ? 1 : -1);
                }
                const QString pair = QStringLiteral("%1 - %2").arg(classText(column, names[a]),
                                                                   classText(column, names[b]));
                separation.pairs.push_back({pair.toStdString(), measure(two)});
            }
        }
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        all.push_back(std::move(separation));
    }
    return all;
}

} // namespace canto::app
