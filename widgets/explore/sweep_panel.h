// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codec/phrase_properties.h"

#include <QAbstractTableModel>
#include <QWidget>
#include <array>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QSlider;
class QTableView;

namespace canto::widgets {

class ElidedLabel;

/// The measures of a sweep, of one track or of all.
inline constexpr std::array kSweepMeasures{codec::Measure::Held,   codec::Measure::Silence,
                                           codec::Measure::Notes,  codec::Measure::Highest,
                                           codec::Measure::Lowest, codec::Measure::MeanPitch};
/// All tracks, then each.
inline constexpr int kSweepTracks = 1 + codec::kTracks;

/// One latent dimension: correlation of its swept value with each measure of each track.
struct SweptDimension {
    int dimension = 0;
    double deviation = 0; ///< standard deviation over the library, in latent units
    /// [track: all, drums, bass ...][measure]; nothing where the property never changed.
    std::array<std::array<std::optional<double>, kSweepMeasures.size()>, kSweepTracks> r;
    /// Lowest and highest value that the sweep reached, same order.
    std::array<std::array<std::pair<double, double>, kSweepMeasures.size()>, kSweepTracks> range{};
};

/// The dimensions of a sweep as rows, correlations with the chosen track's measures as columns.
class SweepModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    static constexpr int kSortRole = Qt::UserRole; ///< |r|, -1 for none
    static constexpr int kDimensionRole = Qt::UserRole + 1;

    using QAbstractTableModel::QAbstractTableModel;

    void clear();
    /// Replaces a dimension of the same number or adds one.
    void put(const SweptDimension& swept);
    void setTrack(int track); ///< 0: all
    int track() const { return m_track; }
    const std::vector<SweptDimension>& dimensions() const { return m_dimensions; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<SweptDimension> m_dimensions;
    int m_track = 0;
};

/// The table, sorted by |r| of a column, and a slider for the dimension chosen in it.
class SweepPanel : public QWidget {
    Q_OBJECT

  public:
    /// The slider goes this many standard deviations to either side of the corpus' mean.
    static constexpr double kReach = 4;

    explicit SweepPanel(QWidget* parent = nullptr);

    SweepModel* model() const { return m_model; }
    QTableView* table() const { return m_table; }
    QSlider* slider() const { return m_slider; }
    QComboBox* track() const { return m_track; }
    int dimension() const { return m_dimension; } ///< chosen; -1 for none
    void chooseDimension(int dimension);

  public Q_SLOTS:
    /// @param value  of the chosen dimension now, in standard deviations from the mean.
    void setValue(double value, const QString& text);
    void setSliderEnabled(bool on);
    void setStatus(const QString& text);
    /// The measures of the phrase now: a line below the slider.
    void setReading(const QString& text);

  Q_SIGNALS:
    void dimensionChosen(int dimension);
    /// @param final  the slider was let go, or moved by keys.
    void valueChanged(int dimension, double deviations, bool final);
    void resetAsked(int dimension);

  private:
    QComboBox* m_track;
    SweepModel* m_model;
    QTableView* m_table;
    QLabel *m_status, *m_value, *m_reading;
    ElidedLabel* m_name;
    QSlider* m_slider;
    int m_dimension = -1;
};

} // namespace canto::widgets
