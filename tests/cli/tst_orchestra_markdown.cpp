// SPDX-License-Identifier: GPL-3.0-or-later
// The report of the Orchestra space as text and drawings, from figures made up here.

#include "models/evaluation/png_canvas.h"
#include "models/evaluation/reports.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtEndian>

using namespace canto;
using namespace canto;
using nlohmann::json;

namespace {

json row(const char* kind, const char* feature, const char* split, double accuracy) {
    const json side = {{"accuracy", accuracy}, {"low", 0.1}, {"high", 0.9}, {"clips", 10}};
    return {{"name", kind},  {"kind", kind}, {"feature", feature}, {"split", split},
            {"latent", 128}, {"width", 0.5}, {"method", "probe"},  {"steps", "420"},
            {"train", side}, {"test", side}};
}

json reportOf() {
    const json grid = {{"chroma", 38.63}, {"mfcc", 57.86}, {"mel", 52.34}};
    json published = {{"ali", {{"128", 28.67}}}};
    for (const char* kind :
         {"feed-forward", "convolutional", "recurrent", "ae", "contractive", "vae", "pca"}) {
        published[kind] = grid;
    }
    const json composers = {{"Brahms", {{"clips", 12}, {"works", 3}}}};
    const json split = {
        {"largestClass", 0.375},
        {"sides", {{"train", {{"composers", composers}}}, {"test", {{"composers", composers}}}}}};
    std::vector<double> crops(2 * 1024, -80.0);
    crops[1024] = 0; // lowest mel, first frame of the second crop
    return {
        {"composers", {"Brahms", "Mozart"}},
        {"published", published},
        {"splits", {{"clip", split}, {"work", split}}},
        {"rows",
         {row("feed-forward", "mfcc", "clip", 0.7531), row("convolutional", "mel", "clip", 0.5),
          row("convolutional", "mel", "clip", 0.6), row("ali", "mel", "work", 0.4142),
          row("clip", "mel", "work", 0.6613)}},
        {"interpolation",
         {{"ali", {{"latent", 128}, {"crops", crops}, {"differenceOfNeighbours", {1.5, 2.5}}}}}},
        {"archive", json::array()}};
}

} // namespace

class TestOrchestraMarkdown : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void allTablesStandInTheText() {
        const std::string text = orchestraMarkdown(reportOf());
        const auto has = [&text](const char* words) {
            return text.find(words) != std::string::npos;
        };
        // Both splits, each with the three tables, the clip-level one called what it is.
        QVERIFY(has("By clip (leaky"));
        QVERIFY(has("By work"));
        std::size_t tables = 0;
        for (std::size_t at = text.find("Table "); at != std::string::npos;
             at = text.find("Table ", at + 1)) {
            ++tables;
        }
        QCOMPARE(tables, std::size_t(6));
        QVERIFY(has("| feed-forward | - | 75.3 (75.3) | - | 38.63 / 57.86 / 52.34 |"));
        QVERIFY(has("| CNN | - | - | 55.0 (55.0), mean of 2 |"));
        QVERIFY(has("| LSTM | - | - | - |"));
        QVERIFY(has("| 128 | 0.5 | probe | 41.4 | 41.4 | 420 | 28.67 |"));
        QVERIFY(has("| clip, probe | 66.1 | 10.0 to 90.0 | 66.1 | - |"));
        QVERIFY(has("Largest class: 37.5 %"));
        QVERIFY(has("no Sibelius symphony"));
        QVERIFY(has("neighbours differ by 2.00 dB in the mean, 1.50 at least"));
        QVERIFY(has("No such clips were given"));
    }

    void theRowOfSpectrogramsIsDrawn() {
        QTemporaryDir folder;
        QVERIFY_RESULT(drawOrchestraReport(reportOf(), folder.path().toStdString()));
        QFile png(folder.filePath("interpolation-ali.png"));
        QVERIFY(png.open(QIODevice::ReadOnly));
        const auto bytes = png.readAll();
        QCOMPARE(bytes.left(8), QByteArray("\x89PNG\r\n\x1A\n", 8));
        // Two pictures of 32 x 3 pixels with 4 between them.
        QCOMPARE(qFromBigEndian<quint32>(bytes.constData() + 16), quint32(196));
        QCOMPARE(qFromBigEndian<quint32>(bytes.constData() + 20), quint32(96));
    }
};

QTEST_GUILESS_MAIN(TestOrchestraMarkdown)
#include "tst_orchestra_markdown.moc"
