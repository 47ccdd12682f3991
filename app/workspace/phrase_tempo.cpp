// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/phrase_tempo.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace canto::app {
namespace {

constexpr double kSlowest = 20, kFastest = 400;
constexpr std::size_t kNeighbours = 8;

} // namespace

std::optional<double> tempoOfRow(const Library& library, std::size_t row) {
    if (row >= library.points.count()) {
        return std::nullopt;
    }
    const std::string& text = library.points.songOf(row).label("first_bpm");
    double bpm = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), bpm);
    const bool good = read.ec == std::errc() && read.ptr == text.data() + text.size();
    return good && bpm >= kSlowest && bpm <= kFastest ? std::optional(bpm) : std::nullopt;
}

double tempoNear(const Library& library, std::span<const projection::MapPoint> positions,
                 projection::MapPoint place) {
    const std::size_t count = std::min(positions.size(), library.points.count());
    std::vector<std::pair<float, std::size_t>> rows;
    rows.reserve(count);
    for (std::size_t row = 0; row < count; ++row) {
        rows.emplace_back(mapDistance(positions[row], place), row);
    }
    const std::size_t near = std::min(kNeighbours, rows.size());
    std::partial_sort(rows.begin(), rows.begin() + std::ptrdiff_t(near), rows.end());
    std::vector<double> tempi;
    for (std::size_t i = 0; i < near; ++i) {
        if (const auto bpm = tempoOfRow(library, rows[i].second)) {
            tempi.push_back(*bpm);
        }
    }
    if (tempi.empty()) {
        return kDefaultTempo;
    }
    std::sort(tempi.begin(), tempi.end());
    return tempi[tempi.size() / 2];
}

} // namespace canto::app
