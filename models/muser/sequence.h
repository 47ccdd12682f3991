// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The latent of a phrase: for each element its code at each position, 1 + code, 0 after the end;
// then the label, 0 for none, else 1 + class. (7 * places + 1 numbers, element by element.) Codes
// are whole numbers in a vector of floats; others are rounded.

#include "models/common/latent_model.h"
#include "models/muser/net.h"

namespace canto::models::muser {

/// @param codes (T, G) int64 on the CPU. @param label as above.
Latent latentOf(const torch::Tensor& codes, int label, const NetConfig& config);

/// Number of positions with a word, the end included.
int lengthOf(const Latent& z, const NetConfig& config);
/// (T, 7) int64; with a shared book, rows may mix codes of several words.
torch::Tensor codesOf(const Latent& z, const NetConfig& config);
int labelOf(const Latent& z, const NetConfig& config);

/// Vectors of codes, element by element: (T, 7) -> (1, T, Z).
torch::Tensor vectorsOf(const torch::Tensor& codes, const NetImpl& net);

/// The most likely word of the decoder at a position.
struct ReadPlace {
    codec::WordType type = codec::WordType::End;
    bool bar = false; ///< a bar line
};
std::vector<ReadPlace> placesOf(const Latent& z, NetImpl& net);

/// Replaces the target's codes of elements by the source's, bar by bar: pitch, duration and
/// velocity on its notes, tempo and chord where it sets them; the source's values are spread over
/// the target's positions. Beat and type bring the source's rhythm, with as many notes as it has;
/// the target's own values are then spread over them.
/// @param elements  codec::Field as int, 0-6.
Latent transferElements(const Latent& target, const Latent& source, std::span<const int> elements,
                        NetImpl& net);

} // namespace canto::models::muser
