// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as labels.csv.

#include "core/atlas/label_csv.h"
#include "tests/fuzz/target.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto table = canto::atlas::parseLabels(
        std::string_view(reinterpret_cast<const char*>(bytes), size), "input");
    if (!table) {
        if (table.error().where.rfind("input", 0) != 0) {
            std::abort();
        }
        return 0;
    }
    for (const canto::atlas::LabelRow& row : table->rows) {
        if (row.path.empty()) {
            std::abort();
        }
    }
    return 0;
}

std::vector<std::string> fuzzSeeds() {
    return {"file,genre,artist\na.mid,jazz,\"A, B\"\nb.mid,,\"said \"\"so\"\"\"\n",
            "\xEF\xBB\xBFpath;title;split\r\nx/y.mid;\"two\r\nlines\";test\r\n"};
}
