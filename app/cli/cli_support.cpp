// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli_support.h"

#include "app/program/program_version.h"
#include "app/program/standard_output.h"

#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace canto::cli {

int runCommands(int argc, char** argv, const std::function<void(CLI::App&, Action&)>& add) {
    CLI::App app{"Cantograph on the command line: music into latents, latents into music.\n"
                 "JSON on stdout, progress on stderr. Exit codes: 0 good, 1 failed, 2 bad usage or "
                 "input.",
                 "canto"};
    app.require_subcommand(1);
    app.set_version_flag("--version", [] {
        return "canto " + canto::programVersion() + "\n" + canto::libraryVersions();
    });
    Action action;
    add(app, action);
    int code = kBadUsage;
    try {
        app.parse(argc, argv);
        if (action) {
            code = action();
        }
    } catch (const CLI::ParseError& error) { // also --help and --version
        code = app.exit(error) == 0 ? kGood : kBadUsage;
    }
    if (!canto::flushStandardOutput("canto") && code == kGood) {
        code = kFailed;
    }
    return code;
}

int report(const Error& error) {
    std::fprintf(stderr, "canto: %s\n", error.message().c_str());
    switch (error.code) {
    case Error::Code::BadFile:
    case Error::Code::Truncated:
    case Error::Code::TooLarge:
    case Error::Code::BadInput:
    case Error::Code::BadShape:
    case Error::Code::NotFound:
        return kBadUsage;
    default:
        return kFailed;
    }
}

int print(const nlohmann::json& document, int code) {
    printJson(document);
    return code;
}

Result<NamedValues> namedValues(const char* option, const char* form,
                                const std::vector<std::string>& arguments) {
    NamedValues named;
    for (const auto& argument : arguments) {
        const auto equals = argument.find('=');
        if (equals == std::string::npos || equals == 0) {
            return fail(Error::Code::BadInput,
                        std::string(option) + " wants " + form + ", not \"" + argument + "\"");
        }
        named.emplace_back(argument.substr(0, equals), argument.substr(equals + 1));
    }
    return named;
}

void printWarnings(const std::vector<std::string>& warnings) {
    for (const auto& warning : warnings) {
        std::fprintf(stderr, "canto: %s\n", warning.c_str());
    }
}

namespace {
const CancelToken* g_token = nullptr;

void onInterrupt(int signal) {
    if (g_token == nullptr || g_token->cancelled()) {
        _exit(128 + signal);
    }
    g_token->cancel();
}
} // namespace

CancelToken interruptToken() {
    static const CancelToken token;
    g_token = &token;
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
    return token;
}

ProgressLine::ProgressLine(std::string what)
    : m_what(std::move(what)), m_terminal(isatty(STDERR_FILENO) != 0), m_start(Clock::now()),
      m_shown(m_start - std::chrono::hours(1)) {}

ProgressLine::~ProgressLine() {
    if (m_open && m_terminal) {
        std::fputc('\n', stderr);
    }
}

void ProgressLine::update(std::size_t done, std::size_t total, const std::string& note) {
    const auto now = Clock::now();
    const auto pause = m_terminal ? std::chrono::milliseconds(200) : std::chrono::seconds(10);
    if (now - m_shown < pause && (total == 0 || done < total)) {
        return;
    }
    m_shown = now;
    m_open = true;
    const double elapsed = std::chrono::duration<double>(now - m_start).count();
    std::fprintf(stderr, "%s%s: %zu", m_terminal ? "\r\033[K" : "", m_what.c_str(), done);
    if (total > 0) {
        std::fprintf(stderr, "/%zu", total);
        if (done > 0 && elapsed > 1) {
            const double left = elapsed / static_cast<double>(done) *
                                static_cast<double>(total - std::min(done, total));
            std::fprintf(stderr, ", %.0f s left", left);
        }
    }
    std::fprintf(stderr, "%s%s%s", note.empty() ? "" : ", ", note.c_str(), m_terminal ? "" : "\n");
    std::fflush(stderr);
}

} // namespace canto::cli
