// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "models/datasets/render_corpus.h"

#include "core/atlas/label_csv.h"
#include "core/base/checksum.h"
#include "core/base/file_checksum.h"
#include "core/base/json_text.h"
#include "core/midi/file_kind.h"
#include "core/midi/smf_reader.h"
#include "core/sound/audio_file.h"
#include "core/sound/render_file.h"
#include "core/sound/soundfont_probe.h"
#include "models/datasets/copies.h"
#include "models/datasets/file_names.h"
#include "models/datasets/folder_walk.h"
#include "models/datasets/prepare.h"
#include "models/datasets/prepared_clips.h"
#include "models/datasets/varied_music.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

namespace canto {

namespace fs = std::filesystem;
using tensors::PackedClip;
using tensors::PreparedClips;
using tensors::PreparedMovement;

namespace {

constexpr float kSilenceDb = -70;
constexpr double kLongestMovement = 29 * 60; // of a movement in memory

/// A movement as stored in the file: path bytes need not be UTF-8, but the file's text must be.
PreparedMovement asWritten(PreparedMovement movement) {
    for (auto* text : {&movement.path, &movement.composer, &movement.work, &movement.movement,
                       &movement.archive, &movement.split, &movement.font}) {
        *text = validUtf8(*text);
    }
    return movement;
}

/// Contains all that a part depends on.
std::string keyOf(const CorpusOptions& options, const PreparedMovement& movement) {
    const auto font = movement.font.empty() ? options.soundFont.filename().string() : movement.font;
    const auto vary = options.vary ? "vary " + std::to_string(*options.vary) + "|" : std::string();
    return font + "|" + std::to_string(options.gain) + "|" + std::to_string(options.seconds) + "|" +
           vary + movement.path;
}

bool chosen(const std::vector<std::string>& names, const std::string& name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

Result<std::vector<PreparedMovement>> movementsOfFolder(const fs::path& folder) {
    CANTO_TRY(files, filesBelow(folder, [](const fs::path& path) {
                  return midi::isMidiName(path) || sound::isAudioFile(path);
              }));
    std::vector<PreparedMovement> movements;
    for (const auto& file : *files) {
        const auto relative = file.lexically_relative(folder);
        PreparedMovement movement;
        movement.path = relative.string();
        movement.movement = relative.stem().string();
        movement.composer = relative.has_parent_path() ? relative.begin()->string() : "";
        const auto parent = relative.parent_path();
        movement.work = parent.has_parent_path()
                            ? parent.lexically_relative(*parent.begin()).string()
                            : movement.movement;
        movements.push_back(std::move(movement));
    }
    return movements;
}

/// Removes all but the first of files with the same bytes. Only files of equal size are read.
void leaveOutCopies(std::vector<PreparedMovement>& movements, const fs::path& folder,
                    std::vector<BadFile>& bad) {
    const auto sizeOf = [&](const PreparedMovement& movement) {
        std::error_code missing; // is reported when it is rendered
        const auto size = fs::file_size(folder / movement.path, missing);
        return missing ? std::uintmax_t{0} : size;
    };
    std::map<std::uintmax_t, std::size_t> filesOfSize;
    for (const auto& movement : movements) {
        ++filesOfSize[sizeOf(movement)];
    }
    Copies copies;
    std::erase_if(movements, [&](const PreparedMovement& movement) {
        if (filesOfSize[sizeOf(movement)] < 2) {
            return false;
        }
        const auto checksum = checksumOfFile(folder / movement.path);
        const auto reason = copies.reason(checksum.value_or(std::string()), movement.path);
        if (!reason.empty()) {
            bad.push_back({movement.path, reason});
        }
        return !reason.empty();
    });
}

Result<std::vector<PreparedMovement>> movementsOf(const CorpusOptions& options,
                                                  std::vector<BadFile>& bad) {
    Result<std::vector<PreparedMovement>> all = std::vector<PreparedMovement>();
    if (options.labels.empty()) {
        all = movementsOfFolder(options.music);
    } else {
        CANTO_TRY(table, atlas::readLabels(options.labels));
        FileNames names;
        for (const auto& row : table->rows) {
            const auto word = [&row](const char* column) { return classOf(row, column); };
            const auto& unwanted = options.leaveOut;
            if (std::find(unwanted.begin(), unwanted.end(), word("kind")) != unwanted.end()) {
                continue;
            }
            const auto work = word("work").empty() ? row.path : word("work");
            all->push_back({names.nameIn(options.music, row.path),
                            row.composer,
                            work,
                            word("movement"),
                            word("archive"),
                            row.split,
                            {}});
        }
    }
    if (!all) {
        return all;
    }
    leaveOutCopies(*all, options.music, bad);
    fillSplits(*all, options.seed, [](const PreparedMovement& movement) {
        return movement.composer.empty()
                   ? std::nullopt
                   : std::optional(
                         SplitSong{movement.composer + "/" + movement.work, movement.composer});
    });
    std::erase_if(*all, [&](const PreparedMovement& m) {
        return m.composer.empty() || !chosen(options.composers, m.composer) ||
               !chosen(options.splits, m.split);
    });
    if (all->empty()) {
        return fail(Error::Code::BadInput, "No music of a composer was chosen",
                    options.music.string());
    }
    std::vector<PreparedMovement> byFont;
    for (const auto& movement : *all) {
        if (!midi::isMidiName(movement.path)) {
            byFont.push_back(movement);
            continue;
        }
        byFont.push_back(movement);
        byFont.back().font = options.soundFont.filename().string();
        for (const auto& font : options.moreFonts) {
            byFont.push_back(movement);
            byFont.back().font = font.filename().string();
        }
    }
    return byFont;
}

fs::path fontFileOf(const CorpusOptions& options, const PreparedMovement& movement) {
    for (const auto& font : options.moreFonts) {
        if (font.filename() == movement.font) {
            return font;
        }
    }
    return options.soundFont;
}

struct Sound {
    std::vector<float> samples; ///< one channel, 22,050 Hz
    bool lowered = false;
};

/// The part of the song that is rendered, and how high it is tuned.
struct Excerpt {
    std::shared_ptr<const music::Song> song;
    double tuning = 440; ///< Hz
};

Excerpt variedExcerpt(const music::Song& song, double seconds, Random& random) {
    constexpr double kLowest = 415;
    constexpr double kHighest = 445;
    auto varied = variedSong(song, random);
    const double first = random.uniform() * std::max(0.0, varied.endSeconds() - seconds);
    const double tuning = kLowest + (kHighest - kLowest) * random.uniform();
    if (seconds > 0 && first > 0) {
        varied = varied.excerpt(varied.tempo.tickAt(first), varied.endTick());
    }
    return {std::make_shared<const music::Song>(std::move(varied)), tuning};
}

Result<Sound> soundOf(const PreparedMovement& movement, const CorpusOptions& options,
                      const CancelToken& cancel) {
    const auto path = options.music / movement.path;
    const std::string key = keyOf(options, movement);
    Random random(checksum(std::as_bytes(std::span(key))));
    if (!midi::isMidiName(path)) {
        CANTO_TRY(audio, sound::readMono(path, audio::kRate, options.seconds, cancel));
        if (options.vary) {
            varySound(audio->samples, audio::kRate, random);
        }
        return Sound{std::move(audio->samples), false};
    }
    CANTO_TRY(read, midi::readSmfFile(path));
    Excerpt chosenPart{std::make_shared<const music::Song>(std::move(read->song))};
    if (options.vary) {
        chosenPart = variedExcerpt(*chosenPart.song, options.seconds, random);
    }
    // Rendered at another rate and played at the usual one, the sound is tuned differently.
    const double rate = std::round(audio::kRate * 440 / chosenPart.tuning);
    // Rounded, so that the last clip is not short of a few samples.
    const double most =
        (options.seconds > 0 ? options.seconds : kLongestMovement) + (options.vary ? 0.1 : 0.0);
    const std::array songs{chosenPart.song};
    CANTO_TRY(rendered, sound::renderSongs(songs,
                                           {.soundFont = fontFileOf(options, movement),
                                            .rate = rate,
                                            .gain = options.gain,
                                            .mostSeconds = most * audio::kRate / rate},
                                           cancel));
    auto samples = rendered->mono();
    if (options.seconds > 0) {
        samples.resize(
            std::min(samples.size(), static_cast<std::size_t>(options.seconds * audio::kRate)));
    }
    if (options.vary) {
        varySound(samples, audio::kRate, random);
    }
    return Sound{std::move(samples), rendered->report.gainDb < -0.001};
}

/// One movement as a part: read from disk if an earlier call left it there.
class Parts {
  public:
    explicit Parts(const CorpusOptions& options)
        : m_options(options), m_folder(options.out.string() + ".parts") {}

    Result<void> makeFolder() const {
        std::error_code problem;
        fs::create_directories(m_folder, problem);
        if (problem) {
            return fail(Error::Code::Io, "The folder cannot be made: " + problem.message(),
                        m_folder.string());
        }
        return {};
    }
    fs::path pathOf(const PreparedMovement& movement) const {
        const std::string key = keyOf(m_options, movement);
        Checksum sum;
        sum.update(std::as_bytes(std::span(key)));
        return m_folder / (sum.hex() + ".safetensors");
    }
    /// The part if it is complete and of this movement, with the current labels.
    std::optional<PreparedClips> find(const PreparedMovement& movement) const {
        std::error_code problem;
        if (!fs::exists(pathOf(movement), problem)) {
            return std::nullopt;
        }
        auto part = PreparedClips::open(pathOf(movement));
        if (!part || part->movements() != std::vector<PreparedMovement>{asWritten(movement)}) {
            return std::nullopt;
        }
        return std::move(*part);
    }
    /// Renders it and writes the part. The part's metadata contain what the report counts.
    Result<void> make(const PreparedMovement& movement, const CancelToken& cancel) const {
        CANTO_TRY(sound, soundOf(movement, m_options, cancel));
        const auto length = static_cast<std::size_t>(audio::kClipSamples);
        if (sound->samples.size() < length) {
            sound->samples.resize(length); // a movement shorter than a clip is padded with silence
        }
        audio::AudioFeatures features;
        std::vector<PackedClip> clips;
        std::vector<int> numbers;
        std::size_t silent = 0;
        for (std::size_t i = 0; (i + 1) * length <= sound->samples.size(); ++i) {
            const auto clip = std::span<const float>(sound->samples).subspan(i * length, length);
            const float loudness = audio::loudnessDb(clip);
            if (loudness < kSilenceDb) {
                ++silent;
                continue;
            }
            CANTO_TRY(packed, tensors::pack(features.of(clip), loudness));
            clips.push_back(std::move(*packed));
            numbers.push_back(static_cast<int>(i));
        }
        PreparedClips part;
        part.addMovement(asWritten(movement), clips, numbers);
        part.finish({{"silent", std::to_string(silent)}, {"lowered", sound->lowered ? "1" : "0"}});
        return part.write(pathOf(movement));
    }
    void removeFolder() const {
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
    }

  private:
    const CorpusOptions& m_options;
    fs::path m_folder;
};

/// All parts in one file, in the order of the labels.
Result<void> join(const std::vector<PreparedMovement>& movements, const Parts& parts,
                  const CorpusOptions& options, CorpusReport& report) {
    PreparedClips all;
    std::map<std::string, std::size_t> songs;
    for (const auto& movement : movements) {
        const auto part = parts.find(movement);
        if (!part) {
            continue; // listed as bad
        }
        ++report.movements;
        report.clips += part->size();
        report.bySplit[part->movements()[0].composer][movement.split] += part->size();
        ++songs[movement.split];
        const auto figure = [&part](const char* key) {
            const auto at = part->metadata().find(key);
            return at == part->metadata().end() ? 0 : std::atoi(at->second.c_str());
        };
        report.silent += static_cast<std::size_t>(figure("silent"));
        report.clipped += static_cast<std::size_t>(figure("lowered"));
        all.append(*part);
    }
    if (all.size() == 0) {
        return noneUsable("movements", options.music, report.bad);
    }
    report.warnings = splitWarnings(songs);
    std::string fonts = options.soundFont.filename().string();
    for (const auto& font : options.moreFonts) {
        fonts += ", " + font.filename().string();
    }
    std::map<std::string, std::string> metadata{{"gain", std::to_string(options.gain)},
                                                {"seconds", std::to_string(options.seconds)},
                                                {"font", validUtf8(fonts)}};
    if (options.vary) {
        metadata["vary"] = std::to_string(*options.vary);
    }
    all.finish(std::move(metadata));
    return all.write(options.out);
}

} // namespace

Result<void> RenderSource::resolve() {
    if (music.empty()) {
        music = labels.parent_path();
    }
    CANTO_TRY(font, sound::soundFontOr(soundFont));
    soundFont = *font;
    return {};
}

Result<CorpusReport> renderCorpus(const CorpusOptions& asked, const CancelToken& cancel,
                                  const Progress& progress) {
    CorpusOptions options = asked;
    CANTO_CHECK(options.resolve());
    CorpusReport report;
    CANTO_TRY(movements, movementsOf(options, report.bad));
    const Parts parts(options);
    CANTO_CHECK(parts.makeFolder());
    std::mutex mutex;
    CANTO_TRY(done, forEachFile(
                        movements->size(), options.threads, cancel, progress, "Rendering cancelled",
                        [&](std::size_t i) {
                            const auto& movement = (*movements)[i];
                            const bool there = parts.find(movement).has_value();
                            const auto made = there ? Result<void>() : parts.make(movement, cancel);
                            const std::scoped_lock lock(mutex);
                            report.resumed += there ? 1 : 0;
                            if (!made && made.error().code != Error::Code::Cancelled) {
                                report.bad.push_back({movement.path, made.error().what});
                            }
                        },
                        "The same command goes on from here"));
    std::sort(report.bad.begin(), report.bad.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    CANTO_CHECK(join(*movements, parts, options, report));
    parts.removeFolder();
    return report;
}

} // namespace canto

#endif
