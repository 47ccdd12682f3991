// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/umap_start.h"

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/projection/morton.h"
#include "core/projection/pca.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace canto::projection {

namespace {

constexpr float kExtent = 10.0f;
constexpr float kJitter = 1e-4f; ///< as in umap-learn: duplicates must be able to separate

/// Steps of the smoothing: enough for the layout to follow the graph. The exact eigenvectors, which
/// are far off, are not needed.
constexpr int kSmoothings = 60;

void fitExtent(std::vector<MapPoint>& places, std::uint64_t seed) {
    double sumX = 0, sumY = 0;
    for (const MapPoint p : places) {
        sumX += p.x;
        sumY += p.y;
    }
    const auto n = static_cast<double>(places.size());
    const MapPoint centre{static_cast<float>(sumX / n), static_cast<float>(sumY / n)};
    float largest = 0;
    for (MapPoint& p : places) {
        p = {p.x - centre.x, p.y - centre.y};
        largest = std::max({largest, std::abs(p.x), std::abs(p.y)});
    }
    const float scale = largest > 0 ? kExtent / largest : 0.0f;
    Random random(seed);
    for (MapPoint& p : places) {
        p = {p.x * scale + kJitter * static_cast<float>(random.normal()),
             p.y * scale + kJitter * static_cast<float>(random.normal())};
    }
}

/// Power iteration of (I + D^-1/2 W D^-1/2) / 2 on the PCA start, kept orthogonal to the constant
/// eigenvector and to each other: converges towards the two eigenvectors that vary least over the
/// graph.
void smooth(std::vector<MapPoint>& places, const FuzzyGraph& graph, int threads) {
    const std::size_t n = places.size();
    Eigen::VectorXd root(static_cast<Eigen::Index>(n));
    for (std::size_t i = 0; i < n; ++i) {
        double degree = 0;
        for (std::uint32_t e = graph.start[i]; e < graph.start[i + 1]; ++e) {
            degree += graph.weight[e];
        }
        root[static_cast<Eigen::Index>(i)] = std::sqrt(std::max(degree, 1e-12));
    }
    const Eigen::VectorXd constant = root.normalized();
    Eigen::MatrixX2d wave(static_cast<Eigen::Index>(n), 2);
    for (std::size_t i = 0; i < n; ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        wave.row(row) << places[i].x * root[row], places[i].y * root[row];
    }
    Eigen::MatrixX2d smoothed = wave;
    const auto orthonormal = [&] {
        for (Eigen::Index c = 0; c < 2; ++c) {
            auto column = wave.col(c);
            column -= constant * constant.dot(column);
            if (c == 1) {
                column -= wave.col(0) * wave.col(0).dot(column);
            }
            const double length = column.norm();
            if (length > 0) {
                column /= length;
            }
        }
    };
    orthonormal();
    for (int step = 0; step < kSmoothings; ++step) {
        parallelFor(n, 4096, threads, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) {
                const auto row = static_cast<Eigen::Index>(i);
                double x = 0, y = 0;
                for (std::uint32_t e = graph.start[i]; e < graph.start[i + 1]; ++e) {
                    const auto other = static_cast<Eigen::Index>(graph.to[e]);
                    const double w = static_cast<double>(graph.weight[e]) / root[other];
                    x += w * wave(other, 0);
                    y += w * wave(other, 1);
                }
                smoothed(row, 0) = (wave(row, 0) + x / root[row]) / 2;
                smoothed(row, 1) = (wave(row, 1) + y / root[row]) / 2;
            }
        });
        std::swap(wave, smoothed);
        orthonormal();
    }
    for (std::size_t i = 0; i < n; ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        places[i] = {static_cast<float>(wave(row, 0) / root[row] * 1e3),
                     static_cast<float>(wave(row, 1) / root[row] * 1e3)};
    }
}

} // namespace

Result<std::vector<MapPoint>> umapStart(PointsView points, const FuzzyGraph& graph,
                                        const UmapOptions& options) {
    CANTO_TRY(plane, Pca::fit(points, 2, options.threads).and_then([&](const Pca& pca) {
        return pca.project(points, options.threads);
    }));
    std::vector<MapPoint> places(points.count);
    for (std::size_t i = 0; i < points.count; ++i) {
        const auto row = plane->view().row(i);
        places[i] = {row[0], row.size() > 1 ? row[1] : 0.0f};
    }
    if (options.start == UmapOptions::Start::Spectral) {
        smooth(places, graph, options.threads);
    }
    fitExtent(places, options.seed);
    return places;
}

std::vector<std::uint32_t> mortonOrder(std::span<const MapPoint> places) {
    MapPoint low{std::numeric_limits<float>::max(), std::numeric_limits<float>::max()};
    MapPoint high{std::numeric_limits<float>::lowest(), std::numeric_limits<float>::lowest()};
    for (const MapPoint p : places) {
        low = {std::min(low.x, p.x), std::min(low.y, p.y)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
    const float extent = std::max({high.x - low.x, high.y - low.y, 1e-30f});
    const float cells = 65535.0f / extent;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> keys(places.size());
    for (std::uint32_t i = 0; i < places.size(); ++i) {
        keys[i] = {mortonCode(static_cast<std::uint32_t>((places[i].x - low.x) * cells),
                              static_cast<std::uint32_t>((places[i].y - low.y) * cells)),
                   i};
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::uint32_t> order(places.size());
    std::transform(keys.begin(), keys.end(), order.begin(),
                   [](const auto& key) { return key.second; });
    return order;
}

FuzzyGraph renumbered(const FuzzyGraph& graph, std::span<const std::uint32_t> origin) {
    std::vector<std::uint32_t> place(origin.size());
    for (std::uint32_t i = 0; i < origin.size(); ++i) {
        place[origin[i]] = i;
    }
    FuzzyGraph made;
    made.start.reserve(graph.start.size());
    made.to.reserve(graph.to.size());
    made.weight.reserve(graph.weight.size());
    made.start.push_back(0);
    std::vector<std::pair<std::uint32_t, float>> row;
    for (const std::uint32_t from : origin) {
        row.clear();
        for (std::uint32_t e = graph.start[from]; e < graph.start[from + 1]; ++e) {
            row.emplace_back(place[graph.to[e]], graph.weight[e]);
        }
        std::sort(row.begin(), row.end());
        for (const auto& [to, weight] : row) {
            made.to.push_back(to);
            made.weight.push_back(weight);
        }
        made.start.push_back(static_cast<std::uint32_t>(made.to.size()));
    }
    return made;
}

UmapCurve fitCurve(float minDistance, float spread) {
    // Levenberg-Marquardt on 300 distances up to three spreads, from a = b = 1.
    constexpr int kSamples = 300;
    double a = 1, b = 1, damping = 1e-3;
    const auto walk = [&](double tryA, double tryB, std::array<double, 5>* normal) {
        double error = 0;
        for (int i = 0; i < kSamples; ++i) {
            const double d = 3.0 * static_cast<double>(spread) * i / (kSamples - 1);
            const double wanted = d < static_cast<double>(minDistance)
                                      ? 1.0
                                      : std::exp(-(d - static_cast<double>(minDistance)) /
                                                 static_cast<double>(spread));
            const double power = d > 0 ? std::pow(d, 2 * tryB) : 0.0;
            const double value = 1 / (1 + tryA * power);
            const double off = wanted - value;
            error += off * off;
            if (normal != nullptr) {
                const double byA = -value * value * power;
                const double byB = d > 0 ? byA * tryA * 2 * std::log(d) : 0.0;
                (*normal)[0] += byA * byA;
                (*normal)[1] += byA * byB;
                (*normal)[2] += byB * byB;
                (*normal)[3] += byA * off;
                (*normal)[4] += byB * off;
            }
        }
        return error;
    };
    for (int step = 0; step < 200; ++step) {
        std::array<double, 5> n{};
        const double error = walk(a, b, &n);
        const double aa = n[0] * (1 + damping), bb = n[2] * (1 + damping);
        const double determinant = aa * bb - n[1] * n[1];
        if (!(determinant > 0)) {
            break;
        }
        const double nextA = a + (bb * n[3] - n[1] * n[4]) / determinant;
        const double nextB = b + (aa * n[4] - n[1] * n[3]) / determinant;
        if (nextA > 0 && nextB > 0 && walk(nextA, nextB, nullptr) <= error) {
            a = nextA;
            b = nextB;
            damping = std::max(damping / 10, 1e-12);
        } else {
            damping *= 10;
            if (damping > 1e12) {
                break;
            }
        }
    }
    return {static_cast<float>(a), static_cast<float>(b)};
}

} // namespace canto::projection
