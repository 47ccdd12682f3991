// SPDX-License-Identifier: GPL-3.0-or-later
// Exact resume of every model in the registry, with all its presets: a new model only needs a
// dataset here.

#include "models/registry/registry.h"
#include "models/train/run.h"
#include "small_arrangements.h"
#include "small_clips.h"
#include "small_music.h"
#include "small_polyphonic.h"
#include "small_words.h"
#include "tests/support/test_support.h"
#include "toy_trainable.h"

#include <csignal>
#include <sys/resource.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::train;
namespace fs = std::filesystem;

namespace {

/// A small prepared dataset that a model can be trained on; empty for a model this test has none
/// for.
fs::path datasetFor(const std::string& architecture, const fs::path& folder) {
    const auto path = folder / (architecture + ".safetensors");
    if (architecture == "orchestra" && !fs::exists(path) && !test::smallClips(3, 4).write(path)) {
        return {};
    }
    if (architecture == "arrange" && !fs::exists(path) &&
        !test::smallArrangements(6, 6).write(path)) {
        return {};
    }
    if (architecture == "musae" && !fs::exists(path) && !test::smallMusic(14, 8).write(path)) {
        return {};
    }
    if (architecture == "muser" && !fs::exists(path) && !test::smallPieces(14, 8).write(path)) {
        return {};
    }
    if (architecture == "polyphonic" && !fs::exists(path) && !test::smallBands(6, 4).write(path)) {
        return {};
    }
    return fs::exists(path) ? path : fs::path();
}

/// While it exists, files cannot grow: write() fails as on a full disk.
class FullDisk {
  public:
    FullDisk() {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit small{4096, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &m_before); }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

  private:
    rlimit m_before{};
};

} // namespace

class TestResume : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    RunRequest twentySteps(const char* out) {
        QFETCH(QString, architecture);
        QFETCH(QString, preset);
        RunRequest request;
        request.architecture = architecture.toStdString();
        request.preset = preset.toStdString();
        request.dataset = datasetFor(request.architecture, fs::path(m_folder.path().toStdString()));
        request.out = test::pathIn(
            m_folder, (request.architecture + "-" + request.preset + "-" + out).c_str());
        if (request.architecture == "orchestra") {
            request.changes = {{"width", 0.05}, {"latent", 6}};
        }
        if (request.architecture == "polyphonic") {
            request.changes = {{"width", 16}, {"layers", 1}, {"heads", 2}, {"feedForward", 16}};
        }
        if (request.architecture == "arrange") { // sizes of "medium" take seconds a step
            request.changes = {{"audioHidden", 16}, {"textureHidden", 16}, {"featureHidden", 16},
                               {"timeHidden", 32},  {"noteHidden", 16},    {"audioChannels", 2},
                               {"textureWide", 16}, {"noteWidth", 8}};
        }
        request.steps = 20;
        request.epochSteps = 8;
        request.batch = 4;
        request.seed = 11;
        request.threads = 1;
        request.logEvery = 3;
        return request;
    }

    /// The undisturbed run, made once a preset.
    fs::path straight() {
        const auto request = twentySteps("straight");
        if (!fs::exists(request.out / "checkpoint-20.safetensors")) {
            runTraining(request, Start::Fresh, {}, {});
        }
        return request.out;
    }

    void rows() {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("preset");
        for (const auto& architecture : architectures()) {
            for (const auto& preset : architecture.presets) {
                if (preset == "paper") {
                    continue; // the code of "recurrent" at a size where a step takes seconds
                }
                QTest::newRow(qPrintable(QString::fromStdString(architecture.id + " " + preset)))
                    << QString::fromStdString(architecture.id) << QString::fromStdString(preset);
            }
        }
    }

    static void compare(const fs::path& run, const fs::path& expected) {
        const auto tensors = test::tensorsOf(expected / "checkpoint-20.safetensors");
        QVERIFY(tensors.size() > 4);
        QVERIFY(test::tensorsOf(run / "checkpoint-20.safetensors") == tensors);
        QVERIFY(test::tensorsOf(run / "last.safetensors") ==
                test::tensorsOf(expected / "last.safetensors"));
        QVERIFY(test::lossesOf(run) == test::lossesOf(expected));
        QCOMPARE(test::lossesOf(run).size(), std::size_t(7)); // 3 6 9 12 15 18 20
        QCOMPARE(test::logOf(run).size(), std::size_t(10));   // and epochs 8 16 20
    }

    enum class Stop {
        InAnEpoch, ///< after step 9
        AtItsEnd,  ///< after step 8, with two steps that are not logged yet
    };
    static Result<TrainResult> stoppedRun(const RunRequest& request, Stop where) {
        const RunControl control;
        Observer observer;
        observer.onStep = [&](const StepReport& report) {
            if (where == Stop::InAnEpoch && report.step == 9) {
                control.cancel();
            }
        };
        observer.onEpoch = [&](const EpochReport&) {
            if (where == Stop::AtItsEnd) {
                control.cancel();
            }
        };
        return runTraining(request, Start::Fresh, control, observer);
    }

  private Q_SLOTS:
    void aStopAndAResumeChangeNothing_data() { rows(); }
    void aStopAndAResumeChangeNothing() {
        const auto request = twentySteps("stopped");
        QVERIFY2(!request.dataset.empty(), "this model needs a dataset in datasetFor");
        const auto part = stoppedRun(request, Stop::InAnEpoch);
        QVERIFY_RESULT(part);
        QCOMPARE(part->end, End::Cancelled);
        const auto kept = readRequest(request.out);
        QVERIFY_RESULT(kept);
        const auto rest = runTraining(*kept, Start::Resume, {}, {});
        QVERIFY_RESULT(rest);
        QCOMPARE(rest->end, End::Complete);
        compare(request.out, straight());
    }

    void aFullDiskEndsTheRunWithItsReasonAndTheOldCheckpointIsGood_data() { rows(); }
    void aFullDiskEndsTheRunWithItsReasonAndTheOldCheckpointIsGood() {
        const auto request = twentySteps("full disk");
        QVERIFY_RESULT(stoppedRun(request, Stop::AtItsEnd));
        {
            const FullDisk full;
            const auto refused = runTraining(request, Start::Resume, {}, {});
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, Error::Code::Io);
            QVERIFY(!refused.error().where.empty());
        }
        QVERIFY_RESULT(runTraining(request, Start::Resume, {}, {}));
        compare(request.out, straight());
    }

    void aDamagedNewestCheckpointIsPassedOver_data() { rows(); }
    void aDamagedNewestCheckpointIsPassedOver() {
        const auto request = twentySteps("damaged");
        QVERIFY_RESULT(stoppedRun(request, Stop::InAnEpoch)); // leaves those of steps 8 and 9
        {
            std::fstream file(request.out / "checkpoint-9.safetensors",
                              std::ios::in | std::ios::out | std::ios::binary);
            file.seekp(5000);
            file.write("damage", 6);
        }
        std::vector<RunEvent> notes;
        Observer observer;
        observer.onEvent = [&](const RunEvent& event) {
            if (event.kind == RunEvent::Kind::Note) {
                notes.push_back(event);
            }
        };
        QVERIFY_RESULT(runTraining(request, Start::Resume, {}, observer));
        QCOMPARE(notes.size(), std::size_t(2));
        QVERIFY(notes[0].text.find("checkpoint-9") != std::string::npos);
        QCOMPARE(notes[1].text, std::string("Going on from step 8"));
        compare(request.out, straight());
    }

    void fineTuningBeginsWithTheWeightsAndKeepsWhatIsFrozen_data() { rows(); }
    void fineTuningBeginsWithTheWeightsAndKeepsWhatIsFrozen() {
        auto request = twentySteps("tuned");
        const auto base = straight() / "last.safetensors";
        request.initialWeights = base;
        request.changes = {}; // the weights decide the sizes
        request.frozen = {"encoder."};
        request.rateFactor = 2;
        request.steps = 4;
        QVERIFY_RESULT(runTraining(request, Start::Fresh, {}, {}));
        const auto before = test::tensorsOf(base);
        const auto after = test::tensorsOf(request.out / "last.safetensors");
        QCOMPARE(after.size(), before.size());
        int moved = 0;
        for (const auto& [name, bytes] : after) {
            if (name.starts_with("encoder.")) {
                QVERIFY2(bytes == before.at(name), name.c_str());
            }
            moved += bytes == before.at(name) ? 0 : 1;
        }
        QVERIFY(moved > 0);
    }

    void withoutValidationSongsTheLastEpochIsTheResult_data() {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("preset");
        for (const auto& architecture : architectures()) {
            QTest::newRow(architecture.id.c_str())
                << QString::fromStdString(architecture.id)
                << QString::fromStdString(architecture.presets.front());
        }
    }
    void withoutValidationSongsTheLastEpochIsTheResult() {
        auto request = twentySteps("unvalidated");
        request.dataset = test::pathIn(m_folder, (request.architecture + "-train").c_str());
        QVERIFY_RESULT(request.architecture == "musae"
                           ? test::smallMusic(8, 8, false).write(request.dataset)
                       : request.architecture == "muser"
                           ? test::smallPieces(8, 8, false).write(request.dataset)
                       : request.architecture == "orchestra"
                           ? test::smallClips(3, 4, 2, false).write(request.dataset)
                       : request.architecture == "polyphonic"
                           ? test::smallBands(4, 4, false).write(request.dataset)
                           : test::smallArrangements(4, 6, false).write(request.dataset));
        if (request.architecture == "orchestra") {
            request.changes["split"] = "work";
        }
        request.steps = 9;
        request.epochSteps = 3;
        request.patience = 1;
        const auto result = runTraining(request, Start::Fresh, {}, {});
        QVERIFY_RESULT(result);
        QCOMPARE(result->end, End::Complete);
        QVERIFY(!result->bestScore);
        QVERIFY(result->weights == request.out / "last.safetensors");
        QVERIFY(!fs::exists(request.out / "best.safetensors"));
        const auto weights =
            tensors::SafeTensors::open(result->weights, tensors::OpenOptions::weights());
        QVERIFY_RESULT(weights);
        QCOMPARE(weights->metadata("steps"), std::string("9"));
        const auto run = nlohmann::json::parse(std::ifstream(request.out / "run.json"));
        QCOMPARE(run["result"]["weights"].get<std::string>(), std::string("last.safetensors"));
        QVERIFY(run["result"]["bestScore"].is_null());
    }

    void changedDataStopAResumeUnlessAskedFor() {
        RunRequest request;
        request.dataset = test::pathIn(m_folder, "changing.safetensors");
        request.out = test::pathIn(m_folder, "changed data");
        request.steps = 12;
        request.epochSteps = 2;
        request.batch = 4;
        request.threads = 1;
        QVERIFY_RESULT(test::smallMusic(14).write(request.dataset));
        QVERIFY_RESULT(stoppedRun(request, Stop::AtItsEnd)); // after step 2
        QVERIFY(fs::exists(request.out / "best.safetensors"));
        // The same songs, others of them held out: the numbers of the file are the same.
        QVERIFY_RESULT(test::smallMusic(14, 1, false).write(request.dataset));
        const auto refused = runTraining(request, Start::Resume, {}, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, Error::Code::BadInput);
        QVERIFY(refused.error().message().find("have changed") != std::string::npos);
        QVERIFY(refused.error().message().find("--changed-data") != std::string::npos);

        // More songs, so that the positions of the old order lie elsewhere.
        QVERIFY_RESULT(test::smallMusic(20).write(request.dataset));
        request.steps = 4;
        const auto resumed = runTraining(request, Start::ResumeWithOtherData, {}, {});
        QVERIFY_RESULT(resumed);
        QCOMPARE(resumed->steps, std::int64_t(4));
        QVERIFY(fs::exists(request.out / "best-before-step-2.safetensors"));
        // The first epoch on the new data is the best of these whatever its score was before.
        const auto best = tensors::SafeTensors::open(request.out / "best.safetensors");
        QVERIFY_RESULT(best);
        QCOMPARE(best->metadata("steps"), std::string("4"));
        // From now on they are the data of this run.
        request.steps = 6;
        QVERIFY_RESULT(runTraining(request, Start::Resume, {}, {}));
    }

    void namesThatAreNotUtf8AreFoundAgain() {
        RunRequest request;
        const fs::path folder = test::pathIn(m_folder, "caf\xe9");
        fs::create_directories(folder);
        request.dataset = folder / "d.safetensors";
        request.out = folder / "run";
        request.steps = 4;
        request.epochSteps = 2;
        request.batch = 4;
        request.threads = 1;
        QVERIFY_RESULT(test::smallMusic(14).write(request.dataset));
        QVERIFY_RESULT(stoppedRun(request, Stop::AtItsEnd));
        const auto kept = readRequest(request.out);
        QVERIFY_RESULT(kept);
        QVERIFY(kept->dataset == request.dataset);
        QVERIFY_RESULT(runTraining(*kept, Start::Resume, {}, {}));
    }

    void aFolderWithARunIsNotOverwritten() {
        RunRequest request;
        request.dataset = datasetFor("musae", fs::path(m_folder.path().toStdString()));
        request.out = test::pathIn(m_folder, "taken");
        request.steps = 1;
        request.batch = 4;
        QVERIFY_RESULT(runTraining(request, Start::Fresh, {}, {}));
        const auto again = runTraining(request, Start::Fresh, {}, {});
        QVERIFY(!again);
        QCOMPARE(again.error().code, Error::Code::BadInput);
    }

    void requestsSurviveTheirFile() {
        RunRequest request;
        request.dataset = "/songs.safetensors";
        request.changes = {{"latentNoise", 0.1}};
        request.frozen = {"encoder."};
        request.seed = 18446744073709551615ULL;
        const auto read = RunRequest::fromJson(request.toJson());
        QVERIFY_RESULT(read);
        QVERIFY(read->toJson() == request.toJson());
        auto wrong = request.toJson();
        wrong["steps"] = "many";
        const auto refused = RunRequest::fromJson(wrong);
        QVERIFY(!refused);
        QVERIFY(refused.error().message().find("steps") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestResume)
#include "tst_resume.moc"
