#pragma once

#include <QStringList>
#include <QTableWidget>
#include <QVector>

namespace canto::widgets {

/// What an outcome is made of: a row for each element, a column for each song, one mark a row. A
/// click, Space or Return puts the mark where the cursor is; elements that can stop midway have a
/// percentage at the end of their row.
class RecipeTable : public QTableWidget {
    Q_OBJECT

  public:
    struct Row {
        QString element;
        int giver = 0;           ///< column of the mark
        bool continuous = false; ///< has a percentage
        double amount = 1;       ///< [0, 1]
    };

    explicit RecipeTable(QWidget* parent = nullptr);

    /// @param badges  of the songs, the receiver's first. @param titles  as many, for tool tips.
    void setRecipe(const QVector<Row>& rows, const QStringList& badges, const QStringList& titles);
    int giver(int element) const { return m_rows.value(element).giver; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void giverChosen(int element, int song);
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
