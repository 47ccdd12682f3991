// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/report_parts.h"

#include "core/codec/word_features.h"
#include "models/muser/sequence.h"
#include "models/muser/writing.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace canto::models::muser {

using codec::Word;
using nlohmann::json;
using torch::Tensor;

namespace {

tl::unexpected<Error> stopped() { return fail(Error::Code::Cancelled, "Cancelled"); }

/// Codes (T, 7) and the decoder's output for them.
Latent encodePhrase(NetImpl& net, std::span<const Word> words) {
    c10::InferenceMode inference;
    const std::vector<std::vector<Word>> one(1, {words.begin(), words.end()});
    const auto batch = batchOf(one, {0}, net.config.places);
    return latentOf(net.quantise(batch.words, batch.live).codes[0], 0, net.config);
}

std::vector<Word> decodeLatent(NetImpl& net, const Latent& z) {
    c10::InferenceMode inference;
    Random random(1);
    return writeWords(net, vectorsOf(codesOf(z, net.config), net), labelOf(z, net.config),
                      {.bars = net.config.bars}, random, {});
}

constexpr std::array<const char*, 4> kMoved = {"tempo", "pitch", "duration", "velocity"};
constexpr std::array<codec::Field, 4> kMovedFields = {
    codec::Field::Tempo, codec::Field::Pitch, codec::Field::Duration, codec::Field::Velocity};
constexpr std::array<double, 4> kAudible = {3, 1, 0.5, 4};

std::array<double, 4> fourMeans(std::span<const Word> words) {
    const auto means = codec::meansOf(words);
    return {means.tempo, means.pitch, means.duration, means.velocity};
}

} // namespace

Result<std::vector<Piece>> piecesOf(NetImpl& net, const Dataset& dataset,
                                    const CancelToken& cancel) {
    c10::InferenceMode inference;
    const auto& prepared = dataset.prepared();
    std::vector<Piece> pieces;
    for (std::size_t song = 0; song < prepared.songs().size(); ++song) {
        if (prepared.classOf(song) < 0) {
            continue;
        }
        if (cancel.cancelled()) {
            return stopped();
        }
        Piece piece;
        piece.features = codec::wordFeatures(prepared.words(song));
        piece.label = prepared.classOf(song);
        piece.group = prepared.songs()[song].artist;
        piece.split = prepared.songs()[song].split;
        std::vector<std::vector<Word>> phrases;
        const auto bars = static_cast<int>(prepared.bars(song).size());
        for (int bar = 0; bar < bars; bar += net.config.bars) {
            const auto words = prepared.window(song, bar, net.config.bars,
                                               static_cast<std::size_t>(net.config.places) - 1);
            phrases.emplace_back(words.begin(), words.end());
        }
        const auto batch =
            batchOf(phrases, std::vector<std::int64_t>(phrases.size(), 0), net.config.places);
        const auto vectors = net.quantise(batch.words, batch.live).vectors;
        const auto live = batch.live.to(torch::kFloat32).unsqueeze(2);
        const auto mean = ((vectors * live).sum(c10::IntArrayRef{0, 1}) / live.sum())
                              .to(torch::kFloat64)
                              .contiguous();
        piece.latent.assign(mean.data_ptr<double>(), mean.data_ptr<double>() + mean.numel());
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

json separationFigures(const NetImpl& net, const std::vector<Piece>& pieces) {
    struct Pair {
        const char* name;
        int a;
        int b;
    };
    constexpr std::array<Pair, 4> kPairs{{{"arousal Q1-Q4", 0, 3},
                                          {"arousal Q2-Q3", 1, 2},
                                          {"valence Q1-Q2", 0, 1},
                                          {"valence Q3-Q4", 2, 3}}};
    json figures;
    for (int element = -1; element < kElements; ++element) {
        const auto first = element < 0 ? 0 : element * net.config.slice;
        const auto count = element < 0 ? net.config.latent() : net.config.slice;
        json row;
        for (const auto& pair : kPairs) {
            std::array<std::vector<std::vector<double>>, 2> groups;
            for (const auto& piece : pieces) {
                if (piece.label == pair.a || piece.label == pair.b) {
                    groups[piece.label == pair.a ? 0 : 1].emplace_back(
                        piece.latent.begin() + first, piece.latent.begin() + first + count);
                }
            }
            row[pair.name] = silhouette(groups[0], groups[1]);
        }
        row["arousal"] =
            (row["arousal Q1-Q4"].get<double>() + row["arousal Q2-Q3"].get<double>()) / 2;
        row["valence"] =
            (row["valence Q1-Q2"].get<double>() + row["valence Q3-Q4"].get<double>()) / 2;
        figures[element < 0 ? "all" : codec::kFieldNames[static_cast<std::size_t>(element)]] =
            std::move(row);
    }
    return figures;
}

Result<json> transferFigures(NetImpl& net, const Dataset& dataset,
                             const std::vector<std::int64_t>& rows, int pairs,
                             const CancelToken& cancel) {
    Random random(1);
    struct Count {
        int moved = 0;
        int counted = 0;
        int stayed = 0;
        int others = 0;
        double way = 0; ///< distance moved from target to source, sum
    };
    std::array<Count, 4> counts;
    double words = 0;
    double seconds = 0;
    for (int pair = 0; pair < pairs && rows.size() > 1; ++pair) {
        const auto here = rows[random.below(rows.size())];
        auto there = here;
        for (int tries = 0; tries < 100 && dataset.songOf(there) == dataset.songOf(here); ++tries) {
            there = rows[random.below(rows.size())];
        }
        const auto target = encodePhrase(net, dataset.phrase(here));
        const auto source = encodePhrase(net, dataset.phrase(there));
        // Compared with the songs themselves, not with their reconstructions.
        const auto own = fourMeans(dataset.phrase(here));
        const auto given = fourMeans(dataset.phrase(there));
        for (std::size_t moved = 0; moved < 4; ++moved) {
            if (cancel.cancelled()) {
                return stopped();
            }
            const std::array element{static_cast<int>(kMovedFields[moved])};
            const auto begin = std::chrono::steady_clock::now();
            const auto result = decodeLatent(net, transferElements(target, source, element, net));
            seconds +=
                std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            words += static_cast<double>(result.size());
            const auto means = fourMeans(result);
            for (std::size_t i = 0; i < 4; ++i) {
                const double apart = std::abs(own[i] - given[i]);
                if (apart < kAudible[i]) {
                    continue;
                }
                const bool nearSource = std::abs(means[i] - given[i]) < std::abs(means[i] - own[i]);
                auto& count = counts[moved];
                if (i == moved) {
                    ++count.counted;
                    count.moved += nearSource;
                    count.way += 1 - std::min(1.0, std::abs(means[i] - given[i]) / apart);
                } else {
                    ++count.others;
                    count.stayed += !nearSource;
                }
            }
        }
    }
    json figures;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& count = counts[i];
        const auto share = [](double part, int all) { return all > 0 ? part / all : 0.0; };
        figures[kMoved[i]] = {{"moved", share(count.moved, count.counted)},
                              {"pairs", count.counted},
                              {"wayToTheSource", share(count.way, count.counted)},
                              {"othersStayed", share(count.stayed, count.others)},
                              {"othersCounted", count.others}};
    }
    return json{{"elements", std::move(figures)},
                {"pairs", pairs},
                {"wordsPerSecond", seconds > 0 ? words / seconds : 0.0}};
}

} // namespace canto::models::muser
