// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/pca.h"

#include "core/base/parallel.h"
#include "core/projection/kernels.h"

#include <Eigen/Dense>
#include <algorithm>

namespace canto::projection {

namespace {

template <class Number>
using RowMajor = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The division of the sums into pieces depends on N alone and they are added in order: every
/// number of threads gives the same bits.
constexpr std::size_t kPieces = 32;
constexpr std::size_t kRows = 512; ///< rows converted to double at a time

Eigen::Index signedSize(std::size_t size) { return static_cast<Eigen::Index>(size); }

template <class Value, class Add>
Value sumInPieces(std::size_t count, int threads, const Value& zero, const Add& add) {
    const std::size_t piece = std::max(kRows, (count + kPieces - 1) / kPieces);
    std::vector<Value> parts((count + piece - 1) / piece, zero);
    parallelFor(count, piece, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; row += kRows) {
            add(parts[begin / piece], row, std::min(end, row + kRows));
        }
    });
    Value whole = zero;
    for (const Value& part : parts) {
        whole += part;
    }
    return whole;
}

} // namespace

Result<Pca> Pca::fit(PointsView points, int components, int threads) {
    CANTO_CHECK(checkPoints(points));
    if (components < 1) {
        return fail(Error::Code::BadInput, "A projection needs at least one component");
    }
    const Eigen::Index size = signedSize(points.dimensions);
    const Eigen::Map<const RowMajor<float>> all(points.values, signedSize(points.count), size);
    const auto rows = [&](std::size_t begin, std::size_t end) {
        return all.middleRows(signedSize(begin), signedSize(end - begin)).cast<double>();
    };
    const Eigen::RowVectorXd zero = Eigen::RowVectorXd::Zero(size);
    const Eigen::RowVectorXd mean =
        sumInPieces(points.count, threads, zero,
                    [&](Eigen::RowVectorXd& sum, std::size_t begin, std::size_t end) {
                        sum += rows(begin, end).colwise().sum();
                    }) /
        static_cast<double>(points.count);
    const RowMajor<double> none = RowMajor<double>::Zero(size, size);
    RowMajor<double> covariance = sumInPieces(
        points.count, threads, none,
        [&](RowMajor<double>& sum, std::size_t begin, std::size_t end) {
            const RowMajor<double> centred = rows(begin, end).rowwise() - mean;
            kernels().addProducts(centred.data(), end - begin, points.dimensions, sum.data());
        });
    covariance /= static_cast<double>(std::max<std::size_t>(points.count, 2) - 1);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);

    Pca pca;
    pca.m_mean.assign(points.dimensions, 0.0f);
    Eigen::Map<Eigen::RowVectorXf>(pca.m_mean.data(), size) = mean.cast<float>();
    const Eigen::VectorXd variances = solver.eigenvalues().cwiseMax(0.0);
    const double total = variances.sum();
    const Eigen::Index kept = std::min<Eigen::Index>(components, size);
    for (Eigen::Index c = 0; c < kept; ++c) {
        Eigen::VectorXd axis = solver.eigenvectors().col(size - 1 - c);
        Eigen::Index largest = 0;
        axis.cwiseAbs().maxCoeff(&largest);
        if (axis[largest] < 0) {
            axis = -axis;
        }
        for (Eigen::Index d = 0; d < size; ++d) {
            pca.m_axes.push_back(static_cast<float>(axis[d]));
        }
        const double variance = variances[size - 1 - c];
        pca.m_variance.push_back(variance);
        pca.m_ratio.push_back(total > 0 ? variance / total : 0);
    }
    return pca;
}

Result<Pca> Pca::restore(std::vector<float> mean, std::vector<float> axes) {
    if (mean.empty() || axes.empty() || axes.size() % mean.size() != 0 ||
        axes.size() / mean.size() > mean.size()) {
        return fail(Error::Code::BadShape, "Stored axes do not fit their mean");
    }
    const auto finite = [](float value) { return std::isfinite(value); };
    if (!std::all_of(mean.begin(), mean.end(), finite) ||
        !std::all_of(axes.begin(), axes.end(), finite)) {
        return fail(Error::Code::BadInput, "Stored axes hold a value that is not a number");
    }
    Pca pca;
    pca.m_mean = std::move(mean);
    pca.m_axes = std::move(axes);
    return pca;
}

Result<Points> Pca::project(PointsView points, int threads) const {
    if (points.dimensions != dimensions()) {
        return fail(Error::Code::BadShape, "A latent of " + std::to_string(points.dimensions) +
                                               " numbers does not fit axes of " +
                                               std::to_string(dimensions()));
    }
    Points out{std::vector<float>(points.count * components()), points.count, components()};
    parallelFor(points.count, 4096, threads, [&](std::size_t begin, std::size_t end) {
        kernels().project(points.row(begin).data(), end - begin, m_mean.data(), m_axes.data(),
                          components(), dimensions(), out.values.data() + begin * components());
    });
    return out;
}

Result<std::vector<float>> Pca::inverse(std::span<const float> coordinates) const {
    if (coordinates.size() > components() || m_mean.empty()) {
        return fail(Error::Code::BadShape, std::to_string(coordinates.size()) +
                                               " coordinates for " + std::to_string(components()) +
                                               " components");
    }
    std::vector<float> latent(m_mean.size());
    for (std::size_t d = 0; d < latent.size(); ++d) {
        double sum = m_mean[d];
        for (std::size_t c = 0; c < coordinates.size(); ++c) {
            sum += static_cast<double>(coordinates[c]) * axis(c)[d];
        }
        latent[d] = static_cast<float>(sum);
    }
    return latent;
}

} // namespace canto::projection
