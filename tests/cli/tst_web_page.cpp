// SPDX-License-Identifier: GPL-3.0-or-later
// A map as a web page: what is in the file, read again as its script reads it.

#include "app/library/web_page.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace canto;
using Json = nlohmann::json;

class TestWebPage : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void theFileHasAllPointsAndNotes();
    void nothingIsLoadedFromElsewhere();
    void ofManyPointsAnEvenShareIsDrawn();
    void musicIsBounded();
    void notesAreWrittenByHand();
    void labelsCannotEndTheData();
    void numbersAreAScale();
    void rowsWithoutAPositionAreLeftOut();
    void whatDoesNotFitIsSaid();

  private:
    std::filesystem::path file() const { return m_folder->filePath("page.html").toStdString(); }
    std::string text() const;
    /// The data of the page.
    Json data() const;
    static std::string bytes(const Json& base64) {
        return QByteArray::fromBase64(QByteArray::fromStdString(base64.get<std::string>()))
            .toStdString();
    }
    static int shortAt(const std::string& bytes, std::size_t i) {
        return std::uint8_t(bytes[2 * i]) + 256 * std::uint8_t(bytes[2 * i + 1]);
    }
    Result<WebPageReport> write(const WebPage& page) const {
        return writeWebPage(
            m_points, m_places, page, [this](std::size_t row) { return music(row); }, file());
    }
    /// Row 2 has none; the others two notes each.
    std::shared_ptr<const music::Song> music(std::size_t row) const {
        if (row == 2) {
            return nullptr;
        }
        auto song = std::make_shared<music::Song>();
        song->notes.resize(2);
        song->notes[1].start = 480;
        song->notes[1].channel = music::kDrumChannel;
        for (auto& note : song->notes) {
            note.length = 240;
            note.pitch = std::uint8_t(60 + row);
        }
        song->finish();
        return song;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    atlas::AtlasPoints m_points;
    std::vector<projection::MapPoint> m_places;
};

void TestWebPage::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_points = {};
    m_points.model.latentSize = 1;
    for (int n = 0; n < 3; ++n) {
        atlas::SongRow song;
        song.title = "Title " + std::to_string(n);
        song.artist = "Somebody";
        song.genre = n == 1 ? "jazz" : "rock";
        m_points.songs.push_back(song);
    }
    for (int row = 0; row < 6; ++row) {
        m_points.segments.push_back({row + 1, row / 2, row % 2 * 4, 0, 0, true});
        m_points.latents.push_back(0);
    }
    m_places = {{0, 0}, {4, 0}, {0, 2}, {4, 2}, {2, 1}, {1, 1}};
}

std::string TestWebPage::text() const {
    std::ifstream in(file());
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
}

Json TestWebPage::data() const {
    const auto [before, behind] = webPageFrame();
    const std::string all = text();
    if (all.size() < before.size() + behind.size() || all.compare(0, before.size(), before) != 0) {
        return nullptr;
    }
    return Json::parse(all.substr(before.size(), all.size() - before.size() - behind.size()),
                       nullptr, false);
}

void TestWebPage::theFileHasAllPointsAndNotes() {
    const auto report = write({.title = "Mine", .columns = {{"genre", "Genre"}}});
    QVERIFY_RESULT(report);
    QCOMPARE(report->points, std::size_t(6));
    QCOMPARE(report->phrases, std::size_t(5));
    QCOMPARE(report->notes, std::size_t(10));
    QCOMPARE(report->bytes, text().size());
    const Json page = data();
    QVERIFY(page.is_object());
    const std::string places = bytes(page["places"]);
    QCOMPARE(places.size(), std::size_t(24));
    QCOMPARE(shortAt(places, 2), 65535); // of row 1: the wider side fills the range
    QCOMPARE(shortAt(places, 3), 0);
    QCOMPARE(shortAt(places, 5), 32768); // of row 2: half as high as wide
    QCOMPARE(page["titles"], Json({"Title 0", "Title 1", "Title 2"}));
    const std::string songs = bytes(page["songs"]);
    QCOMPARE(shortAt(songs, 2 * 4), 2); // row 4 is of song 2
    QCOMPARE(shortAt(bytes(page["bars"]), 1), 5);
    QCOMPARE(page["columns"][0]["names"], Json({"rock", "jazz"}));
    QCOMPARE(shortAt(bytes(page["columns"][0]["classes"]), 1), 1);
    QCOMPARE(page["sounding"], Json({0, 1, 3, 4, 5}));
    QCOMPARE(page["offsets"].size(), std::size_t(5));
}

void TestWebPage::nothingIsLoadedFromElsewhere() {
    QVERIFY_RESULT(write({.title = "Mine", .columns = {{"genre", "Genre"}}}));
    const std::string all = text();
    for (const char* outside : {"http://", "https://", "src=", "href=", "@import", "url(", "fetch(",
                                "XMLHttpRequest", "import("}) {
        QVERIFY2(all.find(outside) == std::string::npos, outside);
    }
    QVERIFY(all.find("default-src 'none'") != std::string::npos);
    // Well-formed as far as it goes: every script and style ends, the document too.
    const auto times = [&](const std::string& what) {
        int count = 0;
        for (std::size_t at = all.find(what); at != std::string::npos;
             at = all.find(what, at + 1)) {
            ++count;
        }
        return count;
    };
    QCOMPARE(times("<script"), 2);
    QCOMPARE(times("</script>"), 2);
    QCOMPARE(times("</style>"), 1);
    QCOMPARE(times("</html>"), 1);
}

void TestWebPage::ofManyPointsAnEvenShareIsDrawn() {
    const auto report = write({.title = "Mine", .mostPoints = 3});
    QVERIFY_RESULT(report);
    QCOMPARE(report->points, std::size_t(3));
    QCOMPARE(report->total, std::size_t(6));
    const Json page = data();
    QCOMPARE(page["total"].get<int>(), 6);
    QCOMPARE(bytes(page["places"]).size(), std::size_t(12));
    QCOMPARE(page["sounding"], Json({0, 2})); // rows 0, 2 and 4 are drawn; 2 is silent
}

void TestWebPage::musicIsBounded() {
    const auto some = write({.title = "Mine", .mostPhrases = 2});
    QVERIFY_RESULT(some);
    QCOMPARE(data()["sounding"], Json({0, 3}));
    const auto few = write({.title = "Mine", .mostMusicBytes = 25}); // a phrase has 10 bytes
    QVERIFY_RESULT(few);
    QCOMPARE(few->phrases, std::size_t(2));
    const auto none = write({.title = "Mine", .mostPhrases = 0});
    QVERIFY_RESULT(none);
    QCOMPARE(none->phrases, std::size_t(0));
    music::Song endless;
    endless.notes.resize(1000);
    endless.finish();
    QCOMPARE(webPageNotes(endless).size(), std::size_t(512 * 5));
}

void TestWebPage::notesAreWrittenByHand() {
    music::Song song; // 120 quarters a minute: a quarter is 500 ms, a hundred steps of 5 ms
    song.notes.resize(2);
    song.notes[0].length = 480;
    song.notes[0].pitch = 60;
    song.notes[0].velocity = 100;
    song.notes[0].program = 33;
    song.notes[1].start = 960;
    song.notes[1].length = 48;
    song.notes[1].channel = music::kDrumChannel;
    song.notes[1].pitch = 36;
    song.notes[1].velocity = 127;
    song.finish();
    const std::string expected{0, 100, 60, 100, 33, char(72 + 128), 1, 10, char(36 + 128), 127, 0};
    QVERIFY(webPageNotes(song) == expected); // 200 = 72 + 128 * 1
}

void TestWebPage::labelsCannotEndTheData() {
    m_points.songs[0].title = "</script><script>alert(1)</script>";
    m_points.songs[1].genre = "<!-- \xC3\x28";
    QVERIFY_RESULT(write({.title = "</title>", .columns = {{"genre", "Genre"}}}));
    const Json page = data();
    QVERIFY(page.is_object());
    QVERIFY(page["titles"][0].get<std::string>().find("alert(1)") != std::string::npos);
    QVERIFY(text().find("alert(1)</script>") == std::string::npos);
    QVERIFY(text().find("<!--") == std::string::npos);
}

void TestWebPage::numbersAreAScale() {
    m_points.songs.resize(40);
    m_points.segments.resize(40);
    m_points.latents.resize(40);
    m_places.resize(40);
    for (int n = 0; n < 40; ++n) {
        m_points.songs[std::size_t(n)].labels["tempo"] = n == 39 ? "" : std::to_string(n);
        m_points.songs[std::size_t(n)].labels["checksum"] = "c" + std::to_string(n);
        m_points.segments[std::size_t(n)].song = n;
    }
    QVERIFY_RESULT(
        write({.title = "Mine", .columns = {{"checksum", "Checksum"}, {"tempo", "Tempo"}}}));
    QCOMPARE(data()["columns"].size(), std::size_t(1)); // checksums group nothing
    const Json column = data()["columns"][0];
    QVERIFY(column["scale"].get<bool>());
    QCOMPARE(column["names"].size(), std::size_t(9)); // eight steps, and songs without a value
    const std::string classes = bytes(column["classes"]);
    QCOMPARE(shortAt(classes, 0), 0);
    QCOMPARE(shortAt(classes, 38), 7);
    QCOMPARE(shortAt(classes, 39), 8);
}

void TestWebPage::rowsWithoutAPositionAreLeftOut() {
    m_places[1] = {NAN, 0};
    const auto report = write({.title = "Mine"});
    QVERIFY_RESULT(report);
    QCOMPARE(report->total, std::size_t(5));
    QCOMPARE(data()["sounding"], Json({0, 2, 3, 4})); // points of the page: row 1 is not one
}

void TestWebPage::whatDoesNotFitIsSaid() {
    m_places.pop_back();
    const auto shape = write({});
    QVERIFY(!shape && shape.error().code == Error::Code::BadShape);
    m_points.segments.clear();
    m_places.clear();
    const auto empty = write({});
    QVERIFY(!empty && empty.error().code == Error::Code::BadInput);
    QVERIFY(!std::filesystem::exists(file()));
}

QTEST_GUILESS_MAIN(TestWebPage)
#include "tst_web_page.moc"
