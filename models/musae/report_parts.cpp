// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/report_parts.h"

#include "core/codec/musegan_metrics.h"
#include "core/codec/phrase_change.h"
#include "core/codec/phrase_properties.h"
#include "core/projection/property_directions.h"
#include "models/common/rows.h"
#include "models/musae/reconstruction.h"

#include <ATen/CPUGeneratorImpl.h>
#include <algorithm>
#include <cmath>

namespace canto::models::musae {

using nlohmann::json;
using torch::Tensor;
using Phrase = std::vector<codec::Token>;

std::vector<std::int64_t> someRows(const Dataset& dataset, const std::string& split,
                                   Dataset::Which which, std::size_t most) {
    return atMost(dataset.rows(split, which), most);
}

Tensor encodeRows(NetImpl& net, const Dataset& dataset, std::span<const std::int64_t> rows) {
    constexpr std::size_t kBatch = 256;
    std::vector<Tensor> parts;
    for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
        const auto count = std::min(kBatch, rows.size() - begin);
        parts.push_back(net.encoder(
            dataset.batch(rowTensor(rows.subspan(begin, count)), net.config.expression)));
    }
    return torch::cat(parts);
}

std::vector<Codes> decodeCodes(NetImpl& net, const Tensor& u) {
    constexpr std::int64_t kBatch = 256;
    const auto size = static_cast<std::size_t>(net.config.steps()) * kTracks;
    std::vector<Codes> phrases;
    for (std::int64_t begin = 0; begin < u.size(0); begin += kBatch) {
        const auto part = u.narrow(0, begin, std::min(kBatch, u.size(0) - begin));
        const auto probable = mostProbable(net.decoder(part)); // (B, X, T)
        const auto columns = static_cast<std::size_t>(probable[0].numel());
        const std::span all(probable.data_ptr<std::uint8_t>(),
                            static_cast<std::size_t>(probable.numel()));
        for (std::size_t at = 0; at < all.size(); at += columns) {
            auto codes = codec::canonical(all.subspan(at, size));
            if (net.config.expression) {
                const auto expressions =
                    codec::canonicalExpressions(codes, all.subspan(at + size, size));
                codes.insert(codes.end(), expressions.begin(), expressions.end());
            }
            phrases.push_back(std::move(codes));
        }
    }
    return phrases;
}

std::vector<Phrase> decodeAll(NetImpl& net, const Tensor& u) {
    auto phrases = decodeCodes(net, u);
    for (auto& phrase : phrases) {
        phrase.resize(static_cast<std::size_t>(net.config.steps()) * kTracks);
    }
    return phrases;
}

Tensor codeTensor(const NetConfig& config, const std::vector<Codes>& phrases) {
    const auto count = static_cast<std::int64_t>(phrases.size());
    auto codes = torch::empty({count, config.columns(), config.steps()}, torch::kUInt8);
    auto* to = codes.data_ptr<std::uint8_t>();
    for (const auto& phrase : phrases) {
        to = std::copy(phrase.begin(), phrase.end(), to);
    }
    return codes.to(torch::kInt64).transpose(1, 2).contiguous();
}

namespace {

json museGanJson(const codec::MuseGanFigures& figures) {
    json result = {{"bars", figures.bars}, {"drumPattern", figures.drumPattern}};
    for (std::size_t track = 0; track < kTracks; ++track) {
        const auto& one = figures.tracks[track];
        json part = {{"emptyBars", one.emptyBars}};
        if (track > 0) {
            part["pitchClasses"] = one.pitchClasses;
            part["qualifiedNotes"] = one.qualifiedNotes;
        }
        result[std::string(codec::kTrackNames[track])] = part;
    }
    return result;
}

} // namespace

json museGanPart(NetImpl& net, const Dataset& dataset, const std::string& split, int bars) {
    const int phrases = bars / net.config.bars;
    codec::MuseGanMetrics drawn;
    auto generator = at::make_generator<at::CPUGeneratorImpl>(std::uint64_t(1));
    // The same number from each labelled component.
    const auto labels =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(net.config.labels.size()));
    const auto component = torch::arange(phrases, torch::kInt64).remainder(labels);
    const auto u = net.drawPrior(component, torch::randn({phrases, net.config.latent}, generator));
    for (const auto& phrase : decodeAll(net, u)) {
        drawn.add(phrase);
    }
    json result = {{"drawn", museGanJson(drawn.figures())}};
    for (const auto which : {Dataset::Which::All, Dataset::Which::Strict}) {
        codec::MuseGanMetrics data;
        for (const auto row : someRows(dataset, split, which, static_cast<std::size_t>(phrases))) {
            data.add(dataset.phrase(row));
        }
        const bool strict = which == Dataset::Which::Strict;
        result[strict ? "dataStrict" : "data"] = museGanJson(data.figures());
    }
    return result;
}

json interpolationPart(NetImpl& net, const Dataset& dataset, const std::string& split, int pairs,
                       const CancelToken& cancel) {
    const auto rows =
        someRows(dataset, split, Dataset::Which::All, static_cast<std::size_t>(2 * pairs));
    const auto u = encodeRows(net, dataset, rows);
    const auto half = static_cast<std::int64_t>(rows.size()) / 2;
    json result = {{"pairs", half}};
    for (const int points : {5, 7, 9}) {
        if (cancel.cancelled()) {
            break;
        }
        std::vector<std::vector<Phrase>> along; // by point, by pair
        for (int point = 0; point < points; ++point) {
            const double share = static_cast<double>(point) / (points - 1);
            // Rows are ordered by song: the partner is half of the list away.
            along.push_back(decodeAll(net, u.narrow(0, 0, half) * (1 - share) +
                                               u.narrow(0, half, half) * share));
        }
        int falling = 0;
        int fallingFromStart = 0;
        std::vector<double> mean(static_cast<std::size_t>(points));
        std::vector<std::array<double, kTracks>> notes(static_cast<std::size_t>(points));
        for (std::size_t pair = 0; pair < static_cast<std::size_t>(half); ++pair) {
            std::vector<double> toEnd;
            std::vector<double> toStart;
            for (std::size_t point = 0; point < along.size(); ++point) {
                toEnd.push_back(codec::hammingDistance(along[point][pair], along.back()[pair]));
                toStart.insert(toStart.begin(),
                               codec::hammingDistance(along[point][pair], along.front()[pair]));
                mean[point] += toEnd.back() / static_cast<double>(half);
                const auto properties = codec::propertiesOf(along[point][pair]);
                for (std::size_t track = 0; properties && track < kTracks; ++track) {
                    notes[point][track] += properties->tracks[track].onsets / double(half);
                }
            }
            falling += codec::neverRises(toEnd);
            fallingFromStart += codec::neverRises(toStart);
        }
        result[std::to_string(points)] = {
            {"fallsToTheEnd", static_cast<double>(falling) / static_cast<double>(half)},
            {"fallsToTheStart", static_cast<double>(fallingFromStart) / static_cast<double>(half)},
            {"meanDistance", mean},
            {"meanNotes", notes}};
    }
    return result;
}

namespace {

/// One property with which a sweep is compared.
struct Watched {
    codec::Measure measure;
    std::optional<codec::Family> track;
    std::string name;
};

std::vector<Watched> watchedProperties() {
    std::vector<Watched> all;
    for (const auto measure :
         {codec::Measure::Notes, codec::Measure::Held, codec::Measure::Silence,
          codec::Measure::Highest, codec::Measure::Lowest, codec::Measure::MeanPitch}) {
        const std::string name(codec::nameOf(measure));
        all.push_back({measure, {}, name});
        for (std::size_t track = 0; track < kTracks; ++track) {
            all.push_back({measure, static_cast<codec::Family>(track),
                           name + ", " + std::string(codec::kTrackNames[track])});
        }
    }
    return all;
}

struct SweepSum {
    double sum = 0; ///< of r over the phrases where it is defined
    int strong = 0; ///< phrases with |r| >= 0.8
    int count = 0;
};

} // namespace

json sweepPart(NetImpl& net, const Dataset& dataset, const std::string& split, int phrases,
               const CancelToken& cancel) {
    const auto rows =
        someRows(dataset, split, Dataset::Which::All, static_cast<std::size_t>(phrases));
    const auto u = encodeRows(net, dataset, rows);
    const auto watched = watchedProperties();
    const auto scale = net.toZ(torch::ones({net.config.latent}));
    json result = json::object();
    for (const double reach : {10.0, 2.0}) {
        std::vector<std::vector<SweepSum>> sums(
            watched.size(), std::vector<SweepSum>(static_cast<std::size_t>(net.config.latent)));
        for (int dimension = 0; dimension < net.config.latent; ++dimension) {
            if (cancel.cancelled()) {
                return result;
            }
            // The phrase as it is, then nine values from -reach to reach.
            std::vector<Tensor> points = {u};
            for (int i = 0; i < 9; ++i) {
                auto moved = u.clone();
                moved.select(1, dimension).fill_(reach * (i - 4) / 4.0);
                points.push_back(moved);
            }
            std::vector<std::vector<Phrase>> decoded;
            for (const auto& point : points) {
                decoded.push_back(decodeAll(net, point));
            }
            for (std::size_t phrase = 0; phrase < rows.size(); ++phrase) {
                std::vector<double> swept;
                std::vector<codec::PhraseProperties> counted;
                for (std::size_t point = 0; point < points.size(); ++point) {
                    swept.push_back(
                        points[point][static_cast<std::int64_t>(phrase)][dimension].item<double>());
                    counted.push_back(*codec::propertiesOf(decoded[point][phrase]));
                }
                for (std::size_t w = 0; w < watched.size(); ++w) {
                    std::vector<double> values;
                    for (const auto& one : counted) {
                        values.push_back(codec::valueOf(one, watched[w].measure, watched[w].track)
                                             .value_or(std::nan("")));
                    }
                    if (const auto r = projection::pearson(swept, values)) {
                        auto& sum = sums[w][static_cast<std::size_t>(dimension)];
                        sum.sum += *r;
                        sum.strong += std::abs(*r) >= 0.8;
                        ++sum.count;
                    }
                }
            }
        }
        json part = json::object();
        for (std::size_t w = 0; w < watched.size(); ++w) {
            // A property that hardly ever changes has no meaningful correlation.
            std::vector<std::pair<double, int>> ranked;
            std::vector<double> byDimension;
            for (int dimension = 0; dimension < net.config.latent; ++dimension) {
                const auto& sum = sums[w][static_cast<std::size_t>(dimension)];
                const double r =
                    2 * sum.count < static_cast<int>(rows.size()) ? 0 : sum.sum / sum.count;
                ranked.push_back({r, dimension});
                byDimension.push_back(r);
            }
            std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
                return std::abs(a.first) > std::abs(b.first);
            });
            json best = json::array();
            for (std::size_t i = 0; i < std::min<std::size_t>(3, ranked.size()); ++i) {
                const auto& sum = sums[w][static_cast<std::size_t>(ranked[i].second)];
                best.push_back({{"dimension", ranked[i].second},
                                {"r", ranked[i].first},
                                {"strongShare", static_cast<double>(sum.strong) /
                                                    static_cast<double>(rows.size())}});
            }
            part[watched[w].name] = {{"best", best}, {"r", byDimension}};
        }
        result[std::to_string(static_cast<int>(reach))] = {
            {"reach", reach}, {"phrases", rows.size()}, {"properties", part}};
    }
    result["unit"] =
        std::vector<float>(scale.data_ptr<float>(), scale.data_ptr<float>() + net.config.latent);
    return result;
}

} // namespace canto::models::musae
