// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Clips of sound ready for training: one safetensors file, "canto.prepared.orchestra.1".
//
// Tensors, N clips of 10 s: mel U8 (N, 64, 431) [0..255 = -80..0 dB], mfcc F16 (N, 13, 431),
// chroma U8 (N, 12, 431) [0..255 = 0..1], loudness F32 (N) [dBFS of the whole clip], movement I32
// (N), number I32 (N) [the clip starts 10 s times this into the movement], drawn U8 (N). Metadata:
// "format", "movements" (JSON array of {path, composer, work, movement, archive, split, font}),
// "composers" (JSON array of names, sorted). See core/audio/audio_features.h for the features.

#include "core/audio/audio_features.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canto::tensors {

inline constexpr std::string_view kClipsFormat = "canto.prepared.orchestra.1";
inline constexpr int kClipMels = 64;
inline constexpr int kClipCoefficients = 13;
inline constexpr int kClipChroma = 12;

struct PreparedMovement {
    std::string path; ///< relative to the folder of the music
    std::string composer;
    std::string work;
    std::string movement;
    std::string archive; ///< where the file came from
    std::string split;   ///< by work: "train", "valid", "test"
    std::string font;    ///< the SoundFont it was rendered with; empty: a recording
    bool operator==(const PreparedMovement&) const = default;
};

/// A clip as stored: the features in few bits, rows before frames.
struct PackedClip {
    std::vector<std::uint8_t> mel;    ///< (64, 431)
    std::vector<std::uint16_t> mfcc;  ///< (13, 431) half precision
    std::vector<std::uint8_t> chroma; ///< (12, 431)
    float loudness = 0;               ///< dBFS
};

/// BadShape if the features are not those of one clip.
Result<PackedClip> pack(const audio::ClipFeatures& features, float loudness);

/// All clips of a set, in memory (44 KB each). A value type; const use from any thread.
class PreparedClips {
  public:
    /// Checks shapes, numbers of movements, splits and composers. Errors: BadFile naming the
    /// tensor; those of SafeTensors::open.
    static Result<PreparedClips> open(const std::filesystem::path& path);

    std::size_t size() const { return m_movement.size(); }
    std::span<const std::uint8_t> mel() const { return m_mel; }       ///< (N, 64, 431)
    std::span<const std::uint16_t> mfcc() const { return m_mfcc; }    ///< (N, 13, 431)
    std::span<const std::uint8_t> chroma() const { return m_chroma; } ///< (N, 12, 431)
    float loudness(std::size_t i) const { return m_loudness[i]; }
    std::size_t movement(std::size_t i) const { return static_cast<std::size_t>(m_movement[i]); }
    int number(std::size_t i) const { return m_number[i]; }
    /// Whether the clip-level split, drawn clip by clip (7 in 10), trains on it. The same music
    /// gets the same result in every file.
    bool drawnForTraining(std::size_t i) const { return m_drawn[i] != 0; }
    int composerOf(std::size_t i) const { return m_composerOf[movement(i)]; }

    const std::vector<PreparedMovement>& movements() const { return m_movements; }
    const std::vector<std::string>& composers() const { return m_composers; }
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }

    void addMovement(PreparedMovement movement, std::span<const PackedClip> clips,
                     std::span<const int> numbers);
    /// Appends all clips of another set.
    void append(const PreparedClips& other);
    /// Sets the composers, sorted. Call it after the last movement.
    void finish(std::map<std::string, std::string> metadata = {});
    /// The same content gives the same bytes.
    Result<void> write(const std::filesystem::path& path) const;

  private:
    template <class Set>
    static auto columns(Set& set);

    std::vector<std::uint8_t> m_mel, m_chroma, m_drawn;
    std::vector<std::uint16_t> m_mfcc;
    std::vector<float> m_loudness;
    std::vector<std::int32_t> m_movement, m_number;
    std::vector<PreparedMovement> m_movements;
    std::vector<std::string> m_composers;
    std::vector<int> m_composerOf; ///< of each movement
    std::map<std::string, std::string> m_metadata;
};

} // namespace canto::tensors
