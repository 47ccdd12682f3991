// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepared_dataset.h"

#include "core/base/verify.h"
#include "core/codec/expression.h"

namespace canto::tensors {

using codec::kPhraseSteps;
using codec::kPhraseTokens;
using codec::kTracks;

namespace {

constexpr PreparedFormat kPhrasesFile{kPreparedFormat, "This is not a prepared data set of phrases",
                                      "Make one with canto prepare."};
constexpr TextFields<PreparedSong> kPhraseSongTexts{{"path", &PreparedSong::path},
                                                    {"title", &PreparedSong::title},
                                                    {"artist", &PreparedSong::artist},
                                                    {"genre", &PreparedSong::genre},
                                                    {"split", &PreparedSong::split}};

} // namespace

template <class Set>
auto PreparedDataset::columns(Set& set) {
    const std::vector<std::int64_t> phrase{kTracks, kPhraseSteps};
    const auto songs = static_cast<std::int64_t>(set.m_songs.size());
    return std::tuple{Column{{"tokens", Dtype::U8, phrase, {codec::kClasses}}, set.m_tokens},
                      Column{{"song", Dtype::I32, {}, {songs}}, set.m_song},
                      Column{{"bar", Dtype::I32, {}, {kNotNegative}}, set.m_bar},
                      Column{{"strict", Dtype::U8, {}, {2}}, set.m_strict},
                      Column{{.name = "expressions",
                              .row = phrase,
                              .ends = {codec::kExpressions},
                              .optional = true,
                              .formerName = "touches"},
                             set.m_expressions}};
}

Result<PreparedDataset> PreparedDataset::open(const std::filesystem::path& path) {
    CANTO_TRY(file, PreparedFile::open(path, kPhrasesFile));
    PreparedDataset set;
    set.m_metadata = file->metadata();
    set.m_classColumn = file->metadata("classColumn");
    for (const auto& ok :
         {file->readList("songs", kPhraseSongTexts, set.m_songs),
          file->readClasses(textsOf(set.m_songs, &PreparedSong::genre), set.m_classes),
          file->read(columns(set))}) {
        if (!ok) {
            return fail(ok.error());
        }
    }
    return set;
}

std::span<const codec::Token, kPhraseTokens> PreparedDataset::phrase(std::size_t i) const {
    return std::span(m_tokens).subspan(i * kPhraseTokens).first<kPhraseTokens>();
}

std::span<const codec::Expression> PreparedDataset::expressionsOf(std::size_t i) const {
    return m_expressions.empty()
               ? m_expressions
               : std::span(m_expressions).subspan(i * kPhraseTokens, kPhraseTokens);
}

std::vector<std::uint32_t> PreparedDataset::phrases(std::string_view split, Which which) const {
    return rowsWhere<std::uint32_t>(size(), [&](std::size_t i) {
        return (split.empty() || m_songs[song(i)].split == split) &&
               (which == Which::All || strict(i));
    });
}

void PreparedDataset::addSong(PreparedSong song, std::span<const codec::PhraseWindow> windows,
                              std::span<const codec::Token> tokens,
                              std::span<const codec::Expression> expressions) {
    CANTO_VERIFY(tokens.size() == windows.size() * kPhraseTokens) { return; }
    CANTO_VERIFY(m_expressions.size() + expressions.size() ==
                 (expressions.empty() ? 0 : m_tokens.size() + tokens.size())) {
        return;
    }
    const auto number = static_cast<std::int32_t>(m_songs.size());
    m_songs.push_back(std::move(song));
    m_classes.ofSong.push_back(-1);
    for (const codec::PhraseWindow& window : windows) {
        m_song.push_back(number);
        m_bar.push_back(window.bar);
        m_strict.push_back(window.strict ? 1 : 0);
    }
    m_tokens.insert(m_tokens.end(), tokens.begin(), tokens.end());
    m_expressions.insert(m_expressions.end(), expressions.begin(), expressions.end());
}

void PreparedDataset::finish(std::string classColumn, std::map<std::string, std::string> metadata) {
    m_classes = LabelClasses::of(textsOf(m_songs, &PreparedSong::genre));
    m_classColumn = std::move(classColumn);
    m_metadata = std::move(metadata);
    m_metadata["format"] = kPreparedFormat;
    m_metadata["songs"] = listText(m_songs, kPhraseSongTexts);
    m_metadata["classes"] = jsonText(nlohmann::json(m_classes.names));
    m_metadata["classColumn"] = m_classColumn;
}

Result<void> PreparedDataset::write(const std::filesystem::path& path) const {
    return writePrepared(path, kPhrasesFile, columns(*this), m_metadata);
}

} // namespace canto::tensors
