// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/umap.h"

#include "core/base/parallel.h"
#include "core/projection/fuzzy_graph.h"
#include "core/projection/kernels.h"
#include "core/projection/umap_start.h"

#include <algorithm>

namespace canto::projection {

namespace {

/// Points that one thread processes at a time.
constexpr std::size_t kPiece = 512;

/// More epochs still raise trustworthiness, by less than a thousandth.
int defaultEpochs(std::size_t count) {
    return count <= 10'000 ? 500 : count <= 200'000 ? 300 : 200;
}
} // namespace

Result<void> checkOptions(const UmapOptions& options) {
    if (options.neighbours < 2 || options.negatives < 1 || options.epochs < 0 ||
        !(options.spread > 0) || !std::isfinite(options.spread) || !(options.minDistance >= 0) ||
        options.minDistance > options.spread) {
        return fail(Error::Code::BadInput, "Options of the map are out of range", {},
                    "At least 2 neighbours, 1 negative, and a least distance up to the spread.");
    }
    return {};
}

struct Umap::State {
    UmapOptions options;
    UmapCurve curve;
    int epoch = 0;
    int lastEpoch = 0;
    FuzzyGraph graph;                  ///< in Morton order of the start
    std::vector<float> pull;           ///< sum of a point's weights
    std::vector<std::uint32_t> origin; ///< original row of each point in that order
    /// Every point reads the layout of the last epoch and writes only its own position of the next:
    /// no two threads ever write the same element, and the order of the work does not affect the
    /// result.
    std::vector<MapPoint> now, next;

    LayoutEpoch layoutEpoch() {
        LayoutEpoch work{now.data(),      next.data(),         now.size(),  graph.start.data(),
                         graph.to.data(), graph.weight.data(), pull.data(), curve};
        const auto done = static_cast<std::uint64_t>(epoch);
        work.pushes = static_cast<float>(options.negatives) / static_cast<float>(kLayoutPushers);
        work.rate = 1.0f - static_cast<float>(epoch) / static_cast<float>(lastEpoch);
        work.seed = options.seed * 0x9E3779B97F4A7C15ull + done * 0xA0761D6478BD642Full;
        return work;
    }
};

Umap::Umap(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Umap::Umap(Umap&&) noexcept = default;
Umap& Umap::operator=(Umap&&) noexcept = default;
Umap::~Umap() = default;

int Umap::epoch() const { return m_state->epoch; }
int Umap::lastEpoch() const { return m_state->lastEpoch; }
UmapCurve Umap::curve() const { return m_state->curve; }

Result<Umap> Umap::initialise(PointsView points, const UmapOptions& options,
                              const CancelToken& cancel, std::span<const MapPoint> from) {
    CANTO_CHECK(checkOptions(options));
    if (!from.empty() && from.size() != points.count) {
        return fail(Error::Code::BadShape, "A start of " + std::to_string(from.size()) +
                                               " places for " + std::to_string(points.count) +
                                               " points");
    }
    NeighbourOptions how;
    how.threads = options.threads;
    CANTO_TRY(near, neighbours(points, options.neighbours - 1, how, cancel));
    auto state = std::make_unique<State>();
    state->options = options;
    state->curve = fitCurve(options.minDistance, options.spread);
    state->lastEpoch = options.epochs > 0 ? options.epochs : defaultEpochs(points.count);

    const FuzzyGraph graph = fuzzyGraph(*near, options.threads);
    state->epoch = from.empty() ? 0 : 2 * state->lastEpoch / 3;
    CANTO_TRY(start, from.empty() ? umapStart(points, graph, options)
                                  : std::vector<MapPoint>(from.begin(), from.end()));
    state->origin = mortonOrder(*start);
    state->graph = renumbered(graph, state->origin);
    state->pull.resize(points.count);
    state->now.resize(points.count);
    for (std::size_t i = 0; i < points.count; ++i) {
        state->now[i] = (*start)[state->origin[i]];
        for (std::uint32_t e = state->graph.start[i]; e < state->graph.start[i + 1]; ++e) {
            state->pull[i] += state->graph.weight[e];
        }
    }
    state->next = state->now;
    return Umap(std::move(state));
}

void Umap::runTo(int epoch, const CancelToken& cancel) {
    State& state = *m_state;
    const int last = std::min(epoch, state.lastEpoch);
    while (state.epoch < last) {
        const LayoutEpoch work = state.layoutEpoch();
        parallelFor(
            state.now.size(), kPiece, state.options.threads,
            [&](std::size_t begin, std::size_t end) { kernels().moveLayout(work, begin, end); });
        std::swap(state.now, state.next);
        ++state.epoch;
        if (cancel.cancelled()) {
            return;
        }
    }
}

std::vector<MapPoint> Umap::snapshot() const {
    std::vector<MapPoint> layout(m_state->now.size());
    for (std::size_t i = 0; i < layout.size(); ++i) {
        layout[m_state->origin[i]] = m_state->now[i];
    }
    return layout;
}

} // namespace canto::projection
