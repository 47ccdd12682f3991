// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts on a workspace of their own: a real socket, a real map, and what arrives that should not.

#include "app/features/scripting/scripting.h"
#include "core/base/random.h"
#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"
#include "tests/support/script_client.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"

#include <QMenuBar>
#include <QSettings>
#include <QTemporaryDir>
#include <QToolBar>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using test::ScriptClient;
using test::WorkspaceFixture;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr int kPoints = test::kLibrarySongs * test::kPhrasesEach;

} // namespace

class TestFeatureScripting : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_on.reset(); }

    void offUntilAllowed();
    void theSwitchIsRemembered();
    void theSocketIsForItsOwner();
    void otherUsersAreRefused();
    void aSocketInUseIsLeftAlone();
    void aFileIsNotReplaced();
    void everyMethodIsHandledAndListed();
    void selectionColourAndFilter();
    void pointsHavePositionsAndLabels();
    void musicIsDecoded();
    void aFileIsTransformed();
    void aPointPlaysAndStops();
    void picturesAreDrawn();
    void everyActionCanBeCalled();
    void errorsSayWhatIsWrong();
    void linesThatAreNotRequests();
    void notificationsAreNotAnswered();
    void answersComeInOrder();
    void aLineThatIsTooLongEndsTheConnection();
    void deepNestingIsRefused();
    void halfClosedConnectionsAreAnswered();
    void onlySoManyScripts();
    void clientsThatGoAway();
    void garbage();

  private:
    fs::path folder() const { return m_folder->path().toStdString(); }
    fs::path socket() const { return folder() / "s"; }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_atlas;
    std::shared_ptr<FakeModel> m_model;
    std::unique_ptr<WorkspaceFixture> m_on;
    Scripting* m_scripting = nullptr;
};

void TestFeatureScripting::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto atlas = test::makeLibrary(folder());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
}

void TestFeatureScripting::init() {
    m_model = std::make_shared<FakeModel>();
    m_on = std::make_unique<WorkspaceFixture>(
        test::quietWorkspace(folder(), m_atlas, test::opened(m_model)));
    m_scripting = &m_on->add<Scripting>(Scripting::Options{false, socket()});
    m_on->table().add(MenuId::View, 0, QStringLiteral("&Fit map"), QKeySequence(Qt::Key_F),
                      [this] { m_on->map().fit(); });
    QVERIFY(m_on->open());
    m_scripting->start();
    if (QTest::currentTestFunction() != QByteArray("offUntilAllowed") &&
        QTest::currentTestFunction() != QByteArray("theSwitchIsRemembered")) {
        m_scripting->setOn(true);
    }
}

// ---- who may connect ----

void TestFeatureScripting::offUntilAllowed() {
    QVERIFY(!m_scripting->server().listening());
    QVERIFY(!fs::exists(socket()));
    QVERIFY(!ScriptClient(socket()).connected());
}

void TestFeatureScripting::theSwitchIsRemembered() {
    QAction* allow = m_on->action(QStringLiteral("Allow scripts"));
    QVERIFY(allow != nullptr && !allow->isChecked());
    allow->setChecked(true);
    QVERIFY(m_scripting->server().listening());
    QVERIFY(m_on->noticeWith(QStringLiteral("Scripts can connect at")));
    QVERIFY(m_on->workspace().settings().value(QStringLiteral("scripts/allowed")).toBool());
    ScriptClient client(socket());
    QVERIFY(client.result("state").is_object());
    allow->setChecked(false);
    QVERIFY(client.ends());
    QVERIFY(!fs::exists(socket()));
    QVERIFY(!m_on->workspace().settings().value(QStringLiteral("scripts/allowed")).toBool());
}

void TestFeatureScripting::theSocketIsForItsOwner() {
    struct stat there {};
    QCOMPARE(::lstat(socket().c_str(), &there), 0);
    QVERIFY(S_ISSOCK(there.st_mode));
    QCOMPARE(int(there.st_mode & 0777), 0600);
    QCOMPARE(there.st_uid, ::geteuid());
}

void TestFeatureScripting::otherUsersAreRefused() {
    m_scripting->server().setUser(thisUser() + 1); // so that this user is another one
    ScriptClient client(socket());
    QVERIFY(client.ends());
    QCOMPARE(m_scripting->server().scripts(), std::size_t(0));
    QTRY_VERIFY(m_on->noticeWith(QStringLiteral("another user")));
    m_scripting->server().setUser(thisUser());
    QVERIFY(ScriptClient(socket()).result("state").is_object());
}

void TestFeatureScripting::aSocketInUseIsLeftAlone() {
    const auto second = LocalListener::listen(socket());
    QVERIFY(!second);
    QVERIFY(second.error().what.find("already") != std::string::npos);
    QVERIFY(ScriptClient(socket()).result("state").is_object());
    // One that a killed program left is replaced.
    const fs::path left = folder() / "left";
    {
        const Descriptor fd(::socket(AF_UNIX, SOCK_STREAM, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        left.string().copy(address.sun_path, sizeof address.sun_path - 1);
        QCOMPARE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    }
    QVERIFY(fs::exists(left));
    QVERIFY_RESULT(LocalListener::listen(left));
}

void TestFeatureScripting::aFileIsNotReplaced() {
    const auto listening = LocalListener::listen(m_atlas);
    QVERIFY(!listening);
    QVERIFY(listening.error().code == Error::Code::BadInput);
    QVERIFY(fs::file_size(m_atlas) > 0);
    QVERIFY(!LocalListener::listen(folder() / std::string(200, 'x')));
}

// ---- methods ----

void TestFeatureScripting::everyMethodIsHandledAndListed() {
    QVERIFY(m_scripting->methods().unhandled().empty());
    ScriptClient client(socket());
    const Json help = client.result("help");
    QCOMPARE(help["methods"].size(), script::windowMethods().size());
    const std::string page = script::methodsPage(script::windowMethods());
    for (const Json& method : help["methods"]) {
        QVERIFY(page.find("  " + method["name"].get<std::string>() + "\n") != std::string::npos);
    }
    const Json state = client.result("state");
    QCOMPARE(state["points"].get<int>(), kPoints);
    QCOMPARE(state["model"]["latentSize"].get<int>(), FakeModel::kLatent);
    QCOMPARE(state["library"].get<std::string>(), m_atlas.string());
    const Json spaces = client.result("get_space");
    QCOMPARE(spaces["spaces"].size(), std::size_t(1));
    QCOMPARE(client.result("set_space", {{"space", spaces["space"]}})["space"], spaces["space"]);
    QCOMPARE(client.errorCode("set_space", {{"space", "nowhere"}}), -32602);
    const Json maps = client.result("get_map");
    QCOMPARE(client.result("set_map", {{"map", maps["maps"][0]}})["map"], maps["maps"][0]);
    QCOMPARE(client.errorCode("set_map", {{"map", "nowhere"}}), -32602);
}

void TestFeatureScripting::selectionColourAndFilter() {
    ScriptClient client(socket());
    const Json chosen = client.result("set_selection", {{"rows", {7, 3, 3}}});
    QCOMPARE(chosen["rows"], Json({3, 7}));
    QCOMPARE(m_on->map().selection(), (std::vector<std::uint32_t>{3, 7}));
    QCOMPARE(client.errorCode("set_selection", {{"rows", {kPoints}}}), -32602);
    QCOMPARE(client.result("get_selection")["rows"], Json({3, 7}));

    const Json colours = client.result("get_colour");
    QCOMPARE(colours["column"].get<std::string>(), m_on->maps().column());
    QCOMPARE(client.result("set_colour", {{"column", "artist"}})["column"].get<std::string>(),
             std::string("artist"));
    QCOMPARE(m_on->maps().column(), std::string("artist"));
    QCOMPARE(client.errorCode("set_colour", {{"column", "nothing"}}), -32602);

    client.result("set_colour", {{"column", "genre"}});
    const Json classes = client.result("get_filter")["classes"];
    QCOMPARE(classes.size(), std::size_t(5));
    QCOMPARE(classes[0]["points"].get<int>(), kPoints / 5);
    const Json one = client.result("set_filter", {{"visible", {classes[1]["name"]}}})["classes"];
    for (std::size_t i = 0; i < one.size(); ++i) {
        QCOMPARE(one[i]["visible"].get<bool>(), i == 1);
        QCOMPARE(m_on->map().classVisible(int(i)), i == 1);
    }
    client.result("set_filter", {{"hidden", Json::array()}});
    QVERIFY(m_on->map().classVisible(0));
    QCOMPARE(client.errorCode("set_filter"), -32602);
    QCOMPARE(client.errorCode("set_filter", {{"hidden", {"polka"}}}), -32602);
}

void TestFeatureScripting::pointsHavePositionsAndLabels() {
    ScriptClient client(socket());
    const Json answer = client.result("points", {{"first", 5}, {"count", 2}, {"latents", true}});
    QCOMPARE(answer["total"].get<int>(), kPoints);
    QCOMPARE(answer["points"].size(), std::size_t(2));
    const Json& point = answer["points"][0]; // row 5: song 1, phrase 1, at its third bar
    QCOMPARE(point["row"].get<int>(), 5);
    QCOMPARE(point["title"].get<std::string>(), std::string("Song 1"));
    QCOMPARE(point["bar"].get<int>(), 3);
    QCOMPARE(point["labels"]["genre"].get<std::string>(), std::string("country"));
    const auto [x, y] = test::placeOf(1, 1);
    QCOMPARE(point["x"].get<float>(), x);
    QCOMPARE(point["y"].get<float>(), y);
    QCOMPARE(point["latent"].size(), std::size_t(FakeModel::kLatent));
    QCOMPARE(point["latent"][0].get<float>(), x);
    QCOMPARE(client.result("points", {{"first", kPoints - 1}})["points"].size(), std::size_t(1));
    QCOMPARE(client.result("points", {{"first", kPoints + 9}})["points"].size(), std::size_t(0));
    QCOMPARE(client.errorCode("points", {{"count", 20001}}), -32602);
}

void TestFeatureScripting::musicIsDecoded() {
    ScriptClient client(socket());
    // z[0] = 3, z[1] = 2: bass 43, then 62 in the first bar and 63 in the second.
    const Json music = client.result(
        "decode", {{"latent", {3, 2, 0, 0, 0, 0, 0, 0}}, {"bpm", 60}, {"format", "both"}});
    QCOMPARE(music["notes"].size(), std::size_t(10));
    QCOMPARE(music["seconds"].get<double>(), 8.0); // two bars of four seconds
    QCOMPARE(music["notes"][0]["pitch"].get<int>(), 43);
    QCOMPARE(music["notes"][1]["pitch"].get<int>(), 62);
    QCOMPARE(music["notes"][2]["start"].get<double>(), 1.0);
    QCOMPARE(music["tracks"], Json({"Bass", "Strings"}));
    const auto bytes =
        QByteArray::fromBase64(QByteArray::fromStdString(music["midi"].get<std::string>()));
    const auto file = midi::readSmf(
        {reinterpret_cast<const std::uint8_t*>(bytes.constData()), std::size_t(bytes.size())});
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.notes.size(), std::size_t(10));

    const auto [x, y] = test::placeOf(1, 1);
    const Json row = client.result("decode", {{"row", 5}});
    const Json place = client.result("decode", {{"x", x}, {"y", y}});
    const int bass = FakeModel::bassPitch({x, y});
    QCOMPARE(row["notes"][0]["pitch"].get<int>(), bass);
    QCOMPARE(place["notes"][0]["pitch"].get<int>(), bass);
    QVERIFY(!row.contains("midi"));
    QVERIFY(!m_on->player().playing());
    QCOMPARE(client.errorCode("decode"), -32602);
    QCOMPARE(client.errorCode("decode", {{"row", 1}, {"x", 0}, {"y", 0}}), -32602);
    QCOMPARE(client.errorCode("decode", {{"x", 0}}), -32602);
    QCOMPARE(client.errorCode("decode", {{"latent", {1, 2}}}), -32602); // of another size
    QCOMPARE(client.errorCode("decode", {{"row", 1}, {"format", "opera"}}), -32602);
    QCOMPARE(client.errorCode("decode", {{"row", kPoints}}), -32602);
    QCOMPARE(client.errorCode("decode", {{"row", 1}, {"bpm", 0}}), -32602);
}

void TestFeatureScripting::aFileIsTransformed() {
    ScriptClient client(socket());
    const auto bytes = midi::writeSmf(test::smallSong(3));
    const auto text =
        QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size()))
            .toBase64()
            .toStdString();
    const Json phrases = client.result("transform", {{"midi", text}})["phrases"];
    QCOMPARE(phrases.size(), std::size_t(7)); // of eight bars, two each
    // Bass 33 once a bar, melody 63 four times: mean 57 and 10 notes in two bars.
    QCOMPARE(phrases[0]["latent"][0].get<double>(), 17.0);
    QCOMPARE(phrases[0]["latent"][2].get<double>(), 10.0);
    QCOMPARE(phrases[6]["bar"].get<int>(), 7);
    QVERIFY(phrases[0]["x"].is_number());
    QCOMPARE(client.errorCode("transform", {{"midi", "%%%"}}), -32602);
    QVERIFY(client.errorCode("transform", {{"midi", "AAAA"}}) != 0);
}

void TestFeatureScripting::aPointPlaysAndStops() {
    ScriptClient client(socket());
    QVERIFY(client.result("play", {{"row", 0}}).is_object());
    QTRY_COMPARE(m_on->player().currentItem().row, qint64(0));
    QTRY_VERIFY(m_on->player().playing());
    QVERIFY(client.result("state")["playing"].get<bool>());
    QVERIFY(client.result("stop").is_object());
    QTRY_VERIFY(!m_on->player().playing());
    QVERIFY(client.result("play", {{"x", 1.5}, {"y", 2}}).is_object());
    QTRY_VERIFY(m_on->player().currentItem().kind == PlaybackItem::Kind::Decoded);
    QCOMPARE(client.errorCode("play"), -32602);
}

void TestFeatureScripting::picturesAreDrawn() {
    ScriptClient client(socket());
    const auto imageOf = [](const Json& answer) {
        return QImage::fromData(
            QByteArray::fromBase64(QByteArray::fromStdString(answer["png"].get<std::string>())));
    };
    const QImage map = imageOf(client.result("screenshot", {{"width", 300}, {"height", 200}}));
    QCOMPARE(map.size(), QSize(300, 200));
    bool coloured = false;
    for (int y = 0; y < map.height(); ++y) {
        for (int x = 0; x < map.width(); ++x) {
            coloured = coloured || QColor(map.pixel(x, y)).saturation() > 120;
        }
    }
    QVERIFY(coloured);
    const QImage window = imageOf(client.result("screenshot", {{"of", "window"}}));
    QCOMPARE(window.size(), m_on->window().size());
    QCOMPARE(client.errorCode("screenshot", {{"width", 9}, {"height", 9}}), -32602);
    QCOMPARE(client.errorCode("screenshot", {{"width", 100000}}), -32602);
    QCOMPARE(client.errorCode("screenshot", {{"of", "moon"}}), -32602);
}

void TestFeatureScripting::everyActionCanBeCalled() {
    QMenuBar menus;
    QToolBar tools;
    bool on = false;
    QAction* off = m_on->table().add(MenuId::Tools, 0, QStringLiteral("O&ff && away"), {}, [] {});
    off->setEnabled(false);
    m_on->table().addSwitch(MenuId::Tools, 0, QStringLiteral("&Light"), {}, false,
                            [&on](bool now) { on = now; });
    m_on->table().fill(menus, tools);
    ScriptClient client(socket());
    const Json actions = client.result("actions")["actions"];
    const auto named = [&](const std::string& name) {
        const auto found = std::find_if(actions.begin(), actions.end(),
                                        [&](const Json& one) { return one["name"] == name; });
        return found != actions.end() ? *found : Json();
    };
    QCOMPARE(named("View/Fit map")["key"].get<std::string>(), std::string("F"));
    QVERIFY(named("Settings/Allow scripts")["checked"].get<bool>());
    QVERIFY(!named("Tools/Off & away")["enabled"].get<bool>());

    m_on->map().setView({0, 0, 1, 1});
    const QRectF close = m_on->map().view();
    QVERIFY(client.result("action", {{"name", "View/Fit map"}}).is_object());
    QTRY_VERIFY(m_on->map().view().width() > close.width());
    QVERIFY(client.result("action", {{"name", "Tools/Light"}})["checked"].get<bool>());
    QTRY_VERIFY(on);
    QVERIFY(client.result("action", {{"name", "Tools/Light"}, {"checked", true}}).is_object());
    client.result("state");
    QVERIFY(on); // it was on already
    QCOMPARE(client.errorCode("action", {{"name", "Tools/Off & away"}}), -32000);
    QCOMPARE(client.errorCode("action", {{"name", "View/Nothing"}}), -32602);
    QCOMPARE(client.errorCode("action", {{"name", "View/Fit map"}, {"checked", true}}), -32602);
    // The last one: it ends the connection, after its answer.
    QVERIFY(client.result("action", {{"name", "Settings/Allow scripts"}}).is_object());
    QVERIFY(client.ends());
}

// ---- what should not come ----

void TestFeatureScripting::errorsSayWhatIsWrong() {
    ScriptClient client(socket());
    const Json unknown = client.ask("fly")["error"];
    QCOMPARE(unknown["code"].get<int>(), -32601);
    QVERIFY(unknown["message"].get<std::string>().find("fly") != std::string::npos);
    const Json kind = client.ask("play", {{"row", "first"}})["error"];
    QCOMPARE(kind["code"].get<int>(), -32602);
    QCOMPARE(kind["data"]["what"].get<std::string>(),
             std::string("\"row\" of play has to be a whole number"));
    QCOMPARE(client.errorCode("play", {{"row", -1}}), -32602);
    QCOMPARE(client.errorCode("play", {{"speed", 2}}), -32602);
    QCOMPARE(client.errorCode("set_colour"), -32602);
    QCOMPARE(client.errorCode("set_selection", {{"rows", {1, 2.5}}}), -32602);
    QCOMPARE(client.errorCode("decode", {{"x", 1e300}, {"y", 0}}), -32602); // not a float
    // By position, and more of them than there are.
    QVERIFY(client.result("set_selection", Json::array({Json::array({1})})).is_object());
    QCOMPARE(client.errorCode("set_selection", Json::array({Json::array(), 1})), -32602);
}

void TestFeatureScripting::linesThatAreNotRequests() {
    ScriptClient client(socket());
    const std::pair<const char*, int> lines[] = {
        {"", -32700},
        {"hello", -32700},
        {"{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"state\"", -32700},
        {"\"\xC3\x28\"", -32700}, // not UTF-8
        {"{\"id\":1e999}", -32700},
        {"1", -32600},
        {"null", -32600},
        {"[]", -32600},
        {"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"state\"}]", -32600},
        {"{\"id\":1,\"method\":\"state\"}", -32600},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", -32600},
        {"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"state\"}", -32600},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"state\",\"params\":3}", -32602},
    };
    for (const auto& [line, code] : lines) {
        QVERIFY(client.send(std::string(line) + "\n"));
        const Json answer = client.line();
        QVERIFY2(answer.is_object() && answer.contains("error"), line);
        QCOMPARE(answer["error"]["code"].get<int>(), code);
        QCOMPARE(answer["jsonrpc"].get<std::string>(), std::string("2.0"));
    }
    QVERIFY(client.result("state").is_object());
}

void TestFeatureScripting::notificationsAreNotAnswered() {
    ScriptClient client(socket());
    QVERIFY(client.send("{\"jsonrpc\":\"2.0\",\"method\":\"set_selection\",\"params\":[[4]]}\n"
                        "{\"jsonrpc\":\"2.0\",\"method\":\"nothing\"}\n"));
    QCOMPARE(client.result("get_selection")["rows"], Json({4})); // and this is the first answer
}

void TestFeatureScripting::answersComeInOrder() {
    ScriptClient client(socket());
    std::string lines;
    constexpr int kMany = 500;
    for (int i = 0; i < kMany; ++i) {
        const char* method = i % 50 == 0 ? "points" : "get_selection"; // one waits, one does not
        lines += Json{{"jsonrpc", "2.0"}, {"id", i}, {"method", method}}.dump() + "\n";
    }
    QVERIFY(client.send(lines));
    for (int i = 0; i < kMany; ++i) {
        QCOMPARE(client.line()["id"].get<int>(), i);
    }
}

void TestFeatureScripting::aLineThatIsTooLongEndsTheConnection() {
    ScriptClient client(socket());
    client.send(std::string(script::kMostLine + 100000, 'x'));
    const Json answer = client.line();
    QVERIFY(answer.is_null() || answer["error"]["code"].get<int>() == -32600);
    QVERIFY(client.ends());
    QTRY_COMPARE(m_scripting->server().scripts(), std::size_t(0));
    QVERIFY(ScriptClient(socket()).result("state").is_object());
}

void TestFeatureScripting::deepNestingIsRefused() {
    ScriptClient client(socket());
    QVERIFY(client.send(std::string(1000000, '[') + "\n"));
    QCOMPARE(client.line()["error"]["code"].get<int>(), -32700);
    std::string deep = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"state\",\"params\":";
    for (int i = 0; i < 40; ++i) {
        deep += "{\"a\":";
    }
    QVERIFY(client.send(deep + "1" + std::string(41, '}') + "\n"));
    QCOMPARE(client.line()["error"]["code"].get<int>(), -32700);
    // Brackets in a text are not nesting.
    QCOMPARE(client.errorCode("set_colour", {{"column", std::string(100, '[') + "\"\\"}}), -32602);
}

void TestFeatureScripting::halfClosedConnectionsAreAnswered() {
    ScriptClient client(socket());
    QVERIFY(client.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"points\"}\n"
                        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"state\"}\n"));
    client.endWriting();
    QCOMPARE(client.line()["id"].get<int>(), 1);
    QCOMPARE(client.line()["id"].get<int>(), 2);
    QVERIFY(client.ends());
    QTRY_COMPARE(m_scripting->server().scripts(), std::size_t(0));
}

void TestFeatureScripting::onlySoManyScripts() {
    std::vector<std::unique_ptr<ScriptClient>> clients;
    for (std::size_t i = 0; i < ScriptServer::kMostScripts; ++i) {
        clients.push_back(std::make_unique<ScriptClient>(socket()));
        QVERIFY(clients.back()->result("get_selection").is_object());
    }
    ScriptClient late(socket());
    QCOMPARE(late.line()["error"]["code"].get<int>(), -32000);
    QVERIFY(late.ends());
    clients.pop_back();
    QTRY_COMPARE(m_scripting->server().scripts(), ScriptServer::kMostScripts - 1);
    QVERIFY(ScriptClient(socket()).result("state").is_object());
}

void TestFeatureScripting::clientsThatGoAway() {
    for (int i = 0; i < 20; ++i) {
        ScriptClient client(socket());
        QVERIFY(client.connected());
        client.sendSome("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"screenshot\"}\n{\"jsonrpc\"");
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_scripting->server().scripts(), std::size_t(0), test::kHungMs);
    // One that goes while its request is worked on.
    m_model->hold();
    ScriptClient client(socket());
    QVERIFY(client.send(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"decode\",\"params\":{\"row\":1}}\n"));
    QTRY_VERIFY(m_model->decodesBegun() > 0);
    client.close();
    m_model->letBars(-1);
    QTRY_COMPARE_WITH_TIMEOUT(m_scripting->server().scripts(), std::size_t(0), test::kHungMs);
    QVERIFY(ScriptClient(socket()).result("state").is_object());
}

/// Valid requests, damaged at random, in pieces of random size over several connections: the window
/// answers a valid one afterwards.
void TestFeatureScripting::garbage() {
    Random random(18);
    const auto below = [&](std::size_t n) { return std::size_t(random.below(int(n))); };
    std::vector<std::string> seeds;
    for (const script::Method& method : script::windowMethods()) {
        if (method.name == "action") {
            continue; // what it calls is another test
        }
        Json parameters = Json::object();
        for (const script::Parameter& parameter : method.parameters) {
            parameters[parameter.name] = below(2) == 0 ? Json(below(300)) : Json("map");
        }
        seeds.push_back(Json{{"jsonrpc", "2.0"},
                             {"id", below(9)},
                             {"method", method.name},
                             {"params", parameters}}
                            .dump() +
                        "\n");
    }
    std::unique_ptr<ScriptClient> client;
    for (int round = 0; round < 600; ++round) {
        if (!client || below(10) == 0) {
            client = std::make_unique<ScriptClient>(socket());
        }
        std::string line = seeds[below(seeds.size())];
        for (std::size_t i = below(6); i > 0; --i) {
            const std::size_t at = below(line.size());
            switch (below(4)) {
            case 0:
                line[at] = char(below(256));
                break;
            case 1:
                line.erase(at, below(8));
                line += "\n";
                break;
            case 2:
                line.insert(at, line.substr(0, below(line.size())));
                break;
            default:
                line.insert(at, below(2) == 0 ? "[" : "{\"");
            }
        }
        for (std::string_view rest = line; !rest.empty();) {
            const std::size_t piece = std::min(rest.size(), 1 + below(80));
            client->sendSome(rest.substr(0, piece));
            rest.remove_prefix(piece);
            QCoreApplication::processEvents();
        }
    }
    client.reset();
    QTRY_COMPARE_WITH_TIMEOUT(m_scripting->server().scripts(), std::size_t(0), test::kHungMs);
    QVERIFY(ScriptClient(socket()).result("state").is_object());
}

QTEST_MAIN(TestFeatureScripting)
#include "tst_feature_scripting.moc"
