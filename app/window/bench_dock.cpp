#include "app/window/bench_dock.h"

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

BenchDock::BenchDock(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("bench"));
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
    m_recipeTitle = title(tr("Recipe"));
    m_recipe = new widgets::RecipeTable(this);
    m_clear = button(tr("Clear"), tr("Remove all songs"));
    auto* recipeHead = new QHBoxLayout;
    recipeHead->addWidget(m_recipeTitle, 1);
    recipeHead->addWidget(m_clear);

    m_outcomeBox = new QWidget(this);
    m_outcomes = new widgets::ElidedCombo(m_outcomeBox);
    m_outcomes->setObjectName(QStringLiteral("outcomes"));
    m_outcomes->setAccessibleName(tr("Results, newest first"));
    m_outcomes->setToolTip(tr("What was made in this session"));
    m_outcome = new widgets::DragChip(m_outcomeBox);
    m_outcome->setObjectName(QStringLiteral("outcomeChip"));
    m_outcome->setToolTip(tr("Click to play it, drag it on as a song of its own"));
    m_before = button(tr("A"), tr("Play the target as it was, from the next bar"));
    m_play = button(tr("B"), tr("Play the result, from the next bar"));
    m_drag = button(tr("Drag as MIDI"), tr("Drag the result into another program as a MIDI file"));
    m_drag->setCursor(Qt::OpenHandCursor);
    m_drag->installEventFilter(this);
    m_copy = button(tr("Copy"), tr("Copy the result as MIDI"));
    m_save = button(tr("Save..."), tr("Save the result as MIDI, WAV or FLAC"));
    auto* chipLine = new QHBoxLayout;
    chipLine->setSpacing(4);
    chipLine->addWidget(m_outcome, 1);
    chipLine->addWidget(m_before);
    chipLine->addWidget(m_play);
    auto* outLine = new widgets::FlowLayout(4);
    m_outcomes->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    outLine->addWidget(m_outcomes);
    for (QToolButton* one : {m_drag, m_copy, m_save}) {
        outLine->addWidget(one);
    }
    m_report = new widgets::TransferReport(m_outcomeBox);
    auto* outcome = new QVBoxLayout(m_outcomeBox);
    outcome->setContentsMargins(0, 0, 0, 0);
    outcome->addWidget(title(tr("Result")));
    outcome->addLayout(chipLine);
    outcome->addLayout(outLine);
    outcome->addWidget(m_report);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 10);
    column->setSpacing(8);
    column->addWidget(m_hint);
    column->addLayout(m_songs);
    column->addLayout(recipeHead);
    column->addWidget(m_recipe);
    column->addWidget(m_outcomeBox);
    m_separation = new widgets::SeparationView(this);
    column->addWidget(m_separation);
    column->addStretch(1);

    connect(m_outcomes, &QComboBox::activated, this, &BenchDock::outcomeChosen);
    setModelText({});
    setCount(0);
    setOutcomes({}, -1);
}

void BenchDock::setModelText(const QString& text) {
    m_hint->setText(
        text.isEmpty()
            ? tr("Add two songs: drag from the library, Ctrl+drag from the map, or press Ctrl+B. "
                 "Then drag an element from one to the other.")
            : text);
}

void BenchDock::setCount(int songs) {
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
    for (QWidget* widget : std::initializer_list<QWidget*>{m_recipe, m_recipeTitle, m_clear}) {
        widget->setVisible(songs > 0);
    }
}

int BenchDock::stripAt(QPoint global) const {
    for (int song = 0; song < count(); ++song) {
        const ElementStrip* strip = m_strips[song];
        const QRect seen = strip->visibleRegion().boundingRect();
        if (strip->isVisible() && seen.contains(strip->mapFromGlobal(global))) {
            return song;
        }
    }
    return -1;
}

bool BenchDock::covers(QPoint global) const {
    return isVisible() && visibleRegion().boundingRect().contains(mapFromGlobal(global));
}

void BenchDock::setTarget(int song) {
    for (int i = 0; i < count(); ++i) {
        m_strips[i]->setDropTarget(i == song);
    }
}

void BenchDock::setOutcomes(const QStringList& titles, int shown) {
    m_outcomes->clear();
    m_outcomes->addItems(titles);
    m_outcomes->setCurrentIndex(shown);
    m_outcome->setText(titles.value(shown));
    m_outcome->setAccessibleName(tr("Result: %1").arg(titles.value(shown)));
    m_outcomeBox->setVisible(shown >= 0);
}

bool BenchDock::eventFilter(QObject* watched, QEvent* event) {
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
