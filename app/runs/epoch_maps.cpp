// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/epoch_maps.h"

#include "app/library/phrase_chain.h"
#include "core/base/random.h"
#include "core/projection/procrustes.h"
#include "core/projection/umap.h"

#include <algorithm>
#include <set>

namespace canto {

namespace {

/// Number of phrases that are encoded as one song, since a model encodes the segments of a song in
/// batches.
constexpr std::size_t kChained = 64;
constexpr int kEpochs = 300; ///< of the layout; only the last third when starting from an earlier
                             ///< layout

/// `count` of the rows at random, ascending (Floyd's sample).
std::vector<std::uint32_t> sample(const std::vector<std::uint32_t>& rows, std::size_t count,
                                  std::uint64_t seed) {
    if (rows.size() <= count) {
        return rows;
    }
    Random random(seed);
    std::set<std::size_t> chosen;
    for (std::size_t j = rows.size() - count; j < rows.size(); ++j) {
        const auto t = static_cast<std::size_t>(random.below(j + 1));
        chosen.insert(chosen.contains(t) ? j : t);
    }
    std::vector<std::uint32_t> some;
    for (const std::size_t index : chosen) {
        some.push_back(rows[index]);
    }
    return some;
}

/// Held-out phrases as different as four can be: from different songs and, as far as possible,
/// different classes.
std::vector<std::uint32_t> seedRows(const PhraseSet& data, std::uint64_t seed) {
    std::vector<std::uint32_t> rows;
    for (const char* split : {"valid", "test", "train"}) {
        for (const bool strict : {true, false}) {
            if (rows.empty()) {
                rows = data.rows(split, strict);
            }
        }
    }
    Random random(seed);
    random.shuffle(rows);
    std::vector<std::uint32_t> chosen;
    std::set<std::size_t> songs;
    std::set<int> classes;
    for (const bool newClass : {true, false}) {
        for (const auto row : rows) {
            if (chosen.size() < EpochMaps::kSeeds && !songs.contains(data.songOf(row)) &&
                (!newClass || !classes.contains(data.classOf(row)))) {
                chosen.push_back(row);
                songs.insert(data.songOf(row));
                classes.insert(data.classOf(row));
            }
        }
    }
    return chosen;
}

} // namespace

Result<EpochMaps> EpochMaps::open(const std::filesystem::path& dataset,
                                  const EpochMapOptions& options) {
    CANTO_TRY(data, PhraseSet::open(dataset));
    EpochMaps maps;
    maps.m_options = options;
    maps.m_set = std::move(*data);
    const auto& set = *maps.m_set;
    for (const auto row : sample(set.rows("", false), options.points, options.seed)) {
        if (const auto music = set.song(row); !music || music->notes.empty()) {
            continue; // only the end of notes from before it
        }
        maps.m_rows.push_back(row);
        maps.m_labels.push_back(set.labelOf(row));
    }
    for (const auto row : seedRows(set, options.seed)) {
        CANTO_TRY(song, set.song(row));
        maps.m_seeds.push_back({set.titleOf(row), std::move(*song)});
    }
    return maps;
}

Result<music::Song> EpochMaps::song(std::size_t row) const { return m_set->song(m_rows[row]); }

Result<projection::Points> EpochMaps::encode(const models::LatentModel& model,
                                             const CancelToken& cancel) const {
    if (model.info().phraseBars != kBars || !model.info().can.encode) {
        return fail(Error::Code::BadShape, "The model \"" + model.info().title +
                                               "\" does not read phrases of " +
                                               std::to_string(kBars) + " bars");
    }
    projection::Points points;
    points.dimensions = static_cast<std::size_t>(model.info().latentSize);
    // Phrases of all notes may be of any metre, so that they do not follow each other in a chain.
    const std::size_t chained = m_set->allNotes() ? 1 : kChained;
    for (std::size_t begin = 0; begin < m_rows.size(); begin += chained) {
        const std::size_t end = std::min(begin + chained, m_rows.size());
        std::vector<music::Song> phrases;
        for (std::size_t row = begin; row < end; ++row) {
            CANTO_TRY(phrase, song(row));
            phrases.push_back(std::move(*phrase));
        }
        const music::Song chain =
            chained == 1 ? std::move(phrases.front()) : chainPhrases(phrases, kBars);
        const music::Tick length = music::Tick(chain.ticksPerQuarter) * 4 * kBars;
        std::vector<models::Segment> segments;
        for (std::size_t i = 0; i < phrases.size(); ++i) {
            const auto start = length * static_cast<music::Tick>(i);
            segments.push_back({static_cast<int>(i) * kBars, start, start + length, true});
        }
        CANTO_TRY(whole, model.encode(chain, segments, cancel));
        for (const auto& latent : *whole) {
            points.values.insert(points.values.end(), latent.begin(), latent.end());
            ++points.count;
        }
    }
    return points;
}

Result<std::vector<projection::MapPoint>> EpochMaps::add(const models::LatentModel& model,
                                                         const CancelToken& cancel) {
    CANTO_TRY(points, encode(model, cancel));
    projection::UmapOptions how;
    how.seed = m_options.seed;
    how.threads = m_options.threads;
    how.start = projection::UmapOptions::Start::Pca;
    how.epochs = kEpochs;
    how.neighbours = static_cast<int>(std::clamp<std::size_t>(m_rows.size() / 3, 2, 15));
    CANTO_TRY(umap, projection::Umap::initialise(*points, how, cancel, m_last));
    umap->runTo(umap->lastEpoch(), cancel);
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Cancelled");
    }
    auto layout = umap->snapshot();
    if (!m_last.empty()) {
        CANTO_TRY(onto, projection::procrustes(layout, m_last));
        projection::align(*onto, layout);
    }
    m_last = layout;
    return layout;
}

Result<music::Song> throughModel(const models::LatentModel& model, const music::Song& phrase,
                                 const CancelToken& cancel) {
    const auto segments = model.segments(phrase);
    if (segments.empty()) {
        return fail(Error::Code::NotFound, "The phrase has no note");
    }
    CANTO_TRY(latent, model.encode(phrase, std::span(segments).first(1), cancel));
    return model.decode(latent->front(), {},
                        [&](const music::Song&, int) { return !cancel.cancelled(); });
}

} // namespace canto
