// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/control/midi_bindings.h"

#include <QStringList>
#include <algorithm>
#include <utility>

namespace canto::app {
namespace {

using Kind = MidiBinding::Kind;
using sound::MidiMessage;

const auto kBindingsKey = QStringLiteral("midi/bindings");
constexpr int kPair = 32;      ///< from the upper controller of a pair to the lower
constexpr int kOpenValues = 4; ///< a pair sends its lower half with each of the first values

bool isLow(const MidiMessage& message, const MidiBinding& high) {
    return message.kind() == 0xB0 && message.channel() == high.channel &&
           message.first == high.number + kPair;
}

bool comesFrom(const MidiMessage& message, const MidiBinding& binding) {
    if (message.channel() != binding.channel) {
        return false;
    }
    switch (binding.kind) {
    case Kind::Control:
        return message.kind() == 0xB0 && message.first == binding.number;
    case Kind::Control14:
        return message.kind() == 0xB0 &&
               (message.first == binding.number || message.first == binding.number + kPair);
    case Kind::Note:
        return (message.kind() == 0x90 || message.kind() == 0x80) &&
               message.first == binding.number;
    case Kind::PitchBend:
        return message.kind() == 0xE0;
    }
    return false;
}

} // namespace

QString MidiBinding::text() const {
    switch (kind) {
    case Kind::Control:
        return MidiBindings::tr("CC %1, channel %2").arg(number).arg(channel + 1);
    case Kind::Control14:
        return MidiBindings::tr("CC %1 and %2 (14 bit), channel %3")
            .arg(number)
            .arg(number + kPair)
            .arg(channel + 1);
    case Kind::Note:
        return MidiBindings::tr("Note %1, channel %2").arg(number).arg(channel + 1);
    case Kind::PitchBend:
        break;
    }
    return MidiBindings::tr("Pitch bend, channel %1").arg(channel + 1);
}

MidiBindings::MidiBindings(ControllableTable& controls, QSettings& settings, QObject* parent)
    : QObject(parent), m_controls(controls), m_settings(settings) {
    for (const QString& line : settings.value(kBindingsKey).toStringList()) {
        const QStringList parts = line.split(QLatin1Char(' '));
        if (parts.size() != 4) {
            continue;
        }
        const MidiBinding binding{parts[3], Kind(parts[0].toInt()), parts[1].toInt(),
                                  parts[2].toInt()};
        const bool known = int(binding.kind) >= 0 && binding.kind <= Kind::PitchBend;
        if (known && binding.channel >= 0 && binding.channel < 16 && binding.number >= 0 &&
            binding.number < 128) {
            m_all.push_back(binding);
        }
    }
}

void MidiBindings::store() {
    QStringList lines;
    for (const MidiBinding& binding : m_all) {
        lines.append(QStringLiteral("%1 %2 %3 %4")
                         .arg(int(binding.kind))
                         .arg(binding.channel)
                         .arg(binding.number)
                         .arg(binding.control));
    }
    m_settings.setValue(kBindingsKey, lines);
    Q_EMIT changed();
}

const MidiBinding* MidiBindings::of(const QString& control) const {
    const auto found = std::find_if(m_all.begin(), m_all.end(), [&](const MidiBinding& binding) {
        return binding.control == control;
    });
    return found != m_all.end() ? &*found : nullptr;
}

void MidiBindings::forget(const QString& control) {
    if (std::erase_if(m_all, [&](const auto& one) { return one.control == control; }) > 0) {
        store();
    }
}

void MidiBindings::learn(const QString& control) {
    m_learning = control;
    m_low.reset();
    m_freshLeft = 0;
}

std::optional<MidiBinding> MidiBindings::bindingOf(MidiMessage message) {
    MidiBinding binding;
    binding.channel = message.channel();
    switch (message.kind()) {
    case 0xB0:
        if (message.first >= 120) { // channel modes
            return std::nullopt;
        }
        binding.kind = Kind::Control;
        binding.number = message.first;
        return binding;
    case 0x90:
        if (message.second == 0) {
            return std::nullopt;
        }
        binding.kind = Kind::Note;
        binding.number = message.first;
        return binding;
    case 0xE0:
        binding.kind = Kind::PitchBend;
        return binding;
    default:
        return std::nullopt;
    }
}

void MidiBindings::bind(MidiBinding binding) {
    binding.control = std::exchange(m_learning, QString());
    m_low.reset();
    std::erase_if(m_all, [&](const MidiBinding& one) {
        const bool sameKnob = one.channel == binding.channel && one.number == binding.number &&
                              (one.kind == binding.kind ||
                               (one.kind <= Kind::Control14 && binding.kind <= Kind::Control14));
        return one.control == binding.control || sameKnob;
    });
    m_fresh = binding.control;
    m_freshLeft = binding.kind == Kind::Control && binding.number < kPair ? kOpenValues : 0;
    m_high[binding.control] = 0;
    m_all.push_back(binding);
    store();
    Q_EMIT learned(binding.control);
}

void MidiBindings::learnFrom(MidiMessage message) {
    auto binding = bindingOf(message);
    if (!binding) {
        return;
    }
    const bool control = binding->kind == Kind::Control;
    if (m_low && control && binding->channel == m_low->channel &&
        binding->number + kPair == m_low->number) {
        binding->kind = Kind::Control14; // it sends the lower half first
        bind(*binding);
    } else if (control && binding->number >= kPair && binding->number < 2 * kPair && !m_low) {
        m_low = binding; // it is half of a pair if the other half comes next
    } else {
        bind(m_low ? *m_low : *binding);
    }
}

/// A controller just learned turns out to be one of 14 bits.
bool MidiBindings::widen(MidiMessage message) {
    const auto fresh = std::find_if(m_all.begin(), m_all.end(), [this](const auto& binding) {
        return binding.control == m_fresh;
    });
    if (m_freshLeft == 0 || fresh == m_all.end()) {
        return false;
    }
    if (isLow(message, *fresh)) {
        fresh->kind = Kind::Control14;
        m_freshLeft = 0;
        store();
        return true;
    }
    if (comesFrom(message, *fresh)) {
        --m_freshLeft;
    }
    return false;
}

void MidiBindings::take(MidiMessage message) {
    if (!m_learning.isEmpty()) {
        learnFrom(message);
        if (!m_learning.isEmpty()) {
            return;
        }
    } else {
        widen(message);
    }
    // What a control does may change the list.
    for (MidiBinding binding : std::vector<MidiBinding>(m_all)) {
        if (comesFrom(message, binding)) {
            apply(binding, message);
        }
    }
}

void MidiBindings::apply(MidiBinding& binding, MidiMessage message) {
    const Controllable* control = m_controls.find(binding.control);
    if (control == nullptr) {
        return; // of a space that is not shown
    }
    int& last = m_high[binding.control];
    switch (binding.kind) {
    case Kind::Control: {
        // A button is pressed when it goes past the middle, not again while it is held.
        const bool pressed = message.second >= 64 && last < 64;
        last = message.second;
        if (!control->trigger || pressed) {
            m_controls.setPart(binding.control, message.second / 127.0);
        }
        break;
    }
    case Kind::Control14:
        if (message.first == binding.number) {
            last = message.second; // the lower half follows
        } else if (!control->trigger) {
            m_controls.setPart(binding.control, (last * 128 + message.second) / 16383.0);
        }
        break;
    case Kind::Note:
        if (message.kind() == 0x90 && message.second > 0) {
            m_controls.setPart(binding.control, control->trigger ? 1.0 : message.second / 127.0);
        }
        break;
    case Kind::PitchBend:
        m_controls.setPart(binding.control, (message.second * 128 + message.first) / 16383.0);
        break;
    }
}

} // namespace canto::app
