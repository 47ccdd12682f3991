// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checksum.h"
#include "core/base/random.h"
#include "core/tensors/safetensors.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

using namespace canto;
using namespace canto::tensors;
using Code = Error::Code;

namespace {
std::span<const std::byte> bytesOfText(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

template <class T>
std::span<const std::byte> bytesOfNumbers(const std::vector<T>& numbers) {
    return std::as_bytes(std::span(numbers));
}

/// A file by hand: header length (or a lie about it), header, payload.
std::string file(const std::string& header, std::size_t payload = 0,
                 std::optional<std::uint64_t> length = std::nullopt) {
    const std::uint64_t stated = length.value_or(header.size());
    std::string bytes(reinterpret_cast<const char*>(&stated), 8);
    return bytes + header + std::string(payload, '\1');
}

/// The header of one F32 tensor "w".
std::string tensor(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return R"({"w":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" +
           offsets + "}}";
}

Result<SafeTensors> parse(const std::string& bytes, const OpenOptions& options = {}) {
    return SafeTensors::parse(bytesOfText(bytes), "made.safetensors", options);
}

std::string readAll(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
} // namespace

class TestSafeTensors : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::filesystem::path path(const char* name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    /// Weights as a small model has them: 40 tensors, about 40 kB.
    std::filesystem::path writeWeights(const char* name) {
        std::vector<std::vector<float>> numbers;
        std::vector<TensorView> tensors;
        Random random(7);
        for (int i = 0; i < 40; ++i) {
            numbers.emplace_back(256);
            for (float& number : numbers.back()) {
                number = static_cast<float>(random.normal());
            }
        }
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            tensors.push_back({"layer." + std::to_string(i) + ".weight",
                               Dtype::F32,
                               {16, 16},
                               bytesOfNumbers(numbers[i])});
        }
        const auto ok = writeSafeTensors(path(name), tensors, {{"architecture", "test"}});
        return ok ? path(name) : std::filesystem::path();
    }

  private Q_SLOTS:
    void checksumAgreesWithTheReference();
    void whatIsWrittenIsRead();
    void numbersAreAlignedWhateverTheOrder();
    void filesOfOthersOpenWithoutChecksum();
    void wrongFilesAreRefused_data();
    void wrongFilesAreRefused();
    void wrongNumbersInWeightsAreRefused();
    void missingAndSurplusTensorsAreNamed();
    void everyBitFlipIsNoticed();
    void everyTruncationIsRefused();
    void writerRefusesWhatItCouldNotRead();
    void halvesRoundAsTheStandardSays();
};

// Values from libxxhash 0.8.1 (seed 0): lengths below 4, 8, 32 bytes and several stripes.
void TestSafeTensors::checksumAgreesWithTheReference() {
    QCOMPARE(checksum({}), 0xEF46DB3751D8E999ull);
    QCOMPARE(checksum(bytesOfText("abc")), 0x44BC2CF5AD770999ull);
    const std::string long1 = "Nobody inspects the spammish repetition";
    QCOMPARE(checksum(bytesOfText(long1)), 0xFBCEA83C8A378BF1ull);
    for (std::size_t cut = 0; cut <= long1.size(); ++cut) {
        Checksum sum;
        sum.update(bytesOfText(long1.substr(0, cut)));
        sum.update(bytesOfText(long1.substr(cut)));
        QCOMPARE(sum.hex(), std::string("fbcea83c8a378bf1"));
    }
}

void TestSafeTensors::whatIsWrittenIsRead() {
    const std::vector<float> weight = {1.5f, -2, 0, 3.25f, 1e-30f, 7};
    const std::vector<std::int32_t> song = {-1, 0, 2147483647};
    const std::vector<std::uint8_t> tokens = {0, 127, 128, 129};
    const std::vector<TensorView> tensors = {
        {"tokens", Dtype::U8, {2, 2}, bytesOfNumbers(tokens)},
        {"weight", Dtype::F32, {2, 3}, bytesOfNumbers(weight)},
        {"song", Dtype::I32, {3}, bytesOfNumbers(song)},
        {"nothing", Dtype::F64, {0, 4}, {}},
        {"one", Dtype::U8, {}, bytesOfNumbers(tokens).first(1)}};
    const auto where = path("음악 🎵.safetensors");
    QVERIFY_RESULT(writeSafeTensors(where, tensors, {{"title", "Ein \"Name\"\n"}, {"x", "음"}}));

    const auto read = SafeTensors::open(where, OpenOptions::weights());
    QVERIFY_RESULT(read);
    QCOMPARE(read->tensors().size(), tensors.size());
    QCOMPARE(read->metadata("title"), std::string("Ein \"Name\"\n"));
    QCOMPARE(read->metadata("x"), std::string("음"));
    QCOMPARE(read->metadata("not there"), std::string());
    QCOMPARE(read->checksum().size(), std::size_t(16));
    for (const TensorView& wanted : tensors) {
        const TensorView* found = read->find(wanted.name);
        QVERIFY(found != nullptr);
        QCOMPARE(found->shape, wanted.shape);
        QCOMPARE(found->dtype, wanted.dtype);
        QVERIFY(std::equal(found->bytes.begin(), found->bytes.end(), wanted.bytes.begin(),
                           wanted.bytes.end()));
    }
    QVERIFY(read->find("absent") == nullptr);
    const auto numbers = numbersOf<float>(*read->find("weight"));
    QVERIFY_RESULT(numbers);
    QCOMPARE(numbers->back(), 7.0f);
    QVERIFY(!numbersOf<double>(*read->find("weight")));
}

void TestSafeTensors::numbersAreAlignedWhateverTheOrder() {
    const std::vector<std::uint8_t> odd = {1, 2, 3};
    const std::vector<double> wide = {1.5, 2.5};
    const std::vector<TensorView> tensors = {{"a", Dtype::U8, {3}, bytesOfNumbers(odd)},
                                             {"b", Dtype::F64, {2}, bytesOfNumbers(wide)}};
    QVERIFY_RESULT(writeSafeTensors(path("aligned"), tensors, {}));
    const auto read = SafeTensors::open(path("aligned"));
    QVERIFY_RESULT(read);
    const auto numbers = numbersOf<double>(*read->find("b"));
    QVERIFY_RESULT(numbers);
    QCOMPARE((*numbers)[1], 2.5);
}

void TestSafeTensors::filesOfOthersOpenWithoutChecksum() {
    const auto bytes = file(tensor("F32", "[2]", "[0,8]") + "   ", 8);
    QVERIFY_RESULT(parse(bytes));
    QVERIFY(parse(bytes)->checksum().empty());
    OpenOptions strict;
    strict.checksum = OpenOptions::Sum::Required;
    const auto refused = parse(bytes, strict);
    QVERIFY(!refused);
    QVERIFY(refused.error().message().find("checksum") != std::string::npos);
}

void TestSafeTensors::wrongFilesAreRefused_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("namesTensor");
    const auto add = [](const char* name, const std::string& bytes, Code code, bool named) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << int(code) << named;
    };
    const auto one = [](const char* rest) {
        return R"({"w":{"dtype":"F32","shape":[1],)" + std::string(rest) + "}}";
    };
    constexpr bool kNamed = true;
    constexpr bool kWhole = false;

    add("empty", "", Code::Truncated, kWhole);
    add("seven bytes", "1234567", Code::Truncated, kWhole);
    add("length only, no header", file(""), Code::BadFile, kWhole);
    add("header longer than the file", file("{}", 0, 3), Code::Truncated, kWhole);
    add("header over the limit", file("{}", 0, SafeTensors::kMaxHeader + 1), Code::TooLarge,
        kWhole);
    add("header of 2^64-1 bytes", file("{}", 0, ~0ull), Code::TooLarge, kWhole);
    add("HTML", "<!DOCTYPE html><html></html>", Code::TooLarge, kWhole);
    add("ZIP archive", file("PK\3\4"), Code::BadFile, kWhole);
    add("header is a list", file("[]"), Code::BadFile, kWhole);
    add("header begins with a blank", file(" {}"), Code::BadFile, kWhole);
    add("header ends early", file(R"({"w":{"dtype")"), Code::BadFile, kWhole);
    add("junk after the header", file("{}{}"), Code::BadFile, kWhole);
    add("header is not UTF-8", file("{\"\xff\":{}}"), Code::BadFile, kWhole);
    add("a million brackets", file(R"({"w":{"dtype":"F32","shape":)" + std::string(1'000'000, '[')),
        Code::BadFile, kNamed);
    add("objects in objects", file(R"({"w":{"dtype":{"a":{}}}})"), Code::BadFile, kNamed);
    add("entry is a number", file(R"({"w":1})"), Code::BadFile, kNamed);
    add("entry is null", file(R"({"w":null})"), Code::BadFile, kNamed);
    add("unknown type", file(tensor("F33", "[1]", "[0,4]"), 4), Code::BadFile, kNamed);
    add("type in small letters", file(tensor("f32", "[1]", "[0,4]"), 4), Code::BadFile, kNamed);
    add("no type", file(R"({"w":{"shape":[1],"data_offsets":[0,4]}})", 4), Code::BadFile, kNamed);
    add("no shape", file(R"({"w":{"dtype":"F32","data_offsets":[0,4]}})", 4), Code::BadFile,
        kNamed);
    add("no offsets", file(R"({"w":{"dtype":"F32","shape":[1]}})", 4), Code::BadFile, kNamed);
    add("unknown field", file(one(R"("data_offsets":[0,4],"code":"x")"), 4), Code::BadFile, kNamed);
    add("field twice", file(one(R"("data_offsets":[0,4],"data_offsets":[0,4])"), 4), Code::BadFile,
        kNamed);
    add("name twice",
        file(R"({"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
             R"("w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
             2),
        Code::BadFile, kNamed);
    add("metadata twice", file(R"({"__metadata__":{},"__metadata__":{}})"), Code::BadFile, kNamed);
    add("metadata key twice", file(R"({"__metadata__":{"a":"1","a":"2"}})"), Code::BadFile, kWhole);
    add("metadata is a number", file(R"({"__metadata__":{"a":1}})"), Code::BadFile, kNamed);
    add("one offset", file(tensor("F32", "[1]", "[0]"), 4), Code::BadFile, kNamed);
    add("three offsets", file(tensor("F32", "[1]", "[0,4,4]"), 4), Code::BadFile, kNamed);
    add("negative offset", file(tensor("F32", "[1]", "[-4,0]"), 4), Code::BadFile, kNamed);
    add("offset with a fraction", file(tensor("F32", "[1]", "[0,4.0]"), 4), Code::BadFile, kNamed);
    add("offset of 2^64", file(tensor("F32", "[1]", "[0,18446744073709551616]"), 4), Code::BadFile,
        kNamed);
    add("offsets backwards", file(tensor("F32", "[1]", "[4,0]"), 4), Code::BadFile, kNamed);
    add("offset past the end", file(tensor("F32", "[2]", "[0,8]"), 4), Code::Truncated, kNamed);
    add("no payload at all", file(tensor("F32", "[1]", "[0,4]")), Code::Truncated, kNamed);
    add("bytes after the last", file(tensor("F32", "[1]", "[0,4]"), 5), Code::BadFile, kWhole);
    add("payload without tensors", file("{}", 5), Code::BadFile, kWhole);
    add("hole at the start", file(tensor("F32", "[1]", "[4,8]"), 8), Code::BadFile, kNamed);
    add("hole between",
        file(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
             R"("w":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
             3),
        Code::BadFile, kNamed);
    add("overlap",
        file(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
             R"("w":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
             3),
        Code::BadFile, kNamed);
    add("same bytes twice",
        file(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
             R"("w":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})",
             2),
        Code::BadFile, kNamed);
    add("shape too small", file(tensor("F32", "[1]", "[0,8]"), 8), Code::BadFile, kNamed);
    add("shape too large", file(tensor("F32", "[3]", "[0,8]"), 8), Code::BadFile, kNamed);
    add("shape negative", file(tensor("F32", "[-1]", "[0,4]"), 4), Code::BadFile, kNamed);
    add("shape overflows", file(tensor("F32", "[4294967296,4294967296]", "[0,0]")), Code::BadFile,
        kNamed);
    add("shape wraps to a fit", file(tensor("U8", "[4294967296,4294967296,4294967296]", "[0,0]")),
        Code::BadFile, kNamed);
    add("shape of 2^64-1", file(tensor("U8", "[18446744073709551615]", "[0,1]"), 1), Code::BadFile,
        kNamed);
    add("seventeen dimensions",
        file(tensor("U8", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,1]"), 1), Code::BadFile,
        kNamed);
    add("checksum wrong", file(R"({"__metadata__":{"canto.checksum":"xxh64:0123456789abcdef"}})"),
        Code::BadFile, kWhole);
    add("checksum malformed", file(R"({"__metadata__":{"canto.checksum":"md5:0"}})"), Code::BadFile,
        kWhole);
    add("checksum under a damaged name",
        file(R"({"__metadata__":{"canto.checksul":"xxh64:0123456789abcdef"}})"), Code::BadFile,
        kWhole);
}

void TestSafeTensors::wrongFilesAreRefused() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(bool, namesTensor);
    const auto read = parse(bytes.toStdString());
    QVERIFY(!read);
    QCOMPARE(int(read.error().code), code);
    QVERIFY(read.error().where.find("made.safetensors") == 0);
    QCOMPARE(read.error().where.find("tensor \"") != std::string::npos, namesTensor);
}

void TestSafeTensors::wrongNumbersInWeightsAreRefused() {
    const auto refused = [&](Dtype dtype, std::span<const std::byte> bytes) {
        const auto count = static_cast<std::int64_t>(bytes.size() / bytesOf(dtype));
        const std::vector<TensorView> tensors = {{"gru.weight", dtype, {count}, bytes}};
        if (!writeSafeTensors(path("numbers"), tensors, {}) ||
            !SafeTensors::open(path("numbers"))) {
            return false;
        }
        const auto read = SafeTensors::open(path("numbers"), OpenOptions::weights());
        return !read && read.error().where.find("gru.weight") != std::string::npos;
    };
    constexpr float kInfinite = std::numeric_limits<float>::infinity();
    QVERIFY(refused(Dtype::F32, bytesOfNumbers(std::vector<float>{1, NAN, 2})));
    QVERIFY(refused(Dtype::F32, bytesOfNumbers(std::vector<float>{1, -kInfinite})));
    QVERIFY(refused(Dtype::F64, bytesOfNumbers(std::vector<double>{1, double(kInfinite)})));
    QVERIFY(refused(Dtype::F16, bytesOfNumbers(std::vector<std::uint16_t>{0x7C00})));
    QVERIFY(refused(Dtype::BF16, bytesOfNumbers(std::vector<std::uint16_t>{0x7FC1})));
    QVERIFY(!refused(Dtype::F32, bytesOfNumbers(std::vector<float>{1, -0.0f, 3e38f})));
    QVERIFY(!refused(Dtype::I32, bytesOfNumbers(std::vector<std::int32_t>{0x7F800000})));
}

void TestSafeTensors::missingAndSurplusTensorsAreNamed() {
    const auto where = writeWeights("match");
    const auto read = SafeTensors::open(where, OpenOptions::weights());
    QVERIFY_RESULT(read);
    std::vector<TensorShape> expected;
    for (const TensorView& tensor : read->tensors()) {
        expected.push_back({tensor.name, tensor.dtype, tensor.shape});
    }
    QVERIFY_RESULT(matchTensors(*read, expected));

    auto more = expected;
    more.push_back({"critic.weight", Dtype::F32, {1}});
    QCOMPARE(matchTensors(*read, more).error().where, std::string("critic.weight"));
    auto fewer = expected;
    fewer.erase(fewer.begin() + 3);
    QCOMPARE(matchTensors(*read, fewer).error().where, std::string("layer.3.weight"));
    auto other = expected;
    other[5].shape = {256};
    QCOMPARE(matchTensors(*read, other).error().code, Code::BadShape);
    QCOMPARE(matchTensors(*read, other).error().where, std::string("layer.5.weight"));
}

void TestSafeTensors::everyBitFlipIsNoticed() {
    const auto where = writeWeights("flips");
    const std::string whole = readAll(where);
    QVERIFY(whole.size() > 40'000);
    QVERIFY_RESULT(parse(whole));
    // Every bit of the header and its length, then bits of the payload by chance: over 3,000.
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, whole.data(), 8);
    std::vector<std::size_t> bits;
    for (std::size_t bit = 0; bit < 8 * (8 + headerBytes); ++bit) {
        bits.push_back(bit);
    }
    Random random(1);
    for (int i = 0; i < 3000; ++i) {
        bits.push_back(random.below(8 * whole.size()));
    }
    int silent = 0;
    for (const std::size_t bit : bits) {
        std::string damaged = whole;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        if (parse(damaged)) {
            ++silent;
            qWarning("bit %zu loads silently", bit);
        }
    }
    QCOMPARE(silent, 0);
}

void TestSafeTensors::everyTruncationIsRefused() {
    const std::string whole = readAll(writeWeights("cut"));
    for (std::size_t size = 0; size < whole.size(); size += size < 6000 ? 1 : 997) {
        QVERIFY(!parse(whole.substr(0, size)));
    }
}

void TestSafeTensors::writerRefusesWhatItCouldNotRead() {
    const std::vector<float> numbers = {1, 2};
    const auto bytes = bytesOfNumbers(numbers);
    const auto codeOf = [&](const std::vector<TensorView>& tensors,
                            const std::map<std::string, std::string>& metadata) {
        const auto ok = writeSafeTensors(path("never"), tensors, metadata);
        return ok ? -1 : int(ok.error().code);
    };
    QCOMPARE(codeOf({{"w", Dtype::F32, {3}, bytes}}, {}), int(Code::BadShape));
    QCOMPARE(codeOf({{"w", Dtype::F32, {-2, -1}, bytes}}, {}), int(Code::BadShape));
    QCOMPARE(codeOf({{"w", Dtype::F32, {2}, bytes}, {"w", Dtype::F32, {2}, bytes}}, {}),
             int(Code::BadInput));
    QCOMPARE(codeOf({{"__metadata__", Dtype::F32, {2}, bytes}}, {}), int(Code::BadInput));
    QCOMPARE(codeOf({}, {{"a", "\xff"}}), int(Code::BadInput));
    QVERIFY(!std::filesystem::exists(path("never")));
}

// Values by hand from IEEE 754, and every half there and back.
void TestSafeTensors::halvesRoundAsTheStandardSays() {
    QCOMPARE(toHalf(1.0f), std::uint16_t(0x3C00));
    QCOMPARE(toHalf(-2.0f), std::uint16_t(0xC000));
    QCOMPARE(toHalf(65504.0f), std::uint16_t(0x7BFF));
    QCOMPARE(toHalf(65519.9f), std::uint16_t(0x7BFF));
    QCOMPARE(toHalf(65520.0f), std::uint16_t(0x7C00));
    QCOMPARE(toHalf(0x1.0p-24f), std::uint16_t(1));
    QCOMPARE(toHalf(0x1.0p-25f), std::uint16_t(0));             // tie, to even
    QCOMPARE(toHalf(0x1.8p-24f), std::uint16_t(2));             // tie, to even
    QCOMPARE(toHalf(1.0f + 0x1.0p-11f), std::uint16_t(0x3C00)); // tie, to even
    QCOMPARE(toHalf(1.0f + 0x1.8p-10f), std::uint16_t(0x3C02)); // tie, to even
    QCOMPARE(toHalf(-0.0f), std::uint16_t(0x8000));
    QVERIFY(std::isnan(fromHalf(toHalf(NAN))));
    for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
        const float value = fromHalf(static_cast<std::uint16_t>(bits));
        if (!std::isnan(value)) {
            QCOMPARE(toHalf(value), static_cast<std::uint16_t>(bits));
        }
    }
    QCOMPARE(fromBfloat(toBfloat(1.5f)), 1.5f);
    QCOMPARE(toBfloat(1.0f + 0x1.0p-8f), std::uint16_t(0x3F80)); // tie, to even
    QCOMPARE(toBfloat(1.0f + 0x1.8p-7f), std::uint16_t(0x3F82)); // tie, to even
    QVERIFY(std::isnan(fromBfloat(toBfloat(NAN))));
}

QTEST_GUILESS_MAIN(TestSafeTensors)
#include "tst_safetensors.moc"
