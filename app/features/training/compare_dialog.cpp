// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/compare_dialog.h"

#include "app/runs/epoch_maps.h"
#include "app/workspace/qt_text.h"
#include "models/registry/registry.h"
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

struct CompareDialog::JobState {
    std::array<std::filesystem::path, 2> weights;
    std::array<QString, 2> titles;
    std::filesystem::path dataset;
    // Of the playback task.
    std::array<std::shared_ptr<models::LatentModel>, 2> models;
    std::shared_ptr<EpochMaps> phrases;
};

CompareDialog::CompareDialog(const StoredModel& a, const StoredModel& b,
                             const std::filesystem::path& dataset, Player& player, QWidget* parent)
    : QDialog(parent), m_jobState(std::make_shared<JobState>()), m_player(player) {
    setObjectName(QStringLiteral("compareDialog"));
    setWindowTitle(tr("Compare two models"));
    m_jobState->weights = {a.path, b.path};
    m_jobState->titles = {a.shipped ? tr("A: %1 (shipped)").arg(text(a.title))
                                    : tr("A: %1").arg(text(a.title)),
                          tr("B: %1").arg(text(b.title))};
    m_jobState->dataset = dataset;

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
        const QString title = m_jobState->titles[std::size_t(row)];
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

CompareDialog::~CompareDialog() = default;

void CompareDialog::measure() {
    m_measure.start([this, jobState = m_jobState](const auto& run) {
        const auto report = [&](const Error& error) {
            run.deliver([this, error] { m_note->setText(text(error.message())); });
        };
        // The phrases first: they can be played while the rest is measured.
        const auto phrases = EpochMaps::open(jobState->dataset, {.points = 1});
        if (!phrases) {
            report(phrases.error());
            return;
        }
        run.deliver([this, jobState, some = std::make_shared<EpochMaps>(*phrases)] {
            jobState->phrases = some;
            for (const auto& seed : some->seeds()) {
                m_phrases->addItem(text(seed.title));
            }
            for (QPushButton* button : m_buttons) {
                button->setEnabled(!some->seeds().empty());
            }
        });
        for (int row = 0; row < 2; ++row) {
            const auto model = models::openModel(jobState->weights[std::size_t(row)].string());
            if (!model) {
                report(model.error());
                return;
            }
            const auto figures = heldOutFigures(**model, jobState->dataset, {}, run.cancel(),
                                                [&](std::size_t, std::size_t) { run.beat(); });
            if (!figures) {
                report(figures.error());
                return;
            }
            run.deliver([this, row, figures = *figures] {
                const double values[] = {figures.accuracy, figures.accuracyWithoutHolds,
                                         figures.onsetF1};
                for (int column = 1; column < 4; ++column) {
                    m_table->item(row, column)
                        ->setText(QLocale().toString(values[column - 1], 'f', 3));
                }
                m_note->setText(
                    tr("%Ln phrase(s) of the %1 set. B was not trained on these songs; A may have "
                       "been.",
                       nullptr, int(figures.phrases))
                        .arg(figures.split == "valid" ? tr("validation") : text(figures.split)));
                Q_EMIT measured(row);
            });
        }
    });
}

void CompareDialog::play(int version) {
    const int phrase = m_phrases->currentIndex();
    m_playback.start([this, jobState = m_jobState, phrases = m_jobState->phrases, phrase,
                      version](const auto& run) {
        if (!phrases || phrase < 0 || std::size_t(phrase) >= phrases->seeds().size()) {
            return;
        }
        const auto& seed = phrases->seeds()[std::size_t(phrase)];
        Result<music::Song> song = seed.song;
        if (version > 0) {
            auto& model = jobState->models[std::size_t(version - 1)];
            if (!model) {
                auto opened =
                    models::openModel(jobState->weights[std::size_t(version - 1)].string());
                if (!opened) {
                    run.deliver(
                        [this, error = opened.error()] { m_note->setText(text(error.message())); });
                    return;
                }
                model = *opened;
            }
            song = throughModel(*model, seed.song, run.cancel());
        }
        if (!song) {
            return;
        }
        run.deliver([this, version, title = text(seed.title),
                     made = std::make_shared<const music::Song>(*song)] {
            PlaybackItem item;
            item.kind =
                version == 0 ? PlaybackItem::Kind::Original : PlaybackItem::Kind::Reconstruction;
            item.song = made;
            item.bars = codec::kPhraseBars;
            item.title = title;
            item.caption =
                version == 0
                    ? tr("%1, original").arg(title)
                    : tr("%1, by %2").arg(title, m_jobState->titles[std::size_t(version - 1)]);
            m_player.play(std::move(item));
            Q_EMIT playing(version);
        });
    });
}

} // namespace canto::app
