// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Helpers of the tests: results that print their error, temporary folders, optional real data.

#include "core/base/result.h"

#include <QTest>
#include <cstdlib>
#include <filesystem>
#include <string>

/// Fails the test with the error's text if a Result holds an error. The expression is evaluated
/// once.
#define QVERIFY_RESULT(result)                                                                     \
    do {                                                                                           \
        const auto& cantoResult = (result);                                                        \
        QVERIFY2(cantoResult.has_value(),                                                          \
                 cantoResult ? "" : cantoResult.error().message().c_str());                        \
    } while (false)

// QTest waits five seconds and then fails, but a busy machine may need longer; a test must not
// depend on the clock. Waiting ends as soon as the condition holds, as always.
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#undef QTRY_COMPARE
#define QTRY_VERIFY(expression) QTRY_VERIFY_WITH_TIMEOUT((expression), canto::test::kHungMs)
#define QTRY_VERIFY2(expression, message)                                                          \
    QTRY_VERIFY2_WITH_TIMEOUT((expression), (message), canto::test::kHungMs)
#define QTRY_COMPARE(expression, expected)                                                         \
    QTRY_COMPARE_WITH_TIMEOUT((expression), expected, canto::test::kHungMs)

namespace canto::test {

/// Milliseconds that no operation takes on the busiest machine: reached only by a test that hangs.
constexpr int kHungMs = 120'000;

/// Folder of the optional real music, from the environment: CANTO_TEST_DATA. Without it, tests that
/// need it are skipped with a message.
inline std::filesystem::path realData() {
    const char* folder = std::getenv("CANTO_TEST_DATA");
    return folder ? std::filesystem::path(folder) : std::filesystem::path();
}

} // namespace canto::test
