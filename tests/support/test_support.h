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

namespace canto::test {

/// Folder of the optional real music, from the environment: CANTO_TEST_DATA. Tests that need it
/// skip aloud without it.
inline std::filesystem::path realData() {
    const char* folder = std::getenv("CANTO_TEST_DATA");
    return folder ? std::filesystem::path(folder) : std::filesystem::path();
}

} // namespace canto::test
