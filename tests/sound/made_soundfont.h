// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A SoundFont of a few kilobytes made by the tests: looped sines of exactly known pitch, so that
// the sound can be computed by hand. Layout: SoundFont 2.04, sections 5 to 8.

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace canto::test {

class Bytes {
  public:
    Bytes& u8(int value) { return put(value, 1); }
    Bytes& u16(int value) { return put(value, 2); }
    Bytes& u32(std::uint32_t value) { return put(value, 4); }
    Bytes& name(const std::string& text, std::size_t width) {
        std::string padded = text;
        padded.resize(width, '\0');
        return raw(padded);
    }
    Bytes& raw(const std::string& more) {
        m_bytes += more;
        return *this;
    }
    const std::string& str() const { return m_bytes; }

  private:
    Bytes& put(std::uint32_t value, int count) {
        for (int i = 0; i < count; ++i) {
            m_bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
        }
        return *this;
    }
    std::string m_bytes;
};

inline std::string chunk(const std::string& id, const std::string& body) {
    Bytes bytes;
    bytes.raw(id).u32(static_cast<std::uint32_t>(body.size())).raw(body);
    if (body.size() % 2 != 0) {
        bytes.u8(0);
    }
    return bytes.str();
}

/// Program 0: a sine that sounds at the note's own pitch (A4 = 440 Hz). Program 1: the same an
/// octave higher. Bank 128 (drums): as program 0. The sound starts and ends within a millisecond.
inline std::string madeSoundFontBytes() {
    // 44,000 samples a second, 100 a period: 440 Hz, the key 69.
    constexpr int kPeriods = 20;
    constexpr int kLength = 100 * kPeriods;
    Bytes samples;
    for (int i = 0; i < kLength; ++i) {
        samples.u16(static_cast<int>(
            std::lround(20000 * std::sin(2 * 3.14159265358979323846 * i / 100.0))));
    }
    for (int i = 0; i < 46; ++i) {
        samples.u16(0);
    }
    const std::string info = "INFO" + chunk("ifil", Bytes().u16(2).u16(1).str()) +
                             chunk("isng", Bytes().name("EMU8000", 8).str()) +
                             chunk("INAM", Bytes().name("Made", 6).str());

    Bytes phdr;
    const auto preset = [&phdr](const char* title, int program, int bank, int bag) {
        phdr.name(title, 20).u16(program).u16(bank).u16(bag).u32(0).u32(0).u32(0);
    };
    preset("Sine", 0, 0, 0);
    preset("Octave", 1, 0, 1);
    preset("Drums", 0, 128, 2);
    preset("EOP", 0, 0, 3);
    Bytes pbag;
    for (int i = 0; i < 4; ++i) {
        pbag.u16(i).u16(0);
    }
    Bytes pgen; // 41: instrument
    pgen.u16(41).u16(0).u16(41).u16(1).u16(41).u16(0).u16(0).u16(0);
    Bytes inst;
    inst.name("Sine", 20).u16(0).name("Octave", 20).u16(1).name("EOI", 20).u16(2);
    Bytes ibag;
    ibag.u16(0).u16(0).u16(3).u16(0).u16(6).u16(0);
    Bytes igen; // 54: loop, 58: root key, 53: sample
    igen.u16(54).u16(1).u16(58).u16(69).u16(53).u16(0);
    igen.u16(54).u16(1).u16(58).u16(57).u16(53).u16(0);
    igen.u16(0).u16(0);
    Bytes shdr;
    shdr.name("sine", 20).u32(0).u32(kLength).u32(100).u32(kLength - 100).u32(44000);
    shdr.u8(69).u8(0).u16(0).u16(1);
    shdr.name("EOS", 20).u32(0).u32(0).u32(0).u32(0).u32(0).u8(0).u8(0).u16(0).u16(0);

    const std::string terminal = Bytes().name("", 10).str();
    const std::string pdta =
        "pdta" + chunk("phdr", phdr.str()) + chunk("pbag", pbag.str()) + chunk("pmod", terminal) +
        chunk("pgen", pgen.str()) + chunk("inst", inst.str()) + chunk("ibag", ibag.str()) +
        chunk("imod", terminal) + chunk("igen", igen.str()) + chunk("shdr", shdr.str());
    return chunk("RIFF", "sfbk" + chunk("LIST", info) +
                             chunk("LIST", "sdta" + chunk("smpl", samples.str())) +
                             chunk("LIST", pdta));
}

inline std::filesystem::path writeBytes(const std::filesystem::path& path,
                                        const std::string& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
}

} // namespace canto::test
