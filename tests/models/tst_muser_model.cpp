// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/composer.h"
#include "models/muser/evaluate.h"
#include "models/muser/muser.h"
#include "models/muser/scores.h"
#include "models/muser/sequence.h"
#include "models/muser/training.h"
#include "models/nn/weights_io.h"
#include "models/registry/registry.h"
#include "models/train/trainer.h"
#include "small_words.h"
#include "tests/support/odd_songs.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <numeric>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::muser;
namespace fs = std::filesystem;

namespace {

double meanVelocity(const music::Song& song) {
    double sum = 0;
    for (const auto& note : song.notes) {
        sum += note.velocity;
    }
    return sum / static_cast<double>(std::max<std::size_t>(song.notes.size(), 1));
}

} // namespace

/// One short training on pieces made here serves all.
class TestMuserModel : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    Net m_net{nullptr};
    std::shared_ptr<const Dataset> m_dataset;
    std::shared_ptr<LatentModel> m_model;

    std::vector<Latent> latentsOf(const music::Song& song) {
        const auto segments = m_model->segments(song);
        return m_model->encode(song, segments, {}).value_or(std::vector<Latent>());
    }

  private Q_SLOTS:
    void initTestCase() {
        torch::set_num_threads(1);
        torch::manual_seed(7);
        m_net = Net(test::smallMuser());
        m_dataset = std::make_shared<Dataset>(test::smallPieces(44, 6), 2, 48);
        TrainConfig config;
        config.batch = 8;
        config.learningRate = 4e-3;
        config.shortShare = 0;
        config.transpose = 2;
        config.priorShare = 0.3;
        config.restartEvery = 40;
        auto training = std::make_shared<MuserTraining>(m_net, config, m_dataset);
        train::TrainerOptions options;
        options.steps = 480;
        options.epochSteps = 480;
        options.threads = 1;
        train::Trainer trainer(training, fs::path(m_folder.path().toStdString()) / "run", options);
        QVERIFY_RESULT(trainer.run());
        const auto path = fs::path(m_folder.path().toStdString()) / "run" / "last.safetensors";
        auto model = openModel(path.string());
        QVERIFY_RESULT(model);
        m_model = *model;
    }

    void everyElementBeatsGuessingOnHeldOutPieces() {
        const auto rows = reportRows(*m_dataset, "test", 2);
        QVERIFY(rows.size() >= 4);
        const auto figures = reconstructionOf(*m_net, *m_dataset, rows, 8, {});
        QVERIFY_RESULT(figures);
        for (const char* element : {"chord", "beat", "type", "pitch", "duration", "velocity"}) {
            const double model = (*figures)["model"][element].get<double>();
            const double guess = (*figures)["unigram"][element].get<double>();
            QVERIFY2(model > guess + 0.05 || model > 0.97,
                     qPrintable(QStringLiteral("%1: %2 against %3")
                                    .arg(QLatin1String(element))
                                    .arg(model)
                                    .arg(guess)));
        }
        QVERIFY((*figures)["noteF1"].get<double>() > 0.3);
    }

    void anInfoSaysWhatCanBeCarried() {
        const auto& info = m_model->info();
        QCOMPARE(info.space, std::string("Emotion"));
        QCOMPARE(info.blocks.size(), std::size_t(8));
        QCOMPARE(info.blocks[6].id, std::string("velocity"));
        QCOMPARE(info.blocks[7].end, info.latentSize);
        QCOMPARE(info.classes, (std::vector<std::string>{"calm", "lively"}));
        QVERIFY(info.geometry == Geometry::Discrete);
    }

    void phrasesAreReadBarByBarAndWrittenAgain() {
        const auto song = test::pieceNumber(42, 5);
        const auto segments = m_model->segments(song);
        QCOMPARE(segments.size(), std::size_t(4)); // bars 0-3, two bars each
        QCOMPARE(segments[1].start, music::Tick(1920));
        const auto latents = m_model->encode(song, segments, {});
        QVERIFY_RESULT(latents);
        QCOMPARE(latents->front().size(), std::size_t(m_model->info().latentSize));
        int bars = 0;
        std::vector<std::size_t> notes;
        const auto back =
            m_model->decode(latents->front(), {}, [&](const music::Song& soFar, int count) {
                bars = count;
                notes.push_back(soFar.notes.size());
                return true;
            });
        QVERIFY_RESULT(back);
        QCOMPARE(bars, 2);
        QVERIFY(notes.size() >= 2 && notes.front() < notes.back());
        QCOMPARE(notes.back(), back->notes.size());
        // The same latent gives the same music.
        const auto again = m_model->decode(latents->front(), {}, {});
        QVERIFY(again && again->notes == back->notes);
    }

    void aPhraseOutsideTheSongIsRefused() {
        const auto song = test::pieceNumber(1, 3);
        const std::vector<Segment> outside{{9, 9 * 1920, 11 * 1920, false}};
        const auto latents = m_model->encode(song, outside, {});
        QVERIFY(!latents);
        QCOMPARE(latents.error().code, Error::Code::BadInput);
        QVERIFY(!m_model->decode(Latent(3), {}, {}));
        Latent bad(static_cast<std::size_t>(m_model->info().latentSize), 1.0F);
        bad[5] = std::numeric_limits<float>::quiet_NaN();
        QCOMPARE(m_model->decode(bad, {}, {}).error().code, Error::Code::BadInput);
        QVERIFY(m_model->segments(music::Song()).empty());
    }

    void whatIsListedCanBeEncodedInAnyMetre() {
        auto songs = test::oddSongs(61);
        songs.push_back({"12/8", test::songEndingNearABarLine(384, {{0, 12, 8}}, 3, 32)});
        for (const auto& [name, song] : songs) {
            const auto segments = m_model->segments(song);
            const auto latents = m_model->encode(song, segments, {});
            QVERIFY2(latents, name.c_str());
            QVERIFY2(!latents->empty() && latents->size() == segments.size(), name.c_str());
        }
    }

    void phrasesAfterAPickupBeginOnBarLines() {
        auto song = test::pieceNumber(42, 5);
        for (auto& note : song.notes) {
            note.start += 960;
        }
        song.metre = music::MetreMap(song.ticksPerQuarter, {{0, 2, 4}, {960, 4, 4}});
        song.finish();
        const auto segments = m_model->segments(song);
        QVERIFY(segments.size() >= 3);
        QCOMPARE(segments[0].start, music::Tick(0));
        QCOMPARE(segments[1].start, music::Tick(960));
        QCOMPARE(segments[2].start, music::Tick(2880));
        // The very phrases of the piece without its pickup.
        const auto later = latentsOf(song);
        const auto plain = latentsOf(test::pieceNumber(42, 5));
        QCOMPARE(later[1], plain[0]);
        QCOMPARE(later[2], plain[1]);
    }

    void decodingStopsWhenAsked() {
        const auto latents = latentsOf(test::pieceNumber(42, 5));
        QVERIFY(!latents.empty());
        const auto stopped =
            m_model->decode(latents.front(), {}, [](const music::Song&, int) { return false; });
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, Error::Code::Cancelled);
        DecodeOptions options;
        options.cancel.cancel();
        int bars = 0;
        const auto cancelled = m_model->decode(latents.front(), options,
                                               [&](const music::Song&, int) { return ++bars > 0; });
        QCOMPARE(cancelled.error().code, Error::Code::Cancelled);
        QCOMPARE(bars, 0);
    }

    void aCarriedElementMovesTheMusicAndLeavesTheRest() {
        const auto loud = latentsOf(test::pieceNumber(42, 2));
        const auto soft = latentsOf(test::pieceNumber(43, 2));
        QVERIFY(!loud.empty() && !soft.empty());
        const std::vector<int> velocity{static_cast<int>(codec::Field::Velocity)};
        const auto mixed = m_model->transfer(loud.front(), soft.front(), velocity);
        QVERIFY_RESULT(mixed);
        const auto before = m_model->decode(loud.front(), {}, {});
        const auto source = m_model->decode(soft.front(), {}, {});
        const auto after = m_model->decode(*mixed, {}, {});
        QVERIFY(before && source && after);
        QVERIFY(meanVelocity(*before) > meanVelocity(*source) + 20);
        QVERIFY(std::abs(meanVelocity(*after) - meanVelocity(*source)) <
                std::abs(meanVelocity(*after) - meanVelocity(*before)));
        // As many notes as before: the rhythm stayed.
        QVERIFY(std::abs(static_cast<double>(after->notes.size()) -
                         static_cast<double>(before->notes.size())) <=
                0.25 * static_cast<double>(before->notes.size()));
        // Every other element's codes are the target's own.
        for (int block = 0; block < 6; ++block) {
            const auto& range = m_model->info().blocks[static_cast<std::size_t>(block)];
            QVERIFY(std::equal(mixed->begin() + range.begin, mixed->begin() + range.end,
                               loud.front().begin() + range.begin));
        }
        const std::vector<int> none{17};
        QVERIFY(!m_model->transfer(loud.front(), soft.front(), none));
    }

    void coordinatesAreMeansOfSlices() {
        const auto latents = latentsOf(test::pieceNumber(42, 2));
        QVERIFY(!latents.empty());
        const auto whole = m_model->coordinates(latents.front(), {});
        QCOMPARE(whole.size(), std::size_t(42));
        const auto part = m_model->coordinates(latents.front(), 4);
        QCOMPARE(part, Latent(whole.begin() + 24, whole.begin() + 30));
    }

    void thePriorDrawsWhatCanBeWritten() {
        Random random(3);
        const auto first = m_model->samplePrior(0, random);
        const auto second = m_model->samplePrior(0, random);
        QVERIFY_RESULT(first);
        QVERIFY_RESULT(second);
        QVERIFY(*first != *second);
        Random same(3);
        QVERIFY(*m_model->samplePrior(0, same) == *first);
        QVERIFY_RESULT(m_model->decode(*first, {}, {}));
        QVERIFY(!m_model->samplePrior(2, random));
        const auto scores = m_model->classScores(*first);
        QCOMPARE(scores.size(), std::size_t(2));
        QVERIFY(std::abs(scores[0] + scores[1] - 1) < 1e-9);
    }

    void musicOfAnyLengthIsWrittenBarByBar() {
        const auto* composer = dynamic_cast<const Composer*>(m_model.get());
        QVERIFY(composer != nullptr);
        ComposeOptions options;
        options.label = 0;
        options.bars = 7; // phrases have two
        // Not every draw has notes in its first bar: take the first seed that does.
        std::size_t begins = 0;
        for (options.seed = 0; begins == 0 && options.seed < 100;) {
            ++options.seed;
            (void)composer->compose({}, options, [&begins](const music::Song& soFar, int) {
                begins = soFar.notes.size();
                return false;
            });
        }
        QVERIFY(begins > 0);
        std::vector<int> reported;
        std::vector<std::size_t> notes;
        const auto song = composer->compose({}, options, [&](const music::Song& soFar, int bars) {
            reported.push_back(bars);
            notes.push_back(soFar.notes.size());
            return true;
        });
        QVERIFY_RESULT(song);
        QCOMPARE(reported, (std::vector<int>{1, 2, 3, 4, 5, 6, 7}));
        QVERIFY(notes.front() > 0 && notes.front() < notes.back());
        QCOMPARE(notes.back(), song->notes.size());
        const int bars = codec::wordsOf(*song).barCount(); // up to the last note
        QVERIFY(bars >= 4 && bars <= 7);
        QVERIFY(composer->compose({}, options, {})->notes == song->notes);
        ++options.seed;
        QVERIFY(composer->compose({}, options, {})->notes != song->notes);
        // It stops at the first bar, or before, when the callback returns false.
        QCOMPARE(composer->compose({}, options, [](const music::Song&, int) { return false; })
                     .error()
                     .code,
                 Error::Code::Cancelled);
        options.cancel.cancel();
        QCOMPARE(composer->compose({}, options, {}).error().code, Error::Code::Cancelled);
        ComposeOptions unknown;
        unknown.label = 9;
        QCOMPARE(composer->compose({}, unknown, {}).error().code, Error::Code::BadInput);
    }

    void aContinuationBeginsWithTheSong() {
        const auto* composer = dynamic_cast<const Composer*>(m_model.get());
        const auto begun = test::pieceNumber(42, 3);
        ComposeOptions options;
        options.bars = 2;
        std::vector<int> reported;
        const auto song = composer->compose(begun, options, [&](const music::Song&, int bars) {
            reported.push_back(bars);
            return true;
        });
        QVERIFY_RESULT(song);
        QCOMPARE(reported, (std::vector<int>{4, 5}));
        const auto before = codec::wordsOf(begun).words;
        const auto after = codec::wordsOf(*song).words;
        QVERIFY(after.size() > before.size());
        const auto pitches = [](const std::vector<codec::Word>& words, std::size_t count) {
            std::vector<int> result;
            for (const auto& word : words) {
                if (word.isNote() && result.size() < count) {
                    result.push_back(word[codec::Field::Pitch]);
                }
            }
            return result;
        };
        const auto own = pitches(before, before.size());
        QCOMPARE(pitches(after, own.size()), own);
    }

    void weightsOfAnotherSizeAreRefused() {
        const auto path = fs::path(m_folder.path().toStdString()) / "wrong.safetensors";
        auto config = m_net->config;
        config.codes = 47;
        QVERIFY_RESULT(saveWeights(*m_net, path,
                                   {{"architecture", "muser"}, {"config", config.toJson().dump()}},
                                   Precision::Half));
        const auto model = openModel(path.string());
        QVERIFY(!model);
        QCOMPARE(model.error().code, Error::Code::BadShape);
    }
};

QTEST_GUILESS_MAIN(TestMuserModel)
#include "tst_muser_model.moc"
