// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <c10/util/Exception.h>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace canto::models {

namespace detail {
template <class T>
struct Wrapped {
    using Type = Result<T>;
};
template <class T>
struct Wrapped<Result<T>> {
    using Type = Result<T>;
};
/// "There is not enough memory", with the requested size if LibTorch's message has it ("... you
/// tried to allocate 123456 bytes ...").
std::string notEnoughMemory(std::string_view torchSays);
} // namespace detail

/// Runs f and turns LibTorch's exceptions into an Error: they end here. f returns a value or a
/// Result; a Result passes unchanged.
template <class F>
auto torchEdge(F&& f) -> typename detail::Wrapped<decltype(f())>::Type {
    try {
        if constexpr (std::is_void_v<decltype(f())>) {
            f();
            return {};
        } else {
            return f();
        }
    } catch (const c10::OutOfMemoryError& e) {
        return fail(Error::Code::NoMemory, e.what_without_backtrace());
    } catch (const c10::Error& e) {
        // The CPU's allocator has no exception of its own.
        if (std::string_view(e.what_without_backtrace()).find("DefaultCPUAllocator") !=
            std::string_view::npos) {
            return fail(Error::Code::NoMemory, detail::notEnoughMemory(e.what_without_backtrace()));
        }
        return fail(Error::Code::Model, e.what_without_backtrace());
    } catch (const std::bad_alloc&) {
        return fail(Error::Code::NoMemory, "There is not enough memory");
    } catch (const std::exception& e) {
        return fail(Error::Code::Model, e.what());
    }
}

} // namespace canto::models
