// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/property_directions.h"

#include "core/base/json_text.h"
#include "core/base/random.h"
#include "core/projection/kernels.h"

#include <Eigen/Dense>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace canto::projection {
namespace {

constexpr std::size_t kFewest = 3; ///< a line through two points always fits

struct Standard {
    Eigen::VectorXd mean, deviation; ///< deviation 0: the dimension never moves
};

Eigen::Index signedSize(std::size_t size) { return static_cast<Eigen::Index>(size); }

Standard standardOf(PointsView latents) {
    const Eigen::Index size = signedSize(latents.dimensions);
    Standard standard{Eigen::VectorXd::Zero(size), Eigen::VectorXd::Zero(size)};
    for (std::size_t row = 0; row < latents.count; ++row) {
        standard.mean +=
            Eigen::Map<const Eigen::VectorXf>(latents.row(row).data(), size).cast<double>();
    }
    standard.mean /= static_cast<double>(latents.count);
    for (std::size_t row = 0; row < latents.count; ++row) {
        const Eigen::VectorXd off =
            Eigen::Map<const Eigen::VectorXf>(latents.row(row).data(), size).cast<double>() -
            standard.mean;
        standard.deviation += off.cwiseAbs2();
    }
    standard.deviation = (standard.deviation / static_cast<double>(latents.count)).cwiseSqrt();
    return standard;
}

/// Which rows are held out: whole groups, until their share is reached.
std::vector<bool> keptOut(std::size_t rows, std::span<const std::uint32_t> groups,
                          const DirectionOptions& options) {
    std::set<std::uint32_t> distinct;
    for (std::size_t row = 0; row < rows; ++row) {
        distinct.insert(groups.empty() ? static_cast<std::uint32_t>(row) : groups[row]);
    }
    std::vector<std::uint32_t> order(distinct.begin(), distinct.end());
    Random random(options.seed);
    random.shuffle(order);
    order.resize(static_cast<std::size_t>(options.heldOut * static_cast<double>(order.size())));
    const std::set<std::uint32_t> out(order.begin(), order.end());
    std::vector<bool> kept(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        kept[row] = out.contains(groups.empty() ? static_cast<std::uint32_t>(row) : groups[row]);
    }
    return kept;
}

double percentile(std::vector<double> sorted, double share) {
    if (sorted.empty()) {
        return 0;
    }
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5)];
}

struct Problem {
    PointsView latents;
    const Standard& standard;
    const std::vector<bool>& out;
    double ridge;

    Eigen::VectorXd standardised(std::size_t row) const {
        Eigen::VectorXd u = Eigen::Map<const Eigen::VectorXf>(latents.row(row).data(),
                                                              signedSize(latents.dimensions))
                                .cast<double>() -
                            standard.mean;
        for (Eigen::Index d = 0; d < u.size(); ++d) {
            u[d] = standard.deviation[d] > 0 ? u[d] / standard.deviation[d] : 0;
        }
        return u;
    }

    PropertyDirection solve(const PropertyValues& property) const;
};

PropertyDirection Problem::solve(const PropertyValues& property) const {
    PropertyDirection direction;
    direction.name = property.name;
    const Eigen::Index size = signedSize(latents.dimensions);
    direction.weights.assign(latents.dimensions, 0.0f);
    direction.unit.assign(latents.dimensions, 0.0f);

    std::vector<std::size_t> rows, others;
    std::vector<double> values;
    double sum = 0;
    for (std::size_t row = 0; row < latents.count; ++row) {
        if (!std::isfinite(property.values[row])) {
            continue;
        }
        values.push_back(property.values[row]);
        if (out[row]) {
            others.push_back(row);
        } else {
            rows.push_back(row);
            sum += property.values[row];
        }
    }
    std::sort(values.begin(), values.end());
    direction.low = percentile(values, 0.05);
    direction.high = percentile(values, 0.95);
    direction.count = rows.size();
    direction.heldOutCount = others.size();
    if (rows.size() < kFewest) {
        return direction;
    }
    const double count = static_cast<double>(rows.size());
    direction.mean = direction.intercept = sum / count;

    Eigen::MatrixXd inputs(size, signedSize(rows.size()));
    Eigen::VectorXd targets(signedSize(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        inputs.col(signedSize(i)) = standardised(rows[i]);
        targets[signedSize(i)] = property.values[rows[i]] - direction.mean;
    }
    direction.deviation = std::sqrt(targets.squaredNorm() / count);
    if (!(direction.deviation > 1e-12 * std::max(1.0, std::abs(direction.mean)))) {
        direction.deviation = 0;
        return direction;
    }
    const Eigen::VectorXd centre = inputs.rowwise().mean();
    inputs.colwise() -= centre;
    Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(size, size);
    kernels().addProducts(inputs.data(), rows.size(), latents.dimensions, normal.data());
    normal = Eigen::MatrixXd(normal.selfadjointView<Eigen::Upper>()) / count; // columns, not rows
    normal.diagonal().array() += ridge + 1e-9; // for dimensions that are constant
    const Eigen::VectorXd weights = normal.ldlt().solve(inputs * targets / count);

    double length = 0;
    for (Eigen::Index d = 0; d < size; ++d) {
        const double deviation = standard.deviation[d];
        const double weight = deviation > 0 ? weights[d] / deviation : 0;
        direction.weights[static_cast<std::size_t>(d)] = static_cast<float>(weight);
        direction.intercept -= weight * standard.mean[d] + weights[d] * centre[d];
        length += std::pow(deviation * weights[d], 2);
    }
    length = std::sqrt(length);
    if (length > 0) {
        for (Eigen::Index d = 0; d < size; ++d) {
            const double step = standard.deviation[d] * weights[d] / length;
            direction.unit[static_cast<std::size_t>(d)] = static_cast<float>(step);
        }
        direction.gain = weights.squaredNorm() / length;
    }
    std::vector<double> truth, guess;
    for (const std::size_t row : others) {
        truth.push_back(property.values[row]);
        guess.push_back(weights.dot(standardised(row)));
    }
    direction.heldOutR = pearson(truth, guess).value_or(0);
    return direction;
}

} // namespace

std::optional<double> pearson(std::span<const double> a, std::span<const double> b) {
    double n = 0, meanA = 0, meanB = 0;
    const std::size_t size = std::min(a.size(), b.size());
    const auto both = [&](std::size_t i) { return std::isfinite(a[i]) && std::isfinite(b[i]); };
    for (std::size_t i = 0; i < size; ++i) {
        if (both(i)) {
            n += 1;
            meanA += a[i];
            meanB += b[i];
        }
    }
    if (n < static_cast<double>(kFewest)) {
        return std::nullopt;
    }
    meanA /= n;
    meanB /= n;
    double aa = 0, bb = 0, ab = 0;
    for (std::size_t i = 0; i < size; ++i) {
        if (both(i)) {
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
            ab += (a[i] - meanA) * (b[i] - meanB);
        }
    }
    const double scale = std::sqrt(aa) * std::sqrt(bb);
    // Rounding gives a constant column a tiny variance.
    const bool constant = std::sqrt(aa / n) <= 1e-12 * std::max(1.0, std::abs(meanA)) ||
                          std::sqrt(bb / n) <= 1e-12 * std::max(1.0, std::abs(meanB));
    return constant ? std::nullopt : std::optional(std::clamp(ab / scale, -1.0, 1.0));
}

Result<PropertyDirections> PropertyDirections::fit(PointsView latents,
                                                   std::span<const PropertyValues> properties,
                                                   std::span<const std::uint32_t> groups,
                                                   const DirectionOptions& options,
                                                   const CancelToken& cancel) {
    CANTO_CHECK(checkPoints(latents));
    if (!(options.ridge >= 0) || !(options.heldOut > 0) || !(options.heldOut < 1)) {
        return fail(Error::Code::BadInput,
                    "The ridge is at least 0, the part kept out lies between 0 and 1");
    }
    if (!groups.empty() && groups.size() != latents.count) {
        return fail(Error::Code::BadShape, "Each latent needs one group");
    }
    const Standard standard = standardOf(latents);
    const auto out = keptOut(latents.count, groups, options);
    const Problem problem{latents, standard, out, options.ridge};
    PropertyDirections directions;
    for (const double deviation : standard.deviation) {
        directions.m_scale.push_back(static_cast<float>(deviation));
    }
    for (const PropertyValues& property : properties) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        if (property.values.size() != latents.count) {
            return fail(Error::Code::BadShape, "Each latent needs one value of " + property.name);
        }
        directions.m_directions.push_back(problem.solve(property));
    }
    return directions;
}

double PropertyDirections::predict(std::size_t property, std::span<const float> latent) const {
    const PropertyDirection& direction = m_directions[property];
    double value = direction.intercept;
    for (std::size_t d = 0; d < std::min(latent.size(), direction.weights.size()); ++d) {
        value += static_cast<double>(direction.weights[d]) * static_cast<double>(latent[d]);
    }
    return value;
}

Result<std::vector<float>>
PropertyDirections::shift(std::span<const std::optional<double>> changes) const {
    if (changes.size() != m_directions.size()) {
        return fail(Error::Code::BadShape, "Each property needs one change");
    }
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (!changes[i]) {
            continue;
        }
        if (!std::isfinite(*changes[i])) {
            return fail(Error::Code::BadInput, "A change is not a number");
        }
        if (m_directions[i].gain > 0) {
            wanted.push_back(i);
        } else if (*changes[i] != 0) {
            return fail(Error::Code::BadInput,
                        "No direction of this space changes " + m_directions[i].name);
        }
    }
    std::vector<float> shift(dimensions(), 0.0f);
    if (wanted.empty()) {
        return shift;
    }
    // Rows: properties in their standard deviations by standard deviations of the latent.
    Eigen::MatrixXd rows(signedSize(wanted.size()), signedSize(dimensions()));
    Eigen::VectorXd targets(signedSize(wanted.size()));
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const PropertyDirection& direction = m_directions[wanted[i]];
        for (std::size_t d = 0; d < dimensions(); ++d) {
            rows(signedSize(i), signedSize(d)) = static_cast<double>(direction.weights[d]) *
                                                 static_cast<double>(m_scale[d]) /
                                                 direction.deviation;
        }
        targets[signedSize(i)] = *changes[wanted[i]] / direction.deviation;
    }
    Eigen::MatrixXd products = rows * rows.transpose();
    // two equal properties with conflicting targets: meet halfway instead of diverging
    if (wanted.size() > 1) {
        products.diagonal().array() += 1e-3 * products.trace() / double(wanted.size());
    }
    const Eigen::VectorXd way = rows.transpose() * products.ldlt().solve(targets);
    for (std::size_t d = 0; d < dimensions(); ++d) {
        shift[d] = static_cast<float>(way[signedSize(d)] * static_cast<double>(m_scale[d]));
    }
    return shift;
}

std::string PropertyDirections::state() const {
    nlohmann::json list = nlohmann::json::array();
    for (const PropertyDirection& one : m_directions) {
        list.push_back({{"name", one.name},
                        {"weights", one.weights},
                        {"intercept", one.intercept},
                        {"unit", one.unit},
                        {"gain", one.gain},
                        {"mean", one.mean},
                        {"deviation", one.deviation},
                        {"low", one.low},
                        {"high", one.high},
                        {"heldOutR", one.heldOutR},
                        {"count", one.count},
                        {"heldOutCount", one.heldOutCount}});
    }
    return jsonText(
        nlohmann::json{{"format", "canto.directions.1"}, {"scale", m_scale}, {"all", list}});
}

Result<PropertyDirections> PropertyDirections::restore(const std::string& state) {
    const auto refused = fail(Error::Code::BadFile, "These are not stored property directions");
    try {
        const auto json = nlohmann::json::parse(state);
        if (json.at("format") != "canto.directions.1") {
            return refused;
        }
        PropertyDirections directions;
        directions.m_scale = json.at("scale").get<std::vector<float>>();
        for (const auto& entry : json.at("all")) {
            PropertyDirection one;
            entry.at("name").get_to(one.name);
            entry.at("weights").get_to(one.weights);
            entry.at("unit").get_to(one.unit);
            for (const auto& [key, member] :
                 {std::pair{"intercept", &PropertyDirection::intercept},
                  std::pair{"gain", &PropertyDirection::gain},
                  std::pair{"mean", &PropertyDirection::mean},
                  std::pair{"deviation", &PropertyDirection::deviation},
                  std::pair{"low", &PropertyDirection::low},
                  std::pair{"high", &PropertyDirection::high},
                  std::pair{"heldOutR", &PropertyDirection::heldOutR}}) {
                entry.at(key).get_to(one.*member);
            }
            entry.at("count").get_to(one.count);
            entry.at("heldOutCount").get_to(one.heldOutCount);
            if (one.weights.size() != directions.m_scale.size() ||
                one.unit.size() != directions.m_scale.size()) {
                return refused;
            }
            directions.m_directions.push_back(std::move(one));
        }
        return directions;
    } catch (const nlohmann::json::exception&) {
        return refused;
    }
}

ClassMeans classMeans(PointsView latents, std::span<const int> labels, int classes) {
    const auto all = static_cast<std::size_t>(std::max(classes, 0));
    std::vector<std::vector<double>> sums(all, std::vector<double>(latents.dimensions));
    ClassMeans means;
    means.count.assign(all, 0);
    for (std::size_t row = 0; row < std::min(latents.count, labels.size()); ++row) {
        if (labels[row] < 0 || labels[row] >= classes) {
            continue;
        }
        const auto label = static_cast<std::size_t>(labels[row]);
        ++means.count[label];
        const auto latent = latents.row(row);
        for (std::size_t d = 0; d < latent.size(); ++d) {
            sums[label][d] += static_cast<double>(latent[d]);
        }
    }
    for (std::size_t label = 0; label < all; ++label) {
        std::vector<float> mean(latents.dimensions, 0.0f);
        for (std::size_t d = 0; means.count[label] > 0 && d < mean.size(); ++d) {
            mean[d] = static_cast<float>(sums[label][d] / static_cast<double>(means.count[label]));
        }
        means.mean.push_back(std::move(mean));
    }
    return means;
}

} // namespace canto::projection
