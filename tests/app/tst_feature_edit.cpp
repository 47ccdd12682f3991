// SPDX-License-Identifier: GPL-3.0-or-later
// Edits of the phrase that plays, on a workspace of their own.

#include "app/features/edit/edit_controller.h"
#include "app/features/playback/playback_controls.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"
#include "widgets/song/transport_bar.h"

#include <QDoubleSpinBox>
#include <QTemporaryDir>
#include <QToolButton>

using namespace canto;
using namespace canto::app;
using music::NoteIndices;
using test::FakeModel;
using test::WorkspaceFixture;

// The fake model encodes a phrase as (mean pitch - 40, mean pitch - 60, number of notes, ...), and
// the map of the small library is the plane of the first two.

namespace {

qint64 row(int n, int p) { return n * test::kPhrasesEach + p; }

/// Two bars: quarters of a pitch on track 0, a long note of another on track 1.
SongPtr madePhrase(int pitch, int bass) {
    auto song = std::make_shared<music::Song>();
    song->tracks = {{"Melody"}, {"Bass"}};
    for (int beat = 0; beat < 8; ++beat) {
        music::Note note;
        note.start = beat * 480;
        note.length = 480;
        note.pitch = static_cast<std::uint8_t>(pitch);
        song->notes.push_back(note);
    }
    music::Note low;
    low.length = 3840;
    low.pitch = static_cast<std::uint8_t>(bass);
    low.track = 1;
    low.channel = 1;
    low.program = 33;
    song->notes.push_back(low);
    song->finish();
    return song;
}

} // namespace

class TestFeatureEdit : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_on.reset(); }

    void anEditSoundsAndIsUndone();
    void theMarkGoesWhereThePhraseLies();
    void editsGoOnWithoutAGap();
    void withoutAnEncoderTheMapStays();
    void anotherPhraseEndsTheEdit();
    void notesAsBeforeAreNoEdit();
    void aSessionBringsTheEditBack();
    void tracksAreMutedAtOnce();
    void aMixStaysWithItsTracks();
    void anInstrumentIsAnEdit();
    void theTempoIsChosenAndKept();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    void open(std::shared_ptr<models::LatentModel> model);
    void present(SongPtr song, models::Latent latent = {}) {
        PlaybackItem item;
        item.kind = PlaybackItem::Kind::Decoded;
        item.song = std::move(song);
        item.bars = 2;
        item.title = QStringLiteral("Phrase");
        item.caption = item.title;
        item.latent = std::move(latent);
        m_on->player().present(std::move(item));
    }
    const PlaybackItem& item() const { return m_on->player().currentItem(); }
    QUndoStack& undo() const { return m_on->workspace().undo().stack(); }
    widgets::PianorollView& roll() const { return *m_playback->roll(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_library;
    std::unique_ptr<WorkspaceFixture> m_on;
    PlaybackControls* m_playback = nullptr;
    EditController* m_edit = nullptr;
};

void TestFeatureEdit::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto library = test::makeLibrary(folder());
    QVERIFY_RESULT(library);
    m_library = *library;
}

void TestFeatureEdit::open(std::shared_ptr<models::LatentModel> model) {
    m_on = std::make_unique<WorkspaceFixture>(
        test::quietWorkspace(folder(), m_library, test::opened(std::move(model))));
    m_playback = &m_on->add<PlaybackControls>();
    m_edit = &m_on->add<EditController>(*m_playback->roll(), *m_playback->panel()->headers());
    [&] { QVERIFY(m_on->open()); }();
}

void TestFeatureEdit::anEditSoundsAndIsUndone() {
    open(std::make_shared<FakeModel>());
    const SongPtr before = madePhrase(60, 40);
    QVERIFY(!roll().editable()); // nothing there
    present(before);
    QVERIFY(roll().editable());
    roll().setSelection({0});
    roll().moveSelected(0, 2);
    // notes: at tick 0 the melody comes before the bass
    QCOMPARE(int(item().song->notes[0].pitch), 62);
    QCOMPARE(item().kind, PlaybackItem::Kind::Edited);
    QCOMPARE(item().before, before);
    QCOMPARE(item().title, QStringLiteral("Phrase, edited"));
    QVERIFY(item().caption.contains(QStringLiteral("edited")));
    QCOMPARE(roll().song(), item().song);
    QCOMPARE(roll().selection(), NoteIndices{0}); // it stays for the next key
    QCOMPARE(undo().count(), 1);
    QCOMPARE(undo().undoText(), QStringLiteral("Transpose notes"));
    roll().moveSelected(120, 0);
    QCOMPARE(undo().count(), 2);
    undo().undo();
    QCOMPARE(item().song->notes[0].start, music::Tick(0));
    QCOMPARE(int(item().song->notes[0].pitch), 62);
    undo().undo();
    QCOMPARE(item().song, before);
    QCOMPARE(item().kind, PlaybackItem::Kind::Decoded);
    QCOMPARE(item().title, QStringLiteral("Phrase"));
    QVERIFY(!m_edit->phrase().changed());
    undo().redo();
    QCOMPARE(int(item().song->notes[0].pitch), 62);
    QCOMPARE(roll().song(), item().song);
    m_edit->revert();
    QCOMPARE(item().song, before);
    undo().undo();
    QCOMPARE(int(item().song->notes[0].pitch), 62);
}

void TestFeatureEdit::theMarkGoesWhereThePhraseLies() {
    open(std::make_shared<FakeModel>());
    const qint64 known = row(2, 1);
    present(madePhrase(42, 60), m_on->maps().latentOf(known));
    // Eight notes of 42 and one of 60: mean 44. One of them an octave and a half (18) up: 46, so
    // that the phrase lies at (6, -14).
    roll().setSelection({0});
    roll().moveSelected(0, 18);
    QTRY_VERIFY(m_on->map().decodeMark());
    QVERIFY(std::abs(m_on->map().decodeMark()->x() - 6) < 1e-4);
    QVERIFY(std::abs(m_on->map().decodeMark()->y() + 14) < 1e-4);
    // The trail begins where the phrase of the library lies.
    const auto trail = m_on->map().markTrail();
    QCOMPARE(trail.size(), 2);
    QCOMPARE(trail.last(), *m_on->map().decodeMark());
    const QPointF from = m_on->maps().placeOf(known);
    QVERIFY(std::abs(trail.first().x() - from.x()) < 1e-3);
    QVERIFY(std::abs(trail.first().y() - from.y()) < 1e-3);
    // Other features go on from there.
    QCOMPARE(item().latent.size(), std::size_t(FakeModel::kLatent));
    QVERIFY(std::abs(item().latent[0] - 6) < 1e-4F);
    undo().undo();
    QVERIFY(!m_on->map().decodeMark());
    QVERIFY(m_on->map().markTrail().isEmpty());
}

void TestFeatureEdit::editsGoOnWithoutAGap() {
    open(std::make_shared<FakeModel>());
    present(madePhrase(60, 40));
    m_on->player().toggle();
    QTRY_VERIFY(m_on->player().playing());
    QTRY_VERIFY(m_on->player().engine().position().tick > 100);
    const auto id = m_on->player().playId();
    const auto tick = m_on->player().engine().position().tick;
    roll().setSelection({8});
    roll().changeVelocityOfSelected(20);
    QCOMPARE(m_on->player().playId(), id); // the same, with other notes
    QVERIFY(m_on->player().playing());
    QTRY_VERIFY(m_on->player().engine().position().tick > tick);
    m_on->player().stop();
}

void TestFeatureEdit::withoutAnEncoderTheMapStays() {
    class Deaf final : public models::LatentModel {
      public:
        Deaf() : m_info(m_inner.info()) { m_info.can.encode = false; }
        const models::ModelInfo& info() const override { return m_info; }
        std::vector<models::Segment> segments(const music::Song& song) const override {
            return m_inner.segments(song);
        }
        Result<std::vector<models::Latent>> encode(const music::Song&,
                                                   std::span<const models::Segment>,
                                                   const CancelToken&) const override {
            return fail(Error::Code::Model, "This model does not encode");
        }
        Result<music::Song> decode(const models::Latent& z, const models::DecodeOptions& options,
                                   const models::OnBar& onBar) const override {
            return m_inner.decode(z, options, onBar);
        }
        Result<models::Latent> samplePrior(std::optional<int> label,
                                           Random& random) const override {
            return m_inner.samplePrior(label, random);
        }
        std::vector<double> classScores(const models::Latent& z) const override {
            return m_inner.classScores(z);
        }

      private:
        FakeModel m_inner;
        models::ModelInfo m_info;
    };
    open(std::make_shared<Deaf>());
    present(madePhrase(60, 40));
    roll().setSelection({0});
    roll().moveSelected(0, 2);
    QCOMPARE(int(item().song->notes[0].pitch), 62);
    QVERIFY(!m_edit->busy());
    QVERIFY(!m_on->map().decodeMark());
    QVERIFY(!m_on->noticeWith(QStringLiteral("encode")));
}

void TestFeatureEdit::anotherPhraseEndsTheEdit() {
    open(std::make_shared<FakeModel>());
    present(madePhrase(60, 40));
    roll().selectAll();
    roll().moveSelected(0, 1);
    QVERIFY(m_edit->phrase().changed());
    const SongPtr other = madePhrase(70, 50);
    present(other);
    QVERIFY(!m_edit->phrase().song);
    QCOMPARE(roll().song(), other);
    QVERIFY(roll().differenceText().isEmpty());
    // Undo brings the phrase that was edited back, as it was.
    undo().undo();
    QCOMPARE(int(item().song->notes[0].pitch), 60);
    QCOMPARE(item().title, QStringLiteral("Phrase"));
}

void TestFeatureEdit::notesAsBeforeAreNoEdit() {
    open(std::make_shared<FakeModel>());
    const SongPtr before = madePhrase(60, 40);
    present(before);
    roll().setSelection({0});
    roll().moveSelected(0, 1);
    QCOMPARE(roll().differenceText(), QStringLiteral("1 moved"));
    roll().moveSelected(0, -1);
    QVERIFY(!m_edit->phrase().changed());
    QCOMPARE(item().song, before);
    QCOMPARE(item().title, QStringLiteral("Phrase"));
    QVERIFY(roll().differenceText().isEmpty());
}

void TestFeatureEdit::aSessionBringsTheEditBack() {
    open(std::make_shared<FakeModel>());
    present(madePhrase(60, 40), m_on->maps().latentOf(row(1, 0)));
    SessionState none;
    m_edit->saveTo(none);
    QVERIFY(none == SessionState()); // nothing was edited
    roll().setSelection({0});
    roll().moveSelected(240, 5);
    SessionState state;
    m_edit->saveTo(state);
    const auto read = sessionFromJson(toJson(state));
    QVERIFY_RESULT(read);
    QVERIFY(*read == state);
    const auto notes = item().song->notes;
    const auto before = item().before->notes;

    present(madePhrase(70, 50));
    m_edit->restoreFrom(*read, true);
    QCOMPARE(item().kind, PlaybackItem::Kind::Edited);
    QVERIFY(item().song->notes == notes);
    QVERIFY(item().before->notes == before);
    QCOMPARE(item().title, QStringLiteral("Phrase, edited"));
    QCOMPARE(m_edit->phrase().base.latent, m_on->maps().latentOf(row(1, 0)));
    QVERIFY(!m_on->player().playing());
    SessionState again;
    m_edit->saveTo(again);
    QCOMPARE(again.edit.title, state.edit.title);
    QCOMPARE(again.edit.bars, 2);
    QCOMPARE(again.edit.latent, state.edit.latent);
    QVERIFY(!again.edit.after.empty());
    // A session from before there were edits, or a damaged one, changes nothing.
    SessionState damaged = state;
    damaged.edit.after = "no MIDI";
    const SongPtr there = item().song;
    m_edit->restoreFrom(damaged, true);
    QCOMPARE(item().song, there);
}

void TestFeatureEdit::tracksAreMutedAtOnce() {
    open(std::make_shared<FakeModel>());
    present(madePhrase(60, 40));
    m_on->player().toggle();
    QTRY_VERIFY(m_on->player().engine().position().tick > 0);
    const auto id = m_on->player().playId();
    auto* headers = m_playback->panel()->headers();
    headers->muteButton(1)->click();
    QVERIFY(!music::audible(m_on->player().mix(), 1));
    QCOMPARE(m_on->player().playId(), id);
    QCOMPARE(item().song->notes.size(), std::size_t(9)); // the phrase itself has all its notes
    // An edit keeps what is muted.
    roll().setSelection({0});
    roll().moveSelected(0, 1);
    QVERIFY(!music::audible(m_on->player().mix(), 1));
    QVERIFY(headers->muteButton(1)->isChecked());
    m_on->player().stop();
}

void TestFeatureEdit::aMixStaysWithItsTracks() {
    open(std::make_shared<FakeModel>());
    present(madePhrase(60, 40));
    music::TrackMix mix(2);
    mix[0].volume = 0.5;
    m_on->player().setMix(mix);
    present(madePhrase(62, 41)); // the same tracks
    QVERIFY(m_on->player().mix() == mix);
    auto other = std::make_shared<music::Song>(*madePhrase(62, 41));
    other->tracks[1].name = "Strings";
    present(other);
    QVERIFY(music::plain(m_on->player().mix()));
    QVERIFY(!m_playback->panel()->headers()->muteButton(0)->isChecked());
}

void TestFeatureEdit::anInstrumentIsAnEdit() {
    open(std::make_shared<FakeModel>());
    present(madePhrase(60, 40));
    auto* headers = m_playback->panel()->headers();
    Q_EMIT headers->programChosen(1, 38);
    const auto bass = std::find_if(item().song->notes.begin(), item().song->notes.end(),
                                   [](const music::Note& note) { return note.track == 1; });
    QCOMPARE(int(bass->program), 38);
    QCOMPARE(undo().undoText(), QStringLiteral("Change an instrument"));
    undo().undo();
    QVERIFY(!m_edit->phrase().changed());
}

void TestFeatureEdit::theTempoIsChosenAndKept() {
    open(std::make_shared<FakeModel>());
    present(madePhrase(60, 40)); // at 120 bpm
    auto* field =
        m_playback->transport()->findChild<QDoubleSpinBox*>(QStringLiteral("transportTempo"));
    QCOMPARE(field->value(), 120.0);
    field->setValue(90);
    QCOMPARE(m_on->player().tempo(), 90.0);
    QCOMPARE(m_on->player().tempoFactor(), 0.75);
    // What comes next plays at it, too.
    auto slow = std::make_shared<music::Song>(*madePhrase(60, 40));
    slow->tempo = music::TempoMap(480, {{0, 1000000}}); // 60 bpm
    slow->finish();
    present(slow);
    QCOMPARE(m_on->player().tempoFactor(), 1.5);
    QCOMPARE(field->value(), 90.0);
    SessionState state;
    m_playback->saveTo(state);
    QCOMPARE(state.tempo, 90.0);
    m_on->player().setTempo(0); // its own
    QCOMPARE(field->value(), 60.0);
    m_playback->restoreFrom(state, true);
    QCOMPARE(field->value(), 90.0);
    m_playback->restoreFrom({}, true);
    QCOMPARE(m_on->player().tempoFactor(), 1.0);
}

QTEST_MAIN(TestFeatureEdit)
#include "tst_feature_edit.moc"
