// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/class_names.h"

#include "app/workspace/qt_text.h"
#include "core/music/class_labels.h"

#include <algorithm>
#include <numeric>

namespace canto::app {

QString classText(const std::string& column, const std::string& value) {
    const music::ClassLabel* label = music::findClassLabel(column, value);
    const bool quadrant = column == "arousal" || column == "valence"; // made by the program
    return label != nullptr ? coreText(label->name) : quadrant ? coreText(value) : text(value);
}

void describeClasses(const std::string& column, widgets::MapColouring& colouring) {
    const auto labels = music::classLabels(column);
    const auto place = [&](std::size_t index) {
        const std::string id = colouring.names[index].toStdString();
        const auto found =
            std::find_if(labels.begin(), labels.end(),
                         [&](const music::ClassLabel& label) { return label.id == id; });
        return std::size_t(found - labels.begin());
    };
    const std::size_t count = colouring.names.size();
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t(0));
    const bool known = std::any_of(order.begin(), order.end(),
                                   [&](std::size_t index) { return place(index) < labels.size(); });
    if (!known || colouring.scale) {
        return;
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
    std::vector<std::uint16_t> rankOf(count);
    std::vector<QString> names(count);
    std::vector<QColor> colours;
    std::vector<QString> descriptions;
    std::vector<QPoint> places;
    for (std::size_t rank = 0; rank < count; ++rank) {
        const std::size_t index = order[rank];
        rankOf[index] = std::uint16_t(rank);
        names[rank] = colouring.names[index];
        if (const std::size_t at = place(index); at < labels.size()) {
            names[rank] = coreText(labels[at].name);
            colours.push_back(QColor::fromRgb(QRgb(labels[at].colour)));
            descriptions.push_back(coreText(labels[at].description));
            places.push_back({labels[at].column, labels[at].line});
        }
    }
    for (std::uint16_t& one : colouring.classes) {
        one = rankOf[one];
    }
    colouring.names = std::move(names);
    colouring.descriptions = std::move(descriptions);
    colouring.places = std::move(places);
    if (colours.size() == count || (colours.size() + 1 == count && colouring.lastIsUnlabelled)) {
        colouring.colours = std::move(colours); // all of them: no other class takes one of these
    }
}

widgets::MapColouring classColouring(const std::string& column, const QString& title,
                                     std::span<const QString> values) {
    widgets::MapColouring colouring = widgets::makeColouring(title, values);
    describeClasses(column, colouring);
    return colouring;
}

QString classDescription(const std::string& column, const QString& name) {
    for (const music::ClassLabel& label : music::classLabels(column)) {
        if (coreText(label.name) == name) {
            return coreText(label.description);
        }
    }
    return {};
}

} // namespace canto::app
