// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/song_names.h"

#include "app/workspace/qt_text.h"
#include "core/music/display_title.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

namespace canto::app {
namespace {

QString translated(const char* source) {
    return QCoreApplication::translate("canto::app::SongName", source);
}

bool allDigits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct VideoClip {
    std::string video;
    int number = 0; ///< from 0
};

/// "Q3_uj3Gif77SYM_5": identifiers of videos have eleven characters, underscores among them.
std::optional<VideoClip> videoClipOf(const std::string& title) {
    constexpr std::size_t kIdentifier = 11;
    const bool quadrant = title.size() > 3 && title[0] == 'Q' && title[1] >= '1' &&
                          title[1] <= '4' && title[2] == '_';
    const std::size_t end = 3 + kIdentifier;
    if (!quadrant || title.size() < end + 2 || title.size() > end + 5 || title[end] != '_' ||
        !allDigits(std::string_view(title).substr(end + 1))) {
        return std::nullopt;
    }
    return VideoClip{title.substr(3, kIdentifier), std::stoi(title.substr(end + 1))};
}

/// "Haydn, symphony-104" without the composer.
std::string workOf(const atlas::SongRow& song) {
    const std::string& label = song.label("work");
    const std::string person = song.composer + ", ";
    return label.starts_with(person) ? label.substr(person.size()) : label;
}

} // namespace

std::vector<SongName> songNames(const std::vector<atlas::SongRow>& songs) {
    std::map<std::string, std::set<std::string>> videos; // by source
    for (const atlas::SongRow& song : songs) {
        if (const auto clip = videoClipOf(song.title)) {
            videos[song.source].insert(clip->video);
        }
    }
    std::vector<SongName> names;
    names.reserve(songs.size());
    for (const atlas::SongRow& song : songs) {
        SongName name;
        name.artist = text(song.artist.empty() ? song.composer : song.artist);
        const std::string& own = song.title;
        const std::string file = std::filesystem::path(song.path).filename().string();
        if (const auto clip = videoClipOf(own)) {
            const auto& known = videos[song.source];
            const auto number = std::distance(known.begin(), known.find(clip->video)) + 1;
            name.title =
                translated(QT_TRANSLATE_NOOP("canto::app::SongName", "%1 %2, clip %3"))
                    .arg(song.source.empty()
                             ? translated(QT_TRANSLATE_NOOP("canto::app::SongName", "Video"))
                             : text(song.source),
                         QLocale().toString(number), QLocale().toString(clip->number + 1));
            if (name.artist == text(clip->video)) {
                name.artist.clear();
            }
        } else if (const std::string work = workOf(song); !work.empty()) {
            name.title =
                text(music::displayWork(song.composer, work, song.label("movement"), song.path));
        } else if (allDigits(own) && own.size() < 4 && name.artist.isEmpty()) {
            name.title =
                translated(QT_TRANSLATE_NOOP("canto::app::SongName", "Untitled %1")).arg(text(own));
        } else {
            name.title = text(music::displayTitle(own.empty() ? file : own));
        }
        names.push_back(std::move(name));
    }
    return names;
}

} // namespace canto::app
