// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepared_words.h"

#include <algorithm>

namespace canto::tensors {

using codec::kWordFields;
using codec::Word;

static_assert(sizeof(Word) == kWordFields, "words lie in the file as they lie in memory");

namespace {

constexpr PreparedFormat kWordsFile{kPreparedWordsFormat,
                                    "This is not a prepared data set of compound words",
                                    "Make one with canto prepare --space emotion."};
constexpr TextFields<WordsOfSong> kWordSongTexts{{"path", &WordsOfSong::path},
                                                 {"title", &WordsOfSong::title},
                                                 {"artist", &WordsOfSong::artist},
                                                 {"label", &WordsOfSong::label},
                                                 {"split", &WordsOfSong::split}};

} // namespace

template <class Set>
auto PreparedWords::columns(Set& set) {
    return std::tuple{Column{{"words",
                              Dtype::U8,
                              {kWordFields},
                              {codec::kVocabulary.begin(), codec::kVocabulary.end()},
                              "words"},
                             set.m_words},
                      Column{{"bar", Dtype::I32, {}, {kNotNegative}, "bars"}, set.m_bars},
                      Column{{"songWords", Dtype::I64, {}, {}, "songs"}, set.m_songWords},
                      Column{{"songBars", Dtype::I64, {}, {}, "songs"}, set.m_songBars}};
}

Result<PreparedWords> PreparedWords::open(const std::filesystem::path& path) {
    CANTO_TRY(file, PreparedFile::open(path, kWordsFile));
    const auto vocabulary = nlohmann::json::parse(file->metadata("vocabulary"), nullptr, false);
    if (auto ok = codec::checkVocabulary(vocabulary); !ok) {
        return fail(Error::Code::BadFile, "The data set uses other words than this program",
                    path.string(), "Prepare it again.");
    }
    PreparedWords set;
    set.m_classColumn = file->metadata("classColumn");
    for (const auto& ok :
         {file->readList("songs", kWordSongTexts, set.m_songs),
          file->readClasses(textsOf(set.m_songs, &WordsOfSong::label), set.m_classes),
          file->read(columns(set)),
          file->checkStarts("songWords", set.m_songWords, set.m_songs.size(), set.m_words.size()),
          file->checkStarts("songBars", set.m_songBars, set.m_songs.size(), set.m_bars.size())}) {
        if (!ok) {
            return fail(ok.error());
        }
    }
    for (std::size_t song = 0; song < set.m_songs.size(); ++song) {
        std::int64_t before = -1;
        for (const auto bar : set.bars(song)) {
            if (bar <= before || bar >= set.m_songWords[song + 1] - set.m_songWords[song]) {
                return file->damaged("bar");
            }
            before = bar;
        }
    }
    return set;
}

std::span<const Word> PreparedWords::words(std::size_t song) const {
    const auto first = static_cast<std::size_t>(m_songWords[song]);
    return std::span(m_words).subspan(first,
                                      static_cast<std::size_t>(m_songWords[song + 1]) - first);
}

std::span<const std::int32_t> PreparedWords::bars(std::size_t song) const {
    const auto first = static_cast<std::size_t>(m_songBars[song]);
    return std::span(m_bars).subspan(first, static_cast<std::size_t>(m_songBars[song + 1]) - first);
}

std::span<const Word> PreparedWords::window(std::size_t song, int bar, int count,
                                            std::size_t most) const {
    const auto lines = bars(song);
    if (bar < 0 || static_cast<std::size_t>(bar) >= lines.size() || count < 1) {
        return {};
    }
    const auto all = words(song);
    const auto first = static_cast<std::size_t>(lines[static_cast<std::size_t>(bar)]);
    const auto next = static_cast<std::size_t>(bar) + static_cast<std::size_t>(count);
    const auto last = next < lines.size() ? static_cast<std::size_t>(lines[next]) : all.size();
    return all.subspan(first, std::min(most, last - first));
}

void PreparedWords::addSong(WordsOfSong song, const codec::WordSong& words) {
    m_songs.push_back(std::move(song));
    m_words.insert(m_words.end(), words.words.begin(), words.words.end());
    for (const auto bar : words.bars) {
        m_bars.push_back(static_cast<std::int32_t>(bar));
    }
    m_songWords.push_back(static_cast<std::int64_t>(m_words.size()));
    m_songBars.push_back(static_cast<std::int64_t>(m_bars.size()));
}

void PreparedWords::finish(std::string classColumn) {
    m_classes = LabelClasses::of(textsOf(m_songs, &WordsOfSong::label));
    m_classColumn = std::move(classColumn);
}

Result<void> PreparedWords::write(const std::filesystem::path& path) const {
    return writePrepared(path, kWordsFile, columns(*this),
                         {{"songs", listText(m_songs, kWordSongTexts)},
                          {"classes", jsonText(nlohmann::json(m_classes.names))},
                          {"classColumn", m_classColumn},
                          {"vocabulary", jsonText(codec::vocabularyJson())}});
}

} // namespace canto::tensors
