// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/interpolate_panel.h"

#include "widgets/common/elided_combo.h"
#include "widgets/common/elided_label.h"
#include "widgets/common/flow_layout.h"
#include "widgets/explore/curve_chart.h"
#include "widgets/explore/panel_parts.h"
#include "widgets/explore/roll_strip.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <array>

namespace canto::widgets {
namespace {

constexpr std::array kShown{codec::Measure::Notes, codec::Measure::MeanPitch, codec::Measure::Held,
                            codec::Measure::Silence};

ElidedLabel* endLabel(QWidget* parent) {
    auto* label = new ElidedLabel(parent);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    return label;
}

} // namespace

InterpolatePanel::InterpolatePanel(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("interpolatePanel"));
    setAccessibleName(tr("Interpolation"));
    m_first = endLabel(this);
    m_second = endLabel(this);
    m_points = new QSpinBox(this);
    m_points->setRange(kLeastPoints, kMostPoints);
    m_points->setValue(5);
    m_points->setAccessibleName(tr("Points"));
    m_points->setKeyboardTracking(false);
    m_geometry = new ElidedCombo(this);
    m_geometry->addItems({tr("Linear"), tr("Spherical")});
    m_geometry->setAccessibleName(tr("Geometry"));
    const auto tool = [this](const QString& text, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setToolTip(tip);
        made->setMinimumHeight(26);
        return made;
    };
    m_swap = tool(tr("Swap"), tr("Swap the start and the end"));
    m_fromPath =
        tool(tr("Use path ends"), tr("Interpolate between the two ends of the path on the map"));
    m_play = new QPushButton(tr("Play all"), this);
    m_midi = new QPushButton(tr("MIDI..."), this);
    m_midi->setToolTip(tr("Save all points, one after another, as MIDI"));
    m_sound = new QPushButton(tr("WAV..."), this);
    m_sound->setToolTip(tr("Save all points, one after another, as audio"));
    m_rolls = new RollStrip(this);
    m_status = mutedLabel(this);

    auto* ends = new QGridLayout;
    ends->setHorizontalSpacing(8);
    ends->setVerticalSpacing(4);
    ends->setColumnStretch(1, 1);
    ends->addWidget(mutedLabel(this, tr("From")), 0, 0);
    ends->addWidget(m_first, 0, 1);
    ends->addWidget(m_swap, 0, 2);
    ends->addWidget(mutedLabel(this, tr("To")), 1, 0);
    ends->addWidget(m_second, 1, 1);
    ends->addWidget(m_fromPath, 1, 2);

    auto* counts = new FlowLayout(4);
    for (const int usual : {5, 7, 9}) {
        auto* button = tool(QLocale().toString(usual), tr("%Ln point(s)", nullptr, usual));
        button->setAccessibleName(button->toolTip());
        button->setMinimumWidth(26);
        connect(button, &QToolButton::clicked, m_points,
                [this, usual] { m_points->setValue(usual); });
        counts->addWidget(button);
    }
    counts->addWidget(m_points);
    counts->addWidget(m_geometry);

    auto* buttons = new FlowLayout(6);
    buttons->addWidget(m_play);
    buttons->addWidget(m_midi);
    buttons->addWidget(m_sound);

    auto* grid = new QGridLayout;
    grid->setSpacing(8);
    for (std::size_t i = 0; i < kShown.size(); ++i) {
        auto* chart = new CurveChart(this);
        m_charts.push_back(chart);
        grid->addWidget(chart, int(i / 2), int(i % 2));
    }
    QStringList tracks;
    for (int track = 0; track < codec::kTracks; ++track) {
        tracks.append(trackTitle(codec::Family(track)));
    }

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(8);
    column->addLayout(ends);
    column->addLayout(counts);
    column->addWidget(m_rolls, 1);
    column->addLayout(buttons);
    column->addLayout(grid);
    column->addWidget(new CurveLegend(tracks, this));
    column->addWidget(m_status);

    connect(m_points, &QSpinBox::valueChanged, this, &InterpolatePanel::pointsChanged);
    connect(m_geometry, &QComboBox::activated, this, &InterpolatePanel::geometryChanged);
    connect(m_swap, &QToolButton::clicked, this, &InterpolatePanel::swapAsked);
    connect(m_fromPath, &QToolButton::clicked, this, &InterpolatePanel::endsFromPathAsked);
    connect(m_play, &QPushButton::clicked, this, &InterpolatePanel::playAllAsked);
    connect(m_midi, &QPushButton::clicked, this, &InterpolatePanel::saveMidiAsked);
    connect(m_sound, &QPushButton::clicked, this, &InterpolatePanel::saveSoundAsked);
    connect(m_rolls, &RollStrip::rowActivated, this, &InterpolatePanel::playAsked);
    setEnds({}, {});
    setResult({}, 2);
}

int InterpolatePanel::points() const { return m_points->value(); }
int InterpolatePanel::geometryIndex() const { return m_geometry->currentIndex(); }

void InterpolatePanel::setPoints(int points) {
    const QSignalBlocker quiet(m_points);
    m_points->setValue(points);
}

void InterpolatePanel::setGeometryIndex(int index) { m_geometry->setCurrentIndex(index); }

void InterpolatePanel::setEnds(const QString& first, const QString& second) {
    m_first->setText(first.isEmpty() ? tr("click a point") : first);
    m_second->setText(second.isEmpty() ? tr("Shift+click another") : second);
    m_first->setForegroundRole(first.isEmpty() ? QPalette::PlaceholderText : QPalette::WindowText);
    m_second->setForegroundRole(second.isEmpty() ? QPalette::PlaceholderText
                                                 : QPalette::WindowText);
    m_swap->setEnabled(!first.isEmpty() && !second.isEmpty());
}

void InterpolatePanel::setResult(const std::vector<InterpolationPoint>& points, int bars) {
    std::vector<std::shared_ptr<const music::Song>> songs;
    bool whole = !points.empty();
    for (const InterpolationPoint& point : points) {
        songs.push_back(point.song);
        whole = whole && point.song != nullptr;
    }
    m_rolls->setRolls(std::move(songs), bars);
    for (QPushButton* button : {m_play, m_midi, m_sound}) {
        button->setEnabled(whole);
    }
    for (std::size_t chart = 0; chart < kShown.size(); ++chart) {
        QVector<CurveChart::Line> lines;
        for (int track = 0; track < codec::kTracks; ++track) {
            CurveChart::Line line{trackTitle(codec::Family(track)), {}};
            for (const InterpolationPoint& point : points) {
                line.values.append(point.song ? codec::valueOf(point.properties, kShown[chart],
                                                               codec::Family(track))
                                              : std::nullopt);
            }
            lines.append(line);
        }
        m_charts[chart]->setCurves(measureTitle(kShown[chart]), lines, isShare(kShown[chart]));
    }
}

void InterpolatePanel::setActive(int point) {
    m_rolls->setActive(point);
    for (CurveChart* chart : m_charts) {
        chart->setActive(point);
    }
}

void InterpolatePanel::setStatus(const QString& text) {
    m_status->setText(text);
    m_status->setVisible(!text.isEmpty());
}

} // namespace canto::widgets
