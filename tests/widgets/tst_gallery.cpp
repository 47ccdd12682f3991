// SPDX-License-Identifier: GPL-3.0-or-later
// All widgets together as a window shows them, light and dark. With CANTO_GRABS set to a folder
// the pictures are left there to be looked at.

#include "core/base/random.h"
#include "tests/support/test_support.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/status_figures.h"
#include "widgets/common/theme.h"
#include "widgets/map/hover_card.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/library_list.h"
#include "widgets/song/path_controls.h"
#include "widgets/song/pianoroll_view.h"
#include "widgets/song/transport_bar.h"

#include <QApplication>
#include <QDir>
#include <QHBoxLayout>
#include <QMouseEvent>
#include <QSet>
#include <QVBoxLayout>

using namespace canto;
using namespace canto::widgets;

namespace {

constexpr std::array kGenres{"classical", "country", "jazz", "pop", "rock"};

MapSnapshotPtr genres(std::size_t count) {
    Random random(4);
    std::vector<float> x(count), y(count);
    std::vector<QString> labels(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto c = random.below(kGenres.size());
        const double angle = 1.2566 * static_cast<double>(c);
        const double part = random.uniform() < 0.3 ? 2.1 : 1.0;
        x[i] = static_cast<float>(3.2 * std::cos(angle * part) + random.normal());
        y[i] = static_cast<float>(2.2 * std::sin(angle * part) + random.normal() * 0.7);
        labels[i] = QString::fromLatin1(kGenres[c]);
    }
    return MapSnapshot::make(x, y, makeColouring(QStringLiteral("Genre"), labels));
}

std::shared_ptr<const music::Song> band() {
    auto song = std::make_shared<music::Song>();
    song->tracks = {{"Drums"}, {"Bass"}, {"Guitar"}, {"Strings"}};
    Random random(9);
    const auto note = [&](music::Tick start, music::Tick length, int pitch, int track) {
        music::Note made;
        made.start = start;
        made.length = length;
        made.pitch = static_cast<std::uint8_t>(pitch);
        made.track = static_cast<std::uint16_t>(track);
        made.channel = track == 0 ? music::kDrumChannel : static_cast<std::uint8_t>(track);
        made.velocity = static_cast<std::uint8_t>(60 + random.below(60));
        song->notes.push_back(made);
    };
    constexpr std::array kRoots{45, 41, 48, 43};
    for (int bar = 0; bar < 8; ++bar) {
        const int root = kRoots[static_cast<std::size_t>(bar) % 4];
        for (int eighth = 0; eighth < 8; ++eighth) {
            const music::Tick at = bar * 1920 + eighth * 240;
            note(at, 60, 42, 0);
            if (eighth % 4 == 0) {
                note(at, 60, eighth == 0 ? 36 : 38, 0);
            }
            note(at, 200, root - 12 + (eighth % 3 == 2 ? 7 : 0), 1);
            note(at, 220,
                 root + 12 + std::array{0, 4, 7, 12, 7, 4, 7, 4}[static_cast<std::size_t>(eighth)],
                 2);
        }
        for (const int step : {0, 4, 7}) {
            note(bar * 1920, 1900, root + 24 + step, 3);
        }
    }
    song->finish();
    return song;
}

/// The window's arrangement, as far as the widgets go.
struct Gallery {
    QWidget window;
    MessageBar* message = new MessageBar;
    LibraryList* library = new LibraryList;
    LatentMap* map = new LatentMap;
    PianorollView* roll = new PianorollView;
    PathControls* path = new PathControls;
    TransportBar* transport = new TransportBar;
    StatusFigures* status = new StatusFigures;

    Gallery() {
        auto* middle = new QVBoxLayout;
        middle->setSpacing(0);
        middle->addWidget(map, 1);
        roll->setFixedHeight(230);
        middle->addWidget(roll);
        auto* line = new QHBoxLayout;
        line->setSpacing(1);
        library->setFixedWidth(330);
        path->setFixedWidth(260);
        line->addWidget(library);
        line->addLayout(middle, 1);
        line->addWidget(path);
        auto* all = new QVBoxLayout(&window);
        all->setContentsMargins(0, 0, 0, 0);
        all->setSpacing(0);
        all->addWidget(message);
        all->addLayout(line, 1);
        all->addWidget(transport);
        all->addWidget(status);
        map->setReducedMotion(true);
        window.resize(1480, 900);

        map->setSnapshot(genres(12000));
        std::vector<SongRow> songs;
        for (int i = 0; i < 60; ++i) {
            songs.push_back({i, QStringLiteral("Song number %1 of the album").arg(i + 1),
                             QStringLiteral("Artist %1").arg(i % 7),
                             QString::fromLatin1(kGenres[static_cast<std::size_t>(i) % 5]), 3 * i,
                             i % 5 == 0});
        }
        library->setSongs(std::move(songs), QStringLiteral("Genre"));
        library->setCurrent(3);
        roll->setSong(band());
        roll->setCaption(QStringLiteral("Step 3 of 8, between jazz and rock"));
        roll->setPlayhead(3100);
        path->setGeometries({QStringLiteral("Slerp"), QStringLiteral("Linear")});
        path->setHasPath(true);
        path->setStatus(QStringLiteral("8 steps, 5 decoded"));
        transport->setPlaying(true);
        transport->setLoop(true);
        transport->setPosition(2, 3);
        transport->setTempo(120);
        status->setPoints(QStringLiteral("12,000 points"));
        status->setModel(QStringLiteral("MusAE on CPU"));
        status->setSound(QStringLiteral("Internal synth, 48 kHz, 10.7 ms"));
        status->setClickToSound(14.2);
    }
};

int colours(const QImage& image) {
    QSet<QRgb> seen;
    for (int y = 0; y < image.height(); y += 2) {
        for (int x = 0; x < image.width(); x += 2) {
            seen.insert(image.pixel(x, y));
        }
    }
    return static_cast<int>(seen.size());
}

void keep(const QPixmap& picture, const QString& name) {
    const QString folder = qEnvironmentVariable("CANTO_GRABS");
    if (!folder.isEmpty()) {
        QVERIFY(picture.save(QDir(folder).filePath(name + QStringLiteral(".png"))));
    }
}

} // namespace

class TestGallery : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void allTogether_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void allTogether() {
        QFETCH(bool, dark);
        applyTheme(*qApp, dark ? Scheme::Dark : Scheme::Light);
        const QString name = dark ? QStringLiteral("dark") : QStringLiteral("light");
        Gallery gallery;
        gallery.window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&gallery.window));
        LatentMap& map = *gallery.map;
        map.setPath({{-3, -1}, {-1, 1.5}, {1.5, 1}, {3.2, -1.2}});
        QVector<QPointF> steps;
        for (int i = 0; i < 8; ++i) {
            const double t = i / 7.0 * 3;
            const auto at = std::min(2, static_cast<int>(t));
            steps.push_back(map.path()[at] + (map.path()[at + 1] - map.path()[at]) * (t - at));
        }
        map.setPathSteps(steps);
        map.setActiveStep(2);
        map.setPlayhead((steps[2] + steps[3]) / 2, LatentMap::PlayheadState::Playing);
        map.showDecodeMark({-5.2, 2.4}, true, QStringLiteral("8 nearest phrases, error 0.21"));
        QVERIFY(colours(map.grab().toImage()) > 200);
        keep(gallery.window.grab(), QStringLiteral("path-") + name);

        map.clearPath();
        map.showDecodeMark({0.4, -0.3}, false, QStringLiteral("8 nearest phrases, error 0.04"));
        gallery.message->show(MessageBar::Kind::Warning,
                              QStringLiteral("No audio device was found"),
                              QStringLiteral("The map and files work; plug one in to hear music."),
                              QStringLiteral("Choose a device"));
        map.setClassVisible(1, false);
        std::vector<std::uint32_t> some;
        for (std::uint32_t row = 0; row < 12000; ++row) {
            if (map.snapshot()->x()[row] > 0.5f) {
                some.push_back(row);
            }
        }
        map.setSelection(some);
        keep(gallery.window.grab(), QStringLiteral("selection-") + name);

        map.clearSelection();
        const auto nearest = map.snapshot()->index().nearest({1, 1}, 10);
        map.setView(QRectF(-0.5, -0.2, 2.6, 2));
        const QPoint at =
            map.toPixel({map.snapshot()->x()[*nearest], map.snapshot()->y()[*nearest]}).toPoint();
        QMouseEvent event(QEvent::MouseMove, at, map.mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                          Qt::NoModifier);
        QApplication::sendEvent(&map, &event);
        keep(map.grab(), QStringLiteral("near-") + name);

        HoverCard card(&map); // a child of the map, as in the program
        card.setProvider([](qint64) {
            return HoverInfo{QStringLiteral("So What"),
                             QStringLiteral("Miles Davis"),
                             {{QStringLiteral("Genre"), QStringLiteral("jazz")},
                              {QStringLiteral("Split"), QStringLiteral("held out")}},
                             8,
                             band()};
        });
        card.hover(1, map.mapToGlobal(QPoint(100, 100)));
        QTRY_VERIFY(card.isVisible());
        QVERIFY(colours(card.grab().toImage()) > 10);
        keep(card.grab(), QStringLiteral("card-") + name);
    }

    void numbersAsAGradient_data() { allTogether_data(); }
    void numbersAsAGradient() {
        QFETCH(bool, dark);
        applyTheme(*qApp, dark ? Scheme::Dark : Scheme::Light);
        const auto points = genres(1600);
        std::vector<float> level;
        for (std::size_t row = 0; row < points->size(); ++row) {
            level.push_back(-30 + 3 * points->x()[row] + points->y()[row]);
        }
        LatentMap map;
        map.resize(900, 600);
        map.setSnapshot(MapSnapshot::make(
            {points->x().begin(), points->x().end()}, {points->y().begin(), points->y().end()},
            makeScale(QStringLiteral("Loudness"), QStringLiteral("dBFS"), level)));
        map.show();
        QVERIFY(colours(map.grab().toImage()) > 200);
        const QString name = dark ? QStringLiteral("dark") : QStringLiteral("light");
        keep(map.grab(), QStringLiteral("gradient-") + name);
        for (int shade = 0; shade < 60; ++shade) {
            map.setClassVisible(shade, false);
        }
        keep(map.grab(), QStringLiteral("gradient-part-") + name);
    }

    void withoutALibrary() {
        applyTheme(*qApp, Scheme::Light);
        LatentMap map;
        map.resize(700, 500);
        map.setMessage(QStringLiteral("No library is open. Drop a folder of MIDI files here."));
        PianorollView roll;
        roll.resize(700, 200);
        keep(map.grab(), QStringLiteral("empty-map"));
        keep(roll.grab(), QStringLiteral("empty-roll"));
        QVERIFY(colours(map.grab().toImage()) > 2);
        QVERIFY(colours(roll.grab().toImage()) > 2);
    }

    void thousandsOfPointsAtTwoDevicePixels() {
        applyTheme(*qApp, Scheme::Light);
        LatentMap map;
        map.resize(700, 500);
        map.setSnapshot(genres(98000));
        const QImage picture = map.render({700, 500}, 2);
        QCOMPARE(picture.size(), QSize(1400, 1000));
        QVERIFY(colours(picture) > 200);
        keep(QPixmap::fromImage(picture), QStringLiteral("dense"));
    }
};

QTEST_MAIN(TestGallery)
#include "tst_gallery.moc"
