// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "models/musae/dataset.h"
#include "models/musae/net.h"

#include <nlohmann/json.hpp>

namespace canto::models::musae {

// Parts of the report on the Style space. Random numbers come from fixed seeds, so that a report is
// reproducible; the network is in evaluation mode; gradients are off.

/// Some rows of a split, each n-th, at most `most`.
std::vector<std::int64_t> someRows(const Dataset& dataset, const std::string& split,
                                   Dataset::Which which, std::size_t most);
/// Latents of rows in decoder's units, (N, Z).
torch::Tensor encodeRows(NetImpl& net, const Dataset& dataset, std::span<const std::int64_t> rows);
/// Canonical tokens of latents in decoder's units, one phrase for each row.
std::vector<std::vector<codec::Token>> decodeAll(NetImpl& net, const torch::Tensor& u);
/// The same with the expression values after the tokens, for networks with expression: (X, T) each.
using Codes = std::vector<std::uint8_t>;
std::vector<Codes> decodeCodes(NetImpl& net, const torch::Tensor& u);
/// Codes of phrases as the network's input, (N, T, X) int64.
torch::Tensor codeTensor(const NetConfig& config, const std::vector<Codes>& phrases);

nlohmann::json museGanPart(NetImpl& net, const Dataset& dataset, const std::string& split,
                           int bars);
nlohmann::json interpolationPart(NetImpl& net, const Dataset& dataset, const std::string& split,
                                 int pairs, const CancelToken& cancel);
nlohmann::json sweepPart(NetImpl& net, const Dataset& dataset, const std::string& split,
                         int phrases, const CancelToken& cancel);
/// Keeping parts of phrases and filling the rest towards another song's latent: what is kept, and
/// the mean log likelihood of the rest's tokens when the network reads the result, beside those of
/// the song itself and of pasting the locked parts over the other latent's music.
nlohmann::json fillPart(NetImpl& net, const Dataset& dataset, const std::string& split, int phrases,
                        const CancelToken& cancel);
/// "genres" and "move" of the report.
nlohmann::json genreParts(NetImpl& net, const Dataset& dataset, const std::string& split,
                          const CancelToken& cancel);

} // namespace canto::models::musae
