// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Songs in compound words, ready for training: one safetensors file, "canto.prepared.muser.1".
//
// Tensors: words U8 (N, 8), all songs one after another; bar I32 (M), the index of each bar line in
// words, counted from the song's first word; songWords and songBars I64 (S + 1), where each song
// begins. Metadata: "format", "songs" (JSON array of {path, title, artist, label, split}),
// "classes", "classColumn", "vocabulary". See core/codec/compound_words.h for the words.

#include "core/base/result.h"
#include "core/codec/compound_words.h"
#include "models/datasets/prepared_table.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace canto::tensors {

inline constexpr std::string_view kPreparedWordsFormat = "canto.prepared.muser.1";

struct WordsOfSong {
    std::string path;
    std::string title;
    std::string artist;
    std::string label; ///< value of the class column; empty: unlabelled
    std::string split;
    bool operator==(const WordsOfSong&) const = default;
};

/// A value type; const use from any thread.
class PreparedWords {
  public:
    /// Checks everything: format, vocabulary, shapes, values within the vocabulary, bars that rise
    /// and lie in their song, labels that are classes. BadFile naming the tensor or key; those of
    /// SafeTensors::open.
    static Result<PreparedWords> open(const std::filesystem::path& path);

    const std::vector<WordsOfSong>& songs() const { return m_songs; }
    const std::vector<std::string>& classes() const { return m_classes.names; }
    const std::string& classColumn() const { return m_classColumn; }
    /// Index into classes(), or -1.
    int classOf(std::size_t song) const { return m_classes.ofSong[song]; }

    std::span<const codec::Word> words(std::size_t song) const;
    /// Index into words(song) of each bar line.
    std::span<const std::int32_t> bars(std::size_t song) const;
    /// Words of `count` bars from `bar` on (fewer at the end), at most `most` words.
    std::span<const codec::Word> window(std::size_t song, int bar, int count,
                                        std::size_t most) const;

    void addSong(WordsOfSong song, const codec::WordSong& words);
    /// Sets the classes to the sorted labels of the songs. Call it after the last addSong.
    void finish(std::string classColumn);
    /// The same content gives the same bytes.
    Result<void> write(const std::filesystem::path& path) const;

  private:
    template <class Set>
    static auto columns(Set& set);

    std::vector<codec::Word> m_words;
    std::vector<std::int32_t> m_bars;
    std::vector<std::int64_t> m_songWords{0};
    std::vector<std::int64_t> m_songBars{0};
    std::vector<WordsOfSong> m_songs;
    LabelClasses m_classes;
    std::string m_classColumn;
};

} // namespace canto::tensors
