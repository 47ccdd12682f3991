// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Phrases ready for training: one safetensors file, "canto.prepared.musae.1".
//
// Tensors: tokens U8 (N, 4, 32), song I32 (N), bar I32 (N), strict U8 (N), and where the writer
// knew them expressions U8 (N, 4, 32). Metadata: "format", "songs" (JSON array of {path, title,
// artist, genre, split}), "classes" (JSON array of names), "classColumn". See
// core/codec/musae_codec.h for the tokens, core/codec/expression.h for the expressions.

#include "core/base/result.h"
#include "core/codec/musae_codec.h"
#include "models/datasets/prepared_table.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canto::tensors {

inline constexpr std::string_view kPreparedFormat = "canto.prepared.musae.1";

struct PreparedSong {
    std::string path; ///< as in the labels: relative to the folder of the music
    std::string title;
    std::string artist;
    std::string genre; ///< value of the class column; empty: unlabelled
    std::string split; ///< "train", "valid", "test" or what the labels say
    bool operator==(const PreparedSong&) const = default;
};

/// All phrases of a data set, in memory (128 bytes each, with expressions 256). A value type; const
/// use from any thread.
class PreparedDataset {
  public:
    /// Checks everything: shapes, tokens < 130, expressions < 25, song numbers, bars >= 0, strict 0
    /// or 1, and that every genre is a class. Errors: BadFile naming the tensor; those of
    /// SafeTensors::open.
    static Result<PreparedDataset> open(const std::filesystem::path& path);

    std::size_t size() const { return m_song.size(); } ///< phrases
    /// (N, 4, 32).
    std::span<const codec::Token> tokens() const { return m_tokens; }
    /// (N, 4, 32), or empty.
    std::span<const codec::Expression> expressions() const { return m_expressions; }
    /// (4, 32) of one phrase, i < size().
    std::span<const codec::Token, codec::kPhraseTokens> phrase(std::size_t i) const;
    /// Of one phrase as well; empty if the file has none.
    std::span<const codec::Expression> expressionsOf(std::size_t i) const;
    std::size_t song(std::size_t i) const { return static_cast<std::size_t>(m_song[i]); }
    int bar(std::size_t i) const { return m_bar[i]; }
    bool strict(std::size_t i) const { return m_strict[i] != 0; }
    /// Class of a phrase's song: index into classes(), or -1.
    int classOf(std::size_t i) const { return m_classes.ofSong[song(i)]; }

    const std::vector<PreparedSong>& songs() const { return m_songs; }
    const std::vector<std::string>& classes() const { return m_classes.names; }
    const std::string& classColumn() const { return m_classColumn; }
    /// Further facts from the writer (the metadata of the file).
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }

    enum class Which { All, Strict };
    /// Indices of the phrases of a split, ascending. An empty name selects all.
    std::vector<std::uint32_t> phrases(std::string_view split, Which which = Which::All) const;

    /// Adds a song with its phrases, in the order in which they are to be stored.
    /// @param expressions  as many as tokens, of every song or of none.
    void addSong(PreparedSong song, std::span<const codec::PhraseWindow> windows,
                 std::span<const codec::Token> tokens,
                 std::span<const codec::Expression> expressions = {});
    /// Sets the classes to the sorted genres of the songs. Call it after the last addSong.
    void finish(std::string classColumn, std::map<std::string, std::string> metadata = {});
    /// The same content gives the same bytes.
    Result<void> write(const std::filesystem::path& path) const;

  private:
    template <class Set>
    static auto columns(Set& set);

    std::vector<codec::Token> m_tokens;
    std::vector<codec::Expression> m_expressions; ///< empty, or as many
    std::vector<std::int32_t> m_song, m_bar;
    std::vector<std::uint8_t> m_strict;
    std::vector<PreparedSong> m_songs;
    LabelClasses m_classes;
    std::string m_classColumn;
    std::map<std::string, std::string> m_metadata;
};

} // namespace canto::tensors
