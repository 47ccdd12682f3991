// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/transport_bar.h"

#include "widgets/common/elided_label.h"
#include "widgets/common/icons.h"
#include "widgets/common/theme.h"

#include <QDoubleSpinBox>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <algorithm>

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

    m_toStart->setObjectName(QStringLiteral("toStart"));
    m_play->setObjectName(QStringLiteral("play"));
    m_loop->setObjectName(QStringLiteral("loop"));
    m_panic->setObjectName(QStringLiteral("panic"));

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
    addTempo();

    m_notice = new ElidedLabel(this);
    m_notice->setAccessibleName(tr("Sound"));
    m_notice->hide();
    auto* speaker = new QLabel(this);
    speaker->setObjectName(QStringLiteral("speaker"));
    m_volume = new QSlider(Qt::Horizontal, this);
    m_volume->setObjectName(QStringLiteral("volume"));
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
    line->addWidget(m_tap);
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

void TransportBar::addTempo() {
    m_tempo = new QDoubleSpinBox(this);
    m_tempo->setObjectName(QStringLiteral("transportTempo"));
    m_tempo->setAccessibleName(tr("Tempo"));
    m_tempo->setToolTip(tr("Tempo, quarter notes a minute"));
    m_tempo->setRange(0, 999);
    m_tempo->setDecimals(1);
    m_tempo->setSpecialValueText(tr("%1 bpm").arg(QStringLiteral("–")));
    m_tempo->setSuffix(tr(" bpm"));
    m_tempo->setKeyboardTracking(false); // "120" would play at 1 and 12 first
    m_tempo->setEnabled(false);
    m_tap = new QToolButton(this);
    m_tap->setText(tr("Tap"));
    m_tap->setAccessibleName(tr("Tap the tempo"));
    m_tap->setToolTip(tr("Click on each beat to set the tempo; the arrow has half, double and the "
                         "music's own tempo"));
    m_tap->setAutoRaise(true);
    m_tap->setMinimumHeight(24);
    m_tap->setEnabled(false);
    m_tap->setPopupMode(QToolButton::MenuButtonPopup);
    auto* menu = new QMenu(m_tap);
    m_half = menu->addAction(tr("&Half the tempo"));
    m_double = menu->addAction(tr("&Double the tempo"));
    m_own = menu->addAction(tr("Play at the music's &own tempo"));
    m_own->setEnabled(false);
    m_tap->setMenu(menu);
    m_clock.start();
    connect(m_tempo, &QDoubleSpinBox::valueChanged, this, &TransportBar::tempoChosen);
    connect(m_tap, &QToolButton::pressed, this, [this] { tap(m_clock.elapsed()); });
    connect(m_half, &QAction::triggered, this,
            [this] { Q_EMIT tempoChosen(m_tempo->value() / 2); });
    connect(m_double, &QAction::triggered, this,
            [this] { Q_EMIT tempoChosen(m_tempo->value() * 2); });
    connect(m_own, &QAction::triggered, this, [this] { Q_EMIT tempoChosen(0); });
}

void TransportBar::setTempo(double bpm) {
    const auto* text = m_tempo->findChild<QLineEdit*>();
    if (text != nullptr && text->isModified()) {
        return; // somebody is typing
    }
    const QSignalBlocker quiet(m_tempo);
    m_tempo->setValue(bpm);
    m_tempo->setEnabled(bpm > 0);
    m_tap->setEnabled(bpm > 0);
    m_own->setEnabled(bpm > 0 && m_chosen);
}

void TransportBar::setTempoChosen(bool chosen) {
    m_chosen = chosen;
    m_own->setEnabled(m_tempo->isEnabled() && chosen);
}

void TransportBar::tap(qint64 milliseconds) {
    constexpr std::size_t kTaps = 9; // eight intervals
    m_taps.push_back(milliseconds);
    if (m_taps.size() > kTaps) {
        m_taps.erase(m_taps.begin());
    }
    if (const double bpm = tappedTempo(m_taps); bpm > 0) {
        Q_EMIT tempoChosen(bpm);
    }
}

double tappedTempo(const std::vector<qint64>& milliseconds) {
    constexpr qint64 kPause = 2000;
    constexpr std::size_t kIntervals = 8;
    std::size_t first = milliseconds.size();
    while (
        first > 0 && milliseconds.size() - first <= kIntervals &&
        (first == milliseconds.size() || milliseconds[first] - milliseconds[first - 1] <= kPause)) {
        --first;
    }
    const std::size_t intervals = milliseconds.size() - std::min(milliseconds.size(), first + 1);
    if (intervals == 0 || milliseconds.back() <= milliseconds[first]) {
        return 0;
    }
    return 60000.0 * double(intervals) / double(milliseconds.back() - milliseconds[first]);
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
