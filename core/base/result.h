// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace canto {

/// An error for the user: what happened, where, and what to do.
struct Error {
    enum class Code {
        BadFile,   ///< not the expected kind of file, or damaged beyond reading
        Truncated, ///< ends too early
        TooLarge,  ///< beyond a documented limit
        BadInput,  ///< an argument, option or label that is not valid
        BadShape,  ///< a latent or tensor of the wrong size
        NotFound,  ///< no such file, song, model, device
        Io,        ///< the operating system refused: disk full, no permission
        NoMemory,
        Cancelled, ///< the user or caller cancelled; nothing is wrong
        Model,     ///< LibTorch or a model refused
        Device,    ///< no audio or MIDI device, or it went away
    };
    Code code = Code::BadInput;
    std::string what;  ///< one sentence without a full stop
    std::string where; ///< file, byte offset, track, row; may be empty
    std::string hint;  ///< what to do; may be empty

    /// "what (where). hint" - the text that is shown.
    std::string message() const {
        std::string text = what;
        if (!where.empty()) {
            text += " (" + where + ")";
        }
        if (!hint.empty()) {
            text += ". " + hint;
        }
        return text;
    }
};

/// A value, or the Error that prevented it.
template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Error::Code code, std::string what, std::string where = {},
                                  std::string hint = {}) {
    return tl::unexpected<Error>(Error{code, std::move(what), std::move(where), std::move(hint)});
}

/// Passes an error on unchanged.
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

} // namespace canto

/// CANTO_TRY(file, open(path)); declares `file`, the Result of open(path), and returns its error
/// from the function when it has one: from here on *file is its value.
#define CANTO_TRY(name, ...)                                                                       \
    auto name = __VA_ARGS__;                                                                       \
    if (!name) {                                                                                   \
        return ::canto::fail(std::move(name).error());                                             \
    }                                                                                              \
    static_assert(true)

/// The same for a result whose value nobody needs.
#define CANTO_CHECK(...)                                                                           \
    if (auto cantoChecked = __VA_ARGS__; !cantoChecked) {                                          \
        return ::canto::fail(std::move(cantoChecked).error());                                     \
    }                                                                                              \
    static_assert(true)
