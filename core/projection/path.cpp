// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/path.h"

#include <algorithm>
#include <numbers>

namespace canto::projection {

namespace {

double lengthOf(std::span<const float> v) {
    double sum = 0;
    for (const float value : v) {
        sum += static_cast<double>(value) * value;
    }
    return std::sqrt(sum);
}

double distanceOf(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = static_cast<double>(a[i]) - b[i];
        sum += d * d;
    }
    return std::sqrt(sum);
}

std::vector<float> mixed(std::span<const float> a, std::span<const float> b, double partA,
                         double partB) {
    std::vector<float> out(a.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<float>(partA * a[i] + partB * b[i]);
    }
    return out;
}

} // namespace

Result<std::vector<float>> between(std::span<const float> a, std::span<const float> b, double t,
                                   PathGeometry geometry) {
    if (a.size() != b.size() || a.empty()) {
        return fail(Error::Code::BadShape, "A way leads from a latent of " +
                                               std::to_string(a.size()) + " numbers to one of " +
                                               std::to_string(b.size()));
    }
    // The ends themselves are returned bit for bit.
    if (t <= 0 || t >= 1) {
        const auto end = t <= 0 ? a : b;
        return std::vector<float>(end.begin(), end.end());
    }
    const double lengthA = lengthOf(a), lengthB = lengthOf(b);
    if (geometry == PathGeometry::Linear || lengthA == 0 || lengthB == 0) {
        return mixed(a, b, 1 - t, t);
    }
    double dot = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        dot += static_cast<double>(a[i]) * b[i];
    }
    const double angle = std::acos(std::clamp(dot / (lengthA * lengthB), -1.0, 1.0));
    const double sine = std::sin(angle);
    if (angle < 1e-6 || std::numbers::pi - angle < 1e-6) {
        return mixed(a, b, 1 - t, t);
    }
    const double length = (1 - t) * lengthA + t * lengthB;
    return mixed(a, b, length * std::sin((1 - t) * angle) / (sine * lengthA),
                 length * std::sin(t * angle) / (sine * lengthB));
}

Result<Points> evenPath(PointsView anchors, int n, PathGeometry geometry) {
    CANTO_CHECK(checkPoints(anchors));
    if (n < 1) {
        return fail(Error::Code::BadInput, "A path needs at least one step");
    }
    // The curve as short chords, whose lengths determine where each step lies on it.
    constexpr int kChords = 64;
    struct Mark {
        std::size_t leg = 0;
        double t = 0;
        double length = 0; ///< from the start of the path
    };
    std::vector<Mark> marks{{0, 0, 0}};
    auto last = std::vector<float>(anchors.row(0).begin(), anchors.row(0).end());
    for (std::size_t leg = 0; leg + 1 < anchors.count; ++leg) {
        for (int chord = 1; chord <= kChords; ++chord) {
            const double t = static_cast<double>(chord) / kChords;
            auto here = between(anchors.row(leg), anchors.row(leg + 1), t, geometry).value();
            marks.push_back({leg, t, marks.back().length + distanceOf(last, here)});
            last = std::move(here);
        }
    }
    Points path{{}, static_cast<std::size_t>(n), anchors.dimensions};
    const double whole = marks.back().length;
    std::size_t mark = 0;
    for (int step = 0; step < n; ++step) {
        std::vector<float> here(anchors.row(0).begin(), anchors.row(0).end());
        if (step == n - 1 && n > 1) {
            const auto end = anchors.row(anchors.count - 1);
            here.assign(end.begin(), end.end());
        } else if (step > 0 && whole > 0) {
            const double wanted = whole * step / (n - 1);
            while (mark + 2 < marks.size() && marks[mark + 1].length < wanted) {
                ++mark;
            }
            const Mark& from = marks[mark];
            const Mark& to = marks[mark + 1];
            const double chord = to.length - from.length;
            const double part = chord > 0 ? (wanted - from.length) / chord : 0;
            // a leg begins where the mark ends
            const double start = from.leg == to.leg ? from.t : 0;
            here = between(anchors.row(to.leg), anchors.row(to.leg + 1),
                           start + part * (to.t - start), geometry)
                       .value();
        }
        path.values.insert(path.values.end(), here.begin(), here.end());
    }
    return path;
}

} // namespace canto::projection
