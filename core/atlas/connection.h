// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Shared by the source files of the atlas; not for other code.

#include "core/atlas/atlas.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <functional>
#include <type_traits>
#include <utility>

namespace canto::atlas {

struct Atlas::Connection {
    std::filesystem::path path;
    SQLite::Database database;
};

/// Translates SQLite's error into an Error.
Error errorOf(const SQLite::Exception& exception, const std::filesystem::path& path);

/// Adds the backup, if there is one, to the hint.
Error withBackup(Error error, const std::filesystem::path& path);

/// The only place where SQLiteCpp's exceptions are caught. The function returns a Result.
template <class F>
auto sqlEdge(const std::filesystem::path& path, F&& work) -> decltype(work()) {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        return fail(errorOf(exception, path));
    } catch (const std::bad_alloc&) {
        return fail(Error::Code::NoMemory, "Not enough memory for the atlas", path.string());
    }
}

} // namespace canto::atlas
