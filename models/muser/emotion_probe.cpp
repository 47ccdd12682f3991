#include "models/muser/emotion_probe.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace canto::models::muser {

namespace {

using Matrix = Eigen::MatrixXd;

/// Rows that say the same in every column but a little; far values count as four deviations.
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
                                 const std::vector<int>& labels, int classes, double penalty) {
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
    // Gradient descent with Nesterov's momentum; the steps of the weights and of the constants are
    // inverses of bounds of the curvature: half the largest eigenvalue of x'x, found by powers, of
    // either part, and twice that since they are coupled.
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
    return probe;
}

std::vector<double> EmotionProbe::judge(const std::vector<double>& row) const {
    const std::size_t width = m_mean.size();
    std::vector<double> scores;
    for (int c = 0; c < m_classes; ++c) {
        const auto* weights = m_weights.data() + static_cast<std::size_t>(c) * (width + 1);
        double score = weights[width];
        for (std::size_t i = 0; i < width; ++i) {
            score += weights[i] * standard(row[i], m_mean[i], m_scale[i]);
        }
        scores.push_back(score);
    }
    const double best = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (auto& score : scores) {
        score = std::exp(score - best);
        sum += score;
    }
    for (auto& score : scores) {
        score /= sum;
    }
    return scores;
}

int EmotionProbe::classOf(const std::vector<double>& row) const {
    const auto scores = judge(row);
    return static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

nlohmann::json QuadrantScores::toJson() const {
    return {
        {"quadrant", quadrant}, {"arousal", arousal}, {"valence", valence}, {"ofClass", ofClass}};
}

QuadrantScores quadrantScores(const std::vector<int>& judged, const std::vector<int>& labels) {
    QuadrantScores scores;
    std::vector<double> right(4, 0.0);
    std::vector<double> all(4, 1e-9);
    const auto aroused = [](int quadrant) { return quadrant < 2; };
    const auto glad = [](int quadrant) { return quadrant == 0 || quadrant == 3; };
    const auto share = 1.0 / static_cast<double>(std::max<std::size_t>(labels.size(), 1));
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const int label = labels[i];
        scores.quadrant += judged[i] == label ? share : 0;
        scores.arousal += aroused(judged[i]) == aroused(label) ? share : 0;
        scores.valence += glad(judged[i]) == glad(label) ? share : 0;
        all[static_cast<std::size_t>(label)] += 1;
        right[static_cast<std::size_t>(label)] += judged[i] == label;
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
