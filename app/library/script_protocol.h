// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What scripts and the program say to each other: JSON-RPC 2.0, one JSON object a line, UTF-8.
// Thread: one at a time for each object.

namespace canto::script {

using Json = nlohmann::json;

inline constexpr std::size_t kMostLine = std::size_t(16) << 20; ///< bytes of one request
inline constexpr int kMostDepth = 32;                           ///< arrays and objects in another

/// Codes of errors, as in the specification of JSON-RPC 2.0.
enum class Code {
    NotJson = -32700,
    NotARequest = -32600,
    NoSuchMethod = -32601,
    BadParameters = -32602,
    Internal = -32603,
    Failed = -32000, ///< the request was valid, but could not be carried out
};

struct Parameter {
    enum class Kind { Text, Number, Whole, Flag, Texts, Numbers, Rows };
    std::string name;
    Kind kind = Kind::Text;
    bool required = false;
    std::string meaning;
};

/// A method: what a script can ask for.
struct Method {
    std::string name;
    std::string meaning;
    std::vector<Parameter> parameters;
    std::string result;
};

/// The methods of the window, in the order in which they are listed.
const std::vector<Method>& windowMethods();
/// The same as a page of text.
std::string methodsPage(const std::vector<Method>& methods);

/// Where the answer of a request goes, once: now or later.
using Reply = std::function<void(Result<Json>)>;

/// Finds what a request asks for, checks its parameters by the list of methods, and writes the
/// answer. "help" is answered here.
class Dispatcher {
  public:
    /// Parameters of the kinds that the method declares, those that are required among them.
    using Handler = std::function<void(const Json& parameters, Reply reply)>;

    explicit Dispatcher(std::vector<Method> methods);

    /// @param name  of one of the methods.
    void handle(const std::string& name, Handler handler);
    /// Methods that nobody handles; for tests.
    std::vector<std::string> unhandled() const;

    /// Carries out one line. @param answer  gets the line to send, without its end; an empty one
    /// for a notification (a request without "id"), which is carried out and not answered.
    void run(std::string_view line, const std::function<void(std::string)>& answer) const;

    /// An answer that belongs to no request.
    static std::string errorLine(Code code, const std::string& text);

  private:
    Json help() const;

    std::vector<Method> m_methods;
    std::map<std::string, Handler> m_handlers;
};

/// Bytes that arrive in pieces, as lines.
class LineBuffer {
  public:
    void add(std::string_view bytes) { m_bytes.append(bytes); }
    /// The next whole line, without its end; empty: none has arrived.
    std::optional<std::string> next();
    std::size_t size() const { return m_bytes.size() - m_begin; }
    /// Whether a line began that is longer than kMostLine.
    bool tooLong() const { return m_searched - m_begin > kMostLine; }

  private:
    std::string m_bytes;
    std::size_t m_begin = 0;    ///< of the next line
    std::size_t m_searched = 0; ///< there is no end of a line from m_begin to here
};

} // namespace canto::script
