// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/resampler.h"

#include <soxr.h>
#include <string>

namespace canto::sound {

namespace {
constexpr std::size_t kRoom = 16384; // frames
} // namespace

void Resampler::Delete::operator()(soxr* resampler) const { soxr_delete(resampler); }

Result<Resampler> Resampler::make(double from, double to, unsigned channels) {
    Resampler made;
    made.m_ratio = to / from;
    made.m_channels = channels;
    if (from != to) {
        soxr_error_t problem = nullptr;
        const auto quality = soxr_quality_spec(SOXR_HQ, 0);
        made.m_soxr.reset(soxr_create(from, to, channels, &problem, nullptr, &quality, nullptr));
        if (problem != nullptr) {
            return fail(Error::Code::BadInput,
                        "The sound cannot be resampled: " + std::string(problem));
        }
        if (!made.m_soxr) {
            return fail(Error::Code::NoMemory, "There is no memory to resample the sound");
        }
    }
    return made;
}

void Resampler::feed(std::span<const float> samples, std::vector<float>& into) {
    if (!m_soxr) {
        into.insert(into.end(), samples.begin(), samples.end());
        return;
    }
    const std::size_t frames = samples.size() / m_channels;
    std::size_t taken = 0;
    while (taken < frames) {
        std::size_t used = 0;
        const std::size_t given =
            step(samples.data() + taken * m_channels, frames - taken, &used, into);
        taken += used;
        if (used == 0 && given == 0) {
            return;
        }
    }
}

void Resampler::end(std::vector<float>& into) {
    while (m_soxr && step(nullptr, 0, nullptr, into) > 0) {
    }
}

std::size_t Resampler::step(const float* from, std::size_t frames, std::size_t* used,
                            std::vector<float>& into) {
    const std::size_t old = into.size();
    const std::size_t room =
        kRoom + static_cast<std::size_t>(static_cast<double>(frames) * m_ratio);
    into.resize(old + room * m_channels);
    std::size_t given = 0;
    soxr_process(m_soxr.get(), from, frames, used, into.data() + old, room, &given);
    into.resize(old + given * m_channels);
    return given;
}

} // namespace canto::sound
