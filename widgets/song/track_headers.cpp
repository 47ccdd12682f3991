// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/track_headers.h"

#include "widgets/common/elided_button.h"
#include "widgets/common/elided_combo.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/song/general_midi.h"
#include "widgets/song/pianoroll_paint.h"

#include <QEvent>
#include <QGridLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <algorithm>

namespace canto::widgets {

namespace {

constexpr int kTrackVolumeSteps = 100; ///< of the track's own volume
constexpr int kPanSteps = 50;
constexpr std::size_t kMostHeaders = 32;

QToolButton* smallSwitch(const QString& text, const QString& name, QWidget* parent) {
    auto* made = new QToolButton(parent);
    made->setText(text);
    made->setCheckable(true);
    made->setAccessibleName(name);
    made->setToolTip(name);
    return made;
}

QSlider* smallSlider(int low, int high, const QString& name, QWidget* parent) {
    auto* made = new QSlider(Qt::Horizontal, parent);
    made->setRange(low, high);
    made->setMinimumWidth(40);
    made->setAccessibleName(name);
    made->setToolTip(name);
    return made;
}

/// Another instrument is an edit of the phrase: it is chosen from the list, which Space opens,
/// never by an arrow key or the wheel on the way past.
class ProgramBox final : public ElidedCombo {
  public:
    using ElidedCombo::ElidedCombo;

  protected:
    void keyPressEvent(QKeyEvent* event) override {
        const bool opens = event->key() == Qt::Key_Space || event->key() == Qt::Key_F4 ||
                           (event->key() == Qt::Key_Down && event->modifiers() == Qt::AltModifier);
        if (opens) {
            showPopup();
        } else {
            event->ignore();
        }
    }
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

/// Tracks with notes, and whether they are drums.
std::vector<std::pair<std::size_t, bool>> soundingTracks(const music::Song& song) {
    std::vector<int> kinds(song.tracks.size(), -1); // 1: drums, 0: pitched
    for (const music::Note& note : song.notes) {
        if (note.track < kinds.size() && kinds[note.track] < 0) {
            kinds[note.track] = note.isDrum() ? 1 : 0;
        }
    }
    std::vector<std::pair<std::size_t, bool>> tracks;
    for (std::size_t track = 0; track < kinds.size(); ++track) {
        if (kinds[track] >= 0) {
            tracks.emplace_back(track, kinds[track] == 1);
        }
    }
    return tracks;
}

} // namespace

TrackHeaders::TrackHeaders(QWidget* parent) : QScrollArea(parent) {
    setObjectName(QStringLiteral("trackHeaders"));
    setAccessibleName(tr("Tracks"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus); // what it holds takes the focus
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFixedWidth(kWidth);
    rebuild({});
}

void TrackHeaders::setSong(std::shared_ptr<const music::Song> song) {
    const bool same = song && m_song && song->tracks == m_song->tracks;
    m_song = std::move(song);
    auto tracks = m_song ? soundingTracks(*m_song) : decltype(soundingTracks(*m_song)){};
    if (same) { // a track whose last note was deleted can be drawn on again
        for (const Row& row : m_rows) {
            const bool there = std::any_of(tracks.begin(), tracks.end(), [&](const auto& other) {
                return other.first == row.track;
            });
            if (!there) {
                tracks.emplace_back(row.track, row.drums);
            }
        }
        std::sort(tracks.begin(), tracks.end());
    }
    tracks.resize(std::min(tracks.size(), kMostHeaders));
    const bool equal =
        same && std::equal(m_rows.begin(), m_rows.end(), tracks.begin(), tracks.end(),
                           [](const Row& row, const auto& track) {
                               return row.track == track.first && row.drums == track.second;
                           });
    if (!equal) {
        rebuild(tracks);
    }
    showPrograms();
    showMix();
}

void TrackHeaders::rebuild(const std::vector<std::pair<std::size_t, bool>>& tracks) {
    m_rows.clear();
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    for (const auto& [track, drums] : tracks) {
        column->addWidget(addRow(track, drums));
    }
    column->addStretch(1);
    if (QWidget* old = takeWidget()) {
        old->hide();
        old->deleteLater(); // one of its controls may be what asked for this
    }
    setWidget(content);
    paintSwatches();
}

QWidget* TrackHeaders::addRow(std::size_t track, bool drums) {
    Row row;
    row.track = track;
    row.drums = drums;
    auto* box = new QWidget;
    QString name = oneLine(QString::fromUtf8(m_song->tracks[track].name.c_str()));
    if (name.isEmpty()) {
        name = tr("Track %1").arg(track + 1);
    }
    row.name = new ElidedButton(box);
    row.name->setText(escapeMnemonics(name));
    row.name->setAccessibleName(tr("Draw on %1").arg(name));
    row.name->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    row.name->setCheckable(true);
    row.name->setAutoRaise(true);
    row.name->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    row.mute = smallSwitch(tr("M", "mute"), tr("Mute %1").arg(name), box);
    row.solo = smallSwitch(tr("S", "solo"), tr("Solo %1").arg(name), box);
    row.volume = smallSlider(0, 127, tr("Volume of %1").arg(name), box);
    row.pan = smallSlider(-kPanSteps, kPanSteps, tr("Pan of %1").arg(name), box);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(4);
    grid->addWidget(row.name, 0, 0, 1, 2);
    grid->addWidget(row.mute, 0, 2);
    grid->addWidget(row.solo, 0, 3);
    grid->addWidget(row.volume, 1, 0);
    grid->addWidget(row.pan, 1, 1);
    if (!drums) {
        row.program = new ProgramBox(box);
        row.program->setAccessibleName(tr("Instrument of %1").arg(name));
        row.program->setMaximumWidth(90);
        for (int program = 0; program < 128; ++program) {
            row.program->addItem(programName(program));
        }
        grid->addWidget(row.program, 1, 2, 1, 2);
        connect(row.program, &QComboBox::activated, this,
                [this, track](int program) { Q_EMIT programChosen(track, program); });
    }
    connect(row.name, &QToolButton::clicked, this, [this, track] {
        setActiveTrack(track);
        Q_EMIT trackChosen(track);
    });
    connect(row.mute, &QToolButton::toggled, this, [this, track](bool on) {
        choose(
            track, [](music::TrackLevel& level, int value) { level.mute = value != 0; }, on);
    });
    connect(row.solo, &QToolButton::toggled, this, [this, track](bool on) {
        choose(
            track, [](music::TrackLevel& level, int value) { level.solo = value != 0; }, on);
    });
    connect(row.volume, &QSlider::valueChanged, this, [this, track](int value) {
        choose(
            track,
            [](music::TrackLevel& level, int v) { level.volume = v / double(kTrackVolumeSteps); },
            value);
    });
    connect(row.pan, &QSlider::valueChanged, this, [this, track](int value) {
        choose(
            track, [](music::TrackLevel& level, int v) { level.pan = v / double(kPanSteps); },
            value);
    });
    m_rows.push_back(row);
    return box;
}

void TrackHeaders::choose(std::size_t track, void (*change)(music::TrackLevel& level, int value),
                          int value) {
    if (m_mix.size() <= track) {
        m_mix.resize(track + 1);
    }
    change(m_mix[track], value);
    Q_EMIT mixChosen(m_mix);
}

void TrackHeaders::setMix(music::TrackMix mix) {
    m_mix = std::move(mix);
    showMix();
}

void TrackHeaders::showMix() {
    for (const Row& row : m_rows) {
        const music::TrackLevel level =
            row.track < m_mix.size() ? m_mix[row.track] : music::TrackLevel{};
        const QSignalBlocker a(row.mute), b(row.solo), c(row.volume), d(row.pan);
        row.mute->setChecked(level.mute);
        row.solo->setChecked(level.solo);
        row.volume->setValue(qRound(level.volume * kTrackVolumeSteps));
        row.pan->setValue(qRound(level.pan * kPanSteps));
    }
}

void TrackHeaders::showPrograms() {
    for (const Row& row : m_rows) {
        if (row.program == nullptr || !m_song) {
            continue;
        }
        const auto note =
            std::find_if(m_song->notes.begin(), m_song->notes.end(), [&row](const music::Note& n) {
                return n.track == row.track && !n.isDrum();
            });
        row.program->setEnabled(note != m_song->notes.end());
        if (note != m_song->notes.end()) {
            const QSignalBlocker quiet(row.program);
            row.program->setCurrentIndex(note->program & 127);
        }
    }
}

void TrackHeaders::setActiveTrack(std::size_t track) {
    m_active = track;
    paintSwatches();
}

void TrackHeaders::paintSwatches() {
    const bool dark = themeOf(*this).dark;
    for (const Row& row : m_rows) {
        QPixmap swatch(12, 12);
        swatch.fill(Qt::transparent);
        QPainter painter(&swatch);
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setPen(Qt::NoPen);
        painter.setBrush(trackColour(row.track, dark));
        painter.drawRoundedRect(QRectF(1, 1, 10, 10), 2, 2);
        painter.end();
        row.name->setIcon(QIcon(swatch));
        row.name->setChecked(row.track == m_active);
    }
}

void TrackHeaders::changeEvent(QEvent* event) {
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        paintSwatches();
    }
}

std::vector<std::size_t> TrackHeaders::tracks() const {
    std::vector<std::size_t> all;
    for (const Row& row : m_rows) {
        all.push_back(row.track);
    }
    return all;
}

const TrackHeaders::Row* TrackHeaders::rowOf(std::size_t track) const {
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [track](const Row& row) { return row.track == track; });
    return found != m_rows.end() ? &*found : nullptr;
}

QToolButton* TrackHeaders::muteButton(std::size_t track) const {
    const Row* row = rowOf(track);
    return row != nullptr ? row->mute : nullptr;
}
QToolButton* TrackHeaders::soloButton(std::size_t track) const {
    const Row* row = rowOf(track);
    return row != nullptr ? row->solo : nullptr;
}
QSlider* TrackHeaders::volumeSlider(std::size_t track) const {
    const Row* row = rowOf(track);
    return row != nullptr ? row->volume : nullptr;
}
QSlider* TrackHeaders::panSlider(std::size_t track) const {
    const Row* row = rowOf(track);
    return row != nullptr ? row->pan : nullptr;
}
ElidedCombo* TrackHeaders::programBox(std::size_t track) const {
    const Row* row = rowOf(track);
    return row != nullptr ? row->program : nullptr;
}

} // namespace canto::widgets
