// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/script_protocol.h"

#include "core/base/json_text.h"
#include "core/base/version.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace canto::script {
namespace {

using Kind = Parameter::Kind;

/// Whether arrays and objects are nested deeper than kMostDepth; reads no more than it has to.
bool tooDeep(std::string_view line) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted) {
            i += c == '\\' ? 1 : 0;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > kMostDepth) {
                return true;
            }
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

const char* nameOf(Kind kind) {
    switch (kind) {
    case Kind::Text:
        return "text";
    case Kind::Number:
        return "number";
    case Kind::Whole:
        return "whole number";
    case Kind::Flag:
        return "true or false";
    case Kind::Texts:
        return "list of texts";
    case Kind::Numbers:
        return "list of numbers";
    case Kind::Rows:
        break;
    }
    return "list of whole numbers";
}

bool isWhole(const Json& value) {
    return value.is_number_integer() &&
           (value.is_number_unsigned() ? value.get<std::uint64_t>() <= INT64_MAX
                                       : value.get<std::int64_t>() >= 0);
}

bool isNumber(const Json& value) {
    return value.is_number() && std::isfinite(value.get<float>()); // latents are floats
}

bool fits(const Json& value, Kind kind) {
    const auto each = [&](auto test) {
        return value.is_array() && std::all_of(value.begin(), value.end(), test);
    };
    switch (kind) {
    case Kind::Text:
        return value.is_string();
    case Kind::Number:
        return isNumber(value);
    case Kind::Whole:
        return isWhole(value);
    case Kind::Flag:
        return value.is_boolean();
    case Kind::Texts:
        return each([](const Json& one) { return one.is_string(); });
    case Kind::Numbers:
        return each(isNumber);
    case Kind::Rows:
        break;
    }
    return each(isWhole);
}

Json errorOf(Code code, const std::string& text, Json data = nullptr) {
    Json error{{"code", int(code)}, {"message", text}};
    if (!data.is_null()) {
        error["data"] = std::move(data);
    }
    return error;
}

Json errorOf(const Error& error) {
    const bool parameters =
        error.code == Error::Code::BadInput || error.code == Error::Code::BadShape;
    return errorOf(parameters ? Code::BadParameters : Code::Failed, error.message(),
                   {{"what", error.what}, {"where", error.where}, {"hint", error.hint}});
}

std::string answerLine(const Json& id, const char* key, Json value) {
    return jsonText(Json{{"jsonrpc", "2.0"}, {"id", id}, {key, std::move(value)}});
}

/// Parameters by name; a list is taken in the order of the declaration.
Result<Json> named(const Method& method, const Json& request) {
    const auto given = request.find("params");
    if (given == request.end() || given->is_null()) {
        return Json::object();
    }
    if (given->is_object()) {
        return *given;
    }
    if (!given->is_array()) {
        return fail(Error::Code::BadInput, "\"params\" is neither an object nor a list");
    }
    if (given->size() > method.parameters.size()) {
        return fail(Error::Code::BadInput, "There are more parameters than " + method.name +
                                               " has (" + std::to_string(method.parameters.size()) +
                                               ")");
    }
    Json all = Json::object();
    for (std::size_t i = 0; i < given->size(); ++i) {
        all[method.parameters[i].name] = (*given)[i];
    }
    return all;
}

Result<Json> checked(const Method& method, const Json& request) {
    CANTO_TRY(parameters, named(method, request));
    for (auto given = parameters->begin(); given != parameters->end();) {
        const auto known =
            std::find_if(method.parameters.begin(), method.parameters.end(),
                         [&](const Parameter& parameter) { return parameter.name == given.key(); });
        if (known == method.parameters.end()) {
            return fail(Error::Code::BadInput,
                        method.name + " has no parameter \"" + given.key() + "\"", {},
                        "\"help\" lists the parameters");
        }
        if (given->is_null()) {
            given = parameters->erase(given); // as if it were not there
            continue;
        }
        if (!fits(*given, known->kind)) {
            return fail(Error::Code::BadInput, "\"" + known->name + "\" of " + method.name +
                                                   " has to be a " + nameOf(known->kind));
        }
        ++given;
    }
    for (const Parameter& parameter : method.parameters) {
        if (parameter.required && !parameters->contains(parameter.name)) {
            return fail(Error::Code::BadInput,
                        method.name + " needs the parameter \"" + parameter.name + "\"");
        }
    }
    return parameters;
}

} // namespace

Dispatcher::Dispatcher(std::vector<Method> methods) : m_methods(std::move(methods)) {
    m_handlers["help"] = [this](const Json&, const Reply& reply) { reply(help()); };
}

void Dispatcher::handle(const std::string& name, Handler handler) {
    m_handlers[name] = std::move(handler);
}

std::vector<std::string> Dispatcher::unhandled() const {
    std::vector<std::string> names;
    for (const Method& method : m_methods) {
        if (m_handlers.count(method.name) == 0) {
            names.push_back(method.name);
        }
    }
    return names;
}

Json Dispatcher::help() const {
    Json methods = Json::array();
    for (const Method& method : m_methods) {
        Json parameters = Json::array();
        for (const Parameter& parameter : method.parameters) {
            parameters.push_back({{"name", parameter.name},
                                  {"kind", nameOf(parameter.kind)},
                                  {"required", parameter.required},
                                  {"meaning", parameter.meaning}});
        }
        methods.push_back({{"name", method.name},
                           {"meaning", method.meaning},
                           {"parameters", std::move(parameters)},
                           {"result", method.result}});
    }
    return {
        {"program", "Cantograph"}, {"version", versionNumber()}, {"methods", std::move(methods)}};
}

std::string Dispatcher::errorLine(Code code, const std::string& text) {
    return answerLine(nullptr, "error", errorOf(code, text));
}

void Dispatcher::run(std::string_view line, const std::function<void(std::string)>& answer) const {
    if (tooDeep(line)) {
        answer(errorLine(Code::NotJson,
                         "Lists and objects are nested deeper than " + std::to_string(kMostDepth)));
        return;
    }
    const Json request = Json::parse(line, nullptr, false);
    if (request.is_discarded()) {
        answer(errorLine(Code::NotJson, "The line is not JSON in UTF-8"));
        return;
    }
    if (!request.is_object()) {
        answer(errorLine(Code::NotARequest, request.is_array()
                                                ? "Requests come one a line, not as a list"
                                                : "A request is a JSON object"));
        return;
    }
    const bool wantsAnswer = request.contains("id");
    const Json id = wantsAnswer ? request["id"] : Json();
    const auto reply = [answer, wantsAnswer, id](const char* key, Json value) {
        answer(wantsAnswer ? answerLine(id, key, std::move(value)) : std::string());
    };
    if (!id.is_null() && !id.is_string() && !id.is_number()) {
        answer(errorLine(Code::NotARequest, "\"id\" is neither a text nor a number"));
        return;
    }
    if (!request.contains("jsonrpc") || request["jsonrpc"] != "2.0" ||
        !request.contains("method") || !request["method"].is_string()) {
        reply("error", errorOf(Code::NotARequest, "A request has \"jsonrpc\": \"2.0\" and a "
                                                  "\"method\", which is a text"));
        return;
    }
    const auto& name = request["method"].get_ref<const std::string&>();
    const auto method = std::find_if(m_methods.begin(), m_methods.end(),
                                     [&](const Method& known) { return known.name == name; });
    const auto handler = m_handlers.find(name);
    if (method == m_methods.end() || handler == m_handlers.end()) {
        reply("error", errorOf(Code::NoSuchMethod, "There is no method \"" + name +
                                                       "\". \"help\" lists those that there are"));
        return;
    }
    const auto parameters = checked(*method, request);
    if (!parameters) {
        reply("error", errorOf(parameters.error()));
        return;
    }
    // A reply is given once, whatever happens: only the first counts.
    const auto finish = [reply, open = std::make_shared<bool>(true)](Result<Json> result) {
        if (std::exchange(*open, false)) {
            if (result) {
                reply("result", std::move(*result));
            } else {
                reply("error", errorOf(result.error()));
            }
        }
    };
    try {
        handler->second(*parameters, finish);
    } catch (const std::exception& error) {
        reply("error", errorOf(Code::Internal, std::string("Internal error: ") + error.what()));
    }
}

std::string methodsPage(const std::vector<Method>& methods) {
    std::string page;
    for (const Method& method : methods) {
        page += "  " + method.name + "\n      " + method.meaning + "\n";
        for (const Parameter& parameter : method.parameters) {
            page += "      " + parameter.name + " (" + nameOf(parameter.kind) +
                    (parameter.required ? ", required" : "") + "): " + parameter.meaning + "\n";
        }
        page += "      gives " + method.result + "\n";
    }
    return page;
}

std::optional<std::string> LineBuffer::next() {
    const std::size_t end = m_bytes.find('\n', m_searched);
    if (end == std::string::npos) {
        m_searched = m_bytes.size();
        if (m_begin > 0) { // what was read goes
            m_bytes.erase(0, m_begin);
            m_searched -= m_begin;
            m_begin = 0;
        }
        return std::nullopt;
    }
    std::string line = m_bytes.substr(m_begin, end - m_begin);
    m_begin = m_searched = end + 1;
    return line;
}

} // namespace canto::script
