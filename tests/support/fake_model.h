// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A model without LibTorch whose music can be computed by hand, and which can be made to wait.

#include "models/common/latent_model.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace canto::test {

/// Latents of eight numbers. The music of z: in each of two bars track 0 (bass) plays one whole
/// note of pitch 40 + round(z[0]) and track 1 (strings) four quarters of 60 + round(z[1]) + bar.
class FakeModel final : public models::LatentModel {
  public:
    static constexpr int kLatent = 8;
    static constexpr int kBars = 2;

    FakeModel() {
        m_info.id = "fake";
        m_info.space = "Style";
        m_info.title = "Fake";
        m_info.version = "f1";
        m_info.latentSize = kLatent;
        m_info.phraseBars = kBars;
        m_info.geometry = models::Geometry::Linear;
        m_info.can = {.encode = true, .decode = true, .samplePrior = true};
        m_info.labelColumn = "genre";
        m_info.classes = {"classical", "country", "jazz", "pop", "rock"};
        m_info.blocks = {{.id = "genre", .title = "Genre", .begin = 0, .end = 2}};
    }

    /// From now on each bar waits for letBars().
    void hold() const {
        const std::lock_guard lock(m_mutex);
        m_held = true;
    }
    /// Lets this many more bars through; -1 lets all through from now on.
    void letBars(int bars) const {
        const std::lock_guard lock(m_mutex);
        m_held = bars >= 0;
        m_allowed += std::max(bars, 0);
        m_wake.notify_all();
    }
    /// Whether songs wait to be encoded from now on.
    void holdEncoding(bool held) const {
        const std::lock_guard lock(m_mutex);
        m_encodingHeld = held;
        m_wake.notify_all();
    }
    int decodesBegun() const { return m_begun; }

    static int bassPitch(const models::Latent& z) {
        return std::clamp(40 + static_cast<int>(std::lround(z[0])), 1, 120);
    }
    static int highPitch(const models::Latent& z, int bar) {
        return std::clamp(60 + static_cast<int>(std::lround(z[1])) + bar, 1, 120);
    }

    const models::ModelInfo& info() const override { return m_info; }

    std::vector<models::Segment> segments(const music::Song& song) const override {
        std::vector<models::Segment> all;
        const int bars = song.notes.empty() ? 0 : std::max(1, song.bars() - kBars + 1);
        for (int bar = 0; bar < bars; ++bar) {
            all.push_back({bar, song.metre.barStart(bar), song.metre.barStart(bar + kBars), true});
        }
        return all;
    }

    /// Mean pitch of the segment's notes - 40 and - 60, its number of notes, its first bar.
    Result<std::vector<models::Latent>> encode(const music::Song& song,
                                               std::span<const models::Segment> segments,
                                               const CancelToken& cancel) const override {
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait_for(lock, std::chrono::minutes(2), [&] { return !m_encodingHeld; });
        }
        std::vector<models::Latent> latents;
        for (const models::Segment& segment : segments) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Encoding cancelled");
            }
            double sum = 0, count = 0;
            for (const music::Note& note : song.notes) {
                if (note.start >= segment.start && note.start < segment.end) {
                    sum += note.pitch;
                    ++count;
                }
            }
            const auto mean = static_cast<float>(count > 0 ? sum / count : 60);
            latents.push_back({mean - 40, mean - 60, static_cast<float>(count),
                               static_cast<float>(segment.bar), 0, 0, 0, 0});
        }
        return latents;
    }

    Result<music::Song> decode(const models::Latent& z, const models::DecodeOptions& options,
                               const models::OnBar& onBar) const override {
        ++m_begun;
        if (z.size() != static_cast<std::size_t>(kLatent)) {
            return fail(Error::Code::BadShape, "The latent has another size");
        }
        music::Song song;
        song.tracks = {{"Bass"}, {"Strings"}};
        const auto micros = static_cast<std::uint32_t>(std::lround(60e6 / options.bpm));
        song.tempo = music::TempoMap(song.ticksPerQuarter, {{0, micros}});
        for (int bar = 0; bar < kBars; ++bar) {
            waitForBar();
            addBar(song, z, bar);
            song.finish();
            if (onBar && !onBar(song, bar + 1)) {
                return fail(Error::Code::Cancelled, "Decoding cancelled");
            }
        }
        return song;
    }

    /// Mean of a class: on a circle of radius 6 in the first two dimensions.
    static std::pair<double, double> classMean(int label) {
        constexpr double kAngle = 1.2566370614359172; // a fifth of a turn
        return {6 * std::cos(kAngle * label), 6 * std::sin(kAngle * label)};
    }
    static constexpr double kSpread = 0.25; ///< of the prior around a class, in each dimension

    /// Around the class's mean, or around 0 without a class.
    Result<models::Latent> samplePrior(std::optional<int> label, Random& random) const override {
        models::Latent z(kLatent);
        std::generate(z.begin(), z.end(),
                      [&] { return static_cast<float>(kSpread * random.normal()); });
        if (label) {
            const auto [x, y] = classMean(*label);
            z[0] += static_cast<float>(x);
            z[1] += static_cast<float>(y);
        }
        return z;
    }

    /// All to the class whose mean is nearest.
    std::vector<double> classScores(const models::Latent& z) const override {
        std::vector<double> scores(m_info.classes.size());
        const auto distance = [&](std::size_t label) {
            const auto [x, y] = classMean(static_cast<int>(label));
            return std::hypot(static_cast<double>(z[0]) - x, static_cast<double>(z[1]) - y);
        };
        std::size_t nearest = 0;
        for (std::size_t label = 1; label < scores.size(); ++label) {
            nearest = distance(label) < distance(nearest) ? label : nearest;
        }
        scores[nearest] = 1;
        return scores;
    }

  private:
    static void addBar(music::Song& song, const models::Latent& z, int bar) {
        const music::Tick start = bar * 4 * song.ticksPerQuarter;
        music::Note bass;
        bass.start = start;
        bass.length = 4 * song.ticksPerQuarter;
        bass.program = 33;
        bass.pitch = static_cast<std::uint8_t>(bassPitch(z));
        bass.velocity = 100;
        song.notes.push_back(bass);
        for (int beat = 0; beat < 4; ++beat) {
            music::Note high;
            high.start = start + beat * song.ticksPerQuarter;
            high.length = song.ticksPerQuarter;
            high.track = 1;
            high.channel = 1;
            high.program = 48;
            high.pitch = static_cast<std::uint8_t>(highPitch(z, bar));
            high.velocity = 100;
            song.notes.push_back(high);
        }
    }

    void waitForBar() const {
        std::unique_lock lock(m_mutex);
        // A test that does not release it must end all the same.
        m_wake.wait_for(lock, std::chrono::minutes(2), [&] { return !m_held || m_allowed > 0; });
        if (m_held) {
            --m_allowed;
        }
    }

    models::ModelInfo m_info;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_wake;
    mutable bool m_held = false;
    mutable bool m_encodingHeld = false;
    mutable int m_allowed = 0;
    mutable std::atomic<int> m_begun{0};
};

} // namespace canto::test
