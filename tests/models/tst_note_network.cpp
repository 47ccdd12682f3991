// SPDX-License-Identifier: GPL-3.0-or-later
// The network that finds notes: the reader of its weights, its spectrum and harmonics with kernels
// that the test computes, and, where its weights are installed, its output against the original.

#include "core/tensors/safetensors.h"
#include "models/common/basic_pitch.h"
#include "models/common/note_network.h"
#include "models/common/tfjs_weights.h"
#include "tests/support/made_audio.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <algorithm>
#include <cmath>
#include <deque>
#include <fstream>
#include <map>

using namespace canto;
using namespace canto::models;
using audio::NotePlanes;
namespace fs = std::filesystem;

namespace {

constexpr double kTurn = 6.283185307179586;
constexpr auto kWindow = std::size_t(NoteNetwork::kWindow);

/// What @tensorflow/tfjs 3 computes from the graph of @spotify/basic-pitch 1.0.1 for `chord()`:
/// frame, key, onset, note, contour at the middle of the key.
struct ReferenceRow {
    int frame, key;
    float onset, note, contour;
};
constexpr ReferenceRow kReference[] = {
    {0, 27, 0.091468F, 0.127341F, 0.146294F},   {0, 39, 0.085673F, 0.126904F, 0.147417F},
    {0, 43, 0.085673F, 0.126897F, 0.147417F},   {0, 46, 0.085673F, 0.126897F, 0.147417F},
    {0, 51, 0.085673F, 0.126897F, 0.147417F},   {0, 87, 0.168681F, 0.150089F, 0.122201F},
    {43, 27, 0.892443F, 0.519640F, 0.205061F},  {43, 39, 0.920194F, 0.600098F, 0.191301F},
    {43, 43, 0.955075F, 0.679822F, 0.195081F},  {43, 46, 0.943510F, 0.545201F, 0.158582F},
    {43, 51, 0.495070F, 0.228576F, 0.155258F},  {43, 87, 0.101022F, 0.106742F, 0.076157F},
    {44, 27, 0.862706F, 0.644642F, 0.296316F},  {44, 39, 0.885995F, 0.712185F, 0.341128F},
    {44, 43, 0.936632F, 0.791881F, 0.397047F},  {44, 46, 0.878785F, 0.658603F, 0.294611F},
    {44, 51, 0.482689F, 0.255785F, 0.203199F},  {44, 87, 0.113046F, 0.107184F, 0.084842F},
    {60, 27, 0.110482F, 0.774419F, 0.844547F},  {60, 39, 0.105755F, 0.610365F, 0.532390F},
    {60, 43, 0.075224F, 0.770345F, 0.817965F},  {60, 46, 0.081868F, 0.592301F, 0.576635F},
    {60, 51, 0.065684F, 0.177342F, 0.183908F},  {60, 87, 0.090527F, 0.109149F, 0.087960F},
    {100, 27, 0.063077F, 0.758911F, 0.836343F}, {100, 39, 0.141381F, 0.565615F, 0.417195F},
    {100, 43, 0.074024F, 0.769858F, 0.809449F}, {100, 46, 0.080183F, 0.589932F, 0.602680F},
    {100, 51, 0.069220F, 0.177525F, 0.186180F}, {100, 87, 0.091792F, 0.108875F, 0.086217F},
    {171, 27, 0.106986F, 0.132010F, 0.146658F}, {171, 39, 0.124756F, 0.131657F, 0.154709F},
    {171, 43, 0.126903F, 0.131341F, 0.154407F}, {171, 46, 0.127216F, 0.131590F, 0.155438F},
    {171, 51, 0.127202F, 0.131406F, 0.155307F}, {171, 87, 0.143596F, 0.154200F, 0.146717F}};
constexpr double kMeans[] = {0.097585, 0.120145, 0.106080}; // onset, note, contour

/// C3, C4, E4, G4 from 0.5 s on.
std::vector<float> chord() {
    std::vector<float> sound(kWindow);
    for (const int pitch : {48, 60, 64, 67}) {
        test::addTone(sound, {pitch, 0.5, 1.2, 0.2});
    }
    return sound;
}

/// Where the weights are for the person who runs the tests; empty if they are not installed.
fs::path installed() {
    if (const char* named = std::getenv("CANTO_NOTE_NETWORK")) {
        return fs::exists(named) ? fs::path(named) : fs::path();
    }
    const char* home = std::getenv("HOME"); // XDG_DATA_HOME is the tests' own
    const auto path = fs::path(home != nullptr ? home : "") / ".local" / "share" / "Cantograph" /
                      "Cantograph" / "networks" / "basic-pitch.safetensors";
    return fs::exists(path) ? path : fs::path();
}

/// Weights whose spectrum is computed here: Hann windows of 51 periods at the 36 bins of the
/// highest octave, a low-pass at a quarter of the rate. The contour is the sigmoid of one of the
/// eight harmonics; notes and onsets are 0.5 everywhere.
class MadeWeights {
  public:
    explicit MadeWeights(int harmonic) {
        auto& kernels = add("cqt.kernels", {72, 256});
        for (int bin = 0; bin < 36; ++bin) {
            const double hertz = 27.5 * std::exp2((273 + bin) / 36.0);
            const double length = 22050 / (hertz * (std::exp2(1 / 36.0) - 1));
            for (int tap = 0; tap < 256; ++tap) {
                const double off = tap - 128;
                const double hann =
                    std::fabs(off) < length / 2 ? 0.5 + 0.5 * std::cos(kTurn * off / length) : 0;
                const double angle = kTurn * hertz * off / 22050;
                kernels[std::size_t(bin * 256 + tap)] = float(hann * std::cos(angle) / length);
                kernels[std::size_t((36 + bin) * 256 + tap)] =
                    float(hann * std::sin(angle) / length);
            }
        }
        auto& lowPass = add("cqt.lowPass", {256});
        for (int tap = 0; tap < 256; ++tap) {
            const double off = tap - 127.5;
            lowPass[std::size_t(tap)] = float(std::sin(kTurn * off / 4) / (kTurn * off / 2) *
                                              (0.5 + 0.5 * std::cos(kTurn * off / 256)));
        }
        auto& scale = add("cqt.scale", {309});
        std::fill(scale.begin(), scale.end(), 1.0F);
        add("norm.scale", {1})[0] = 1;
        add("norm.offset", {1});
        add("contour0.weight", {8, 8, 3, 39})[std::size_t(harmonic * 3 * 39 + 39 + 19)] = 1;
        add("contour0.bias", {8});
        add("contour1.weight", {1, 8, 5, 5})[12] = 1;
        add("contour1.bias", {1});
        add("note0.weight", {32, 1, 7, 7});
        add("note0.bias", {32});
        add("note1.weight", {1, 32, 7, 3});
        add("note1.bias", {1});
        add("onset0.weight", {32, 8, 5, 5});
        add("onset0.bias", {32});
        add("onset1.weight", {1, 33, 3, 3});
        add("onset1.bias", {1});
    }
    Result<void> write(const fs::path& path, const std::string& architecture = "basic-pitch") {
        std::vector<tensors::TensorView> views;
        for (const auto& one : m_tensors) {
            views.push_back(
                {one.name, tensors::Dtype::F32, one.shape, std::as_bytes(std::span(one.numbers))});
        }
        return tensors::writeSafeTensors(path, views, {{"architecture", architecture}});
    }

  private:
    struct One {
        std::string name;
        std::vector<std::int64_t> shape;
        std::vector<float> numbers;
    };
    std::vector<float>& add(const std::string& name, std::vector<std::int64_t> shape) {
        std::size_t count = 1;
        for (const auto size : shape) {
            count *= std::size_t(size);
        }
        m_tensors.push_back({name, std::move(shape), std::vector<float>(count)});
        return m_tensors.back().numbers;
    }
    std::deque<One> m_tensors;
};

std::size_t loudest(const std::vector<float>& plane, std::size_t width, std::size_t frame) {
    const auto row = plane.begin() + std::ptrdiff_t(frame * width);
    return std::size_t(std::max_element(row, row + std::ptrdiff_t(width)) - row);
}

} // namespace

class TestNoteNetwork : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path file(const std::string& name) const {
        return fs::path(m_folder.path().toStdString()) / name;
    }
    /// A folder with model.json and one file of weights.
    fs::path model(const std::string& json, const std::string& bytes) {
        const auto folder = file("model");
        fs::remove_all(folder);
        fs::create_directories(folder);
        std::ofstream(folder / "model.json", std::ios::binary) << json;
        std::ofstream(folder / "shard.bin", std::ios::binary) << bytes;
        return folder;
    }
    static std::string manifest(const std::string& weights, const std::string& path = "shard.bin") {
        return "{\"format\": \"graph-model\", \"weightsManifest\": [{\"paths\": [\"" + path +
               "\"], \"weights\": [" + weights + "]}]}";
    }
    static std::string floats(std::initializer_list<float> numbers) {
        return {reinterpret_cast<const char*>(numbers.begin()), numbers.size() * 4};
    }
    NoteNetwork made(int harmonic) {
        const auto path = file("made.safetensors");
        const auto written = MadeWeights(harmonic).write(path);
        const auto network = NoteNetwork::open(path);
        if (!written || !network) {
            qFatal("the made weights cannot be opened");
        }
        return *network;
    }

  private Q_SLOTS:
    void weightsOfASmallModelAreRead() {
        const std::string json =
            manifest("{\"name\": \"a\", \"shape\": [2, 1], \"dtype\": \"float32\"}, {\"name\": "
                     "\"axis\", \"shape\": [], \"dtype\": \"int32\"}, {\"name\": \"b\", \"shape\": "
                     "[], \"dtype\": \"float32\"}");
        std::string bytes = floats({1.5F, -2});
        bytes.append(4, '\1');
        bytes += floats({7});
        const auto weights = TfjsWeights::open(model(json, bytes));
        QVERIFY_RESULT(weights);
        QCOMPARE(weights->tensors().size(), std::size_t(2)); // int32 is skipped
        const auto* a = weights->find("a");
        QVERIFY(a != nullptr);
        QCOMPARE(a->shape, (std::vector<std::int64_t>{2, 1}));
        QCOMPARE(a->numbers, (std::vector<float>{1.5F, -2}));
        QCOMPARE(weights->find("b")->numbers, std::vector<float>{7});
        QVERIFY(weights->find("axis") == nullptr);
    }

    void wrongModelsAreRefusedInWords_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<int>("bytes");
        QTest::addColumn<QString>("word");
        const auto row = [](const char* name, const std::string& json, int bytes,
                            const char* word) {
            QTest::newRow(name) << QString::fromStdString(json) << bytes << QString::fromUtf8(word);
        };
        const std::string two = "{\"name\": \"a\", \"shape\": [2], \"dtype\": \"float32\"}";
        row("too short", manifest(two), 4, "end before this tensor");
        row("too long", manifest(two), 12, "12 bytes, the tensors need 8");
        row("name twice", manifest(two + "," + two), 16, "same name");
        row("another type", manifest("{\"name\": \"a\", \"shape\": [2], \"dtype\": \"uint8\"}"), 8,
            "\"uint8\"");
        row("quantised",
            manifest(
                "{\"name\": \"a\", \"shape\": [2], \"dtype\": \"float32\", \"quantization\": {}}"),
            8, "quantised");
        row("negative size", manifest("{\"name\": \"a\", \"shape\": [-2], \"dtype\": \"float32\"}"),
            8, "not a size");
        row("huge",
            manifest("{\"name\": \"a\", \"shape\": [99999999, 9999999], \"dtype\": \"float32\"}"),
            8, "larger than the limit");
        row("no dtype", manifest("{\"name\": \"a\", \"shape\": [2]}"), 8, "dtype");
        row("a path that leads out", manifest(two, "../shard.bin"), 8, "beside model.json");
        row("a missing file", manifest(two, "other.bin"), 8, "missing");
        row("no manifest", "{\"format\": \"graph-model\"}", 8, "weightsManifest");
        row("not JSON", "<html>not found</html>", 8, "not a TensorFlow.js model");
        row("a list", "[]", 8, "not a TensorFlow.js model");
    }
    void wrongModelsAreRefusedInWords() {
        QFETCH(QString, json);
        QFETCH(int, bytes);
        QFETCH(QString, word);
        const auto weights =
            TfjsWeights::open(model(json.toStdString(), std::string(std::size_t(bytes), '\0')));
        QVERIFY(!weights);
        const auto message = QString::fromStdString(weights.error().message());
        QVERIFY2(message.contains(word), qPrintable(message));
        QVERIFY2(message.contains(QStringLiteral("model")), qPrintable(message));
    }

    void numbersThatAreNotFiniteAreRefused() {
        const auto weights = TfjsWeights::open(
            model(manifest("{\"name\": \"a\", \"shape\": [1], \"dtype\": \"float32\"}"),
                  floats({std::nanf("")})));
        QVERIFY(!weights);
        QCOMPARE(weights.error().code, Error::Code::BadFile);
    }

    void anotherModelIsNotImported() {
        const auto out = file("out.safetensors");
        const auto other = importBasicPitch(
            model(manifest("{\"name\": \"a\", \"shape\": [1], \"dtype\": \"float32\"}"),
                  floats({1})),
            out);
        QVERIFY(!other);
        const auto message = other.error().message();
        QVERIFY2(message.find("cq_t2010v2_1/conv1d") != std::string::npos, message.c_str());
        QVERIFY2(message.find("@spotify/basic-pitch") != std::string::npos, message.c_str());
        QVERIFY(!fs::exists(out));
        const auto nowhere = importBasicPitch(file("nowhere"), out);
        QVERIFY(!nowhere);
        QCOMPARE(nowhere.error().code, Error::Code::NotFound);
    }

    void weightsThatAreNotOfThisNetworkAreRefused() {
        const auto path = file("other.safetensors");
        QVERIFY_RESULT(MadeWeights(1).write(path, "musae"));
        const auto other = NoteNetwork::open(path);
        QVERIFY(!other);
        QVERIFY(other.error().message().find("musae") != std::string::npos);
        const std::vector<float> one{1};
        const tensors::TensorView view{
            "cqt.kernels", tensors::Dtype::F32, {1}, std::as_bytes(std::span(one))};
        QVERIFY_RESULT(tensors::writeSafeTensors(path, std::span(&view, 1),
                                                 {{"architecture", "basic-pitch"}}));
        const auto wrong = NoteNetwork::open(path);
        QVERIFY(!wrong);
        QVERIFY(wrong.error().message().find("cqt.kernels") != std::string::npos);
    }

    /// Three bins to a semitone from A0 (pitch 21), in every octave: A1 .. A7.
    void aSineIsLoudestAtItsBin() {
        const auto network = made(1);
        for (int pitch = 33; pitch <= 105; pitch += 12) {
            auto sine = test::sine(pitch, 2);
            sine.resize(kWindow);
            const auto spectrum = network.spectrum(sine);
            QVERIFY_RESULT(spectrum);
            QCOMPARE(spectrum->size(), std::size_t(172 * 309));
            QCOMPARE(loudest(*spectrum, 309, 86), std::size_t(3 * (pitch - 21)));
        }
    }

    /// Harmonic h of a tone lies round(36 log2 h) bins above it and is moved down to it.
    void harmonicsAreMovedToTheirFundamental_data() {
        QTest::addColumn<int>("harmonic");
        QTest::addColumn<int>("shift");
        QTest::newRow("half") << 0 << -36;
        QTest::newRow("1") << 1 << 0;
        QTest::newRow("2") << 2 << 36;
        QTest::newRow("3") << 3 << 57;
        QTest::newRow("5") << 5 << 84;
        QTest::newRow("7") << 7 << 101;
    }
    void harmonicsAreMovedToTheirFundamental() {
        QFETCH(int, harmonic);
        QFETCH(int, shift);
        auto sine = test::sine(69, 2);
        sine.resize(kWindow);
        const auto planes = made(harmonic).window(sine);
        QVERIFY_RESULT(planes);
        QCOMPARE(planes->frames(), std::size_t(172));
        QCOMPARE(loudest(planes->contour, 264, 86), std::size_t(144 - shift));
        // The loudest bin of a window is at 1 or, in another frame than its loudest, just below.
        const float top = planes->contour[std::size_t(86 * 264 + 144 - shift)];
        QVERIFY(top > 0.72F && top < 0.7311F); // sigmoid(1) = .7311
        QCOMPARE(planes->note[1000], 0.5F);
        QCOMPARE(planes->onset[1000], 0.5F);
    }

    void silenceIsNoError() {
        const auto planes = made(1).window(std::vector<float>(kWindow));
        QVERIFY_RESULT(planes);
        QVERIFY(std::all_of(planes->contour.begin(), planes->contour.end(),
                            [](float value) { return value == 0.5F; }));
    }

    void windowsOverlapAndTimesGoOn() {
        const auto network = made(1);
        const auto sine = test::sine(69, 3);
        const auto whole = network.planes(sine, 22050, {.contours = true});
        QVERIFY_RESULT(whole);
        // 142 frames of the first window, whose successor begins 36,164 samples later; of that, the
        // 118 frames before 3 s: (3 * 22050 - 36164) / 256 = 117.1.
        QCOMPARE(whole->frames(), std::size_t(142 + 118));
        QCOMPARE(whole->seconds[0], 0.0);
        QVERIFY(std::fabs(whole->seconds[142] - 36164 / 22050.0) < 1e-9);
        QVERIFY(std::is_sorted(whole->seconds.begin(), whole->seconds.end()));
        QCOMPARE(whole->contour.size(), whole->frames() * NotePlanes::kContours);
        QCOMPARE(whole->note.size(), whole->frames() * NotePlanes::kKeys);
        for (std::size_t frame = 2; frame + 12 < whole->frames(); frame += 10) {
            QCOMPARE(loudest(whole->contour, 264, frame), std::size_t(144));
        }
        // Piece by piece: the same.
        NotePlanesBuilder builder(network, {.contours = true});
        for (std::size_t at = 0; at < sine.size(); at += 1000) {
            builder.feed(
                std::span(sine).subspan(at, std::min<std::size_t>(1000, sine.size() - at)));
        }
        const auto pieces = builder.end();
        QVERIFY_RESULT(pieces);
        QCOMPARE(pieces->seconds, whole->seconds);
        QCOMPARE(pieces->contour, whole->contour);
    }

    void otherRatesAndLengthsAreRefusedAndWorkCanBeCancelled() {
        const auto network = made(1);
        const auto sine = test::sine(69, 3);
        const auto rate = network.planes(sine, 44100, {});
        QVERIFY(!rate);
        QCOMPARE(rate.error().code, Error::Code::BadInput);
        const auto window = network.window(sine);
        QVERIFY(!window);
        QCOMPARE(window.error().code, Error::Code::BadShape);
        NoteNetwork::PlaneOptions options;
        options.cancel.cancel();
        const auto cancelled = network.planes(sine, 22050, options);
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, Error::Code::Cancelled);
        const auto nothing = network.planes({}, 22050, {});
        QVERIFY_RESULT(nothing);
        QCOMPARE(nothing->frames(), std::size_t(0));
    }

    void theOutputEqualsThatOfTheOriginalGraph() {
        const auto path = installed();
        if (path.empty()) {
            QSKIP("The weights of basic-pitch are not installed (canto import-weights)");
        }
        const auto network = NoteNetwork::open(path);
        QVERIFY_RESULT(network);
        const auto planes = network->window(chord());
        QVERIFY_RESULT(planes);
        constexpr float kTolerance = 1e-3F;
        for (const auto& row : kReference) {
            const auto at = std::size_t(row.frame * 88 + row.key);
            const auto contour = std::size_t(row.frame * 264 + 3 * row.key + 1);
            const auto place = QStringLiteral("frame %1, key %2").arg(row.frame).arg(row.key);
            QVERIFY2(std::fabs(planes->onset[at] - row.onset) < kTolerance, qPrintable(place));
            QVERIFY2(std::fabs(planes->note[at] - row.note) < kTolerance, qPrintable(place));
            QVERIFY2(std::fabs(planes->contour[contour] - row.contour) < kTolerance,
                     qPrintable(place));
        }
        const std::vector<float>* all[] = {&planes->onset, &planes->note, &planes->contour};
        for (std::size_t i = 0; i < 3; ++i) {
            double sum = 0;
            for (const float value : *all[i]) {
                sum += double(value);
            }
            QVERIFY(std::fabs(sum / double(all[i]->size()) - kMeans[i]) < 1e-4);
        }
        // The four tones of the chord have the four strongest onsets.
        std::map<float, int> strongest;
        for (int key = 0; key < 88; ++key) {
            float most = 0;
            for (int frame = 0; frame < 172; ++frame) {
                most = std::max(most, planes->onset[std::size_t(frame * 88 + key)]);
            }
            strongest[most] = key + 21;
        }
        std::vector<int> found;
        for (auto it = strongest.rbegin(); found.size() < 4; ++it) {
            found.push_back(it->second);
        }
        std::sort(found.begin(), found.end());
        QCOMPARE(found, (std::vector<int>{48, 60, 64, 67}));
        const auto notes = audio::trackNotes(*planes);
        QVERIFY_RESULT(notes);
        for (const int pitch : {48, 60, 64, 67}) {
            QVERIFY2(std::any_of(notes->begin(), notes->end(),
                                 [pitch](const auto& note) {
                                     return note.pitch == pitch &&
                                            std::fabs(note.start - 0.5) < 0.03;
                                 }),
                     std::to_string(pitch).c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestNoteNetwork)
#include "tst_note_network.moc"
