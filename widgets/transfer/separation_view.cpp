// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/transfer/separation_view.h"

#include "widgets/common/elided_button.h"
#include "widgets/common/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

namespace canto::widgets {
namespace {

constexpr int kRowHeight = 22;

QString number(double value) {
    return std::isfinite(value) ? QLocale().toString(value, 'f', 3) : QStringLiteral("\u2013");
}

} // namespace

SeparationView::SeparationView(QWidget* parent) : QWidget(parent) {
    m_open = new ElidedButton(this);
    m_open->setText(tr("Which elements express which label"));
    m_open->setToolTip(tr("How well each element alone separates the classes of a label in this "
                          "library (silhouette): 0 means not at all, 1 perfectly"));
    m_open->setCheckable(true);
    m_open->setArrowType(Qt::RightArrow);
    m_open->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_open->setAutoRaise(true);
    m_text = new QLabel(this);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_table = new QTableWidget(this);
    m_table->setObjectName(QStringLiteral("separation"));
    m_table->setAccessibleName(tr("How well each element separates the labels"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setTextElideMode(Qt::ElideRight);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_open);
    column->addWidget(m_text);
    column->addWidget(m_table);
    connect(m_open, &QToolButton::toggled, this, [this](bool open) {
        m_open->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_text->setVisible(open);
        m_table->setVisible(open && m_table->rowCount() > 0);
        if (open && m_table->rowCount() == 0) {
            Q_EMIT measureAsked();
        }
    });
    clear();
}

void SeparationView::clear() {
    m_table->setRowCount(0);
    m_table->setVisible(false);
    m_text->clear();
    m_text->setVisible(false);
    m_open->setChecked(false);
}

void SeparationView::setStatus(const QString& text) { m_text->setText(text); }

QString SeparationView::prediction() const { return m_text->text(); }

void SeparationView::setColumns(const QStringList& rows, const QVector<Column>& columns) {
    m_table->clear();
    m_table->setRowCount(int(rows.size()));
    m_table->setColumnCount(int(columns.size()));
    m_table->setVerticalHeaderLabels(rows);
    QStringList predictions;
    for (int c = 0; c < columns.size(); ++c) {
        const Column& column = columns[c];
        m_table->setHorizontalHeaderItem(c, new QTableWidgetItem(column.label));
        m_table->horizontalHeaderItem(c)->setToolTip(column.label);
        m_table->horizontalHeader()->setSectionResizeMode(c, QHeaderView::Stretch);
        int best = -1;
        for (int row = 1; row < rows.size(); ++row) { // of the elements, not of the whole
            const double value = column.values.value(row, NAN);
            if (std::isfinite(value) && (best < 0 || value > column.values[best])) {
                best = row;
            }
        }
        for (int row = 0; row < rows.size(); ++row) {
            auto* cell = new QTableWidgetItem(number(column.values.value(row, NAN)));
            cell->setTextAlignment(Qt::AlignCenter);
            cell->setToolTip(column.tips.value(row));
            if (row == best) {
                QFont bold = m_table->font();
                bold.setBold(true);
                cell->setFont(bold);
            }
            m_table->setItem(row, c, cell);
        }
        if (best >= 0) {
            predictions.append(column.values[best] > 0
                                   ? tr("%1 is expressed most by %2 (%3).")
                                         .arg(column.label, rows[best], number(column.values[best]))
                                   : tr("%1 is expressed by no element alone.").arg(column.label));
        }
    }
    m_text->setText(predictions.join(QLatin1Char(' ')));
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                            int(rows.size()) * kRowHeight + 4);
    m_table->setVisible(m_open->isChecked());
}

} // namespace canto::widgets
