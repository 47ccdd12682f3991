// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/arrange/arrange_dock.h"

#include "core/arrange/register.h"
#include "widgets/common/elided_label.h"
#include "widgets/common/flow_layout.h"
#include "widgets/common/icons.h"
#include "widgets/explore/key_slider.h"
#include "widgets/song/recording_view.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace canto::app {
namespace {

constexpr int kDensitySteps = 10;               ///< steps to each side
constexpr double kSlowest = 30, kFastest = 300; ///< bpm, as the command line takes them

} // namespace

ArrangeDock::ArrangeDock(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("arrangeDockInside"));
    const auto button = [this](const QString& text, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        made->setMinimumHeight(28);
        return made;
    };
    m_open = button(tr("Open..."), tr("Choose a recording: WAV, FLAC, Ogg, MP3 (Ctrl+R)"));
    m_play = button(tr("Play"), tr("Play from the playhead, or stop"));
    m_play->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_save = button(tr("Save..."), tr("Save the arrangement as MIDI, WAV or FLAC"));
    m_saveMix =
        button(tr("Export mix..."), tr("Export recording and arrangement together as WAV or FLAC"));
    m_playbackMode = new QButtonGroup(this);
    const std::pair<QString, QString> playbackModes[] = {
        {tr("Recording"), tr("Play the recording only")},
        {tr("Both"), tr("Play the recording and the arrangement together")},
        {tr("Arrangement"), tr("Play the arrangement only")}};
    for (int i = 0; i < 3; ++i) {
        QToolButton* one = button(playbackModes[i].first, playbackModes[i].second);
        one->setCheckable(true);
        m_playbackMode->addButton(one, i);
    }
    m_playbackMode->button(int(PlaybackMode::Both))->setChecked(true);
    connect(m_playbackMode, &QButtonGroup::idClicked, this, &ArrangeDock::playbackModeChanged);
    m_writes = new QButtonGroup(this);
    const std::pair<QString, QString> writes[] = {
        {tr("Arrange"), tr("Write a piano arrangement of the recording")},
        {tr("Transcribe"), tr("Write the notes that the recording plays")}};
    for (int i = 0; i < 2; ++i) {
        QToolButton* one = button(writes[i].first, writes[i].second);
        one->setCheckable(true);
        m_writes->addButton(one, i);
    }
    m_writes->button(int(Writes::Arrangement))->setChecked(true);
    connect(m_writes, &QButtonGroup::idClicked, this, [this] {
        enable();
        Q_EMIT writesChanged();
    });
    m_quantise = new QCheckBox(tr("Quantise"), this);
    m_quantise->setToolTip(tr("Put transcribed notes on sixteenths or triplets of the beats"));
    m_quantise->setChecked(true);
    connect(m_quantise, &QCheckBox::toggled, this, &ArrangeDock::writesChanged);
    m_manner = new QComboBox(this);
    m_manner->setObjectName(QStringLiteral("manner"));
    m_manner->setAccessibleName(tr("How it is arranged"));
    m_manner->setToolTip(tr("Who writes the arrangement: the model of this space, phrases of its "
                            "library moved to the chords of the recording, or fixed rules"));
    m_manner->addItems({tr("Model"), tr("By example"), tr("Rules")});
    connect(m_manner, &QComboBox::activated, this, &ArrangeDock::controlsChanged);
    m_cancel = button(tr("Cancel"), tr("Stop analysing and arranging; the finished part stays"));
    m_title = new widgets::ElidedLabel(this);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_status = new widgets::ElidedLabel(this);
    m_status->setForegroundRole(QPalette::PlaceholderText);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress = new QProgressBar(this);
    m_progress->setMinimumWidth(60);
    m_progress->setMaximumWidth(190);
    m_progress->setAccessibleName(tr("Progress"));

    m_halfTempo = button(QStringLiteral("\u00bd"), tr("Halve the tempo: use every other beat"));
    m_doubleTempo =
        button(QStringLiteral("\u00d72"), tr("Double the tempo: use twice as many beats"));
    m_halfTempo->setObjectName(QStringLiteral("halfTempo"));
    m_doubleTempo->setObjectName(QStringLiteral("doubleTempo"));
    m_tapTempo = button(tr("Tap"), tr("Tap along with the beats, at least four times; beats, bars "
                                      "and notes follow your tempo"));
    m_tapTempo->setObjectName(QStringLiteral("tapTempo"));
    m_tapClock.start();
    m_tempo = new QDoubleSpinBox(this);
    m_tempo->setObjectName(QStringLiteral("tempo"));
    m_tempo->setRange(kSlowest, kFastest);
    m_tempo->setDecimals(1);
    m_tempo->setSuffix(tr(" bpm"));
    m_tempo->setKeyboardTracking(false); // wait for Enter before using a typed number
    m_tempo->setAccessibleName(tr("Tempo of the recording"));
    m_tempo->setMinimumHeight(28);
    connect(m_tempo, &QDoubleSpinBox::valueChanged, this, &ArrangeDock::tempoRequested);
    connect(m_halfTempo, &QToolButton::clicked, this,
            [this] { Q_EMIT tempoRequested(m_shownTempo / 2); });
    connect(m_doubleTempo, &QToolButton::clicked, this,
            [this] { Q_EMIT tempoRequested(m_shownTempo * 2); });
    connect(m_tapTempo, &QToolButton::pressed, this, [this] {
        m_tappedTempo = m_taps.tap(double(m_tapClock.nsecsElapsed()) * 1e-9);
        if (m_tappedTempo >= kSlowest && m_tappedTempo <= kFastest) {
            m_tapRest.start(int(1.5 * 60'000 / m_tappedTempo)); // a beat and a half
        }
    });
    m_tapRest.setSingleShot(true);
    connect(&m_tapRest, &QTimer::timeout, this, [this] { Q_EMIT tempoRequested(m_tappedTempo); });

    const auto slider = [this](const QString& name, const QString& tip, int reach, int page) {
        auto* made = new widgets::KeySlider(Qt::Horizontal, this);
        made->setRange(-reach, reach);
        made->setPageStep(page);
        made->setMinimumWidth(70);
        made->setMaximumWidth(150);
        made->setMinimumHeight(24);
        made->setAccessibleName(name);
        made->setToolTip(tip);
        return made;
    };
    m_density = slider(tr("Density"), tr("Write fewer or more notes"), kDensitySteps, 5);
    m_density->setObjectName(QStringLiteral("density"));
    m_lift = slider(tr("Register"), tr("Move lower or higher; chords keep their notes"),
                    arrange::kMostLift, 12);
    m_lift->setObjectName(QStringLiteral("register"));
    m_densityValue = new QLabel(this);
    m_liftValue = new QLabel(this);
    for (QLabel* value : {m_densityValue, m_liftValue}) {
        value->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("+24 ")));
        value->setForegroundRole(QPalette::PlaceholderText);
    }
    m_fromPlayhead = new QCheckBox(tr("Rewrite from playhead"), this);
    m_fromPlayhead->setToolTip(tr("Keep the music before the playhead as it is"));
    m_view = new widgets::RecordingView(this);
    m_view->setHint(tr("Drop a recording here (WAV, FLAC, Ogg, MP3) to see its beats and chords "
                       "and get a piano arrangement that keeps its time"));

    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_open);
    head->addWidget(m_title, 2);
    head->addWidget(m_status, 3);
    head->addWidget(m_progress);
    head->addWidget(m_cancel);
    const auto group = [this](std::initializer_list<QWidget*> parts) {
        auto* made = new QWidget(this);
        auto* line = new QHBoxLayout(made);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(6);
        for (QWidget* part : parts) {
            line->addWidget(part, qobject_cast<QSlider*>(part) != nullptr ? 1 : 0);
        }
        return made;
    };
    auto* tools = new widgets::FlowLayout(6);
    tools->addWidget(m_play);
    for (QAbstractButton* one : m_playbackMode->buttons()) {
        tools->addWidget(one);
    }
    tools->addWidget(group({m_writes->button(int(Writes::Arrangement)),
                            m_writes->button(int(Writes::Transcription)), m_quantise}));
    tools->addWidget(m_manner);
    tools->addWidget(
        group({new QLabel(tr("Tempo"), this), m_tempo, m_halfTempo, m_doubleTempo, m_tapTempo}));
    tools->addWidget(group({new QLabel(tr("Density"), this), m_density, m_densityValue}));
    tools->addWidget(group({new QLabel(tr("Register"), this), m_lift, m_liftValue}));
    tools->addWidget(m_fromPlayhead);
    tools->addWidget(m_save);
    tools->addWidget(m_saveMix);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 6, 8, 0);
    column->setSpacing(4);
    column->addLayout(head);
    column->addLayout(tools);
    column->addWidget(m_view, 1);

    for (QSlider* one : {m_density, m_lift}) {
        connect(one, &QSlider::valueChanged, this, [this] {
            showValues();
            Q_EMIT controlsChanged();
        });
    }
    showValues();
    setProgress({});
    setTempo(0);
    setReady(false);
    setPlaying(false);
}

void ArrangeDock::setTitle(const QString& title) { m_title->setText(title); }

void ArrangeDock::setStatus(const QString& status) { m_status->setText(status); }

QString ArrangeDock::status() const { return m_status->text(); }

void ArrangeDock::setProgress(const QString& what, std::size_t done, std::size_t total) {
    const bool busy = !what.isEmpty();
    m_progress->setVisible(busy);
    m_cancel->setVisible(busy);
    m_progress->setRange(0, int(total)); // 0 to 0: busy indicator for an unknown total
    m_progress->setValue(int(done));
    m_progress->setFormat(what);
}

void ArrangeDock::setReady(bool notes) {
    m_ready = notes;
    enable();
}

void ArrangeDock::setTempo(double bpm, const QString& doubt) {
    const QSignalBlocker quiet(m_tempo);
    m_shownTempo = bpm;
    m_tempo->setValue(bpm);
    const QString tip = tr("Enter another tempo; beats, bars and notes follow it");
    m_tempo->setToolTip(doubt.isEmpty() ? tip : tr("%1. %2").arg(doubt, tip));
    enable();
}

double ArrangeDock::tempo() const { return m_shownTempo; }

void ArrangeDock::setSound(bool there) {
    m_sound = there;
    enable();
}

ArrangeDock::PlaybackMode ArrangeDock::playbackMode() const {
    return m_sound ? PlaybackMode(m_playbackMode->checkedId()) : PlaybackMode::Arrangement;
}

void ArrangeDock::setPlaybackMode(PlaybackMode playbackMode) {
    playbackModeButton(playbackMode)->setChecked(true);
    Q_EMIT playbackModeChanged();
}

QToolButton* ArrangeDock::playbackModeButton(PlaybackMode playbackMode) const {
    return static_cast<QToolButton*>(m_playbackMode->button(int(playbackMode)));
}

ArrangeDock::Writes ArrangeDock::writes() const { return Writes(m_writes->checkedId()); }

void ArrangeDock::setWrites(Writes writes) {
    writesButton(writes)->setChecked(true);
    enable();
}

bool ArrangeDock::quantise() const { return m_quantise->isChecked(); }

QToolButton* ArrangeDock::writesButton(Writes writes) const {
    return static_cast<QToolButton*>(m_writes->button(int(writes)));
}

void ArrangeDock::enable() {
    m_saveMix->setEnabled(m_ready && m_sound);
    for (QAbstractButton* one : m_playbackMode->buttons()) {
        one->setEnabled(m_ready && m_sound);
    }
    const bool beats = m_ready && m_shownTempo > 0;
    m_tempo->setEnabled(beats);
    m_tapTempo->setEnabled(m_ready);
    m_halfTempo->setEnabled(beats && m_shownTempo / 2 >= kSlowest);
    m_doubleTempo->setEnabled(beats && m_shownTempo * 2 <= kFastest);
    m_play->setEnabled(m_ready);
    m_save->setEnabled(m_ready);
    for (QAbstractButton* one : m_writes->buttons()) {
        one->setEnabled(m_ready);
    }
    const bool arranging = writes() == Writes::Arrangement;
    for (QWidget* one :
         std::initializer_list<QWidget*>{m_manner, m_density, m_lift, m_fromPlayhead}) {
        one->setEnabled(m_ready && arranging);
    }
    m_quantise->setEnabled(m_ready && !arranging);
}

void ArrangeDock::setPlaying(bool playing) {
    m_playing = playing;
    m_play->setText(playing ? tr("Stop") : tr("Play"));
    setIcons();
}

arrange::Controls ArrangeDock::controls() const {
    return {.density = double(m_density->value()) / kDensitySteps, .lift = m_lift->value()};
}

ArrangeDock::Manner ArrangeDock::manner() const { return Manner(m_manner->currentIndex()); }

void ArrangeDock::showValues() {
    const auto signedText = [](int value) {
        return value > 0 ? QStringLiteral("+%L1").arg(value) : QLocale().toString(value);
    };
    m_densityValue->setText(signedText(m_density->value()));
    m_liftValue->setText(signedText(m_lift->value()));
}

void ArrangeDock::setIcons() {
    m_play->setIcon(
        widgets::icon(m_playing ? widgets::Icon::Stop : widgets::Icon::Play, palette()));
}

void ArrangeDock::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        setIcons();
    }
}

} // namespace canto::app
