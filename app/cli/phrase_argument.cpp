// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/phrase_argument.h"

#include "core/midi/smf_reader.h"

#include <algorithm>

namespace canto::cli {

Result<PhraseArgument> phraseOf(const models::LatentModel& model, const std::string& path, int bar,
                                const CancelToken& cancel) {
    CANTO_TRY(file, midi::readSmfFile(path));
    const auto segments = model.segments(file->song);
    auto found = std::find_if(segments.begin(), segments.end(), [&](const models::Segment& one) {
        return bar < 0 ? one.strict : one.bar == bar;
    });
    if (found == segments.end() && bar < 0) {
        found = segments.begin();
    }
    if (found == segments.end()) {
        return fail(Error::Code::BadInput,
                    bar < 0 ? "There is no note in this song"
                            : "No phrase starts at bar " + std::to_string(bar),
                    path);
    }
    CANTO_TRY(latents, model.encode(file->song, {&*found, 1}, cancel));
    const double bpm = file->song.tempo.bpmAt(found->start);
    return PhraseArgument{std::move(file->song), *found, std::move(latents->front()), bpm};
}

} // namespace canto::cli
