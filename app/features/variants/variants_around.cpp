// SPDX-License-Identifier: GPL-3.0-or-later
// "Generate around": variations of what plays.

#include "app/features/variants/variants.h"
#include "app/features/variants/variations.h"
#include "app/workspace/qt_text.h"

#include <QLocale>

namespace canto::app {

QString Variants::whyNotAround() const {
    const auto& model = m_workspace.model();
    if (!model) {
        return tr("There is no model to generate with.");
    }
    if (!model->info().can.decode) {
        return tr("%1 only encodes music: it cannot generate any.")
            .arg(coreText(model->info().title));
    }
    if (model->info().geometry == models::Geometry::Discrete) {
        return tr("The phrases of this space are discrete codes with nothing in between, so "
                  "nothing can be generated around them.");
    }
    if (m_workspace.player().currentItem().latent.size() != std::size_t(model->info().latentSize)) {
        return tr("Play a phrase first: click a point or empty space on the map.");
    }
    return {};
}

void Variants::generateAround() {
    if (const QString why = whyNotAround(); !why.isEmpty()) {
        Q_EMIT problem(tr("Nothing can be generated around what plays"), why);
        return;
    }
    Q_EMIT raiseWanted(m_panel);
    const PlaybackItem& from = m_workspace.player().currentItem();
    const double radius = m_panel->radius();
    const std::uint64_t seed = m_panel->seed();
    PlaybackItem like;
    like.kind = PlaybackItem::Kind::Around;
    like.bars = m_workspace.model()->info().phraseBars;
    like.origin.parents = {from.title};
    like.origin.seed = seed;
    m_generating = true;
    m_added = 0;
    m_panel->setBusy(true);
    m_panel->setStatus(tr("Generating 1 of %L1").arg(kVariations));
    m_generate.start([model = std::shared_ptr<const models::LatentModel>(m_workspace.model()),
                      library = m_workspace.library(), latent = from.latent, title = from.title,
                      bpm = tempoOf(from), radius, seed, like](const auto& run) {
        const std::vector<float> deviations = latentDeviations(library.get(), model->info());
        Random random(seed);
        for (int i = 0; i < kVariations && !run.cancelled(); ++i) {
            PlaybackItem item = like;
            item.latent = variationOf(latent, deviations, radius, random);
            auto song = model->decode(item.latent, {.bpm = bpm, .cancel = run.cancel()},
                                      [&run](const music::Song&, int) {
                                          run.beat();
                                          return !run.cancelled();
                                      });
            if (!song) {
                run.deliverError(
                    [](Variants& to, const Error& error) {
                        to.endGenerating({});
                        Q_EMIT to.problem(text(error.what), text(error.hint));
                    },
                    song.error());
                return;
            }
            item.song = std::make_shared<const music::Song>(std::move(*song));
            item.title = tr("%1, variation %L2").arg(title).arg(i + 1);
            item.origin.how = tr("Variation %L1 of %L2 around %3, radius %4")
                                  .arg(i + 1)
                                  .arg(kVariations)
                                  .arg(title, QLocale().toString(radius, 'f', 1));
            run.deliver(&Variants::onVariation, i, item);
        }
    });
    m_panel->setSeed(seed + 1);
}

void Variants::onVariation(int index, const PlaybackItem& item) {
    m_added += keep(item) ? 1 : 0;
    if (index + 1 < kVariations) {
        m_panel->setStatus(tr("Generating %L1 of %L2").arg(index + 2).arg(kVariations));
        return;
    }
    const int added = m_added;
    endGenerating(added == kVariations
                      ? tr("%Ln variation(s) added", nullptr, added)
                      : tr("%Ln variation(s) added; the others were silent or there already",
                           nullptr, added));
    Q_EMIT generated(added);
}

void Variants::endGenerating(const QString& status) {
    if (std::exchange(m_generating, false)) {
        m_generate.cancel();
        m_panel->setBusy(false);
        m_panel->setStatus(status);
    }
}

bool Variants::escape() {
    if (!m_generating) {
        return false;
    }
    endGenerating(tr("Cancelled; the variations that were ready are kept"));
    return true;
}

} // namespace canto::app
