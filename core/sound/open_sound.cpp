// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/open_sound.h"

#include "core/sound/unfinished_header.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace canto::sound {

namespace {

constexpr int kMostChannels = 64;
constexpr sf_count_t kPiece = 16384; // frames

} // namespace

struct OpenSound::Source {
    std::ifstream in;
    sf_count_t size = 0;
    sf_count_t at = 0;
    std::vector<HeaderPatch> patches;

    static Source& of(void* self) { return *static_cast<Source*>(self); }
    static SF_VIRTUAL_IO functions() {
        SF_VIRTUAL_IO io{};
        io.get_filelen = [](void* self) { return of(self).size; };
        io.tell = [](void* self) { return of(self).at; };
        io.seek = [](sf_count_t offset, int whence, void* self) {
            Source& source = of(self);
            const sf_count_t from =
                whence == SEEK_SET ? 0 : (whence == SEEK_CUR ? source.at : source.size);
            source.at = std::clamp<sf_count_t>(from + offset, 0, source.size);
            return source.at;
        };
        io.read = [](void* into, sf_count_t count, void* self) {
            return of(self).read(static_cast<char*>(into), count);
        };
        return io;
    }
    sf_count_t read(char* into, sf_count_t count) {
        in.clear();
        in.seekg(at);
        in.read(into, count);
        const sf_count_t got = in.gcount();
        for (const HeaderPatch& patch : patches) {
            for (std::size_t i = 0; i < patch.bytes.size(); ++i) {
                const sf_count_t place = static_cast<sf_count_t>(patch.at + i) - at;
                if (place >= 0 && place < got) {
                    into[place] = patch.bytes[i];
                }
            }
        }
        at += got;
        return got;
    }
};

void OpenSound::DeleteSource::operator()(Source* source) const { delete source; }

Result<OpenSound> OpenSound::open(const std::filesystem::path& path) {
    std::error_code problem;
    if (!std::filesystem::is_regular_file(path, problem)) {
        return fail(Error::Code::NotFound, "There is no such file", path.string());
    }
    OpenSound opened;
    auto patches = unfinishedHeaderPatches(path);
    if (patches.empty()) {
        opened.m_file.reset(sf_open(path.c_str(), SFM_READ, &opened.m_about));
    } else {
        opened.m_source.reset(
            new Source{std::ifstream(path, std::ios::binary),
                       static_cast<sf_count_t>(std::filesystem::file_size(path, problem)), 0,
                       std::move(patches)});
        SF_VIRTUAL_IO io = Source::functions();
        opened.m_file.reset(sf_open_virtual(&io, SFM_READ, &opened.m_about, opened.m_source.get()));
    }
    if (!opened.m_file) {
        return fail(Error::Code::BadFile,
                    "The sound cannot be read: " + std::string(sf_strerror(nullptr)),
                    path.string());
    }
    const SF_INFO& about = opened.m_about;
    if (about.samplerate < 1000 || about.samplerate > 768000 || about.channels < 1 ||
        about.channels > kMostChannels) {
        return fail(Error::Code::BadFile, "The sound has a rate or channels that make no sense",
                    path.string());
    }
    return opened;
}

sf_count_t OpenSound::read(float* interleaved, sf_count_t frames) {
    const auto got = std::max<sf_count_t>(0, sf_readf_float(m_file.get(), interleaved, frames));
    // Files of floats may hold anything. Full scale is 1; what is far beyond it would overflow
    // later.
    constexpr float kLoudest = 64;
    const auto count = static_cast<std::size_t>(got) * static_cast<std::size_t>(m_about.channels);
    for (float& sample : std::span(interleaved, count)) {
        sample = std::isfinite(sample) ? std::clamp(sample, -kLoudest, kLoudest) : 0.0F;
    }
    return got;
}

void OpenSound::skipTo(sf_count_t frame) {
    if (m_about.seekable != 0 && sf_seek(m_file.get(), frame, SEEK_SET) == frame) {
        return;
    }
    std::vector<float> piece(static_cast<std::size_t>(kPiece * m_about.channels));
    while (frame > 0) {
        const sf_count_t got = read(piece.data(), std::min(frame, kPiece));
        if (got == 0) {
            return;
        }
        frame -= got;
    }
}

} // namespace canto::sound
