// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/port_watch.h"

#include "core/sound/rt_midi_port.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

namespace canto::sound {

namespace {

/// The port given to callers: it stays while the real port behind it comes and goes.
class StandingOut final : public MidiOutPort {
  public:
    std::string name() const override {
        const std::lock_guard lock(m_mutex);
        return m_port ? m_port->name() : "None";
    }
    using MidiOutPort::send;
    bool send(std::span<const std::uint8_t> bytes) override {
        const std::lock_guard lock(m_mutex);
        return m_port && m_port->send(bytes);
    }
    /// Returns the previous real port, to be closed outside the lock, since closing may wait.
    std::unique_ptr<MidiOutPort> set(std::unique_ptr<MidiOutPort> port) {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_port, std::move(port));
    }
    bool connected() const {
        const std::lock_guard lock(m_mutex);
        return m_port != nullptr;
    }

  private:
    mutable std::mutex m_mutex;
    std::unique_ptr<MidiOutPort> m_port;
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

MidiApi apiOf(PortWatch::Api api) {
    switch (api) {
    case PortWatch::Api::Alsa:
        return MidiApi::Alsa;
    case PortWatch::Api::Jack:
        return MidiApi::Jack;
    case PortWatch::Api::Any:
        break;
    }
    return MidiApi::Any;
}

} // namespace

struct PortWatch::Impl {
    MidiInPort::Receiver receive;
    MidiInPort::ClockReceiver clock;
    std::mutex receiving; ///< each input has a thread of its own, and receivers serve one
    MidiApi wantedApi = MidiApi::Any;
    std::string client;
    MidiPortList list;
    std::vector<MidiChoice> chosenIn;
    MidiChoice chosenOut{MidiChoice::Kind::InternalSynth, {}};
    std::shared_ptr<StandingOut> out = std::make_shared<StandingOut>();
    std::map<std::string, std::unique_ptr<MidiInPort>> in; ///< by text()

    /// Returns true if the open port belongs to a server that ended; it is released then.
    bool look() {
        list = listMidiPorts(wantedApi, client);
        const bool lostOut = out->connected() && !known(":out");
        const bool lostIn = !in.empty() && !known(":in");
        if (lostOut) {
            out->set(nullptr);
        }
        if (lostIn) {
            in.clear();
        }
        return lostOut || lostIn;
    }

    static bool isWire(const MidiChoice& choice) {
        return choice.kind == MidiChoice::Kind::Device || choice.kind == MidiChoice::Kind::Virtual;
    }
    static bool present(const MidiChoice& choice, const std::vector<std::string>& names,
                        const MidiPortList& all) {
        return choice.kind == MidiChoice::Kind::Virtual ? all.problem.empty()
                                                        : contains(names, choice.name);
    }

    /// A server that restarted between two polls does not have our port any more.
    bool known(std::string_view ending) const {
        return std::any_of(list.own.begin(), list.own.end(),
                           [ending](std::string_view name) { return name.ends_with(ending); });
    }

    void connectOut(std::vector<std::string>* reported) {
        if (!isWire(chosenOut)) {
            return;
        }
        const bool there = present(chosenOut, list.outputs, list);
        if (out->connected() && !there) {
            out->set(nullptr);
            if (reported != nullptr) {
                reported->push_back("MIDI output " + chosenOut.text() + " is gone");
            }
        } else if (!out->connected() && there) {
            if (auto port = openMidiOut(list.api, client, chosenOut)) {
                // Notes that sounded when the connection broke must stop.
                (*port)->panic();
                out->set(std::move(*port));
                if (reported != nullptr) {
                    reported->push_back("MIDI output " + chosenOut.text() + " is back");
                }
            }
        }
    }

    void connectIn(std::vector<std::string>* reported) {
        for (const MidiChoice& choice : chosenIn) {
            if (!isWire(choice)) {
                continue;
            }
            const bool there = present(choice, list.inputs, list);
            const auto open = in.find(choice.text());
            if (open != in.end() && !there) {
                in.erase(open);
                if (reported != nullptr) {
                    reported->push_back("MIDI input " + choice.text() + " is gone");
                }
            } else if (open == in.end() && there) {
                const auto pass = [this](MidiMessage message) {
                    if (receive) {
                        const std::lock_guard lock(receiving);
                        receive(message);
                    }
                };
                const auto passClock = [this](std::span<const std::uint8_t> bytes) {
                    if (clock) {
                        const std::lock_guard lock(receiving);
                        clock(bytes);
                    }
                };
                if (auto port = openMidiIn(list.api, client, choice, pass, passClock)) {
                    in[choice.text()] = std::move(*port);
                    if (reported != nullptr) {
                        reported->push_back("MIDI input " + choice.text() + " is back");
                    }
                }
            }
        }
    }
};

PortWatch::PortWatch(MidiInPort::Receiver receive, Api api, std::string clientName,
                     MidiInPort::ClockReceiver clock)
    : m(std::make_unique<Impl>()) {
    m->receive = std::move(receive);
    m->clock = std::move(clock);
    m->wantedApi = apiOf(api);
    m->client = std::move(clientName);
    m->look();
}

PortWatch::~PortWatch() {
    m->out->panic();
    m->out->set(nullptr);
}

std::vector<MidiChoice> PortWatch::inputs() const {
    std::vector<MidiChoice> all{{MidiChoice::Kind::None, {}}};
    for (const std::string& name : m->list.inputs) {
        all.push_back({MidiChoice::Kind::Device, name});
    }
    for (const MidiChoice& choice : m->chosenIn) {
        if (std::find(all.begin(), all.end(), choice) == all.end()) {
            all.push_back(choice);
        }
    }
    return all;
}

std::vector<MidiChoice> PortWatch::outputs() const {
    std::vector<MidiChoice> all{{MidiChoice::Kind::None, {}},
                                {MidiChoice::Kind::InternalSynth, {}},
                                {MidiChoice::Kind::Virtual, {}}};
    for (const std::string& name : m->list.outputs) {
        all.push_back({MidiChoice::Kind::Device, name});
    }
    if (std::find(all.begin(), all.end(), m->chosenOut) == all.end()) {
        all.push_back(m->chosenOut);
    }
    return all;
}

void PortWatch::chooseInputs(std::vector<MidiChoice> choices) {
    std::erase_if(choices, [](const MidiChoice& choice) { return !Impl::isWire(choice); });
    m->chosenIn = std::move(choices);
    std::erase_if(m->in, [this](const auto& open) {
        return std::none_of(m->chosenIn.begin(), m->chosenIn.end(),
                            [&](const MidiChoice& choice) { return choice.text() == open.first; });
    });
    m->look();
    m->connectIn(nullptr);
}

void PortWatch::chooseOutput(MidiChoice choice) {
    if (choice == m->chosenOut && m->out->connected()) {
        return;
    }
    m->out->panic();
    m->out->set(nullptr);
    m->chosenOut = std::move(choice);
    m->look();
    m->connectOut(nullptr);
}

const std::vector<MidiChoice>& PortWatch::chosenInputs() const { return m->chosenIn; }
const MidiChoice& PortWatch::chosenOutput() const { return m->chosenOut; }
std::shared_ptr<MidiOutPort> PortWatch::out() const { return m->out; }
bool PortWatch::outputConnected() const { return m->out->connected(); }
int PortWatch::connectedInputs() const { return static_cast<int>(m->in.size()); }

std::vector<std::string> PortWatch::poll() {
    std::vector<std::string> reported;
    if (m->look()) {
        reported.push_back("The MIDI server ended");
    }
    m->connectOut(&reported);
    m->connectIn(&reported);
    return reported;
}

std::string PortWatch::problem() const { return m->list.problem; }

} // namespace canto::sound
