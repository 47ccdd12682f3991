// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListWidget>
#include <QVector>
#include <QWidget>

class QLabel;

namespace canto::widgets {

/// A similar point.
struct SimilarRow {
    qint64 row = -1;
    QString title;
    QString subtitle;      ///< composer
    double similarity = 0; ///< -1 .. 1
};

/// The points most similar to a given one, the most similar first. A click or Return chooses one.
/// Hidden while there is nothing to show.
class SimilarList : public QWidget {
    Q_OBJECT

  public:
    explicit SimilarList(QWidget* parent = nullptr);

    int count() const { return m_list->count(); }
    qint64 rowAt(int index) const;
    QListWidget* list() const { return m_list; }

  public Q_SLOTS:
    /// @param about  the heading: what the clips are similar to.
    void setSimilar(const QString& about, const QVector<canto::widgets::SimilarRow>& rows);

  Q_SIGNALS:
    void chosen(qint64 row);

  private:
    QLabel* m_title;
    QListWidget* m_list;
};

} // namespace canto::widgets
