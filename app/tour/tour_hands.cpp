// SPDX-License-Identifier: GPL-3.0-or-later
// Hands and eyes of the tour: mouse, keys, waiting, pictures.

#include "app/library/originals.h"
#include "app/tour/tour.h"
#include "app/workspace/exports.h"
#include "app/workspace/map_controller.h"
#include "core/midi/smf_reader.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QDialog>
#include <QEventLoop>
#include <QMouseEvent>
#include <QPainter>
#include <QPixmap>
#include <QTimer>
#include <set>

namespace canto::app {

namespace {

/// Longer than anything takes on a slow and busy machine: only a tour that hangs meets it.
constexpr int kHungMinutes = 20;

/// Nearer than this a click means the point; with room for rounding.
constexpr double kReachPixels = 10;

void send(QWidget* widget, QEvent::Type type, QPointF at, Qt::MouseButton button,
          Qt::MouseButtons buttons, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QMouseEvent event(type, at, widget->mapToGlobal(at), button, buttons, modifiers);
    QApplication::sendEvent(widget, &event);
}

} // namespace

bool Tour::until(const QString& what, const std::function<bool()>& done) {
    if (done()) {
        return true;
    }
    QEventLoop loop;
    QTimer deadline;
    deadline.setSingleShot(true);
    connect(&deadline, &QTimer::timeout, &loop, [&loop] { loop.exit(1); });
    // Looked at each time all that has happened was dealt with.
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, &loop,
            [&] {
                if (done()) {
                    loop.exit(0);
                }
            });
    deadline.start(kHungMinutes * 60 * 1000);
    if (loop.exec() != 0 && !done()) {
        m_problems.append(
            QStringLiteral("Did not happen within %1 minutes: %2").arg(kHungMinutes).arg(what));
        return false;
    }
    return true;
}

void Tour::expect(bool truth, const QString& otherwise) {
    if (!truth) {
        m_problems.append(otherwise);
    }
}

void Tour::click(QWidget* widget, QPointF at) {
    send(widget, QEvent::MouseButtonPress, at, Qt::LeftButton, Qt::LeftButton);
    send(widget, QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton);
}

void Tour::doubleClick(QWidget* widget, QPointF at) {
    click(widget, at);
    send(widget, QEvent::MouseButtonDblClick, at, Qt::LeftButton, Qt::LeftButton);
    send(widget, QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton);
}

void Tour::clickWith(QWidget* widget, QPointF at, Qt::KeyboardModifiers modifiers) {
    send(widget, QEvent::MouseButtonPress, at, Qt::LeftButton, Qt::LeftButton, modifiers);
    send(widget, QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton, modifiers);
}

void Tour::drag(QWidget* widget, const QVector<QPointF>& way) {
    hold(widget, way);
    release(widget, way.last());
}

void Tour::hold(QWidget* widget, const QVector<QPointF>& way) {
    send(widget, QEvent::MouseButtonPress, way.first(), Qt::LeftButton, Qt::LeftButton);
    for (qsizetype leg = 0; leg + 1 < way.size(); ++leg) {
        for (int part = 1; part <= 12; ++part) {
            send(widget, QEvent::MouseMove, way[leg] + (way[leg + 1] - way[leg]) * part / 12.0,
                 Qt::NoButton, Qt::LeftButton);
        }
    }
}

void Tour::release(QWidget* widget, QPointF at) {
    send(widget, QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton);
}

void Tour::move(QWidget* widget, QPointF at) {
    send(widget, QEvent::MouseMove, at, Qt::NoButton, Qt::NoButton);
}

void Tour::press(Qt::Key key, const QString& text) {
    // Events sent by hand pass the shortcuts by: the action is what the key means.
    for (QAction* action : m_window.findChildren<QAction*>()) {
        if (action->shortcut() == QKeySequence(key)) {
            action->trigger();
            return;
        }
    }
    m_problems.append(QStringLiteral("No action has the key %1").arg(text));
}

void Tour::settle() {
    // Nothing is asked of the workers any more and the pictures they made were painted.
    int quiet = 0;
    until(QStringLiteral("the map is drawn"),
          [&] { return m_window.map()->settled() && ++quiet > 3; });
}

void Tour::picture(const QString& name) {
    settle();
    QPixmap shot = m_window.grab();
    for (auto* part : m_window.findChildren<QWidget*>()) {
        if (part->isVisible() && part->isWindow()) { // a card, a sheet: not in the grab
            const QRect place(m_window.mapFromGlobal(part->pos()), part->size());
            QPainter painter(&shot);
            painter.drawPixmap(place.topLeft(), part->grab());
            if (qobject_cast<QDialog*>(part) != nullptr) {
                painter.setPen(m_window.palette().color(QPalette::Mid));
                painter.drawRect(place);
            }
        }
    }
    const QString path = QString::fromStdString((m_folder / name.toStdString()).string());
    expect(shot.save(path), QStringLiteral("The picture %1 could not be written").arg(path));
}

void Tour::silence() {
    m_window.workspace().player().stop();
    m_window.workspace().player().engine().panic(); // no waiting for the ends of long notes
    until(QStringLiteral("silence"), [this] {
        return !m_window.workspace().player().playing() &&
               m_window.workspace().player().engine().activeVoices() == 0;
    });
}

void Tour::saveMidi(const QString& name, const std::vector<SongPtr>& songs, int bars,
                    int leastTracks) {
    const auto path = m_folder / name.toStdString();
    if (const auto saved = Exports::saveMidi(songs, bars, path); !saved) {
        m_problems.append(QString::fromStdString(saved.error().message()));
        return;
    }
    const auto back = midi::readSmfFile(path);
    expect(back.has_value(), QStringLiteral("%1 cannot be read back").arg(name));
    if (back) {
        std::set<int> tracks;
        for (const music::Note& note : back->song.notes) {
            tracks.insert(note.track);
        }
        m_figures["midi"][name.toStdString()] = {{"notes", back->song.notes.size()},
                                                 {"tracksWithNotes", tracks.size()},
                                                 {"bars", back->song.bars()}};
        expect(int(tracks.size()) >= leastTracks,
               QStringLiteral("%1 has notes on %2 tracks only").arg(name).arg(tracks.size()));
    }
}

QPointF Tour::pixelOf(qint64 row) const {
    return m_window.map()->toPixel(m_window.workspace().maps().placeOf(row));
}

QPointF Tour::emptyPixel(bool inside, std::uint64_t seed) const {
    const widgets::LatentMap& map = *m_window.map();
    const auto snapshot = map.snapshot();
    const QRect legend = map.legend()->geometry();
    const double unitsPerPixel = map.view().width() / std::max(1, map.width());
    Random random(seed);
    QPointF best(map.rect().center());
    double bestDistance = inside ? 1e9 : -1;
    for (int i = 0; i < 4000; ++i) {
        const QPointF pixel(30 + random.uniform() * (map.width() - 60),
                            30 + random.uniform() * (map.height() - 60));
        if (legend.adjusted(-12, -12, 12, 12).contains(pixel.toPoint())) {
            continue;
        }
        const QPointF place = map.toMap(pixel);
        const auto found = snapshot->index().nearestK({float(place.x()), float(place.y())}, 8);
        if (found.empty()) {
            continue;
        }
        const double nearest = double(found.front().distance) / unitsPerPixel;
        // Amid the points: beyond a click's reach of the nearest, and the eighth as near as can be.
        const double distance = inside ? double(found.back().distance) / unitsPerPixel : nearest;
        const bool better =
            inside ? nearest > kReachPixels && distance < bestDistance : distance > bestDistance;
        if (better) {
            best = pixel;
            bestDistance = distance;
        }
    }
    return best;
}

qint64 Tour::songRow(std::uint64_t seed) const {
    const LibraryPtr& library = m_window.workspace().maps().library();
    const auto folders = libraryFolders(library->path);
    const QRect room = m_window.map()->rect().adjusted(30, 30, -30, -30);
    const QRect legend = m_window.map()->legend()->geometry().adjusted(-12, -12, 12, 12);
    Random random(seed);
    qint64 any = 0;
    for (int i = 0; i < 2000; ++i) {
        const auto row = qint64(random.below(library->points.count()));
        const QPoint pixel = pixelOf(row).toPoint();
        if (!room.contains(pixel) || legend.contains(pixel)) {
            continue;
        }
        any = row;
        if (findOriginal(library->points.songOf(std::size_t(row)), folders)) {
            return row;
        }
    }
    return any;
}

double Tour::clickAndMeasure(QPointF at) {
    silence();
    double measured = -1;
    const auto connection = connect(&m_window.workspace().player(), &Player::clickToSound, this,
                                    [&](double milliseconds) { measured = milliseconds; });
    click(m_window.map(), at);
    until(QStringLiteral("the click is followed by sound"), [&] { return measured >= 0; });
    disconnect(connection);
    return measured;
}

} // namespace canto::app
