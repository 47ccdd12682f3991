// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QTableWidget>
#include <QVector>

namespace canto::widgets {

/// What an result is made of: a row for each element, a column for each song, one mark a row. A
/// click, Space or Return puts the mark where the cursor is; elements that can stop midway have a
/// percentage at the end of their row.
class TransferSpecTable : public QTableWidget {
    Q_OBJECT

  public:
    struct Row {
        QString element;
        int source = 0;          ///< column of the mark
        bool continuous = false; ///< has a percentage
        double amount = 1;       ///< [0, 1]
    };

    explicit TransferSpecTable(QWidget* parent = nullptr);

    /// @param badges  of the songs, the target's first. @param titles  as many, for tool tips.
    void setSpec(const QVector<Row>& rows, const QStringList& badges, const QStringList& titles);
    int source(int element) const { return m_rows.value(element).source; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void sourceChosen(int element, int song);
    void amountChosen(int element, double amount);

  protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void colourCells();
    void choose(int row, int column);

    QVector<Row> m_rows;
    int m_songs = 0;
};

} // namespace canto::widgets
