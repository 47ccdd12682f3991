// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

namespace canto {

/// Writes a JSON document and a newline to stdout. Only flushStandardOutput() shows whether they
/// arrived.
void printJson(const nlohmann::json& document);

/// Flushes stdout and std::cout. Returns false, with a message on stderr, if anything written to
/// them since the start of the program was lost (full disk, closed pipe): the program has then not
/// delivered its result and must not exit with 0. Call it once, before main returns or std::_Exit
/// is called, since neither reports this.
/// @param program  the name that begins the message.
bool flushStandardOutput(const char* program);

} // namespace canto
