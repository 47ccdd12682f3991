// SPDX-License-Identifier: GPL-3.0-or-later
// From a folder of music to a model of one's own: what the wizard stands on, without a window.

#include "app/library/user_models.h"
#include "app/runs/compare_models.h"
#include "app/runs/epoch_maps.h"
#include "app/runs/own_music.h"
#include "app/runs/run_log.h"
#include "core/projection/procrustes.h"
#include "models/datasets/prepared_dataset.h"
#include "models/datasets/prepared_polyphonic.h"
#include "models/registry/registry.h"
#include "tests/support/midi_folder.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <fstream>
#include <iterator>
#include <set>

using namespace canto;
namespace fs = std::filesystem;

namespace {

const fs::path kShipped = fs::path(CANTO_SOURCE_DIR) / "assets/models/musae.safetensors";

std::string bytesOf(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// `count` different songs in a folder.
void fill(const fs::path& folder, int count, int from) {
    fs::create_directories(folder);
    for (int n = from; n < from + count; ++n) {
        test::writeSong(folder / ("song" + std::to_string(n) + ".mid"), test::smallSong(n));
    }
}

} // namespace

class TestOwnMusic : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void labelsComeFromTheFolders();
    void labelsComeFromACsv();
    void whatCannotBeUsedIsLeftOutWithItsReason();
    void wholeSongsAreHeldOut();
    void tooLittleIsSaidWithTheFigure();
    void theDatasetHoldsLabelsAndSplit();
    void theDatasetIsOfTheKindOfTheWeights();
    void nothingUsableIsRefused();
    void aFineTuningRunBeginsWithTheWeights();
    void modelsStandBesideTheShippedOne();
    void shippedFoldersAreNotWrittenTo();
    void aChainOfPhrasesEncodesAsEachAlone();
    void epochsAreAlignedToTheLast();
    void theSeedsAreHeldOutAndStay();
    void heldOutFiguresAreThoseOfTheModel();
    void aLogIsReadBackWithoutWhatWasGoneOverAgain();

  private:
    OwnMusic survey(std::uint64_t seed = 1) const;
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

void TestOwnMusic::init() {
    m_temporary = std::make_unique<QTemporaryDir>();
    m_folder = m_temporary->path().toStdString();
}

OwnMusic TestOwnMusic::survey(std::uint64_t seed) const {
    const auto files = filesByFolder(m_folder / "music");
    return surveyOwnMusic(*files, seed, {}, {}).value();
}

void TestOwnMusic::labelsComeFromTheFolders() {
    fill(m_folder / "music" / "jazz" / "trio", 2, 0);
    fill(m_folder / "music" / "rock", 1, 2);
    fill(m_folder / "music", 1, 3);
    const auto files = filesByFolder(m_folder / "music");
    QVERIFY_RESULT(files);
    std::multiset<std::string> labels;
    for (const auto& file : *files) {
        labels.insert(file.label);
    }
    QCOMPARE(labels, (std::multiset<std::string>{"jazz", "jazz", "music", "rock"}));
    // A slash at the end names the same folder.
    const auto slash = filesByFolder((m_folder / "music").string() + "/");
    QVERIFY_RESULT(slash);
    QCOMPARE(slash->front().label, files->front().label);
}

void TestOwnMusic::labelsComeFromACsv() {
    fill(m_folder / "music", 3, 0);
    std::ofstream(m_folder / "music" / "labels.csv")
        << "path,mood,title\nsong0.mid,calm,\"One, two\"\nsong2.mid,wild,\n";
    const auto files = filesByCsv(m_folder / "music", m_folder / "music" / "labels.csv", "mood");
    QVERIFY_RESULT(files);
    QCOMPARE(files->size(), std::size_t(3));
    QCOMPARE((*files)[0].label, std::string("calm"));
    QCOMPARE((*files)[0].title, std::string("One, two"));
    QCOMPARE((*files)[1].label, std::string());
    QCOMPARE((*files)[2].label, std::string("wild"));
    const auto wrong = filesByCsv(m_folder / "music", m_folder / "music" / "labels.csv");
    QVERIFY(!wrong);
    QVERIFY(wrong.error().what.find("genre") != std::string::npos);
}

void TestOwnMusic::whatCannotBeUsedIsLeftOutWithItsReason() {
    fill(m_folder / "music", 4, 0);
    fs::copy_file(m_folder / "music" / "song1.mid", m_folder / "music" / "twice.mid");
    int broken = 0;
    for (const auto& [kind, bytes] : test::brokenFiles()) {
        std::ofstream(m_folder / "music" / (std::to_string(broken++) + " broken.mid"),
                      std::ios::binary)
            << bytes;
    }
    const auto music = survey();
    QCOMPARE(music.skipped, std::size_t(broken + 1));
    for (const auto& song : music.songs) {
        const bool good = song.file.file.filename().string().starts_with("song");
        QCOMPARE(song.skipped.empty(), good);
        QCOMPARE(song.split.empty(), !good);
        if (song.file.file.filename() == "twice.mid") {
            QCOMPARE(song.skipped, std::string("The same file as song1.mid"));
        }
    }
}

void TestOwnMusic::wholeSongsAreHeldOut() {
    fill(m_folder / "music" / "ten", 10, 0);
    fill(m_folder / "music" / "three", 3, 20);
    fill(m_folder / "music" / "two", 2, 30);
    const auto music = survey();
    QCOMPARE(music.labels.size(), std::size_t(3));
    const auto is = [](const LabelCount& label, std::size_t train, std::size_t valid,
                       std::size_t test) {
        return label.train == train && label.valid == valid && label.test == test;
    };
    QVERIFY(is(music.labels[0], 8, 1, 1));
    QVERIFY(is(music.labels[1], 2, 1, 0));
    QVERIFY(is(music.labels[2], 2, 0, 0));
    // Eight bars have seven places for two.
    QCOMPARE(music.labels[0].phrases, std::size_t(70));
    QCOMPARE(music.trainPhrases, std::size_t(12 * 7));
    QCOMPARE(music.heldOutPhrases, std::size_t(3 * 7));
    const auto splits = [](const OwnMusic& of) {
        std::vector<std::string> all;
        for (const auto& song : of.songs) {
            all.push_back(song.split);
        }
        return all;
    };
    QCOMPARE(splits(survey()), splits(music));
    QVERIFY(splits(survey(2)) != splits(music) || splits(survey(3)) != splits(music));
}

void TestOwnMusic::tooLittleIsSaidWithTheFigure() {
    fill(m_folder / "music" / "a", 1, 0);
    fill(m_folder / "music" / "b", 2, 1);
    const auto music = survey();
    QVERIFY(music.usable);
    std::string all;
    for (const auto& warning : music.warnings) {
        all += warning + "\n";
    }
    QVERIFY2(all.find("Only 21 phrases") != std::string::npos, all.c_str());
    QVERIFY2(all.find("400") != std::string::npos, all.c_str());
    QVERIFY2(all.find("\"a\" has 1 song:") != std::string::npos, all.c_str());
    QVERIFY2(all.find("No song can be held out") != std::string::npos, all.c_str());
}

void TestOwnMusic::theDatasetHoldsLabelsAndSplit() {
    fill(m_folder / "music" / "calm, \"slow\"", 5, 0);
    fill(m_folder / "music" / "fast", 5, 5);
    const auto music = survey();
    const auto path = writeOwnDataset(music, m_folder / "run", {}, {});
    QVERIFY_RESULT(path);
    const auto data = tensors::PreparedDataset::open(*path);
    QVERIFY_RESULT(data);
    QCOMPARE(data->classes(), (std::vector<std::string>{"calm, \"slow\"", "fast"}));
    QCOMPARE(data->songs().size(), std::size_t(10));
    QCOMPARE(data->phrases("train").size(), music.trainPhrases);
    for (std::size_t i = 0; i < 10; ++i) {
        QCOMPARE(data->songs()[i].split, music.songs[i].split);
    }
}

void TestOwnMusic::theDatasetIsOfTheKindOfTheWeights() {
    fill(m_folder / "music" / "calm", 5, 0);
    const auto music = survey();
    const fs::path weights = m_folder / "all-notes.safetensors";
    QVERIFY_RESULT(tensors::writeSafeTensors(weights, {}, {{"architecture", "polyphonic"}}));
    const auto path = writeOwnDataset(music, m_folder / "run", {}, {}, weights);
    QVERIFY_RESULT(path);
    QVERIFY(!tensors::PreparedDataset::open(*path));
    const auto data = tensors::PreparedPolyphonic::open(*path);
    QVERIFY_RESULT(data);
    QCOMPARE(data->songs().size(), std::size_t(5));
}

void TestOwnMusic::nothingUsableIsRefused() {
    fs::create_directories(m_folder / "music");
    const auto none = filesByFolder(m_folder / "music");
    QVERIFY_RESULT(none);
    QVERIFY(!surveyOwnMusic(*none, 1, {}, {}));
    std::ofstream(m_folder / "music" / "a.mid") << "no music";
    const auto music = survey();
    QVERIFY(!music.usable);
    QVERIFY(!writeOwnDataset(music, m_folder / "run", {}, {}));
}

void TestOwnMusic::aFineTuningRunBeginsWithTheWeights() {
    const auto request = fineTuneRequest("data", "weights", "out", 8, 100);
    QCOMPARE(request.initialWeights, fs::path("weights"));
    QVERIFY(request.rateFactor < 1);
    QVERIFY(request.keepEpochs);
    QCOMPARE(request.epochMinutes, 1.0);
    QCOMPARE(request.batch, 25); // a quarter of the phrases
    QCOMPARE(fineTuneRequest("data", "weights", "out", 8, 5).batch, 8);
    QCOMPARE(fineTuneRequest("data", "weights", "out", 8, 1'000'000).batch, 192);
}

void TestOwnMusic::modelsStandBesideTheShippedOne() {
    const std::string before = bytesOf(kShipped);
    const fs::path own = m_folder / "models";
    const auto first = addModel(kShipped, own, "Jazz & more!", {{"run", "r1"}});
    QVERIFY_RESULT(first);
    QCOMPARE(first->path.filename(), fs::path("jazz-more.safetensors"));
    const auto second = addModel(kShipped, own, "Jazz & more!", {});
    QVERIFY_RESULT(second);
    QCOMPARE(second->path.filename(), fs::path("jazz-more-2.safetensors"));
    QVERIFY(bytesOf(kShipped) == before);
    std::ofstream(own / "damaged.safetensors") << "not weights";
    std::vector<std::string> notes;
    const auto all = listModels(own, &notes);
    QCOMPARE(notes.size(), std::size_t(1));
    std::size_t shipped = 0, mine = 0;
    for (const auto& model : all) {
        ++(model.shipped ? shipped : mine);
        if (!model.shipped) {
            QCOMPARE(model.title, std::string("Jazz & more!"));
            QVERIFY_RESULT(models::openModel(model.path.string()));
        }
    }
    QCOMPARE(mine, std::size_t(2));
    QVERIFY(shipped >= 1 && all.front().shipped);
    QVERIFY(!addModel(kShipped, own, "", {}));
    QVERIFY(!addModel(own / "damaged.safetensors", own, "Damaged", {}));
}

void TestOwnMusic::shippedFoldersAreNotWrittenTo() {
    qputenv("CANTO_ASSETS", (m_folder / "assets").string().c_str());
    fs::create_directories(m_folder / "assets" / "models");
    const auto refused = addModel(kShipped, m_folder / "assets" / "models", "Mine", {});
    const auto inside = addModel(kShipped, m_folder / "assets" / "new", "Mine", {});
    qunsetenv("CANTO_ASSETS");
    QVERIFY(!refused && !inside);
    QVERIFY(fs::is_empty(m_folder / "assets" / "models"));
}

void TestOwnMusic::aChainOfPhrasesEncodesAsEachAlone() {
    fill(m_folder / "music" / "a", 12, 0);
    const auto path = writeOwnDataset(survey(), m_folder / "run", {}, {});
    QVERIFY_RESULT(path);
    const auto maps = EpochMaps::open(*path, {.points = 80});
    QVERIFY_RESULT(maps);
    QCOMPARE(maps->size(), std::size_t(80));
    const auto model = models::openModel(kShipped.string());
    QVERIFY_RESULT(model);
    const auto points = maps->encode(**model, {});
    QVERIFY_RESULT(points);
    QCOMPARE(points->count, maps->size());
    for (const std::size_t row : {0ul, 1ul, 63ul, 64ul, 79ul}) {
        const auto song = maps->song(row);
        QVERIFY_RESULT(song);
        const models::Segment whole{0, 0, song->endTick(), true};
        const auto alone = (*model)->encode(*song, std::span(&whole, 1), {});
        QVERIFY_RESULT(alone);
        for (std::size_t d = 0; d < points->dimensions; ++d) {
            QVERIFY(std::abs(alone->front()[d] - points->view().row(row)[d]) < 1e-3f);
        }
    }
}

void TestOwnMusic::epochsAreAlignedToTheLast() {
    fill(m_folder / "music" / "a", 10, 0);
    fill(m_folder / "music" / "b", 10, 20);
    const auto path = writeOwnDataset(survey(), m_folder / "run", {}, {});
    QVERIFY_RESULT(path);
    auto maps = EpochMaps::open(*path, {});
    QVERIFY_RESULT(maps);
    const auto model = models::openModel(kShipped.string());
    QVERIFY_RESULT(model);
    const auto first = maps->add(**model, {});
    QVERIFY_RESULT(first);
    QCOMPARE(first->size(), maps->size());
    const auto second = maps->add(**model, {});
    QVERIFY_RESULT(second);
    // Aligned: no further turn, shift or change of size brings the second nearer to the first.
    const auto left = projection::procrustes(*second, *first);
    QVERIFY_RESULT(left);
    QVERIFY(std::abs(left->xx - 1) < 1e-3f && std::abs(left->xy) < 1e-3f);
    QVERIFY(std::abs(left->scale - 1) < 1e-3f);
    QVERIFY(std::abs(left->shift.x) < 1e-2f && std::abs(left->shift.y) < 1e-2f);
    // The same latents, from the last layout on: it stays recognisable.
    double moves = 0, spread = 0;
    for (std::size_t i = 0; i < first->size(); ++i) {
        moves += std::pow(double(projection::mapDistance((*first)[i], (*second)[i])), 2);
        spread += std::pow(double(projection::mapDistance((*first)[i], {0, 0})), 2);
    }
    QVERIFY2(moves < 0.1 * spread, qPrintable(QString::number(moves / spread)));
    const CancelToken cancelled;
    cancelled.cancel();
    QCOMPARE(maps->add(**model, cancelled).error().code, Error::Code::Cancelled);
}

void TestOwnMusic::theSeedsAreHeldOutAndStay() {
    for (const char* label : {"a", "b", "c"}) {
        fill(m_folder / "music" / label, 5, 5 * (label[0] - 'a'));
    }
    const auto path = writeOwnDataset(survey(), m_folder / "run", {}, {});
    QVERIFY_RESULT(path);
    const auto maps = EpochMaps::open(*path, {});
    const auto again = EpochMaps::open(*path, {});
    QVERIFY_RESULT(maps);
    QVERIFY_RESULT(again);
    QCOMPARE(maps->seeds().size(), std::size_t(3)); // a song to validate of each label, no more
    std::set<std::string> labels;
    for (std::size_t i = 0; i < 3; ++i) {
        const std::string& title = maps->seeds()[i].title;
        QCOMPARE(again->seeds()[i].title, title);
        labels.insert(title.substr(title.find('('), 3));
        QVERIFY(!maps->seeds()[i].song.notes.empty());
    }
    QCOMPARE(labels.size(), std::size_t(3));
}

void TestOwnMusic::heldOutFiguresAreThoseOfTheModel() {
    fill(m_folder / "music" / "a", 10, 0);
    const auto path = writeOwnDataset(survey(), m_folder / "run", {}, {});
    QVERIFY_RESULT(path);
    const auto model = models::openModel(kShipped.string());
    QVERIFY_RESULT(model);
    const auto figures = heldOutFigures(**model, *path, {}, {});
    QVERIFY_RESULT(figures);
    QCOMPARE(figures->split, std::string("test"));
    QCOMPARE(figures->phrases, std::size_t(7));
    // The same by the tokens themselves, phrase by phrase.
    const auto data = tensors::PreparedDataset::open(*path);
    codec::TokenMetrics metrics;
    for (const auto row : data->phrases("test")) {
        const auto tokens = codec::canonical(data->phrase(row));
        const auto song = codec::phraseToSong(tokens, {.expressions = data->expressionsOf(row)});
        const auto latent = (*model)->encode(*song, (*model)->segments(*song), {});
        const auto back = (*model)->decode(latent->front(), {}, {});
        metrics.add(codec::MusaeSong(*back).encode(0), tokens);
    }
    QCOMPARE(figures->accuracy, metrics.scores().mean.accuracy);
    QCOMPARE(figures->onsetF1, metrics.scores().mean.onsetF1);
    QVERIFY(figures->accuracy > 0.5);
}

void TestOwnMusic::aLogIsReadBackWithoutWhatWasGoneOverAgain() {
    fs::create_directories(m_folder / "run");
    std::ofstream(m_folder / "run" / "metrics.jsonl")
        << R"({"step":10,"epoch":1,"losses":{"a.x":3.0,"a.bad":null}})" << '\n'
        << R"({"step":10,"epoch":1,"validation":{"score":1.5}})" << '\n'
        << R"({"step":20,"epoch":2,"losses":{"a.x":2.0}})" << '\n'
        << R"({"step":20,"epoch":2,"validation":{"score":9.0}})" << '\n'
        << R"({"step":15,"epoch":2,"losses":{"a.x":2.5}})" << '\n'
        << R"({"step":20,"epoch":2,"validation":{"score":1.75}})" << '\n'
        << R"({"step":30,"epo)";
    std::ofstream(m_folder / "run" / "epoch-0002.safetensors") << "weights";
    const auto log = readRunLog(m_folder / "run");
    QVERIFY_RESULT(log);
    QCOMPARE(log->losses.size(), std::size_t(2));
    QCOMPARE(log->losses[1].step, std::int64_t(15));
    QCOMPARE(log->losses[0].losses.size(), std::size_t(1));
    QCOMPARE(log->epochs.size(), std::size_t(2));
    QCOMPARE(log->epochs[1].measures.at("score"), 1.75);
    QVERIFY(log->epochs[0].weights.empty());
    QCOMPARE(log->epochs[1].weights.filename(), fs::path("epoch-0002.safetensors"));
    QVERIFY(!readRunLog(m_folder));
}

QTEST_GUILESS_MAIN(TestOwnMusic)
#include "tst_own_music.moc"
