// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/controllable.h"
#include "core/sound/midi_message.h"

#include <QObject>
#include <QSettings>
#include <map>
#include <optional>
#include <vector>

namespace canto::app {

/// A knob, fader, key or wheel, and what it sets.
struct MidiBinding {
    enum class Kind {
        Control,   ///< controller `number`, 7 bits
        Control14, ///< controllers `number` and `number` + 32, 14 bits
        Note,      ///< key `number`: its velocity
        PitchBend, ///< 14 bits
    };
    QString control; ///< Controllable::id
    Kind kind = Kind::Control;
    int channel = 0; ///< from 0
    int number = 0;
    bool operator==(const MidiBinding&) const = default;
    QString text() const; ///< "CC 7, channel 1"
};

/// Learns which knob sets what, and passes its values on. A control has one binding, a knob too.
/// Kept in the settings. Thread: GUI.
class MidiBindings : public QObject {
    Q_OBJECT

  public:
    MidiBindings(ControllableTable& controls, QSettings& settings, QObject* parent = nullptr);

    /// The next controller, key or pitch bend is bound to this control. Empty: no longer.
    void learn(const QString& control);
    const QString& learning() const { return m_learning; }
    void take(sound::MidiMessage message);

    const std::vector<MidiBinding>& all() const { return m_all; }
    const MidiBinding* of(const QString& control) const; ///< null: none
    void forget(const QString& control);

  Q_SIGNALS:
    void changed();
    void learned(const QString& control);

  private:
    /// What a message belongs to if it is learned; nothing for messages that cannot be.
    static std::optional<MidiBinding> bindingOf(sound::MidiMessage message);
    void learnFrom(sound::MidiMessage message);
    bool widen(sound::MidiMessage message);
    void bind(MidiBinding binding);
    void apply(MidiBinding& binding, sound::MidiMessage message);
    void store();

    ControllableTable& m_controls;
    QSettings& m_settings;
    std::vector<MidiBinding> m_all;
    std::map<QString, int> m_high; ///< upper seven bits that came last, or the last 7-bit value
    QString m_learning;
    std::optional<MidiBinding>
        m_low;           ///< received while learning: the lower half of a pair, perhaps
    QString m_fresh;     ///< just learned: may turn out to be one of 14 bits
    int m_freshLeft = 0; ///< values for which that is still open
};

} // namespace canto::app
