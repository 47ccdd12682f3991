// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepared_words.h"

#include "core/base/json_text.h"
#include "core/tensors/safetensors.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace canto::tensors {

using codec::kWordFields;
using codec::Word;

static_assert(sizeof(Word) == kWordFields, "words lie in the file as they lie in memory");

namespace {

template <class T>
Result<std::span<const T>> numbers(const SafeTensors& file, const char* name, std::size_t rank,
                                   const std::string& where) {
    const auto* view = file.find(name);
    if (view == nullptr || view->shape.size() != rank) {
        return fail(Error::Code::BadFile, std::string("Tensor \"") + name + "\" is missing", where);
    }
    return numbersOf<T>(*view);
}

tl::unexpected<Error> damagedWords(const char* what, const std::string& where) {
    return fail(Error::Code::BadFile, std::string("\"") + what + "\" is damaged", where);
}

Result<std::vector<WordsOfSong>> wordSongsOf(const SafeTensors& file, const std::string& where) {
    const auto json = nlohmann::json::parse(file.metadata("songs"), nullptr, false);
    if (!json.is_array()) {
        return damagedWords("songs", where);
    }
    std::vector<WordsOfSong> songs;
    for (const auto& item : json) {
        WordsOfSong song;
        for (const auto& [key, text] : {std::pair{"path", &song.path},
                                        {"title", &song.title},
                                        {"artist", &song.artist},
                                        {"label", &song.label},
                                        {"split", &song.split}}) {
            if (!item.is_object() || !item.contains(key) || !item[key].is_string()) {
                return damagedWords("songs", where);
            }
            *text = item[key].get<std::string>();
        }
        songs.push_back(std::move(song));
    }
    return songs;
}

/// Starts of songs: from 0, never falling, to `end`.
bool goodStarts(std::span<const std::int64_t> starts, std::size_t songs, std::size_t end) {
    return starts.size() == songs + 1 && starts.front() == 0 &&
           starts.back() == static_cast<std::int64_t>(end) &&
           std::is_sorted(starts.begin(), starts.end());
}

} // namespace

Result<PreparedWords> PreparedWords::open(const std::filesystem::path& path) {
    const std::string where = path.string();
    const auto file = SafeTensors::open(path);
    if (!file) {
        return fail(file.error());
    }
    if (file->metadata("format") != kPreparedWordsFormat) {
        return fail(Error::Code::BadFile, "This is not a prepared data set of compound words",
                    where, "Make one with canto prepare --space emotion.");
    }
    const auto vocabulary = nlohmann::json::parse(file->metadata("vocabulary"), nullptr, false);
    if (auto ok = codec::checkVocabulary(vocabulary); !ok) {
        return fail(Error::Code::BadFile, "The data set uses other words than this program", where,
                    "Prepare it again.");
    }
    PreparedWords set;
    auto songs = wordSongsOf(*file, where);
    if (!songs) {
        return fail(songs.error());
    }
    const auto words = numbers<std::uint8_t>(*file, "words", 2, where);
    const auto bars = numbers<std::int32_t>(*file, "bar", 1, where);
    const auto songWords = numbers<std::int64_t>(*file, "songWords", 1, where);
    const auto songBars = numbers<std::int64_t>(*file, "songBars", 1, where);
    if (!words || !bars || !songWords || !songBars) {
        return fail(!words       ? words.error()
                    : !bars      ? bars.error()
                    : !songWords ? songWords.error()
                                 : songBars.error());
    }
    if (file->find("words")->shape[1] != kWordFields) {
        return damagedWords("words", where);
    }
    for (std::size_t i = 0; i < words->size(); ++i) {
        if ((*words)[i] >= codec::kVocabulary[i % kWordFields]) {
            return damagedWords("words", where);
        }
    }
    if (!goodStarts(*songWords, songs->size(), words->size() / kWordFields) ||
        !goodStarts(*songBars, songs->size(), bars->size())) {
        return damagedWords("songWords or songBars", where);
    }
    for (std::size_t song = 0; song < songs->size(); ++song) {
        const auto length = (*songWords)[song + 1] - (*songWords)[song];
        std::int64_t before = -1;
        for (auto i = (*songBars)[song]; i < (*songBars)[song + 1]; ++i) {
            const auto bar = (*bars)[static_cast<std::size_t>(i)];
            if (bar <= before || bar >= length) {
                return damagedWords("bar", where);
            }
            before = bar;
        }
    }
    set.m_songs = std::move(*songs);
    set.m_words.resize(words->size() / kWordFields);
    std::memcpy(set.m_words.data(), words->data(), words->size());
    set.m_bars.assign(bars->begin(), bars->end());
    set.m_songWords.assign(songWords->begin(), songWords->end());
    set.m_songBars.assign(songBars->begin(), songBars->end());
    set.finish(file->metadata("classColumn"));
    const auto classes = nlohmann::json::parse(file->metadata("classes"), nullptr, false);
    if (classes != nlohmann::json(set.m_classes)) {
        return damagedWords("classes", where);
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
    std::set<std::string> labels;
    for (const auto& song : m_songs) {
        if (!song.label.empty()) {
            labels.insert(song.label);
        }
    }
    m_classes.assign(labels.begin(), labels.end());
    m_songClass.clear();
    for (const auto& song : m_songs) {
        const auto found = labels.find(song.label);
        m_songClass.push_back(
            found == labels.end() ? -1 : static_cast<int>(std::distance(labels.begin(), found)));
    }
    m_classColumn = std::move(classColumn);
}

Result<void> PreparedWords::write(const std::filesystem::path& path) const {
    auto songs = nlohmann::json::array();
    for (const auto& song : m_songs) {
        songs.push_back({{"path", song.path},
                         {"title", song.title},
                         {"artist", song.artist},
                         {"label", song.label},
                         {"split", song.split}});
    }
    const auto view = [](const char* name, Dtype dtype, std::vector<std::int64_t> shape,
                         const auto& values) {
        return TensorView{name, dtype, std::move(shape), std::as_bytes(std::span(values))};
    };
    const auto size = [](const auto& values) { return static_cast<std::int64_t>(values.size()); };
    const std::vector<TensorView> tensors{
        view("words", Dtype::U8, {size(m_words), kWordFields}, m_words),
        view("bar", Dtype::I32, {size(m_bars)}, m_bars),
        view("songWords", Dtype::I64, {size(m_songWords)}, m_songWords),
        view("songBars", Dtype::I64, {size(m_songBars)}, m_songBars),
    };
    return writeSafeTensors(path, tensors,
                            {{"format", std::string(kPreparedWordsFormat)},
                             {"songs", jsonText(songs)},
                             {"classes", jsonText(nlohmann::json(m_classes))},
                             {"classColumn", m_classColumn},
                             {"vocabulary", jsonText(codec::vocabularyJson())}});
}

} // namespace canto::tensors
