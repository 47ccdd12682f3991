// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/player.h"
#include "app/workspace/variant.h"
#include "core/base/result.h"

#include <vector>

namespace canto::app {

/// Music that was made, with what a session keeps of it.
struct Variant {
    std::uint64_t id = 0; ///< of this run of the program, > 0
    KeptVariant kept;
    SongPtr song;
};

/// What an item becomes when it is kept. @param info  of the model that made it; null: none.
KeptVariant keptOf(const PlaybackItem& item, const models::ModelInfo* info);
/// The music of a kept variant. Errors: those of readSmf.
Result<SongPtr> songOf(const KeptVariant& kept);

/// Everything that was made, the newest first. The oldest without a star go when there are more
/// than kMost of them. Thread: GUI.
class VariantList {
  public:
    static constexpr std::size_t kMost = 200;

    const std::vector<Variant>& all() const { return m_all; }
    const Variant* find(std::uint64_t id) const;
    /// The variant of this music; null: there is none.
    const Variant* of(const SongPtr& song) const;
    /// Adds it in front, unless the same music with the same latent is there already.
    /// @return its id, or that of the one that is there; whether it was added.
    std::pair<std::uint64_t, bool> add(KeptVariant kept, SongPtr song);
    void setStarred(std::uint64_t id, bool starred);
    /// Takes one out. @return where it was; -1: it is not there.
    int take(std::uint64_t id);
    /// Puts one back to where it was.
    void insert(int index, Variant variant);
    void set(std::vector<Variant> all) { m_all = std::move(all); }
    /// A number that no variant of this run has.
    static std::uint64_t newId();

  private:
    void forgetOldest();

    std::vector<Variant> m_all;
};

} // namespace canto::app
