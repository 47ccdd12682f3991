// SPDX-License-Identifier: GPL-3.0-or-later
// The window where points are clips of sound: what plays, what is shown, and dropping recordings,
// by mouse. Model, decoder, recordings and MIDI are made here (tests/support/sound_models.h).

#include "app/features/clips/sound_space.h"
#include "app/features/map/inspector.h"
#include "app/features/map/map_tools.h"
#include "app/features/path/path_controller.h"
#include "app/features/playback/playback_controls.h"
#include "app/shell/main_window.h"
#include "app/workspace/exports.h"
#include "app/workspace/space_switch.h"
#include "tests/support/quiet_window.h"
#include "tests/support/small_library.h"
#include "tests/support/sound_models.h"
#include "tests/support/test_support.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/hover_card.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend_row.h"
#include "widgets/map/scale_bar.h"
#include "widgets/song/pianoroll_view.h"

#include <QAction>
#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QImage>
#include <QLabel>
#include <QMimeData>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace canto;
using namespace canto::app;

namespace {

qint64 row(int song, int clip) { return song * test::kClipsEach + clip; }

/// The level in the middle of this many seconds.
double levelAt(const sound::Sound& sound, double second) {
    return double(sound.samples[2 * static_cast<std::size_t>(second * sound.rate)]);
}

} // namespace

class TestSounds : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_window.reset(); }

    void aClipIsHeardAsItsRecording();
    void aClipIsHeardAsItsMidiFile();
    void aClipWithoutAFileIsToldAgain();
    void originalsCanBeSwitchedOff();
    void anEmptyPlaceIsAMixtureOfTheNearest();
    void theNewestClickWins();
    void aPathIsARowOfSpectrograms();
    void thePictureAndTheStepsAreWaysToSeek();
    void hoveringShowsThePictureAndSaysWhich();
    void loudnessIsAScaleOfColours();
    void whoSoundsAlikeIsByOthers();
    void aDroppedRecordingIsPlaced();
    void whatARecordingIsToldIsWhatWasMeasured();
    void recordingsThatCannotBePlacedSayWhy_data();
    void recordingsThatCannotBePlacedSayWhy();
    void whatIsHeardIsSaved();
    void withoutADecoderFilesAreHeardAllTheSame();
    void otherSpacesKeepTheirNotes();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    void open(OpenModel decoder = test::opened(std::make_shared<test::SoundingModel>()));
    void click(qint64 which) {
        QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, pixelOf(which));
    }
    QPoint pixelOf(qint64 which) const {
        return m_window->map()->toPixel(m_window->workspace().maps().placeOf(which)).toPoint();
    }
    PlaybackItem item() const { return m_window->workspace().player().currentItem(); }
    QString facts() const { return m_window->feature<MapTools>().inspector()->factsText(); }
    void drop(const std::filesystem::path& file);
    void drawPath(qint64 from, qint64 to, int steps);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_atlas, m_songs;
    std::unique_ptr<MainWindow> m_window;
};

void TestSounds::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto atlas = test::makeClipLibrary(folder());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
    const auto songs = test::makeLibrary(folder() / "notes");
    QVERIFY_RESULT(songs);
    m_songs = *songs;
}

void TestSounds::init() { open(); }

void TestSounds::open(OpenModel decoder) {
    WindowOptions how = test::quietWindow(folder(), {}, nullptr);
    how.spaces = {{"sound", "Sound", "Clips", m_atlas,
                   test::opened(std::make_shared<test::AudioModel>()), "", std::move(decoder)},
                  {"notes", "Notes", "Songs", m_songs,
                   test::opened(std::make_shared<test::FakeModel>()), ""}};
    m_window = std::make_unique<MainWindow>(how);
    QVERIFY(test::openWindow(*m_window));
}

void TestSounds::drop(const std::filesystem::path& file) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString(file.string()))});
    QDragEnterEvent enter(QPoint(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &enter);
    QDropEvent letGo(QPointF(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &letGo);
}

void TestSounds::drawPath(qint64 from, qint64 to, int steps) {
    m_window->feature<PathController>().setSteps(steps);
    m_window->map()->setTool(widgets::LatentMap::Tool::Path);
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, pixelOf(from));
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, pixelOf(to));
    QTest::keyClick(m_window->map(), Qt::Key_Return);
    QTRY_COMPARE(item().kind, PlaybackItem::Kind::Interpolated);
    m_window->map()->setTool(widgets::LatentMap::Tool::Select);
}

void TestSounds::aClipIsHeardAsItsRecording() {
    click(row(0, 2));
    QTRY_VERIFY(item().sound);
    QVERIFY(!item().song);
    QCOMPARE(item().kind, PlaybackItem::Kind::Original);
    QCOMPARE(item().sound->rate, 48000.0);
    QVERIFY(std::abs(item().sound->seconds() - 10) < 0.01);
    QVERIFY(std::abs(levelAt(*item().sound, 5) - 0.15) < 1e-3); // the third clip, not another
    QVERIFY(item().caption.contains(QStringLiteral("the recording, 0:20\u20130:30")));
    QVERIFY(facts().contains(QLatin1String("Playing: the recording")));
    QVERIFY(facts().contains(QLatin1String("Loudness: -40.0 dBFS")));
    QTRY_VERIFY(m_window->workspace().player().playing());
    QVERIFY(m_window->feature<PlaybackControls>().spectrogram()->isVisible());
    QVERIFY(!m_window->feature<PlaybackControls>().roll()->isVisible());
    QCOMPARE(m_window->feature<PlaybackControls>().spectrogram()->count(), 1);
}

void TestSounds::aClipIsHeardAsItsMidiFile() {
    click(row(1, 2));
    QTRY_VERIFY(item().song);
    QVERIFY(!item().sound);
    QCOMPARE(item().song->notes.size(), std::size_t(1));
    QCOMPARE(int(item().song->notes.front().pitch), 62);
    QVERIFY(facts().contains(QLatin1String("MIDI file that the clip was rendered from")));
    QVERIFY(m_window->feature<PlaybackControls>().roll()->isVisible());
    QTRY_VERIFY(m_window->workspace().player().playing());
}

void TestSounds::aClipWithoutAFileIsToldAgain() {
    click(row(4, 1));
    QTRY_VERIFY(item().sound);
    QCOMPARE(item().kind, PlaybackItem::Kind::Reconstruction);
    // Five windows of half a second of 0.1 (1 + 4 / 2).
    QVERIFY(std::abs(item().sound->seconds() - 2.5) < 0.01);
    QVERIFY(std::abs(levelAt(*item().sound, 1) - 0.3) < 1e-3);
    QVERIFY(item().caption.contains(QLatin1String("reconstruction, not the recording")));
    QVERIFY(facts().contains(QLatin1String("Original file not found")));
    // Its picture: all parts are -80 + 10 times 3.
    QCOMPARE(item().tiles.size(), std::size_t(1));
    QCOMPARE(item().tiles.front().decibels.front(), -50.0F);
}

void TestSounds::originalsCanBeSwitchedOff() {
    m_window->workspace().maps().setPlayOriginals(false);
    click(row(0, 1));
    QTRY_VERIFY(item().sound);
    QCOMPARE(item().kind, PlaybackItem::Kind::Reconstruction);
    QVERIFY(std::abs(levelAt(*item().sound, 1) - 0.1) < 1e-3);
}

void TestSounds::anEmptyPlaceIsAMixtureOfTheNearest() {
    // Amid four clips at the same distance: songs 2 and 3, clips 1 and 2; further ones count less.
    const QPointF place(2.5, 1.5);
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {},
                      m_window->map()->toPixel(place).toPoint());
    QTRY_VERIFY(item().sound);
    QCOMPARE(item().kind, PlaybackItem::Kind::Decoded);
    // The numbers of 2 and 3 are 2 and 2.5; by symmetry (each further one of a song at the left
    // has one at the right, unless the sixth is cut off) the level lies between.
    const double level = levelAt(*item().sound, 1);
    QVERIFY2(level > 0.2 && level < 0.25, qPrintable(QString::number(level)));
    QVERIFY(facts().contains(QLatin1String("Work 2")) && facts().contains(QLatin1String("Work 3")));
    // By hand: squares of distance 1, 1 and 4 have the weights 4/9, 4/9 and 1/9.
    const std::vector<float> x{1, -1, 0, 50}, y{0, 0, 2, 50};
    const auto nearest = nearestOf(x, y, 0, 0, 3);
    QCOMPARE(nearest.size(), std::size_t(3));
    QVERIFY(std::abs(nearest[0].second - 4.0 / 9) < 1e-6);
    QVERIFY(std::abs(nearest[2].second - 1.0 / 9) < 1e-6);
    QCOMPARE(nearestOf(x, y, -1, 0, 3).size(), std::size_t(1));
}

void TestSounds::theNewestClickWins() {
    click(row(2, 0));
    click(row(5, 3));
    QTRY_COMPARE(item().title, QStringLiteral("Work 5"));
    QTRY_VERIFY(!m_window->workspace().inference().busy());
    QCoreApplication::processEvents();
    QCOMPARE(item().title, QStringLiteral("Work 5"));
}

void TestSounds::aPathIsARowOfSpectrograms() {
    drawPath(row(2, 1), row(4, 1), 5);
    // From 2 to 3 in five even steps; a step lasts half a second.
    QCOMPARE(item().tiles.size(), std::size_t(5));
    QCOMPARE(m_window->feature<PlaybackControls>().spectrogram()->count(), 5);
    QVERIFY(std::abs(item().sound->seconds() - 2.5) < 0.01);
    for (int step = 0; step < 5; ++step) {
        const double wanted = 0.1 * (2 + 0.25 * step);
        const double level = levelAt(*item().sound, 0.5 * step + 0.25);
        QVERIFY2(std::abs(level - wanted) < 1e-3, qPrintable(QString::number(level)));
        QVERIFY(std::abs(item().tiles[std::size_t(step)].decibels.front() - (-60 + 2.5 * step)) <
                1e-3);
    }
    QVERIFY(facts().contains(QLatin1String("5 steps")));
    // More steps: decoded again.
    m_window->feature<PathController>().setSteps(3);
    QTRY_COMPARE(item().tiles.size(), std::size_t(3));
    // Without the path nothing of it goes on.
    m_window->map()->clearPath();
    QTRY_VERIFY(!m_window->workspace().player().playing());
}

void TestSounds::thePictureAndTheStepsAreWaysToSeek() {
    m_window->workspace().player().setLoop(false);
    drawPath(row(2, 1), row(4, 1), 5);
    m_window->workspace().player().stop();
    widgets::SpectrogramView* view = m_window->feature<PlaybackControls>().spectrogram();
    QTRY_COMPARE(m_window->workspace().player().playing(), false);
    // The middle of the fourth of five: second 1.75.
    const QRectF room = view->area();
    QTest::mouseClick(view, Qt::LeftButton, {},
                      QPointF(room.left() + room.width() * 0.7, room.center().y()).toPoint());
    QTRY_VERIFY(m_window->workspace().player().engine().position().seconds >= 1.74);
    QTRY_VERIFY(view->tileAt(view->playhead()) >= 3);
    QTRY_VERIFY(!m_window->workspace().player().playing()); // it ends where it ends
}

void TestSounds::hoveringShowsThePictureAndSaysWhich() {
    auto* card = m_window->findChild<widgets::HoverCard*>();
    QVERIFY(card);
    QTest::mouseMove(m_window->map(), pixelOf(row(4, 2)) + QPoint(40, 40));
    QTest::mouseMove(m_window->map(), pixelOf(row(4, 2)));
    QTRY_VERIFY(card->isVisible());
    QTRY_VERIFY(!card->info().picture.isNull());
    QCOMPARE(card->info().pictureCaption, QStringLiteral("Reconstruction"));
    QCOMPARE(card->info().picture.size(), QSize(test::kClipWindows, test::kPartRows));
    QTest::mouseMove(m_window->map(), pixelOf(row(0, 1)));
    QTRY_COMPARE(card->info().pictureCaption, QStringLiteral("Recording"));
    QCOMPARE(card->info().picture.height(), 64); // mels
}

void TestSounds::loudnessIsAScaleOfColours() {
    // Six levels, -40 to -35 dBFS, as many clips each: the gradient goes from the least to the
    // greatest.
    m_window->workspace().maps().colourBy("loudness");
    QTRY_COMPARE(m_window->map()->colouring()->title, QStringLiteral("Loudness (dBFS)"));
    const auto& colouring = *m_window->map()->colouring();
    QVERIFY(colouring.scale);
    QCOMPARE(colouring.scale->low, -40.0);
    QCOMPARE(colouring.scale->high, -35.0);
    QCOMPARE(colouring.scale->ticks, (std::vector<double>{-40, -39, -38, -37, -36, -35}));
    const auto shade = [&](int work, int clip) {
        return int(colouring.classes[std::size_t(row(work, clip))]);
    };
    QCOMPARE(shade(0, 0), 0);
    QCOMPARE(shade(3, 2), int(0.6 * double(colouring.scale->shades)));
    QCOMPARE(shade(5, 0), int(colouring.scale->shades) - 1);
    QVERIFY(colouring.colours.front().lightness() < colouring.colours.back().lightness());
    // The legend is one bar; its lower half leaves the three quiet works.
    widgets::Legend* legend = m_window->map()->legend();
    QVERIFY(legend->scaleBar() && legend->isVisible());
    QTRY_VERIFY(legend->findChildren<widgets::LegendRow*>().isEmpty());
    const QRectF bar = legend->scaleBar()->bar();
    const QPoint end = QPointF(bar.center().x(), bar.bottom() + 4).toPoint();
    QTest::mousePress(legend->scaleBar(), Qt::LeftButton, {}, bar.center().toPoint());
    QTest::mouseMove(legend->scaleBar(), end);
    QTest::mouseRelease(legend->scaleBar(), Qt::LeftButton, {}, end);
    QVERIFY(m_window->map()->classVisible(shade(0, 0)));
    QVERIFY(m_window->map()->classVisible(shade(2, 3)));
    QVERIFY(!m_window->map()->classVisible(shade(3, 0)));
    QVERIFY(!m_window->map()->classVisible(shade(5, 0)));
}

void TestSounds::whoSoundsAlikeIsByOthers() {
    click(row(4, 1));
    widgets::SimilarList* similar = m_window->feature<MapTools>().inspector()->similar();
    QTRY_VERIFY(similar->count() > 0);
    QCOMPARE(similar->count(), 3); // one clip of each work of Berta's
    for (int i = 0; i < similar->count(); ++i) {
        QVERIFY(similar->list()->item(i)->text().startsWith(QLatin1String("Berta")));
    }
    QTRY_COMPARE(item().title, QStringLiteral("Work 4"));
    const qint64 first = similar->rowAt(0);
    // (4, 1) less the mean (2.5, 1.5) points to the right: Work 5 lies there.
    QVERIFY(first >= row(5, 0) && first <= row(5, 3));
    QTest::mouseClick(similar->list()->viewport(), Qt::LeftButton, {},
                      similar->list()->visualItemRect(similar->list()->item(0)).center());
    QTRY_COMPARE(item().title, QStringLiteral("Work 5"));
    QCOMPARE(item().row, first);
    QTRY_VERIFY(similar->list()->item(0)->text().startsWith(QLatin1String("Anton")));
}

void TestSounds::aDroppedRecordingIsPlaced() {
    const auto file = test::writeLevels(folder() / "mine.wav", {0.02F, 0.09F, 0.09F});
    drop(file);
    QTRY_VERIFY(m_window->feature<SoundSpace>().placed());
    const auto& placed = *m_window->feature<SoundSpace>().placed();
    QCOMPARE(placed.latents.size(), std::size_t(3));
    QVERIFY(std::abs(placed.latents[1][0] - 0.9F) < 1e-2F);
    // Probabilities of Berta: 0.2, 0.9, 0.9, their mean 2/3.
    QVERIFY(facts().contains(QLatin1String("Recording: mine.wav")));
    QVERIFY2(facts().contains(QLatin1String("Most similar composer: Berta (67 %)")),
             qPrintable(facts()));
    QVERIFY(!facts().contains(QLatin1String("60 %"))); // with the SoundFont of its training
    QVERIFY(facts().contains(QLatin1String("With SoundFonts unknown to it: Not measured")));
    QVERIFY(facts().contains(QLatin1String("On real recordings: Not measured for these weights")));
    QVERIFY(facts().contains(QLatin1String("a composer is named for any music")));
    QVERIFY(m_window->feature<MapTools>().inspector()->similar()->count() > 0);
    QTRY_VERIFY(item().sound); // its first clip
    QVERIFY(std::abs(levelAt(*item().sound, 5) - 0.02) < 1e-3);
    QVERIFY(item().caption.contains(QLatin1String("most similar to Anton (80 %)")));
    // A chip of the map is a clip: the second lies at (0.9, 0).
    Q_EMIT m_window->map()->stepClicked(1);
    QTRY_VERIFY(std::abs(levelAt(*item().sound, 5) - 0.09) < 1e-3);
    QVERIFY(m_window->messages()->text().isEmpty() || !m_window->messages()->isVisible());
    // Escape: silence first, then the marks.
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QTRY_VERIFY(!m_window->workspace().player().playing());
    QVERIFY(m_window->feature<SoundSpace>().placed());
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QVERIFY(!m_window->feature<SoundSpace>().placed());
    // A path takes the place of a recording.
    drop(file);
    QTRY_VERIFY(m_window->feature<SoundSpace>().placed());
    drawPath(row(2, 1), row(4, 1), 4);
    QVERIFY(!m_window->feature<SoundSpace>().placed());
}

void TestSounds::whatARecordingIsToldIsWhatWasMeasured() {
    // Known clips at the levels 0 to 0.1 in steps of 0.01; Berta's loud ones are not among them.
    std::vector<LabelledClip> clips;
    for (int i = 0; i <= 10; ++i) {
        const float at = 0.1F * float(i);
        clips.push_back({{at, 0}, "known", "Anton", "train", "made.sf2"});
        clips.push_back({{at, 0.5F}, "valid", "Anton", "valid", "made.sf2"});
        clips.push_back({{at, 0}, "test", "Anton", "test", "made.sf2"});
    }
    auto known = KnownClips::calibrate(clips, "l1", {2, 0.05});
    QVERIFY_RESULT(known);
    const NamedClips others{"other music", {{{9, 0}, "x", "Berta", "test", "made.sf2"}}};
    known->measure({&others, 1});
    known->setUnseenSounds(nlohmann::json::array(
        {{{"font", "other.sf2"}, {"works", 8}, {"worksRight", 6}, {"largest", 2}}}));
    known->setRecordingsAccuracy({31, 8, 0.129, "elsewhere", "2026-11-01"});
    std::filesystem::create_directories(folder() / "classifiers");
    QVERIFY_RESULT(known->write(folder() / "classifiers/listener-known.safetensors"));
    qputenv("CANTO_ASSETS", m_folder->path().toUtf8());
    const auto clean = qScopeGuard([this] {
        qunsetenv("CANTO_ASSETS");
        std::filesystem::remove_all(folder() / "classifiers");
    });
    drop(test::writeLevels(folder() / "near.wav", {0.02F, 0.09F}));
    QTRY_VERIFY2(facts().contains(QLatin1String("Most similar composer: Berta (55 %)")),
                 qPrintable(facts()));
    QVERIFY(facts().contains(QLatin1String("On real recordings: Correct for 8 of 31 (26 %; 13 %")));
    QVERIFY2(facts().contains(QLatin1String("other.sf2: correct for 6 of 8 held-out works (75 %; "
                                            "always predicting the most frequent composer: 25 %)")),
             qPrintable(facts()));
    QVERIFY2(facts().contains(QLatin1String("0 % of held-out music by the known composers "
                                            "(made.sf2); 100 % of other music (made.sf2, AUC 1")),
             qPrintable(facts()));
    drop(test::writeLevels(folder() / "far.wav", {0.8F, 0.9F}));
    QTRY_VERIFY2(facts().contains(QLatin1String("Composer: None of these: further")),
                 qPrintable(facts()));
    QVERIFY(facts().contains(QLatin1String("95 % of held-out music")));
    QTRY_VERIFY(item().caption.contains(QLatin1String("similar to none of the composers")));
    const std::vector<float> five(std::size_t(5 * test::kSoundRate), 0.02F);
    drop(test::writeWav(folder() / "five.wav", five, int(test::kSoundRate)));
    QTRY_VERIFY2(facts().contains(QLatin1String("Composer: Too short: 5.0 s")),
                 qPrintable(facts()));
    QVERIFY(!facts().contains(QLatin1String("With SoundFonts unknown to it")));
    // No line of the facts is cut off, however long it is.
    for (const QLabel* label : m_window->feature<MapTools>().inspector()->findChildren<QLabel*>()) {
        if (label->isVisible() && label->wordWrap()) {
            QVERIFY2(label->height() >= label->heightForWidth(label->width()),
                     qPrintable(label->text()));
        }
    }
}

void TestSounds::recordingsThatCannotBePlacedSayWhy_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("hint");
    test::writeWav(folder() / "silent.wav", std::vector<float>(80000), 8000);
    test::writeWav(folder() / "short.wav", std::vector<float>(16000, 0.1F), 8000);
    std::ofstream(folder() / "text.wav") << "no sound, whatever its name says";
    QTest::newRow("silent") << "silent.wav"
                            << "is silent"
                            << "make it louder";
    QTest::newRow("short") << "short.wav"
                           << "shorter than three seconds"
                           << "ten seconds";
    QTest::newRow("no sound") << "text.wav"
                              << "cannot be read"
                              << "WAV, FLAC";
    QTest::newRow("not there") << "gone.wav"
                               << "no such file"
                               << "";
}

void TestSounds::recordingsThatCannotBePlacedSayWhy() {
    QFETCH(QString, name);
    QFETCH(QString, what);
    QFETCH(QString, hint);
    drop(folder() / name.toStdString());
    const auto text = [this] { return m_window->messages()->text(); };
    QTRY_VERIFY2(text().contains(what), qPrintable(text()));
    QVERIFY2(text().contains(name), qPrintable(text()));
    QVERIFY(!m_window->feature<SoundSpace>().placed());
    if (!hint.isEmpty()) {
        QString all;
        for (const QLabel* label : m_window->messages()->findChildren<QLabel*>()) {
            all += label->text();
        }
        QVERIFY2(all.contains(hint), qPrintable(all));
    }
}

void TestSounds::whatIsHeardIsSaved() {
    drawPath(row(2, 1), row(4, 1), 4);
    QSignalSpy saved(&m_window->workspace().exports(), &Exports::soundSaved);
    const auto file = folder() / "walk.wav";
    m_window->workspace().exports().saveSound(item().sound, file);
    QTRY_COMPARE(saved.count(), 1);
    // 0.3 at the end, and what changing the rate adds at the steps between constants.
    const double peak = saved.front().at(2).toDouble(); // dBFS
    QVERIFY2(peak > 20 * std::log10(0.299) && peak < 20 * std::log10(0.34),
             qPrintable(QString::number(peak)));
    const auto back = sound::readSound(file);
    QVERIFY_RESULT(back);
    QCOMPARE((*back)->frames(), item().sound->frames());
    QVERIFY(std::abs(levelAt(**back, 1) - levelAt(*item().sound, 1)) < 1e-5);
    QVERIFY_RESULT(drawSpectrogramRow(item().tiles, folder() / "walk.png"));
    QVERIFY(!QImage(QString::fromStdString((folder() / "walk.png").string())).isNull());
}

void TestSounds::withoutADecoderFilesAreHeardAllTheSame() {
    m_window.reset();
    open({});
    click(row(0, 0));
    QTRY_VERIFY(item().sound);
    click(row(4, 0));
    QTRY_VERIFY(m_window->messages()->text().contains(QLatin1String("not installed")));
    QCOMPARE(item().title, QStringLiteral("Work 0"));
}

void TestSounds::otherSpacesKeepTheirNotes() {
    QAction* place = nullptr;
    for (QAction* action : m_window->findChildren<QAction*>()) {
        place =
            action->text().remove(QLatin1Char('&')).contains(QLatin1String("Find recording on map"))
                ? action
                : place;
    }
    QVERIFY(place && place->isEnabled());
    QSignalSpy shown(&m_window->workspace(), &Workspace::spaceChanged);
    QVERIFY(m_window->workspace().spaces().go(std::string("notes")));
    QTRY_COMPARE(shown.count(), 1);
    QTRY_VERIFY(m_window->workspace().maps().view().whole());
    QTRY_VERIFY(m_window->map()->settled());
    QVERIFY(!place->isEnabled());
    m_window->feature<SoundSpace>().place(QStringLiteral("any.wav"));
    QVERIFY(m_window->messages()->text().contains(
        QLatin1String("only be placed in the Orchestra space")));
    QSignalSpy decoded(&m_window->workspace().inference(), &InferenceWorker::decoded);
    click(2 * test::kPhrasesEach); // its file is not there: decoded
    QTRY_COMPARE(item().title, QStringLiteral("Song 2"));
    QVERIFY(item().song && !item().sound && decoded.count() > 0);
    QVERIFY(m_window->feature<PlaybackControls>().roll()->isVisible());
    QCOMPARE(m_window->feature<MapTools>().inspector()->similar()->count(), 0);
    QSignalSpy all(&m_window->feature<PathController>(), &PathController::allDecoded);
    m_window->map()->setPath({{0, 0}, {2, 2}});
    m_window->feature<PathController>().setSteps(5);
    QTRY_COMPARE(all.count(), 1);
    QVERIFY(m_window->workspace().spaces().go(std::string("sound"))); // and back, at once
    QTRY_COMPARE(shown.count(), 2);
    QTRY_VERIFY(m_window->map()->settled());
    QVERIFY(place->isEnabled());
    click(row(4, 1));
    QTRY_VERIFY(item().sound);
}

QTEST_MAIN(TestSounds)
#include "tst_sounds.moc"
