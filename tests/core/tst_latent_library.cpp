// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/latent_export.h"
#include "core/atlas/latent_library.h"
#include "core/base/random.h"
#include "tests/support/npy_bytes.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>

using namespace canto;
using namespace canto::atlas;
using canto::test::npyBytes;
using canto::test::rawBytes;
using canto::test::writeBytes;
namespace fs = std::filesystem;

class TestLatentLibrary : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void aTableBecomesALibrary();
    void rowsOfOneSoundAreOneSong();
    void finishedPositionsAreKeptBitForBit();
    void oneAndThreeRowsHaveMaps();
    void aSampledMapGivesFittedRowsTheirOwnPlaces();
    void nothingIsReplacedUnasked();
    void aCancelledLibraryLeavesNothing();
    void exportedLatentsAreReadAgain();
    void exportedTablesAreReadAgain();

  private:
    fs::path at(const std::string& name) const {
        return fs::path(m_folder->path().toStdString()) / name;
    }
    /// The library of a table.
    Result<AtlasPoints> made(const std::string& text, LatentMapOptions options = {});

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

LatentMapOptions pca() {
    LatentMapOptions options;
    options.projection.kind = projection::ProjectionOptions::Kind::Pca;
    return options;
}

/// Two groups of points.
std::string clusters(std::size_t count, std::size_t dimensions) {
    Random random(3);
    std::vector<float> numbers;
    for (std::size_t row = 0; row < count; ++row) {
        for (std::size_t d = 0; d < dimensions; ++d) {
            numbers.push_back(static_cast<float>(random.normal() + (row % 2 == 0 ? 0 : 8)));
        }
    }
    return npyBytes("<f4", "(" + std::to_string(count) + ", " + std::to_string(dimensions) + ")",
                    rawBytes(numbers));
}

} // namespace

void TestLatentLibrary::init() { m_folder = std::make_unique<QTemporaryDir>(); }

Result<AtlasPoints> TestLatentLibrary::made(const std::string& text, LatentMapOptions options) {
    writeBytes(at("in.csv"), text);
    options.replace = true;
    CANTO_CHECK(makeLatentLibrary(at("in.csv"), at("in.atlas"), options));
    CANTO_TRY(atlas, Atlas::open(at("in.atlas"), Access::ReadOnly));
    CANTO_TRY(models, atlas->models());
    return atlas->points(models->at(0).id);
}

void TestLatentLibrary::aTableBecomesALibrary() {
    const auto points = made("z0,z1,genre,mood\n1,2,rock,glad\n3,4,jazz,\n5,7,rock,glad\n", pca());
    QVERIFY_RESULT(points);
    QVERIFY(isLatentLibrary(points->model));
    QCOMPARE(points->model.latentSize, 2);
    QCOMPARE(points->count(), std::size_t(3));
    QCOMPARE(points->songs.size(), std::size_t(2)); // rows 1 and 3 have the same labels
    QCOMPARE(points->songs[0].genre, std::string("rock"));
    QCOMPARE(points->songs[0].label("mood"), std::string("glad"));
    QCOMPARE(points->songs[1].label("mood"), std::string());
    QCOMPARE(points->songs[0].title, std::string("in"));
    // Rows of a song side by side; `bar` is the row of the file.
    QCOMPARE(points->segments[1].bar, 2);
    QCOMPARE(points->latents, (std::vector<float>{1, 2, 5, 7, 3, 4}));
    auto atlas = Atlas::open(at("in.atlas"), Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    const auto map = atlas->readProjection(points->model.id, "PCA");
    QVERIFY_RESULT(map);
    QCOMPARE(map->segments.size(), std::size_t(3));
    QCOMPARE(map->xy.size(), std::size_t(6));
}

void TestLatentLibrary::rowsOfOneSoundAreOneSong() {
    auto options = pca();
    options.table.sound = "file";
    options.table.start = "from";
    options.table.length = "for";
    const auto points = made("z,file,from,for\n1,a#1.wav,0,2.5\n2,b.mid,,\n3,a#1.wav,2.5,2.5\n"
                             "4,a#1.wav,0,2.5\n5,,,\n6,a#1.wav,7,\n",
                             options);
    QVERIFY_RESULT(points);
    QCOMPARE(points->songs.size(), std::size_t(3));
    QCOMPARE(points->songs[0].title, std::string("a#1"));
    QCOMPARE(points->count(), std::size_t(6));
    const auto soundOf = [&](int fileRow) {
        for (std::size_t row = 0; row < points->count(); ++row) {
            if (points->segments[row].bar == fileRow) {
                return soundOfRow(points->songOf(row), points->segments[row]);
            }
        }
        return RowSound{};
    };
    QCOMPARE(soundOf(0).path, at("a#1.wav").string());
    QCOMPARE(soundOf(0).from, 0.0);
    QVERIFY(std::abs(soundOf(0).length - 2.5) < 1e-5);
    QVERIFY(std::abs(soundOf(3).length - 2.5) < 1e-5); // the same part again
    QCOMPARE(soundOf(2).from, 2.5);
    QCOMPARE(soundOf(1).path, at("b.mid").string());
    QCOMPARE(soundOf(1).length, 0.0);
    QCOMPARE(soundOf(4).path, std::string());
    QCOMPARE(soundOf(5).from, 7.0);
    QCOMPARE(soundOf(5).length, 0.0); // to the end
}

void TestLatentLibrary::finishedPositionsAreKeptBitForBit() {
    LatentMapOptions options;
    options.table.x = "x";
    options.table.y = "y";
    const auto points = made("x,y,name\n0.1,-7.25,a\n1e-3,3,b\n0.3333333,4,c\n", options);
    QVERIFY_RESULT(points);
    auto atlas = Atlas::open(at("in.atlas"), Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    const auto map = atlas->readProjection(points->model.id, "As given");
    QVERIFY_RESULT(map);
    QCOMPARE(map->xy, (std::vector<float>{0.1F, -7.25F, 1e-3F, 3, 0.3333333F, 4}));
}

void TestLatentLibrary::oneAndThreeRowsHaveMaps() {
    for (const char* text : {"z0,z1\n1,2\n", "z0,z1\n1,2\n3,5\n7,1\n", "z\n1\n2\n4\n"}) {
        const auto points = made(text); // a UMAP was asked for
        QVERIFY_RESULT(points);
        auto atlas = Atlas::open(at("in.atlas"), Access::ReadOnly);
        QVERIFY_RESULT(atlas);
        const auto map = atlas->readProjection(points->model.id, "PCA");
        QVERIFY_RESULT(map);
        QCOMPARE(map->segments.size(), points->count());
    }
}

void TestLatentLibrary::aSampledMapGivesFittedRowsTheirOwnPlaces() {
    writeBytes(at("in.npy"), clusters(400, 4));
    LatentMapOptions options;
    options.sample = 100; // rows 0, 4, 8 ...
    options.projection.umap.epochs = 20;
    const auto report = makeLatentLibrary(at("in.npy"), at("in.atlas"), options);
    QVERIFY_RESULT(report);
    QCOMPARE(report->fitted, std::size_t(100));
    QCOMPARE(report->points, std::size_t(400));
    QCOMPARE(report->findings.notes.size(), std::size_t(1));
    auto atlas = Atlas::open(at("in.atlas"), Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    const auto model = atlas->models()->at(0);
    const auto map = atlas->readProjection(model.id, "UMAP");
    QVERIFY_RESULT(map);
    QCOMPARE(map->segments.size(), std::size_t(400));
    QVERIFY(std::all_of(map->xy.begin(), map->xy.end(), [](float v) { return std::isfinite(v); }));
    // The fitted rows alone are a map of their own with the same places.
    const auto points = atlas->points(model.id);
    auto picked = std::make_shared<projection::Points>();
    picked->dimensions = 4;
    for (std::size_t row = 0; row < 400; row += 4) {
        const auto latent = points->latent(row);
        picked->values.insert(picked->values.end(), latent.begin(), latent.end());
        ++picked->count;
    }
    const auto fitted = projection::MapProjection::fit(picked, options.projection);
    QVERIFY_RESULT(fitted);
    for (std::size_t i = 0; i < 100; ++i) {
        QCOMPARE(map->xy[8 * i], fitted->positions()[i].x);
        QCOMPARE(map->xy[8 * i + 1], fitted->positions()[i].y);
    }
}

void TestLatentLibrary::nothingIsReplacedUnasked() {
    writeBytes(at("in.npy"), clusters(10, 3));
    QVERIFY_RESULT(makeLatentLibrary(at("in.npy"), at("in.atlas"), pca()));
    const auto again = makeLatentLibrary(at("in.npy"), at("in.atlas"), pca());
    QVERIFY(!again);
    QCOMPARE(again.error().code, Error::Code::BadInput);
    auto options = pca();
    options.replace = true;
    QVERIFY_RESULT(makeLatentLibrary(at("in.npy"), at("in.atlas"), options));
    // Latents that cannot be read leave the library as it was.
    writeBytes(at("bad.npy"), "no array");
    QVERIFY(!makeLatentLibrary(at("bad.npy"), at("in.atlas"), options));
    QVERIFY_RESULT(Atlas::open(at("in.atlas"), Access::ReadOnly));
}

void TestLatentLibrary::aCancelledLibraryLeavesNothing() {
    writeBytes(at("in.npy"), clusters(9000, 3));
    const CancelToken cancel;
    const auto report = makeLatentLibrary(at("in.npy"), at("in.atlas"), pca(), cancel,
                                          [&](const std::string& stage, std::size_t, std::size_t) {
                                              if (stage == "Writing") {
                                                  cancel.cancel();
                                              }
                                          });
    QVERIFY(!report);
    QCOMPARE(report.error().code, Error::Code::Cancelled);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(at(""))) {
        ++files;
    }
    QCOMPARE(files, std::size_t(1)); // the latents
}

void TestLatentLibrary::exportedLatentsAreReadAgain() {
    const auto points =
        made("z0,z1,genre\n1,2,\"a,\"\"b\"\"\"\n3,4,\xC3\xA4\n5,7,\xF0\x9D\x84\x9E\n", pca());
    QVERIFY_RESULT(points);
    auto atlas = Atlas::open(at("in.atlas"), Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    const auto report = exportLatents(*atlas, points->model.id, at("out.npz"));
    QVERIFY_RESULT(report);
    QCOMPARE(report->maps, std::vector<std::string>{"pca"});
    latents::TableOptions options;
    options.array = "latents";
    const auto table = latents::readLatentTable(at("out.npz"), options);
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.values, points->latents);
    const auto genre = std::find_if(table->labels.begin(), table->labels.end(),
                                    [](const auto& column) { return column.name == "genre"; });
    QVERIFY(genre != table->labels.end());
    QCOMPARE(genre->of(0), std::string("a,\"b\""));
    QCOMPARE(genre->of(1), std::string("\xC3\xA4"));
    QCOMPARE(genre->of(2), std::string("\xF0\x9D\x84\x9E"));
    options.array = "map_pca";
    const auto places = latents::readLatentTable(at("out.npz"), options);
    QVERIFY_RESULT(places);
    QCOMPARE(places->points.values, atlas->readProjection(points->model.id, "PCA")->xy);
    QVERIFY(!exportLatents(*atlas, points->model.id, at("out.txt")));
}

void TestLatentLibrary::exportedTablesAreReadAgain() {
    const auto points = made("z0,z1,genre\n0.1,2,\"a,\nb\"\n3,4e-12,c\n5,7,c\n", pca());
    QVERIFY_RESULT(points);
    auto atlas = Atlas::open(at("in.atlas"), Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    QVERIFY_RESULT(exportLatents(*atlas, points->model.id, at("out.csv")));
    latents::TableOptions options;
    options.x = "x_pca";
    options.y = "y_pca";
    options.labelColumns = {"part"};
    const auto table = latents::readLatentTable(at("out.csv"), options);
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.values, points->latents); // bit for bit
    QCOMPARE(table->places.size(), std::size_t(3));
    const auto genre = std::find_if(table->labels.begin(), table->labels.end(),
                                    [](const auto& column) { return column.name == "genre"; });
    QCOMPARE(genre->of(0), std::string("a,\nb"));
}

QTEST_APPLESS_MAIN(TestLatentLibrary)
#include "tst_latent_library.moc"
