// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>
#include <vector>

namespace canto::widgets {

/// Lines up items from left to right and begins another line where one is full, as words do in a
/// paragraph. Items take their preferred width; those whose policy expands share what is left of
/// their line.
class FlowLayout : public QLayout {
  public:
    /// @param spacing  pixels between items and between lines.
    explicit FlowLayout(int spacing = 4);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSize() const override;
    void setGeometry(const QRect& area) override;

  private:
    /// Places the items and returns the height that they need. @param place  false: only measures.
    int flow(const QRect& area, bool place) const;

    std::vector<QLayoutItem*> m_items;
    int m_gap;
};

} // namespace canto::widgets
