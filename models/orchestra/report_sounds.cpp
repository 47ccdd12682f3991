// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/report_sounds.h"

#include "models/orchestra/probe.h"

#include <algorithm>
#include <map>
#include <set>

namespace canto::models::orchestra {

using nlohmann::json;
using torch::Tensor;

namespace {

/// What is predicted as a whole: a clip, a recording or a work.
struct Unit {
    std::string work;
    std::int64_t composer = 0;
    Tensor shares; ///< (C), summed
};

std::string workOf(const tensors::PreparedMovement& movement) {
    return movement.composer + "/" + movement.work;
}

/// Units by name, in the order of their names.
template <class Name>
std::vector<Unit> unitsOf(const Tensor& shares, const Side& side, const Name& nameOf) {
    std::map<std::string, Unit> units;
    for (std::size_t i = 0; i < side.rows.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const auto& movement = side.clips->movementOf(side.rows[i]);
        auto& unit = units[nameOf(i, movement)];
        unit.work = workOf(movement);
        unit.composer = side.labels[at].item<std::int64_t>();
        unit.shares = unit.shares.defined() ? unit.shares + shares[at] : shares[at];
    }
    std::vector<Unit> all;
    for (auto& [name, unit] : units) {
        all.push_back(std::move(unit));
    }
    return all;
}

json accuracyOf(const std::vector<Unit>& units) {
    using Count = std::pair<double, double>; // right, all
    Count whole;
    std::map<std::int64_t, Count> byComposer;
    std::map<std::string, Count> byWork;
    for (const auto& unit : units) {
        const bool right = unit.shares.argmax().item<std::int64_t>() == unit.composer;
        for (auto* count : {&whole, &byComposer[unit.composer], &byWork[unit.work]}) {
            count->first += right ? 1 : 0;
            ++count->second;
        }
    }
    double mean = 0, largest = 0;
    for (const auto& [composer, count] : byComposer) {
        mean += count.first / count.second / static_cast<double>(byComposer.size());
        largest = std::max(largest, count.second / whole.second);
    }
    std::vector<Count> works;
    for (const auto& [name, count] : byWork) {
        works.push_back(count);
    }
    const auto [low, high] = drawnWorks(works);
    return {{"accuracy", whole.first / whole.second},
            {"low", low},
            {"high", high},
            {"count", units.size()},
            {"meanOfClasses", mean},
            {"largestClass", largest}};
}

} // namespace

std::vector<SoundSide> soundSides(const std::vector<const Clips*>& datasets) {
    std::vector<SoundSide> sides;
    for (const Clips* clips : datasets) {
        std::map<std::pair<std::string, std::string>, std::vector<std::int64_t>> rows;
        for (const auto row : clips->rows(Split::Work, Clips::Side::HeldOut)) {
            const auto& movement = clips->movementOf(row);
            rows[{movement.font, movement.split}].push_back(row);
        }
        for (auto& [key, some] : rows) {
            Side side{"", clips, std::move(some), {}};
            side.labels = clips->labels().index_select(0, indexOf(side.rows));
            sides.push_back({key.first, key.second, std::move(side)});
        }
    }
    return sides;
}

json votesOf(const Tensor& shares, const Side& side) {
    const auto clip = [](std::size_t i, const auto&) { return std::to_string(i); };
    const auto recording = [](std::size_t, const auto& movement) {
        return movement.path + "\n" + movement.font;
    };
    const auto work = [](std::size_t, const auto& movement) { return workOf(movement); };
    return {{"clips", accuracyOf(unitsOf(shares, side, clip))},
            {"recordings", accuracyOf(unitsOf(shares, side, recording))},
            {"works", accuracyOf(unitsOf(shares, side, work))}};
}

json fontProbe(const std::vector<Tensor>& x, const std::vector<SoundSide>& sides) {
    std::set<std::string> fonts, works;
    for (const auto& sound : sides) {
        fonts.insert(sound.font);
        for (const auto row : sound.side.rows) {
            works.insert(workOf(sound.side.clips->movementOf(row)));
        }
    }
    if (fonts.size() < 2 || works.size() < 2) {
        return nullptr;
    }
    const auto placeIn = [](const std::set<std::string>& names, const std::string& name) {
        return static_cast<std::int64_t>(std::distance(names.begin(), names.find(name)));
    };
    std::vector<std::int64_t> font, half;
    for (const auto& sound : sides) {
        for (const auto row : sound.side.rows) {
            font.push_back(placeIn(fonts, sound.font));
            half.push_back(placeIn(works, workOf(sound.side.clips->movementOf(row))) % 2);
        }
    }
    const auto all = torch::cat(x);
    const auto truth = indexOf(font);
    const auto halves = indexOf(half);
    auto found = torch::zeros_like(truth);
    const auto count = static_cast<std::int64_t>(fonts.size());
    for (const std::int64_t tested : {0, 1}) {
        const auto fit = halves.ne(tested).nonzero().flatten();
        const auto test = halves.eq(tested).nonzero().flatten();
        const LogisticProbe probe(all.index_select(0, fit), truth.index_select(0, fit), count,
                                  {.ridge = 1e-2, .balanced = true});
        found.index_copy_(0, test, probe.predictions(all.index_select(0, test)));
    }
    const auto number = torch::bincount(truth, {}, count).to(torch::kFloat64);
    const auto right = torch::bincount(truth, found.eq(truth).to(torch::kFloat64), count);
    return {{"fonts", fonts},
            {"clips", truth.numel()},
            {"accuracy", agreement(found, truth)},
            {"meanOfClasses", (right / number).mean().item<double>()},
            {"largest", (number.max() / number.sum()).item<double>()}};
}

Result<json> soundsCheck(NetImpl& net, const std::string& name, const std::vector<SoundSide>& sides,
                         const train::Stop& stop) {
    torch::NoGradGuard off;
    auto* clip = dynamic_cast<ClipNet*>(&net);
    json result = {{"name", name}, {"sounds", json::array()}};
    std::vector<Tensor> codes;
    for (const auto& sound : sides) {
        CANTO_TRY(code, embedded(net, *sound.side.clips, sound.side.rows, View::Pooled, stop));
        if (clip != nullptr) {
            auto row = votesOf(torch::softmax(clip->logitsOf(*code), 1), sound.side);
            row.update({{"font", sound.font}, {"split", sound.split}});
            result["sounds"].push_back(std::move(row));
        }
        codes.push_back(std::move(*code));
    }
    result["fonts"] = fontProbe(codes, sides);
    return result;
}

} // namespace canto::models::orchestra
