// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/library/script_protocol.h"

namespace canto::cli {

namespace {

struct ServeArgs {};

Result<int> serve(const ServeArgs&) {
    std::string answer;
    script::Dispatcher(script::windowMethods())
        .run(R"({"jsonrpc":"2.0","id":1,"method":"help"})",
             [&](const std::string& line) { answer = line; });
    return print(nlohmann::json::parse(answer)["result"]);
}

} // namespace

void addServeCommand(CLI::App& app, Action& action) {
    Command<ServeArgs> command(app, action, "serve",
                               "Print how scripts command the window: the methods, as JSON", serve);
    command->footer(
        "canto itself does not serve: the window does, once it is allowed in Settings > Allow "
        "scripts, or with cantograph --serve. It listens on a local socket, "
        "$XDG_RUNTIME_DIR/cantograph/cantograph.sock, or that of cantograph --socket PATH. Only "
        "programs of the same user can connect (mode 0600, and the user of each connection is "
        "checked).\n\n"
        "Protocol: JSON-RPC 2.0, UTF-8, one JSON object a line, no batches. A line has at most 16 "
        "MiB and 32 lists or objects in each other; 8 scripts at once. Requests of a connection "
        "are answered in order. Rows count from 0, bars from 1, positions are map units. The "
        "Python module in packaging/python speaks it.\n\n"
        "Methods:\n" +
        script::methodsPage(script::windowMethods()) +
        "\nExample:\n"
        "  echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"decode\",\"params\":{\"row\":3}}' | "
        "socat - UNIX-CONNECT:$XDG_RUNTIME_DIR/cantograph/cantograph.sock\n");
}

} // namespace canto::cli
