// SPDX-License-Identifier: GPL-3.0-or-later
// The notes that a recording plays, beside the arrangement of it.

#include "app/features/arrange/arrange_controller.h"
#include "app/workspace/qt_text.h"
#include "widgets/song/recording_view.h"

namespace canto::app {

arrange::Timing ArrangeController::timing() const {
    return m_dock->quantise() ? arrange::Timing::Quantised : arrange::Timing::AsPlayed;
}

void ArrangeController::chooseNotes() {
    if (!m_recording || m_stage == Stage::Analysing) {
        return;
    }
    m_later.stop();
    m_task.cancel();
    setStage(Stage::Idle);
    if (m_dock->writes() == ArrangeDock::Writes::Arrangement) {
        if (m_arrangement && asked()) {
            showArrangement();
        } else {
            rewrite();
        }
    } else if (m_detected) {
        showTranscription();
    } else {
        setStage(Stage::Writing);
        m_dock->setProgress(tr("Detecting notes"));
        transcribe();
    }
}

void ArrangeController::detectedNotes(const DetectedNotesPtr& notes) {
    m_detected = notes;
    showTranscription();
}

void ArrangeController::showTranscription() {
    const audio::AudioAnalysis& item = m_recording->recording.analysis;
    auto song =
        arrange::transcribed(m_detected->notes, item.beats.times, item.metre.position, timing());
    if (!song) {
        failed(song.error());
        return;
    }
    setStage(Stage::Idle);
    showSong(std::make_shared<const music::Song>(std::move(*song)), m_recording->outline.seconds());
    m_dock->setStatus(
        QStringList{widgets::keyName(item.key), tr("%L1 bpm").arg(item.beats.bpm, 0, 'f', 0),
                    tr("%Ln note(s)", nullptr, int(m_song->notes.size())),
                    m_detected->byNetwork ? tr("transcribed by %1").arg(text(m_detected->frontEnd))
                                          : tr("melody and bass line only")}
            .join(QStringLiteral(" \u00b7 ")));
    Q_EMIT finished();
}

void ArrangeController::transcribeTracked() {
    if (!m_detected) { // a change of tempo came first
        m_dock->setProgress(tr("Detecting notes"));
        transcribe();
        return;
    }
    if (!m_detected->byNetwork) { // the lines follow the beats
        m_detected =
            std::make_shared<const DetectedNotes>(linesAsNotes(m_recording->recording.analysis));
    }
    showTranscription();
}

void ArrangeController::restoreNotes() {
    if (m_dock->writes() == ArrangeDock::Writes::Arrangement || !m_detected) {
        showArrangement();
    }
}

void ArrangeController::showArrangement() {
    m_dock->setWrites(ArrangeDock::Writes::Arrangement);
    if (m_arrangement) {
        showSong({m_arrangement, &m_arrangement->song}, m_recording->outline.seconds());
        m_dock->setStatus(arrangementStatus());
    }
}

} // namespace canto::app
