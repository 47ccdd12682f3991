// SPDX-License-Identifier: GPL-3.0-or-later
// The window where points are clips of sound.

#include "app/features/clips/sound_space.h"
#include "app/features/export/exports.h"
#include "app/features/map/inspector.h"
#include "app/shell/main_window.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/spectrogram_view.h"
#include "widgets/song/transport_bar.h"

#include <QFileDialog>
#include <QFileInfo>

namespace canto::app {

using widgets::MessageBar;

void MainWindow::buildSounds() {
    m_sounds = std::make_unique<SoundSpace>(*m_map, *m_mapController, *m_pathController, *m_player,
                                            *m_inference);
    m_sounds->attachHoverCard(m_card);
    connect(m_sounds.get(), &SoundSpace::factsChanged, m_inspector, &Inspector::setFacts);
    connect(m_sounds.get(), &SoundSpace::problem, this, &MainWindow::report);
    connect(m_sounds.get(), &SoundSpace::similarChanged, m_inspector->similar(),
            &widgets::SimilarList::setSimilar);
    connect(m_inspector->similar(), &widgets::SimilarList::chosen, this, [this](qint64 row) {
        m_map->flyTo(row);
        m_player->pressed();
        m_mapController->playRow(row);
    });
    connect(m_sounds.get(), &SoundSpace::began, this, [this](const QString& what) {
        m_messages->show(
            MessageBar::Kind::Progress, what, {}, tr("Cancel"), [this] { m_inference->cancel(); },
            MessageBar::Scope::Space);
    });
    connect(m_sounds.get(), &SoundSpace::recordingPlaced, m_messages, &MessageBar::endProgress);
}

void MainWindow::placeRecording(const QString& path) { m_sounds->place(path); }

void MainWindow::chooseRecording() {
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Find recording on map"), {},
        tr("Recordings (*.wav *.flac *.ogg *.opus *.mp3 *.aif *.aiff);;All files (*)"));
    if (!path.isEmpty()) {
        placeRecording(path);
    }
}

void MainWindow::saveSound() {
    const PlaybackItem& item = m_player->currentItem();
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Export"), item.title + QStringLiteral(".wav"),
                                     tr("WAV (*.wav);;FLAC (*.flac);;Spectrogram (*.png)"));
    if (path.isEmpty()) {
        return;
    }
    if (!path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive)) {
        m_exports->saveSound(item.sound, path.toStdString());
    } else if (const auto saved = drawSpectrogramRow(item.tiles, path.toStdString()); saved) {
        m_messages->show(MessageBar::Kind::Information,
                         tr("Saved %1").arg(QFileInfo(path).fileName()));
    } else {
        report(QString::fromStdString(saved.error().message()));
    }
}

void MainWindow::showSoundPosition(const sound::Position& position) {
    m_spectrogram->setPlayhead(position.playing || position.seconds > 0 ? position.seconds : -1);
    m_transport->setPosition(0, 0);
}

} // namespace canto::app
