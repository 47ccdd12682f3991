// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/flow_layout.h"

#include <algorithm>

namespace canto::widgets {

FlowLayout::FlowLayout(int spacing) : m_gap(spacing) { setContentsMargins(0, 0, 0, 0); }

FlowLayout::~FlowLayout() {
    for (QLayoutItem* item : m_items) {
        delete item;
    }
}

void FlowLayout::addItem(QLayoutItem* item) { m_items.push_back(item); }

QLayoutItem* FlowLayout::itemAt(int index) const {
    return index >= 0 && index < count() ? m_items[static_cast<std::size_t>(index)] : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index) {
    QLayoutItem* item = itemAt(index);
    if (item != nullptr) {
        m_items.erase(m_items.begin() + index);
    }
    return item;
}

int FlowLayout::heightForWidth(int width) const { return flow(QRect(0, 0, width, 0), false); }

QSize FlowLayout::sizeHint() const {
    int width = 0, height = 0;
    for (const QLayoutItem* item : m_items) {
        if (!item->isEmpty()) {
            width += item->sizeHint().width() + (width > 0 ? m_gap : 0);
            height = std::max(height, item->sizeHint().height());
        }
    }
    const QMargins margins = contentsMargins();
    return QSize(width, height).grownBy(margins);
}

QSize FlowLayout::minimumSize() const {
    QSize least;
    for (const QLayoutItem* item : m_items) {
        if (!item->isEmpty()) {
            least = least.expandedTo(item->minimumSize());
        }
    }
    return least.grownBy(contentsMargins());
}

void FlowLayout::setGeometry(const QRect& area) {
    QLayout::setGeometry(area);
    flow(area, true);
}

int FlowLayout::flow(const QRect& area, bool place) const {
    const QMargins margins = contentsMargins();
    const QRect inside = area.marginsRemoved(margins);
    int y = inside.top();
    std::size_t next = 0;
    bool first = true;
    while (next < m_items.size()) {
        std::vector<QLayoutItem*> line;
        int used = 0, height = 0, expanding = 0;
        for (; next < m_items.size(); ++next) {
            QLayoutItem* item = m_items[next];
            if (item->isEmpty()) {
                continue;
            }
            const int width = std::min(item->sizeHint().width(), std::max(inside.width(), 1));
            const int gap = line.empty() ? 0 : m_gap;
            if (!line.empty() && used + gap + width > inside.width()) {
                break;
            }
            used += gap + width;
            height = std::max(height, item->sizeHint().height());
            expanding += item->expandingDirections() & Qt::Horizontal ? 1 : 0;
            line.push_back(item);
        }
        if (line.empty()) {
            break;
        }
        y += first ? 0 : m_gap;
        first = false;
        int x = inside.left(), left = std::max(inside.width() - used, 0), open = expanding;
        for (QLayoutItem* item : line) {
            int width = std::min(item->sizeHint().width(), std::max(inside.width(), 1));
            if (item->expandingDirections() & Qt::Horizontal) {
                const int share = left / open--;
                left -= share;
                width = std::min(width + share, item->maximumSize().width());
            }
            if (place) {
                item->setGeometry(QRect(x, y, width, height));
            }
            x += width + m_gap;
        }
        y += height;
    }
    return y - area.top() + margins.bottom();
}

} // namespace canto::widgets
