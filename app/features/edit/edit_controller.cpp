// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/edit/edit_controller.h"

#include "app/workspace/action_table.h"
#include "app/workspace/map_point.h"
#include "app/workspace/qt_text.h"
#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"
#include "core/sound/synth_channels.h"

#include <QActionGroup>
#include <QMenu>
#include <algorithm>

namespace canto::app {
namespace {

const auto kSnapKey = QStringLiteral("edit/snap");
/// A song with more notes is shown only: every step of a drag copies it.
constexpr std::size_t kMostNotes = 20000;

/// From one version of a phrase to the next.
class NoteStep : public QUndoCommand {
  public:
    NoteStep(EditController& controller, EditedPhrase before, EditedPhrase after,
             const QString& what)
        : QUndoCommand(what), m_controller(controller), m_before(std::move(before)),
          m_after(std::move(after)) {}

    void undo() override { m_controller.show(m_before); }
    void redo() override { m_controller.show(m_after); }

  private:
    EditController& m_controller;
    EditedPhrase m_before, m_after;
};

PlaybackItem itemOf(const EditedPhrase& phrase) {
    PlaybackItem item = phrase.base;
    if (!phrase.changed()) {
        return item;
    }
    const int bars = item.bars > 0 ? item.bars : item.song->bars();
    item.kind = PlaybackItem::Kind::Edited;
    item.before = item.song;
    item.song = phrase.song;
    item.bars = std::max(bars, phrase.song->bars()); // a note may be drawn behind the last
    item.title = EditController::tr("%1, edited").arg(phrase.base.title);
    item.caption = EditController::tr("B: %1 \u2013 edited").arg(phrase.base.title);
    item.latent.clear(); // not known before it is encoded
    item.row = -1;
    return item;
}

std::string packed(const SongPtr& song) {
    const auto bytes = midi::writeSmf(*song, midi::SmfFormat::MultiTrack);
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size()))
        .toBase64()
        .toStdString();
}

/// Null: it is not what packed() has written.
SongPtr unpacked(const std::string& packed) {
    const QByteArray bytes = QByteArray::fromBase64(QByteArray::fromStdString(packed));
    auto file = midi::readSmf(std::span(reinterpret_cast<const std::uint8_t*>(bytes.constData()),
                                        std::size_t(bytes.size())));
    return file ? std::make_shared<const music::Song>(std::move(file->song)) : nullptr;
}

} // namespace

EditController::EditController(Workspace& workspace, widgets::PianorollView& roll,
                               widgets::TrackHeaders& headers)
    : m_workspace(workspace), m_roll(roll) {
    const int last = int(music::Snap::SixteenthTriplet);
    const int snap = workspace.settings().value(kSnapKey, int(music::Snap::Sixteenth)).toInt();
    roll.setSnap(music::Snap(std::clamp(snap, 0, last)));
    connect(&workspace.player(), &Player::currentItemChanged, this, &EditController::onCurrentItem);
    connect(&roll, &widgets::PianorollView::edited, this, &EditController::onEdited);
    connect(&headers, &widgets::TrackHeaders::programChosen, this, &EditController::onProgram);
    connect(&workspace, &Workspace::modelChanged, this, &EditController::encode);
    connect(&workspace.maps(), &MapController::projectionReady, this, &EditController::encode);
    onCurrentItem(workspace.player().currentItem());
}

void EditController::onCurrentItem(const PlaybackItem& item) {
    const bool whole = item.song && !item.sound && !item.beside && !m_workspace.player().growing();
    m_roll.setEditable(whole && item.song->notes.size() <= kMostNotes);
    if (m_phrase.song && item.song != m_phrase.song) { // something else plays
        m_phrase = {};
        m_task.cancel();
        hideMark();
        Q_EMIT changed();
    }
}

void EditController::onEdited(const SongPtr& song, const QString& what) {
    EditedPhrase before = m_phrase;
    if (!before.song) {
        before.base = m_workspace.player().currentItem();
        before.song = before.base.song;
        if (before.base.kind == PlaybackItem::Kind::Path) {
            before.base.kind = PlaybackItem::Kind::Decoded; // the steps around it are gone
        }
    }
    if (!before.song || !song) {
        return;
    }
    EditedPhrase after = before;
    // Notes that are as they were make the phrase the one of the library again.
    after.song = song->notes == before.base.song->notes ? before.base.song : song;
    m_workspace.undo().stack().push(new NoteStep(*this, before, after, what)); // calls show
}

void EditController::onProgram(std::size_t track, int program) {
    const SongPtr& song = m_workspace.player().currentItem().song;
    if (!song || !m_roll.editable()) {
        return;
    }
    const auto changed =
        std::make_shared<const music::Song>(music::withProgram(*song, track, program));
    if (changed->notes == song->notes) {
        return;
    }
    onEdited(changed, tr("Change an instrument"));
    // What sounds now, too: the song selects the program before its next notes from the next round.
    const auto note =
        std::find_if(changed->notes.begin(), changed->notes.end(),
                     [track](const music::Note& n) { return n.track == track && !n.isDrum(); });
    if (note != changed->notes.end()) {
        if (const auto channel = sound::synthChannels(*changed)[note->channel]) {
            m_workspace.player().engine().program(*channel, program);
        }
    }
}

void EditController::revert() {
    if (m_phrase.changed()) {
        const EditedPhrase before{m_phrase.base, m_phrase.base.song};
        m_workspace.undo().stack().push(
            new NoteStep(*this, m_phrase, before, tr("Revert the notes")));
    }
}

void EditController::show(const EditedPhrase& phrase) {
    m_phrase = phrase;
    m_task.cancel();
    m_workspace.player().edit(itemOf(phrase));
    if (phrase.changed()) {
        encode();
    } else {
        hideMark();
        if (phrase.base.row >= 0) {
            m_workspace.map().markRow(phrase.base.row);
        }
    }
    Q_EMIT changed();
}

void EditController::encode() {
    const auto& model = m_workspace.model();
    if (!m_phrase.changed() || !model || !model->info().can.encode) {
        return;
    }
    const EncodeRequest request{m_phrase.song, m_phrase.base.song, m_phrase.base.latent,
                                m_workspace.maps().projection()};
    m_task.start([model = std::shared_ptr<const models::LatentModel>(model),
                  request](const auto& run) {
        run.deliverResult(encodePhrase(*model, request, run.cancel()), &EditController::onEncoded,
                          [](EditController& to, const Error& error) {
                              Q_EMIT to.problem(text(error.what), text(error.hint));
                          });
    });
}

void EditController::onEncoded(const EncodedPhrase& encoded) {
    if (encoded.song != m_phrase.song) {
        return;
    }
    if (encoded.latent.empty() || !encoded.place) {
        hideMark();
    } else {
        widgets::LatentMap& map = m_workspace.map();
        m_marked = asPoint(*encoded.place);
        map.showDecodeMark(*m_marked, false, tr("%1,\nedited").arg(m_phrase.base.title));
        if (encoded.from) {
            map.setMarkTrail({asPoint(*encoded.from), *m_marked});
        }
    }
    // From here on other features take it for what it is on the map.
    if (m_workspace.player().currentItem().song == encoded.song) {
        m_workspace.player().setLatent(encoded.latent);
    }
}

void EditController::hideMark() {
    // Another feature may have moved the mark since.
    if (const auto marked = std::exchange(m_marked, std::nullopt);
        marked && m_workspace.map().decodeMark() == marked) {
        m_workspace.map().clearDecodeMark();
    }
}

void EditController::addSnaps(QMenu& menu) {
    auto* group = new QActionGroup(&menu);
    const std::pair<music::Snap, QString> grids[] = {
        {music::Snap::Quarter, tr("&Quarter notes")},
        {music::Snap::Eighth, tr("&Eighth notes")},
        {music::Snap::Sixteenth, tr("&Sixteenth notes")},
        {music::Snap::EighthTriplet, tr("Eighth &triplets")},
        {music::Snap::SixteenthTriplet, tr("Sixteenth t&riplets")},
        {music::Snap::Off, tr("&Off")},
    };
    for (const auto& [snap, name] : grids) {
        QAction* action = menu.addAction(name, this, [this, snap = snap] {
            m_roll.setSnap(snap);
            m_workspace.settings().setValue(kSnapKey, int(snap));
        });
        action->setCheckable(true);
        action->setChecked(snap == m_roll.snap());
        group->addAction(action);
    }
}

void EditController::addActions(ActionTable& table) {
    QMenu* notes = table.addMenu(MenuId::Edit, 1, tr("&Notes"));
    const auto add = [&](const QString& name, auto run) {
        return notes->addAction(name, this, [this, run] {
            m_roll.setFocus();
            run();
        });
    };
    // Their keys belong to the roll (D, Q, Delete ...), for the map has some of them, too.
    QAction* pencil = notes->addAction(tr("&Pencil"));
    pencil->setCheckable(true);
    pencil->setChecked(m_roll.pencil());
    pencil->setToolTip(tr("A press on empty ground of the piano roll draws a note (D)"));
    connect(pencil, &QAction::toggled, &m_roll, &widgets::PianorollView::setPencil);
    connect(&m_roll, &widgets::PianorollView::pencilChanged, pencil, &QAction::setChecked);
    addSnaps(*notes->addMenu(tr("&Grid")));
    notes->addSeparator();
    add(tr("Select &all notes"), [this] { m_roll.selectAll(); });
    add(tr("&Quantise selected notes"), [this] { m_roll.quantiseSelected(); });
    add(tr("&Delete selected notes"), [this] { m_roll.deleteSelected(); });
    notes->addSeparator();
    QAction* revert = add(tr("&Revert the notes"), [this] { this->revert(); });
    m_roll.setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&m_roll, &QWidget::customContextMenuRequested, notes,
            [this, notes](QPoint at) { notes->popup(m_roll.mapToGlobal(at)); });
    connect(notes, &QMenu::aboutToShow, this, [this, notes, revert] {
        for (QAction* action : notes->actions()) {
            if (!action->isCheckable() && action->menu() == nullptr) {
                action->setEnabled(m_roll.editable());
            }
        }
        revert->setEnabled(m_phrase.changed());
    });
}

void EditController::saveTo(SessionState& state) const {
    if (m_phrase.changed()) {
        state.edit.before = packed(m_phrase.base.song);
        state.edit.after = packed(m_phrase.song);
        state.edit.title = m_phrase.base.title.toStdString();
        state.edit.bars = itemOf(m_phrase).bars;
        state.edit.latent = m_phrase.base.latent;
        state.edit.row = m_phrase.base.row;
    }
}

void EditController::restoreFrom(const SessionState& state, bool sameModel) {
    const SongPtr before = unpacked(state.edit.before), after = unpacked(state.edit.after);
    if (!before || !after) {
        return;
    }
    EditedPhrase phrase;
    phrase.base.kind = PlaybackItem::Kind::Original;
    phrase.base.song = before;
    phrase.base.title = text(state.edit.title);
    phrase.base.caption = phrase.base.title;
    phrase.base.bars = state.edit.bars;
    if (sameModel) {
        phrase.base.latent = state.edit.latent;
    }
    const LibraryPtr& library = m_workspace.library();
    const bool known =
        library && state.edit.row >= 0 && std::size_t(state.edit.row) < library->points.count();
    phrase.base.row = known ? state.edit.row : -1;
    phrase.song = after;
    m_phrase = phrase;
    m_workspace.player().present(itemOf(phrase)); // it waits, as all that a session brings back
    encode();
}

std::any EditController::leave(Reason reason) {
    return reason == Reason::Space ? std::any(m_phrase) : std::any();
}

void EditController::enter(std::any kept) {
    const auto* phrase = std::any_cast<EditedPhrase>(&kept);
    m_marked.reset(); // the mark was of the space before
    m_phrase = phrase != nullptr && m_workspace.player().currentItem().song == phrase->song
                   ? *phrase
                   : EditedPhrase{};
    encode();
}

} // namespace canto::app
