// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/compare_dialog.h"

#include "app/workspace/qt_text.h"
#include "widgets/common/elided_combo.h"
#include "widgets/common/screen_fit.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace canto::app {

CompareDialog::CompareDialog(const StoredModel& a, const StoredModel& b,
                             const std::filesystem::path& dataset, Player& player, QWidget* parent)
    : QDialog(parent), m_dataset(dataset), m_player(player) {
    setObjectName(QStringLiteral("compareDialog"));
    setWindowTitle(tr("Compare two models"));
    m_versions[0].title =
        a.shipped ? tr("A: %1 (shipped)").arg(text(a.title)) : tr("A: %1").arg(text(a.title));
    m_versions[0].open = sharedModel(a.path);
    m_versions[1].title = tr("B: %1").arg(text(b.title));
    m_versions[1].open = sharedModel(b.path);

    m_table = new QTableWidget(2, 4, this);
    m_table->setObjectName(QStringLiteral("compareTable"));
    m_table->setAccessibleName(tr("Accuracy on held-out music"));
    m_table->setHorizontalHeaderLabels(
        {tr("Model"), tr("Accuracy"), tr("without sustained notes"), tr("Onset F1")});
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_table->horizontalHeaderItem(0)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setFocusPolicy(Qt::NoFocus);
    m_table->setShowGrid(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int row = 0; row < 2; ++row) {
        const QString title = m_versions[std::size_t(row)].title;
        auto* name = new QTableWidgetItem(title);
        name->setToolTip(title);
        m_table->setItem(row, 0, name);
        for (int column = 1; column < 4; ++column) {
            auto* item = new QTableWidgetItem(column == 1 ? tr("measuring...") : QString());
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_table->setItem(row, column, item);
        }
        m_table->setRowHeight(row, 30);
    }
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() + 66);
    m_note = new QLabel(this);
    m_note->setObjectName(QStringLiteral("compareNote"));
    m_note->setWordWrap(true);
    m_note->setForegroundRole(QPalette::PlaceholderText);

    m_phrases = new widgets::ElidedCombo(this);
    m_phrases->setObjectName(QStringLiteral("comparePhrase"));
    m_phrases->setAccessibleName(tr("Phrase"));
    m_phrases->setMinimumHeight(28);
    auto* line = new QHBoxLayout;
    line->addWidget(m_phrases, 1);
    const QStringList names{tr("&Original"), tr("Play &A"), tr("Play &B")};
    for (int version = 0; version < 3; ++version) {
        auto* button = new QPushButton(names[version], this);
        button->setObjectName(QStringLiteral("compareHear%1").arg(version));
        button->setMinimumHeight(28);
        button->setAutoDefault(false);
        button->setEnabled(false);
        connect(button, &QPushButton::clicked, this, [this, version] { play(version); });
        line->addWidget(button);
        m_buttons[std::size_t(version)] = button;
    }
    auto* close = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(close, &QDialogButtonBox::rejected, this, &QDialog::close);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(16, 16, 16, 12);
    all->setSpacing(10);
    all->addWidget(new QLabel(tr("Both models on the same held-out phrases:"), this));
    all->addWidget(m_table);
    all->addWidget(m_note);
    all->addWidget(new QLabel(tr("Play one of them:"), this));
    all->addLayout(line);
    all->addStretch(1);
    all->addWidget(close);
    widgets::scrollInside(*this, close);
    widgets::fitDialog(*this, {720, 330});
    measure();
}

void CompareDialog::showError(const Error& error) { m_note->setText(text(error.message())); }

void CompareDialog::measure() {
    m_measure.start([this, dataset = m_dataset,
                     open = std::array{m_versions[0].open, m_versions[1].open}](const auto& run) {
        // The phrases first: they can be played while the rest is measured.
        const auto phrases = EpochMaps::open(dataset, {.points = 1});
        if (!phrases) {
            run.deliver(&CompareDialog::showError, phrases.error());
            return;
        }
        run.deliver([this, seeds = phrases->seeds()] {
            m_seeds = seeds;
            for (const EpochSeed& seed : m_seeds) {
                m_phrases->addItem(text(seed.title));
            }
            for (QPushButton* button : m_buttons) {
                button->setEnabled(!m_seeds.empty());
            }
        });
        for (int row = 0; row < 2; ++row) {
            const auto model = open[std::size_t(row)]();
            const auto figures = model
                                     ? heldOutFigures(**model, dataset, {}, run.cancel(),
                                                      [&](std::size_t, std::size_t) { run.beat(); })
                                     : Result<HeldOutFigures>(fail(model.error()));
            if (!figures) {
                run.deliver(&CompareDialog::showError, figures.error());
                return;
            }
            run.deliver(&CompareDialog::showFigures, row, *figures);
        }
    });
}

void CompareDialog::showFigures(int row, const HeldOutFigures& figures) {
    const double values[] = {figures.notes ? figures.notes->recall : figures.accuracy,
                             figures.notes ? figures.notes->precision
                                           : figures.accuracyWithoutHolds,
                             figures.notes ? figures.notes->f1 : figures.onsetF1};
    if (figures.notes) {
        m_table->setHorizontalHeaderLabels(
            {tr("Model"), tr("Notes found"), tr("Notes right"), tr("Note F1")});
    }
    for (int column = 1; column < 4; ++column) {
        m_table->item(row, column)->setText(QLocale().toString(values[column - 1], 'f', 3));
    }
    m_note->setText(
        tr("%Ln phrase(s) of the %1 set. B was not trained on these songs; A may have been.",
           nullptr, int(figures.phrases))
            .arg(figures.split == "valid" ? tr("validation") : text(figures.split)));
    Q_EMIT measured(row);
}

void CompareDialog::play(int version) {
    const int phrase = m_phrases->currentIndex();
    if (phrase < 0 || std::size_t(phrase) >= m_seeds.size()) {
        return;
    }
    PlaybackItem item;
    item.title = text(m_seeds[std::size_t(phrase)].title);
    const music::Song& seed = m_seeds[std::size_t(phrase)].song;
    if (version == 0) {
        m_playback.cancel();
        item.kind = PlaybackItem::Kind::Original;
        item.song = std::make_shared<const music::Song>(seed);
        item.bars = EpochMaps::kBars;
        item.caption = tr("%1, original").arg(item.title);
        m_player.play(std::move(item));
        Q_EMIT playing(version);
        return;
    }
    const auto which = std::size_t(version - 1);
    item.kind = PlaybackItem::Kind::Reconstruction;
    item.caption = tr("%1, by %2").arg(item.title, m_versions[which].title);
    m_playback.start(
        [this, item, seed, version, which, open = m_versions[which].open](const auto& run) mutable {
            const auto model = open();
            auto song = model ? throughModel(**model, seed, run.cancel())
                              : Result<music::Song>(fail(model.error()));
            if (!song) {
                run.deliverError(&CompareDialog::showError, song.error());
                return;
            }
            item.song = std::make_shared<const music::Song>(std::move(*song));
            item.bars = (*model)->info().phraseBars;
            run.deliver([this, item, version, which, model = *model] {
                m_versions[which].model = model;
                m_player.play(item);
                Q_EMIT playing(version);
            });
        });
}

} // namespace canto::app
