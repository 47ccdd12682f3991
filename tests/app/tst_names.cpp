// SPDX-License-Identifier: GPL-3.0-or-later
// What songs and classes are called where a person reads it.

#include "app/spaces/spaces.h"
#include "app/workspace/class_names.h"
#include "app/workspace/qt_text.h"
#include "app/workspace/song_names.h"
#include "core/music/class_labels.h"
#include "tests/support/pseudo_translator.h"

#include <QTest>

using namespace canto;
using namespace canto::app;

class TestNames : public QObject {
    Q_OBJECT

    static atlas::SongRow clip(const char* title, const char* video) {
        atlas::SongRow song;
        song.title = title;
        song.path = std::string(title) + ".mid";
        song.artist = video;
        song.source = "EMOPIA";
        return song;
    }

    static std::vector<QString> texts(std::initializer_list<const char*> ascii) {
        std::vector<QString> all;
        for (const char* one : ascii) {
            all.push_back(QString::fromLatin1(one));
        }
        return all;
    }

  private Q_SLOTS:
    void videosGetNumbersThatDependOnTheLibraryAlone() {
        std::vector<atlas::SongRow> songs{
            clip("Q3_uj3Gif77SYM_5", "uj3Gif77SYM"), clip("Q1_osxmQReE_2o_0", "osxmQReE_2o"),
            clip("Q2_osxmQReE_2o_12", "osxmQReE_2o"), clip("Q1_ab", "Someone")};
        const auto names = songNames(songs);
        QCOMPARE(names[0].title, QStringLiteral("EMOPIA 2, clip 6"));
        QCOMPARE(names[1].title, QStringLiteral("EMOPIA 1, clip 1"));
        QCOMPARE(names[2].title, QStringLiteral("EMOPIA 1, clip 13"));
        QVERIFY(names[0].artist.isEmpty());
        QCOMPARE(names[3].title, QStringLiteral("Q1 ab")); // no video
        QCOMPARE(names[3].artist, QStringLiteral("Someone"));
        std::swap(songs[0], songs[2]);
        const auto again = songNames(songs);
        QCOMPARE(again[2].title, names[0].title);
        QCOMPARE(again[0].title, names[2].title);
    }

    void otherSongsGetTheirCleanTitles() {
        std::vector<atlas::SongRow> songs(5);
        songs[0].title = "01-Simutrans-Main-Theme";
        songs[1].path = "/music/03-Sunday-drivers.mid"; // without a title
        songs[2].title = "122";
        songs[3].title = "18";
        songs[3].artist = "Alice Cooper";
        songs[4].title = "nutcracker";
        songs[4].composer = "Tchaikovsky";
        songs[4].path = "t/nutcracker/02-march-b31982.mid";
        songs[4].labels["work"] = "Tchaikovsky, nutcracker";
        const auto names = songNames(songs);
        QCOMPARE(names[0].title, QStringLiteral("Simutrans Main Theme"));
        QCOMPARE(names[1].title, QStringLiteral("Sunday drivers"));
        QCOMPARE(names[2].title, QStringLiteral("Untitled 122"));
        QCOMPARE(names[3].title, QStringLiteral("18"));
        QCOMPARE(names[3].artist, QStringLiteral("Alice Cooper"));
        QCOMPARE(names[4].title, QStringLiteral("Nutcracker, 2 March"));
        QCOMPARE(names[4].artist, QStringLiteral("Tchaikovsky"));
    }

    void quadrantsHaveNamesAndThoseWithoutATableStay() {
        QCOMPARE(classText("emotion", "Q1"), QStringLiteral("Happy"));
        QCOMPARE(classText("emotion", "Q2"), QStringLiteral("Tense"));
        QCOMPARE(classText("emotion", "Q3"), QStringLiteral("Sad"));
        QCOMPARE(classText("emotion", "Q4"), QStringLiteral("Calm"));
        QCOMPARE(classText("emotion", "joy"), QStringLiteral("joy"));
        QCOMPARE(classText("genre", "Q1"), QStringLiteral("Q1"));
        QVERIFY(classDescription("emotion", QStringLiteral("Calm"))
                    .contains(QLatin1String("low arousal")));
        QVERIFY(classDescription("emotion", QStringLiteral("Q4")).isEmpty());
    }

    void textsOfCoreAreTranslated() {
        QCOMPARE(coreText("Happy"), QStringLiteral("Happy"));
        test::PseudoTranslator pseudo;
        QCoreApplication::installTranslator(&pseudo);
        std::vector<std::string_view> all{"Audio-to-symbolic arrangement", "PCA", "Velocity",
                                          "snapped to the nearest phrase"};
        const auto spaces = shippedSpaces();
        for (const Space& space : spaces) {
            all.push_back(space.title);
            all.push_back(space.about);
        }
        for (const music::ClassLabel& label : music::classLabels("emotion")) {
            all.push_back(label.name);
            all.push_back(label.description);
            QVERIFY(classText("emotion", std::string(label.id)).startsWith(QLatin1Char('[')));
        }
        for (const std::string_view one : all) {
            const QString plain = QString::fromUtf8(one.data(), qsizetype(one.size()));
            QCOMPARE(coreText(one), test::PseudoTranslator::pseudo(plain));
        }
        // Numbers and names stay, also those that look like placeholders.
        QVERIFY(
            coreText("weighted average of the 8 nearest phrases").contains(QLatin1String(" 8 ")));
        const QString port = coreText("MIDI output A %1 piano is gone");
        QVERIFY2(port.contains(QLatin1String(" A %1 piano ")), qPrintable(port));
        QVERIFY(port.startsWith(QLatin1Char('[')));
        const QString device = coreText("alsa, 48000 Hz, 512 frames, 10.7 ms");
        QVERIFY2(device.contains(QLatin1String("48000 ")) &&
                     device.contains(QLatin1String(" 512 ")),
                 qPrintable(device));
        QCOMPARE(coreText("Song 7"), QStringLiteral("Song 7")); // from data
        QCoreApplication::removeTranslator(&pseudo);
    }

    void classesComeInTheOrderOfTheTable() {
        const std::vector<QString> values = texts({"Q4", "Q4", "Q4", "Q2", "Q2", "Q1"});
        auto colouring = widgets::makeColouring(QStringLiteral("Emotion"), values);
        QCOMPARE(colouring.names.front(), QStringLiteral("Q4")); // by falling count
        describeClasses("emotion", colouring);
        QCOMPARE(colouring.names, texts({"Happy", "Tense", "Calm"}));
        QCOMPARE(colouring.classes, (std::vector<std::uint16_t>{2, 2, 2, 1, 1, 0}));
        QCOMPARE(colouring.colours.size(), std::size_t(3));
        QVERIFY(colouring.descriptions[2].contains(QLatin1String("low arousal")));
        // Valence to the right, arousal upwards.
        QCOMPARE(colouring.places, (std::vector<QPoint>{{1, 0}, {0, 0}, {1, 1}}));
        // Warm for high arousal, cool for low.
        QVERIFY(colouring.colours[0].red() > colouring.colours[0].blue());
        QVERIFY(colouring.colours[1].red() > colouring.colours[1].blue());
        QVERIFY(colouring.colours[2].blue() > colouring.colours[2].red());
    }

    void rowsWithoutAClassStayLast() {
        const std::vector<QString> values = texts({"", "Q2", "", "Q1", ""});
        auto colouring = widgets::makeColouring(QStringLiteral("Emotion"), values);
        describeClasses("emotion", colouring);
        QCOMPARE(colouring.names.size(), std::size_t(3));
        QCOMPARE(colouring.names[0], QStringLiteral("Happy"));
        QVERIFY(colouring.lastIsUnlabelled);
        QCOMPARE(colouring.classes, (std::vector<std::uint16_t>{2, 1, 2, 0, 2}));
    }

    void otherColumnsAreLeftAlone() {
        const std::vector<QString> values = texts({"rock", "jazz", "rock"});
        auto colouring = widgets::makeColouring(QStringLiteral("Genre"), values);
        const auto before = colouring.names;
        describeClasses("genre", colouring);
        QCOMPARE(colouring.names, before);
        QVERIFY(colouring.colours.empty());
    }
};

QTEST_GUILESS_MAIN(TestNames)
#include "tst_names.moc"
