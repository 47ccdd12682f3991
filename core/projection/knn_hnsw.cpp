// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/knn_hnsw.h"

#include "core/base/parallel.h"
#include "core/projection/kernels.h"

#include <algorithm>
#include <atomic>
#include <hnswlib/hnswlib.h>
#include <memory>

namespace canto::projection {

namespace {

constexpr std::size_t kGraphs = 4;
constexpr std::size_t kLinks = 16;
constexpr std::size_t kBuildWidth = 120;

struct Measure {
    decltype(Kernels::squaredDistance) squaredDistance;
    std::size_t dimensions;
};

float squareOf(const void* a, const void* b, const void* how) {
    const auto& measure = *static_cast<const Measure*>(how);
    return measure.squaredDistance(static_cast<const float*>(a), static_cast<const float*>(b),
                                   measure.dimensions);
}

/// Euclidean space with our own kernel: hnswlib selects its own by instruction set and size.
class Space : public hnswlib::SpaceInterface<float> {
  public:
    explicit Space(std::size_t dimensions) : m_measure{kernels().squaredDistance, dimensions} {}
    std::size_t get_data_size() override { return m_measure.dimensions * sizeof(float); }
    hnswlib::DISTFUNC<float> get_dist_func() override { return squareOf; }
    void* get_dist_func_param() override { return &m_measure; }

  private:
    Measure m_measure;
};

} // namespace

Result<Neighbours> hnswNeighbours(PointsView points, std::size_t k, int threads,
                                  const CancelToken& cancel) try {
    using Graph = hnswlib::HierarchicalNSW<float>;
    Space space(points.dimensions);
    std::vector<std::unique_ptr<Graph>> graphs(kGraphs);
    for (auto& graph : graphs) {
        graph = std::make_unique<Graph>(&space, points.count / kGraphs + 1, kLinks, kBuildWidth);
        graph->setEf(std::max<std::size_t>(2 * k, 32));
    }
    std::atomic<bool> broken = false;
    parallelFor(kGraphs, 1, threads, [&](std::size_t which, std::size_t) {
        try {
            for (std::size_t row = which; row < points.count && !cancel.cancelled();
                 row += kGraphs) {
                graphs[which]->addPoint(points.row(row).data(), row);
            }
        } catch (const std::exception&) {
            broken = true;
        }
    });

    Neighbours found{points.count, k, {}, {}};
    found.index.assign(points.count * k, 0);
    found.distance.assign(points.count * k, 0.0f);
    parallelFor(points.count, 1024, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<std::pair<float, std::uint32_t>> ranked;
        for (std::size_t row = begin; row < end && !cancel.cancelled() && !broken; ++row) {
            ranked.clear();
            try {
                for (const auto& graph : graphs) {
                    auto best = graph->searchKnn(points.row(row).data(), k + 1);
                    for (; !best.empty(); best.pop()) {
                        const auto label = static_cast<std::uint32_t>(best.top().second);
                        if (label != row) {
                            ranked.emplace_back(best.top().first, label);
                        }
                    }
                }
            } catch (const std::exception&) {
                broken = true;
            }
            std::sort(ranked.begin(), ranked.end());
            if (ranked.size() < k) {
                broken = true;
            }
            for (std::size_t i = 0; i < k && !broken; ++i) {
                found.index[row * k + i] = ranked[i].second;
                found.distance[row * k + i] = std::sqrt(ranked[i].first);
            }
        }
    });
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Search for neighbours cancelled");
    }
    if (broken) {
        return fail(Error::Code::NoMemory, "The index of neighbours could not be built");
    }
    return found;
} catch (const std::exception& error) {
    return fail(Error::Code::NoMemory, "The index of neighbours could not be built", error.what());
}

} // namespace canto::projection
