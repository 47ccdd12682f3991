// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVector>
#include <QWidget>

class QLabel;
class QTableWidget;

namespace canto::widgets {

/// What a transfer did, element by element: how similar the music is to the source's before and
/// after, as bars and numbers, and in a word what happened.
class TransferReport : public QWidget {
    Q_OBJECT

  public:
    struct Line {
        QString element;
        QString source;      ///< badge; empty: it was to stay
        double before = -1;  ///< similarity to the source, [0, 1]; < 0: there is no source
        double after = -1;   ///< the same of the result
        double toTarget = 1; ///< of the result
        QString prediction;  ///< "moved", "stayed", "drifted" ...
        bool good = true;
    };

    explicit TransferReport(QWidget* parent = nullptr);

    /// @param summary  above the table; an empty table is not shown.
    void setReport(const QString& summary, const QVector<Line>& lines);
    QString summary() const;
    QTableWidget* table() const { return m_table; }

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void colourPredictions();

    QLabel* m_summary;
    QTableWidget* m_table;
};

} // namespace canto::widgets
