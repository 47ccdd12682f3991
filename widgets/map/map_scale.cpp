#include "widgets/map/map_snapshot.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

namespace canto::widgets {

namespace {

constexpr int kMostSteps = 10;

/// Of the sizes 1, 2, 5 times a power of ten the least that covers the range in ten steps.
double stepOf(double range) {
    const double least = range / (kMostSteps - 1);
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (factor * power >= least) {
            return factor * power;
        }
    }
    return 10 * power;
}

/// Lightness grows all the way, so that the order is seen without telling hues apart.
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

} // namespace

MapColouring makeScale(const QString& title, const QString& unit, std::span<const float> values) {
    MapColouring colouring;
    colouring.title = unit.isEmpty() ? title : QStringLiteral("%1 (%2)").arg(title, unit);
    std::vector<float> sorted;
    std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
                 [](float value) { return std::isfinite(value); });
    std::sort(sorted.begin(), sorted.end());
    double low = 0, step = 1;
    int count = 0;
    if (!sorted.empty()) {
        const auto at = [&](double share) {
            return double(sorted[static_cast<std::size_t>(share * double(sorted.size() - 1))]);
        };
        const double first = at(0.02), last = at(0.98);
        step = last > first ? stepOf(last - first) : 1;
        low = std::floor(first / step) * step;
        count = std::clamp(static_cast<int>(std::ceil((last - low) / step)), 1, kMostSteps);
    }
    const QLocale locale;
    const int digits = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step)));
    for (int i = 0; i < count; ++i) {
        colouring.names.push_back(QCoreApplication::translate("MapScale", "%1 to %2")
                                      .arg(locale.toString(low + i * step, 'f', digits),
                                           locale.toString(low + (i + 1) * step, 'f', digits)));
        colouring.colours.push_back(scaleColour(count > 1 ? double(i) / (count - 1) : 0.5));
    }
    const bool unknown = sorted.size() < values.size() || count == 0;
    if (unknown) {
        colouring.names.push_back(QCoreApplication::translate("MapScale", "unknown"));
        colouring.colours.push_back(QColor(150, 150, 150));
        colouring.lastIsOther = true;
    }
    colouring.classes.reserve(values.size());
    for (const float value : values) {
        const int bin = std::isfinite(value)
                            ? std::clamp(static_cast<int>(std::floor((double(value) - low) / step)),
                                         0, count - 1)
                            : count;
        colouring.classes.push_back(static_cast<std::uint16_t>(bin));
    }
    return colouring;
}

} // namespace canto::widgets
