// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/sound/fluid_synth.h"

#include <filesystem>
#include <functional>
#include <future>
#include <memory>

namespace canto::sound {

/// Loads SoundFonts on a thread of its own, one at a time; of the requests made meanwhile only the
/// newest is handled. Thread: the owner's.
class SoundFontLoader {
  public:
    using Done = std::function<void(Result<void>)>;
    enum class Check { Probe, Known }; ///< Known: passed the probe before, is only loaded

    ~SoundFontLoader(); ///< waits for the current load: the probe's limit and a load

    /// @param path  empty: the first of the system's SoundFonts that passes the probe.
    void request(std::filesystem::path path, SynthOptions options, Check check, Done done);
    bool busy() const { return m_running.valid(); }

    /// Passes on the synth if one is ready. Calls the `done` of a failed request at once, that of a
    /// successful one after `take`; a request replaced by a newer one gets Cancelled.
    void poll(const std::function<void(std::unique_ptr<FluidSynth>)>& take);

  private:
    struct Request {
        std::filesystem::path path;
        SynthOptions options;
        Check check = Check::Probe;
        Done done;
    };
    void begin(Request request);

    using Loaded = Result<std::unique_ptr<FluidSynth>>;
    std::future<Loaded> m_running;
    Done m_done;
    std::unique_ptr<Request> m_next;
};

} // namespace canto::sound
