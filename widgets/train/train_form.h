// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVector>
#include <QWidget>

class QComboBox;
class QDoubleSpinBox;

class QSpinBox;

namespace canto::widgets {

/// The settings of a run.
struct TrainChoice {
    enum class Unit { Minutes, Epochs, Steps };
    QString dataset;   ///< file
    QString startFrom; ///< initial weights; empty: train from scratch
    QString preset;
    QString device;
    Unit unit = Unit::Minutes;
    double length = 10;
    int batch = 192;
    quint64 seed = 1;
};

/// One entry of a list: what it stands for and how it reads.
struct TrainEntry {
    QString id;
    QString title;
    QString toolTip;
};

/// Settings of a run. Thread: GUI.
class TrainForm : public QWidget {
    Q_OBJECT

  public:
    explicit TrainForm(QWidget* parent = nullptr);

    TrainChoice choice() const;
    /// The entries of the lists must be there; what is not in them is added as it is.
    void setChoice(const TrainChoice& choice);
    /// One line: "genre5, transformer, CPU, 10 min, batch 192, seed 1".
    QString summary() const;
    /// What the user still has to choose before a run can start; empty: nothing.
    QString missing() const;

    void setDatasets(const QVector<TrainEntry>& entries);
    void setStarts(const QVector<TrainEntry>& entries);
    void setPresets(const QVector<TrainEntry>& entries);
    void setDevices(const QVector<TrainEntry>& entries);

  Q_SIGNALS:
    void datasetWanted();  ///< "Choose training data..." was chosen
    void ownMusicWanted(); ///< "Train on my music..." was chosen as the data
    void changed();        ///< by the user or by a call

  private:
    QComboBox* list(const char* name, const QString& title, const QString& toolTip);
    void fill(QComboBox* box, const QVector<TrainEntry>& entries);
    void select(QComboBox* box, const QString& id);

    QComboBox *m_dataset, *m_start, *m_preset, *m_device, *m_unit;
    QDoubleSpinBox* m_length;
    QSpinBox *m_batch, *m_seed;
    QString m_lastDataset;
};

} // namespace canto::widgets
