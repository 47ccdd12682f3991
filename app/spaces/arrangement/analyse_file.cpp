// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/spaces/arrangement/analyse_file.h"

#include "core/midi/file_kind.h"
#include "core/midi/smf_reader.h"
#include "core/sound/audio_file.h"
#include "core/sound/render_file.h"

#include <array>
#include <memory>

namespace canto {

namespace {

using OnSound = std::function<void(std::span<const float>)>;

Result<audio::SongFrames> framesOfMidi(const std::filesystem::path& path,
                                       const std::filesystem::path& soundFont,
                                       const CancelToken& cancel, const OnSound& onSound) {
    CANTO_TRY(read, midi::readSmfFile(path));
    const std::array songs{std::make_shared<const music::Song>(std::move(read->song))};
    sound::RenderOptions options;
    options.soundFont = soundFont;
    options.rate = 2 * audio::kRate;
    CANTO_TRY(rendered, sound::renderSongs(songs, options, cancel));
    const auto mono = rendered->mono();
    rendered->samples = {};
    CANTO_TRY(slow, sound::resampled(mono, 2 * audio::kRate, audio::kRate));
    if (onSound) {
        onSound(*slow);
    }
    return audio::analyseFrames(*slow);
}

Result<audio::SongFrames> framesOf(const std::filesystem::path& path,
                                   const std::filesystem::path& soundFont,
                                   const CancelToken& cancel, const Progress& progress,
                                   const OnSound& onSound) {
    if (midi::isMidiName(path)) {
        return framesOfMidi(path, soundFont, cancel, onSound);
    }
    audio::FrameAnalysis analysis;
    CANTO_TRY(read, sound::streamMono(
                        path, audio::kRate,
                        [&](std::span<const float> piece) {
                            analysis.feed(piece);
                            if (onSound) {
                                onSound(piece);
                            }
                        },
                        {.refusedSeconds = audio::kLongestAnalysed}, cancel, progress));
    return analysis.end();
}

} // namespace

Result<Recording> analyseFile(const std::filesystem::path& path,
                              const audio::AnalysisOptions& options,
                              const std::filesystem::path& soundFont, const CancelToken& cancel,
                              const Progress& progress, const OnSound& onSound) {
    CANTO_TRY(frames, framesOf(path, soundFont, cancel, progress, onSound));
    auto analysis = audio::analyse(*frames, options, cancel);
    if (!analysis) {
        Error error = analysis.error();
        error.where = path.string() + (error.where.empty() ? "" : ", " + error.where);
        return fail(std::move(error));
    }
    return Recording{std::move(*frames), std::move(*analysis)};
}

} // namespace canto

#endif
