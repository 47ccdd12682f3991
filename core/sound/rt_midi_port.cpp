// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/rt_midi_port.h"

#include "core/sound/audio_libraries.h"

#include <RtMidi.h>
#include <algorithm>
#include <cctype>
#include <mutex>

namespace canto::sound {

namespace {

/// RtMidi prints errors to stderr repeatedly unless a callback is set.
void noteError(RtMidiError::Type, const std::string&, void* failed) {
    *static_cast<bool*>(failed) = true;
}
void ignoreError(RtMidiError::Type, const std::string&, void*) {}

RtMidi::Api apiOf(MidiApi api) {
    switch (api) {
    case MidiApi::Alsa:
        return RtMidi::LINUX_ALSA;
    case MidiApi::Jack:
        return RtMidi::UNIX_JACK;
    case MidiApi::Any:
        break;
    }
    return RtMidi::UNSPECIFIED;
}

constexpr const char* kNoJack = "JACK is not running: no MIDI devices";

std::string nameOf(MidiApi api) { return api == MidiApi::Jack ? "JACK" : "The ALSA sequencer"; }

/// Why nothing can be opened on that system now, for the user; empty: try it.
std::string problemOf(MidiApi api) {
    if (api == MidiApi::Jack) {
        return askJackServer() ? "" : kNoJack;
    }
    const std::string problem = alsaSequencerProblem();
    return problem.empty() ? ""
                           : nameOf(api) + " cannot be opened: no MIDI devices (" + problem + ")";
}

/// The only place where RtMidi's exceptions are caught.
template <class F>
auto rtMidiEdge(F&& work) -> Result<decltype(work())> {
    try {
        return work();
    } catch (const RtMidiError& error) {
        return fail(Error::Code::Device, error.getMessage());
    } catch (const std::exception& error) {
        return fail(Error::Code::Device, error.what());
    }
}

/// Owns a port; one whose JACK server ended is leaked (jackServersEnded()).
template <class Port>
class Wire {
  public:
    Wire(std::unique_ptr<Port> port, std::uint64_t serversEnded)
        : m_port(std::move(port)), m_serversEnded(serversEnded) {}
    ~Wire() {
        if (m_port && m_port->getCurrentApi() == RtMidi::UNIX_JACK &&
            m_serversEnded != jackServersEnded()) {
            if constexpr (std::is_same_v<Port, RtMidiIn>) {
                m_port->cancelCallback();
            }
            static auto* const kept = new std::vector<std::unique_ptr<Port>>();
            kept->push_back(std::move(m_port));
        }
    }
    Wire(Wire&&) = default;
    Wire& operator=(Wire&&) = delete;
    Port* operator->() const { return m_port.get(); }

  private:
    std::unique_ptr<Port> m_port;
    std::uint64_t m_serversEnded;
};

template <class Port>
std::vector<std::string> namesOf(Port& port) {
    std::vector<std::string> names;
    const unsigned count = port.getPortCount();
    for (unsigned i = 0; i < count; ++i) {
        names.push_back(port.getPortName(i));
    }
    return names;
}

/// The current number of the port with that stable name, or -1.
template <class Port>
int indexOf(Port& port, const std::string& name) {
    const auto names = namesOf(port);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (stableName(names[i]) == name) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

/// Opens the chosen port; `words` are passed to RtMidi's constructor.
template <class Port, class... Words>
Result<Wire<Port>> openWire(MidiApi api, const MidiChoice& choice, const char* name,
                            Words&&... words) {
    quietAudioLibraries();
    if (const std::string problem = problemOf(api); !problem.empty()) {
        return fail(Error::Code::Device, problem);
    }
    const std::uint64_t serversEnded = jackServersEnded();
    bool failed = false;
    auto opened = rtMidiEdge([&]() -> std::unique_ptr<Port> {
        auto port = std::make_unique<Port>(std::forward<Words>(words)...);
        port->setErrorCallback(noteError, &failed);
        if (choice.kind == MidiChoice::Kind::Virtual) {
            port->openVirtualPort(name);
        } else if (const int index = indexOf(*port, choice.name); index >= 0) {
            port->openPort(static_cast<unsigned>(index), name);
        } else if (!failed) {
            return nullptr;
        }
        port->setErrorCallback(ignoreError);
        return port;
    });
    if (!opened) {
        return tl::make_unexpected(opened.error());
    }
    if (api == MidiApi::Jack && failed) {
        noteJackEnded();
        return fail(Error::Code::Device, kNoJack);
    }
    if (!*opened) {
        return fail(Error::Code::NotFound, "The MIDI port " + choice.name + " is not there");
    }
    return Wire<Port>(std::move(*opened), serversEnded);
}

class RtMidiOutPort final : public MidiOutPort {
  public:
    RtMidiOutPort(Wire<RtMidiOut> port, std::string name)
        : m_port(std::move(port)), m_name(std::move(name)) {}

    std::string name() const override { return m_name; }
    using MidiOutPort::send;
    bool send(std::span<const std::uint8_t> bytes) override {
        const std::lock_guard lock(m_mutex);
        return !bytes.empty() && rtMidiEdge([&] {
                                     m_port->sendMessage(bytes.data(), bytes.size());
                                     return true;
                                 }).has_value();
    }

  private:
    std::mutex m_mutex;
    Wire<RtMidiOut> m_port;
    std::string m_name;
};

class RtMidiInPort final : public MidiInPort {
  public:
    RtMidiInPort(Wire<RtMidiIn> port, std::string name, Receiver receive, ClockReceiver clock)
        : m_name(std::move(name)), m_receive(std::move(receive)), m_clock(std::move(clock)),
          m_port(std::move(port)) {
        m_port->ignoreTypes(true, !m_clock, true);
        m_port->setCallback(&RtMidiInPort::received, this);
    }
    std::string name() const override { return m_name; }

  private:
    static void received(double, std::vector<unsigned char>* bytes, void* self) {
        const auto& port = *static_cast<const RtMidiInPort*>(self);
        if (bytes == nullptr || bytes->empty()) {
            return;
        }
        if (bytes->front() >= 0xF0) {
            if (port.m_clock) {
                port.m_clock(std::span(bytes->data(), bytes->size()));
            }
            return;
        }
        if (bytes->size() < 2 || bytes->size() > 3 || bytes->front() < 0x80) {
            return;
        }
        const int second = bytes->size() > 2 ? (*bytes)[2] : 0;
        port.m_receive(
            MidiMessage::make(bytes->front() & 0xF0, bytes->front() & 0x0F, (*bytes)[1], second));
    }

    std::string m_name;
    Receiver m_receive;
    ClockReceiver m_clock;
    Wire<RtMidiIn> m_port; // deleted first: its thread calls m_receive
};

MidiPortList listOne(MidiApi api, const std::string& clientName) {
    MidiPortList list;
    list.api = api;
    // RtMidi would print to stderr, and JACK's library start a server in some configurations.
    list.problem = problemOf(api);
    if (!list.problem.empty()) {
        return list;
    }
    const auto ours = [&clientName](const std::string& name) {
        return name.compare(0, clientName.size(), clientName) == 0;
    };
    const auto take = [&](const std::vector<std::string>& from, std::vector<std::string>& to) {
        for (const std::string& name : from) {
            const std::string stable = stableName(name);
            if (ours(stable)) {
                list.own.push_back(stable);
            } else if (std::find(to.begin(), to.end(), stable) == to.end()) {
                to.push_back(stable);
            }
        }
    };
    bool failed = false;
    const auto asked = rtMidiEdge([&] {
        RtMidiOut out(apiOf(api), clientName + " list");
        out.setErrorCallback(noteError, &failed);
        take(namesOf(out), list.outputs);
        RtMidiIn in(apiOf(api), clientName + " list", 16);
        in.setErrorCallback(noteError, &failed);
        take(namesOf(in), list.inputs);
        return true;
    });
    if (api == MidiApi::Jack && failed) {
        noteJackEnded();
        list.problem = kNoJack;
    }
    if (!asked) {
        list.problem =
            nameOf(api) + " cannot be opened: no MIDI devices (" + asked.error().what + ")";
    }
    return list;
}

} // namespace

std::string stableName(const std::string& portName) {
    std::string name = portName;
    // "Client:Port 28:0" -> "Client:Port"
    const std::size_t space = name.find_last_of(' ');
    if (space != std::string::npos && space + 1 < name.size()) {
        const std::string last = name.substr(space + 1);
        const bool numbers = std::all_of(last.begin(), last.end(), [](unsigned char c) {
            return std::isdigit(c) != 0 || c == ':';
        });
        if (numbers && last.find(':') != std::string::npos) {
            name.resize(space);
        }
    }
    return name;
}

MidiPortList listMidiPorts(MidiApi api, const std::string& clientName) {
    quietAudioLibraries();
    if (api != MidiApi::Any) {
        return listOne(api, clientName);
    }
    MidiPortList alsa = listOne(MidiApi::Alsa, clientName);
    if (alsa.problem.empty()) {
        return alsa;
    }
    MidiPortList jack = listOne(MidiApi::Jack, clientName);
    return jack.inputs.empty() && jack.outputs.empty() ? alsa : jack;
}

Result<std::unique_ptr<MidiOutPort>> openMidiOut(MidiApi api, const std::string& clientName,
                                                 const MidiChoice& choice) {
    auto opened = openWire<RtMidiOut>(api, choice, "out", apiOf(api), clientName);
    if (!opened) {
        return tl::make_unexpected(opened.error());
    }
    return std::make_unique<RtMidiOutPort>(std::move(*opened), choice.text());
}

Result<std::unique_ptr<MidiInPort>> openMidiIn(MidiApi api, const std::string& clientName,
                                               const MidiChoice& choice,
                                               MidiInPort::Receiver receive,
                                               MidiInPort::ClockReceiver clock) {
    auto opened = openWire<RtMidiIn>(api, choice, "in", apiOf(api), clientName, 256u);
    if (!opened) {
        return tl::make_unexpected(opened.error());
    }
    return std::make_unique<RtMidiInPort>(std::move(*opened), choice.text(), std::move(receive),
                                          std::move(clock));
}

} // namespace canto::sound
