// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/keyboard/keyboard_controller.h"

#include "app/workspace/action_table.h"
#include "app/workspace/map_point.h"
#include "app/workspace/phrase_tempo.h"
#include "app/workspace/qt_text.h"
#include "core/sound/clock.h"

#include <QAction>
#include <QPushButton>
#include <QVariantMap>
#include <cmath>
#include <utility>

namespace canto::app {
namespace {

const auto kChoicesKey = QStringLiteral("keyboard/choices");
constexpr int kLookMs = 5;
constexpr int kLongestClicks = 128; ///< bars of a metronome
constexpr double kPauseBars = 2;    ///< of silence, after which bars are counted from 0 again
constexpr int kHighClick = 76, kLowClick = 77; ///< woodblocks

/// Clicks on each beat, from the count-in on.
SongPtr clicks(double bpm, int bars, int audibleBars) {
    auto song = std::make_shared<music::Song>();
    song->tracks = {{"Metronome"}};
    song->tempo =
        music::TempoMap(song->ticksPerQuarter, {{0, std::uint32_t(std::lround(60e6 / bpm))}});
    for (int beat = 0; beat < bars * PhraseRecorder::kBeats; ++beat) {
        const bool first = beat % PhraseRecorder::kBeats == 0;
        music::Note note;
        note.start = music::Tick(beat) * song->ticksPerQuarter;
        note.length = song->ticksPerQuarter / 4;
        note.channel = music::kDrumChannel;
        note.pitch = std::uint8_t(first ? kHighClick : kLowClick);
        note.velocity = first ? 110 : 80;
        if (beat < audibleBars * PhraseRecorder::kBeats) {
            song->notes.push_back(note);
        }
    }
    song->finish();
    return song;
}

} // namespace

KeyboardController::KeyboardController(Workspace& workspace, Clock clock)
    : m_workspace(workspace), m_clock(clock ? std::move(clock) : Clock(sound::nowNs)),
      m_panel(new KeyboardPanel(&workspace.window())) {
    m_panel->setChoices(workspace.settings().value(kChoicesKey).toMap());
    m_timer.setInterval(kLookMs);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &KeyboardController::look);
    connect(&workspace.midiInput(), &MidiInput::arrived, this, &KeyboardController::onMessage);
    connect(&workspace.player(), &Player::moved, this, &KeyboardController::followMetronome);
    connect(&workspace, &Workspace::modelChanged, this, &KeyboardController::showModel);
    connect(&workspace, &Workspace::spaceLeaving, this, [this] {
        m_place.cancel();
        m_phrase.cancel();
        m_find.cancel();
        m_recorded = {};
        m_mark.reset();
    });
    connect(m_panel, &KeyboardPanel::changed, this, &KeyboardController::applyChoices);
    connect(m_panel, &KeyboardPanel::recordAsked, this, &KeyboardController::record);
    connect(m_panel, &KeyboardPanel::nearestAsked, this, &KeyboardController::findNearest);
    connect(m_panel, &KeyboardPanel::inputsAsked, this, &KeyboardController::preferencesWanted);
    applyChoices();
    showModel();
}

std::vector<Panel> KeyboardController::panels() {
    return {{.id = "keyboardDock",
             .widget = m_panel,
             .place = Panel::Place::Right,
             .scrolls = true,
             .open = false}};
}

void KeyboardController::addActions(ActionTable& table) {
    table.add(MenuId::Play, 2, tr("Show &keyboard"), QKeySequence(tr("Ctrl+Shift+K")),
              [this] { Q_EMIT raiseWanted(m_panel); });
    QAction* record = table.addSwitch(MenuId::Play, 2, tr("Re&cord from the keyboard"),
                                      QKeySequence(tr("R")), false, [this](bool on) {
                                          if (on != m_recording) {
                                              m_panel->recordButton()->setChecked(on);
                                          }
                                      });
    connect(m_panel->recordButton(), &QPushButton::toggled, record, &QAction::setChecked);
    m_workspace.controls().addTrigger(QStringLiteral("keyboard/record"), tr("Record"),
                                      [this] { m_panel->recordButton()->toggle(); });
    m_workspace.controls().attach(QStringLiteral("keyboard/record"), m_panel->recordButton());
}

void KeyboardController::closing() {
    m_timer.stop();
    m_workspace.settings().setValue(kChoicesKey, m_panel->choices());
}

void KeyboardController::applyChoices() {
    MidiInput& input = m_workspace.midiInput();
    sound::AudioEngine& engine = m_workspace.player().engine();
    input.setPlayAlong(m_panel->playAlong());
    input.setOwnInstrument(m_panel->program() >= 0);
    engine.setKeyboardOut(m_panel->outChannel());
    if (m_panel->program() >= 0) {
        engine.program(sound::kKeyboardChannel, m_panel->program());
    }
    m_workspace.settings().setValue(kChoicesKey, m_panel->choices());
}

void KeyboardController::showModel() {
    const auto& model = m_workspace.model();
    const bool can = model && model->info().can.encode;
    m_panel->setCannotFollow(can     ? QString()
                             : model ? tr("The model of this space cannot encode notes.")
                                     : tr("The model is not loaded yet."));
}

double KeyboardController::bpm() const {
    const Player& player = m_workspace.player();
    return player.tempo() > 0          ? player.tempo()
           : player.currentItem().song ? tempoOf(player.currentItem())
                                       : kDefaultTempo;
}

int KeyboardController::phraseBars() const {
    const auto& model = m_workspace.model();
    return model ? std::max(model->info().phraseBars, 1) : 2;
}

// ---- recording ----

void KeyboardController::record(bool on) {
    if (on == m_recording) {
        return;
    }
    if (!on) {
        finish();
        return;
    }
    m_recording = true;
    m_panel->setRecording(true);
    const PhraseRecorder::Options options{bpm(), m_panel->grid(), std::max(m_panel->program(), 0)};
    m_recorder.begin(options, std::nullopt);
    if (m_panel->countIn() || m_panel->metronome()) {
        startMetronome();
        m_panel->setStatus(m_panel->countIn() ? tr("Count-in...") : tr("Recording..."));
    } else {
        m_workspace.player().stop();
        m_panel->setStatus(tr("Play: the recording begins with your first note"));
    }
    m_timer.start();
}

void KeyboardController::startMetronome() {
    Player& player = m_workspace.player();
    player.stop();
    m_clickFactor = player.tempoFactor(); // in force for whatever plays
    m_countBars = m_panel->countIn() ? 1 : 0;
    const int audible = m_panel->metronome() ? kLongestClicks : m_countBars;
    sound::PlayOptions options;
    options.bars = kLongestClicks;
    m_metronome =
        player.engine().play(clicks(bpm() / m_clickFactor, kLongestClicks, audible), options);
    m_recorder.setStart(m_clock() + std::int64_t(3600e9)); // not before the clicks sound
}

void KeyboardController::followMetronome(const sound::Position& position) {
    if (m_metronome == 0 || position.id != m_metronome || !position.playing) {
        return;
    }
    // The position is as old as the last buffer: the earliest start is the best estimate.
    const double countNs = m_countBars * PhraseRecorder::kBeats * 60e9 / bpm();
    const auto startNs =
        m_clock() - std::llround(position.seconds * 1e9 / m_clickFactor) + std::llround(countNs);
    if (startNs < m_recorder.startNs().value_or(startNs + 1)) {
        m_recorder.setStart(startNs);
    }
}

void KeyboardController::look() {
    const std::int64_t now = m_clock();
    if (m_recording && m_recorder.startNs() && now >= *m_recorder.startNs()) {
        const int bars = m_panel->bars();
        const int done = m_recorder.barsAt(now);
        m_panel->setStatus(tr("Recording, bar %1").arg(done + 1));
        if (bars > 0 && done >= bars) {
            finish();
        }
    }
    const bool playing =
        double(now - m_lastNoteNs) < kPauseBars * PhraseRecorder::kBeats * 60e9 / bpm();
    if (m_live.startNs() && playing && m_panel->follow()) {
        if (const int done = m_live.barsAt(now); done > m_barsShown) {
            m_barsShown = done;
            const int bars = std::min(phraseBars(), done);
            const int first = done - bars;
            m_barEndNs = m_live.barNs(done);
            auto song = std::make_shared<const music::Song>(m_live.song(first, bars, now));
            if (!song->notes.empty()) {
                m_last = song;
                locate(song, false, &KeyboardController::onPlaced);
            }
        }
    }
    if (!m_recording && !(m_live.startNs() && playing)) {
        m_timer.stop();
    }
}

void KeyboardController::onMessage(sound::MidiMessage message, qint64 atNs) {
    const bool note = message.kind() == 0x90 || message.kind() == 0x80;
    if (!note) {
        return;
    }
    if (m_recording) {
        m_recorder.take(message, atNs);
    }
    const double pauseNs = kPauseBars * PhraseRecorder::kBeats * 60e9 / bpm();
    if (!m_live.startNs() || double(atNs - m_lastNoteNs) > pauseNs) {
        m_live.begin({bpm(), 0, std::max(m_panel->program(), 0)}, std::nullopt);
        m_barsShown = 0;
    }
    m_lastNoteNs = atNs;
    m_live.take(message, atNs);
    if (!m_timer.isActive()) {
        m_timer.start();
    }
}

void KeyboardController::finish() {
    m_recording = false;
    m_panel->setRecording(false);
    Player& player = m_workspace.player();
    if (m_metronome != 0) {
        m_metronome = 0;
        player.stop();
    }
    const std::int64_t now = m_clock();
    const int played = m_recorder.bars(now);
    if (played == 0) {
        m_panel->setStatus(tr("Nothing was played."));
        return;
    }
    const int bars = m_panel->bars() > 0 ? m_panel->bars() : played;
    auto song = std::make_shared<const music::Song>(m_recorder.song(0, bars, now));
    if (song->notes.empty()) {
        m_panel->setStatus(tr("Nothing was played."));
        return;
    }
    m_last = song;
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Played;
    item.song = song;
    item.bars = bars;
    item.title = tr("Played phrase");
    item.caption = tr("Played on the keyboard, %Ln bar(s)", nullptr, bars);
    item.origin.how = item.caption;
    m_recorded = std::move(item);
    m_panel->setStatus(tr("Recorded: %Ln note(s)", nullptr, int(song->notes.size())));
    const auto& model = m_workspace.model();
    if (model && model->info().can.encode) {
        locate(song, false, &KeyboardController::onPhrase);
    } else {
        playRecorded({});
    }
}

void KeyboardController::playRecorded(const models::Latent& latent) {
    if (m_recorded.song) {
        m_recorded.latent = latent;
        m_workspace.player().play(std::exchange(m_recorded, {}));
    }
}

// ---- on the map ----

void KeyboardController::locate(const SongPtr& song, bool nearest,
                                void (KeyboardController::*then)(const LocatedPhrase&)) {
    const auto& model = m_workspace.model();
    if (!model || !model->info().can.encode) {
        return;
    }
    auto& task = then == &KeyboardController::onPlaced   ? m_place
                 : then == &KeyboardController::onPhrase ? m_phrase
                                                         : m_find;
    task.start([model = std::shared_ptr<const models::LatentModel>(model), song,
                projection = m_workspace.maps().projection(),
                library = nearest ? m_workspace.library() : nullptr, then](const auto& run) {
        run.deliverResult(locatePhrase(*model, song, projection, library, run.cancel()), then,
                          [](KeyboardController& to, const Error& error) {
                              Q_EMIT to.problem(text(error.what), text(error.hint));
                              to.playRecorded({}); // it sounds all the same
                          });
    });
}

void KeyboardController::onPlaced(const LocatedPhrase& located) {
    if (!located.place) {
        return;
    }
    widgets::LatentMap& map = m_workspace.map();
    const QPointF place = asPoint(*located.place);
    map.showDecodeMark(place, false, tr("What you play"));
    if (m_mark) {
        map.setMarkTrail({*m_mark, place});
    }
    m_mark = place;
    m_markMs = double(m_clock() - m_barEndNs) * 1e-6;
    Q_EMIT placed(place);
}

void KeyboardController::onPhrase(const LocatedPhrase& located) {
    if (m_recorded.song == located.song) {
        playRecorded(located.latent);
    }
    if (located.place) {
        m_mark = asPoint(*located.place);
        m_workspace.map().showDecodeMark(*m_mark, false, tr("Played phrase"));
        Q_EMIT placed(*m_mark);
    }
}

void KeyboardController::findNearest() {
    if (!m_last) {
        m_panel->setStatus(tr("Play something first."));
        return;
    }
    locate(m_last, true, &KeyboardController::onNearest);
}

void KeyboardController::onNearest(const LocatedPhrase& located) {
    if (located.nearest < 0) {
        Q_EMIT problem(tr("No phrase of this library can be compared with what you played"),
                       tr("Open a library that was made with the model of this space."));
        return;
    }
    m_panel->setStatus(tr("Nearest: %1").arg(m_workspace.maps().titleOfRow(located.nearest)));
    m_workspace.map().flyTo(located.nearest);
    m_workspace.maps().playRow(located.nearest);
}

} // namespace canto::app
