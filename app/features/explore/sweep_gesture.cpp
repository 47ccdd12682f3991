// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/sweep_gesture.h"

#include "app/workspace/qt_text.h"
#include "widgets/explore/panel_parts.h"
#include "widgets/explore/sweep_panel.h"

#include <QLocale>
#include <cmath>
#include <limits>

namespace canto::app {
namespace {

constexpr int kDelayMs = 250;
constexpr int kMergeFrom = 2000; ///< merge ids of the dimensions

using widgets::kSweepMeasures;
using widgets::SweptDimension;

std::optional<codec::Family> trackOf(int track) {
    return track == 0 ? std::nullopt : std::optional(codec::Family(track - 1));
}

SweptDimension correlated(const SweptValues& swept, double deviation) {
    SweptDimension row;
    row.dimension = swept.dimension;
    row.deviation = deviation;
    for (int track = 0; track < widgets::kSweepTracks; ++track) {
        for (std::size_t m = 0; m < kSweepMeasures.size(); ++m) {
            std::vector<double> values;
            double low = std::numeric_limits<double>::infinity(), high = -low;
            for (const codec::PhraseProperties& phrase : swept.properties) {
                const auto value = codec::valueOf(phrase, kSweepMeasures[m], trackOf(track));
                values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
                if (value) {
                    low = std::min(low, *value);
                    high = std::max(high, *value);
                }
            }
            row.r[std::size_t(track)][m] = projection::pearson(swept.values, values);
            row.range[std::size_t(track)][m] = {std::isfinite(low) ? low : 0,
                                                std::isfinite(high) ? high : 0};
        }
    }
    return row;
}

} // namespace

SweepGesture::SweepGesture(ExploreDock& dock, ShapeController& shapes, const OpenModel& open,
                           QObject* parent)
    : QObject(parent), m_dock(dock), m_shapes(shapes), m_open(open) {
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &SweepGesture::begin);
    connect(&dock, &ExploreDock::tabShown, this, &SweepGesture::refresh);
    connect(&shapes, &ShapeController::shapeChanged, this, &SweepGesture::refresh);
    connect(&shapes, &ShapeController::resultChanged, this, &SweepGesture::showDimension);
    widgets::SweepPanel* panel = dock.sweep();
    connect(panel, &widgets::SweepPanel::dimensionChosen, this, &SweepGesture::showDimension);
    connect(panel, &widgets::SweepPanel::valueChanged, this,
            [this](int dimension, double deviations, bool final) {
                const LearnedPtr& learned = m_shapes.learned();
                if (!learned) {
                    return;
                }
                const auto d = std::size_t(dimension);
                Shape next = m_shapes.shape();
                next.dimensions[dimension] =
                    learned->mean[d] + float(deviations) * learned->directions.scale()[d];
                m_shapes.propose(next, tr("Set dimension z%1").arg(dimension + 1),
                                 kMergeFrom + dimension, final);
            });
    connect(panel, &widgets::SweepPanel::resetAsked, this, [this](int dimension) {
        Shape next = m_shapes.shape();
        if (next.dimensions.erase(dimension) > 0) {
            m_shapes.propose(next, tr("Reset dimension z%1").arg(dimension + 1), -1, true);
        }
    });
    refresh();
}

void SweepGesture::setUnavailable(const QString& why) {
    m_unavailable = why;
    refresh();
}

void SweepGesture::refresh() {
    widgets::SweepPanel& panel = *m_dock.sweep();
    const models::Latent& latent = m_shapes.shape().origin;
    if (latent != m_sweptOf || m_shapes.learned() != m_sweptWith) {
        m_sweep.cancel();
        m_done = 0;
        m_sweptOf.clear();
        if (latent.empty()) {
            panel.model()->clear();
        }
    }
    if (m_shapes.info() != nullptr && m_shapes.info()->geometry == models::Geometry::Discrete) {
        panel.setStatus(ExploreDock::codesReason()); // there are never directions
    } else if (!m_unavailable.isEmpty()) {
        panel.setStatus(m_unavailable);
    } else if (latent.empty()) {
        panel.setStatus(tr("Click a point or an empty position of the map first."));
    } else if (!m_shapes.learned()) {
        panel.setStatus(tr("The sliders are still being prepared."));
    } else if (m_sweptOf.empty() && m_dock.shows(ExploreDock::Sweep)) {
        panel.setStatus(tr("Measuring..."));
        m_delay.start();
    }
    showDimension();
}

void SweepGesture::begin() {
    m_sweptOf = m_shapes.shape().origin;
    m_sweptWith = m_shapes.learned();
    if (m_sweptOf.empty() || !m_sweptWith) {
        return;
    }
    m_sweep.start([open = m_open, latent = m_sweptOf, learned = m_sweptWith](const auto& run) {
        const auto alive = [&] {
            run.beat();
            return !run.cancelled();
        };
        const auto onSwept = [&](const SweptValues& values) {
            run.deliver(&SweepGesture::onSwept, values);
        };
        const auto model = open();
        const auto done = model ? sweepDimensions(**model, latent, *learned, alive, onSwept)
                                : Result<void>(fail(model.error()));
        if (!done) {
            run.deliverError(
                [](SweepGesture& to, const Error& error) {
                    Q_EMIT to.problem(text(error.what), text(error.hint));
                },
                done.error());
        }
    });
}

void SweepGesture::onSwept(const SweptValues& swept) {
    const auto d = std::size_t(swept.dimension);
    widgets::SweepPanel& panel = *m_dock.sweep();
    panel.model()->put(correlated(swept, double(m_sweptWith->directions.scale()[d])));
    m_done = swept.done;
    panel.setStatus(m_done < swept.all
                        ? tr("Analysing %L1 of %L2 dimensions...").arg(m_done).arg(swept.all)
                        : tr("Correlation (r) of each dimension with each measure, over ten "
                             "values; a dash means no change"));
    if (panel.dimension() < 0) {
        panel.chooseDimension(swept.dimension);
    }
    if (m_done == swept.all) {
        Q_EMIT finished();
    }
}

void SweepGesture::showDimension() {
    widgets::SweepPanel& panel = *m_dock.sweep();
    const int dimension = panel.dimension();
    const Shape& shape = m_shapes.shape();
    const auto d = std::size_t(std::max(dimension, 0));
    const LearnedPtr& learned = m_shapes.learned();
    const bool possible =
        dimension >= 0 && learned && d < shape.origin.size() && learned->directions.scale()[d] > 0;
    panel.setSliderEnabled(possible);
    if (!possible) {
        panel.setValue(0, {});
        panel.setReading({});
        return;
    }
    const auto set = shape.dimensions.find(dimension);
    const auto& result = m_shapes.result();
    const float own = result ? result->after.latent[d] : shape.origin[d];
    const float value = set != shape.dimensions.end() ? set->second : own;
    const QLocale locale;
    panel.setValue(double((value - learned->mean[d]) / learned->directions.scale()[d]),
                   locale.toString(double(value), 'f', 3));
    if (!result) {
        panel.setReading({});
        return;
    }
    QStringList lines;
    const int track = std::max(0, panel.model()->track());
    for (const codec::Measure measure : kSweepMeasures) {
        const auto before = codec::valueOf(result->before.properties, measure, trackOf(track));
        const auto now = codec::valueOf(result->after.properties, measure, trackOf(track));
        lines.append(before == now ? tr("%1 %2").arg(widgets::measureTitle(measure),
                                                     widgets::measureText(measure, now))
                                   : tr("%1 %2 \u2192 %3")
                                         .arg(widgets::measureTitle(measure),
                                              widgets::measureText(measure, before),
                                              widgets::measureText(measure, now)));
    }
    panel.setReading(lines.join(QStringLiteral(" \u00b7 ")));
}

} // namespace canto::app
