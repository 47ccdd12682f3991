// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace canto::cli {

/// Exit codes of canto.
inline constexpr int kGood = 0;
inline constexpr int kFailed = 1;   ///< the operation failed
inline constexpr int kBadUsage = 2; ///< wrong options, or invalid input

/// What main runs after parsing the command line; a command sets it in its callback.
using Action = std::function<int()>;

/// The whole of a main function: parses the command line with the commands that `add` adds, and
/// runs the one that was given. @return the exit code of the process
int runCommands(int argc, char** argv, const std::function<void(CLI::App&, Action&)>& add);

/// Prints the error to stderr and returns its exit code.
int report(const Error& error);

/// Prints the command's result to stdout, one JSON document. @return the exit code.
int print(const nlohmann::json& document, int code = kGood);

/// Prints warnings of a command that succeeded: one line each on stderr.
void printWarnings(const std::vector<std::string>& warnings);

using NamedValues = std::vector<std::pair<std::string, std::string>>;
/// The two sides of each "NAME=VALUE", the arguments of an option. BadInput, saying the form, if
/// one has no name.
Result<NamedValues> namedValues(const char* option, const char* form,
                                const std::vector<std::string>& arguments);

/// A command that is being declared. Its options fill an Args, which its function gets.
template <class Args>
class Command {
  public:
    /// @param run  returns the exit code, or an error, which is reported.
    Command(CLI::App& app, Action& action, const std::string& name, const std::string& description,
            std::function<Result<int>(const Args&)> run)
        : m_app(app.add_subcommand(name, description)) {
        m_app->callback([state = m_state, run = std::move(run), &action] {
            if (state->check) {
                state->check();
            }
            action = [state, run] {
                const auto code = run(state->args);
                return code ? *code : report(code.error());
            };
        });
    }

    /// Lives as long as the parser.
    Args& args() { return m_state->args; }
    CLI::App* operator->() { return m_app; }
    CLI::App* app() { return m_app; }
    /// Called when the command was given; may throw a CLI::ParseError.
    void check(std::function<void()> check) { m_state->check = std::move(check); }

    template <class Value, class... Checks>
    CLI::Option* option(const std::string& name, Value& value, const std::string& description,
                        const Checks&... checks) {
        auto* option = m_app->add_option(name, value, description);
        (option->check(checks), ...);
        return option;
    }
    /// An option whose help shows the default.
    template <class Value, class... Checks>
    CLI::Option* shown(const std::string& name, Value& value, const std::string& description = "",
                       const Checks&... checks) {
        return option(name, value, description, checks...)->capture_default_str();
    }
    template <class Value, class... Checks>
    CLI::Option* required(const std::string& name, Value& value, const std::string& description,
                          const Checks&... checks) {
        return option(name, value, description, checks...)->required();
    }
    CLI::Option* flag(const std::string& name, bool& value, const std::string& description) {
        return m_app->add_flag(name, value, description);
    }

  private:
    struct State {
        Args args;
        std::function<void()> check;
    };
    std::shared_ptr<State> m_state = std::make_shared<State>();
    CLI::App* m_app;
};

/// Cancelled by the first Ctrl-C (a second one ends the program at once).
CancelToken interruptToken();

/// A progress line with the time left on stderr: rewritten in place on a terminal, otherwise a line
/// every ten seconds.
class ProgressLine {
  public:
    explicit ProgressLine(std::string what);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void update(std::size_t done, std::size_t total, const std::string& note = {});
    /// For functions that take a Progress.
    Progress callback() {
        return [this](std::size_t done, std::size_t total) { update(done, total); };
    }

  private:
    using Clock = std::chrono::steady_clock;
    std::string m_what;
    bool m_terminal;
    Clock::time_point m_start;
    Clock::time_point m_shown;
    bool m_open = false;
};

/// The result of `work`, which shows its Progress on a line while it lasts.
template <class Work>
auto withProgress(const std::string& what, const Work& work) {
    ProgressLine line(what);
    return work(line.callback());
}

} // namespace canto::cli
