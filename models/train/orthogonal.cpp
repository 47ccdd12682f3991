// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/orthogonal.h"

namespace canto::models::train {

torch::Tensor orthogonalised(const torch::Tensor& matrix) {
    TORCH_CHECK(matrix.dim() == 2, "a matrix has two dimensions, not ", matrix.dim());
    const bool tall = matrix.size(0) > matrix.size(1);
    auto x = tall ? matrix.t().contiguous() : matrix;
    x = x / (x.norm() + 1e-7); // singular values in (0, 1]
    for (int step = 0; step < 5; ++step) {
        // x <- 3.4445 x - 4.7750 (x x') x + 2.0315 (x x')^2 x
        const auto square = x.mm(x.t());
        const auto mix = torch::addmm(square, square, square, -4.7750, 2.0315);
        x = torch::addmm(x, mix, x, 3.4445);
    }
    return tall ? x.t() : x;
}

} // namespace canto::models::train
