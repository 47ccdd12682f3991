// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/player.h"
#include "core/sound/port_watch.h"

#include <QMenu>
#include <QSettings>

namespace canto::app {

/// Sound settings: MIDI input and output with "None" and "Internal synth" as entries, the
/// SoundFont, and the audio device. Choices are saved. Thread: GUI.
class DeviceMenu : public QObject {
    Q_OBJECT

  public:
    DeviceMenu(QMenu& menu, Player& player, QSettings& settings, QObject* parent = nullptr);
    ~DeviceMenu() override;

    /// Looks for ports for the first time and connects the saved ones. Not in the
    /// constructor: opening the system's sequencer takes a while.
    void start();
    void chooseOutput(const sound::MidiChoice& choice);
    sound::MidiChoice output() const;
    /// Loads a SoundFont; the result is emitted as notice or problem.
    void loadSoundFont(const QString& path);
    void loadFirstSoundFont(const QString& wanted);

  Q_SIGNALS:
    void notice(const QString& text);
    void problem(const QString& text, const QString& hint);
    void soundChanged();
    void soundFontWanted(); ///< "Choose SoundFont..."

  private:
    void fillInputs();
    void fillOutputs();
    void fillSoundFonts();
    void poll();
    std::function<void(Result<void>)> check();

    Player& m_player;
    QSettings& m_settings;
    QMenu *m_inputs, *m_outputs, *m_fonts;
    QAction* m_device;
    std::unique_ptr<sound::PortWatch> m_watch;
    QTimer m_poll;
};

} // namespace canto::app
