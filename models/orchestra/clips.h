// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/datasets/prepared_clips.h"
#include "models/orchestra/config.h"

#include <torch/torch.h>

namespace canto::models::orchestra {

/// Prepared clips as tensors. Const use from any thread.
class Clips {
  public:
    explicit Clips(const tensors::PreparedClips& prepared);

    std::int64_t size() const { return m_mel.size(0); }
    const std::vector<std::string>& composers() const { return m_composers; }
    /// (N) int64, an index into composers().
    const torch::Tensor& labels() const { return m_labels; }
    /// (N) int64, a number for each pair of SoundFont and archive.
    const torch::Tensor& sounds() const { return m_sounds; }
    const tensors::PreparedMovement& movementOf(std::int64_t row) const;
    float loudness(std::int64_t row) const { return m_loudness[static_cast<std::size_t>(row)]; }

    enum class Side { Train, HeldOut };
    /// Rows on a side of a split. By work, both the labels' valid and test are held out: nothing is
    /// chosen on them.
    std::vector<std::int64_t> rows(Split split, Side side) const;

    /// Sets mean and standard deviation over these rows, and the composers.
    void describe(NetConfig& config, const std::vector<std::int64_t>& rows) const;
    /// Clips as a network's input: (B, F, T) float32. @param index (B) int64.
    torch::Tensor batch(const torch::Tensor& index, const NetConfig& config) const;

  private:
    torch::Tensor raw(const torch::Tensor& index, FeatureKind feature) const;

    torch::Tensor m_mel, m_chroma; ///< U8
    torch::Tensor m_mfcc;          ///< F16
    torch::Tensor m_labels, m_sounds;
    std::vector<std::string> m_composers;
    std::vector<tensors::PreparedMovement> m_movements;
    std::vector<std::size_t> m_movement;
    std::vector<float> m_loudness;
    std::vector<bool> m_drawn;
};

/// (N) int64 of row numbers.
torch::Tensor indexOf(const std::vector<std::int64_t>& rows);
/// At most `most` of the rows, evenly spread.
std::vector<std::int64_t> someOf(const std::vector<std::int64_t>& rows, std::size_t most);

} // namespace canto::models::orchestra
