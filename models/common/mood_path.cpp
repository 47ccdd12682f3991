// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/mood_path.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>

namespace canto::models {

namespace {

constexpr std::array<MoodPoint, 4> kCorners = {{{1, 1}, {-1, 1}, {-1, -1}, {1, -1}}};
constexpr std::array<std::array<const char*, 2>, 4> kMoodNames = {
    {{"happy", "q1"}, {"tense", "q2"}, {"sad", "q3"}, {"calm", "q4"}}};

bool wholeNumber(const std::string& text, double& value) {
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc() && read.ptr == end && std::isfinite(value) &&
           std::abs(value) <= 1;
}

} // namespace

std::vector<double> moodWeights(MoodPoint point) {
    const double right = (1 + std::clamp(point.valence, -1.0, 1.0)) / 2;
    const double up = (1 + std::clamp(point.arousal, -1.0, 1.0)) / 2;
    return {right * up, (1 - right) * up, (1 - right) * (1 - up), right * (1 - up)};
}

MoodPoint cornerOf(int quadrant) {
    return kCorners[static_cast<std::size_t>(std::clamp(quadrant, 0, 3))];
}

std::vector<std::vector<double>> moodsAlong(const std::vector<MoodPoint>& points, int bars) {
    std::vector<std::vector<double>> moods;
    for (int bar = 0; bar < bars; ++bar) {
        const double along = bars < 2 ? 0
                                      : static_cast<double>(bar) / (bars - 1) *
                                            static_cast<double>(points.size() - 1);
        const auto before = std::min(static_cast<std::size_t>(along), points.size() - 1);
        const auto& from = points[before];
        const auto& to = points[std::min(before + 1, points.size() - 1)];
        const double share = along - static_cast<double>(before);
        moods.push_back(moodWeights({from.valence + share * (to.valence - from.valence),
                                     from.arousal + share * (to.arousal - from.arousal)}));
    }
    return moods;
}

Result<std::vector<MoodPoint>> moodPath(const std::string& text) {
    std::vector<MoodPoint> points;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        part.erase(std::remove(part.begin(), part.end(), ' '), part.end());
        std::transform(part.begin(), part.end(), part.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        std::size_t quadrant = 0;
        while (quadrant < 4 && part != kMoodNames[quadrant][0] && part != kMoodNames[quadrant][1]) {
            ++quadrant;
        }
        MoodPoint point;
        const auto colon = part.find(':');
        if (quadrant < 4) {
            point = kCorners[quadrant];
        } else if (colon == std::string::npos ||
                   !wholeNumber(part.substr(0, colon), point.valence) ||
                   !wholeNumber(part.substr(colon + 1), point.arousal)) {
            return fail(Error::Code::BadInput, "\"" + part + "\" is not a mood", text,
                        "A mood is happy, tense, sad or calm, or VALENCE:AROUSAL, two numbers from "
                        "-1 to 1; separate moods by commas.");
        }
        points.push_back(point);
    }
    if (points.empty()) {
        return fail(Error::Code::BadInput, "A path needs at least one mood", text);
    }
    return points;
}

} // namespace canto::models
