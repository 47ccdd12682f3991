// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/report.h"

#include "models/common/rows.h"
#include "models/nn/torch_edge.h"
#include "models/polyphonic/dataset.h"
#include "models/polyphonic/net.h"
#include "models/polyphonic/polyphonic.h"
#include "models/polyphonic/report_parts.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>
#include <tuple>

namespace canto::models::polyphonic {

using codec::GridPhrase;
using nlohmann::json;
using torch::Tensor;

double noteDistance(const GridPhrase& a, const GridPhrase& b, int track) {
    using Place = std::tuple<int, int, int>;
    const auto placesOf = [&](const GridPhrase& phrase) {
        std::set<Place> places;
        for (const auto& note : phrase.notes) {
            if (track < 0 || note.track == track) {
                places.emplace(note.step, note.track, note.pitch);
            }
        }
        return places;
    };
    const auto first = placesOf(a);
    const auto second = placesOf(b);
    if (first.empty() && second.empty()) {
        return 0;
    }
    std::size_t both = 0;
    for (const auto& place : first) {
        both += second.count(place);
    }
    return 1 - 2.0 * static_cast<double>(both) / static_cast<double>(first.size() + second.size());
}

namespace {

constexpr std::size_t kBatch = 48;

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0.0; }

std::vector<GridPhrase> decodedAll(NetImpl& net, const Tensor& u) {
    std::vector<GridPhrase> all;
    for (std::int64_t begin = 0; begin < u.size(0); begin += std::int64_t(kBatch)) {
        auto some =
            net.phrasesOf(u.narrow(0, begin, std::min<std::int64_t>(kBatch, u.size(0) - begin)));
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

/// Pairs: the rows of the first half of a list ordered by song, with those of the second.
json interpolation(NetImpl& net, const Tensor& u) {
    constexpr int kPoints = 5;
    const auto half = u.size(0) / 2;
    std::vector<std::vector<GridPhrase>> along;
    for (int point = 0; point < kPoints; ++point) {
        const double share = static_cast<double>(point) / (kPoints - 1);
        along.push_back(
            decodedAll(net, u.narrow(0, 0, half) * (1 - share) + u.narrow(0, half, half) * share));
    }
    std::int64_t falling = 0;
    std::array<double, kPoints> notes{}, distance{};
    for (std::size_t pair = 0; pair < static_cast<std::size_t>(half); ++pair) {
        bool falls = true;
        double last = 1;
        for (std::size_t point = 0; point < kPoints; ++point) {
            const double now = noteDistance(along[point][pair], along.back()[pair]);
            falls = falls && (point == 0 || now <= last + 1e-9);
            last = now;
            distance[point] += ratio(now, static_cast<double>(half));
            notes[point] += ratio(static_cast<double>(along[point][pair].notes.size()),
                                  static_cast<double>(half));
        }
        falling += falls;
    }
    const double ends = (notes.front() + notes.back()) / 2;
    return {{"pairs", half},
            {"monotonic", ratio(static_cast<double>(falling), static_cast<double>(half))},
            {"notes", notes},
            {"distance", distance},
            {"middleAgainstEnds", ratio(notes[kPoints / 2], ends)}};
}

/// One track's block of the source in the latent of the target, where both play the track.
json carrying(NetImpl& net, const Tensor& u) {
    const auto half = u.size(0) / 2;
    const auto targets = u.narrow(0, 0, half);
    const auto sources = u.narrow(0, half, half);
    const auto ofTargets = decodedAll(net, targets);
    const auto ofSources = decodedAll(net, sources);
    json result;
    std::int64_t all = 0, allGood = 0;
    for (int track = 0; track < kVoices; ++track) {
        const auto begin = net.config.blockBegin(track);
        const auto size = net.config.blockBegin(track + 1) - begin;
        auto mixed = targets.clone();
        mixed.narrow(1, begin, size).copy_(sources.narrow(1, begin, size));
        const auto carried = decodedAll(net, mixed);
        std::int64_t pairs = 0, good = 0;
        double toSource = 0, toOwn = 0;
        for (std::size_t i = 0; i < carried.size(); ++i) {
            const auto plays = [&](const GridPhrase& phrase) {
                return std::any_of(phrase.notes.begin(), phrase.notes.end(),
                                   [&](const auto& note) { return note.track == track; });
            };
            if (!plays(ofTargets[i]) || !plays(ofSources[i])) {
                continue;
            }
            auto own = ofTargets[i], left = carried[i];
            std::erase_if(own.notes, [&](const auto& note) { return note.track == track; });
            std::erase_if(left.notes, [&](const auto& note) { return note.track == track; });
            const double source = 1 - noteDistance(carried[i], ofSources[i], track);
            const double kept = 1 - noteDistance(left, own);
            ++pairs;
            toSource += source;
            toOwn += kept;
            good += source >= 0.8 && kept >= 0.8;
        }
        all += pairs;
        allGood += good;
        result["tracks"][std::string(codec::kVoiceNames[static_cast<std::size_t>(track)])] = {
            {"pairs", pairs},
            {"toSource", ratio(toSource, double(pairs))},
            {"othersToOwn", ratio(toOwn, double(pairs))},
            {"good", ratio(double(good), double(pairs))}};
    }
    result["pairs"] = all;
    result["good"] = ratio(double(allGood), double(all));
    return result;
}

json decodeTime(NetImpl& net, const Tensor& u) {
    std::vector<double> times;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(u.size(0), 200); ++i) {
        const auto begin = std::chrono::steady_clock::now();
        net.phrasesOf(u.narrow(0, i, 1));
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
                .count());
    }
    std::sort(times.begin(), times.end());
    return {{"median", times[times.size() / 2]}, {"p95", times[times.size() * 95 / 100]}};
}

} // namespace

Result<json> polyphonicReport(const ReportRequest& request, const CancelToken& cancel) {
    CANTO_TRY(figures,
              evaluatePolyphonic(*request.weights, request.dataset, request.split, cancel));
    CANTO_TRY(opened, openNet(*request.weights));
    CANTO_TRY(model, openPolyphonic(*request.weights));
    CANTO_TRY(prepared, tensors::PreparedPolyphonic::open(request.dataset));
    json report = {{"architecture", "polyphonic"}, {"split", request.split}};
    figures->erase("table");
    figures->erase("card");
    report["reconstruction"] = *figures;
    for (const auto& [name, weights] : request.others) {
        CANTO_TRY(other, evaluatePolyphonic(*weights, request.dataset, request.split, cancel));
        other->erase("table");
        other->erase("card");
        report["others"][name] = *other;
    }
    return torchEdge([&]() -> Result<json> {
        c10::InferenceMode inference;
        NetImpl& net = **opened;
        const Dataset dataset(std::move(*prepared));
        const auto part = [&](std::size_t most, Dataset::Which which) {
            return atMost(dataset.rows(request.split, which), most);
        };
        const auto rows = part(3000, Dataset::Which::All);
        report["classes"] = classFigures(net, **model, dataset, request.split);
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto pairs = latentsOf(net, dataset.phrases(part(400, Dataset::Which::All)));
        report["interpolation"] = interpolation(net, pairs);
        report["carrying"] = carrying(net, pairs);
        report["decodeMilliseconds"] = decodeTime(net, pairs);
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        CANTO_TRY(drawn, drawFigures(**model, dataset, rows, cancel));
        report["draws"] = std::move(*drawn);
        return report;
    });
}

} // namespace canto::models::polyphonic
