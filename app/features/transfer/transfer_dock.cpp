// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/transfer/transfer_dock.h"

#include "widgets/common/elided_combo.h"
#include "widgets/common/flow_layout.h"

#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QToolButton>
#include <QVBoxLayout>

namespace canto::app {

using widgets::ElementStrip;

TransferDock::TransferDock(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("transferPanel"));
    const auto title = [this](const QString& text) {
        auto* label = new QLabel(text, this);
        QFont bold = label->font();
        bold.setBold(true);
        label->setFont(bold);
        return label;
    };
    const auto button = [this](const QString& text, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        made->setMinimumHeight(28);
        return made;
    };
    m_hint = new QLabel(this);
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_songs = new QVBoxLayout;
    m_songs->setSpacing(6);
    m_specTitle = title(tr("Elements"));
    m_spec = new widgets::TransferSpecTable(this);
    m_clear = button(tr("Clear"), tr("Remove all songs"));
    auto* specHead = new QHBoxLayout;
    specHead->addWidget(m_specTitle, 1);
    specHead->addWidget(m_clear);

    m_resultBox = new QWidget(this);
    m_results = new widgets::ElidedCombo(m_resultBox);
    m_results->setObjectName(QStringLiteral("transferResults"));
    m_results->setAccessibleName(tr("Results, newest first"));
    m_results->setToolTip(tr("Results of this session"));
    m_result = new widgets::DragChip(m_resultBox);
    m_result->setObjectName(QStringLiteral("outcomeChip"));
    m_result->setToolTip(tr("Click to play. Drag to use it as a song of its own"));
    m_before = button(tr("A"), tr("Play the target before the transfer, from the next bar"));
    m_play = button(tr("B"), tr("Play the result, from the next bar"));
    m_drag = button(tr("Drag as MIDI"), tr("Drag the result into another program as a MIDI file"));
    m_drag->setCursor(Qt::OpenHandCursor);
    m_drag->installEventFilter(this);
    m_copy = button(tr("Copy"), tr("Copy the result as MIDI"));
    m_save = button(tr("Export..."), tr("Export the result as MIDI, WAV or FLAC"));
    auto* chipLine = new QHBoxLayout;
    chipLine->setSpacing(4);
    chipLine->addWidget(m_result, 1);
    chipLine->addWidget(m_before);
    chipLine->addWidget(m_play);
    auto* outLine = new widgets::FlowLayout(4);
    m_results->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    outLine->addWidget(m_results);
    for (QToolButton* one : {m_drag, m_copy, m_save}) {
        outLine->addWidget(one);
    }
    m_report = new widgets::TransferReport(m_resultBox);
    auto* result = new QVBoxLayout(m_resultBox);
    result->setContentsMargins(0, 0, 0, 0);
    result->addWidget(title(tr("Result")));
    result->addLayout(chipLine);
    result->addLayout(outLine);
    result->addWidget(m_report);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 10);
    column->setSpacing(8);
    column->addWidget(m_hint);
    column->addLayout(m_songs);
    column->addLayout(specHead);
    column->addWidget(m_spec);
    column->addWidget(m_resultBox);
    m_separation = new widgets::SeparationView(this);
    column->addWidget(m_separation);
    column->addStretch(1);

    connect(m_results, &QComboBox::activated, this, &TransferDock::resultChosen);
    setModelText({});
    setCount(0);
    setResults({}, -1);
}

void TransferDock::setModelText(const QString& text) {
    m_hint->setText(
        text.isEmpty()
            ? tr("Add two songs: drag from the library, Ctrl+drag from the map, or press Ctrl+B. "
                 "Then drag an element from one to the other.")
            : text);
}

void TransferDock::setCount(int songs) {
    while (count() > songs) {
        delete m_strips.takeLast();
    }
    while (count() < songs) {
        auto* strip = new ElementStrip(this);
        m_songs->addWidget(strip);
        m_strips.append(strip);
        Q_EMIT stripMade(strip, count() - 1);
    }
    m_hint->setVisible(songs < 2);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_spec, m_specTitle, m_clear}) {
        widget->setVisible(songs > 0);
    }
}

int TransferDock::stripAt(QPoint global) const {
    for (int song = 0; song < count(); ++song) {
        const ElementStrip* strip = m_strips[song];
        const QRect seen = strip->visibleRegion().boundingRect();
        if (strip->isVisible() && seen.contains(strip->mapFromGlobal(global))) {
            return song;
        }
    }
    return -1;
}

bool TransferDock::covers(QPoint global) const {
    return isVisible() && visibleRegion().boundingRect().contains(mapFromGlobal(global));
}

void TransferDock::setTarget(int song) {
    for (int i = 0; i < count(); ++i) {
        m_strips[i]->setDropTarget(i == song);
    }
}

void TransferDock::setResults(const QStringList& titles, int shown) {
    m_results->clear();
    m_results->addItems(titles);
    m_results->setCurrentIndex(shown);
    m_result->setText(titles.value(shown));
    m_result->setAccessibleName(tr("Result: %1").arg(titles.value(shown)));
    m_resultBox->setVisible(shown >= 0);
}

bool TransferDock::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_drag && event->type() == QEvent::MouseButtonPress) {
        m_pressed = static_cast<QMouseEvent*>(event)->pos();
    } else if (watched == m_drag && event->type() == QEvent::MouseMove) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if ((mouse->buttons() & Qt::LeftButton) &&
            (mouse->pos() - m_pressed).manhattanLength() >= QApplication::startDragDistance()) {
            m_drag->setDown(false);
            Q_EMIT dragOutAsked();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace canto::app
