// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as an array or a table of latents: .npy, .npz, .csv.

#include "core/latents/npy.h"
#include "core/latents/npz_file.h"
#include "core/latents/text_table.h"
#include "tests/fuzz/target.h"
#include "tests/support/npy_bytes.h"

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <unistd.h>

using namespace canto;
using namespace canto::latents;

namespace {

template <class T>
bool named(const Result<T>& result) {
    return result.has_value() || !result.error().what.empty();
}

void readArray(std::string_view bytes) {
    const auto array = npyArray(bytes, "input");
    const auto numbers = npyNumbers(bytes, "input");
    if (!named(array) || !named(numbers)) {
        std::abort();
    }
    if (array && (!named(pointsOf(*array, "input")) || !named(textsOf(*array, "input")))) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    readArray(text);
    const auto archive =
        ZipArchive::parse(text, "input", {.archive = 1 << 20, .unpacked = 1 << 22, .entries = 64});
    if (!named(archive)) {
        std::abort();
    }
    for (const auto& [name, entry] :
         archive ? archive->entries() : std::map<std::string, std::string>()) {
        readArray(entry);
    }
    const auto table = parseTextTable(text, "input", {});
    if (!named(table)) {
        std::abort();
    }
    for (const auto& column : table ? table->columns : std::vector<TextColumn>()) {
        if (column.numeric && column.numbers.size() != table->rows) {
            std::abort();
        }
    }
    return 0;
}

std::vector<std::string> fuzzSeeds() {
    std::vector<std::string> seeds{
        test::npyBytes("<f4", "(3, 2)", test::rawBytes(std::vector<float>{1, 2, 3, 4, 5, 6})),
        test::npyBytes("<f8", "(2, 2)", test::rawBytes(std::vector<double>{1, 2, 3, 4}), true),
        test::npyBytes("<i8", "(4,)", test::rawBytes(std::vector<std::int64_t>{1, -2, 3, 4}), false,
                       2),
        test::npyBytes("|S3", "(2,)", "abcde\0"),
        "x,y,label\n1,2,\"a, b\"\n3,,\"c \"\"d\"\"\n\"\n",
        "sep=;\nz0;z1;genre\n0,5;1,5;jazz\n1e9;-2;pop\n"};
    const auto path =
        std::filesystem::temp_directory_path() / ("fuzz-" + std::to_string(getpid()) + ".npz");
    ZipWriter writer(path);
    const std::string_view part = seeds.front();
    if (writer.add("latents.npy", std::span(&part, 1)) && writer.commit()) {
        std::ifstream in(path, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    std::filesystem::remove(path);
    return seeds;
}
