// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/map_snapshot.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

namespace canto::widgets {

namespace {

/// Neighbours differ by at most five of 255 levels in any channel.
constexpr std::size_t kShades = 128;
constexpr int kMostTicks = 7;

/// Of the sizes 1, 2, 5 times a power of ten the least that covers the range in seven ticks.
double stepOf(double range) {
    const double least = range / (kMostTicks - 1);
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (factor * power >= least) {
            return factor * power;
        }
    }
    return 10 * power;
}

/// Lightness increases throughout, so that the order is visible without distinguishing hues.
QColor scaleColour(double share) {
    static const std::array<QColor, 5> stops{QColor(62, 45, 130), QColor(52, 96, 154),
                                             QColor(32, 146, 140), QColor(104, 190, 96),
                                             QColor(236, 196, 52)};
    const double place = std::clamp(share, 0.0, 1.0) * (stops.size() - 1);
    const auto from = std::min(static_cast<std::size_t>(place), stops.size() - 2);
    const double part = place - static_cast<double>(from);
    const auto mix = [part](int a, int b) {
        return static_cast<int>(std::lround(a + (b - a) * part));
    };
    const QColor &a = stops[from], &b = stops[from + 1];
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

MapScale scaleOf(const std::vector<float>& sorted) {
    const auto at = [&](double share) {
        return double(sorted[static_cast<std::size_t>(share * double(sorted.size() - 1))]);
    };
    MapScale scale;
    scale.low = at(0.02);
    scale.high = at(0.98);
    if (!(scale.high > scale.low)) {
        scale.ticks = {scale.low};
        return scale;
    }
    scale.shades = kShades;
    const double step = stepOf(scale.high - scale.low);
    // The ends themselves count as within, though they are not exact in binary.
    const double first = std::ceil(scale.low / step - 1e-6);
    const double last = std::floor(scale.high / step + 1e-6);
    for (double tick = first; tick <= last; ++tick) {
        scale.ticks.push_back(tick * step);
    }
    return scale;
}

} // namespace

std::size_t MapScale::shadeOf(double value) const {
    if (!(high > low) || value <= low) {
        return 0;
    }
    const double place = (value - low) / (high - low) * static_cast<double>(shades);
    return place < static_cast<double>(shades) ? static_cast<std::size_t>(place) : shades - 1;
}

double MapScale::from(std::size_t shade) const {
    return low + (high - low) * static_cast<double>(shade) / static_cast<double>(shades);
}

QString MapScale::text(double value, bool finer) const {
    const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : std::max(high - low, 0.1);
    const int digits = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-6));
    return QLocale().toString(value, 'f', digits + (finer ? 1 : 0));
}

MapColouring makeScale(const QString& title, const QString& unit, std::span<const float> values) {
    MapColouring colouring;
    colouring.title = unit.isEmpty() ? title : QStringLiteral("%1 (%2)").arg(title, unit);
    std::vector<float> sorted;
    std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
                 [](float value) { return std::isfinite(value); });
    std::sort(sorted.begin(), sorted.end());
    if (!sorted.empty()) {
        colouring.scale = scaleOf(sorted);
    }
    const std::size_t shades = sorted.empty() ? 0 : colouring.scale->shades;
    for (std::size_t shade = 0; shade < shades; ++shade) {
        colouring.names.push_back(
            QCoreApplication::translate("MapScale", "%1 to %2")
                .arg(colouring.scale->text(colouring.scale->from(shade), true),
                     colouring.scale->text(colouring.scale->from(shade + 1), true)));
        colouring.colours.push_back(
            scaleColour(shades > 1 ? double(shade) / double(shades - 1) : 0.5));
    }
    if (sorted.size() < values.size() || shades == 0) {
        colouring.names.push_back(QCoreApplication::translate("MapScale", "unknown"));
        colouring.colours.push_back(QColor(150, 150, 150));
        colouring.lastIsUnlabelled = true;
    }
    colouring.classes.reserve(values.size());
    for (const float value : values) {
        colouring.classes.push_back(static_cast<std::uint16_t>(
            std::isfinite(value) ? colouring.scale->shadeOf(double(value)) : shades));
    }
    return colouring;
}

} // namespace canto::widgets
