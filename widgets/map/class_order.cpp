// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/class_order.h"

#include <QHash>
#include <limits>

namespace canto::widgets {
namespace {

/// Names of the classes, without the one that stands for no value.
std::span<const QString> namedClasses(const MapColouring& colouring) {
    return std::span(colouring.names)
        .first(colouring.names.size() - (colouring.lastIsUnlabelled ? 1 : 0));
}

} // namespace

MapColouring withClassOrder(const MapColouring& before, MapColouring now) {
    const auto first = namedClasses(before);
    const auto own = namedClasses(now);
    const bool plain = !now.scale && !before.scale && now.colours.empty() && now.places.empty() &&
                       now.descriptions.empty();
    if (!plain || first.size() + own.size() + 1 > std::numeric_limits<std::uint16_t>::max()) {
        return now;
    }
    QHash<QString, std::uint16_t> numbers;
    std::vector<QString> names;
    const auto add = [&](const QString& name) {
        if (!numbers.contains(name)) {
            numbers.insert(name, std::uint16_t(names.size()));
            names.push_back(name);
        }
    };
    for (const QString& name : first) {
        add(name);
    }
    for (const QString& name : own) {
        add(name);
    }
    std::vector<std::uint16_t> moved;
    for (const QString& name : own) {
        moved.push_back(numbers.value(name));
    }
    if (now.lastIsUnlabelled) {
        moved.push_back(std::uint16_t(names.size()));
        names.push_back(now.names.back());
    }
    for (std::uint16_t& number : now.classes) {
        number = moved[number];
    }
    now.names = std::move(names);
    return now;
}

} // namespace canto::widgets
