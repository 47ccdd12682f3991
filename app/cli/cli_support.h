// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto::cli {

/// Exit codes of canto.
inline constexpr int kGood = 0;
inline constexpr int kFailed = 1;   ///< the operation failed
inline constexpr int kBadUsage = 2; ///< wrong options, or invalid input

/// What main runs after parsing the command line; a command sets it in its callback.
using Action = std::function<int()>;

/// Prints the error to stderr and returns its exit code.
int report(const Error& error);

/// Prints the command's result to stdout, one JSON document.
void print(const nlohmann::json& document);

/// Prints warnings of a command that succeeded: one line each on stderr.
void printWarnings(const std::vector<std::string>& warnings);

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

} // namespace canto::cli
