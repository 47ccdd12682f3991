// SPDX-License-Identifier: GPL-3.0-or-later
// Titles as they are shown, from what files and archives call their music.

#include "core/music/class_labels.h"
#include "core/music/display_title.h"

#include <QTest>

using namespace canto::music;

class TestDisplayTitle : public QObject {
    Q_OBJECT

    static QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

  private Q_SLOTS:
    void moodsAreFoundByNameAndByQuadrant() {
        QCOMPARE(classLabelNamed("emotion", "Calm")->id, std::string_view("Q4"));
        QCOMPARE(classLabelNamed("emotion", "tense")->id, std::string_view("Q2"));
        QCOMPARE(classLabelNamed("emotion", "q3")->name, std::string_view("Sad"));
        QVERIFY(classLabelNamed("emotion", "cal") == nullptr);
        QVERIFY(classLabelNamed("emotion", "") == nullptr);
        QVERIFY(classLabelNamed("genre", "calm") == nullptr);
    }
    void titlesLoseTheirJunk_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char* name, const char* shown) {
            QTest::newRow(name) << QString::fromUtf8(name) << QString::fromUtf8(shown);
        };
        // Titles that are right already.
        row("Get Free", "Get Free");
        row("21 Guns", "21 Guns");
        row("2 Become 1", "2 Become 1");
        row("4st 7lbs", "4st 7lbs");
        row("634-5789", "634-5789");
        row("19 - 2000", "19 - 2000");
        row("1979", "1979");
        row("21st Century Schizoid Man", "21st Century Schizoid Man");
        row("(I Got That) Boom Boom [feat. Ying Yang Twins]",
            "(I Got That) Boom Boom [feat. Ying Yang Twins]");
        row("Mr. Bojangles", "Mr. Bojangles");
        row("7-Eleven", "7-Eleven");
        row("99.9 Blues", "99.9 Blues");
        row("Anter-ouache", "Anter-ouache");
        row("No Work", "No Work");
        row("Opera", "Opera");
        row("\u503c\u5f97", "\u503c\u5f97");
        row("Dvo\u0159\u00e1k in Love", "Dvo\u0159\u00e1k in Love");
        row("", "");
        row("-", "-");
        // Track numbers.
        row("01-Simutrans-Main-Theme", "Simutrans Main Theme");
        row("06-A-busy-day-at-the-depot", "A busy day at the depot");
        row("24-needlessly-striking", "Needlessly Striking");
        row("29-Runaway", "Runaway");
        row("03 Autumn", "Autumn");
        row("7. Aquarium", "Aquarium");
        row("12) Finale", "Finale");
        row("05 - Boring afternoon", "Boring afternoon");
        row("(2542)Prelude opus.28, No.16 in B flat minor",
            "Prelude Op. 28, No. 16 in B flat minor");
        row("[12] Minuet", "Minuet");
        row("122", "122");
        // Extensions and what converters add.
        row("I Cant Get Started.mid", "I Cant Get Started");
        row("song.KAR", "Song");
        row("waldstein_2_format0", "Waldstein 2");
        row("chpn-p24_format0", "Chpn-p24");
        row("the_hobo_redfarn", "The Hobo Redfarn");
        row("train_filled_with_cash", "Train Filled with Cash");
        row("meditation thais", "Meditation Thais");
        // Underscores for signs that file names cannot have.
        row("Song Without Words - I_ll love my love", "Song Without Words - I'll love my love");
        row("Symphony op90 n4 4mov _Italian_", "Symphony Op. 90 No. 4 IV \u201cItalian\u201d");
        // Opus and number.
        row("chpn_op25_e1_format0", "Chpn Op. 25 E1");
        row("2 Polonaises op26 n1", "2 Polonaises Op. 26 No. 1");
        row("Etude Op.10 No.11", "Etude Op. 10 No. 11");
        row("Sonata, Opus.111 C minor No.2", "Sonata, Op. 111 C minor No. 2");
        row("Moments Musicaux, Opus 94 Mov.3", "Moments Musicaux, Op. 94 Mov.3");
        row("Chantes Op 38,No.1", "Chantes Op. 38, No. 1");
        row("  two   spaces ", "Two Spaces");
    }
    void titlesLoseTheirJunk() {
        QFETCH(QString, name);
        QFETCH(QString, shown);
        const std::string once = displayTitle(name.toStdString());
        QCOMPARE(text(once), shown);
        QCOMPARE(text(displayTitle(once)), shown); // nothing is lost by doing it twice
    }

    void partsOfWorksAreToldApart_data() {
        QTest::addColumn<QString>("composer");
        QTest::addColumn<QString>("work");
        QTest::addColumn<QString>("movement");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char* composer, const char* work, const char* movement,
                            const char* file, const char* shown) {
            QTest::newRow(file) << composer << work << movement << file << QString::fromUtf8(shown);
        };
        row("Haydn", "symphony-104", "4", "a/symphony-n104-4mov-london-ffc28a.mid",
            "Symphony No. 104, IV");
        row("Haydn", "symphony-104", "", "a/hdn104-1-393e35.mid", "Symphony No. 104, I");
        row("Haydn", "symphony-88", "8-1", "haydn-symphony-n88-1mov-c8774b.mid",
            "Symphony No. 88, I");
        row("Beethoven", "symphony-1", "2", "beethoven/symphony-1/2.mid", "Symphony No. 1, II");
        row("Beethoven", "symphony-5", "3-4", "symphony-n5-op67-3-4mov-e815ae.mid",
            "Symphony No. 5, III-IV");
        row("Beethoven", "egmont", "", "overture-egmont-39d61c.mid", "Egmont, Overture");
        row("Beethoven", "leonore-n2-op72", "", "overture-leonore-n2-op72-076907.mid",
            "Leonore No. 2 Op. 72, Overture");
        row("Beethoven", "beethoven-inauguration-o", "", "9.mid", "Inauguration Overture, 9");
        row("Mozart", "k620-the-magic-flute", "", "k620-overture-the-magic-flute-e2297d.mid",
            "The Magic Flute, K. 620, Overture");
        row("Tchaikovsky", "nutcracker", "", "t/nutcracker/00-overture-050041.mid",
            "Nutcracker, Overture");
        row("Tchaikovsky", "nutcracker", "", "14a-pasdedeux-bea6ae.mid",
            "Nutcracker, 14a Pasdedeux");
        row("Tchaikovsky", "nutcracker", "", "02-march-b31982.mid", "Nutcracker, 2 March");
        row("Tchaikovsky", "nutcracker", "", "34-424559.mid", "Nutcracker, 34");
        row("Tchaikovsky", "swan-lake", "1-2", "tchaikovsky-lake-of-the-swan-ebc848.mid",
            "Swan Lake, No. 1-2");
        row("Tchaikovsky", "swan-lake", "8", "tchaikovsky-lake-of-the-swan-5a45da.mid",
            "Swan Lake, VIII");
        row("Haydn", "symphony-85", "", "symphony-n85-la-reine-8b4975.mid",
            "Symphony No. 85, La Reine");
        row("Brahms", "ein-deutsches-requiem-op-45", "1", "1.mid",
            "Ein Deutsches Requiem Op. 45, I");
    }
    void partsOfWorksAreToldApart() {
        QFETCH(QString, composer);
        QFETCH(QString, work);
        QFETCH(QString, movement);
        QFETCH(QString, file);
        QFETCH(QString, shown);
        QCOMPARE(text(displayWork(composer.toStdString(), work.toStdString(),
                                  movement.toStdString(), file.toStdString())),
                 shown);
    }

    void signsDoNotDecideThePlaceInAList() {
        QCOMPARE(sortKey("(I Got That) Boom"), std::string_view("I Got That) Boom"));
        QCOMPARE(sortKey("\u201cItalian\u201d"), std::string_view("Italian\u201d"));
        QCOMPARE(sortKey("'39"), std::string_view("39"));
        QCOMPARE(sortKey("..."), std::string_view("..."));
        QCOMPARE(sortKey("\u503c\u5f97"), std::string_view("\u503c\u5f97"));
        QCOMPARE(sortKey(""), std::string_view(""));
    }
};

QTEST_GUILESS_MAIN(TestDisplayTitle)
#include "tst_display_title.moc"
