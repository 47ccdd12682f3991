// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/phrase_change.h"
#include "models/musae/report_parts.h"
#include "models/nn/logistic_probe.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace canto::models::musae {

using nlohmann::json;
using torch::Tensor;

namespace {

constexpr std::size_t kLearnRows = 16000; ///< of each kind of windows
constexpr std::size_t kTestRows = 6000;
constexpr LogisticFit kFit{.ridge = 3e-3, .iterations = 60, .balanced = true};

/// Shares of right predictions: over phrases, per label, and over songs (mean logit of their
/// phrases).
json predictionJson(const Tensor& logits, const Tensor& labels,
                    const std::vector<std::uint32_t>& songs,
                    const std::vector<std::string>& names) {
    const auto prediction = logits.argmax(1);
    json perLabel = json::object();
    double sum = 0;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const auto mine = labels == static_cast<std::int64_t>(k);
        const auto count = mine.sum().item<std::int64_t>();
        if (count > 0) {
            const auto right = (prediction == labels).logical_and(mine).sum().item<std::int64_t>();
            const double share = static_cast<double>(right) / static_cast<double>(count);
            perLabel[names[k]] = {{"accuracy", share}, {"phrases", count}};
            sum += share;
        }
    }
    std::map<std::uint32_t, std::pair<Tensor, std::int64_t>> bySong;
    for (std::size_t i = 0; i < songs.size(); ++i) {
        const auto row = static_cast<std::int64_t>(i);
        auto& [total, label] = bySong[songs[i]];
        const auto one = torch::log_softmax(logits[row], 0);
        total = total.defined() ? total + one : one;
        label = labels[row].item<std::int64_t>();
    }
    double songsRight = 0;
    for (const auto& [song, vote] : bySong) {
        songsRight += vote.first.argmax().item<std::int64_t>() == vote.second;
    }
    return {{"accuracy", (prediction == labels).to(torch::kFloat64).mean().item<double>()},
            {"meanOfLabels", perLabel.empty() ? 0.0 : sum / static_cast<double>(perLabel.size())},
            {"bySong", bySong.empty() ? 0.0 : songsRight / static_cast<double>(bySong.size())},
            {"songs", bySong.size()},
            {"perLabel", perLabel}};
}

struct Labelled {
    std::vector<std::int64_t> rows;
    Tensor u;
    Tensor labels;
    std::vector<std::uint32_t> songs;
};

/// Rows with a label.
Labelled labelled(NetImpl& net, const Dataset& dataset, const std::string& split,
                  Dataset::Which which, std::size_t most) {
    Labelled result;
    for (const auto row : someRows(dataset, split, which, most)) {
        if (dataset.labelOf(rowTensor({&row, 1}))[0].item<std::int64_t>() >= 0) {
            result.rows.push_back(row);
            result.songs.push_back(dataset.songOf(row));
        }
    }
    if (!result.rows.empty()) {
        result.u = encodeRows(net, dataset, result.rows);
        result.labels = dataset.labelOf(rowTensor(result.rows));
    }
    return result;
}

/// Mean latent of each label, (C, Z); zeros for one without rows.
Tensor meansOf(const Labelled& rows, int classes) {
    auto means = torch::zeros({classes, rows.u.size(1)});
    for (int k = 0; k < classes; ++k) {
        const auto mine = torch::nonzero(rows.labels == k).flatten();
        if (mine.size(0) > 0) {
            means[k] = rows.u.index_select(0, mine).mean(0);
        }
    }
    return means;
}

json matrixJson(const Tensor& matrix) {
    json result = json::array();
    for (std::int64_t row = 0; row < matrix.size(0); ++row) {
        json line = json::array();
        for (std::int64_t column = 0; column < matrix.size(1); ++column) {
            line.push_back(matrix[row][column].item<double>());
        }
        result.push_back(line);
    }
    return result;
}

/// Euclidean distances between the mean latents, and the cosines of their directions from the mean
/// of all means.
json distancesJson(const Tensor& means) {
    const auto centred = means - means.mean(0);
    const auto unit = centred / centred.norm(2, 1, true).clamp_min(1e-9);
    return {{"euclidean", matrixJson(torch::cdist(means, means))},
            {"cosine", matrixJson(unit.mm(unit.t()))}};
}

/// Statistics of decoding the latents `moved` instead of `from`.
struct MoveSum {
    int moves = 0;
    int changed = 0; ///< the probe's prediction has changed
    int reached = 0; ///< the probe predicts the wanted label
    int before = 0;  ///< it had predicted it before
    double cosine = 0;
    int similar = 0; ///< cosine >= 0.8
    int good = 0;    ///< changed and similar
    double rhythm = 0;
    double amount = 0; ///< mean, in units of the distance between the labels' means

    void add(const MoveSum& other, int parts) {
        moves += other.moves;
        changed += other.changed;
        reached += other.reached;
        before += other.before;
        cosine += other.cosine;
        similar += other.similar;
        good += other.good;
        rhythm += other.rhythm;
        amount += other.amount / parts;
    }

    json toJson() const {
        const double n = std::max(moves, 1);
        return {{"moves", moves},
                {"predictionChanged", changed / n},
                {"predictedAsWanted", reached / n},
                {"wantedBefore", before / n},
                {"pitchClassCosine", cosine / n},
                {"cosineAbove0.8", similar / n},
                {"changedAndAbove0.8", good / n},
                {"rhythmKept", rhythm / n},
                {"amount", amount}};
    }
};

/// Fits a probe on the songs of one half of `rows`: those with an even number, or the others.
LogisticProbe probeOfHalf(const Labelled& rows, bool even, int classes) {
    std::vector<std::int64_t> mine;
    for (std::size_t i = 0; i < rows.songs.size(); ++i) {
        if ((rows.songs[i] % 2 == 0) == even) {
            mine.push_back(static_cast<std::int64_t>(i));
        }
    }
    if (mine.empty()) { // only a few songs
        return {rows.u, rows.labels, classes, kFit};
    }
    const auto which = rowTensor(mine);
    return {rows.u.index_select(0, which), rows.labels.index_select(0, which), classes, kFit};
}

/// What moves a phrase, and the probe that evaluates it.
struct Mover {
    NetImpl& net;
    const Labelled& rows;
    const Tensor& means;             ///< of each label
    const LogisticProbe& guide;      ///< decides when the phrase has moved far enough
    const LogisticProbe& classifier; ///< fitted on other songs than the guide

    /// (N, Z): rows moved by `amount` times the difference of both labels' means; amount 0 changes
    /// only the dimensions that the prior uses for the label.
    Tensor moved(int target, double amount) const {
        auto u = rows.u + amount * (means[target] - means.index_select(0, rows.labels));
        if (net.config.prior == PriorKind::CircularMixture) {
            const double angle = net.prior.angle(target);
            u.select(1, 0).fill_(std::cos(angle) / CircularMixturePrior::kPlaneScale);
            u.select(1, 1).fill_(std::sin(angle) / CircularMixturePrior::kPlaneScale);
        }
        return u;
    }

    /// Decodes at the smallest of `amounts` at which the guide predicts the target; at the last if
    /// it never does. Sets `used` to the mean amount of rows of other labels.
    std::vector<Codes> search(int target, std::span<const double> amounts, double& used) const {
        std::vector<Codes> result(static_cast<std::size_t>(rows.u.size(0)));
        std::vector<char> found(result.size(), 0);
        double total = 0;
        const int others = (rows.labels != target).sum().item<int>();
        for (std::size_t a = 0; a < amounts.size(); ++a) {
            const auto decoded = decodeCodes(net, moved(target, amounts[a]));
            const auto prediction = guide.predictions(net.encoder(codeTensor(net.config, decoded)));
            for (std::size_t i = 0; i < result.size(); ++i) {
                if (found[i] == 0) {
                    result[i] = decoded[i];
                    const auto row = static_cast<std::int64_t>(i);
                    const bool away = rows.labels[row].item<std::int64_t>() != target;
                    found[i] = prediction[row].item<std::int64_t>() == target || !away ||
                               a + 1 == amounts.size();
                    total += found[i] != 0 && away ? amounts[a] : 0;
                }
            }
        }
        used = total / std::max(others, 1);
        return result;
    }
};

json movePart(const Mover& mover, const CancelToken& cancel) {
    const auto& rows = mover.rows;
    const auto& names = mover.net.config.labels;
    const int classes = static_cast<int>(names.size());
    const auto predictionsOn = [&](const std::vector<Codes>& phrases) {
        return mover.classifier.predictions(
            mover.net.encoder(codeTensor(mover.net.config, phrases)));
    };
    const auto tokensOf = [&](const Codes& phrase) {
        return std::span(phrase).first(static_cast<std::size_t>(mover.net.config.steps()) *
                                       kTracks);
    };
    const auto plain = decodeCodes(mover.net, rows.u);
    const auto before = predictionsOn(plain);
    json result = json::object();
    // "plane": only the two dimensions that the prior uses for the label. "means": the whole latent
    // by the difference of both labels' means, once and twice. "search": as far as necessary.
    static const std::map<std::string, std::vector<double>> kWays{
        {"plane", {0}}, {"means", {1}}, {"means twice", {2}}, {"search", {1, 1.5, 2, 2.5, 3, 4}}};
    for (const auto& [way, amounts] : kWays) {
        MoveSum all;
        json perTarget = json::object();
        for (int target = 0; target < classes && !cancel.cancelled(); ++target) {
            if (way == "plane" && mover.net.config.prior != PriorKind::CircularMixture) {
                break;
            }
            MoveSum sum;
            const auto decoded = mover.search(target, amounts, sum.amount);
            const auto after = predictionsOn(decoded);
            for (std::size_t i = 0; i < decoded.size(); ++i) {
                const auto row = static_cast<std::int64_t>(i);
                if (rows.labels[row].item<std::int64_t>() == target) {
                    continue;
                }
                const auto prediction = after[row].item<std::int64_t>();
                const auto earlier = before[row].item<std::int64_t>();
                const double cosine =
                    codec::pitchClassCosine(tokensOf(plain[i]), tokensOf(decoded[i]));
                ++sum.moves;
                sum.changed += prediction != earlier;
                sum.reached += prediction == target;
                sum.before += earlier == target;
                sum.cosine += cosine;
                sum.similar += cosine >= 0.8;
                sum.good += prediction != earlier && cosine >= 0.8;
                sum.rhythm += codec::rhythmKept(tokensOf(plain[i]), tokensOf(decoded[i]));
            }
            perTarget[names[static_cast<std::size_t>(target)]] = sum.toJson();
            all.add(sum, classes);
        }
        if (all.moves > 0) {
            result[way] = all.toJson();
            result[way]["perTarget"] = perTarget;
        }
    }
    return result;
}

} // namespace

json genreParts(NetImpl& net, const Dataset& dataset, const std::string& split,
                const CancelToken& cancel) {
    const auto& names = net.config.labels;
    const int classes = static_cast<int>(names.size());
    if (classes < 2) {
        return {{"genres", json::object()}, {"move", json::object()}};
    }
    // The probe is fitted on both kinds of windows, as the network was.
    const auto strict = labelled(net, dataset, "train", Dataset::Which::Strict, kLearnRows / 2);
    const auto all = labelled(net, dataset, "train", Dataset::Which::All, kLearnRows);
    if (all.rows.empty()) {
        return {{"genres", json::object()}, {"move", json::object()}};
    }
    const auto x = strict.rows.empty() ? all.u : torch::cat({all.u, strict.u});
    const auto y = strict.rows.empty() ? all.labels : torch::cat({all.labels, strict.labels});
    const LogisticProbe probe(x, y, classes, kFit);
    const LogisticProbe guide = probeOfHalf(all, true, classes);
    const LogisticProbe classifier = probeOfHalf(all, false, classes);

    json genres = {{"chance", 1.0 / classes}};
    Labelled toMove;
    for (const auto which : {Dataset::Which::All, Dataset::Which::Strict}) {
        auto test = labelled(net, dataset, split, which, kTestRows);
        if (test.rows.empty()) {
            continue;
        }
        json part = {
            {"probe", predictionJson(probe.logits(test.u), test.labels, test.songs, names)}};
        if (net.config.prior == PriorKind::CircularMixture) {
            const auto nearest = net.prior.nearest(net.toZ(test.u));
            const auto oneHot = torch::one_hot(nearest, classes).to(torch::kFloat32) * 10;
            part["nearestComponent"] = predictionJson(oneHot, test.labels, test.songs, names);
        }
        genres[which == Dataset::Which::Strict ? "strict" : "all"] = part;
        if (which == Dataset::Which::All) {
            toMove = std::move(test);
        }
    }
    const auto means = meansOf(all, classes);
    genres["distances"] = distancesJson(means);

    // A few hundred phrases are moved to each other label.
    constexpr std::int64_t kMoved = 500;
    json move = json::object();
    if (!toMove.rows.empty()) {
        const auto stride = std::max<std::int64_t>(1, toMove.u.size(0) / kMoved);
        Labelled some;
        some.u = toMove.u.slice(0, 0, c10::nullopt, stride).contiguous();
        some.labels = toMove.labels.slice(0, 0, c10::nullopt, stride).contiguous();
        move = movePart({net, some, means, guide, classifier}, cancel);
    }
    return {{"genres", genres}, {"move", move}};
}

} // namespace canto::models::musae
