// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/midi/smf_reader.h"
#include "core/music/pedal.h"

#include <algorithm>
#include <map>
#include <set>

namespace canto::cli {
namespace {

using nlohmann::json;

json tempoFacts(const music::Song& song) {
    double slowest = song.tempo.bpmAt(0);
    double fastest = slowest;
    for (const music::TempoChange& change : song.tempo.changes()) {
        slowest = std::min(slowest, song.tempo.bpmAt(change.tick));
        fastest = std::max(fastest, song.tempo.bpmAt(change.tick));
    }
    return {{"atStart", song.tempo.bpmAt(0)},
            {"slowest", slowest},
            {"fastest", fastest},
            {"changes", song.tempo.changes().size()}};
}

json metreFacts(const music::Song& song) {
    json metres = json::array();
    for (const music::MetreChange& change : song.metre.changes()) {
        metres.push_back({{"bar", song.metre.barAt(change.tick)},
                          {"metre", std::to_string(change.numerator) + "/" +
                                        std::to_string(change.denominator)}});
    }
    return metres;
}

/// Number of a note's MIDI port, as in the file.
int portNumber(const music::Song& song, std::uint8_t channel) {
    const std::size_t index = channel / music::kPortChannels;
    return index < song.ports.size() ? song.ports[index] : static_cast<int>(index);
}

json trackFacts(const music::Song& song) {
    struct Facts {
        std::size_t notes = 0;
        std::set<int> channels;
        std::set<int> ports;
        std::set<int> programs;
        int lowest = 127;
        int highest = 0;
    };
    std::vector<Facts> facts(song.tracks.size());
    for (const music::Note& note : song.notes) {
        Facts& track = facts[note.track];
        ++track.notes;
        track.channels.insert(note.channel % music::kPortChannels);
        track.ports.insert(portNumber(song, note.channel));
        track.programs.insert(note.program);
        track.lowest = std::min<int>(track.lowest, note.pitch);
        track.highest = std::max<int>(track.highest, note.pitch);
    }
    json tracks = json::array();
    for (std::size_t i = 0; i < facts.size(); ++i) {
        json track{{"name", song.tracks[i].name}, {"notes", facts[i].notes}};
        if (facts[i].notes > 0) {
            track["channels"] = facts[i].channels;
            if (!song.ports.empty()) {
                track["ports"] = facts[i].ports;
            }
            track["programs"] = facts[i].programs;
            track["pitches"] = {facts[i].lowest, facts[i].highest};
        }
        tracks.push_back(std::move(track));
    }
    return tracks;
}

json controllerFacts(const music::Song& song) {
    std::map<int, std::size_t> counts;
    for (const music::ChannelEvent& event : song.events) {
        if (event.kind == music::ChannelEvent::Kind::Control) {
            ++counts[event.number];
        }
    }
    json controllers = json::object();
    for (const auto& [number, count] : counts) {
        controllers[std::to_string(number)] = count;
    }
    return controllers;
}

json textFacts(const music::Song& song) {
    constexpr std::size_t kMost = 20;
    json texts = json::array();
    for (const music::MetaEvent& meta : song.metas) {
        if (meta.type <= 0x0F && meta.type != 0x05 && texts.size() < kMost) {
            texts.push_back(meta.bytes);
        }
    }
    return texts;
}

json repairFacts(const midi::MidiFile& file) {
    json repairs = json::array();
    for (const midi::Repair& repair : file.repairs.entries()) {
        json entry{{"kind", midi::repairName(repair.kind)},
                   {"text", repair.text},
                   {"byte", repair.offset},
                   {"count", repair.count}};
        if (repair.track >= 0) {
            entry["track"] = repair.track;
        }
        repairs.push_back(std::move(entry));
    }
    return repairs;
}

json noteRows(const music::Song& song) {
    json rows = json::array();
    for (const music::Note& n : song.notes) {
        rows.push_back({n.start, n.length, n.startSeconds, n.lengthSeconds, n.track,
                        n.channel % music::kPortChannels, n.program, n.pitch, n.velocity,
                        portNumber(song, n.channel), n.isDrum()});
    }
    return rows;
}

json describe(const std::string& path, const midi::MidiFile& file, bool withNotes) {
    const music::Song& song = file.song;
    const auto drums = std::count_if(song.notes.begin(), song.notes.end(),
                                     [](const music::Note& note) { return note.isDrum(); });
    json facts{{"path", path},
               {"format", file.format},
               {"riff", file.riff},
               {"time", (file.division & 0x8000) != 0 ? "frames" : "quarters"},
               {"ticksPerQuarter", song.ticksPerQuarter},
               {"notes", song.notes.size()},
               {"drumNotes", drums},
               {"notesHeldByPedal", music::notesHeldByPedal(song)},
               {"ticks", song.endTick()},
               {"seconds", song.endSeconds()},
               {"bars", song.bars()},
               {"quartersPerMinute", tempoFacts(song)},
               {"metres", metreFacts(song)},
               {"keyChanges", song.keys.size()},
               {"channelEvents", song.events.size()},
               {"controllers", controllerFacts(song)},
               {"sysex", song.sysex.size()},
               {"texts", textFacts(song)},
               {"tracks", trackFacts(song)},
               {"mended", repairFacts(file)}};
    if (withNotes) {
        facts["noteColumns"] = {"start",    "length",  "startSeconds", "lengthSeconds",
                                "track",    "channel", "program",      "pitch",
                                "velocity", "port",    "drum"};
        facts["noteRows"] = noteRows(song);
    }
    return facts;
}

struct InfoArgs {
    std::vector<std::string> paths;
    bool notes = false;
};

Result<int> info(const InfoArgs& args) {
    json all = json::array();
    int code = kGood;
    for (const std::string& path : args.paths) {
        const auto file = midi::readSmfFile(path);
        if (file) {
            all.push_back(describe(path, *file, args.notes));
        } else {
            all.push_back({{"path", path}, {"error", file.error().message()}});
            code = report(file.error());
        }
    }
    return print(args.paths.size() == 1 ? all[0] : all, code);
}

} // namespace

void addInfoCommand(CLI::App& app, Action& action) {
    Command<InfoArgs> command(app, action, "info",
                              "Show the content of MIDI files: time, tracks, notes, and repairs",
                              info);
    command.required("files", command.args().paths, "MIDI files");
    command.flag("--notes", command.args().notes, "List every note too");
    command->footer("Examples:\n"
                    "  canto info song.mid\n"
                    "  canto info --notes song.mid > notes.json\n"
                    "  canto info *.mid");
}

} // namespace canto::cli
