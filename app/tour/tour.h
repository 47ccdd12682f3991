// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/shell/main_window.h"

#include <QElapsedTimer>
#include <nlohmann/json.hpp>

namespace canto::app {

/// Plays the real window by mouse and keys, as a person would, and leaves pictures, MIDI, sound and
/// figures in a folder: what the program can do, for people without a display, and a
/// proof that it does. Waits for what happens, never for time to pass. Thread: GUI.
class Tour : public QObject {
    Q_OBJECT

  public:
    /// @param started  begun at the first line of main: for the figure of starting.
    Tour(MainWindow& window, std::filesystem::path folder, QElapsedTimer started);

    /// Runs from start to end; blocks (with an event loop of its own).
    /// @return what went wrong, empty when all went well. Everything that could be made is in the
    ///         folder either way.
    QStringList run();

  private:
    // tour.cpp: the stations
    void open();
    void showMap();
    void showHover();
    void playSongAt();
    void playPosition();
    /// Clicks `count` songs and empty map positions in turn.
    nlohmann::json measureClicks(int count);
    void walkPath();
    void showDark();
    void goOutside();
    void filter();
    void train();            // tour_training.cpp
    void arrangeRecording(); // tour_arrange.cpp
    void writeFigures();

    // tour_explore.cpp: the gestures on the latent space
    void explore();
    void interpolate();
    void sweep();
    void setProperties();
    void moveToGenre();
    void drawFromGenre();

    // tour_transfer.cpp: the spaces and the Transfer panel
    void showSpaces();
    void enterSpace(std::size_t space);
    void showColours(const QString& name);
    void transfer(const QString& space);
    void keepTransfers(const QString& space);

    // tour_sounds.cpp: a space whose points are clips of sound
    void playSounds(const QString& space);
    void saveSound(const QString& name, nlohmann::json& figures);

    // tour_hands.cpp: hands and eyes
    /// Handles events until `done`. A limit that no machine reaches ends a tour that hangs.
    bool until(const QString& what, const std::function<bool()>& done);
    void click(QWidget* widget, QPointF at);
    void doubleClick(QWidget* widget, QPointF at);
    void clickWith(QWidget* widget, QPointF at, Qt::KeyboardModifiers modifiers);
    void drag(QWidget* widget, const QVector<QPointF>& way);
    /// The first part of a drag: the button stays down.
    void hold(QWidget* widget, const QVector<QPointF>& way);
    void release(QWidget* widget, QPointF at);
    void press(Qt::Key key, const QString& text = {});
    void move(QWidget* widget, QPointF at);
    void picture(const QString& name);
    void settle(); ///< until the map is drawn as it should be
    void silence();
    void saveMidi(const QString& name, const std::vector<SongPtr>& songs, int bars,
                  int leastTracks);
    QPointF pixelOf(qint64 row) const;
    /// A pixel with no point near it; `inside`: amid the points, else as far from all as can be.
    QPointF emptyPixel(bool inside, std::uint64_t seed) const;
    /// A row in view whose song can be played; one with its file where there is one.
    qint64 songRow(std::uint64_t seed) const;
    double clickAndMeasure(QPointF at);
    void expect(bool truth, const QString& otherwise);

    MainWindow& m_window;
    std::filesystem::path m_folder;
    QElapsedTimer m_started;
    QStringList m_problems;
    nlohmann::json m_figures;
};

} // namespace canto::app
