// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/scripting/script_methods.h"

#include "app/workspace/map_point.h"
#include "app/workspace/qt_text.h"
#include "core/base/version.h"
#include "widgets/map/latent_map.h"

#include <QBuffer>
#include <QPixmap>
#include <algorithm>

namespace canto::app {
namespace {

constexpr int kLeastPicture = 64, kMostPicture = 4096; // pixels of a side

tl::unexpected<Error> badInput(const std::string& what, const std::string& hint = {}) {
    return fail(Error::Code::BadInput, what, {}, hint);
}

/// A method that is answered at once.
template <class F>
script::Dispatcher::Handler atOnce(F f) {
    return
        [f](const script::Json& parameters, const script::Reply& reply) { reply(f(parameters)); };
}

std::string utf8(const QString& text) { return text.toStdString(); }

} // namespace

ScriptMethods::ScriptMethods(Workspace& workspace, QObject* parent)
    : QObject(parent), m_workspace(workspace), m_dispatcher(script::windowMethods()) {
    addState();
    addView();
    addMusic();
    addActions();
}

ScriptMethods::~ScriptMethods() = default;

void ScriptMethods::inBackground(const Reply& reply, Work work) {
    if (m_jobs.size() >= kMostJobs) {
        reply(fail(Error::Code::Io, "Too many requests are being worked on", {},
                   "Wait for their answers"));
        return;
    }
    m_jobs.emplace_back(this, "script");
    const auto job = std::prev(m_jobs.end());
    job->start([job, reply, work = std::move(work)](const auto& run) {
        run.deliver(
            [job, reply](ScriptMethods& to, const std::shared_ptr<Result<Json>>& result) {
                to.m_jobs.erase(job);
                reply(std::move(*result));
            },
            std::make_shared<Result<Json>>(work(run.cancel())));
    });
}

Result<LibraryPtr> ScriptMethods::library() const {
    if (!m_workspace.library()) {
        return fail(Error::Code::NotFound, "No library is open", {},
                    "Open one, or wait until it is there");
    }
    return m_workspace.library();
}

Result<qint64> ScriptMethods::rowOf(const Library& library, const Json& parameters) const {
    const auto row = parameters["row"].get<std::uint64_t>();
    if (row >= library.points.count()) {
        return badInput("The library has the rows 0 to " +
                        std::to_string(library.points.count() - 1));
    }
    return qint64(row);
}

// ---- what is open ----

ScriptMethods::Json ScriptMethods::state() const {
    const LibraryPtr& library = m_workspace.library();
    const auto& model = m_workspace.model();
    const PlaybackItem& item = m_workspace.player().currentItem();
    Json state{{"version", versionNumber()},
               {"space", m_workspace.space().id},
               {"library", library ? Json(library->path.string()) : Json()},
               {"points", library ? library->points.count() : 0},
               {"model", nullptr},
               {"map", nullptr},
               {"column", library ? Json(m_workspace.maps().column()) : Json()},
               {"selected", m_workspace.map().selection().size()},
               {"playing", m_workspace.player().playing()},
               {"item", {{"title", utf8(item.title)}, {"row", item.row}}}};
    if (model) {
        const models::ModelInfo& info = model->info();
        state["model"] = {{"title", info.title},
                          {"latentSize", info.latentSize},
                          {"phraseBars", info.phraseBars},
                          {"decodes", info.can.decode},
                          {"encodes", info.can.encode}};
    }
    if (library) {
        const auto& maps = m_workspace.maps();
        state["map"] = utf8(MapController::mapTitle(maps.maps()[maps.shownMap()]));
    }
    return state;
}

void ScriptMethods::setSpace(const std::string& id, const Reply& reply) {
    SpaceSwitch& spaces = m_workspace.spaces();
    const auto shown = [this] { return Json{{"space", m_workspace.space().id}}; };
    if (m_workspace.space().id == id) {
        reply(shown());
        return;
    }
    const auto& all = spaces.spaces();
    const auto wanted =
        std::find_if(all.begin(), all.end(), [&](const Space& space) { return space.id == id; });
    if (wanted == all.end() || !wanted->whyNot.empty()) {
        reply(badInput(wanted == all.end() ? "There is no space \"" + id + "\"" : wanted->whyNot,
                       "\"get_space\" lists the spaces"));
        return;
    }
    auto* wait = new QObject(this); // until the space is there, or cannot be shown
    connect(&m_workspace, &Workspace::spaceChanged, wait, [wait, reply, shown] {
        wait->deleteLater();
        reply(shown());
    });
    connect(&spaces, &SpaceSwitch::failed, wait,
            [wait, reply](const QString& text, const QString& hint) {
                wait->deleteLater();
                reply(fail(Error::Code::NotFound, utf8(text), {}, utf8(hint)));
            });
    if (!spaces.go(id)) {
        wait->deleteLater();
        reply(badInput("The space \"" + id + "\" cannot be shown"));
    }
}

void ScriptMethods::addState() {
    m_dispatcher.handle("state", atOnce([this](const Json&) { return Result<Json>(state()); }));
    m_dispatcher.handle(
        "get_space", atOnce([this](const Json&) -> Result<Json> {
            Json spaces = Json::array();
            for (const Space& space : m_workspace.spaces().spaces()) {
                spaces.push_back({{"id", space.id},
                                  {"title", space.title},
                                  {"available", space.whyNot.empty()}});
            }
            return Json{{"space", m_workspace.space().id}, {"spaces", std::move(spaces)}};
        }));
    m_dispatcher.handle("set_space", [this](const Json& parameters, const Reply& reply) {
        setSpace(parameters["space"].get<std::string>(), reply);
    });
    const auto maps = [this]() -> Result<Json> {
        CANTO_TRY(open, library());
        Json names = Json::array();
        const MapController& all = m_workspace.maps();
        for (const MapController::Map& map : all.maps()) {
            names.push_back(utf8(MapController::mapTitle(map)));
        }
        return Json{{"map", names[all.shownMap()]}, {"maps", std::move(names)}};
    };
    m_dispatcher.handle("get_map", atOnce([maps](const Json&) { return maps(); }));
    m_dispatcher.handle("set_map", atOnce([this, maps](const Json& parameters) -> Result<Json> {
                            CANTO_TRY(known, maps());
                            const auto& names = (*known)["maps"];
                            const auto at =
                                std::find(names.begin(), names.end(), parameters["map"]);
                            if (at == names.end()) {
                                return badInput("There is no such map", "\"get_map\" lists them");
                            }
                            m_workspace.maps().showMap(std::size_t(at - names.begin()));
                            return maps();
                        }));
}

// ---- what the map shows ----

ScriptMethods::Json ScriptMethods::classes() const {
    Json classes = Json::array();
    if (const auto colouring = m_workspace.map().colouring()) {
        const auto counts = colouring->counts();
        for (std::size_t i = 0; i < colouring->names.size(); ++i) {
            classes.push_back({{"name", utf8(colouring->names[qsizetype(i)])},
                               {"points", i < counts.size() ? counts[i] : 0},
                               {"visible", m_workspace.map().classVisible(int(i))}});
        }
    }
    return {{"classes", std::move(classes)}};
}

Result<ScriptMethods::Json> ScriptMethods::setFilter(const Json& parameters) {
    const bool show = parameters.contains("visible");
    if (show == parameters.contains("hidden")) {
        return badInput("set_filter takes either \"visible\" or \"hidden\"");
    }
    const Json& named = parameters[show ? "visible" : "hidden"];
    const Json known = classes()["classes"];
    for (const Json& name : named) {
        if (std::none_of(known.begin(), known.end(),
                         [&](const Json& one) { return one["name"] == name; })) {
            return badInput("There is no class \"" + name.get<std::string>() + "\"",
                            "\"get_filter\" lists the classes");
        }
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
        const bool listed = std::find(named.begin(), named.end(), known[i]["name"]) != named.end();
        m_workspace.map().setClassVisible(int(i), listed == show);
    }
    return classes();
}

void ScriptMethods::screenshot(const Json& parameters, const Reply& reply) {
    const std::string what = parameters.value("of", "map");
    const bool sized = parameters.contains("width") || parameters.contains("height");
    if (what != "map" && what != "window") {
        reply(badInput("\"of\" is map or window"));
        return;
    }
    if (what == "window" && sized) {
        reply(badInput("The window is drawn in its own size", "Leave out width and height"));
        return;
    }
    widgets::LatentMap& map = m_workspace.map();
    const std::uint64_t width = parameters.value("width", std::uint64_t(map.width()));
    const std::uint64_t height = parameters.value("height", std::uint64_t(map.height()));
    if (sized &&
        (std::min(width, height) < kLeastPicture || std::max(width, height) > kMostPicture)) {
        reply(badInput("Width and height are 64 to 4,096 pixels"));
        return;
    }
    const QImage image = what == "map" ? map.render(QSize(int(width), int(height)))
                                       : m_workspace.window().grab().toImage();
    if (image.isNull()) {
        reply(fail(Error::Code::NoMemory, "The picture cannot be drawn"));
        return;
    }
    inBackground(reply, [image](const CancelToken&) -> Result<Json> {
        QByteArray png;
        QBuffer buffer(&png);
        if (!image.save(&buffer, "PNG")) {
            return fail(Error::Code::Io, "The picture cannot be written");
        }
        return Json{{"png", png.toBase64().toStdString()},
                    {"width", image.width()},
                    {"height", image.height()}};
    });
}

void ScriptMethods::addView() {
    const auto colour = [this]() -> Result<Json> {
        CANTO_TRY(open, library());
        return Json{{"column", m_workspace.maps().column()}, {"columns", (*open)->columns}};
    };
    m_dispatcher.handle("get_colour", atOnce([colour](const Json&) { return colour(); }));
    m_dispatcher.handle("set_colour",
                        atOnce([this, colour](const Json& parameters) -> Result<Json> {
                            CANTO_TRY(open, library());
                            const auto column = parameters["column"].get<std::string>();
                            const auto& known = (*open)->columns;
                            if (std::find(known.begin(), known.end(), column) == known.end()) {
                                return badInput("There is no column \"" + column + "\"",
                                                "\"get_colour\" lists the columns");
                            }
                            m_workspace.maps().colourBy(column);
                            return colour();
                        }));
    m_dispatcher.handle("get_filter",
                        atOnce([this](const Json&) { return Result<Json>(classes()); }));
    m_dispatcher.handle("set_filter",
                        atOnce([this](const Json& parameters) { return setFilter(parameters); }));
    const auto selection = [this] {
        return Result<Json>(Json{{"rows", m_workspace.map().selection()}});
    };
    m_dispatcher.handle("get_selection", atOnce([selection](const Json&) { return selection(); }));
    m_dispatcher.handle(
        "set_selection", atOnce([this, selection](const Json& parameters) -> Result<Json> {
            CANTO_TRY(open, library());
            const std::size_t points = (*open)->points.count();
            std::vector<std::uint32_t> rows;
            for (const Json& row : parameters["rows"]) {
                if (row.get<std::uint64_t>() >= points) {
                    return badInput("The library has the rows 0 to " + std::to_string(points - 1));
                }
                rows.push_back(row.get<std::uint32_t>());
            }
            std::sort(rows.begin(), rows.end());
            rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
            m_workspace.map().setSelection(std::move(rows));
            return selection();
        }));
    m_dispatcher.handle("screenshot", [this](const Json& parameters, const Reply& reply) {
        screenshot(parameters, reply);
    });
}

} // namespace canto::app
