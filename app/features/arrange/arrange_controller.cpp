// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/arrange/arrange_controller.h"

#include "app/workspace/action_table.h"
#include "app/workspace/file_dialogs.h"
#include "app/workspace/qt_text.h"
#include "core/arrange/performance.h"
#include "core/sound/audio_file.h"
#include "widgets/song/recording_view.h"

#include <QCheckBox>
#include <QFileInfo>
#include <QSlider>
#include <QToolButton>
#include <tuple>

namespace canto::app {
namespace {

constexpr int kRestMs = 250;
constexpr int kHeight = 330; ///< pixels; a lower panel grows to this when a recording is opened

} // namespace

ArrangeController::ArrangeController(Workspace& workspace, OpenArranger open)
    : m_workspace(workspace), m_player(workspace.player()),
      m_dock(new ArrangeDock(&workspace.window())), m_writer(makeWriter(std::move(open))) {
    m_dock->setWindowTitle(tr("Arrangement"));
    m_later.setSingleShot(true);
    m_later.setInterval(kRestMs);
    connect(&m_later, &QTimer::timeout, this, &ArrangeController::rewrite);
    m_laterTempo.setSingleShot(true);
    m_laterTempo.setInterval(kRestMs);
    connect(m_dock, &ArrangeDock::tempoRequested, this, [this](double bpm) {
        m_askedTempo = bpm;
        m_laterTempo.start();
    });
    connect(&m_laterTempo, &QTimer::timeout, this, [this] { requestTempo(m_askedTempo); });
    connect(m_dock, &ArrangeDock::controlsChanged, &m_later, qOverload<>(&QTimer::start));
    connect(m_dock->openButton(), &QToolButton::clicked, this, &ArrangeController::chooseFile);
    connect(m_dock->cancelButton(), &QToolButton::clicked, this, &ArrangeController::cancel);
    connect(m_dock->playButton(), &QToolButton::clicked, this, &ArrangeController::toggle);
    connect(m_dock->saveButton(), &QToolButton::clicked, this, [this] {
        if (m_song) {
            Q_EMIT saveAsked(m_song, m_song->bars(), name());
        }
    });
    connect(m_dock->saveMixButton(), &QToolButton::clicked, this, [this] {
        if (m_song && m_recording) {
            Q_EMIT saveMixAsked(m_song, text(m_recording->path.string()), name());
        }
    });
    connect(m_dock, &ArrangeDock::writesChanged, this, &ArrangeController::chooseNotes);
    connect(m_dock, &ArrangeDock::playbackModeChanged, this, [this] {
        if (item()) {
            m_player.setLevels(levels().first, levels().second);
        }
    });
    connect(m_dock->view(), &widgets::RecordingView::seekRequested, this, &ArrangeController::seek);
    connect(&m_player, &Player::moved, this, &ArrangeController::moved);
    const auto showPlaying = [this] { m_dock->setPlaying(m_player.playing() && item()); };
    connect(&m_player, &Player::playingChanged, this, showPlaying);
    connect(&m_player, &Player::currentItemChanged, this, showPlaying);
}

ArrangeController::~ArrangeController() { m_player.disconnect(this); }

void ArrangeController::showProgress(Work work, std::size_t done, std::size_t total) {
    m_dock->setProgress(work == Work::Analysing   ? tr("Analysing: %v of %m s")
                        : work == Work::Arranging ? tr("Arranging: bar %v of %m")
                        : work == Work::Examples  ? tr("Reading examples: %v of %m")
                                                  : tr("Detecting notes: %v of %m s"),
                        done, total);
}

void ArrangeController::showSound(const sound::SoundPtr& sound) {
    m_sound = sound;
    m_dock->setSound(sound != nullptr);
    if (!sound) {
        Q_EMIT notice(tr("The recording is too long to play along with the arrangement"));
    }
}

std::vector<Panel> ArrangeController::panels() {
    return {{.id = "arrangeDock",
             .widget = m_dock,
             .place = Panel::Place::Below,
             .scrolls = true,
             .raisedHeight = kHeight}};
}

void ArrangeController::addActions(ActionTable& table) {
    table.add(MenuId::File, 0, tr("&Arrange recording for piano..."), QKeySequence(tr("Ctrl+R")),
              [this] { chooseFile(); });
}

Feature::Takes ArrangeController::takes(const QString& path) const {
    return sound::isAudioFile(path.toStdString()) ? Takes::Kind : Takes::No;
}

void ArrangeController::chooseFile() {
    const QString path = app::chooseFile(
        &m_workspace.window(), "recording", tr("Arrange recording"),
        tr("Recordings (*.wav *.flac *.ogg *.opus *.mp3 *.aif *.aiff);;All files (*)"));
    if (!path.isEmpty()) {
        open(path);
    }
}

void ArrangeController::open(const QString& path) {
    Q_EMIT raiseWanted(m_dock);
    m_later.stop();
    m_laterTempo.stop();
    ask();
    setStage(Stage::Analysing);
    analyse(path.toStdString());
}

void ArrangeController::setStage(Stage stage) {
    m_stage = stage;
    switch (stage) {
    case Stage::Analysing:
        m_dock->setProgress(tr("Analysing"));
        break;
    case Stage::Writing:
        m_dock->setProgress(tr("Arranging"));
        break;
    case Stage::Idle:
        m_dock->setProgress({});
        break;
    }
}

QString ArrangeController::name() const {
    const bool arranged = m_dock->writes() == ArrangeDock::Writes::Arrangement;
    return m_recording ? (arranged ? tr("%1 (piano)") : tr("%1 (transcribed)"))
                             .arg(QFileInfo(text(m_recording->path.string())).completeBaseName())
                       : QString();
}

bool ArrangeController::steady() const {
    return m_recording->recording.analysis.beats.steadiness >= audio::kSteadyBeat;
}

void ArrangeController::analysed(const RecordingPtr& recording) {
    m_sound = nullptr;
    m_dock->setSound(false);
    m_detected = nullptr;
    m_dock->setWrites(ArrangeDock::Writes::Arrangement);
    showRecording(recording);
}

void ArrangeController::tracked(const RecordingPtr& recording) {
    const double playhead = m_dock->view()->playhead();
    showRecording(recording);
    m_dock->view()->setPlayhead(playhead);
    if (m_dock->writes() == ArrangeDock::Writes::Transcription) {
        transcribeTracked();
    }
}

void ArrangeController::requestTempo(double bpm) {
    if (!m_recording || m_stage == Stage::Analysing) {
        return;
    }
    m_later.stop();
    ask();
    setStage(Stage::Analysing);
    trackAgain(bpm);
}

void ArrangeController::showTempo() {
    if (!m_recording) {
        m_dock->setTempo(0);
        return;
    }
    const audio::Beats& beats = m_recording->recording.analysis.beats;
    QStringList others;
    for (const audio::TempoAlternative& other : beats.alternatives) {
        others.append(
            tr("%L1 bpm (%L2 %)").arg(other.bpm, 0, 'f', 0).arg(100 * other.share, 0, 'f', 0));
    }
    m_dock->setTempo(beats.bpm,
                     others.isEmpty()
                         ? QString()
                         : tr("Also possible: %1").arg(others.join(QStringLiteral(", "))));
}

void ArrangeController::showRecording(const RecordingPtr& recording) {
    if (item()) {
        m_player.stop(); // its song belongs to the recording or beats that are replaced
    }
    m_playId = 0;
    m_recording = recording;
    m_arrangement = nullptr;
    m_song = nullptr;
    const audio::AudioAnalysis& item = recording->recording.analysis;
    widgets::RecordingMarks marks;
    marks.beats = item.beats.times;
    for (const int position : item.metre.position) {
        marks.bars.push_back(position == 0);
    }
    marks.chords = item.chordSpans();
    marks.sections = item.sections;
    const auto time = arrange::songTimeOf(item.beats.times, item.metre.position);
    const auto downbeats = item.downbeats();
    if (time && !downbeats.empty()) {
        marks.firstBar = time->metre.barAt(time->tempo.tickAt(downbeats.front())) + 1;
    }
    m_dock->view()->setRecording({recording, &recording->outline}, std::move(marks));
    m_dock->setTitle(QFileInfo(text(recording->path.string())).fileName());
    m_dock->setStatus(
        tr("%1, %L2 bpm").arg(widgets::keyName(item.key)).arg(item.beats.bpm, 0, 'f', 0));
    showTempo();
    m_dock->setReady(false);
    setStage(Stage::Writing);
    if (!steady()) {
        Q_EMIT problem(coreText(item.remarks.front()), tr("The arrangement is made anyway."));
    }
    if (m_dock->writes() == ArrangeDock::Writes::Arrangement && !asked()) {
        rewrite();
    }
}

void ArrangeController::showSong(const SongPtr& song, double written) {
    m_song = song;
    m_dock->view()->setNotes(song, written);
    m_dock->setReady(true);
    if (item()) {
        m_player.grow(song, m_stage == Stage::Idle || m_arrangement != nullptr);
    }
}

void ArrangeController::grew(const SongPtr& song, double seconds) {
    showSong(song, m_arrangement ? m_recording->outline.seconds() : seconds);
}

void ArrangeController::arranged(const ArrangementPtr& arrangement) {
    m_arrangement = arrangement;
    setStage(Stage::Idle);
    showSong({arrangement, &arrangement->song}, m_recording->outline.seconds());
    m_dock->setStatus(arrangementStatus());
    m_player.offer(asItem());
    Q_EMIT finished();
}

QString ArrangeController::arrangementStatus() const {
    const audio::AudioAnalysis& item = m_recording->recording.analysis;
    QStringList facts{
        widgets::keyName(item.key), tr("%L1 bpm").arg(item.beats.bpm, 0, 'f', 0),
        tr("%Ln bar(s)", nullptr, int(m_arrangement->bars)),
        m_arrangement->arranger == "rules"      ? tr("arranged by rules")
        : m_arrangement->arranger == "examples" ? tr("arranged by example")
                                                : tr("neural arrangement"),
        tr("onset agreement %L1 %").arg(100 * m_arrangement->onsetCorrelation, 0, 'f', 0)};
    if (!steady()) {
        facts.append(tr("no steady beat"));
    } else {
        for (const std::string& remark : item.remarks) {
            facts.append(coreText(remark));
        }
    }
    return facts.join(QStringLiteral(" \u00b7 "));
}

void ArrangeController::failed(const Error& error) {
    setStage(Stage::Idle);
    restoreNotes();
    showTempo();
    if (error.code != Error::Code::Cancelled) {
        Q_EMIT problem(
            text(error.where.empty() ? error.what : error.what + " (" + error.where + ")"),
            text(error.hint));
    }
}

void ArrangeController::cancel() {
    m_task.cancel();
    m_later.stop();
    m_laterTempo.stop();
    setStage(Stage::Idle);
    showTempo();
    restoreNotes(); // a half-finished change is undone
}

void ArrangeController::ask() {
    m_asked = m_dock->controls();
    m_askedManner = m_dock->manner();
}

bool ArrangeController::asked() const {
    return m_dock->controls() == m_asked && m_dock->manner() == m_askedManner;
}

void ArrangeController::rewrite() {
    if (!m_recording || m_stage == Stage::Analysing ||
        m_dock->writes() == ArrangeDock::Writes::Transcription) {
        return;
    }
    ask();
    const double from = m_dock->fromPlayhead()->isChecked() && m_arrangement
                            ? std::max(0.0, m_dock->view()->playhead())
                            : 0.0;
    setStage(Stage::Writing);
    arrangeAgain(from);
}

bool ArrangeController::item() const {
    return m_playId != 0 && m_player.playId() == m_playId &&
           m_player.currentItem().kind == PlaybackItem::Kind::Arranged;
}

std::pair<float, float> ArrangeController::levels() const {
    switch (m_dock->playbackMode()) {
    case ArrangeDock::PlaybackMode::Recording:
        return {0.0F, 1.0F};
    case ArrangeDock::PlaybackMode::Arrangement:
        return {1.0F, 0.0F};
    case ArrangeDock::PlaybackMode::Both:
        break;
    }
    return {1.0F, 1.0F};
}

PlaybackItem ArrangeController::asItem() const {
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Arranged;
    item.song = m_song;
    item.beside = m_sound;
    std::tie(item.songLevel, item.besideLevel) = levels();
    item.title = name();
    item.caption =
        m_arrangement || m_detected ? tr("%1, %2").arg(name(), m_dock->status()) : name();
    return item;
}

void ArrangeController::toggle() {
    if (m_player.playing() && item()) {
        m_player.stop();
        return;
    }
    if (!m_song) {
        return;
    }
    const double from = m_dock->view()->playhead();
    m_player.pressed();
    m_player.play(asItem(), m_stage != Stage::Idle && !m_arrangement);
    m_playId = m_player.playId();
    if (from > 0 && from < m_recording->outline.seconds() - 0.5) {
        m_player.engine().seek(m_song->tempo.tickAt(from));
    }
    m_dock->setPlaying(true);
}

void ArrangeController::seek(double seconds) {
    m_dock->view()->setPlayhead(seconds);
    if (m_player.playing() && item()) {
        m_player.seek(m_song->tempo.tickAt(seconds));
    }
}

music::Tick ArrangeController::playheadTick() const {
    const double seconds = m_dock->view()->playhead();
    return m_song && seconds > 0 ? m_song->tempo.tickAt(seconds) : 0;
}

void ArrangeController::toStart() { seek(0); }

void ArrangeController::moved(const sound::Position& position) {
    if (position.playing && position.id == m_playId) {
        m_dock->view()->setPlayhead(position.seconds);
    }
}

} // namespace canto::app
