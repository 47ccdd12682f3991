// SPDX-License-Identifier: GPL-3.0-or-later
// The Compose panel on a workspace of its own.

#include "app/features/compose/compose.h"
#include "tests/support/fake_model.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"
#include "widgets/explore/mood_plane.h"

#include <QComboBox>
#include <QMouseEvent>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>

using namespace canto;
using namespace canto::app;
using test::WorkspaceFixture;

class TestFeatureCompose : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aPathIsDrawnWithTheMouse() {
        widgets::MoodPlane plane;
        plane.resize(216, 216); // 200 pixels within margins of 8
        QTest::mousePress(&plane, Qt::LeftButton, {}, {8, 208});
        QCOMPARE(plane.path(), (QVector<QPointF>{{-1, -1}}));
        for (const QPoint at : {QPoint(108, 108), QPoint(109, 108), QPoint(208, 8)}) {
            QMouseEvent move(QEvent::MouseMove, QPointF(at), plane.mapToGlobal(QPointF(at)),
                             Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(&plane, &move);
        }
        // A move of one pixel is not a point.
        QCOMPARE(plane.path(), (QVector<QPointF>{{-1, -1}, {0, 0}, {1, 1}}));
        QTest::keyClick(&plane, Qt::Key_Left);
        QCOMPARE(plane.path().last(), QPointF(.9, 1));
        QTest::keyClick(&plane, Qt::Key_Delete);
        QVERIFY(plane.path().isEmpty());
    }

    void pointsAreEvenAlongThePath() {
        // Lengths 3 and 1: the middle is at 2 of 4.
        const QVector<QPointF> path{{0, 0}, {3, 0}, {3, 1}};
        QCOMPARE(widgets::evenlyAlong(path, 3), (QVector<QPointF>{{0, 0}, {2, 0}, {3, 1}}));
        QCOMPARE(widgets::evenlyAlong(path, 5).at(3), QPointF(3, 0));
        QCOMPARE(widgets::evenlyAlong({{1, 1}, {1, 1}}, 4), (QVector<QPointF>{{1, 1}}));
        QVERIFY(widgets::evenlyAlong({}, 4).isEmpty());
    }

    void aModelThatCannotComposeSaysSo() {
        QTemporaryDir folder;
        const std::filesystem::path home = folder.path().toStdString();
        const auto atlas = test::makeLibrary(home);
        QVERIFY_RESULT(atlas);
        WorkspaceFixture on(
            test::quietWorkspace(home, *atlas, test::opened(std::make_shared<test::FakeModel>())));
        auto& compose = on.add<Compose>();
        QVERIFY(on.open());
        auto* start = compose.panel()->findChild<QPushButton*>();
        QVERIFY(start != nullptr && !start->isEnabled());
        QVERIFY(!compose.plane()->isEnabled());
        // Moods are for models with the four quadrants: none are asked for here.
        compose.plane()->setPath({{1, 1}});
        QVERIFY(compose.options().moods.empty());
        QCOMPARE(compose.options().bars, 32);
        compose.compose();
        QVERIFY(!compose.composing());
    }

    void aFormNeedsABarForEachSection() {
        QTemporaryDir folder;
        WorkspaceFixture on(test::quietWorkspace(folder.path().toStdString(), {}, {}));
        auto& compose = on.add<Compose>();
        auto* form = compose.panel()->findChild<QComboBox*>(QStringLiteral("composeForm"));
        form->setCurrentIndex(form->findData(QStringLiteral("AABA")));
        QCOMPARE(compose.options().form, std::string("AABA"));
        compose.panel()->findChild<QSpinBox*>()->setValue(3);
        QCOMPARE(compose.options().form, std::string());
    }
};

QTEST_MAIN(TestFeatureCompose)
#include "tst_feature_compose.moc"
