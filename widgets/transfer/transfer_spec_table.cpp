// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/transfer/transfer_spec_table.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QSpinBox>

namespace canto::widgets {
namespace {

constexpr int kSpecRowHeight = 26;

bool chooses(const QKeyEvent* event) {
    return event->key() == Qt::Key_Space || event->key() == Qt::Key_Return ||
           event->key() == Qt::Key_Enter;
}

} // namespace

TransferSpecTable::TransferSpecTable(QWidget* parent) : QTableWidget(parent) {
    setObjectName(QStringLiteral("transferSpecTable"));
    setAccessibleName(tr("Which song each element comes from"));
    setEditTriggers(NoEditTriggers);
    setSelectionMode(SingleSelection);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setTabKeyNavigation(false);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalHeader()->setDefaultSectionSize(kSpecRowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setSectionsClickable(false);
    horizontalHeader()->setSectionsClickable(false);
    horizontalHeader()->setMinimumSectionSize(34);
    horizontalHeader()->setTextElideMode(Qt::ElideRight);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QTableWidget::cellClicked, this, &TransferSpecTable::choose);
}

void TransferSpecTable::setSpec(const QVector<Row>& rows, const QStringList& badges,
                                const QStringList& titles) {
    const int row = currentRow(), column = currentColumn();
    m_rows = rows;
    m_songs = int(badges.size());
    bool amounts = false;
    QStringList names;
    for (const Row& one : rows) {
        names.append(one.element);
        amounts = amounts || one.continuous;
    }
    clear();
    setRowCount(int(rows.size()));
    setColumnCount(m_songs + (amounts ? 1 : 0));
    setVerticalHeaderLabels(names);
    for (int song = 0; song < m_songs; ++song) {
        auto* head = new QTableWidgetItem(badges[song]);
        head->setToolTip(titles.value(song));
        setHorizontalHeaderItem(song, head);
        horizontalHeader()->setSectionResizeMode(song, QHeaderView::Stretch);
    }
    if (amounts) {
        auto* head = new QTableWidgetItem(tr("Amount"));
        head->setToolTip(tr("How far the element goes to the source's"));
        setHorizontalHeaderItem(m_songs, head);
        horizontalHeader()->setSectionResizeMode(m_songs, QHeaderView::Fixed);
        setColumnWidth(m_songs, 76);
    }
    for (int element = 0; element < rowCount(); ++element) {
        const Row& one = m_rows[element];
        for (int song = 0; song < m_songs; ++song) {
            const bool chosen = song == one.source;
            auto* cell =
                new QTableWidgetItem(chosen ? QStringLiteral("\u25cf") : QStringLiteral("\u25cb"));
            cell->setTextAlignment(Qt::AlignCenter);
            cell->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
            const QString text = tr("%1 from %2").arg(one.element, titles.value(song));
            cell->setToolTip(text);
            cell->setData(Qt::AccessibleTextRole, chosen ? tr("%1, chosen").arg(text) : text);
            setItem(element, song, cell);
        }
        if (one.continuous) {
            auto* amount = new QSpinBox(this);
            amount->setRange(0, 100);
            amount->setSingleStep(10);
            amount->setSuffix(tr(" %"));
            amount->setValue(int(one.amount * 100 + 0.5));
            amount->setEnabled(one.source > 0);
            amount->setKeyboardTracking(false);
            amount->setFrame(false);
            amount->setAccessibleName(tr("Amount of %1 from the source").arg(one.element));
            connect(amount, &QSpinBox::valueChanged, this, [this, element](int percent) {
                Q_EMIT amountChosen(element, percent / 100.0);
            });
            setCellWidget(element, m_songs, amount);
        }
    }
    if (row >= 0 && row < rowCount() && column < columnCount()) {
        setCurrentCell(row, column);
    }
    colourCells();
    updateGeometry();
}

void TransferSpecTable::colourCells() {
    for (int element = 0; element < rowCount(); ++element) {
        for (int song = 0; song < m_songs; ++song) {
            const bool chosen = song == m_rows[element].source;
            item(element, song)
                ->setForeground(
                    palette().color(chosen ? QPalette::Text : QPalette::PlaceholderText));
        }
    }
}

void TransferSpecTable::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        colourCells();
    }
    QTableWidget::changeEvent(event);
}

QSize TransferSpecTable::sizeHint() const {
    return {260, horizontalHeader()->sizeHint().height() + rowCount() * kSpecRowHeight + 4};
}

QSize TransferSpecTable::minimumSizeHint() const { return {200, sizeHint().height()}; }

void TransferSpecTable::choose(int row, int column) {
    if (row >= 0 && row < rowCount() && column >= 0 && column < m_songs &&
        m_rows[row].source != column) {
        Q_EMIT sourceChosen(row, column);
    }
}

bool TransferSpecTable::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && chooses(static_cast<QKeyEvent*>(event))) {
        event->accept(); // and not what the window binds the key to
        return true;
    }
    return QTableWidget::event(event);
}

void TransferSpecTable::keyPressEvent(QKeyEvent* event) {
    if (chooses(event)) {
        choose(currentRow(), currentColumn());
        event->accept();
        return;
    }
    QTableWidget::keyPressEvent(event);
}

} // namespace canto::widgets
