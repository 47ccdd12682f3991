// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"
#include "core/sound/port_watch.h"

#include <QSettings>

namespace canto::app {

/// The audio device, MIDI inputs and output with "None" and "Internal synth" as entries, and the
/// SoundFont: opens them, keeps them open, and has a part for each in the preferences. Choices are
/// saved. Thread: GUI.
class Devices : public Feature {
    Q_OBJECT

  public:
    struct Options {
        QString soundFont; ///< empty: the remembered one, else the system's first
        bool loadSoundFont = true;
        bool midiPorts = true; ///< look for MIDI devices
    };
    Devices(Workspace& workspace, Options options);
    ~Devices() override;

    void saveTo(SessionState& state) const override;
    void startDevices() override;
    Takes takes(const QString& path) const override;
    void openFiles(const QStringList& paths) override { loadSoundFont(paths.back()); }

    /// Looks for ports for the first time and connects the saved ones. Not in the
    /// constructor: opening the system's sequencer takes a while.
    void openPorts();
    void chooseOutput(const sound::MidiChoice& choice);
    sound::MidiChoice output() const;
    /// Several inputs may be open at once.
    void chooseInput(const sound::MidiChoice& choice, bool on);
    const std::vector<sound::MidiChoice>& chosenInputs();
    std::vector<sound::MidiChoice> inputs();  ///< to choose from, "None" in front
    std::vector<sound::MidiChoice> outputs(); ///< the same
    QString midiProblem() const;              ///< why there are no devices; empty: there is none
    /// Opens another audio device, or this one otherwise, and remembers it.
    void chooseAudio(const QString& driver, double rate, int periodFrames);
    /// A second of a note of 440 Hz from the instrument, on the keyboard's channel.
    void playTestTone();
    void chooseSoundFont(); ///< asks for a file
    /// Loads a SoundFont; the result is emitted as notice or problem.
    void loadSoundFont(const QString& path);

  private:
    void addPreferences();
    void loadFirstSoundFont(const QString& wanted);
    void tellOutput(); ///< Workspace::soundOutputChanged
    void poll();
    std::function<void(Result<void>)> check();

    Workspace& m_workspace;
    Player& m_player;
    QSettings& m_settings;
    Options m_options;
    std::unique_ptr<sound::PortWatch> m_watch;
    QTimer m_poll;
};

} // namespace canto::app
