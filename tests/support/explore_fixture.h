// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/explore/explore.h"
#include "app/shell/main_window.h"
#include "tests/support/quiet_window.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"

#include <QMouseEvent>
#include <QSignalSpy>
#include <QTemporaryDir>

namespace canto::test {

inline void send(QWidget* widget, QEvent::Type type, QPoint at, Qt::MouseButton button,
                 Qt::MouseButtons buttons, Qt::KeyboardModifiers modifiers = {}) {
    QMouseEvent event(type, QPointF(at), widget->mapToGlobal(QPointF(at)), button, buttons,
                      modifiers);
    QApplication::sendEvent(widget, &event);
}

/// Presses at `from`, goes to a place of the screen in steps; the button stays down.
inline void drag(QWidget* widget, QPoint from, QPoint global,
                 Qt::KeyboardModifiers modifiers = {}) {
    const QPoint to = widget->mapFromGlobal(global);
    send(widget, QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton, modifiers);
    for (int part = 1; part <= 10; ++part) {
        send(widget, QEvent::MouseMove, from + (to - from) * part / 10, Qt::NoButton,
             Qt::LeftButton, modifiers);
    }
}

inline void letGo(QWidget* widget, QPoint global) {
    send(widget, QEvent::MouseButtonRelease, widget->mapFromGlobal(global), Qt::LeftButton,
         Qt::NoButton);
}

/// The window on the small library, with its Explore dock, and mouse helpers.
class ExploreFixture : public QObject {
  protected:
    enum Genre { Classical, Country, Jazz, Pop, Rock };

    /// Row of phrase `p` of song `n` of the small library; its genre is n % 5.
    static qint64 row(int n, int p) { return n * kPhrasesEach + p; }

    app::WindowOptions options() const { return quietWindow(folder(), m_atlas, opened(m_model)); }
    void open(const app::WindowOptions& how);
    void click(qint64 which, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(m_window->map(), Qt::LeftButton, modifiers, pixelOf(which));
    }
    void showTab(app::ExploreDock::Tab tab);
    app::Explore& explore() { return m_window->feature<app::Explore>(); }
    app::ShapeController& shapes() { return m_window->feature<app::Explore>().shapes(); }
    app::ExploreDock& dock() { return *m_window->feature<app::Explore>().dock(); }
    QPoint pixelOf(qint64 which) const {
        return m_window->map()->toPixel(m_window->workspace().maps().placeOf(which)).toPoint();
    }
    /// The middle of a legend row.
    QPoint legendRow(int genre) const;
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    bool learned() {
        return QTest::qWaitFor([this] { return shapes().learned() != nullptr; }, test::kHungMs);
    }

    void makeFixture() {
        m_folder = std::make_unique<QTemporaryDir>();
        const auto atlas = makeLibrary(folder());
        QVERIFY_RESULT(atlas);
        m_atlas = *atlas;
    }
    void begin() { m_model = std::make_shared<FakeModel>(); }
    void end() {
        m_model->letBars(-1);
        m_window.reset();
        m_model.reset();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_atlas;
    std::shared_ptr<FakeModel> m_model;
    std::unique_ptr<app::MainWindow> m_window;
};

inline void ExploreFixture::open(const app::WindowOptions& how) {
    m_window = std::make_unique<app::MainWindow>(how);
    QSignalSpy maps(&m_window->workspace(), &app::Workspace::mapsReady);
    QSignalSpy model(&m_window->workspace(), &app::Workspace::modelChanged);
    m_window->show();
    m_window->start();
    QTRY_COMPARE(maps.count(), 1);
    if (how.openModel) {
        QTRY_COMPARE(model.count(), 1);
    }
    m_window->map()->setReducedMotion(true);
    QTRY_VERIFY(m_window->map()->settled());
}

inline QPoint ExploreFixture::legendRow(int genre) const {
    widgets::Legend* legend = m_window->map()->legend();
    const char* names[] = {"classical", "country", "jazz", "pop", "rock"};
    const QRect room = legend->rect();
    for (int y = 0; y < room.height(); ++y) {
        const QPoint global = legend->mapToGlobal(QPoint(room.width() / 2, y));
        const int found = legend->rowAt(global);
        if (found >= 0 && legend->name(found) == QLatin1String(names[genre])) {
            return global + QPoint(0, 8);
        }
    }
    return {};
}

inline void ExploreFixture::showTab(app::ExploreDock::Tab tab) {
    Q_EMIT explore().raiseWanted(&dock());
    dock().setTab(tab);
    QTRY_VERIFY(dock().shows(tab));
}

} // namespace canto::test
