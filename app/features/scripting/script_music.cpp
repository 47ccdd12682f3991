// SPDX-License-Identifier: GPL-3.0-or-later
// Methods of scripts that read, decode and encode music.
#include "app/features/scripting/script_methods.h"

#include "app/workspace/map_point.h"
#include "app/workspace/path_plan.h"
#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"
#include "widgets/map/latent_map.h"

#include <QByteArray>
#include <algorithm>

namespace canto::app {
namespace {

using script::Json;

constexpr std::size_t kMostPhrases = 4096;       ///< of a file that is encoded
constexpr double kSlowest = 10, kFastest = 1000; ///< quarters a minute

tl::unexpected<Error> notPossible(const std::string& what, const std::string& hint = {}) {
    return fail(Error::Code::BadInput, what, {}, hint);
}

Json notesOf(const music::Song& song) {
    Json notes = Json::array();
    for (const music::Note& note : song.notes) {
        notes.push_back({{"start", note.startSeconds},
                         {"length", note.lengthSeconds},
                         {"pitch", note.pitch},
                         {"velocity", note.velocity},
                         {"track", note.track},
                         {"program", note.program},
                         {"drum", note.isDrum()}});
    }
    return notes;
}

Json songJson(const music::Song& song, const std::string& format) {
    Json tracks = Json::array();
    for (const music::Track& track : song.tracks) {
        tracks.push_back(track.name);
    }
    Json json{{"seconds", song.endSeconds()}, {"tracks", std::move(tracks)}};
    if (format != "midi") {
        json["notes"] = notesOf(song);
    }
    if (format != "notes") {
        const auto bytes = midi::writeSmf(song);
        json["midi"] =
            QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size()))
                .toBase64()
                .toStdString();
    }
    return json;
}

/// A few points as JSON. Thread: any.
Json pointsJson(const Library& library, const widgets::MapSnapshot& map, std::size_t first,
                std::size_t count, bool latents, const CancelToken& cancel) {
    Json points = Json::array();
    for (std::size_t row = first; row < first + count && !cancel.cancelled(); ++row) {
        const SongName& name = library.nameOf(row);
        const atlas::SongRow& song = library.points.songOf(row);
        Json labels = Json::object();
        for (const std::string& column : library.columns) {
            if (const std::string& label = song.label(column); !label.empty()) {
                labels[column] = label;
            }
        }
        for (const LibraryMeasure& measure : library.measures) {
            if (std::isfinite(measure.values[row])) {
                labels[measure.name] = measure.values[row];
            }
        }
        Json point{{"row", row},
                   {"x", map.x()[row]},
                   {"y", map.y()[row]},
                   {"title", name.title.toStdString()},
                   {"artist", name.artist.toStdString()},
                   {"bar", library.points.segments[row].bar + 1},
                   {"labels", std::move(labels)}};
        if (latents) {
            const auto latent = library.points.latent(row);
            point["latent"] = std::vector<float>(latent.begin(), latent.end());
        }
        points.push_back(std::move(point));
    }
    return points;
}

} // namespace

void ScriptMethods::points(const Json& parameters, const Reply& reply) {
    const auto open = library();
    const auto map = m_workspace.map().snapshot();
    if (!open || !map || map->size() != (*open)->points.count()) {
        reply(open ? notPossible("The map is not there yet", "Ask again in a moment")
                   : fail(open.error()));
        return;
    }
    const std::size_t total = map->size();
    const auto first = std::min<std::uint64_t>(parameters.value("first", std::uint64_t(0)), total);
    const auto wanted = parameters.value("count", std::uint64_t(1000));
    if (wanted > kMostPoints) {
        reply(notPossible("At most 20,000 points are sent at once",
                          "Ask for the rest with \"first\""));
        return;
    }
    const std::size_t count = std::min<std::uint64_t>(wanted, total - first);
    inBackground(reply, [library = *open, map, first, count, total,
                         latents = parameters.value("latents", false)](const CancelToken& cancel) {
        return Result<Json>(
            Json{{"total", total},
                 {"points", pointsJson(*library, *map, first, count, latents, cancel)}});
    });
}

Result<Anchor> ScriptMethods::anchorOf(const Json& parameters) const {
    const bool row = parameters.contains("row"), latent = parameters.contains("latent");
    const bool place = parameters.contains("x") && parameters.contains("y");
    if (int(row) + int(latent) + int(place) != 1 ||
        (!place && (parameters.contains("x") || parameters.contains("y")))) {
        return notPossible(
            "Name one of them: a row, x and y, or a latent where the method has one");
    }
    Anchor anchor;
    const MapController& maps = m_workspace.maps();
    if (row) {
        CANTO_TRY(open, library());
        CANTO_TRY(known, rowOf(**open, parameters));
        anchor.place = asMapPoint(maps.placeOf(*known));
        anchor.latent = maps.latentOf(*known);
        maps.setTempo(anchor, *known);
    } else if (latent) {
        anchor.latent = parameters["latent"].get<models::Latent>();
    } else {
        const QPointF at(parameters["x"].get<double>(), parameters["y"].get<double>());
        anchor.place = asMapPoint(at);
        maps.setTempo(anchor, -1);
    }
    return anchor;
}

Result<ScriptMethods::Json> ScriptMethods::play(const Json& parameters) {
    CANTO_TRY(open, library());
    CANTO_TRY(anchor, anchorOf(parameters));
    m_workspace.player().pressed();
    if (parameters.contains("row")) {
        m_workspace.maps().playRow(parameters["row"].get<qint64>());
    } else {
        m_workspace.maps().playPlace(asPoint(anchor->place));
    }
    return Json::object();
}

void ScriptMethods::decode(const Json& parameters, const Reply& reply) {
    const std::shared_ptr<const models::LatentModel> model = m_workspace.model();
    auto anchor = anchorOf(parameters);
    const std::string format = parameters.value("format", "notes");
    const double bpm = parameters.value("bpm", 0.0);
    if (!anchor) {
        reply(fail(anchor.error()));
    } else if (!model || !model->info().can.decode) {
        reply(fail(Error::Code::Model, "There is no model that decodes notes",
                   m_workspace.space().title, "Show a space with one"));
    } else if (format != "notes" && format != "midi" && format != "both") {
        reply(notPossible("\"format\" is notes, midi or both"));
    } else if (parameters.contains("bpm") && !(bpm >= kSlowest && bpm <= kFastest)) {
        reply(notPossible("\"bpm\" is 10 to 1,000 quarters a minute"));
    } else if (!anchor->latent && !m_workspace.maps().projection()) {
        reply(fail(Error::Code::NotFound, "This map has no inverse projection yet", {},
                   "Ask again in a moment, or decode a row"));
    } else {
        if (bpm > 0) {
            anchor->bpm = bpm;
            anchor->tempoFrom = nullptr;
        }
        inBackground(reply,
                     [model, anchor = *anchor, projection = m_workspace.maps().projection(), format,
                      seed = parameters.value("seed", std::uint64_t(1))](
                         const CancelToken& cancel) mutable -> Result<Json> {
                         if (const SongPtr song = anchor.tempoFrom ? anchor.tempoFrom() : nullptr) {
                             anchor.bpm = song->tempo.bpmAt(0);
                         }
                         CANTO_TRY(found, locate(anchor, projection));
                         CANTO_TRY(
                             song,
                             model->decode(
                                 found->latent, {.seed = seed, .bpm = anchor.bpm, .cancel = cancel},
                                 [&](const music::Song&, int) { return !cancel.cancelled(); }));
                         song->finish();
                         Json json = songJson(*song, format);
                         json["latent"] = found->latent;
                         json["bars"] = model->info().phraseBars;
                         return json;
                     });
    }
}

void ScriptMethods::transform(const std::string& midi, const Reply& reply) {
    const std::shared_ptr<const models::LatentModel> model = m_workspace.model();
    if (!model || !model->info().can.encode) {
        reply(fail(Error::Code::Model, "There is no model that encodes music",
                   m_workspace.space().title, "Show a space with one"));
        return;
    }
    const auto decoded = QByteArray::fromBase64Encoding(QByteArray::fromStdString(midi),
                                                        QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded) {
        reply(notPossible("\"midi\" is not base64"));
        return;
    }
    inBackground(
        reply,
        [model, projection = m_workspace.maps().projection(),
         bytes = *decoded](const CancelToken& cancel) -> Result<Json> {
            CANTO_TRY(file, midi::readSmf({reinterpret_cast<const std::uint8_t*>(bytes.constData()),
                                           std::size_t(bytes.size())}));
            const auto segments = model->segments(file->song);
            if (segments.empty()) {
                return notPossible("The file has no phrase to encode");
            }
            if (segments.size() > kMostPhrases) {
                return fail(Error::Code::TooLarge, "The file has more than 4,096 phrases", {},
                            "Send a part of it");
            }
            CANTO_TRY(latents, model->encode(file->song, segments, cancel));
            Json phrases = Json::array();
            for (std::size_t i = 0; i < latents->size(); ++i) {
                Json phrase{{"bar", segments[i].bar + 1}, {"latent", (*latents)[i]}};
                if (projection && projection->takes((*latents)[i].size())) {
                    CANTO_TRY(place, projection->place(std::span<const float>((*latents)[i])));
                    phrase["x"] = place->x;
                    phrase["y"] = place->y;
                }
                phrases.push_back(std::move(phrase));
            }
            return Json{{"phrases", std::move(phrases)}};
        });
}

void ScriptMethods::addMusic() {
    const auto now = [](auto f) -> script::Dispatcher::Handler {
        return [f](const Json& parameters, const Reply& reply) { reply(f(parameters)); };
    };
    m_dispatcher.handle("points", [this](const Json& parameters, const Reply& reply) {
        points(parameters, reply);
    });
    m_dispatcher.handle("play", now([this](const Json& parameters) { return play(parameters); }));
    m_dispatcher.handle("stop", now([this](const Json&) {
                            m_workspace.player().stop();
                            return Result<Json>(Json::object());
                        }));
    m_dispatcher.handle("decode", [this](const Json& parameters, const Reply& reply) {
        decode(parameters, reply);
    });
    m_dispatcher.handle("transform", [this](const Json& parameters, const Reply& reply) {
        transform(parameters["midi"].get_ref<const std::string&>(), reply);
    });
}

} // namespace canto::app
