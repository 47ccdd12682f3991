// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Pieces of many phrases: sections by a form, each phrase a step from one before it.

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/codec/key_profile.h"
#include "models/polyphonic/net.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace canto::models::polyphonic {

struct PiecePlan {
    int bars = 8; ///< new ones
    /// Letters of sections of equal length, such as "AABA". Empty: one section, without an ending.
    std::string form;
    /// Scale of the random numbers; 0: each phrase as it most probably is.
    double temperature = 1;
    /// A latent (Z), in z, of the class for each new bar; the last holds on. At least one.
    std::vector<torch::Tensor> planes;
};

/// One phrase of a piece.
struct PhrasePlace {
    int bar = 0;  ///< its first new bar
    int bars = 1; ///< one or two
    int section = 0;
    /// The phrase that it varies: that at the same place of the first section of its letter, where
    /// the letter returns.
    std::optional<std::size_t> source;
    bool first = false; ///< of its section
    bool last = false;  ///< of its section, if that has more than one
};

/// The phrases of a piece, in order. @param phraseBars  bars of a whole phrase, 1 to 4.
std::vector<PhrasePlace> phrasePlaces(int bars, const std::string& form, int phraseBars);

/// A key as pitch classes that belong to it.
struct Scale {
    int tonic = 0;
    bool minor = false;
    /// Major: its seven; minor: the natural ones and the leading note.
    bool has(int pitch) const;
    /// Of all notes but those of drums, weighted by their length; nothing without one.
    static std::optional<Scale> of(std::span<const codec::GridPhrase> phrases);
};

/// Makes the last bar of a phrase an ending: each track that plays holds the chord of the key (the
/// bass and the lead its tonic) through the bar, the drums play one last kick and cymbal.
void endPhrase(codec::GridPhrase& phrase, const Scale& key);

/// Called after each new phrase with all new ones; false stops.
using OnPhrase = std::function<bool(std::span<const codec::GridPhrase> soFar)>;

/// New phrases after `begun`, or from `start` if there are none. Within a piece the tempo, the
/// metre, the programs and the key stay: notes out of the key need to be likelier than others. A
/// phrase follows the one two before it (question and answer), or, after `begun`, its last phrases
/// in turn; a section with a new letter goes further away; one whose letter returns is varied a
/// little, its last phrase more. Of several candidates for each phrase the one that fits the key
/// and the density best is kept.
/// @param start  (Z), in z: a draw of the prior.
/// @return the new phrases. Cancelled.
Result<std::vector<codec::GridPhrase>>
composePhrases(NetImpl& net, std::span<const codec::GridPhrase> begun,
               const std::function<torch::Tensor(Random&)>& start, const PiecePlan& plan,
               Random& random, const OnPhrase& onPhrase, const std::function<bool()>& stop);

} // namespace canto::models::polyphonic
