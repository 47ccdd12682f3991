// SPDX-License-Identifier: GPL-3.0-or-later
// One model serves several threads at once: with it they compute, bit for bit, what one thread
// does.

#include "core/midi/smf_writer.h"
#include "models/arrange/net.h"
#include "models/common/composer.h"
#include "models/common/device.h"
#include "models/common/sound_model.h"
#include "models/musae/net.h"
#include "models/muser/net.h"
#include "models/nn/weights_io.h"
#include "models/orchestra/net.h"
#include "small_music.h"
#include "small_words.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <atomic>
#include <cmath>
#include <thread>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;

namespace {

constexpr int kVariants = 4; ///< different inputs
constexpr int kThreads = 4;
constexpr int kRounds = 3;

/// All that a model makes of one input, as bytes, and what went wrong.
struct Outcome {
    std::string bytes;
    std::string errors;
    int encoded = 0, decoded = 0, drawn = 0;
};

class Recorder {
  public:
    Recorder(const LatentModel& model, int variant) : m_model(model), m_variant(variant) {}

    Outcome record() {
        const auto latents = encodedLatents();
        m_outcome.encoded = static_cast<int>(latents.size());
        std::vector<Latent> all(latents.begin(),
                                latents.begin() + std::min<std::ptrdiff_t>(std::ssize(latents), 2));
        if (m_model.info().can.samplePrior) {
            all.push_back(draw());
        }
        for (const auto& z : all) {
            add(z);
            for (const double score : m_model.classScores(z)) {
                add(score);
            }
            for (int block = 0; block < static_cast<int>(m_model.info().blocks.size()); ++block) {
                add(m_model.coordinates(z, block));
            }
            decode(z);
        }
        if (all.size() >= 2 && m_model.info().can.decode) {
            constexpr std::array kFirst{0};
            if (const auto moved = valueOf(m_model.transfer(all[0], all[1], kFirst))) {
                add(*moved);
            }
        }
        compose();
        return m_outcome;
    }

  private:
    template <class T>
    std::optional<T> valueOf(Result<T> result) {
        if (!result) {
            m_outcome.errors += result.error().message() + "\n";
            return std::nullopt;
        }
        return std::move(*result);
    }
    void add(const void* from, std::size_t size) {
        m_outcome.bytes.append(static_cast<const char*>(from), size);
    }
    void add(const std::vector<float>& values) {
        add(values.data(), values.size() * sizeof(float));
    }
    void add(double value) { add(&value, sizeof value); }
    void add(const music::Song& song) {
        const auto file = midi::writeSmf(song);
        add(file.data(), file.size());
    }

    std::vector<Latent> encodedLatents() {
        if (const auto* ears = soundEncoderOf(&m_model)) {
            Random random(static_cast<std::uint64_t>(m_variant));
            std::vector<float> noise(220'500);
            // Each variant has a tone of its own: an untrained network encodes any two pieces of
            // noise as the same.
            const double step = 2 * 3.14159265358979 * 220 * std::exp2(m_variant) / 22'050;
            for (std::size_t i = 0; i < noise.size(); ++i) {
                noise[i] = static_cast<float>(0.02 * random.normal() +
                                              0.4 * std::sin(step * static_cast<double>(i)));
            }
            return valueOf(ears->encodeSound(noise, {})).value_or(std::vector<Latent>());
        }
        const auto song = test::pieceNumber(m_variant, 4);
        return valueOf(m_model.encode(song, m_model.segments(song), {}))
            .value_or(std::vector<Latent>());
    }
    Latent draw() {
        Random random(static_cast<std::uint64_t>(m_variant) + 100);
        const auto label =
            m_model.info().can.conditional ? std::optional(m_variant % 2) : std::nullopt;
        const auto z = valueOf(m_model.samplePrior(label, random));
        m_outcome.drawn += z ? 1 : 0;
        return z.value_or(Latent());
    }
    void decode(const Latent& z) {
        const auto seed = static_cast<std::uint64_t>(m_variant) + 7;
        if (const auto* maker = soundDecoderOf(&m_model);
            maker != nullptr && static_cast<int>(z.size()) == maker->partSize()) {
            if (const auto clip = valueOf(maker->decodeParts(z, 1, seed, {}))) {
                add(clip->samples);
                add(clip->decibels);
                ++m_outcome.decoded;
            }
        }
        if (!m_model.info().can.decode) {
            return;
        }
        const auto song =
            valueOf(m_model.decode(z, {.seed = seed}, [&](const auto& soFar, int bars) {
                add(soFar);
                add(bars);
                return true;
            }));
        if (song) {
            add(*song);
            ++m_outcome.decoded;
        }
    }
    void compose() {
        if (const auto* composer = dynamic_cast<const Composer*>(&m_model)) {
            const auto song = composer->compose(
                test::pieceNumber(m_variant, 1),
                {.label = m_variant % 2, .bars = 1, .seed = static_cast<std::uint64_t>(m_variant)},
                {});
            if (song) {
                add(*song);
            } else { // without training nothing may come of it: then always so
                m_outcome.bytes += song.error().message();
            }
        }
    }

    const LatentModel& m_model;
    int m_variant;
    Outcome m_outcome;
};

} // namespace

class TestSharedModel : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    /// Writes a network as weights and opens them as the program does.
    std::shared_ptr<LatentModel> modelOf(const torch::nn::Module& net, const char* architecture,
                                         const nlohmann::json& config) {
        const auto path = test::pathIn(m_folder, "weights.safetensors");
        const auto saved =
            saveWeights(net, path, {{"architecture", architecture}, {"config", config.dump()}},
                        Precision::Full);
        auto model = saved ? openModel(path.string()) : tl::unexpected(saved.error());
        if (!model) {
            qWarning("%s", model.error().message().c_str());
        }
        return model.value_or(nullptr);
    }

    void compare(const std::shared_ptr<LatentModel>& model, bool decodes, bool draws) {
        QVERIFY(model);
        std::vector<Outcome> expected;
        for (int variant = 0; variant < kVariants; ++variant) {
            expected.push_back(Recorder(*model, variant).record());
            const auto& one = expected.back();
            QCOMPARE(one.errors, std::string());
            QVERIFY(one.encoded > 0);
            QCOMPARE(one.decoded > 0, decodes);
            QCOMPARE(one.drawn > 0, draws);
            QVERIFY(variant == 0 || one.bytes != expected.front().bytes);
        }
        std::atomic<int> ready{0}, wrong{0}, right{0};
        std::vector<std::thread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&, thread] {
                prepareInferenceThread();
                ++ready;
                while (ready < kThreads) { // all begin together
                    std::this_thread::yield();
                }
                for (int round = 0; round < kRounds * kVariants; ++round) {
                    const int variant = (thread + round) % kVariants;
                    const bool same = Recorder(*model, variant).record().bytes ==
                                      expected[static_cast<std::size_t>(variant)].bytes;
                    ++(same ? right : wrong);
                }
            });
        }
        for (auto& thread : threads) {
            thread.join();
        }
        QCOMPARE(wrong.load(), 0);
        QCOMPARE(right.load(), kThreads * kRounds * kVariants);
    }

  private Q_SLOTS:
    void initTestCase() {
        prepareInferenceThread();
        torch::manual_seed(11);
    }

    void style() {
        const musae::Net net(test::smallNet());
        compare(modelOf(*net, "musae", net->config.toJson()), true, true);
    }

    void styleWithRecurrentNetwork() {
        const musae::Net net(test::smallRecurrentNet());
        compare(modelOf(*net, "musae", net->config.toJson()), true, true);
    }

    void emotion() {
        const muser::Net net(test::smallMuser());
        compare(modelOf(*net, "muser", net->config.toJson()), true, true);
    }

    void orchestraDescribesSound() {
        auto config = *orchestra::NetConfig::preset("clip");
        config.mean = -60; // dB: else all of the noise is clamped to one value
        config.deviation = 20;
        config.width = 0.25;
        config.latent = 16;
        config.composers = {"A", "B"};
        torch::manual_seed(1); // whatever ran before
        const auto net = orchestra::makeNet(config);
        compare(modelOf(*net, "orchestra", config.toJson()), false, false);
    }

    void orchestraMakesSound() {
        auto config = *orchestra::NetConfig::preset("ali");
        config.mean = -60; // dB: else all of the noise is clamped to one value
        config.deviation = 20;
        config.width = 0.1;
        config.latent = 16;
        config.composers = {"A", "B"};
        const auto net = orchestra::makeNet(config);
        compare(modelOf(*net, "orchestra", config.toJson()), true, true);
    }

    void arrangement() {
        models::arrange::NetConfig config;
        config.chordLatent = 8;
        config.audioLatent = 24;
        config.textureLatent = 12;
        config.chordHidden = 16;
        config.audioChannels = 4;
        config.audioHidden = 24;
        config.textureWide = 24;
        config.textureHidden = 24;
        config.featureHidden = 24;
        config.noteWidth = 16;
        config.timeHidden = 48;
        config.noteHidden = 32;
        config.slots = 6;
        const models::arrange::Net net(config);
        compare(modelOf(*net, "arrange", config.toJson()), true, true);
    }
};

QTEST_GUILESS_MAIN(TestSharedModel)
#include "tst_shared_model.moc"
