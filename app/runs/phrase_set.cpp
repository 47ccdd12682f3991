// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/phrase_set.h"

#include "models/datasets/prepared_dataset.h"
#include "models/datasets/prepared_polyphonic.h"

namespace canto {

namespace {

std::string titled(const std::string& title, const std::string& path, const std::string& label,
                   int bar) {
    std::string text = title.empty() ? std::filesystem::path(path).stem().string() : title;
    if (!label.empty()) {
        text += " (" + label + ")";
    }
    return text + ", bar " + std::to_string(bar + 1);
}

class TokenPhrases final : public PhraseSet {
  public:
    explicit TokenPhrases(tensors::PreparedDataset data) : m_data(std::move(data)) {}

    std::vector<std::uint32_t> rows(const std::string& split, bool strict) const override {
        using Which = tensors::PreparedDataset::Which;
        return m_data.phrases(split, strict ? Which::Strict : Which::All);
    }
    Result<music::Song> song(std::uint32_t row) const override {
        return codec::phraseToSong(codec::canonical(m_data.phrase(row)),
                                   {.expressions = m_data.expressionsOf(row)});
    }
    std::size_t songOf(std::uint32_t row) const override { return m_data.song(row); }
    int classOf(std::uint32_t row) const override { return m_data.classOf(row); }
    std::string labelOf(std::uint32_t row) const override {
        return m_data.songs()[m_data.song(row)].genre;
    }
    std::string titleOf(std::uint32_t row) const override {
        const auto& song = m_data.songs()[m_data.song(row)];
        return titled(song.title, song.path, song.genre, m_data.bar(row));
    }
    std::string classColumn() const override { return m_data.classColumn(); }
    bool allNotes() const override { return false; }

  private:
    tensors::PreparedDataset m_data;
};

class NotePhrases final : public PhraseSet {
  public:
    explicit NotePhrases(tensors::PreparedPolyphonic data)
        : m_data(std::move(data)), m_rows(m_data.rows()) {}

    std::vector<std::uint32_t> rows(const std::string& split, bool strict) const override {
        return tensors::rowsWhere<std::uint32_t>(m_rows.size(), [&](std::size_t row) {
            const auto& entry = m_rows[row];
            return (split.empty() || m_data.songs()[entry.song].split == split) &&
                   (!strict || entry.strict);
        });
    }
    Result<music::Song> song(std::uint32_t row) const override {
        const auto phrase = m_data.phrase(m_rows[row].bar);
        return codec::toSong({&phrase, 1});
    }
    std::size_t songOf(std::uint32_t row) const override { return m_rows[row].song; }
    int classOf(std::uint32_t row) const override { return m_data.classOf(m_rows[row].song); }
    std::string labelOf(std::uint32_t row) const override {
        return m_data.songs()[m_rows[row].song].label;
    }
    std::string titleOf(std::uint32_t row) const override {
        const auto& song = m_data.songs()[m_rows[row].song];
        return titled(song.title, song.path, song.label, m_data.barInSong(m_rows[row].bar));
    }
    std::string classColumn() const override { return m_data.classColumn(); }
    bool allNotes() const override { return true; }

  private:
    tensors::PreparedPolyphonic m_data;
    std::vector<tensors::PolyphonicRow> m_rows;
};

} // namespace

Result<std::unique_ptr<PhraseSet>> PhraseSet::open(const std::filesystem::path& dataset) {
    CANTO_TRY(file, tensors::SafeTensors::open(dataset));
    if (file->metadata("format") == tensors::kPreparedPolyphonicFormat) {
        CANTO_TRY(notes, tensors::PreparedPolyphonic::open(dataset));
        return std::make_unique<NotePhrases>(std::move(*notes));
    }
    CANTO_TRY(tokens, tensors::PreparedDataset::open(dataset));
    return std::make_unique<TokenPhrases>(std::move(*tokens));
}

} // namespace canto
