// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/web_page.h"

namespace canto {

PhraseOfRow webPagePhrases(const atlas::AtlasPoints& points, std::vector<OriginalFolder> folders,
                           std::shared_ptr<const models::LatentModel> model,
                           const CancelToken& cancel) {
    return [&points, folders = std::move(folders), model,
            cancel](std::size_t row) -> std::shared_ptr<const music::Song> {
        const atlas::SegmentRow& segment = points.segments[row];
        if (segment.end > segment.start) {
            if (const auto song = readOriginal(points.songOf(row), folders)) {
                return std::make_shared<const music::Song>(
                    (*song)->excerpt(segment.start, segment.end));
            }
        }
        const auto latent = points.latent(row);
        if (!model || !model->info().can.decode ||
            model->info().latentSize != static_cast<int>(latent.size())) {
            return nullptr;
        }
        auto song = model->decode({latent.begin(), latent.end()}, {.cancel = cancel},
                                  [&](const music::Song&, int) { return !cancel.cancelled(); });
        if (!song) {
            return nullptr;
        }
        song->finish();
        return std::make_shared<const music::Song>(std::move(*song));
    };
}

} // namespace canto
