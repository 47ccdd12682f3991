// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_support.h"
#include "widgets/common/theme.h"
#include "widgets/map/hover_card.h"
#include "widgets/song/similar_list.h"
#include "widgets/song/spectrogram_view.h"

#include <QLabel>
#include <QSignalSpy>

using namespace canto;
using namespace canto::widgets;

namespace {

/// Two mels, the lower as loud as asked and the upper silent.
Spectrogram tone(float level, int frames = 4) {
    Spectrogram made{2, frames, {}};
    made.decibels.assign(static_cast<std::size_t>(2 * frames), -80);
    std::fill_n(made.decibels.begin(), frames, level);
    return made;
}

QVector<SimilarRow> threeRows() {
    return {{11, QStringLiteral("Symphony 4"), QStringLiteral("Berta"), 0.93},
            {5, QStringLiteral("Symphony 2"), QStringLiteral("Cäcilia"), 0.87},
            {8, QStringLiteral("Overture"), QStringLiteral("Dora"), 0.6}};
}

} // namespace

class TestSoundWidgets : public QObject {
    Q_OBJECT

    std::unique_ptr<SpectrogramView> m_view;
    /// Place on the screen of a share of the row's length.
    QPoint at(double share) const {
        const QRectF area = m_view->area();
        return QPointF(area.left() + share * area.width(), area.center().y()).toPoint();
    }
    static double asked(QSignalSpy& spy) { return spy.takeFirst().value(0).toDouble(); }

  private Q_SLOTS:
    void init() {
        applyTheme(*qApp, Scheme::Light);
        m_view = std::make_unique<SpectrogramView>();
        m_view->resize(816, 220); // 800 for the row
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup() { m_view.reset(); }

    void pictureHasTheLowestMelBelowAndCutsWhatIsBeyond() {
        const QImage light = spectrogramImage(tone(0), false);
        QCOMPARE(light.size(), QSize(4, 2));
        QCOMPARE(light.pixelColor(0, 0), QColor(255, 255, 255)); // silence is the ground
        QCOMPARE(light.pixelColor(0, 1), QColor(24, 8, 40));
        QCOMPARE(spectrogramImage(tone(30), false), light);
        QVERIFY(spectrogramImage(tone(-40), false).pixelColor(0, 1).lightness() >
                light.pixelColor(0, 1).lightness());
        // In the dark scheme it is the other way round.
        const QImage dark = spectrogramImage(tone(0), true);
        QVERIFY(dark.pixelColor(0, 1).lightness() > dark.pixelColor(0, 0).lightness() + 100);
    }

    void numbersThatDoNotFillThePictureAreNone() {
        QVERIFY(spectrogramImage({}, false).isNull());
        QVERIFY(spectrogramImage({2, 3, {0, 0, 0}}, false).isNull());
        QVERIFY(spectrogramImage({-1, 3, {}}, false).isNull());
        m_view->setSpectrograms({{2, 3, {0}}, tone(0)}, 2); // drawn all the same
        QVERIFY(!m_view->grab().isNull());
        QCOMPARE(m_view->count(), 2);
    }

    void tilesAreAsWideAsTheyLast() {
        m_view->setSpectrograms({tone(0, 4), tone(0, 8), tone(0, 4)}, 4);
        QCOMPARE(m_view->count(), 3);
        QCOMPARE(m_view->seconds(), 4.0);
        QCOMPARE(m_view->tileAt(0), 0);
        QCOMPARE(m_view->tileAt(0.99), 0);
        QCOMPARE(m_view->tileAt(1), 1);
        QCOMPARE(m_view->tileAt(2.99), 1);
        QCOMPARE(m_view->tileAt(3), 2);
        QCOMPARE(m_view->tileAt(4), -1);
        QCOMPARE(m_view->tileAt(-0.1), -1);
        QVERIFY(m_view->accessibleDescription().contains(QLatin1String("3")));
    }

    void neighboursAreDrawnAsTheyAre() {
        m_view->setSpectrograms({tone(0), tone(-80)}, 2);
        const QImage drawn = m_view->grab().toImage();
        const QRectF area = m_view->area();
        const auto low = [&](double share) {
            return drawn.pixelColor(
                QPointF(area.left() + share * area.width(), area.bottom() - 0.2 * area.height())
                    .toPoint());
        };
        QVERIFY(low(0.25).lightness() < 60);
        QVERIFY(low(0.75).lightness() > 230);
    }

    void aClickAsksToPlayFromThere() {
        m_view->setSpectrograms({tone(0), tone(-20), tone(-40), tone(-60)}, 8);
        QSignalSpy sought(m_view.get(), &SpectrogramView::seekRequested);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, at(0.625));
        QCOMPARE(sought.count(), 1);
        QVERIFY(std::abs(asked(sought) - 5) < 0.02); // a pixel is a hundredth of a second
        QTest::mouseClick(m_view.get(), Qt::RightButton, {}, at(0.5));
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(100, 5)); // on the caption
        QCOMPARE(sought.count(), 0);
    }

    void arrowsGoFromTileToTileAndReturnPlays() {
        m_view->setSpectrograms({tone(0), tone(-20), tone(-40), tone(-60)}, 8);
        QSignalSpy sought(m_view.get(), &SpectrogramView::seekRequested);
        QTest::keyClick(m_view.get(), Qt::Key_Return); // nothing has sounded: from the beginning
        QCOMPARE(asked(sought), 0.0);
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(asked(sought), 2.0);
        m_view->setPlayhead(4.5);
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(asked(sought), 6.5);
        QTest::keyClick(m_view.get(), Qt::Key_Left);
        QCOMPARE(asked(sought), 2.5);
        QTest::keyClick(m_view.get(), Qt::Key_Enter);
        QCOMPARE(asked(sought), 4.5);
        m_view->setPlayhead(7.5); // the end is not passed
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(asked(sought), 7.99);
        m_view->setPlayhead(0.5);
        QTest::keyClick(m_view.get(), Qt::Key_Left);
        QCOMPARE(asked(sought), 0.0);
        QTest::keyClick(m_view.get(), Qt::Key_A);
        QCOMPARE(sought.count(), 0);
        m_view->setSpectrograms({tone(0)}, 8); // one alone: by seconds
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(asked(sought), 1.0);
    }

    void emptyItAsksForNothing() {
        m_view->setCaption(QStringLiteral("Nothing yet"));
        QSignalSpy sought(m_view.get(), &SpectrogramView::seekRequested);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, at(0.5));
        for (const auto key : {Qt::Key_Left, Qt::Key_Right, Qt::Key_Return}) {
            QTest::keyClick(m_view.get(), key);
        }
        QCOMPARE(sought.count(), 0);
        QCOMPARE(m_view->count(), 0);
        QCOMPARE(m_view->tileAt(0), -1);
        const QImage drawn = m_view->grab().toImage();
        QCOMPARE(drawn.pixelColor(m_view->area().center().toPoint()), themeOf(*m_view).ground);
    }

    void thePlayheadRunsAndTheSoundingTileIsMarked() {
        m_view->setSpectrograms({tone(-80), tone(-80), tone(-80), tone(-80)}, 8);
        const QImage still = m_view->grab().toImage();
        m_view->setPlayhead(3); // three eighths along, in the second tile
        const QImage drawn = m_view->grab().toImage();
        const QColor accent = themeOf(*m_view).accent;
        const auto accented = [&](const QImage& image, double share) {
            bool found = false;
            for (int x = at(share).x() - 2; x <= at(share).x() + 2; ++x) {
                found |= image.pixelColor(x, at(share).y()) == accent;
            }
            return found;
        };
        QVERIFY(accented(drawn, 0.375) && !accented(still, 0.375));
        QVERIFY(accented(drawn, 0.25) && accented(drawn, 0.5)); // the frame around it
        QVERIFY(!accented(drawn, 0.75));
        m_view->setPlayhead(-1);
        QCOMPARE(m_view->grab().toImage(), still);
        m_view->setPlayhead(5);
        m_view->setSpectrograms({tone(0)}, 1); // another sound begins without one
        QVERIFY(m_view->playhead() < 0);
    }

    void theCardShowsThePictureOfItsRowOnly() {
        QWidget map;
        map.resize(600, 500);
        map.show();
        QVERIFY(QTest::qWaitForWindowActive(&map));
        HoverCard card(&map);
        card.setProvider([](qint64 row) {
            HoverInfo info;
            info.title = QStringLiteral("Clip %1").arg(row);
            return info;
        });
        Spectrogram half{64, 40, std::vector<float>(64 * 40, -80)};
        std::fill_n(half.decibels.begin(), 32 * 40, 0.0F); // the lower half is loud
        const QImage picture = spectrogramImage(half, false);
        card.hover(3, map.mapToGlobal(QPoint(100, 100)));
        card.setPicture(3, picture, QStringLiteral("its recording")); // not up yet
        QVERIFY(card.info().picture.isNull());
        QTRY_VERIFY(card.isVisible());
        const QSize without = card.size();
        card.setPicture(4, picture, QStringLiteral("another's")); // of a clip left meanwhile
        QVERIFY(card.info().picture.isNull());
        card.setPicture(3, picture, QStringLiteral("its recording"));
        QCOMPARE(card.info().pictureCaption, QStringLiteral("its recording"));
        QVERIFY(card.height() > without.height() + 90 && card.width() >= 280);
        // Half of its 96 pixels, but for where it is smoothed.
        const QImage drawn = card.grab().toImage();
        int loud = 0;
        for (int y = 0; y < drawn.height(); ++y) {
            loud += drawn.pixelColor(drawn.width() / 2, y) == QColor(24, 8, 40) ? 1 : 0;
        }
        QVERIFY2(loud >= 44 && loud <= 48, qPrintable(QString::number(loud)));
        card.hover(5, map.mapToGlobal(QPoint(100, 100))); // the next card begins without it
        QVERIFY(!card.isVisible());
        QTRY_VERIFY(card.isVisible());
        QVERIFY(card.info().picture.isNull());
        card.hover(-1, {});
        QVERIFY(!card.isVisible());
    }

    void whoSoundsAlikeIsHiddenWhileNobodyDoes() {
        SimilarList list;
        QVERIFY(list.isHidden());
        QCOMPARE(list.rowAt(0), qint64(-1));
        list.setSimilar(QStringLiteral("Symphony 1"), threeRows());
        QVERIFY(!list.isHidden());
        list.setSimilar(QStringLiteral("Symphony 1"), {});
        QVERIFY(list.isHidden());
        QCOMPARE(list.count(), 0);
    }

    void whoSoundsAlikeTellsWhoAndHowMuch() {
        SimilarList list;
        list.setSimilar(QStringLiteral("Symphony 1"), threeRows());
        QCOMPARE(list.findChild<QLabel*>()->text(), QStringLiteral("Symphony 1"));
        QCOMPARE(list.count(), 3);
        QCOMPARE(list.list()->item(1)->text(), QStringLiteral("Cäcilia \u00b7 Symphony 2"));
        QVERIFY(list.list()->item(0)->toolTip().contains(QStringLiteral("0.93")));
        QCOMPARE(list.rowAt(2), qint64(8));
        QCOMPARE(list.rowAt(3), qint64(-1));
        QVERIFY(!list.list()->accessibleName().isEmpty());
    }

    void aClickOrReturnChoosesOneOfThem() {
        SimilarList list;
        list.setSimilar(QStringLiteral("Symphony 1"), threeRows());
        list.resize(260, 200);
        list.show();
        QVERIFY(QTest::qWaitForWindowExposed(&list));
        QSignalSpy chosen(&list, &SimilarList::chosen);
        const auto placeOf = [&](int index) {
            return list.list()->visualItemRect(list.list()->item(index)).center();
        };
        // All fit: nothing must be scrolled to.
        QVERIFY(list.list()->viewport()->rect().contains(placeOf(2)));
        QTest::mouseClick(list.list()->viewport(), Qt::LeftButton, {}, placeOf(1));
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.takeFirst().value(0).toLongLong(), qint64(5));
        QTest::keyClick(list.list(), Qt::Key_Down); // looking plays nothing
        QCOMPARE(chosen.count(), 0);
        QTest::keyClick(list.list(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.takeFirst().value(0).toLongLong(), qint64(8));
        QTest::mouseClick(list.list()->viewport(), Qt::RightButton, {}, placeOf(0));
        QCOMPARE(chosen.count(), 0);
    }
};

QTEST_MAIN(TestSoundWidgets)
#include "tst_sound_widgets.moc"
