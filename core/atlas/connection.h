// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the parts of the atlas share; not for others.

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

/// Says in our words what SQLite refused.
Error errorOf(const SQLite::Exception& exception, const std::filesystem::path& path);

/// Names the backup in the hint where there is one.
Error withBackup(Error error, const std::filesystem::path& path);

/// The one place where SQLiteCpp's exceptions end. The function gives a Result.
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
