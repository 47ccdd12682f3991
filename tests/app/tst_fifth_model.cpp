// SPDX-License-Identifier: GPL-3.0-or-later
// A model and its space that the program does not know (tests/support/fifth): registered by one
// line, prepared for, trained, evaluated, imported with and shown like those that ship.

#include "app/cli/commands.h"
#include "app/shell/main_window.h"
#include "app/spaces/space_report.h"
#include "app/workspace/property_model.h"
#include "core/atlas/atlas.h"
#include "core/midi/smf_writer.h"
#include "models/common/model_card.h"
#include "models/train/run.h"
#include "tests/support/fifth/model/fifth.h"
#include "tests/support/fifth/space/space.h"
#include "tests/support/quiet_window.h"
#include "tests/support/test_support.h"
#include "widgets/map/latent_map.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <map>
#include <sstream>

using namespace canto;
using namespace canto::app;
namespace fs = std::filesystem;
namespace train = canto::models::train;

namespace {

constexpr int kSongs = 16;
constexpr int kBars = 8;
constexpr int kPhrases =
    kSongs * (kBars - 1); ///< of two bars, one begins at every bar but the last

/// Eight bars of bass and strings. Bright songs are fast and in a major scale, dark ones slow and
/// in a minor one; the number moves pitches and the rhythm of every bar.
music::Song moodSong(bool bright, int number) {
    constexpr int kMajor[] = {0, 4, 7, 9}, kMinor[] = {1, 3, 6, 10};
    music::Song song;
    song.tracks = {{"Bass"}, {"Strings"}};
    const auto add = [&song](int track, music::Tick start, music::Tick length, int pitch) {
        music::Note note;
        note.start = start;
        note.length = length;
        note.track = static_cast<std::uint16_t>(track);
        note.channel = static_cast<std::uint8_t>(track);
        note.program = track == 0 ? 33 : 48;
        note.pitch = static_cast<std::uint8_t>(pitch);
        song.notes.push_back(note);
    };
    for (int bar = 0; bar < kBars; ++bar) {
        const music::Tick start = bar * 4 * song.ticksPerQuarter;
        const int* scale = bright ? kMajor : kMinor;
        add(0, start, 4 * song.ticksPerQuarter, 36 + scale[(number + bar) % 4]);
        const int notes = (bright ? 6 : 1) + (number * (bar + 1)) % 3;
        const music::Tick length = 4 * song.ticksPerQuarter / 8;
        for (int i = 0; i < notes; ++i) {
            add(1, start + i * length, length, 60 + scale[(i + number + bar * (number % 3)) % 4]);
        }
    }
    song.finish();
    return song;
}

/// Runs a command of canto in this process. @return its exit code; -1 for a wrong command line.
int runCommand(void (*add)(CLI::App&, cli::Action&), std::vector<std::string> words) {
    CLI::App app;
    cli::Action action;
    add(app, action);
    std::reverse(words.begin(), words.end()); // as CLI11 takes them
    try {
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        qWarning("%s", error.what());
        return -1;
    }
    return action ? action() : -1;
}

std::map<std::string, std::vector<std::byte>> tensorsOf(const tensors::SafeTensors& file) {
    std::map<std::string, std::vector<std::byte>> tensors;
    for (const auto& view : file.tensors()) {
        tensors[view.name].assign(view.bytes.begin(), view.bytes.end());
    }
    return tensors;
}

std::string textOf(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

} // namespace

class TestFifthModel : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void anIdIsTakenOnce();
    void itsMusicIsPrepared();
    void itLearns();
    void itsWeightsReopenBitForBit();
    void itIsEvaluated();
    void itsReportIsWritten();
    void midiFilesAreImportedWithIt();
    void theWindowShowsAndPlaysIt();

  private:
    fs::path file(const char* name) const { return folder() / name; }
    fs::path folder() const { return m_folder.path().toStdString(); }
    Result<tensors::SafeTensors> weights() const {
        return tensors::SafeTensors::open(m_weights, tensors::OpenOptions::weights());
    }
    void checkPlays(PlaybackItem::Kind kind);
    QPoint pointInSight() const;
    QPoint emptyPlace() const;

    QTemporaryDir m_folder;
    fs::path m_weights;
    std::unique_ptr<MainWindow> m_window;
};

void TestFifthModel::initTestCase() {
    QVERIFY_RESULT(models::addArchitecture(models::fifth::architecture()));
    fs::create_directories(file("songs"));
    std::ofstream labels(file("songs/labels.csv"));
    labels << "path,title,artist,mood,split\n";
    for (int i = 0; i < kSongs; ++i) {
        const bool bright = i % 2 == 0;
        const std::string name = std::to_string(i) + ".mid";
        const char* split = i >= kSongs - 2 ? "test" : i >= kSongs - 4 ? "valid" : "train";
        QVERIFY_RESULT(midi::writeSmfFile(file("songs") / name, moodSong(bright, i / 2)));
        labels << name << ",Song " << i << ",Artist " << i << "," << (bright ? "bright" : "dark")
               << "," << split << "\n";
    }
}

void TestFifthModel::anIdIsTakenOnce() {
    const auto count = models::architectures().size();
    QCOMPARE(models::addArchitecture(models::fifth::architecture()).error().code,
             Error::Code::BadInput);
    QCOMPARE(models::architectures().size(), count);
    QVERIFY_RESULT(models::findArchitecture("fifth"));
    QVERIFY_RESULT(models::findArchitecture("musae"));
}

void TestFifthModel::itsMusicIsPrepared() {
    QCOMPARE(runCommand(&cli::addPrepareCommand,
                        {"prepare", "--labels", file("songs/labels.csv").string(), "--class-column",
                         "mood", "--out", file("songs.safetensors").string()}),
             cli::kGood);
}

void TestFifthModel::itLearns() {
    train::RunRequest request;
    request.architecture = "fifth";
    request.dataset = file("songs.safetensors");
    request.out = file("run");
    request.steps = 120;
    request.logEvery = 1;
    request.epochSteps = 60;
    request.threads = 1;
    request.device = "cpu";
    std::vector<double> losses;
    train::Observer observer;
    observer.onStep = [&losses](const train::StepReport& report) {
        losses.push_back(report.losses.at("network.reconstruction"));
    };
    const auto result = train::runTraining(request, train::Start::Fresh, {}, observer);
    QVERIFY_RESULT(result);
    QCOMPARE(losses.size(), std::size_t(120));
    QVERIFY2(losses.back() < 0.5 * losses.front(),
             qPrintable(QStringLiteral("%1 to %2").arg(losses.front()).arg(losses.back())));
    QVERIFY(result->bestScore.has_value());
    m_weights = result->weights;
    QCOMPARE(m_weights.filename().string(), std::string("best.safetensors"));
}

void TestFifthModel::itsWeightsReopenBitForBit() {
    const auto file1 = weights();
    QVERIFY_RESULT(file1);
    QVERIFY_RESULT(models::fifth::rewrite(*file1, file("again.safetensors")));
    const auto file2 =
        tensors::SafeTensors::open(file("again.safetensors"), tensors::OpenOptions::weights());
    QVERIFY_RESULT(file2);
    QVERIFY(!tensorsOf(*file1).empty());
    QVERIFY(tensorsOf(*file1) == tensorsOf(*file2));

    const auto model = models::openModel(m_weights.string()); // through the registry
    const auto again = models::openModel(file("again.safetensors").string());
    QVERIFY_RESULT(model);
    QVERIFY_RESULT(again);
    QCOMPARE((*model)->info().id, std::string("fifth"));
    QCOMPARE((*model)->info().classes, (std::vector<std::string>{"bright", "dark"}));
    const auto song = moodSong(true, 3);
    const auto segments = (*model)->segments(song);
    QCOMPARE(segments.size(), std::size_t(kBars - 1));
    const auto latents = (*model)->encode(song, segments, {});
    const auto same = (*again)->encode(song, segments, {});
    QVERIFY_RESULT(latents);
    QVERIFY_RESULT(same);
    QVERIFY(*latents == *same);
}

void TestFifthModel::itIsEvaluated() {
    const auto opened = weights();
    QVERIFY_RESULT(opened);
    const auto architecture = models::findArchitecture(opened->metadata("architecture"));
    QVERIFY_RESULT(architecture);
    const auto figures = (*architecture)->evaluate(*opened, file("songs.safetensors"), "test", {});
    QVERIFY_RESULT(figures);
    QCOMPARE((*figures)["phrases"].get<int>(), 2 * (kBars - 1));
    QVERIFY((*figures)["error"].get<double>() < (*figures)["errorOfSilence"].get<double>());

    QCOMPARE(runCommand(&cli::addEvaluateCommand,
                        {"evaluate", "--model", m_weights.string(), "--dataset",
                         file("songs.safetensors").string(), "--card",
                         file("card.safetensors").string(), "--note", "licence=CC0-1.0", "--ship"}),
             cli::kGood);
    const auto shipped = models::openModel(file("card.safetensors").string());
    QVERIFY_RESULT(shipped);
    const auto& card = (*shipped)->info().card;
    QCOMPARE(nlohmann::json::parse(card.at("metrics"))["error"].get<double>(),
             (*figures)["error"].get<double>());
}

void TestFifthModel::itsReportIsWritten() {
    SpaceReportRequest request;
    request.weights = m_weights;
    request.dataset = file("songs.safetensors");
    request.others = {{"shipped", file("card.safetensors")}};
    request.folder = file("report");
    const Space space = test::fifthSpace(m_weights, {});
    QVERIFY_RESULT(writeSpaceReport(space, request, {}));
    const auto report = nlohmann::json::parse(textOf(file("report/report.json")));
    QCOMPARE(report["models"].size(), std::size_t(2));
    QVERIFY(textOf(file("report/report.md")).find("| shipped |") != std::string::npos);
    // Neither weights of another space nor recordings.
    QCOMPARE(writeSpaceReport(shippedSpaces().front(), request, {}).error().code,
             Error::Code::BadInput);
    request.recordings = folder();
    QCOMPARE(writeSpaceReport(space, request, {}).error().code, Error::Code::BadInput);
}

void TestFifthModel::midiFilesAreImportedWithIt() {
    QCOMPARE(
        runCommand(&cli::addImportCommand,
                   {"import", file("songs").string(), "--labels", file("songs/labels.csv").string(),
                    "--model", m_weights.string(), "--atlas", file("fifth.atlas").string()}),
        cli::kGood);
    auto atlas = atlas::Atlas::open(file("fifth.atlas"), atlas::Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    const auto models = atlas->models();
    QVERIFY_RESULT(models);
    QCOMPARE(models->size(), std::size_t(1));
    QCOMPARE(models->front().name, std::string("fifth"));
    const auto points = atlas->points(models->front().id);
    QVERIFY_RESULT(points);
    QCOMPARE(points->count(), std::size_t(kPhrases));
    QCOMPARE(points->songOf(0).label("mood"), std::string("bright"));
}

/// The current item is of this kind, has notes, and plays.
void TestFifthModel::checkPlays(PlaybackItem::Kind kind) {
    Player& player = m_window->workspace().player();
    QTRY_COMPARE(player.currentItem().kind, kind);
    QTRY_VERIFY(player.playing());
    QVERIFY(player.currentItem().song);
    QVERIFY(!player.currentItem().song->notes.empty());
    QTRY_VERIFY(player.engine().position().tick > 0);
}

/// The pixel of a phrase that no legend or button covers.
QPoint TestFifthModel::pointInSight() const {
    auto* map = m_window->map();
    for (qint64 row = 0; row < kPhrases; ++row) {
        const QPoint at = map->toPixel(m_window->workspace().maps().placeOf(row)).toPoint();
        if (map->rect().contains(at) && map->childAt(at) == nullptr) {
            return at;
        }
    }
    return {};
}

/// The pixel of the map that is furthest from all points, among those between them.
QPoint TestFifthModel::emptyPlace() const {
    auto* map = m_window->map();
    std::vector<QPointF> points;
    QRectF box;
    for (qint64 row = 0; row < kPhrases; ++row) {
        points.push_back(map->toPixel(m_window->workspace().maps().placeOf(row)));
        box = box.united(QRectF(points.back() - QPointF(1, 1), QSizeF(2, 2)));
    }
    QPoint best;
    double furthest = 0;
    const QRect room = box.toRect().intersected(map->rect());
    for (int y = room.top(); y < room.bottom(); y += 4) {
        for (int x = room.left(); x < room.right(); x += 4) {
            double nearest = 1e9;
            for (const QPointF& point : points) {
                nearest = std::min(nearest, std::hypot(point.x() - x, point.y() - y));
            }
            if (nearest > furthest && map->childAt(x, y) == nullptr) {
                furthest = nearest;
                best = {x, y};
            }
        }
    }
    return furthest > 16 ? best : QPoint();
}

void TestFifthModel::theWindowShowsAndPlaysIt() {
    WindowOptions how = test::quietWindow(folder(), {}, nullptr);
    how.spaces = {test::fifthSpace(m_weights, file("fifth.atlas"))};
    m_window = std::make_unique<MainWindow>(how);
    Workspace& work = m_window->workspace();
    QSignalSpy maps(&work, &Workspace::mapsReady);
    QSignalSpy model(&work, &Workspace::modelChanged);
    m_window->map()->setReducedMotion(true);
    m_window->show();
    m_window->start();
    QTRY_COMPARE(maps.count(), 1);
    QTRY_COMPARE(model.count(), 1);
    QTRY_VERIFY(m_window->map()->settled());
    QCOMPARE(m_window->map()->snapshot()->size(), std::size_t(kPhrases));
    QCOMPARE(work.space().id, std::string("fifth"));

    // Its own column of classes, not "genre".
    const auto& columns = work.library()->columns;
    QVERIFY(std::find(columns.begin(), columns.end(), "mood") != columns.end());
    const auto classes = classesOf(*work.library(), work.model()->info());
    QCOMPARE(int(std::count(classes.begin(), classes.end(), 0)), kPhrases / 2);
    QCOMPARE(int(std::count(classes.begin(), classes.end(), 1)), kPhrases / 2);

    work.maps().setPlayOriginals(false);
    const QPoint point = pointInSight();
    QVERIFY(!point.isNull());
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, point);
    checkPlays(PlaybackItem::Kind::Reconstruction);
    if (QTest::currentTestFailed()) {
        return;
    }
    const QPoint empty = emptyPlace();
    QVERIFY(!empty.isNull());
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, empty);
    checkPlays(PlaybackItem::Kind::Decoded);
    m_window.reset();
}

QTEST_MAIN(TestFifthModel)
#include "tst_fifth_model.moc"
