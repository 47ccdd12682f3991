// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The phrases of a prepared dataset as music, of whichever kind it is.

#include "core/base/result.h"
#include "core/music/song.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace canto {

/// A dataset of tokens (models/datasets/prepared_dataset.h) or of all notes
/// (prepared_polyphonic.h). Thread: any.
class PhraseSet {
  public:
    virtual ~PhraseSet() = default;

    /// Errors: BadFile for a file of another kind, those of opening the dataset.
    static Result<std::unique_ptr<PhraseSet>> open(const std::filesystem::path& dataset);

    /// Rows of the songs of a split, ascending; "" for every split.
    /// @param strict  only two bars of 4/4 in which the usual tracks play.
    virtual std::vector<std::uint32_t> rows(const std::string& split, bool strict) const = 0;
    virtual Result<music::Song> song(std::uint32_t row) const = 0;
    virtual std::size_t songOf(std::uint32_t row) const = 0;
    virtual int classOf(std::uint32_t row) const = 0;         ///< -1: none
    virtual std::string labelOf(std::uint32_t row) const = 0; ///< empty: none
    virtual std::string titleOf(std::uint32_t row) const = 0; ///< "Title (jazz), bar 5"
    virtual std::string classColumn() const = 0;
    /// Whether the phrases hold all notes of their files.
    virtual bool allNotes() const = 0;
};

} // namespace canto
