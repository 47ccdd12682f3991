#include "widgets/map/legend.h"

#include "widgets/common/theme.h"
#include "widgets/map/legend_row.h"

#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

namespace canto::widgets {

Legend::Legend(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("legend"));
    setAccessibleName(tr("Legend and filter"));
    m_title = new QLabel(this);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setContentsMargins(10, 0, 10, 2);
    auto* rows = new QWidget(this);
    m_layout = new QVBoxLayout(rows);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    m_layout->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(rows);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    rows->setAutoFillBackground(false); // the scroll area has switched it on
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(1, 9, 1, 7);
    all->setSpacing(2);
    all->addWidget(m_title);
    all->addWidget(scroll, 1);
}

void Legend::setEntries(const QString& title, std::vector<LegendEntry> entries) {
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    for (LegendRow* row : m_rows) {
        m_layout->removeWidget(row);
        row->hide();
        row->deleteLater(); // it may be its own click that changes the column
    }
    m_rows.clear();
    for (LegendEntry& entry : entries) {
        auto* row = new LegendRow(std::move(entry), this);
        const int index = count();
        m_layout->insertWidget(index, row);
        row->show();
        m_rows.push_back(row);
        connect(row, &LegendRow::toggleAsked, this, [this, index] { toggle(index); });
        connect(row, &LegendRow::isolateAsked, this, [this, index] { isolate(index); });
        connect(row, &LegendRow::addAsked, this, [this, index] { add(index); });
        connect(row, &LegendRow::menuAsked, this,
                [this, index](QPoint global) { Q_EMIT menuAsked(index, global); });
        connect(row, &LegendRow::moveAsked, this, [this, index](int step) {
            const int to = index + step;
            if (to >= 0 && to < count()) {
                m_rows[static_cast<std::size_t>(to)]->setFocus(Qt::TabFocusReason);
            }
        });
    }
    updateGeometry();
}

bool Legend::shown(int index) const {
    return index >= 0 && index < count() && m_rows[static_cast<std::size_t>(index)]->isChecked();
}

void Legend::setShown(int index, bool shown) {
    if (index >= 0 && index < count()) {
        m_rows[static_cast<std::size_t>(index)]->setChecked(shown);
    }
}

void Legend::toggle(int index) {
    setShown(index, !shown(index));
    changed();
}

void Legend::isolate(int index) {
    bool alone = shown(index);
    for (int other = 0; other < count(); ++other) {
        alone = alone && (other == index || !shown(other));
    }
    if (alone) {
        showAll();
        return;
    }
    for (int other = 0; other < count(); ++other) {
        setShown(other, other == index);
    }
    changed();
}

void Legend::add(int index) {
    const bool all = std::all_of(m_rows.cbegin(), m_rows.cend(),
                                 [](const LegendRow* row) { return row->isChecked(); });
    if (all) {
        isolate(index);
        return;
    }
    setShown(index, true);
    changed();
}

void Legend::showAll() {
    for (int index = 0; index < count(); ++index) {
        setShown(index, true);
    }
    changed();
}

void Legend::changed() {
    std::vector<bool> shown;
    for (const LegendRow* row : m_rows) {
        shown.push_back(row->isChecked());
    }
    Q_EMIT visibilityChanged(shown);
}

int Legend::rowAt(QPoint global) const {
    for (int index = 0; isVisible() && index < count(); ++index) {
        const LegendRow* row = m_rows[static_cast<std::size_t>(index)];
        if (row->rect().contains(row->mapFromGlobal(global))) {
            return index;
        }
    }
    return -1;
}

QString Legend::name(int index) const {
    return index >= 0 && index < count() ? m_rows[static_cast<std::size_t>(index)]->text()
                                         : QString();
}

void Legend::setDropTarget(int index) {
    for (int row = 0; row < count(); ++row) {
        m_rows[static_cast<std::size_t>(row)]->setDropTarget(row == index);
    }
}

QSize Legend::sizeHint() const {
    int width = m_title->sizeHint().width(), height = 18;
    for (const LegendRow* row : m_rows) {
        width = std::max(width, row->sizeHint().width());
        height += row->sizeHint().height();
    }
    return {width + 2, height + (m_title->text().isEmpty() ? 0 : m_title->sizeHint().height() + 2)};
}

void Legend::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = colours.raised;
    ground.setAlphaF(0.93f);
    painter.setPen(QPen(colours.line, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
}

} // namespace canto::widgets
