// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepared_dataset.h"

#include "core/base/json_text.h"
#include "core/base/verify.h"
#include "core/codec/expression.h"
#include "core/tensors/safetensors.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

namespace canto::tensors {

using codec::kPhraseSteps;
using codec::kPhraseTokens;
using codec::kTracks;

namespace {

/// The numbers of a tensor of this shape; a dimension of -1 may have any size.
template <class T>
Result<std::span<const T>> numbers(const SafeTensors& file, std::string_view name,
                                   const std::vector<std::int64_t>& shape,
                                   const std::string& where) {
    const TensorView* tensor = file.find(name);
    if (tensor == nullptr) {
        return fail(Error::Code::BadFile, "Tensor " + std::string(name) + " is missing", where,
                    "Make the file again with canto prepare.");
    }
    const bool fits = std::equal(
        tensor->shape.begin(), tensor->shape.end(), shape.begin(), shape.end(),
        [](std::int64_t has, std::int64_t wanted) { return wanted < 0 || has == wanted; });
    if (!fits) {
        return fail(Error::Code::BadFile, "Tensor " + std::string(name) + " has a wrong shape",
                    where);
    }
    auto values = numbersOf<T>(*tensor);
    if (!values) {
        Error error = values.error();
        error.code = Error::Code::BadFile;
        error.where = where + ", tensor " + std::string(name);
        return fail(std::move(error));
    }
    return *values;
}

/// Every value must be in [0, end).
template <class T>
Result<void> inRange(std::span<const T> values, std::int64_t end, const char* name,
                     const std::string& where) {
    const auto wrong = std::find_if(values.begin(), values.end(), [end](T value) {
        return std::int64_t{value} < 0 || std::int64_t{value} >= end;
    });
    if (wrong != values.end()) {
        return fail(Error::Code::BadFile,
                    std::string("Tensor ") + name + " holds " + std::to_string(*wrong) +
                        " where only 0 to " + std::to_string(end - 1) + " make sense",
                    where + ", entry " + std::to_string(wrong - values.begin()));
    }
    return {};
}

/// A list of T in the metadata; `read` takes one element and returns whether it is valid.
template <class Read>
Result<void> readList(const SafeTensors& file, const char* key, const std::string& where,
                      const Read& read) {
    const auto json = nlohmann::json::parse(file.metadata(key), nullptr, false);
    const bool good =
        json.is_array() && std::all_of(json.begin(), json.end(),
                                       [&](const nlohmann::json& item) { return read(item); });
    if (!good) {
        return fail(Error::Code::BadFile, std::string("Metadata \"") + key + "\" is damaged",
                    where);
    }
    return {};
}

/// A text field of an object; false if it is present but not a text.
bool readText(const nlohmann::json& object, const char* key, std::string& text) {
    const auto field = object.find(key);
    if (field == object.end()) {
        return true;
    }
    if (!field->is_string()) {
        return false;
    }
    text = field->get<std::string>();
    return true;
}

template <class T>
TensorView view(const char* name, Dtype dtype, std::vector<std::int64_t> shape,
                const std::vector<T>& values) {
    return {name, dtype, std::move(shape), std::as_bytes(std::span(values))};
}

} // namespace

Result<PreparedDataset> PreparedDataset::open(const std::filesystem::path& path) {
    const std::string where = path.string();
    const auto file = SafeTensors::open(path);
    if (!file) {
        return fail(file.error());
    }
    if (file->metadata("format") != kPreparedFormat) {
        return fail(Error::Code::BadFile, "This is not a prepared data set of phrases", where,
                    "Make one with canto prepare.");
    }
    PreparedDataset set;
    set.m_metadata = file->metadata();
    set.m_classColumn = file->metadata("classColumn");
    auto good = readList(*file, "songs", where, [&](const nlohmann::json& item) {
        PreparedSong& song = set.m_songs.emplace_back();
        return item.is_object() && readText(item, "path", song.path) &&
               readText(item, "title", song.title) && readText(item, "artist", song.artist) &&
               readText(item, "genre", song.genre) && readText(item, "split", song.split);
    });
    if (!good) {
        return fail(good.error());
    }
    good = readList(*file, "classes", where, [&](const nlohmann::json& item) {
        set.m_classes.push_back(item.is_string() ? item.get<std::string>() : std::string());
        return item.is_string();
    });
    if (!good) {
        return fail(good.error());
    }
    for (const PreparedSong& song : set.m_songs) {
        const auto found = std::find(set.m_classes.begin(), set.m_classes.end(), song.genre);
        if (!song.genre.empty() && found == set.m_classes.end()) {
            return fail(Error::Code::BadFile, "\"" + song.genre + "\" is not among the classes",
                        where + ", song " + song.path);
        }
        set.m_songClass.push_back(
            song.genre.empty() ? -1 : static_cast<int>(found - set.m_classes.begin()));
    }

    const auto tokens = numbers<std::uint8_t>(*file, "tokens", {-1, kTracks, kPhraseSteps}, where);
    if (!tokens) {
        return fail(tokens.error());
    }
    const auto count = static_cast<std::int64_t>(tokens->size() / kPhraseTokens);
    const auto song = numbers<std::int32_t>(*file, "song", {count}, where);
    const auto bar = numbers<std::int32_t>(*file, "bar", {count}, where);
    const auto strict = numbers<std::uint8_t>(*file, "strict", {count}, where);
    for (const auto* list : {&song, &bar}) {
        if (!*list) {
            return fail(list->error());
        }
    }
    if (!strict) {
        return fail(strict.error());
    }
    const auto songs = static_cast<std::int64_t>(set.m_songs.size());
    constexpr std::int64_t kBars = std::int64_t{1} << 31;
    for (const auto& checked :
         {inRange(*tokens, codec::kClasses, "tokens", where), inRange(*song, songs, "song", where),
          inRange(*bar, kBars, "bar", where), inRange(*strict, 2, "strict", where)}) {
        if (!checked) {
            return fail(checked.error());
        }
    }
    // "touches" was the name before "expressions".
    const char* const name = file->find("expressions") != nullptr ? "expressions" : "touches";
    if (file->find(name) != nullptr) {
        const auto expressions =
            numbers<std::uint8_t>(*file, name, {count, kTracks, kPhraseSteps}, where);
        if (!expressions) {
            return fail(expressions.error());
        }
        if (auto checked = inRange(*expressions, codec::kExpressions, name, where); !checked) {
            return fail(checked.error());
        }
        set.m_expressions.assign(expressions->begin(), expressions->end());
    }
    set.m_tokens.assign(tokens->begin(), tokens->end());
    set.m_song.assign(song->begin(), song->end());
    set.m_bar.assign(bar->begin(), bar->end());
    set.m_strict.assign(strict->begin(), strict->end());
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
    std::vector<std::uint32_t> chosen;
    for (std::size_t i = 0; i < size(); ++i) {
        const bool inSplit = split.empty() || m_songs[song(i)].split == split;
        if (inSplit && (which == Which::All || strict(i))) {
            chosen.push_back(static_cast<std::uint32_t>(i));
        }
    }
    return chosen;
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
    m_songClass.push_back(-1);
    for (const codec::PhraseWindow& window : windows) {
        m_song.push_back(number);
        m_bar.push_back(window.bar);
        m_strict.push_back(window.strict ? 1 : 0);
    }
    m_tokens.insert(m_tokens.end(), tokens.begin(), tokens.end());
    m_expressions.insert(m_expressions.end(), expressions.begin(), expressions.end());
}

void PreparedDataset::finish(std::string classColumn, std::map<std::string, std::string> metadata) {
    std::set<std::string> genres;
    for (const PreparedSong& song : m_songs) {
        if (!song.genre.empty()) {
            genres.insert(song.genre);
        }
    }
    m_classes.assign(genres.begin(), genres.end());
    for (std::size_t i = 0; i < m_songs.size(); ++i) {
        const auto found = genres.find(m_songs[i].genre);
        m_songClass[i] =
            found == genres.end() ? -1 : static_cast<int>(std::distance(genres.begin(), found));
    }
    m_classColumn = std::move(classColumn);

    auto songs = nlohmann::json::array();
    for (const PreparedSong& song : m_songs) {
        songs.push_back({{"path", song.path},
                         {"title", song.title},
                         {"artist", song.artist},
                         {"genre", song.genre},
                         {"split", song.split}});
    }
    m_metadata = std::move(metadata);
    m_metadata["format"] = kPreparedFormat;
    m_metadata["songs"] = jsonText(songs);
    m_metadata["classes"] = jsonText(nlohmann::json(m_classes));
    m_metadata["classColumn"] = m_classColumn;
}

Result<void> PreparedDataset::write(const std::filesystem::path& path) const {
    const auto count = static_cast<std::int64_t>(size());
    std::vector<TensorView> tensors{
        view("tokens", Dtype::U8, {count, kTracks, kPhraseSteps}, m_tokens),
        view("song", Dtype::I32, {count}, m_song),
        view("bar", Dtype::I32, {count}, m_bar),
        view("strict", Dtype::U8, {count}, m_strict),
    };
    if (!m_expressions.empty()) {
        tensors.push_back(
            view("expressions", Dtype::U8, {count, kTracks, kPhraseSteps}, m_expressions));
    }
    return writeSafeTensors(path, tensors, m_metadata);
}

} // namespace canto::tensors
