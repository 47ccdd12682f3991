// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/net.h"
#include "models/nn/open_net.h"
#include "models/nn/weights_io.h"
#include "models/registry/registry.h"
#include "small_music.h"
#include "tests/support/test_support.h"

#include <fstream>
#include <iterator>
#include <limits>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::musae;
using tensors::Dtype;
using tensors::TensorView;

namespace {

std::map<std::string, std::string> metadataOf(const NetConfig& config) {
    return {{"architecture", "musae"}, {"config", config.toJson().dump()}};
}

/// A tensor of a file, to be changed before it is written again.
struct Loose {
    std::string name;
    Dtype dtype;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;
};

std::vector<Loose> looseTensors(const std::filesystem::path& path) {
    std::vector<Loose> loose;
    const auto file = tensors::SafeTensors::open(path);
    for (const auto& view : file->tensors()) {
        loose.push_back(
            {view.name, view.dtype, view.shape, {view.bytes.begin(), view.bytes.end()}});
    }
    return loose;
}

} // namespace

class TestWeightsIo : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = test::pathIn(*m_folder, "weights.safetensors");
        torch::manual_seed(11);
        m_net = Net(test::smallNet());
        const auto done1 = saveWeights(*m_net, m_path, metadataOf(m_net->config), Precision::Full);
        QVERIFY_RESULT(done1);
    }
    void whatIsSavedComesBackBitForBit();
    void halfPrecisionKeepsThreeDigitsAndHalvesTheFile();
    void wrongTensorsAreRefusedByName_data();
    void wrongTensorsAreRefusedByName();
    void sizesThatTheTensorsDoNotFillAreRefusedBeforeMemoryIsTaken();
    void unknownArchitecturesAndOtherFilesAreRefused();
    void weightsOfAnotherModelAreRefusedNamingBoth();
    void flippedBitsNeverLoad();
    void numbersThatAreNotFiniteAreNotSaved();

  private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_path;
    Net m_net{nullptr};
};

void TestWeightsIo::whatIsSavedComesBackBitForBit() {
    const auto file = tensors::SafeTensors::open(m_path, tensors::OpenOptions::weights());
    QVERIFY_RESULT(file);
    const auto again = openNet(*file);
    QVERIFY_RESULT(again);
    const auto mine = m_net->named_parameters();
    for (const auto& item : (*again)->named_parameters()) {
        QVERIFY2(torch::equal(item.value(), mine[item.key()]), item.key().c_str());
    }
    QVERIFY(torch::equal((*again)->scale, m_net->scale));
    QVERIFY(file->find("scale") != nullptr); // buffers are saved too
}

void TestWeightsIo::halfPrecisionKeepsThreeDigitsAndHalvesTheFile() {
    const auto half = test::pathIn(*m_folder, "half.safetensors");
    const auto done2 = saveWeights(*m_net, half, metadataOf(m_net->config), Precision::Half);
    QVERIFY_RESULT(done2);
    QVERIFY(std::filesystem::file_size(half) < 0.6 * std::filesystem::file_size(m_path));
    const auto file = tensors::SafeTensors::open(half, tensors::OpenOptions::weights());
    QVERIFY_RESULT(file);
    const auto again = openNet(*file);
    QVERIFY_RESULT(again);
    const auto mine = m_net->named_parameters();
    for (const auto& item : (*again)->named_parameters()) {
        // binary16 has 11 significant bits: 2^-11 = 0.00049 of the value, 2^-25 near zero.
        QVERIFY(torch::allclose(item.value(), mine[item.key()], 0.0005, 1e-7));
    }
}

void TestWeightsIo::wrongTensorsAreRefusedByName_data() {
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<QString>("damage");
    for (const char* tensor : {"encoder.toLatent.weight", "decoder.blocks.0.norm1.bias",
                               "critic.layers.2.weight", "scale"}) {
        for (const char* damage :
             {"missing", "renamed", "transposed", "longer", "nan", "infinite", "integers"}) {
            QTest::addRow("%s %s", tensor, damage)
                << QString::fromUtf8(tensor) << QString::fromUtf8(damage);
        }
    }
    QTest::newRow("surplus") << QStringLiteral("passenger") << QStringLiteral("surplus");
}

void TestWeightsIo::wrongTensorsAreRefusedByName() {
    QFETCH(QString, tensor);
    QFETCH(QString, damage);
    auto loose = looseTensors(m_path);
    const auto name = tensor.toStdString();
    auto found = std::find_if(loose.begin(), loose.end(),
                              [&](const Loose& one) { return one.name == name; });
    if (damage == QLatin1String("surplus")) {
        loose.push_back({name, Dtype::F32, {1}, std::vector<std::byte>(4)});
    } else {
        QVERIFY(found != loose.end());
        auto* numbers = reinterpret_cast<float*>(found->bytes.data());
        if (damage == QLatin1String("missing")) {
            loose.erase(found);
        } else if (damage == QLatin1String("renamed")) {
            found->name = "zzz." + name;
        } else if (damage == QLatin1String("transposed")) {
            found->shape.insert(found->shape.begin(), 1);
        } else if (damage == QLatin1String("longer")) {
            found->shape = {static_cast<std::int64_t>(found->bytes.size() / 4) + 1};
            found->bytes.resize(found->bytes.size() + 4);
        } else if (damage == QLatin1String("nan")) {
            numbers[found->bytes.size() / 8] = std::numeric_limits<float>::quiet_NaN();
        } else if (damage == QLatin1String("infinite")) {
            numbers[0] = -std::numeric_limits<float>::infinity();
        } else {
            found->dtype = Dtype::I32;
        }
    }
    std::vector<TensorView> views;
    for (const auto& one : loose) {
        views.push_back({one.name, one.dtype, one.shape, one.bytes});
    }
    const auto path = test::pathIn(*m_folder, "wrong.safetensors");
    const auto done3 = tensors::writeSafeTensors(path, views, metadataOf(m_net->config));
    QVERIFY_RESULT(done3);
    const auto model = openModel(path.string());
    QVERIFY(!model);
    QVERIFY2(model.error().message().find(name) != std::string::npos,
             model.error().message().c_str());
}

void TestWeightsIo::sizesThatTheTensorsDoNotFillAreRefusedBeforeMemoryIsTaken() {
    const auto loose = looseTensors(m_path);
    std::vector<TensorView> views;
    for (const auto& one : loose) {
        views.push_back({one.name, one.dtype, one.shape, one.bytes});
    }
    // 4096 wide, 64 layers: 13 billion numbers, if they were believed.
    auto config = m_net->config;
    config.width = 4096;
    config.feedForward = 16384;
    config.layers = 64;
    const auto path = test::pathIn(*m_folder, "huge.safetensors");
    const auto done4 = tensors::writeSafeTensors(path, views, metadataOf(config));
    QVERIFY_RESULT(done4);
    const auto model = openModel(path.string());
    QVERIFY(!model);
    QCOMPARE(model.error().code, Error::Code::BadShape);
}

void TestWeightsIo::unknownArchitecturesAndOtherFilesAreRefused() {
    QVERIFY_RESULT(saveWeights(*m_net, m_path, {{"architecture", "elephant"}, {"config", "{}"}},
                               Precision::Full));
    auto model = openModel(m_path.string());
    QVERIFY(!model);
    QCOMPARE(model.error().code, Error::Code::NotFound);
    QVERIFY(model.error().message().find("musae") != std::string::npos); // says what is known

    QVERIFY_RESULT(
        saveWeights(*m_net, m_path, {{"architecture", "musae"}, {"config", "{"}}, Precision::Full));
    QVERIFY(!openModel(m_path.string()));

    std::ofstream(m_path) << "<html>not found</html>";
    model = openModel(m_path.string());
    QVERIFY(!model);
    QVERIFY(model.error().message().find(m_path.string()) != std::string::npos);
    model = openModel(test::pathIn(*m_folder, "nowhere.safetensors").string());
    QVERIFY(!model);
    QCOMPARE(model.error().code, Error::Code::NotFound);
}

void TestWeightsIo::weightsOfAnotherModelAreRefusedNamingBoth() {
    const auto right = openWeightsOf(m_path, "musae");
    QVERIFY_RESULT(right);
    const auto wrong = openWeightsOf(m_path, "orchestra");
    QVERIFY(!wrong);
    QCOMPARE(wrong.error().code, Error::Code::BadInput);
    const auto message = wrong.error().message();
    for (const auto& said : {std::string("musae"), std::string("orchestra"), m_path.string()}) {
        QVERIFY2(message.find(said) != std::string::npos, message.c_str());
    }
}

void TestWeightsIo::flippedBitsNeverLoad() {
    std::ifstream in(m_path, std::ios::binary);
    const std::vector<char> good{std::istreambuf_iterator<char>(in), {}};
    const auto done5 = openModel(m_path.string());
    QVERIFY_RESULT(done5);
    Random random(1);
    for (int mutant = 0; mutant < 3000; ++mutant) {
        auto bytes = good;
        const int flips = 1 + static_cast<int>(random.below(3));
        for (int i = 0; i < flips; ++i) {
            bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
        }
        if (bytes == good) {
            continue; // two flips undid each other
        }
        const auto result = tensors::SafeTensors::parse(std::as_bytes(std::span<const char>(bytes)),
                                                        "mutant", tensors::OpenOptions::weights());
        QVERIFY2(!result, std::to_string(mutant).c_str());
    }
}

void TestWeightsIo::numbersThatAreNotFiniteAreNotSaved() {
    {
        torch::NoGradGuard off;
        m_net->named_parameters()["decoder.position"][3][4] =
            std::numeric_limits<float>::quiet_NaN();
    }
    const auto before = std::filesystem::last_write_time(m_path);
    const auto saved = saveWeights(*m_net, m_path, metadataOf(m_net->config), Precision::Full);
    QVERIFY(!saved);
    QVERIFY(saved.error().message().find("decoder.position") != std::string::npos);
    QVERIFY(std::filesystem::last_write_time(m_path) == before); // the old file stays
}

QTEST_APPLESS_MAIN(TestWeightsIo)
#include "tst_weights_io.moc"
