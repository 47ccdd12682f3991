// SPDX-License-Identifier: GPL-3.0-or-later
// Station of the tour: a recording becomes a piano arrangement.

#include "app/features/arrange/arrange_controller.h"
#include "app/tour/tour.h"
#include "app/tour/tour_piece.h"
#include "app/workspace/exports.h"
#include "core/sound/render_file.h"
#include "widgets/common/message_bar.h"
#include "widgets/song/recording_view.h"

#include <QDockWidget>
#include <QFileInfo>
#include <QSlider>
#include <QToolButton>
#include <array>

namespace canto::app {

void Tour::arrangeRecording() {
    silence();
    ArrangeController& panel = m_window.feature<ArrangeController>();
    ArrangeDock& dock = *panel.dock();
    auto& figures = m_figures["arrangement"];
    const auto recording = m_folder / "recording.wav";
    {
        const std::array songs{std::make_shared<const music::Song>(tourPiece())};
        sound::RenderOptions options;
        options.soundFont = m_window.workspace().player().engine().soundFont();
        const auto made = sound::renderToFile(songs, recording, options);
        if (!made) {
            m_problems.append(QString::fromStdString(made.error().message()));
            return;
        }
        figures["recordingSeconds"] = made->seconds;
    }
    QElapsedTimer since;
    since.start();
    panel.open(QString::fromStdString(recording.string()));
    until(QStringLiteral("the recording is analysed"),
          [&] { return panel.recording() != nullptr; });
    figures["secondsToHear"] = double(since.nsecsElapsed()) * 1e-9;
    until(QStringLiteral("the first bars are written"), [&] { return panel.song() != nullptr; });
    figures["secondsToFirstBars"] = double(since.nsecsElapsed()) * 1e-9;
    picture(QStringLiteral("arrange-first-bars.png"));
    until(QStringLiteral("the arrangement is complete"), [&] { return !panel.busy(); });
    figures["secondsToWhole"] = double(since.nsecsElapsed()) * 1e-9;
    const ArrangementPtr made = panel.arrangement();
    if (!made) {
        m_problems.append(
            QStringLiteral("There is no arrangement: %1").arg(m_window.messages()->text()));
        return;
    }
    const audio::AudioAnalysis& item = panel.recording()->recording.analysis;
    figures["arranger"] = made->arranger;
    figures["bars"] = made->bars;
    figures["notes"] = made->song.notes.size();
    figures["onsetCorrelation"] = made->onsetCorrelation;
    figures["key"] = item.key.name();
    figures["bpm"] = item.beats.bpm;
    expect(made->onsetCorrelation > 0.2,
           QStringLiteral("The arrangement does not keep the recording's time"));
    click(dock.playButton(), QPointF(dock.playButton()->rect().center()));
    until(QStringLiteral("the arrangement plays"), [&] { return dock.view()->playhead() > 1.5; });
    picture(QStringLiteral("arrangement.png"));
    widgets::RecordingView& view = *dock.view();
    view.zoom(4, view.xOf(8));
    click(view.viewport(), QPointF(view.xOf(10), 90));
    until(QStringLiteral("the playhead has moved"), [&] { return view.playhead() > 10.3; });
    m_window.setScheme(widgets::Scheme::Dark);
    picture(QStringLiteral("arrangement-dark.png"));
    m_window.setScheme(widgets::Scheme::Light);
    silence();
    view.fit();

    saveMidi(QStringLiteral("arrangement.mid"), {panel.song()}, panel.song()->bars(), 1);
    bool over = false;
    connect(
        &m_window.workspace().exports(), &Exports::soundSaved, this,
        [&](const QString& path, double seconds, double peak, double rms) {
            over = true;
            const QString name = QFileInfo(path).fileName();
            figures[name.toStdString()] = {{"seconds", seconds}, {"peakDb", peak}, {"rmsDb", rms}};
            expect(peak < 0 && rms > -60, QStringLiteral("%1 is silent or too loud").arg(name));
        });
    connect(&m_window.workspace().exports(), &Exports::failed, this, [&](const Error& error) {
        over = true;
        m_problems.append(QString::fromStdString(error.message()));
    });
    m_window.workspace().exports().saveSound({panel.song()}, panel.song()->bars(),
                                             m_folder / "arrangement.wav",
                                             m_window.workspace().player().engine().soundFont());
    until(QStringLiteral("arrangement.wav is written"), [&] { return over; });
    over = false;
    m_window.workspace().exports().saveMix(
        panel.song(), recording, m_folder / "arrangement-mix.wav",
        m_window.workspace().player().engine().soundFont(), {1.0F, 1.0F});
    until(QStringLiteral("arrangement-mix.wav is written"), [&] { return over; });
    disconnect(&m_window.workspace().exports(), nullptr, this, nullptr);

    // An octave higher and as dense as it goes.
    dock.lift()->setValue(12);
    dock.density()->setValue(dock.density()->maximum());
    until(QStringLiteral("the sliders change the arrangement"),
          [&] { return panel.arrangement() != made && !panel.busy(); });
    figures["notesAtMost"] = panel.arrangement()->song.notes.size();
    expect(panel.arrangement()->song.notes.size() > made->song.notes.size(),
           QStringLiteral("A higher density does not give more notes"));
    picture(QStringLiteral("arrangement-dense.png"));
    m_window.messages()->dismiss();
    m_window.findChild<QDockWidget*>(QStringLiteral("scoreDock"))->raise();
}

} // namespace canto::app
