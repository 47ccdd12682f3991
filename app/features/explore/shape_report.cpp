// SPDX-License-Identifier: GPL-3.0-or-later
// What ShapeController reports of a phrase: values, side effects, and what a move between genres
// preserved.

#include "app/features/explore/shape_controller.h"
#include "app/workspace/map_point.h"
#include "app/workspace/qt_text.h"
#include "widgets/explore/genre_panel.h"
#include "widgets/explore/panel_parts.h"
#include "widgets/explore/property_panel.h"

#include <QCheckBox>
#include <QLocale>
#include <QSignalBlocker>
#include <algorithm>
#include <array>
#include <cmath>

namespace canto::app {
namespace {

constexpr double kMovedDeviations = 0.25; ///< smaller changes are not listed

/// How often each pitch class begins, drums left out.
std::array<double, 12> pitchClasses(const music::Song& song) {
    std::array<double, 12> counts{};
    for (const music::Note& note : song.notes) {
        if (!note.isDrum()) {
            ++counts[note.pitch % 12];
        }
    }
    return counts;
}

std::optional<double> pitchClassCosine(const music::Song& a, const music::Song& b) {
    const auto first = pitchClasses(a), second = pitchClasses(b);
    double product = 0, one = 0, other = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        product += first[i] * second[i];
        one += first[i] * first[i];
        other += second[i] * second[i];
    }
    return one > 0 && other > 0 ? std::optional(product / std::sqrt(one * other)) : std::nullopt;
}

} // namespace

void ShapeController::showTitle() {
    m_dock.setPhrase(m_model ? text(m_shape.name) : QString(), m_shape.changed() && m_result,
                     m_playsChanged);
}

void ShapeController::showValues() {
    const bool phrase = !m_shape.origin.empty() && m_model;
    std::vector<std::optional<double>> wanted(sliderProperties().size());
    for (const auto& [slider, value] : m_shape.wanted) {
        wanted[std::size_t(slider)] = value;
    }
    const auto achieved = m_result ? sliderValues(m_result->after.properties)
                                   : std::vector<std::optional<double>>(sliderProperties().size());
    widgets::PropertyPanel& panel = *m_dock.properties();
    panel.setValues(wanted, achieved);
    const QSignalBlocker quiet(panel.keepOthers());
    panel.keepOthers()->setChecked(m_shape.keepOthers);
    panel.setSlidersEnabled(phrase && m_learned);
    const bool labelled = m_model && !m_model->info().classes.empty();
    m_dock.genre()->setMoveEnabled(phrase && labelled, labelled && m_model->info().can.samplePrior);
    m_dock.genre()->setAmount(m_shape.movedTo >= 0 ? m_shape.amount : 1);
    if (!m_result) {
        m_dock.genre()->setScores({}, {});
        m_dock.genre()->setReport({});
        panel.setMoved(phrase ? QString()
                              : tr("Click a point or an empty position of the map first."));
    }
}

void ShapeController::showResult() {
    m_dock.properties()->setMoved(movedText());
    m_dock.genre()->setScores(m_result->scoresBefore, m_result->scoresAfter);
    m_dock.genre()->setReport(genreText());
    if (!m_shape.changed() || !m_result->place) {
        hideMark();
    } else {
        m_marked = asPoint(*m_result->place);
        m_map.showDecodeMark(*m_marked, false, tr("%1,\nedited").arg(text(m_shape.name)));
    }
}

void ShapeController::hideMark() {
    // Another feature may have moved the mark since.
    if (const auto marked = std::exchange(m_marked, std::nullopt);
        marked && m_map.decodeMark() == marked) {
        m_map.clearDecodeMark();
    }
}

QString ShapeController::movedText() const {
    if (!m_shape.changed()) {
        return tr("Nothing changed yet.");
    }
    const auto before = sliderValues(m_result->before.properties);
    const auto after = sliderValues(m_result->after.properties);
    std::vector<std::pair<double, QString>> moved;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (m_shape.wanted.contains(int(i)) || before[i] == after[i]) {
            continue;
        }
        const SliderProperty& slider = sliderProperties()[i];
        const double deviation = m_learned ? m_learned->directions.all()[i].deviation : 0;
        const double size = before[i] && after[i] && deviation > 0
                                ? std::abs(*after[i] - *before[i]) / deviation
                                : 1;
        if (size >= kMovedDeviations) {
            moved.emplace_back(size, tr("%1: %2 \u2192 %3")
                                         .arg(widgets::propertyTitle(slider.measure, slider.track),
                                              widgets::measureText(slider.measure, before[i]),
                                              widgets::measureText(slider.measure, after[i])));
        }
    }
    if (moved.empty()) {
        return tr("No other attribute changed.");
    }
    std::sort(moved.begin(), moved.end(),
              [](const auto& a, const auto& b) { return a.first > b.first; });
    QStringList lines;
    for (const auto& [size, line] : moved) {
        lines.append(line);
    }
    return lines.join(QLatin1Char('\n'));
}

QString ShapeController::genreText() const {
    const QLocale locale;
    const auto likeliest = [&](const std::vector<double>& scores) {
        const auto best = std::max_element(scores.begin(), scores.end());
        return tr("%1 (%2 %)")
            .arg(className(int(best - scores.begin())), locale.toString(*best * 100, 'f', 0));
    };
    if (m_result->scoresBefore.empty() || m_result->scoresAfter.empty()) {
        return {};
    }
    if (m_shape.movedTo < 0) {
        return tr("Classified as: %1").arg(likeliest(m_result->scoresAfter));
    }
    QStringList lines{
        (m_shape.toComponent ? tr("Moved %1 \u2192 %2, in the dimensions of the label only")
                             : tr("Moved along %1 \u2192 %2"))
            .arg(className(m_result->source), className(m_shape.movedTo)),
        tr("Classified as: %1 \u2192 %2")
            .arg(likeliest(m_result->scoresBefore), likeliest(m_result->scoresAfter))};
    if (const auto kept = pitchClassCosine(*m_result->before.song, *m_result->after.song)) {
        lines.append(tr("Harmony preserved: %1").arg(locale.toString(*kept, 'f', 2)));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace canto::app
