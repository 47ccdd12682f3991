// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Helpers of the tests: results that tell their error, temporary folders, optional real data.

#include "core/base/result.h"

#include <QTest>
#include <cstdlib>
#include <filesystem>
#include <string>

/// Fails the test with the error's text when a Result holds none. The expression is evaluated once.
#define QVERIFY_RESULT(result)                                                                     \
    do {                                                                                           \
        const auto& cantoResult = (result);                                                        \
        QVERIFY2(cantoResult.has_value(),                                                          \
                 cantoResult ? "" : cantoResult.error().message().c_str());                        \
    } while (false)

// QTest waits five seconds and then fails. A busy machine may need longer for anything; what passes
// must not hang on the clock. Waiting ends as soon as the condition holds, as always.
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#undef QTRY_COMPARE
#define QTRY_VERIFY(expression) QTRY_VERIFY_WITH_TIMEOUT((expression), canto::test::kHungMs)
#define QTRY_VERIFY2(expression, message)                                                          \
    QTRY_VERIFY2_WITH_TIMEOUT((expression), (message), canto::test::kHungMs)
#define QTRY_COMPARE(expression, expected)                                                         \
    QTRY_COMPARE_WITH_TIMEOUT((expression), expected, canto::test::kHungMs)

namespace canto::test {

/// Milliseconds that nothing takes, however busy the machine: only a test that hangs meets them.
constexpr int kHungMs = 120'000;

/// Folder of the optional real music, from the environment: CANTO_TEST_DATA. Tests that need it
/// skip aloud without it.
inline std::filesystem::path realData() {
    const char* folder = std::getenv("CANTO_TEST_DATA");
    return folder ? std::filesystem::path(folder) : std::filesystem::path();
}

} // namespace canto::test
