// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/soundfont_loader.h"

#include "core/sound/soundfont_probe.h"

#include <chrono>
#include <utility>

namespace canto::sound {

namespace {

Result<std::unique_ptr<FluidSynth>> loadFirstGood(const SynthOptions& options) {
    CANTO_TRY(none, defaultSoundFont());
    Error last;
    for (const auto& path : findSoundFonts()) {
        if (auto good = probeSoundFont(path); !good) {
            last = good.error();
            continue;
        }
        if (auto synth = FluidSynth::load(path, options)) {
            return synth;
        } else {
            last = synth.error();
        }
    }
    return fail(std::move(last));
}

Result<std::unique_ptr<FluidSynth>> loadOne(const std::filesystem::path& path,
                                            const SynthOptions& options) {
    CANTO_CHECK(probeSoundFont(path));
    return FluidSynth::load(path, options);
}

} // namespace

SoundFontLoader::~SoundFontLoader() {
    if (m_running.valid()) {
        m_running.wait();
    }
}

void SoundFontLoader::request(std::filesystem::path path, SynthOptions options, Check check,
                              Done done) {
    Request request{std::move(path), options, check, std::move(done)};
    if (!busy()) {
        begin(std::move(request));
        return;
    }
    if (m_next && m_next->done) {
        m_next->done(fail(Error::Code::Cancelled, "Another SoundFont was chosen"));
    }
    m_next = std::make_unique<Request>(std::move(request));
}

void SoundFontLoader::begin(Request request) {
    m_done = std::move(request.done);
    m_running = std::async(std::launch::async,
                           [path = std::move(request.path), options = request.options,
                            check = request.check]() -> Loaded {
                               if (path.empty()) {
                                   return loadFirstGood(options);
                               }
                               return check == Check::Known ? FluidSynth::load(path, options)
                                                            : loadOne(path, options);
                           });
}

void SoundFontLoader::poll(const std::function<void(std::unique_ptr<FluidSynth>)>& take) {
    if (!busy() || m_running.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        return;
    }
    Loaded loaded = m_running.get();
    const Done done = std::exchange(m_done, {});
    const bool replaced = m_next != nullptr;
    if (replaced) {
        begin(std::move(*std::exchange(m_next, nullptr)));
        loaded = fail(Error::Code::Cancelled, "Another SoundFont was chosen");
    }
    Result<void> result;
    if (loaded) {
        take(std::move(*loaded));
    } else {
        result = fail(loaded.error());
    }
    if (done) {
        done(std::move(result));
    }
}

} // namespace canto::sound
