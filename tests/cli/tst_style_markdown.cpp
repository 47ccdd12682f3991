// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/png_canvas.h"
#include "models/evaluation/reports.h"
#include "tests/support/test_support.h"

#include <QByteArray>
#include <QFile>
#include <QTemporaryDir>
#include <QtEndian>

using namespace canto;
using namespace canto;
using nlohmann::json;

class TestStyleMarkdown : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void canvasDrawsAndCutsAtTheEdge();
    void pictureIsAWholePng();
    void figuresStandInTheText();
    void drawingsAreWrittenEvenOfLittle();
};

namespace {

json mean(double accuracy) {
    return {{"accuracy", accuracy},
            {"accuracyWithoutHolds", 0.5},
            {"onsetAccuracy", 0.25},
            {"onsetF1", 0.125}};
}

json smallReport() {
    json model = {{"mean", mean(0.9375)}};
    for (const char* track : {"drums", "bass", "guitar", "strings"}) {
        model[track] = mean(0.75);
    }
    json r = {{"best", json::array()}, {"r", {0.5, -0.875}}};
    for (const double value : {-0.875, 0.5, 0.25}) {
        r["best"].push_back({{"dimension", 7}, {"r", value}, {"strongShare", 0.5}});
    }
    json genre = {{"accuracy", 0.625},
                  {"meanOfLabels", 0.5625},
                  {"bySong", 0.75},
                  {"songs", 12},
                  {"perLabel", {{"jazz", {{"accuracy", 0.4375}, {"phrases", 9}}}}}};
    return {
        {"split", "test"},
        {"dataset", "songs.safetensors"},
        {"steps", "1234"},
        {"net", R"({"labels": ["jazz", "rock"]})"},
        {"reconstruction",
         {{"weights", "xxh64:1"},
          {"windows",
           {{"strict",
             {{"phrases", 77},
              {"model", model},
              {"alwaysHold", {{"mean", mean(0.5)}}},
              {"mostFrequent", {{"mean", mean(0.25)}}},
              {"momentDistance", 0.25}}}}}}},
        {"others",
         {{"KL-VAE",
           {{"steps", "99"}, {"windows", {{"strict", {{"model", {{"mean", mean(0.8125)}}}}}}}}}}},
        {"musegan",
         {{"drawn",
           {{"bars", 2000},
            {"drumPattern", 0.5},
            {"drums", json::object()},
            {"bass", {{"pitchClasses", 2.5}}},
            {"guitar", json::object()},
            {"strings", json::object()}}}}},
        {"interpolation",
         {{"pairs", 8},
          {"9",
           {{"fallsToTheEnd", 0.9375},
            {"fallsToTheStart", 0.5},
            {"meanDistance", {0.5, 0.25, 0.0}},
            {"meanNotes", {{1, 2, 3, 4}, {2, 2, 2, 2}, {4, 3, 2, 1}}}}}}},
        {"sweeps", {{"2", {{"phrases", 20}, {"properties", {{"notes", r}}}}}}},
        {"genres",
         {{"chance", 0.5},
          {"all", {{"probe", genre}, {"nearestComponent", genre}}},
          {"distances", {{"euclidean", {{0.0, 1.5}, {1.5, 0.0}}}}}}},
        {"move",
         {{"plane",
           {{"amount", 1.5}, {"predictionChanged", 0.6875}, {"pitchClassCosine", 0.8125}}}}},
        {"plane", {{1.0, 0.0, 0}, {-0.5, 0.5, 1}, {0.0, 0.0, -1}}}};
}

} // namespace

void TestStyleMarkdown::canvasDrawsAndCutsAtTheEdge() {
    PngCanvas canvas(8, 6);
    const Colour red{255, 0, 0};
    canvas.fill(6, 4, 10, 10, red);
    QCOMPARE(canvas.at(6, 4), red);
    QCOMPARE(canvas.at(7, 5), red);
    QCOMPARE(canvas.at(5, 4), (Colour{255, 255, 255}));
    canvas.line(0, 0, 3, 3, red);
    QCOMPARE(canvas.at(2, 2), red);
    QCOMPARE(canvas.at(2, 1), (Colour{255, 255, 255}));
    canvas.dot(-5, -5, 2, red); // outside: nothing happens
    QCOMPARE(heatColour(0), (Colour{255, 255, 255}));
    QCOMPARE(heatColour(7), heatColour(1));
    QVERIFY(classColour(0) != classColour(1));
}

void TestStyleMarkdown::pictureIsAWholePng() {
    QTemporaryDir folder;
    const auto path = folder.filePath(QStringLiteral("a.png"));
    PngCanvas canvas(3, 2);
    canvas.fill(1, 1, 1, 1, {1, 2, 3});
    QVERIFY_RESULT(canvas.write(path.toStdString()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto bytes = file.readAll();
    QVERIFY(bytes.startsWith("\x89PNG\r\n\x1a\n"));
    QCOMPARE(qFromBigEndian<quint32>(bytes.constData() + 16), 3u);
    QCOMPARE(qFromBigEndian<quint32>(bytes.constData() + 20), 2u);
    // IHDR: 25 bytes after the signature's 8. Then IDAT: its length, its name, its body.
    const auto length = qFromBigEndian<quint32>(bytes.constData() + 33);
    QCOMPARE(bytes.mid(37, 4), QByteArray("IDAT"));
    QByteArray packed(4, '\0');
    qToBigEndian<quint32>(20, packed.data()); // two rows of a filter byte and nine
    packed += bytes.mid(41, static_cast<int>(length));
    const auto rows = qUncompress(packed);
    QCOMPARE(rows.size(), 20);
    QCOMPARE(rows.mid(10, 10), QByteArray("\0\xff\xff\xff\1\2\3\xff\xff\xff", 10));
    // The checksum of the empty last chunk is that of its name; from the PNG specification.
    QVERIFY(bytes.endsWith(QByteArray("\0\0\0\0IEND\xae\x42\x60\x82", 12)));
}

void TestStyleMarkdown::figuresStandInTheText() {
    const auto text = styleMarkdown(smallReport());
    for (const char* expected :
         {"after 1234 steps", "| **mean** | 0.938 | 0.500 | 0.250 | 0.125 |",
          "| KL-VAE (99 steps) | 0.812 |", "| always hold | 0.500 |", "2000 bars drawn",
          "| 9 | 93.8 % | 50.0 % | 0.500 0.250 0.000 |", "| notes | 7 | -0.88 | 50 % |",
          "| probe, all windows | 0.625 | 0.562 | 0.750 of 12 | jazz 0.44 |",
          "| jazz | 0.00 | 1.50 |", "| plane | 1.50 | 68.8 % |", "0.812"}) {
        QVERIFY2(text.find(expected) != std::string::npos, (expected + ("\n" + text)).c_str());
    }
}

void TestStyleMarkdown::drawingsAreWrittenEvenOfLittle() {
    QTemporaryDir folder;
    const std::filesystem::path path(folder.path().toStdString());
    QVERIFY_RESULT(drawStyleReport(smallReport(), path));
    json little = smallReport();
    little["genres"] = json::object();
    little["interpolation"] = {{"pairs", 0}};
    little["sweeps"] = json::object();
    little["plane"] = json::array();
    QVERIFY_RESULT(drawStyleReport(little, path));
    for (const char* name : {"plane.png", "distances.png", "interpolation.png", "sweeps.png"}) {
        QVERIFY2(std::filesystem::file_size(path / name) > 60, name);
    }
    QVERIFY(!drawStyleReport(smallReport(), path / "missing" / "folder"));
}

QTEST_APPLESS_MAIN(TestStyleMarkdown)
#include "tst_style_markdown.moc"
