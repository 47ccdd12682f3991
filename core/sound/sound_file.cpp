// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/sound_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sndfile.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace canto::sound {

namespace {

Error ioError(const std::string& what, const std::filesystem::path& where, int code) {
    return Error{Error::Code::Io, what, where.string(), std::strerror(code)};
}

struct CloseWritten {
    void operator()(SNDFILE* file) const { sf_close(file); }
};
using WrittenFile = std::unique_ptr<SNDFILE, CloseWritten>;

/// Removes the unfinished file unless it was renamed.
class Unfinished {
  public:
    explicit Unfinished(std::filesystem::path path) : m_path(std::move(path)) {}
    ~Unfinished() {
        if (!m_done) {
            unlink(m_path.c_str());
        }
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    void done() { m_done = true; }

  private:
    std::filesystem::path m_path;
    bool m_done = false;
};

std::filesystem::path folderOf(const std::filesystem::path& target) {
    return target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
}

void syncFolder(const std::filesystem::path& folder) {
    const int handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle >= 0) {
        fsync(handle);
        close(handle);
    }
}

} // namespace

Result<SoundFormat> soundFormatOf(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (ending == ".wav") {
        return SoundFormat::Wav24;
    }
    if (ending == ".flac") {
        return SoundFormat::Flac24;
    }
    return fail(Error::Code::BadInput, "Sound is written as .wav or .flac", path.string(),
                "Give the file one of these endings");
}

Result<ScratchSamples> ScratchSamples::make(const std::filesystem::path& target) {
    ScratchSamples scratch;
    scratch.m_folder = folderOf(target);
    std::string name = (scratch.m_folder / ".canto-render-XXXXXX").string();
    const int handle = mkostemp(name.data(), O_CLOEXEC);
    if (handle < 0) {
        return fail(ioError("No file can be made in this folder", scratch.m_folder, errno));
    }
    unlink(name.c_str());
    scratch.m_file.reset(fdopen(handle, "w+b"));
    if (!scratch.m_file) {
        const int code = errno;
        close(handle);
        return fail(ioError("No file can be made in this folder", scratch.m_folder, code));
    }
    return scratch;
}

Result<void> ScratchSamples::write(std::span<const float> interleaved) {
    if (std::fwrite(interleaved.data(), sizeof(float), interleaved.size(), m_file.get()) !=
        interleaved.size()) {
        return fail(ioError("The sound cannot be written", m_folder, errno));
    }
    return {};
}

Result<void> ScratchSamples::convert(const std::filesystem::path& target, SoundFormat format,
                                     double rate, float gain, const CancelToken& cancel) {
    if (std::fflush(m_file.get()) != 0) {
        return fail(ioError("The sound cannot be written", m_folder, errno));
    }
    std::rewind(m_file.get());

    std::string name = (m_folder / ".canto-sound-XXXXXX").string();
    const int handle = mkostemp(name.data(), O_CLOEXEC);
    if (handle < 0) {
        return fail(ioError("No file can be made in this folder", m_folder, errno));
    }
    Unfinished unfinished(name);
    struct stat old {};
    const mode_t mask = umask(0);
    umask(mask);
    fchmod(handle, stat(target.c_str(), &old) == 0 ? old.st_mode & 0777 : 0666 & ~mask);

    SF_INFO about{};
    about.samplerate = static_cast<int>(rate);
    about.channels = 2;
    // RF64 is a plain WAV file below 4 GiB, and still valid above.
    about.format =
        SF_FORMAT_PCM_24 | (format == SoundFormat::Wav24 ? SF_FORMAT_RF64 : SF_FORMAT_FLAC);
    WrittenFile sound(sf_open_fd(handle, SFM_WRITE, &about, SF_FALSE));
    if (!sound) {
        close(handle);
        return fail(Error::Code::Io, "The sound cannot be written", target.string(),
                    sf_strerror(nullptr));
    }
    sf_command(sound.get(), SFC_RF64_AUTO_DOWNGRADE, nullptr, SF_TRUE);
    sf_command(sound.get(), SFC_SET_CLIPPING, nullptr, SF_TRUE);
    std::array<float, 16384> samples{};
    bool whole = true;
    while (whole) {
        const std::size_t count =
            std::fread(samples.data(), sizeof(float), samples.size(), m_file.get());
        if (count == 0) {
            break;
        }
        if (cancel.cancelled()) {
            sound.reset();
            close(handle);
            return fail(Error::Code::Cancelled, "Rendering cancelled");
        }
        for (std::size_t i = 0; i < count; ++i) {
            samples[i] *= gain;
        }
        whole = sf_write_float(sound.get(), samples.data(), static_cast<sf_count_t>(count)) ==
                static_cast<sf_count_t>(count);
    }
    whole = whole && std::ferror(m_file.get()) == 0;
    const int code = errno;
    sound.reset();
    const bool synced = fsync(handle) == 0;
    close(handle);
    if (!whole || !synced) {
        return fail(ioError("The sound cannot be written", target, whole ? errno : code));
    }
    if (std::rename(name.c_str(), target.c_str()) != 0) {
        return fail(ioError("The sound cannot be written", target, errno));
    }
    unfinished.done();
    syncFolder(m_folder);
    return {};
}

} // namespace canto::sound
