// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/explore_dock.h"

#include "widgets/common/scroll_column.h"
#include "widgets/common/text.h"
#include "widgets/explore/genre_panel.h"
#include "widgets/explore/interpolate_panel.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/explore/property_panel.h"
#include "widgets/explore/sweep_panel.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QHideEvent>
#include <QLabel>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>

namespace canto::app {

ExploreDock::ExploreDock(QWidget* parent) : QWidget(parent) {
    m_chip = new widgets::PhraseChip(this);
    auto* group = new QButtonGroup(this);
    const auto toggle = [&](const QString& text, const QString& tip) {
        auto* button = new QToolButton(this);
        button->setText(text);
        button->setToolTip(tip);
        button->setAccessibleName(tip);
        button->setCheckable(true);
        button->setMinimumSize(30, 34);
        group->addButton(button);
        return button;
    };
    m_original = toggle(tr("A"), tr("Play the phrase before the changes (B switches)"));
    m_changed = toggle(tr("B"), tr("Play the edited phrase (B switches)"));

    m_interpolate = new widgets::InterpolatePanel(this);
    m_sweep = new widgets::SweepPanel(this);
    m_properties = new widgets::PropertyPanel(this);
    m_genre = new widgets::GenrePanel(this);
    m_tabs = new QTabWidget(this);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Explore"));
    m_tabs->tabBar()->setExpanding(false);
    m_tabs->tabBar()->setUsesScrollButtons(false);
    m_tabs->tabBar()->setElideMode(Qt::ElideRight);
    for (const auto& [widget, title, tip] :
         {std::tuple<QWidget*, QString, QString>{m_interpolate, tr("Interpolate"),
                                                 tr("Interpolate between two phrases")},
          {m_sweep, tr("Dimensions"), tr("What each dimension of the model changes")},
          {m_properties, tr("Attributes"), tr("Change attributes of the phrase")},
          {m_genre, tr("Genre"), tr("Move the phrase to a genre, or generate new phrases")}}) {
        const int tab = m_tabs->addTab(new widgets::ScrollColumn(widget, m_tabs), title);
        m_tabs->setTabToolTip(tab, tip);
    }

    m_why = new QLabel(this);
    m_why->setObjectName(QStringLiteral("exploreUnavailable"));
    m_why->setWordWrap(true);
    m_why->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_why->setContentsMargins(12, 8, 12, 8);
    m_why->setForegroundRole(QPalette::PlaceholderText);
    m_why->hide();

    auto* head = new QHBoxLayout;
    head->setContentsMargins(10, 8, 10, 4);
    head->setSpacing(4);
    head->addWidget(m_chip, 1);
    head->addWidget(m_original);
    head->addWidget(m_changed);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(head);
    column->addWidget(m_tabs, 1);
    column->addWidget(m_why, 1);
    setMinimumWidth(290);

    connect(m_tabs, &QTabWidget::currentChanged, this, &ExploreDock::tabShown);
    connect(m_original, &QToolButton::clicked, this, &ExploreDock::originalAsked);
    connect(m_changed, &QToolButton::clicked, this, &ExploreDock::changedAsked);
    setPhrase({}, false, false);
}

ExploreDock::Tab ExploreDock::tab() const { return Tab(m_tabs->currentIndex()); }

void ExploreDock::setTab(int tab) { m_tabs->setCurrentIndex(tab); }

QString ExploreDock::codesReason() {
    return tr(
        "Not available in this space: its phrases are discrete codes, with nothing in between");
}

void ExploreDock::setContinuous(bool continuous) {
    const QString why = codesReason();
    const QStringList tips{tr("Interpolate between two phrases"),
                           tr("What each dimension of the model changes"),
                           tr("Change attributes of the phrase")};
    for (const Tab tab : {Interpolate, Sweep, Properties}) {
        m_tabs->setTabEnabled(tab, continuous);
        m_tabs->setTabToolTip(tab, continuous ? tips[tab] : why);
    }
    if (!continuous) {
        setTab(Genre);
    }
}

void ExploreDock::setUnavailable(const QString& why) {
    m_why->setText(why);
    m_why->setVisible(!why.isEmpty());
    m_tabs->setVisible(why.isEmpty());
}

void ExploreDock::setLabelTitle(const QString& title) {
    m_tabs->setTabText(Genre, widgets::escapeMnemonics(title));
    m_tabs->setTabToolTip(Genre,
                          tr("%1: move the phrase to another, or generate new phrases").arg(title));
}

void ExploreDock::setPhrase(const QString& title, bool changed, bool playsChanged) {
    m_chip->setPhrase(title);
    m_original->setEnabled(!title.isEmpty());
    m_changed->setEnabled(changed);
    (changed && playsChanged ? m_changed : m_original)->setChecked(true);
}

void ExploreDock::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_seen = true;
    Q_EMIT tabShown(tab());
}

void ExploreDock::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_seen = m_seen && event->spontaneous(); // a window that is made small still shows it
}

} // namespace canto::app
