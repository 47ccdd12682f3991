// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/keyboard/keyboard_panel.h"

#include "widgets/common/elided_combo.h"
#include "widgets/common/flow_layout.h"
#include "widgets/common/wrapped_check_box.h"
#include "widgets/song/general_midi.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <QVariantMap>

namespace canto::app {
namespace {

constexpr int kPrograms = 128;
constexpr int kChannels = 16;

void choose(QComboBox* box, const QVariantMap& choices, const QString& key) {
    if (const int index = box->findData(choices.value(key)); choices.contains(key) && index >= 0) {
        box->setCurrentIndex(index);
    }
}

void choose(QCheckBox* box, const QVariantMap& choices, const QString& key) {
    box->setChecked(choices.value(key, box->isChecked()).toBool());
}

} // namespace

KeyboardPanel::KeyboardPanel(QWidget* parent)
    : QWidget(parent), m_program(new widgets::ElidedCombo(this)),
      m_channel(new widgets::ElidedCombo(this)), m_bars(new widgets::ElidedCombo(this)),
      m_grid(new widgets::ElidedCombo(this)),
      m_play(new widgets::WrappedCheckBox(tr("Play along"), this)),
      m_countIn(new widgets::WrappedCheckBox(tr("Count in one bar"), this)),
      m_metronome(new widgets::WrappedCheckBox(tr("Metronome"), this)),
      m_follow(new widgets::WrappedCheckBox(tr("Show on the map what I play"), this)),
      m_record(new QPushButton(tr("Record"), this)),
      m_nearest(new QPushButton(tr("Find the nearest"), this)), m_status(new QLabel(this)) {
    setWindowTitle(tr("Keyboard"));
    m_program->addItem(tr("As sent, on all channels"), -1);
    for (int program = 0; program < kPrograms; ++program) {
        m_program->addItem(
            QStringLiteral("%1 %2").arg(program + 1).arg(widgets::programName(program)), program);
    }
    m_program->setCurrentIndex(1);
    for (QComboBox* box : {m_program, m_channel, m_bars, m_grid}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
    }
    for (int channel = 0; channel < kChannels; ++channel) {
        m_channel->addItem(tr("Channel %1").arg(channel + 1), channel);
    }
    m_channel->setToolTip(tr("On which what you play goes to the MIDI output"));
    m_bars->addItem(tr("2 bars"), 2);
    m_bars->addItem(tr("4 bars"), 4);
    m_bars->addItem(tr("As long as I play"), 0);
    m_grid->addItem(tr("As played"), 0);
    m_grid->addItem(tr("Quarter notes"), 1);
    m_grid->addItem(tr("Eighth notes"), 2);
    m_grid->addItem(tr("Sixteenth notes"), 4);
    m_grid->addItem(tr("Eighth triplets"), 3);
    m_grid->setCurrentIndex(m_grid->findData(4));
    m_play->setChecked(true);
    m_countIn->setChecked(true);
    m_metronome->setChecked(true);
    m_record->setCheckable(true);
    m_status->setWordWrap(true);
    m_status->setTextFormat(Qt::PlainText);
    auto* inputs = new QPushButton(tr("MIDI inputs..."), this);
    connect(inputs, &QPushButton::clicked, this, &KeyboardPanel::inputsAsked);

    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->addRow(tr("Instrument"), m_program);
    form->addRow(tr("MIDI output"), m_channel);
    form->addRow(tr("Length"), m_bars);
    form->addRow(tr("Quantise"), m_grid);
    auto* buttons = new widgets::FlowLayout;
    buttons->addWidget(m_record);
    buttons->addWidget(m_nearest);
    auto* column = new QVBoxLayout(this);
    column->addWidget(inputs);
    column->addWidget(m_play);
    column->addLayout(form);
    column->addWidget(m_countIn);
    column->addWidget(m_metronome);
    column->addWidget(m_follow);
    column->addLayout(buttons);
    column->addWidget(m_status);
    column->addStretch(1);

    for (QComboBox* box : {m_program, m_channel, m_bars, m_grid}) {
        connect(box, &QComboBox::currentIndexChanged, this, &KeyboardPanel::changed);
    }
    for (QCheckBox* box : {m_play, m_countIn, m_metronome, m_follow}) {
        connect(box, &QCheckBox::toggled, this, &KeyboardPanel::changed);
    }
    connect(m_record, &QPushButton::toggled, this, &KeyboardPanel::recordAsked);
    connect(m_nearest, &QPushButton::clicked, this, &KeyboardPanel::nearestAsked);
}

int KeyboardPanel::program() const { return m_program->currentData().toInt(); }
int KeyboardPanel::outChannel() const { return m_channel->currentData().toInt(); }
bool KeyboardPanel::playAlong() const { return m_play->isChecked(); }
bool KeyboardPanel::countIn() const { return m_countIn->isChecked(); }
bool KeyboardPanel::metronome() const { return m_metronome->isChecked(); }
int KeyboardPanel::bars() const { return m_bars->currentData().toInt(); }
int KeyboardPanel::grid() const { return m_grid->currentData().toInt(); }
bool KeyboardPanel::follow() const { return m_follow->isEnabled() && m_follow->isChecked(); }

void KeyboardPanel::setRecording(bool on) {
    const QSignalBlocker quiet(m_record);
    m_record->setChecked(on);
    m_record->setText(on ? tr("Stop recording") : tr("Record"));
}

void KeyboardPanel::setStatus(const QString& text) { m_status->setText(text); }

void KeyboardPanel::setCannotFollow(const QString& why) {
    for (QWidget* widget : {static_cast<QWidget*>(m_follow), static_cast<QWidget*>(m_nearest)}) {
        widget->setEnabled(why.isEmpty());
        widget->setToolTip(why);
    }
}

void KeyboardPanel::setChoices(const QVariantMap& choices) {
    const QSignalBlocker quiet(this);
    choose(m_program, choices, QStringLiteral("program"));
    choose(m_channel, choices, QStringLiteral("channel"));
    choose(m_bars, choices, QStringLiteral("bars"));
    choose(m_grid, choices, QStringLiteral("grid"));
    choose(m_play, choices, QStringLiteral("play"));
    choose(m_countIn, choices, QStringLiteral("countIn"));
    choose(m_metronome, choices, QStringLiteral("metronome"));
    choose(m_follow, choices, QStringLiteral("follow"));
}

QVariantMap KeyboardPanel::choices() const {
    return {{QStringLiteral("program"), program()},
            {QStringLiteral("channel"), outChannel()},
            {QStringLiteral("bars"), bars()},
            {QStringLiteral("grid"), grid()},
            {QStringLiteral("play"), playAlong()},
            {QStringLiteral("countIn"), countIn()},
            {QStringLiteral("metronome"), metronome()},
            {QStringLiteral("follow"), m_follow->isChecked()}};
}

} // namespace canto::app
