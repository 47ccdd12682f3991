// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"
#include "core/sound/port_watch.h"

#include <QMenu>
#include <QSettings>

namespace canto::app {

/// Sound settings: MIDI input and output with "None" and "Internal synth" as entries, the
/// SoundFont, and the audio device. Choices are saved. Thread: GUI.
class DeviceMenu : public Feature {
    Q_OBJECT

  public:
    struct Options {
        QString soundFont; ///< empty: the remembered one, else the system's first
        bool loadSoundFont = true;
        bool midiPorts = true; ///< look for MIDI devices
    };
    DeviceMenu(Workspace& workspace, Options options);
    ~DeviceMenu() override;

    void addActions(ActionTable& table) override;
    void saveTo(SessionState& state) const override;
    void startDevices() override;
    Takes takes(const QString& path) const override;
    void openFiles(const QStringList& paths) override { loadSoundFont(paths.back()); }

    /// Looks for ports for the first time and connects the saved ones. Not in the
    /// constructor: opening the system's sequencer takes a while.
    void openPorts();
    void chooseOutput(const sound::MidiChoice& choice);
    sound::MidiChoice output() const;
    /// Loads a SoundFont; the result is emitted as notice or problem.
    void loadSoundFont(const QString& path);

  private:
    void chooseSoundFont(); ///< asks for a file
    void loadFirstSoundFont(const QString& wanted);
    void tellOutput(); ///< Workspace::soundOutputChanged
    void fillInputs();
    void fillOutputs();
    void fillSoundFonts();
    void poll();
    std::function<void(Result<void>)> check();

    Workspace& m_workspace;
    Player& m_player;
    QSettings& m_settings;
    Options m_options;
    QMenu *m_inputs = nullptr, *m_outputs = nullptr, *m_fonts = nullptr;
    QAction* m_device = nullptr;
    std::unique_ptr<sound::PortWatch> m_watch;
    QTimer m_poll;
};

} // namespace canto::app
