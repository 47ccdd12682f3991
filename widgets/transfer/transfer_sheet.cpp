// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/transfer/transfer_sheet.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace canto::widgets {

TransferSheet::TransferSheet(QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("transferSheet"));
    setWindowTitle(tr("Transfer elements"));
    m_title = new QLabel(this);
    m_title->setWordWrap(true);
    m_title->setTextFormat(Qt::PlainText);
    auto* hint = new QLabel(tr("Changes are previewed from the next bar."), this);
    hint->setForegroundRole(QPalette::PlaceholderText);
    m_advanced = new QLabel(tr("Advanced"), this);
    m_advanced->setForegroundRole(QPalette::PlaceholderText);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_buttons->button(QDialogButtonBox::Ok)->setText(tr("&Transfer"));
    m_column = new QVBoxLayout;
    m_column->setSpacing(4);
    auto* all = new QVBoxLayout(this);
    all->addWidget(m_title);
    all->addLayout(m_column);
    all->addWidget(hint);
    all->addWidget(m_buttons);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void TransferSheet::ask(const QString& source, const QString& target,
                        const QVector<Element>& elements, const QVector<int>& chosen,
                        QPoint global) {
    m_title->setText(tr("From %1\nto %2").arg(source, target));
    qDeleteAll(m_boxes);
    m_boxes.clear();
    m_column->removeWidget(m_advanced);
    const bool some = std::any_of(elements.begin(), elements.end(),
                                  [](const Element& element) { return element.advanced; });
    m_advanced->setVisible(some);
    QVector<QCheckBox*> last;
    for (int i = 0; i < elements.size(); ++i) {
        auto* box = new QCheckBox(elements[i].title, this);
        box->setChecked(chosen.isEmpty() ? !elements[i].advanced : chosen.contains(i));
        m_boxes.append(box);
        if (elements[i].advanced) {
            last.append(box);
        } else {
            m_column->addWidget(box);
        }
    }
    m_column->addWidget(m_advanced);
    for (QCheckBox* box : std::as_const(last)) {
        m_column->addWidget(box);
    }
    const auto reported = [this] {
        const QVector<int> now = this->chosen();
        m_buttons->button(QDialogButtonBox::Ok)->setEnabled(!now.isEmpty());
        Q_EMIT chosenChanged(now);
    };
    QWidget* before = nullptr;
    for (QCheckBox* box : std::as_const(m_boxes)) {
        connect(box, &QCheckBox::toggled, this, reported);
        if (before != nullptr) {
            setTabOrder(before, box);
        }
        before = box;
    }
    adjustSize();
    const QRect room(parentWidget()->mapToGlobal(QPoint(0, 0)), parentWidget()->size());
    const auto within = [](int at, int low, int high) { return std::max(low, std::min(at, high)); };
    move(within(global.x() + 12, room.left(), room.right() - width()),
         within(global.y() + 12, room.top(), room.bottom() - height()));
    show();
    raise();
    activateWindow();
    if (!m_boxes.isEmpty()) {
        m_boxes.front()->setFocus(Qt::PopupFocusReason);
    }
    reported();
}

QVector<int> TransferSheet::chosen() const {
    QVector<int> elements;
    for (int i = 0; i < m_boxes.size(); ++i) {
        if (m_boxes[i]->isChecked()) {
            elements.append(i);
        }
    }
    return elements;
}

} // namespace canto::widgets
