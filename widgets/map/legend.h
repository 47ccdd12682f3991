#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace canto::widgets {

class LegendRow;

struct LegendEntry {
    QString name;
    QColor colour;
    std::size_t count = 0;
};

/// Classes of the map with their colours and counts; the list is the filter. A click toggles a
/// class, a double click shows it alone (or all again), Ctrl+click adds it to those shown, and
/// begins such a set when all are shown. Space and Return do the same for the focused row, Up and
/// Down move. Each row is a check box to a screen reader.
class Legend : public QWidget {
    Q_OBJECT

  public:
    explicit Legend(QWidget* parent = nullptr);

    /// Replaces the list; all classes are shown.
    void setEntries(const QString& title, std::vector<LegendEntry> entries);
    int count() const { return static_cast<int>(m_rows.size()); }
    bool shown(int index) const;
    /// Without telling anyone: for whoever changes the filter elsewhere.
    void setShown(int index, bool shown);

    /// The row under a place of the screen, -1 for none.
    int rowAt(QPoint global) const;
    QString name(int index) const;
    /// Shows that something would be dropped on a row; -1 for none.
    void setDropTarget(int index);

    QSize sizeHint() const override;

  public Q_SLOTS:
    void toggle(int index);
    void isolate(int index);
    void add(int index);
    void showAll();

  Q_SIGNALS:
    void visibilityChanged(std::vector<bool> shown);
    /// The menu of a row is wanted, by the right button or the menu key.
    void menuAsked(int index, QPoint global);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void changed();

    QLabel* m_title;
    QVBoxLayout* m_layout;
    std::vector<LegendRow*> m_rows;
};

} // namespace canto::widgets
