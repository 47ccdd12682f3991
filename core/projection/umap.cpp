// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/umap.h"

#include "core/base/parallel.h"
#include "core/projection/fuzzy_graph.h"
#include "core/projection/umap_force.h"
#include "core/projection/umap_start.h"

#include <algorithm>

namespace canto::projection {

namespace {

using simd::Floats;
using simd::kLanes;

/// Random points that repel each point in each epoch; their forces represent all negatives.
constexpr std::size_t kPushers = 16;
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

    void move(std::size_t begin, std::size_t end, float rate, std::uint64_t epochSeed);
};

void Umap::State::move(std::size_t begin, std::size_t end, float rate, std::uint64_t epochSeed) {
    const Force force(curve);
    const auto count = static_cast<std::uint64_t>(now.size());
    const float pushes = static_cast<float>(options.negatives) / static_cast<float>(kPushers);
    float xs[kPushers], ys[kPushers];
    for (std::size_t i = begin; i < end; ++i) {
        const MapPoint at = now[i];
        const Floats x = simd::all(at.x), y = simd::all(at.y);
        Floats pullX{}, pullY{}, pulls{};
        for (std::uint32_t edge = graph.start[i]; edge < graph.start[i + 1]; edge += kLanes) {
            const std::size_t used = std::min<std::size_t>(kLanes, graph.start[i + 1] - edge);
            Floats weight{};
            for (std::size_t lane = 0; lane < used; ++lane) {
                const MapPoint other = now[graph.to[edge + lane]];
                xs[lane] = other.x;
                ys[lane] = other.y;
                weight[lane] = graph.weight[edge + lane];
            }
            for (std::size_t lane = used; lane < kLanes; ++lane) {
                xs[lane] = at.x;
                ys[lane] = at.y;
            }
            const Floats dx = simd::load(xs) - x;
            const Floats dy = simd::load(ys) - y;
            const Floats factor = weight * force.attraction(dx * dx + dy * dy);
            pullX += factor * dx;
            pullY += factor * dy;
            pulls += factor;
        }
        // SplitMix64 counted from (seed, epoch, point): no state to share.
        std::uint64_t state = epochSeed + i * 0xD1342543DE82EF95ull;
        for (std::size_t p = 0; p < kPushers; ++p) {
            state += 0x9E3779B97F4A7C15ull;
            std::uint64_t z = (state ^ (state >> 32)) * 0xBF58476D1CE4E5B9ull;
            z ^= z >> 32;
            const MapPoint other = now[((z & 0xFFFFFFFFull) * count) >> 32];
            xs[p] = other.x;
            ys[p] = other.y;
        }
        Floats pushX{}, pushY{};
        for (std::size_t p = 0; p < kPushers; p += kLanes) {
            const Floats dx = x - simd::load(xs + p);
            const Floats dy = y - simd::load(ys + p);
            const Floats factor = force.repulsion(dx * dx + dy * dy);
            pushX += clippedPush(factor * dx);
            pushY += clippedPush(factor * dy);
        }
        // The attraction is evaluated at the end of the step (linearised), so that many strong
        // neighbours cannot throw a point beyond them; each edge attracts both of its ends.
        const float twice = 2 * rate;
        const float push = rate * pushes * pull[i];
        const float damping = 1.0f / (1.0f + twice * simd::sum(pulls));
        next[i] = {at.x + damping * (twice * simd::sum(pullX) + push * simd::sum(pushX)),
                   at.y + damping * (twice * simd::sum(pullY) + push * simd::sum(pushY))};
    }
}

Umap::Umap(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Umap::Umap(Umap&&) noexcept = default;
Umap& Umap::operator=(Umap&&) noexcept = default;
Umap::~Umap() = default;

int Umap::epoch() const { return m_state->epoch; }
int Umap::lastEpoch() const { return m_state->lastEpoch; }
UmapCurve Umap::curve() const { return m_state->curve; }

Result<Umap> Umap::initialise(PointsView points, const UmapOptions& options,
                              const CancelToken& cancel, std::span<const MapPoint> from) {
    if (auto ok = checkOptions(options); !ok) {
        return fail(ok.error());
    }
    if (!from.empty() && from.size() != points.count) {
        return fail(Error::Code::BadShape, "A start of " + std::to_string(from.size()) +
                                               " places for " + std::to_string(points.count) +
                                               " points");
    }
    NeighbourOptions how;
    how.threads = options.threads;
    const auto near = neighbours(points, options.neighbours - 1, how, cancel);
    if (!near) {
        return fail(near.error());
    }
    auto state = std::make_unique<State>();
    state->options = options;
    state->curve = fitCurve(options.minDistance, options.spread);
    state->lastEpoch = options.epochs > 0 ? options.epochs : defaultEpochs(points.count);

    const FuzzyGraph graph = fuzzyGraph(*near, options.threads);
    state->epoch = from.empty() ? 0 : 2 * state->lastEpoch / 3;
    auto start = from.empty() ? umapStart(points, graph, options)
                              : std::vector<MapPoint>(from.begin(), from.end());
    if (!start) {
        return fail(start.error());
    }
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
        const auto done = static_cast<std::uint64_t>(state.epoch);
        const float rate =
            1.0f - static_cast<float>(state.epoch) / static_cast<float>(state.lastEpoch);
        const std::uint64_t seed =
            state.options.seed * 0x9E3779B97F4A7C15ull + done * 0xA0761D6478BD642Full;
        parallelFor(
            state.now.size(), kPiece, state.options.threads,
            [&](std::size_t begin, std::size_t end) { state.move(begin, end, rate, seed); });
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
