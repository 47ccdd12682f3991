// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdarg>
#include <cstdio>
#include <string>

namespace canto {

/// Appends what printf would write, and a line break: for reports and tables. A line longer than
/// 1,023 bytes is cut.
inline void appendLine(std::string& text, const char* format, ...)
    __attribute__((format(printf, 2, 3)));
inline void appendLine(std::string& text, const char* format, ...) {
    char buffer[1024];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    text += buffer;
    text += '\n';
}

} // namespace canto
