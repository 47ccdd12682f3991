// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/emotion_probe.h"

#include "models/common/latent_model.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace canto::models::muser {

namespace {

using Matrix = Eigen::MatrixXd;

constexpr std::array<const char*, 6> kNames = {"mean", "scale", "weights", "seen", "pull", "base"};

/// Limits values of almost constant columns: far values count as four standard deviations.
double standard(double value, double mean, double scale) {
    return std::clamp((value - mean) / scale, -4.0, 4.0);
}

Matrix softmaxRows(Matrix scores) {
    for (Eigen::Index row = 0; row < scores.rows(); ++row) {
        const double best = scores.row(row).maxCoeff();
        scores.row(row) = (scores.row(row).array() - best).exp();
        scores.row(row) /= scores.row(row).sum();
    }
    return scores;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return std::sqrt(sum);
}

} // namespace

EmotionProbe EmotionProbe::learn(const std::vector<std::vector<double>>& rows,
                                 const std::vector<int>& labels, int classes,
                                 const ProbeOptions& options) {
    const double penalty = options.penalty;
    EmotionProbe probe;
    probe.m_classes = classes;
    const auto count = static_cast<Eigen::Index>(rows.size());
    const auto width = rows.empty() ? Eigen::Index(0) : static_cast<Eigen::Index>(rows[0].size());
    probe.m_mean.assign(static_cast<std::size_t>(width), 0.0);
    probe.m_scale.assign(static_cast<std::size_t>(width), 1.0);
    for (std::size_t i = 0; i < probe.m_mean.size(); ++i) {
        double sum = 0;
        double square = 0;
        for (const auto& row : rows) {
            sum += row[i];
            square += row[i] * row[i];
        }
        const double mean = sum / static_cast<double>(count);
        probe.m_mean[i] = mean;
        probe.m_scale[i] =
            std::sqrt(std::max(0.0, square / static_cast<double>(count) - mean * mean)) + 1e-6;
    }
    Matrix x(count, width + 1);
    Matrix target = Matrix::Zero(count, classes);
    for (Eigen::Index row = 0; row < count; ++row) {
        const auto r = static_cast<std::size_t>(row);
        for (Eigen::Index i = 0; i < width; ++i) {
            const auto c = static_cast<std::size_t>(i);
            x(row, i) = standard(rows[r][c], probe.m_mean[c], probe.m_scale[c]);
        }
        x(row, width) = 1;
        target(row, labels[r]) = 1;
    }
    // Gradient descent with Nesterov's momentum; the step sizes of the weights and of the constants
    // are inverses of bounds of the curvature: half the largest eigenvalue of x'x, found by power
    // iteration, of either part, and twice that since they are coupled.
    Eigen::VectorXd direction = Eigen::VectorXd::Ones(width);
    double largest = 1;
    for (int i = 0; i < 30 && count > 0 && width > 0; ++i) {
        direction = x.leftCols(width).transpose() * (x.leftCols(width) * direction);
        largest = direction.norm();
        direction /= largest;
    }
    Eigen::VectorXd step = Eigen::VectorXd::Constant(width + 1, 1 / (1.1 * largest + penalty));
    step(width) = 1 / std::max<double>(1, static_cast<double>(count));
    Matrix weights = Matrix::Zero(width + 1, classes);
    Matrix before = weights;
    for (int i = 0; i < 600; ++i) {
        const Matrix ahead = weights + (i / (i + 3.0)) * (weights - before);
        Matrix gradient = x.transpose() * (softmaxRows(x * ahead) - target);
        gradient.topRows(width) += penalty * ahead.topRows(width);
        before = weights;
        weights = ahead - step.asDiagonal() * gradient;
    }
    for (int c = 0; c < classes; ++c) {
        for (Eigen::Index i = 0; i <= width; ++i) {
            probe.m_weights.push_back(weights(i, c));
        }
    }
    if (options.ridge <= 0 || count == 0) {
        return probe;
    }
    const auto held = options.kernelRows == 0
                          ? count
                          : std::min(count, static_cast<Eigen::Index>(options.kernelRows));
    const Matrix seen = x.topLeftCorner(held, width);
    const Eigen::VectorXd squares = seen.rowwise().squaredNorm();
    Matrix kernel = -2 * seen * seen.transpose();
    kernel.colwise() += squares;
    kernel.rowwise() += squares.transpose();
    kernel = (-kernel / static_cast<double>(std::max<Eigen::Index>(width, 1))).array().exp();
    kernel.diagonal().array() += options.ridge;
    const Matrix theirs = target.topRows(held);
    const Eigen::RowVectorXd base = theirs.colwise().mean();
    const Matrix pull = kernel.ldlt().solve(theirs.rowwise() - base);
    for (int c = 0; c < classes; ++c) {
        probe.m_base.push_back(base(c));
    }
    for (Eigen::Index row = 0; row < held; ++row) {
        for (Eigen::Index i = 0; i < width; ++i) {
            probe.m_seen.push_back(seen(row, i));
        }
        for (int c = 0; c < classes; ++c) {
            probe.m_pull.push_back(pull(row, c));
        }
    }
    return probe;
}

std::vector<double> EmotionProbe::standardised(const std::vector<double>& row) const {
    std::vector<double> result(m_mean.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = standard(row[i], m_mean[i], m_scale[i]);
    }
    return result;
}

std::vector<double> EmotionProbe::probabilities(const std::vector<double>& raw) const {
    const std::size_t width = m_mean.size();
    const auto row = standardised(raw);
    std::vector<double> scores;
    for (int c = 0; c < m_classes; ++c) {
        const auto* weights = m_weights.data() + static_cast<std::size_t>(c) * (width + 1);
        double score = weights[width];
        for (std::size_t i = 0; i < width; ++i) {
            score += weights[i] * row[i];
        }
        scores.push_back(score);
    }
    scores = softmax(std::move(scores));
    if (m_seen.empty()) {
        return scores;
    }
    const auto classes = static_cast<std::size_t>(m_classes);
    auto second = m_base;
    for (std::size_t example = 0; example * width < m_seen.size(); ++example) {
        double apart = 0;
        for (std::size_t i = 0; i < width; ++i) {
            const double d = row[i] - m_seen[example * width + i];
            apart += d * d;
        }
        const double near = std::exp(-apart / static_cast<double>(width));
        for (std::size_t c = 0; c < classes; ++c) {
            second[c] += near * m_pull[example * classes + c];
        }
    }
    double all = 0;
    for (auto& score : second) {
        score = std::clamp(score, 0.001, 1.0);
        all += score;
    }
    for (std::size_t c = 0; c < classes; ++c) {
        scores[c] = (scores[c] + second[c] / all) / 2;
    }
    return scores;
}

int EmotionProbe::classOf(const std::vector<double>& row) const {
    const auto scores = probabilities(row);
    return static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

std::vector<int> foldsByGroup(const std::vector<std::string>& groups, int folds) {
    // FNV-1a, so that the folds are the same on every machine.
    std::map<std::uint64_t, std::vector<std::size_t>> byHash;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        std::uint64_t hash = 14695981039346656037U;
        for (const char c : groups[i]) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
        }
        byHash[hash].push_back(i);
    }
    std::vector<int> result(groups.size());
    int next = 0;
    for (const auto& [hash, rows] : byHash) {
        for (const auto row : rows) {
            result[row] = next;
        }
        next = (next + 1) % folds;
    }
    return result;
}

std::vector<int> classifiedAcross(const std::vector<std::vector<double>>& rows,
                                  const std::vector<int>& labels, const std::vector<int>& folds,
                                  int classes, const ProbeOptions& options) {
    std::vector<int> classified(rows.size(), 0);
    const int count = folds.empty() ? 0 : 1 + *std::max_element(folds.begin(), folds.end());
    for (int fold = 0; fold < count; ++fold) {
        std::vector<std::vector<double>> others;
        std::vector<int> theirs;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (folds[i] != fold) {
                others.push_back(rows[i]);
                theirs.push_back(labels[i]);
            }
        }
        const auto probe = EmotionProbe::learn(others, theirs, classes, options);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (folds[i] == fold) {
                classified[i] = probe.classOf(rows[i]);
            }
        }
    }
    return classified;
}

void ProbeData::add(std::vector<double> row, int label, std::string group, std::string split) {
    rows.push_back(std::move(row));
    labels.push_back(label);
    groups.push_back(std::move(group));
    splits.push_back(std::move(split));
}

ProbeStudy studyProbe(const ProbeData& data, const std::string& testSplit) {
    ProbeData known;
    ProbeData asked;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
        auto& part = data.splits[i] == testSplit ? asked : known;
        part.add(data.rows[i], data.labels[i], data.groups[i], data.splits[i]);
    }
    constexpr int kFolds = 5;
    const auto folds = foldsByGroup(known.groups, kFolds);
    ProbeStudy study;
    ProbeOptions chosen;
    QuadrantScores best;
    const auto scored = [&](const ProbeOptions& tried) {
        return quadrantScores(classifiedAcross(known.rows, known.labels, folds, 4, tried),
                              known.labels);
    };
    // First the regression alone, then with the kernel's part.
    ProbeOptions options;
    options.ridge = 0;
    for (const double penalty : {30.0, 100.0, 300.0}) {
        options.penalty = penalty;
        const auto scores = scored(options);
        if (scores.quadrant > best.quadrant) {
            best = scores;
            chosen = options;
        }
    }
    options.penalty = chosen.penalty;
    for (const double ridge : {0.3, 1.0, 3.0}) {
        options.ridge = ridge;
        const auto scores = scored(options);
        if (scores.quadrant > best.quadrant) {
            best = scores;
            chosen = options;
        }
    }
    study.probe = EmotionProbe::learn(known.rows, known.labels, 4, chosen);
    std::vector<int> classified;
    std::vector<int> counts(4, 0);
    for (std::size_t i = 0; i < asked.rows.size(); ++i) {
        classified.push_back(study.probe.classOf(asked.rows[i]));
        ++counts[static_cast<std::size_t>(asked.labels[i])];
    }
    study.figures = {
        {"options", {{"penalty", chosen.penalty}, {"ridge", chosen.ridge}}},
        {"numbers", study.probe.numbers()},
        {"learnedFrom", known.rows.size()},
        {"tested", asked.rows.size()},
        {"majority", static_cast<double>(*std::max_element(counts.begin(), counts.end())) /
                         static_cast<double>(std::max<std::size_t>(classified.size(), 1))},
        {"crossValidated", best.toJson()},
        {"test", quadrantScores(classified, asked.labels).toJson()}};
    return study;
}

namespace {

PackedTensor packedOf(std::string name, const std::vector<double>& values, std::size_t rows,
                      tensors::Dtype dtype) {
    PackedTensor tensor{std::move(name), dtype, {}, {}};
    tensor.shape = {static_cast<std::int64_t>(rows),
                    static_cast<std::int64_t>(values.size() / std::max<std::size_t>(rows, 1))};
    const auto append = [&tensor](const auto& number) {
        const auto bytes = std::as_bytes(std::span(&number, 1));
        tensor.bytes.insert(tensor.bytes.end(), bytes.begin(), bytes.end());
    };
    for (const double value : values) {
        const auto number = static_cast<float>(value);
        if (dtype == tensors::Dtype::F16) {
            append(tensors::toHalf(number));
        } else {
            append(number);
        }
    }
    return tensor;
}

} // namespace

Result<std::vector<double>> numbersIn(const tensors::SafeTensors& file, const std::string& name) {
    std::vector<double> numbers;
    const auto* tensor = file.find(name);
    if (tensor == nullptr) {
        return numbers;
    }
    if (tensor->dtype == tensors::Dtype::F16) {
        CANTO_TRY(halves, tensors::numbersOf<std::uint16_t>(*tensor));
        for (const auto bits : *halves) {
            numbers.push_back(static_cast<double>(tensors::fromHalf(bits)));
        }
    } else {
        CANTO_TRY(floats, tensors::numbersOf<float>(*tensor));
        numbers.assign(floats->begin(), floats->end());
    }
    if (!std::all_of(numbers.begin(), numbers.end(), [](double v) { return std::isfinite(v); })) {
        return fail(Error::Code::BadFile, "The classifier contains NaN or infinity", name);
    }
    return numbers;
}

std::vector<PackedTensor> EmotionProbe::packed(const std::string& prefix) const {
    const auto classes = static_cast<std::size_t>(m_classes);
    const auto examples = m_pull.size() / std::max<std::size_t>(classes, 1);
    const std::array<const std::vector<double>*, 6> all = {&m_mean, &m_scale, &m_weights,
                                                           &m_seen, &m_pull,  &m_base};
    const std::array<std::size_t, 6> rows = {1, 1, classes, examples, examples, 1};
    std::vector<PackedTensor> tensors;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!all[i]->empty()) {
            const auto dtype = all[i] == &m_seen ? tensors::Dtype::F16 : tensors::Dtype::F32;
            tensors.push_back(packedOf(prefix + kNames[i], *all[i], rows[i], dtype));
        }
    }
    return tensors;
}

Result<EmotionProbe> EmotionProbe::unpacked(const tensors::SafeTensors& file,
                                            const std::string& prefix) {
    EmotionProbe probe;
    const std::array<std::vector<double>*, 6> all = {&probe.m_mean,    &probe.m_scale,
                                                     &probe.m_weights, &probe.m_seen,
                                                     &probe.m_pull,    &probe.m_base};
    for (std::size_t i = 0; i < all.size(); ++i) {
        CANTO_TRY(numbers, numbersIn(file, prefix + kNames[i]));
        *all[i] = std::move(*numbers);
    }
    const auto width = probe.m_mean.size();
    const auto classes = probe.m_weights.size() / (width + 1);
    const auto examples = width > 0 ? probe.m_seen.size() / width : 0;
    const bool kernel = !probe.m_seen.empty();
    if (width == 0 || classes < 2 || classes > 64 || probe.m_scale.size() != width ||
        probe.m_weights.size() != classes * (width + 1) ||
        probe.m_seen.size() != examples * width || probe.m_pull.size() != examples * classes ||
        probe.m_base.size() != (kernel ? classes : 0)) {
        return fail(Error::Code::BadShape, "The tensors of the classifier do not fit together",
                    prefix);
    }
    probe.m_classes = static_cast<int>(classes);
    return probe;
}

nlohmann::json QuadrantScores::toJson() const {
    return {
        {"quadrant", quadrant}, {"arousal", arousal}, {"valence", valence}, {"ofClass", ofClass}};
}

QuadrantScores quadrantScores(const std::vector<int>& classified, const std::vector<int>& labels) {
    QuadrantScores scores;
    std::vector<double> right(4, 0.0);
    std::vector<double> all(4, 1e-9);
    const auto aroused = [](int quadrant) { return quadrant < 2; };
    const auto glad = [](int quadrant) { return quadrant == 0 || quadrant == 3; };
    const auto share = 1.0 / static_cast<double>(std::max<std::size_t>(labels.size(), 1));
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const int label = labels[i];
        scores.quadrant += classified[i] == label ? share : 0;
        scores.arousal += aroused(classified[i]) == aroused(label) ? share : 0;
        scores.valence += glad(classified[i]) == glad(label) ? share : 0;
        all[static_cast<std::size_t>(label)] += 1;
        right[static_cast<std::size_t>(label)] += classified[i] == label;
    }
    for (std::size_t i = 0; i < 4; ++i) {
        scores.ofClass.push_back(right[i] / all[i]);
    }
    return scores;
}

double silhouette(const std::vector<std::vector<double>>& a,
                  const std::vector<std::vector<double>>& b) {
    if (a.empty() || b.empty()) {
        return 0;
    }
    double sum = 0;
    for (const auto& [own, other] : {std::pair{&a, &b}, {&b, &a}}) {
        for (const auto& point : *own) {
            double near = 0;
            double far = 0;
            for (const auto& p : *own) {
                near += distance(point, p);
            }
            for (const auto& p : *other) {
                far += distance(point, p) / static_cast<double>(other->size());
            }
            if (own->size() < 2) {
                continue; // alone in its group: 0 by definition
            }
            near /= static_cast<double>(own->size() - 1);
            sum += near == far ? 0.0 : (far - near) / std::max(near, far);
        }
    }
    return sum / static_cast<double>(a.size() + b.size());
}

} // namespace canto::models::muser
