// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVector>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTreeWidget;

namespace canto::app {

/// A phrase of the library that is near another.
struct NeighbourRow {
    qint64 row = -1;
    QString title, part, label;
    QString measure; ///< distance, or share of the same notes
};

/// The panel "Neighbours": the phrases nearest to the one that was chosen last, by latent or by
/// notes, and how much of generated music is in the library already. Thread: GUI.
class NeighboursPanel : public QWidget {
    Q_OBJECT

  public:
    enum class By { Latent, Notes };

    explicit NeighboursPanel(QWidget* parent = nullptr);

    By by() const;
    /// @param about  what the neighbours are of.
    void setRows(const QString& about, const QVector<NeighbourRow>& rows);
    void setStatus(const QString& text);
    /// How much of what plays is in the library; empty: nothing is known.
    void setMemorised(const QString& text);
    const QVector<NeighbourRow>& rows() const { return m_rows; }
    QTreeWidget* list() const { return m_list; }
    QString status() const;
    QString memorised() const;

  Q_SIGNALS:
    void byChanged();
    void rowChosen(qint64 row);
    void findAsked(); ///< the nearest of what plays, or of its selected notes
    void selectAsked();

  private:
    QComboBox* m_by;
    QPushButton *m_find, *m_select;
    QLabel *m_about, *m_status, *m_memorised;
    QTreeWidget* m_list;
    QVector<NeighbourRow> m_rows;
};

} // namespace canto::app
