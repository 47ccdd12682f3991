// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

namespace canto {

/// Writes a JSON document and a newline to stdout. Whether they arrived is known only after
/// flushStandardOutput().
void printJson(const nlohmann::json& document);

/// Flushes stdout and std::cout. False, with a message on stderr, when anything that was written
/// to them since the start of the program was lost (full disk, closed pipe): the program has then
/// not delivered what was asked for and must not exit with 0. To be called once, before main
/// returns or std::_Exit is called, since neither reports this.
/// @param program  the name that begins the message.
bool flushStandardOutput(const char* program);

} // namespace canto
