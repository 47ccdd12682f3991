// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A model without weights whose latents follow from the notes by simple arithmetic, so that what
// went into an atlas can be checked by hand.

#include "models/common/latent_model.h"

#include <algorithm>

namespace canto::test {

class NoteCountModel : public models::LatentModel {
  public:
    NoteCountModel() {
        m_info.id = "fake";
        m_info.version = "0123456789abcdef";
        m_info.latentSize = 4;
        m_info.phraseBars = 2;
        m_info.can.encode = true;
    }
    const models::ModelInfo& info() const override { return m_info; }

    /// Two bars of 4/4 from every bar with a note.
    std::vector<models::Segment> segments(const music::Song& song) const override {
        std::vector<models::Segment> found;
        const music::Tick bar = 4 * song.ticksPerQuarter;
        for (music::Tick start = 0; start < song.endTick(); start += bar) {
            const bool sounds =
                std::any_of(song.notes.begin(), song.notes.end(), [&](const music::Note& note) {
                    return note.start >= start && note.start < start + bar;
                });
            if (sounds) {
                found.push_back({static_cast<int>(start / bar), start, start + 2 * bar, true});
            }
        }
        return found;
    }

    /// Number of notes that start in the segment, their mean pitch and velocity, 1.
    Result<std::vector<models::Latent>> encode(const music::Song& song,
                                               std::span<const models::Segment> segments,
                                               const CancelToken& cancel) const override {
        std::vector<models::Latent> latents;
        for (const models::Segment& segment : segments) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            float count = 0;
            float pitch = 0;
            float velocity = 0;
            for (const music::Note& note : song.notes) {
                if (note.start >= segment.start && note.start < segment.end) {
                    ++count;
                    pitch += note.pitch;
                    velocity += note.velocity;
                }
            }
            latents.push_back({count, pitch / count, velocity / count, 1});
        }
        return latents;
    }

    Result<music::Song> decode(const models::Latent&, const models::DecodeOptions&,
                               const models::OnBar&) const override {
        return fail(Error::Code::Model, "Decodes nothing");
    }
    Result<models::Latent> samplePrior(std::optional<int>, Random&) const override {
        return fail(Error::Code::Model, "Has no prior");
    }
    std::vector<double> classScores(const models::Latent&) const override { return {}; }

  private:
    models::ModelInfo m_info;
};

} // namespace canto::test
