// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QVector>
#include <QWidget>

class QLabel;
class QTableWidget;
class QToolButton;

namespace canto::widgets {

/// "Which elements carry which label": silhouettes, a row for each element, a column for each
/// label; the strongest of a column stands out. Asks to measure when it is opened.
class SeparationView : public QWidget {
    Q_OBJECT

  public:
    struct Column {
        QString label;
        QVector<double> values; ///< a row each; NaN: none
        QStringList tips;       ///< as many: pairs of classes
    };

    explicit SeparationView(QWidget* parent = nullptr);

    void setStatus(const QString& text);
    /// @param rows  names of the elements, the whole latent first.
    void setColumns(const QStringList& rows, const QVector<Column>& columns);
    void clear();
    QToolButton* openButton() const { return m_open; }
    QTableWidget* table() const { return m_table; }
    QString prediction() const; ///< in words

  Q_SIGNALS:
    void measureAsked();

  private:
    QToolButton* m_open;
    QLabel* m_text;
    QTableWidget* m_table;
};

} // namespace canto::widgets
