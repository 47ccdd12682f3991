// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/report_parts.h"

#include "core/base/random.h"
#include "models/orchestra/probe.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>

namespace canto::models::orchestra {

using nlohmann::json;
using torch::Tensor;

namespace {

constexpr int kSteps = 16;
constexpr int kComponents = 40;
constexpr int kDraws = 2000;

double correlation(const Tensor& a, const Tensor& b) {
    const auto x = a - a.mean();
    const auto y = b - b.mean();
    return ((x * y).sum() / (x.square().sum() * y.square().sum()).sqrt().clamp_min(1e-12))
        .item<double>();
}

Side sideOf(const char* name, const Clips& clips, std::vector<std::int64_t> rows) {
    Side side{name, &clips, std::move(rows), {}};
    side.labels = clips.labels().index_select(0, indexOf(side.rows));
    return side;
}

} // namespace

std::string percent(double share) {
    char text[16];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
    return text;
}

Sides::Sides(const Clips& clips, const Clips* second, Split chosen) : split(chosen) {
    all.push_back(sideOf("train", clips, clips.rows(split, Clips::Side::Train)));
    all.push_back(sideOf("test", clips, clips.rows(split, Clips::Side::HeldOut)));
    if (second != nullptr && second->composers() == clips.composers()) {
        auto rows = second->rows(split, Clips::Side::HeldOut);
        if (!rows.empty()) {
            all.push_back(sideOf("second", *second, std::move(rows)));
        }
    }
}

bool Sides::usable() const { return !all[0].rows.empty() && !all[1].rows.empty(); }

double Sides::largestClass() const {
    const auto counts = torch::bincount(all[1].labels).to(torch::kFloat64);
    return (counts.max() / counts.sum()).item<double>();
}

json Sides::describe() const {
    json sidesJson = json::object();
    for (const auto& side : all) {
        std::map<std::string, int> clips;
        std::map<std::string, std::set<std::string>> works;
        std::map<std::string, std::set<std::string>> movements;
        std::string font;
        for (const auto row : side.rows) {
            const auto& movement = side.clips->movementOf(row);
            ++clips[movement.composer];
            works[movement.composer].insert(movement.work);
            movements[movement.composer].insert(movement.path);
            font = movement.font;
        }
        json composers = json::object();
        for (const auto& [name, count] : clips) {
            composers[name] = {{"clips", count},
                               {"works", works[name].size()},
                               {"movements", movements[name].size()}};
        }
        sidesJson[side.name] = {
            {"clips", side.rows.size()}, {"font", font}, {"composers", composers}};
    }
    return {{"sides", sidesJson}, {"largestClass", largestClass()}};
}

std::pair<double, double> drawnWorks(const std::vector<std::pair<double, double>>& works) {
    Random random(1);
    std::vector<double> drawn;
    for (int draw = 0; draw < kDraws; ++draw) {
        double good = 0;
        double count = 0;
        for (std::size_t i = 0; i < works.size(); ++i) {
            const auto& work = works[random.below(works.size())];
            good += work.first;
            count += work.second;
        }
        drawn.push_back(good / count);
    }
    std::sort(drawn.begin(), drawn.end());
    return {drawn[kDraws / 20], drawn[kDraws - kDraws / 20 - 1]};
}

json classified(const Tensor& predictions, const Side& side) {
    const auto right = predictions.eq(side.labels).to(torch::kInt64).contiguous();
    const auto* hit = right.data_ptr<std::int64_t>();
    std::map<std::string, std::pair<double, double>> byWork; // right, all
    for (std::size_t i = 0; i < side.rows.size(); ++i) {
        const auto& movement = side.clips->movementOf(side.rows[i]);
        auto& [good, count] = byWork[movement.composer + "/" + movement.work];
        good += static_cast<double>(hit[i]);
        ++count;
    }
    std::vector<std::pair<double, double>> works;
    for (const auto& [name, counts] : byWork) {
        works.push_back(counts);
    }
    const auto [low, high] = drawnWorks(works);
    return {{"accuracy", agreement(predictions, side.labels)},
            {"clips", side.rows.size()},
            {"works", works.size()},
            {"low", low},
            {"high", high}};
}

json probed(const std::vector<Tensor>& x, const Sides& sides) {
    const auto classes = static_cast<std::int64_t>(sides.all[0].clips->composers().size());
    const LogisticProbe probe(x[0], sides.all[0].labels, classes);
    json result = json::object();
    for (std::size_t i = 0; i < x.size(); ++i) {
        result[sides.all[i].name] = classified(probe.predictions(x[i]), sides.all[i]);
    }
    return result;
}

Result<json> principalRows(const Sides& sides, const train::Stop& stop) {
    torch::NoGradGuard off;
    json rows = json::array();
    for (const auto feature : {FeatureKind::Mel, FeatureKind::Mfcc, FeatureKind::Chroma}) {
        NetConfig config;
        config.kind = Kind::FeedForward; // standardised
        config.feature = feature;
        sides.all[0].clips->describe(config, sides.all[0].rows);
        // The axes come from a limited number of clips; all clips are projected on them in pieces.
        const auto known = someOf(sides.all[0].rows, 1500);
        const auto flat = sides.all[0].clips->batch(indexOf(known), config).flatten(1);
        const auto [mean, axes] = principalAxes(flat, kComponents, 1);
        std::vector<Tensor> x;
        for (const auto& side : sides.all) {
            std::vector<Tensor> parts;
            constexpr std::size_t kPiece = 200;
            for (std::size_t begin = 0; begin < side.rows.size(); begin += kPiece) {
                const auto end = std::min(side.rows.size(), begin + kPiece);
                const std::vector<std::int64_t> some(
                    side.rows.begin() + static_cast<std::ptrdiff_t>(begin),
                    side.rows.begin() + static_cast<std::ptrdiff_t>(end));
                parts.push_back(
                    (side.clips->batch(indexOf(some), config).flatten(1) - mean).mm(axes));
                if (stop && stop()) {
                    return fail(Error::Code::Cancelled, "Cancelled");
                }
            }
            x.push_back(torch::cat(parts));
        }
        json row = {{"name", "PCA"},
                    {"kind", "pca"},
                    {"feature", nameOf(feature)},
                    {"split", nameOf(sides.split)},
                    {"latent", kComponents},
                    {"width", 1},
                    {"method", "probe"}};
        row.update(probed(x, sides));
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<json> archiveCheck(NetImpl& net, const std::string& name, const Sides& sides,
                          const train::Stop& stop) {
    const auto& train = sides.all[0];
    const auto& test = sides.all[1];
    // Composers whose training clips come from two archives or more.
    std::map<std::string, std::set<std::string>> archivesOf;
    for (const auto row : train.rows) {
        const auto& movement = train.clips->movementOf(row);
        archivesOf[movement.composer].insert(movement.archive);
    }
    std::vector<std::string> archives;
    for (const auto& [composer, names] : archivesOf) {
        if (names.size() > 1) {
            archives.insert(archives.end(), names.begin(), names.end());
        }
    }
    std::sort(archives.begin(), archives.end());
    archives.erase(std::unique(archives.begin(), archives.end()), archives.end());
    const auto only = [&](const Side& side) {
        Side some = side;
        std::erase_if(some.rows, [&](std::int64_t row) {
            const auto& movement = side.clips->movementOf(row);
            return archivesOf[movement.composer].size() < 2 ||
                   !std::binary_search(archives.begin(), archives.end(), movement.archive);
        });
        some.labels = side.clips->labels().index_select(0, indexOf(some.rows));
        return some;
    };
    json result = {{"name", name}, {"split", nameOf(sides.split)}, {"archives", archives}};
    const Side known = only(train);
    const Side asked = only(test);
    if (known.rows.empty() || asked.rows.empty()) {
        result["note"] = "no composer comes from two archives";
        return result;
    }
    const auto x = embedded(net, *known.clips, known.rows, View::Pooled, stop);
    const auto y = embedded(net, *asked.clips, asked.rows, View::Pooled, stop);
    if (!x || !y) {
        return fail(x ? y.error() : x.error());
    }
    const auto archiveOf = [&](const Side& side) {
        std::vector<std::int64_t> numbers;
        for (const auto row : side.rows) {
            const auto at = std::lower_bound(archives.begin(), archives.end(),
                                             side.clips->movementOf(row).archive);
            numbers.push_back(at - archives.begin());
        }
        return indexOf(numbers);
    };
    const auto from = archiveOf(known);
    const auto to = archiveOf(asked);
    const LogisticProbe predicts(*x, from, static_cast<std::int64_t>(archives.size()));
    const auto counts = torch::bincount(to).to(torch::kFloat64);
    result["archiveAccuracy"] = agreement(predicts.predictions(*y), to);
    result["archiveLargest"] = (counts.max() / counts.sum()).item<double>();
    result["clips"] = asked.rows.size();
    // Classifies the composers of these, fitted on one archive and tested on the others.
    const auto classes = static_cast<std::int64_t>(train.clips->composers().size());
    json across = json::array();
    for (std::size_t archive = 0; archive < archives.size(); ++archive) {
        const auto in = from.eq(static_cast<std::int64_t>(archive)).nonzero().flatten();
        const auto within = to.eq(static_cast<std::int64_t>(archive)).nonzero().flatten();
        const auto out = to.ne(static_cast<std::int64_t>(archive)).nonzero().flatten();
        const auto inLabels = known.labels.index_select(0, in);
        if (in.numel() == 0 || std::get<0>(at::_unique(inLabels)).numel() < 2) {
            continue;
        }
        const LogisticProbe probe(x->index_select(0, in), inLabels, classes);
        const auto figuresOn = [&](const Tensor& rows) {
            if (rows.numel() == 0) {
                return json(nullptr);
            }
            const auto labels = asked.labels.index_select(0, rows);
            const auto share = torch::bincount(labels).to(torch::kFloat64);
            return json{
                {"accuracy", agreement(probe.predictions(y->index_select(0, rows)), labels)},
                {"largest", (share.max() / share.sum()).item<double>()},
                {"clips", rows.numel()}};
        };
        across.push_back({{"fittedOn", archives[archive]},
                          {"sameArchive", figuresOn(within)},
                          {"otherArchives", figuresOn(out)}});
    }
    result["composersAcross"] = std::move(across);
    return result;
}

json interpolationOf(AliNet& net, const Clips& clips, const Sides& sides) {
    torch::NoGradGuard off;
    net.eval();
    const int latent = net.config.latent;
    const auto along = torch::linspace(0, 1, kSteps).unsqueeze(1) * torch::ones({1, latent});
    const auto crops = net.generate(along).squeeze(1) * 80 - 80; // (16, 32, 32) dB
    const auto steps =
        (crops.narrow(0, 1, kSteps - 1) - crops.narrow(0, 0, kSteps - 1)).abs().mean({1, 2});
    auto generator = torch::make_generator<torch::CPUGeneratorImpl>(1);
    const auto drawn = torch::randn({512, latent}, generator);
    const auto made = net.generate(drawn).squeeze(1) * 80 - 80;
    const auto pairs = (made.narrow(0, 0, 256) - made.narrow(0, 256, 256)).abs().mean();
    // Distances from 0 to twice the typical one.
    const auto radius = torch::linspace(0, 2, 512).unsqueeze(1);
    const auto far =
        torch::nn::functional::normalize(drawn) * std::sqrt(static_cast<double>(latent)) * radius;
    const auto farLevel = net.generate(far).squeeze(1).mean({1, 2}) * 80 - 80;
    const auto some = indexOf(someOf(sides.all[1].rows, 512));
    const auto real = clips.batch(some, net.config).narrow(1, 0, kCrop).narrow(2, kCrop, kCrop);
    const auto code = net.moments(real.unsqueeze(1)).narrow(1, 0, latent);
    const auto rebuilt = net.generate(code).squeeze(1);
    const auto norms = code.norm(2, 1);
    const auto numbers = [](const Tensor& tensor) {
        const auto flat = tensor.contiguous().to(torch::kFloat32);
        std::vector<double> values;
        for (std::int64_t i = 0; i < flat.numel(); ++i) {
            values.push_back(std::round(flat.data_ptr<float>()[i] * 100) / 100.0);
        }
        return values;
    };
    return {{"latent", latent},
            {"crops", numbers(crops.flatten())},
            {"differenceOfNeighbours", numbers(steps)},
            {"differenceOfRandomPairs", pairs.item<double>()},
            {"levelAlong", numbers(crops.mean({1, 2}))},
            {"levelByRadius", correlation(radius.squeeze(1), farLevel)},
            {"levelAtOrigin", farLevel[0].item<double>()},
            {"levelFarOut", farLevel.narrow(0, 448, 64).mean().item<double>()},
            {"realLevelByNorm", correlation(norms, real.mean({1, 2}))},
            {"reconstructionDb", ((rebuilt - real).abs().mean() * 80).item<double>()},
            {"meanOfDataDb", ((real - real.mean(0)).abs().mean() * 80).item<double>()}};
}

json publishedFigures() {
    const auto by = [](double chroma, double mfcc, double mel) {
        return json{{"chroma", chroma}, {"mfcc", mfcc}, {"mel", mel}};
    };
    return {{"source", "Symphony2vec slides, tables 3, 4 and 7: recordings, clip-level split, "
                       "Sibelius among the five composers; largest class 25.1"},
            {"feed-forward", by(38.63, 57.86, 52.34)},
            {"convolutional", by(36.86, 52.84, 55.73)},
            {"recurrent", by(25.12, 25.12, 25.21)},
            {"ae", by(39.43, 39.41, 34.77)},
            {"contractive", by(40.60, 36.65, 34.38)},
            {"vae", by(38.73, 45.45, 36.85)},
            {"pca", by(35.89, 36.65, 28.24)},
            {"ali", {{"256", 29.91}, {"128", 28.67}, {"40", 28.67}}}};
}

} // namespace canto::models::orchestra
