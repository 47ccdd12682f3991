// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/transfer/transfer_report.h"

#include "widgets/common/theme.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableWidget>
#include <QVBoxLayout>
#include <cmath>

namespace canto::widgets {
namespace {

constexpr int kReportRowHeight = 24;
constexpr int kShareRole = Qt::UserRole;
constexpr int kGoodRole = kShareRole + 1;

/// A number over a bar as long as it is large.
class BarCells : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const double share = index.data(kShareRole).toDouble();
        if (share > 0) {
            const ThemeColours& colours = themeOf(*option.widget);
            QColor bar = colours.accent;
            bar.setAlphaF(0.35f);
            QRect box = option.rect.adjusted(3, 4, -3, -4);
            box.setWidth(std::max(2, int(std::lround(box.width() * share))));
            painter->fillRect(box, bar);
        }
        QStyledItemDelegate::paint(painter, option, index);
    }
};

QString percent(double share) {
    return share < 0 ? QStringLiteral("\u2013")
                     : QLocale().toString(std::lround(share * 100)) + QStringLiteral(" %");
}

} // namespace

TransferReport::TransferReport(QWidget* parent) : QWidget(parent) {
    m_summary = new QLabel(this);
    m_summary->setWordWrap(true);
    m_summary->setTextFormat(Qt::PlainText);
    m_table = new QTableWidget(0, 4, this);
    m_table->setObjectName(QStringLiteral("transferReport"));
    m_table->setAccessibleName(tr("What the transfer changed"));
    m_table->setHorizontalHeaderLabels({tr("Before"), tr("After"), tr("Target"), tr("Result")});
    const QStringList tips{
        tr("How similar the target was to the source in this element: the share of random pairs of "
           "songs that are less similar"),
        tr("The same for the result, measured on its music"),
        tr("How similar the result is to the target"), tr("Compared with what was asked for")};
    for (int column = 0; column < tips.size(); ++column) {
        m_table->horizontalHeaderItem(column)->setToolTip(tips[column]);
        m_table->horizontalHeader()->setSectionResizeMode(
            column, column < 3 ? QHeaderView::Fixed : QHeaderView::Stretch);
        if (column < 3) {
            m_table->setColumnWidth(column,
                                    fontMetrics().horizontalAdvance(QStringLiteral("100 % 0")));
            m_table->setItemDelegateForColumn(column, new BarCells(m_table));
        }
    }
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->verticalHeader()->setDefaultSectionSize(kReportRowHeight);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setSectionsClickable(false);
    m_table->horizontalHeader()->setTextElideMode(Qt::ElideRight);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_summary);
    column->addWidget(m_table);
    setReport({}, {});
}

void TransferReport::setReport(const QString& summary, const QVector<Line>& lines) {
    m_summary->setText(summary);
    m_summary->setVisible(!summary.isEmpty());
    m_table->setVisible(!lines.isEmpty());
    m_table->setRowCount(int(lines.size()));
    for (int row = 0; row < lines.size(); ++row) {
        const Line& line = lines[row];
        m_table->setVerticalHeaderItem(
            row, new QTableWidgetItem(line.source.isEmpty()
                                          ? line.element
                                          : tr("%1 \u2190 %2").arg(line.element, line.source)));
        const double shares[] = {line.before, line.after, line.toTarget};
        for (int column = 0; column < 3; ++column) {
            auto* cell = new QTableWidgetItem(percent(shares[column]));
            cell->setTextAlignment(Qt::AlignCenter);
            cell->setData(kShareRole, shares[column]);
            m_table->setItem(row, column, cell);
        }
        auto* prediction = new QTableWidgetItem(line.prediction);
        prediction->setToolTip(line.prediction);
        prediction->setData(kGoodRole, line.good);
        m_table->setItem(row, 3, prediction);
    }
    colourPredictions();
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                            int(lines.size()) * kReportRowHeight + 4);
}

void TransferReport::colourPredictions() {
    const ThemeColours& colours = themeOf(*this);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        QTableWidgetItem* prediction = m_table->item(row, 3);
        prediction->setForeground(prediction->data(kGoodRole).toBool() ? colours.text
                                                                       : colours.warning);
    }
}

void TransferReport::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        colourPredictions();
    }
    QWidget::changeEvent(event);
}

QString TransferReport::summary() const { return m_summary->text(); }

} // namespace canto::widgets
