// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/sweep_panel.h"

#include "widgets/common/elided_combo.h"
#include "widgets/common/elided_label.h"
#include "widgets/common/theme.h"
#include "widgets/explore/key_slider.h"
#include "widgets/explore/panel_parts.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QSignalBlocker>
#include <QSlider>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <algorithm>
#include <cmath>

namespace canto::widgets {
namespace {

constexpr int kSweepTicks = 25; ///< of the slider per standard deviation

QString shortTitle(codec::Measure measure) {
    switch (measure) {
    case codec::Measure::Held:
        return SweepPanel::tr("Sustain");
    case codec::Measure::Silence:
        return SweepPanel::tr("Rests");
    case codec::Measure::Notes:
        return SweepPanel::tr("Notes");
    case codec::Measure::Highest:
        return SweepPanel::tr("Top");
    case codec::Measure::Lowest:
        return SweepPanel::tr("Bottom");
    default:
        return SweepPanel::tr("Mean pitch");
    }
}

} // namespace

void SweepModel::clear() {
    beginResetModel();
    m_dimensions.clear();
    endResetModel();
}

void SweepModel::put(const SweptDimension& swept) {
    const auto found =
        std::find_if(m_dimensions.begin(), m_dimensions.end(), [&](const SweptDimension& other) {
            return other.dimension == swept.dimension;
        });
    if (found != m_dimensions.end()) {
        *found = swept;
        const int row = int(found - m_dimensions.begin());
        Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
        return;
    }
    beginInsertRows({}, rowCount(), rowCount());
    m_dimensions.push_back(swept);
    endInsertRows();
}

void SweepModel::setTrack(int track) {
    m_track = std::clamp(track, 0, kSweepTracks - 1);
    if (!m_dimensions.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
}

int SweepModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_dimensions.size());
}

int SweepModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 1 + int(kSweepMeasures.size());
}

QVariant SweepModel::data(const QModelIndex& index, int role) const {
    const SweptDimension& swept = m_dimensions[std::size_t(index.row())];
    if (role == kDimensionRole) {
        return swept.dimension;
    }
    if (index.column() == 0) {
        switch (role) {
        case Qt::DisplayRole:
            return QStringLiteral("z%1").arg(swept.dimension + 1);
        case kSortRole:
            return -swept.dimension; // downwards by number, as the rest downwards by |r|
        case Qt::ToolTipRole:
            return tr("Dimension %1, standard deviation %2")
                .arg(swept.dimension + 1)
                .arg(QLocale().toString(swept.deviation, 'f', 3));
        default:
            return {};
        }
    }
    const auto column = std::size_t(index.column() - 1);
    const auto& r = swept.r[std::size_t(m_track)][column];
    const auto& [low, high] = swept.range[std::size_t(m_track)][column];
    switch (role) {
    case Qt::DisplayRole:
        return r ? QLocale().toString(*r, 'f', 2) : QStringLiteral("\u2013");
    case kSortRole:
        return r ? std::abs(*r) : -1.0;
    case Qt::TextAlignmentRole:
        return int(Qt::AlignRight | Qt::AlignVCenter);
    case Qt::BackgroundRole:
        if (r) { // the stronger, the more of the colour; the sign is in the number
            QColor tint(*r > 0 ? QColor(0x1f, 0x8f, 0x6f) : QColor(0xc0, 0x5a, 0x2a));
            tint.setAlphaF(float(0.45 * *r * *r));
            return tint;
        }
        return {};
    case Qt::ToolTipRole:
        return tr("%1: from %2 to %3 as z%4 goes %5 standard deviations to either side")
            .arg(measureTitle(kSweepMeasures[column]), measureText(kSweepMeasures[column], low),
                 measureText(kSweepMeasures[column], high))
            .arg(swept.dimension + 1)
            .arg(SweepPanel::kReach);
    default:
        return {};
    }
}

QVariant SweepModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        return section == 0 ? tr("Dim.") : shortTitle(kSweepMeasures[std::size_t(section - 1)]);
    }
    if (role == Qt::ToolTipRole) {
        return section == 0 ? tr("Latent dimension. Click to sort by its number")
                            : tr("Correlation with: %1. Click to sort by its strength")
                                  .arg(measureTitle(kSweepMeasures[std::size_t(section - 1)]));
    }
    return {};
}

SweepPanel::SweepPanel(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("sweepPanel"));
    setAccessibleName(tr("Latent dimensions"));
    m_track = new ElidedCombo(this);
    m_track->addItem(trackTitle({}));
    for (int track = 0; track < codec::kTracks; ++track) {
        m_track->addItem(trackTitle(codec::Family(track)));
    }
    m_track->setAccessibleName(tr("Tracks to measure"));
    m_status = mutedLabel(this);

    m_model = new SweepModel(this);
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_model);
    sorted->setSortRole(SweepModel::kSortRole);
    m_table = new QTableView(this);
    m_table->setModel(sorted);
    m_table->setAccessibleName(tr("Correlation of each dimension with each attribute"));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(3, Qt::DescendingOrder); // notes
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(24);
    auto* header = m_table->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents); // of the longest word
    header->setStretchLastSection(true);
    header->setMinimumSectionSize(34);
    header->setStyleSheet(QStringLiteral("QHeaderView::section { padding: 5px 3px; }"));
    header->setTextElideMode(Qt::ElideRight);
    header->setHighlightSections(false); // bold words would be cut
    QFont small = header->font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    header->setFont(small);
    header->setDefaultAlignment(Qt::AlignCenter);
    m_table->setMinimumHeight(150);

    m_name = new ElidedLabel(tr("Choose a dimension"), this);
    m_value = new QLabel(this);
    m_value->setAlignment(Qt::AlignRight);
    m_slider = new KeySlider(Qt::Horizontal, this);
    m_slider->setRange(int(-kReach * kSweepTicks), int(kReach * kSweepTicks));
    m_slider->setPageStep(kSweepTicks / 2);
    m_slider->setTickInterval(kSweepTicks);
    m_slider->setTickPosition(QSlider::TicksBelow);
    m_slider->setMinimumHeight(28);
    m_slider->setAccessibleName(tr("Value of the dimension"));
    m_slider->setEnabled(false);
    m_reading = mutedLabel(this);
    auto* reset = new QToolButton(this);
    reset->setText(tr("Reset"));
    reset->setToolTip(tr("Return to the phrase's own value"));
    reset->setMinimumHeight(26);

    auto* top = new QHBoxLayout;
    top->addWidget(mutedLabel(this, tr("Tracks")));
    top->addWidget(m_track, 1);
    auto* line = new QHBoxLayout;
    line->addWidget(m_name, 1);
    line->addWidget(m_value);
    line->addWidget(reset);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(8);
    column->addLayout(top);
    column->addWidget(m_table, 1);
    column->addWidget(m_status);
    column->addLayout(line);
    column->addWidget(m_slider);
    column->addWidget(m_reading);

    connect(m_track, &QComboBox::currentIndexChanged, this, [this, sorted](int track) {
        m_model->setTrack(track);
        sorted->invalidate();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (current.isValid()) {
                    m_dimension = current.data(SweepModel::kDimensionRole).toInt();
                    m_name->setText(tr("Dimension z%1").arg(m_dimension + 1));
                    Q_EMIT dimensionChosen(m_dimension);
                }
            });
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        if (m_dimension >= 0) {
            Q_EMIT valueChanged(m_dimension, double(value) / kSweepTicks,
                                !m_slider->isSliderDown());
        }
    });
    connect(m_slider, &QSlider::sliderReleased, this, [this] {
        if (m_dimension >= 0) {
            Q_EMIT valueChanged(m_dimension, double(m_slider->value()) / kSweepTicks, true);
        }
    });
    connect(reset, &QToolButton::clicked, this, [this] {
        if (m_dimension >= 0) {
            Q_EMIT resetAsked(m_dimension);
        }
    });
}

void SweepPanel::chooseDimension(int dimension) {
    for (int row = 0; row < m_table->model()->rowCount(); ++row) {
        const QModelIndex index = m_table->model()->index(row, 0);
        if (index.data(SweepModel::kDimensionRole).toInt() == dimension) {
            m_table->setCurrentIndex(index);
            return;
        }
    }
}

void SweepPanel::setValue(double value, const QString& text) {
    const QSignalBlocker quiet(m_slider);
    if (!m_slider->isSliderDown()) {
        m_slider->setValue(int(std::lround(std::clamp(value, -kReach, kReach) * kSweepTicks)));
    }
    m_value->setText(text);
}

void SweepPanel::setSliderEnabled(bool on) { m_slider->setEnabled(on); }

void SweepPanel::setStatus(const QString& text) {
    m_status->setText(text);
    m_status->setVisible(!text.isEmpty());
}

void SweepPanel::setReading(const QString& text) { m_reading->setText(text); }

} // namespace canto::widgets
