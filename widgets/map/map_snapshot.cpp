// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/map_snapshot.h"

#include "core/base/random.h"
#include "core/projection/morton.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace canto::widgets {

namespace {

/// Cells a side of the drawing order and of the counts. 1,024 x 1,024 puts about one of a million
/// points into a cell; counts need no more than 64 x 64 to distinguish "few" from "many".
constexpr int kOrderCells = 1024;
constexpr int kCountCells = 64;
/// Numbers of classes are 16 bits wide, and one is that of the rows without a label.
constexpr std::size_t kMostClasses = 65535;

int cellOf(double value, double low, double extent, int cells) {
    return extent > 0 ? std::clamp(static_cast<int>((value - low) / extent * cells), 0, cells - 1)
                      : 0;
}

bool finite(float x, float y) { return std::isfinite(x) && std::isfinite(y); }

} // namespace

std::vector<std::size_t> MapColouring::counts() const {
    std::vector<std::size_t> counts(names.size(), 0);
    for (const std::uint16_t c : classes) {
        if (c < counts.size()) {
            ++counts[c];
        }
    }
    return counts;
}

MapColouring makeColouring(QString title, std::span<const QString> labels) {
    QHash<QString, std::size_t> counts;
    for (const QString& label : labels) {
        if (!label.isEmpty()) {
            ++counts[label];
        }
    }
    std::vector<std::pair<std::size_t, QString>> ranked;
    for (auto it = counts.cbegin(); it != counts.cend(); ++it) {
        ranked.emplace_back(it.value(), it.key());
    }
    std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    // More classes than numbers: the rarest share the last one that has a number.
    ranked.resize(std::min(ranked.size(), kMostClasses));

    MapColouring colouring;
    colouring.title = std::move(title);
    QHash<QString, std::uint16_t> numbers;
    for (const auto& [count, name] : ranked) {
        numbers.insert(name, static_cast<std::uint16_t>(colouring.names.size()));
        colouring.names.push_back(name);
    }
    const auto unlabelled = static_cast<std::uint16_t>(colouring.names.size());
    const auto rarest = static_cast<std::uint16_t>(unlabelled - (unlabelled > 0 ? 1 : 0));
    colouring.classes.reserve(labels.size());
    for (const QString& label : labels) {
        colouring.classes.push_back(label.isEmpty() ? unlabelled : numbers.value(label, rarest));
        colouring.lastIsUnlabelled |= label.isEmpty();
    }
    if (colouring.lastIsUnlabelled) {
        const QString kind = colouring.title.toLower();
        QString name = kind.isEmpty()
                           ? QCoreApplication::translate("MapColouring", "(none)")
                           : QCoreApplication::translate("MapColouring", "(no %1)").arg(kind);
        while (numbers.contains(name)) {
            name = QStringLiteral("(%1)").arg(name);
        }
        colouring.names.push_back(name);
    }
    return colouring;
}

MapSnapshotPtr MapSnapshot::make(std::vector<float> x, std::vector<float> y, MapColouring colouring,
                                 std::vector<std::uint8_t> flags) {
    auto snapshot = std::make_shared<MapSnapshot>();
    y.resize(x.size(), std::numeric_limits<float>::quiet_NaN());
    flags.resize(x.size(), 0);
    if (colouring.classes.size() != x.size() || colouring.names.empty()) {
        colouring = {};
        colouring.classes.assign(x.size(), 0);
        colouring.names.push_back(QStringLiteral("points"));
    }
    snapshot->m_x = std::move(x);
    snapshot->m_y = std::move(y);
    snapshot->m_flags = std::move(flags);
    snapshot->m_colouring = std::make_shared<const MapColouring>(std::move(colouring));
    snapshot->sortForDrawing();
    snapshot->countCells();

    std::vector<projection::MapPoint> points(snapshot->size());
    for (std::size_t row = 0; row < points.size(); ++row) {
        points[row] = {snapshot->m_x[row], snapshot->m_y[row]};
    }
    snapshot->m_index = projection::GridIndex(points);
    return snapshot;
}

void MapSnapshot::sortForDrawing() {
    double left = std::numeric_limits<double>::infinity(), right = -left;
    double bottom = left, top = -left;
    for (std::size_t row = 0; row < size(); ++row) {
        if (finite(m_x[row], m_y[row])) {
            left = std::min<double>(left, m_x[row]);
            right = std::max<double>(right, m_x[row]);
            bottom = std::min<double>(bottom, m_y[row]);
            top = std::max<double>(top, m_y[row]);
        }
    }
    m_bounds = left <= right ? QRectF(left, bottom, right - left, top - bottom) : QRectF();

    struct Key {
        std::uint64_t code; ///< cell, then chance
        std::uint32_t row;
    };
    std::vector<Key> keys;
    keys.reserve(size());
    Random random(1);
    for (std::size_t row = 0; row < size(); ++row) {
        if (finite(m_x[row], m_y[row])) {
            const auto column = cellOf(m_x[row], left, m_bounds.width(), kOrderCells);
            const auto line = cellOf(m_y[row], bottom, m_bounds.height(), kOrderCells);
            const std::uint64_t cell = projection::mortonCode(static_cast<std::uint32_t>(column),
                                                              static_cast<std::uint32_t>(line));
            keys.push_back({cell << 32 | random.next() >> 32, static_cast<std::uint32_t>(row)});
        }
    }
    std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.code < b.code; });
    m_order.reserve(keys.size());
    m_orderedX.reserve(keys.size());
    m_orderedY.reserve(keys.size());
    for (const Key& key : keys) {
        m_order.push_back(key.row);
        m_orderedX.push_back(m_x[key.row]);
        m_orderedY.push_back(m_y[key.row]);
    }
}

void MapSnapshot::countCells() {
    constexpr int kSide = kCountCells + 1;
    m_cellSums.assign(static_cast<std::size_t>(kSide) * kSide, 0);
    const auto at = [this](int column, int line) -> std::uint32_t& {
        return m_cellSums[static_cast<std::size_t>(line) * kSide +
                          static_cast<std::size_t>(column)];
    };
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        ++at(cellOf(m_orderedX[i], m_bounds.left(), m_bounds.width(), kCountCells) + 1,
             cellOf(m_orderedY[i], m_bounds.top(), m_bounds.height(), kCountCells) + 1);
    }
    for (int line = 1; line < kSide; ++line) {
        for (int column = 1; column < kSide; ++column) {
            at(column, line) +=
                at(column - 1, line) + at(column, line - 1) - at(column - 1, line - 1);
        }
    }
}

std::size_t MapSnapshot::atMostIn(const QRectF& box) const {
    if (m_order.empty() || box.right() < m_bounds.left() || box.left() > m_bounds.right() ||
        box.bottom() < m_bounds.top() || box.top() > m_bounds.bottom()) {
        return 0;
    }
    constexpr std::size_t kSide = kCountCells + 1;
    const auto left = static_cast<std::size_t>(
        cellOf(box.left(), m_bounds.left(), m_bounds.width(), kCountCells));
    const auto right = static_cast<std::size_t>(
        cellOf(box.right(), m_bounds.left(), m_bounds.width(), kCountCells) + 1);
    const auto low =
        static_cast<std::size_t>(cellOf(box.top(), m_bounds.top(), m_bounds.height(), kCountCells));
    const auto high = static_cast<std::size_t>(
        cellOf(box.bottom(), m_bounds.top(), m_bounds.height(), kCountCells) + 1);
    return m_cellSums[high * kSide + right] - m_cellSums[low * kSide + right] -
           m_cellSums[high * kSide + left] + m_cellSums[low * kSide + left];
}

} // namespace canto::widgets
