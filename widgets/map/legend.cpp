// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/legend.h"

#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/map/legend_row.h"
#include "widgets/map/scale_bar.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMap>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>
#include <numeric>

namespace canto::widgets {

namespace {

constexpr std::size_t kRowsWithSearch = 12; ///< more are searched rather than read through

} // namespace

Legend::Legend(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("legend"));
    setAccessibleName(tr("Legend and filter"));
    m_title = new QLabel(this);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setContentsMargins(10, 0, 10, 2);
    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("legendSearch"));
    m_search->setPlaceholderText(tr("Find in the legend"));
    m_search->setAccessibleName(tr("Find in the legend"));
    m_search->setClearButtonEnabled(true);
    m_search->hide();
    connect(m_search, &QLineEdit::textChanged, this, &Legend::search);
    auto* searchLine = new QHBoxLayout;
    searchLine->setContentsMargins(8, 0, 8, 2);
    searchLine->addWidget(m_search);
    auto* rows = new QWidget(this);
    m_layout = new QVBoxLayout(rows);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    m_grid = new QGridLayout;
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(0);
    m_layout->addLayout(m_grid);
    m_layout->addStretch(1);
    m_scroll = new QScrollArea(this);
    m_scroll->setWidget(rows);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    rows->setAutoFillBackground(false); // the scroll area has switched it on
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(1, 9, 1, 7);
    all->setSpacing(2);
    all->addWidget(m_title);
    all->addLayout(searchLine);
    all->addWidget(m_scroll, 1);
}

int Legend::shades() const { return m_scale != nullptr ? m_scale->shades() : 0; }

int Legend::count() const { return shades() + static_cast<int>(m_rows.size()); }

LegendRow* Legend::row(int index) const {
    const int at = index - shades();
    return at >= 0 && at < static_cast<int>(m_rows.size()) ? m_rows[static_cast<std::size_t>(at)]
                                                           : nullptr;
}

void Legend::setEntries(const QString& title, std::vector<LegendEntry> entries,
                        const std::optional<MapScale>& scale) {
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    const auto discard = [this](QWidget* old) {
        m_layout->removeWidget(old);
        m_grid->removeWidget(old);
        old->hide();
        old->deleteLater(); // it may be its own click that changes the column
    };
    for (LegendRow* old : m_rows) {
        discard(old);
    }
    m_rows.clear();
    m_tabStop = nullptr;
    m_search->clear();
    if (m_scale != nullptr) {
        discard(m_scale);
        m_scale = nullptr;
    }
    const auto first = static_cast<std::ptrdiff_t>(scale ? std::min(scale->shades, entries.size())
                                                         : std::size_t(0));
    if (first > 0) {
        m_scale = new ScaleBar(*scale, {entries.begin(), entries.begin() + first}, title, this);
        m_layout->insertWidget(0, m_scale);
        m_scale->show();
        connect(m_scale, &ScaleBar::rangeChosen, this, &Legend::changed);
        entries.erase(entries.begin(), entries.begin() + first);
    }
    for (LegendEntry& entry : entries) {
        const QPoint place = entry.place;
        auto* made = new LegendRow(std::move(entry), this);
        const int index = count();
        if (place.x() >= 0 && place.y() >= 0) {
            m_grid->addWidget(made, place.y(), place.x());
        } else {
            m_layout->insertWidget(m_layout->count() - 1, made);
        }
        made->show();
        m_rows.push_back(made);
        if (m_tabStop == nullptr) {
            setTabStop(made);
        }
        connect(made, &LegendRow::toggleAsked, this, [this, index] { toggle(index); });
        connect(made, &LegendRow::isolateAsked, this, [this, index] { isolate(index); });
        connect(made, &LegendRow::addAsked, this, [this, index] { add(index); });
        connect(made, &LegendRow::menuAsked, this,
                [this, index](QPoint global) { Q_EMIT menuAsked(index, global); });
        connect(made, &LegendRow::moveAsked, this,
                [this, index](int step) { moveFocus(index, step); });
    }
    m_search->setVisible(m_rows.size() > kRowsWithSearch);
    updateGeometry();
}

void Legend::setTabStop(LegendRow* row) {
    if (m_tabStop != nullptr) {
        m_tabStop->setFocusPolicy(Qt::ClickFocus);
    }
    m_tabStop = row;
    if (row != nullptr) {
        row->setFocusPolicy(Qt::StrongFocus);
    }
}

void Legend::moveFocus(int index, int step) {
    int next = index + step;
    while (row(next) != nullptr && row(next)->isHidden()) {
        next += step;
    }
    if (LegendRow* to = row(next)) {
        setTabStop(to);
        to->setFocus(Qt::TabFocusReason);
        m_scroll->ensureWidgetVisible(to, 0, 0);
    } else if (step < 0 && m_scale != nullptr) {
        m_scale->setFocus(Qt::TabFocusReason);
    }
}

void Legend::setSearchText(const QString& text) { m_search->setText(text); }

void Legend::search(const QString& text) {
    const QStringList words = searchKey(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    LegendRow* first = nullptr;
    for (LegendRow* row : m_rows) {
        const QString name = searchKey(row->name());
        const bool found = std::all_of(words.cbegin(), words.cend(),
                                       [&](const QString& word) { return name.contains(word); });
        row->setVisible(found);
        first = found && first == nullptr ? row : first;
    }
    setTabStop(first);
}

bool Legend::shown(int index) const {
    const LegendRow* one = row(index);
    return one != nullptr ? one->isChecked() : m_scale != nullptr && m_scale->shown(index);
}

void Legend::setShown(int index, bool shown) {
    if (LegendRow* one = row(index)) {
        one->setChecked(shown);
    } else if (m_scale != nullptr) {
        m_scale->setShown(index, shown);
    }
}

void Legend::setCounts(const std::vector<std::size_t>& counts) {
    for (int index = shades(); index < count() && std::size_t(index) < counts.size(); ++index) {
        row(index)->setCount(counts[std::size_t(index)]);
    }
}

std::size_t Legend::shownCount(int index) const {
    const LegendRow* one = row(index);
    return one != nullptr ? one->count() : 0;
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
    bool all = true;
    for (int other = 0; other < count(); ++other) {
        all = all && shown(other);
    }
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
    std::vector<bool> visible;
    for (int index = 0; index < count(); ++index) {
        visible.push_back(shown(index));
    }
    Q_EMIT visibilityChanged(visible);
}

int Legend::rowAt(QPoint global) const {
    const QWidget* seen = m_scroll->viewport();
    if (!isVisible() || !seen->rect().contains(seen->mapFromGlobal(global))) {
        return -1;
    }
    for (int index = shades(); index < count(); ++index) {
        const LegendRow* one = row(index);
        if (!one->isHidden() && one->rect().contains(one->mapFromGlobal(global))) {
            return index;
        }
    }
    return -1;
}

QString Legend::name(int index) const {
    const LegendRow* one = row(index);
    return one != nullptr ? one->name() : QString();
}

void Legend::setDropTarget(int index) {
    for (int at = shades(); at < count(); ++at) {
        row(at)->setDropTarget(at == index);
    }
}

QSize Legend::sizeHint() const {
    int width = m_title->sizeHint().width(), height = 18;
    if (m_scale != nullptr) {
        width = std::max(width, m_scale->sizeHint().width());
        height += m_scale->sizeHint().height();
    }
    QMap<int, int> columns, lines; // of the rows with a place
    for (const LegendRow* row : m_rows) {
        const QSize size = row->sizeHint();
        if (const QPoint place = row->place(); place.x() >= 0 && place.y() >= 0) {
            columns[place.x()] = std::max(columns.value(place.x()), size.width());
            lines[place.y()] = std::max(lines.value(place.y()), size.height());
        } else {
            width = std::max(width, size.width());
            height += size.height();
        }
    }
    width = std::max(width, std::accumulate(columns.cbegin(), columns.cend(), 0));
    height += std::accumulate(lines.cbegin(), lines.cend(), 0);
    if (!m_search->isHidden()) {
        height += m_search->sizeHint().height() + 4;
    }
    return {width + 2, height + (m_title->text().isEmpty() ? 0 : m_title->sizeHint().height() + 2)};
}

QSize Legend::sizeWithin(QSize room) const {
    QSize size = sizeHint();
    if (size.height() > room.height()) {
        size.rwidth() += m_scroll->verticalScrollBar()->sizeHint().width();
    }
    return size.boundedTo(room);
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
