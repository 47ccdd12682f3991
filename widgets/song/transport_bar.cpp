// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/transport_bar.h"

#include "widgets/common/elided_label.h"
#include "widgets/common/icons.h"
#include "widgets/common/theme.h"

#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

namespace canto::widgets {

namespace {

constexpr int kVolumeSteps = 100;

QToolButton* button(const QString& name, const QString& toolTip, QWidget* parent) {
    auto* made = new QToolButton(parent);
    made->setAccessibleName(name);
    made->setToolTip(toolTip);
    made->setIconSize(QSize(22, 22));
    made->setMinimumSize(34, 34);
    made->setAutoRaise(true);
    return made;
}

} // namespace

TransportBar::TransportBar(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("transport"));
    setAccessibleName(tr("Transport"));
    m_toStart = button(tr("Return to start"), tr("Return to start (Home)"), this);
    m_play = button(tr("Play"), tr("Play or stop (Space)"), this);
    m_play->setCheckable(true);
    m_loop = button(tr("Loop"), tr("Play in a loop (L)"), this);
    m_loop->setCheckable(true);
    m_panic = button(tr("Panic"), tr("Turn all notes off now"), this);

    m_position = new QLabel(this);
    m_position->setObjectName(QStringLiteral("position"));
    m_position->setAccessibleName(tr("Position, bar and beat"));
    m_position->setToolTip(tr("Bar and beat"));
    QFont digits = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    digits.setPointSizeF(font().pointSizeF() + 5);
    m_position->setFont(digits);
    m_position->setAlignment(Qt::AlignCenter);
    m_position->setMinimumWidth(QFontMetrics(digits).horizontalAdvance(QStringLiteral("000.0")) +
                                16);
    m_tempo = new QLabel(this);
    m_tempo->setObjectName(QStringLiteral("transportTempo"));
    m_tempo->setAccessibleName(tr("Tempo"));
    m_tempo->setToolTip(tr("Tempo, quarter notes a minute"));
    m_tempo->setMinimumWidth(
        fontMetrics().horizontalAdvance(tr("%1 bpm").arg(QStringLiteral("000.0"))));
    m_tempo->setForegroundRole(QPalette::PlaceholderText);

    m_notice = new ElidedLabel(this);
    m_notice->setAccessibleName(tr("Sound"));
    m_notice->hide();
    auto* speaker = new QLabel(this);
    speaker->setObjectName(QStringLiteral("speaker"));
    m_volume = new QSlider(Qt::Horizontal, this);
    m_volume->setRange(0, kVolumeSteps);
    m_volume->setValue(80);
    m_volume->setMinimumWidth(60);
    m_volume->setMaximumWidth(120);
    m_volume->setMinimumHeight(24);
    m_volume->setAccessibleName(tr("Volume"));
    m_volume->setToolTip(tr("Volume"));

    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(12, 2, 12, 2);
    line->setSpacing(6);
    line->addWidget(m_toStart);
    line->addWidget(m_play);
    line->addWidget(m_loop);
    line->addSpacing(10);
    line->addWidget(m_position);
    line->addSpacing(4);
    line->addWidget(m_tempo);
    line->addSpacing(18);
    line->addStretch(1);
    line->addWidget(m_notice);
    line->addSpacing(12);
    line->addWidget(speaker);
    line->addWidget(m_volume);
    line->addSpacing(10);
    line->addWidget(m_panic);

    setIcons();
    setPosition(0, 0);
    setTempo(0);
    connect(m_toStart, &QToolButton::clicked, this, &TransportBar::toStartRequested);
    connect(m_play, &QToolButton::clicked, this, [this](bool play) {
        setPlaying(play);
        play ? Q_EMIT playRequested() : Q_EMIT stopRequested();
    });
    connect(m_loop, &QToolButton::toggled, this, &TransportBar::loopChanged);
    connect(m_panic, &QToolButton::clicked, this, &TransportBar::panicRequested);
    connect(m_volume, &QSlider::valueChanged, this, [this] { Q_EMIT volumeChanged(volume()); });
}

bool TransportBar::playing() const { return m_play->isChecked(); }
bool TransportBar::loop() const { return m_loop->isChecked(); }
double TransportBar::volume() const { return m_volume->value() / double(kVolumeSteps); }

void TransportBar::setPlaying(bool playing) {
    m_play->setChecked(playing);
    m_play->setAccessibleName(playing ? tr("Stop") : tr("Play"));
    m_play->setIcon(icon(playing ? Icon::Stop : Icon::Play, palette()));
}

void TransportBar::setLoop(bool loop) {
    const QSignalBlocker quiet(m_loop);
    m_loop->setChecked(loop);
}

void TransportBar::setPosition(int bar, int beat) {
    m_position->setText(bar > 0 ? QStringLiteral("%1.%2").arg(bar).arg(beat)
                                : QStringLiteral("–.–"));
}

void TransportBar::setTempo(double bpm) {
    m_tempo->setText(tr("%1 bpm").arg(
        bpm > 0 ? QLocale().toString(bpm, 'f', bpm == static_cast<int>(bpm) ? 0 : 1)
                : QStringLiteral("–")));
}

void TransportBar::setVolume(double volume) {
    const QSignalBlocker quiet(m_volume);
    m_volume->setValue(qRound(volume * kVolumeSteps));
}

void TransportBar::setSoundNotice(const QString& text) {
    m_notice->setText(text);
    m_notice->setVisible(!text.isEmpty());
}

void TransportBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        setIcons();
    }
}

void TransportBar::setIcons() {
    m_toStart->setIcon(icon(Icon::ToStart, palette()));
    m_loop->setIcon(icon(Icon::Loop, palette()));
    m_panic->setIcon(icon(Icon::Panic, palette()));
    setPlaying(playing());
    if (auto* speaker = findChild<QLabel*>(QStringLiteral("speaker"))) {
        speaker->setPixmap(
            icon(Icon::Volume, palette()).pixmap(QSize(20, 20), devicePixelRatioF()));
    }
    QPalette warning = palette();
    warning.setColor(QPalette::WindowText, themeOf(*this).warning);
    m_notice->setPalette(warning);
}

} // namespace canto::widgets
