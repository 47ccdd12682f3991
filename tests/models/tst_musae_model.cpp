// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/token_metrics.h"
#include "models/common/filler.h"
#include "models/common/reducer.h"
#include "models/musae/musae.h"
#include "models/nn/weights_io.h"
#include "models/registry/registry.h"
#include "models/train/trainer.h"
#include "small_music.h"
#include "tests/support/odd_songs.h"
#include "tests/support/test_support.h"

#include <thread>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;

namespace {

/// Two bars of 4/4 with a note on each track, and a third bar with the bass alone.
music::Song threeBars() {
    music::Song song;
    song.tracks.resize(4);
    const auto add = [&](int track, std::uint8_t channel, std::uint8_t program, int pitch,
                         int quarter) {
        music::Note note;
        note.track = static_cast<std::uint16_t>(track);
        note.channel = channel;
        note.program = program;
        note.pitch = static_cast<std::uint8_t>(pitch);
        note.start = 480 * quarter;
        note.length = 480;
        song.notes.push_back(note);
    };
    for (int quarter = 0; quarter < 8; ++quarter) {
        add(0, music::kDrumChannel, 0, quarter % 2 == 0 ? 36 : 38, quarter);
        add(2, 1, 24, 60 + quarter, quarter);
        add(3, 2, 48, 72 - quarter, quarter);
    }
    for (int quarter = 0; quarter < 12; ++quarter) {
        add(1, 0, 33, 40 + quarter % 3, quarter);
    }
    song.finish();
    return song;
}

} // namespace

class TestMusaeModel : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase();
    void infoTellsBlocksClassesAndCapabilities();
    void everyBarWithAPhraseIsAPlaceEvenOfAPianoPiece();
    void encodingInBatchesEqualsEncodingOneByOne();
    void segmentsOutsideTheSongAndOtherLatentsAreRefused();
    void whatIsListedCanBeEncodedInAnyMetre();
    void thePedalIsSaidToBeLeftOut();
    void decodingStreamsBarsOfWhatIsDecodedInTheEnd();
    void decodingStopsWhenToldTo();
    void decodingIsTheSameEveryTimeAndFromAnotherThread();
    void drawsFromThePriorLieNearestToTheirClass();
    void componentsOfThePriorDescribeItsDraws();
    void cancelledEncodingStops();
    void evaluationReportsStrictAndAllWindowsBesideBaselines();
    void lockedPartsStayAndTheRestIsWritten();
    void locksOfAnotherShapeAreRefused();
    void shippedWeightsGiveAPhraseBack();
    void shippedWeightsHearWhatIsLocked();

  private:
    QTemporaryDir m_folder;
    std::filesystem::path m_weights;
    std::shared_ptr<LatentModel> m_model;
};

void TestMusaeModel::initTestCase() {
    train::TrainerOptions options;
    options.steps = 3;
    options.threads = 1;
    const auto run = test::pathIn(m_folder, "run");
    QVERIFY_RESULT(
        train::Trainer(test::trainingOf(test::smallNet(), test::smallTraining(), 14), run, options)
            .run({}));
    m_weights = run / "last.safetensors";
    const auto model = openModel(m_weights.string());
    QVERIFY_RESULT(model);
    m_model = *model;
}

void TestMusaeModel::infoTellsBlocksClassesAndCapabilities() {
    const auto& info = m_model->info();
    QCOMPARE(info.id, std::string("musae"));
    QCOMPARE(info.space, std::string("Style"));
    QCOMPARE(info.latentSize, 16);
    QCOMPARE(info.phraseBars, 2);
    QVERIFY(info.classes == std::vector<std::string>({"even", "odd"}));
    QCOMPARE(info.labelColumn, std::string("genre"));
    QVERIFY(info.can.encode && info.can.decode && info.can.samplePrior && info.can.conditional);
    QCOMPARE(info.blocks.size(), std::size_t(2));
    QCOMPARE(info.blocks[0].id, std::string("genre"));
    QCOMPARE(info.blocks[0].end, 2);
    QCOMPARE(info.blocks[1].begin, 2);
    QCOMPARE(info.blocks[1].end, 16);
    QCOMPARE(info.version.size(), std::size_t(16)); // the checksum
}

void TestMusaeModel::everyBarWithAPhraseIsAPlaceEvenOfAPianoPiece() {
    const auto segments = m_model->segments(threeBars());
    QCOMPARE(segments.size(), std::size_t(2)); // bars 0-1 and 1-2
    QVERIFY(segments[0].strict);
    QVERIFY(!segments[1].strict); // only the bass plays in the third bar
    QCOMPARE(segments[1].start, music::Tick(1920));

    music::Song piano;
    piano.tracks.resize(1);
    music::Note note;
    note.length = 480;
    piano.notes.push_back(note);
    piano.finish();
    const auto one = m_model->segments(piano);
    QCOMPARE(one.size(), std::size_t(1));
    const auto done1 = m_model->encode(piano, one, {});
    QVERIFY_RESULT(done1);
    QVERIFY(m_model->segments(music::Song()).empty());
}

void TestMusaeModel::encodingInBatchesEqualsEncodingOneByOne() {
    auto song = threeBars();
    // 100 bars: more than one batch.
    for (int bar = 3; bar < 100; ++bar) {
        music::Note note;
        note.track = 2;
        note.program = 24;
        note.start = 1920 * bar + 120 * (bar % 16);
        note.length = 240;
        note.pitch = static_cast<std::uint8_t>(40 + bar % 40);
        song.notes.push_back(note);
    }
    song.finish();
    const auto segments = m_model->segments(song);
    QCOMPARE(segments.size(), std::size_t(99));
    const auto together = m_model->encode(song, segments, {});
    QVERIFY_RESULT(together);
    QCOMPARE(together->size(), segments.size());
    for (std::size_t i = 0; i < segments.size(); i += 7) {
        const auto alone = m_model->encode(song, {&segments[i], 1}, {});
        QVERIFY_RESULT(alone);
        for (std::size_t d = 0; d < 16; ++d) {
            QVERIFY(std::abs(alone->front()[d] - (*together)[i][d]) < 1e-5f);
        }
    }
}

void TestMusaeModel::segmentsOutsideTheSongAndOtherLatentsAreRefused() {
    const auto song = threeBars();
    const Segment outside{50, 96000, 99840, false};
    const auto encoded = m_model->encode(song, {&outside, 1}, {});
    QVERIFY(!encoded);
    QCOMPARE(encoded.error().code, Error::Code::BadInput);
    const auto decoded = m_model->decode(Latent(15), {}, {});
    QVERIFY(!decoded);
    QCOMPARE(decoded.error().code, Error::Code::BadShape);
    Latent z(16);
    z[3] = std::numeric_limits<float>::quiet_NaN();
    QVERIFY(!m_model->decode(z, {}, {}));
    Random random(1);
    QVERIFY(!m_model->samplePrior(2, random));
}

void TestMusaeModel::whatIsListedCanBeEncodedInAnyMetre() {
    auto songs = test::oddSongs(23);
    songs.push_back({"12/8", test::songEndingNearABarLine(384, {{0, 12, 8}}, 3, 32)});
    for (const auto& [name, song] : songs) {
        const auto latents = m_model->encode(song, m_model->segments(song), {});
        QVERIFY2(latents, name.c_str());
        QVERIFY2(!latents->empty(), name.c_str());
    }
}

void TestMusaeModel::thePedalIsSaidToBeLeftOut() {
    const auto* reducer = dynamic_cast<const Reducer*>(m_model.get());
    QVERIFY(reducer != nullptr);
    auto song = threeBars();
    QCOMPARE(reducer->reductionOf(song), std::string());
    // Down on the channel of the bass for the first two quarters; the keys 40, 41, 42, 40 ... go up
    // at 480 under the pedal.
    song.events.resize(2);
    song.events[0].number = song.events[1].number = 64;
    song.events[0].value = 127;
    song.events[1].tick = 720;
    song.finish();
    QCOMPARE(reducer->reductionOf(song),
             std::string("The pedal is left out: 1 of 36 notes end with their keys"));
}

void TestMusaeModel::decodingStreamsBarsOfWhatIsDecodedInTheEnd() {
    std::vector<music::Song> parts;
    std::vector<int> bars;
    const auto song =
        m_model->decode(Latent(16), {.bpm = 90}, [&](const music::Song& soFar, int count) {
            parts.push_back(soFar);
            bars.push_back(count);
            return true;
        });
    QVERIFY_RESULT(song);
    QVERIFY(bars == std::vector<int>({1, 2}));
    QVERIFY(parts.back().notes == song->notes);
    QVERIFY(std::abs(song->tempo.bpmAt(0) - 90) < 0.01);
    QVERIFY(parts.front().endTick() <= 4 * song->ticksPerQuarter);
    QVERIFY(song->endTick() <= 8 * song->ticksPerQuarter);
    // Notes of the first bar stay what they were, but for one that is held over the bar line.
    for (const auto& note : parts.front().notes) {
        QVERIFY(std::any_of(song->notes.begin(), song->notes.end(), [&](const music::Note& other) {
            return other.start == note.start && other.pitch == note.pitch &&
                   other.track == note.track && other.length >= note.length;
        }));
    }
}

void TestMusaeModel::decodingStopsWhenToldTo() {
    int calls = 0;
    const auto song = m_model->decode(Latent(16), {}, [&](const music::Song&, int) {
        ++calls;
        return false;
    });
    QVERIFY(!song);
    QCOMPARE(song.error().code, Error::Code::Cancelled);
    QCOMPARE(calls, 1);
}

void TestMusaeModel::decodingIsTheSameEveryTimeAndFromAnotherThread() {
    Random random(4);
    const auto z = m_model->samplePrior(1, random);
    QVERIFY_RESULT(z);
    const auto here = m_model->decode(*z, {}, {});
    QVERIFY_RESULT(here);
    Result<music::Song> there;
    std::jthread([&] { there = m_model->decode(*z, {}, {}); }).join();
    QVERIFY_RESULT(there);
    QVERIFY(here->notes == there->notes);
}

void TestMusaeModel::drawsFromThePriorLieNearestToTheirClass() {
    Random random(2);
    for (int label = 0; label < 2; ++label) {
        int right = 0;
        for (int draw = 0; draw < 200; ++draw) {
            const auto z = m_model->samplePrior(label, random);
            QVERIFY_RESULT(z);
            const auto scores = m_model->classScores(*z);
            QCOMPARE(scores.size(), std::size_t(2));
            QVERIFY(std::abs(scores[0] + scores[1] - 1) < 1e-9);
            right += scores[static_cast<std::size_t>(label)] > 0.5;
        }
        QVERIFY(right >= 195);
    }
    // The same seed gives the same point.
    Random a(8);
    Random b(8);
    QVERIFY(*m_model->samplePrior({}, a) == *m_model->samplePrior({}, b));
}

void TestMusaeModel::componentsOfThePriorDescribeItsDraws() {
    const auto components = m_model->priorComponents();
    QCOMPARE(components.size(), std::size_t(3)); // even, odd, no label
    QCOMPARE(components[0].label, std::string("even"));
    QCOMPARE(components[1].classOf, std::optional<int>(1));
    QVERIFY(components[2].label.empty() && !components[2].classOf);
    // Three components are 120 degrees apart: the second mean is (cos 120, sin 120).
    QVERIFY(std::abs(components[1].mean[0] + 0.5F) < 1e-6F);
    QVERIFY(std::abs(components[1].mean[1] - std::sqrt(0.75F)) < 1e-6F);
    Random random(3);
    constexpr int kDraws = 4000;
    for (const auto& component : components) {
        // In each dimension, and across the first two, the moments that the component claims.
        double sum[3] = {};
        double products[3] = {};
        for (int i = 0; i < kDraws; ++i) {
            const auto z = m_model->samplePrior(component.classOf, random);
            QVERIFY_RESULT(z);
            for (std::size_t d = 0; d < 3; ++d) {
                sum[d] += (*z)[d] - component.mean[d];
            }
            const double a = (*z)[0] - component.mean[0];
            const double b = (*z)[1] - component.mean[1];
            products[0] += a * a;
            products[1] += b * b;
            products[2] += a * b;
        }
        const auto variance = [&](std::size_t a, std::size_t b) {
            return (a == b ? component.deviation[a] * component.deviation[a] : 0.0F) +
                   component.axis[a] * component.axis[b];
        };
        for (const double one : sum) {
            QVERIFY(std::abs(one / kDraws) < 0.02); // four standard errors of the long way
        }
        QVERIFY(std::abs(products[0] / kDraws - variance(0, 0)) < 0.01);
        QVERIFY(std::abs(products[1] / kDraws - variance(1, 1)) < 0.01);
        QVERIFY(std::abs(products[2] / kDraws - variance(0, 1)) < 0.01);
    }
}

void TestMusaeModel::cancelledEncodingStops() {
    const auto song = threeBars();
    const CancelToken stop;
    stop.cancel();
    const auto latents = m_model->encode(song, m_model->segments(song), stop);
    QVERIFY(!latents);
    QCOMPARE(latents.error().code, Error::Code::Cancelled);
}

void TestMusaeModel::evaluationReportsStrictAndAllWindowsBesideBaselines() {
    const auto dataset = test::pathIn(m_folder, "small.safetensors");
    const auto done2 = test::smallMusic(14).write(dataset);
    QVERIFY_RESULT(done2);
    const auto weights = tensors::SafeTensors::open(m_weights, tensors::OpenOptions::weights());
    QVERIFY_RESULT(weights);
    const auto figures = musae::evaluateMusae(*weights, dataset, "train", {});
    QVERIFY_RESULT(figures);
    const auto& strict = (*figures)["windows"]["strict"];
    QCOMPARE(strict["phrases"].get<int>(), 12);
    // Always hold is right at the holds, which are counted here without the metrics.
    double holds = 0;
    for (int i = 0; i < 12; ++i) {
        const auto phrase = test::phraseNumber(i);
        holds += static_cast<double>(std::count(phrase.begin(), phrase.end(), codec::kHold));
    }
    QVERIFY(std::abs(strict["alwaysHold"]["mean"]["accuracy"].get<double>() -
                     holds / (12 * codec::kPhraseTokens)) < 1e-9);
    QCOMPARE(strict["alwaysHold"]["mean"]["onsetF1"].get<double>(), 0.0);
    QVERIFY(strict["mostFrequent"]["mean"]["accuracy"].get<double>() >
            strict["alwaysHold"]["mean"]["accuracy"].get<double>());
    QCOMPARE(strict["label"]["chance"].get<double>(), 0.5);
    QCOMPARE(strict["label"]["majority"].get<double>(), 0.5);
    QVERIFY((*figures)["windows"].contains("all"));
    QVERIFY((*figures)["prior"].contains("even"));
    QVERIFY(!musae::evaluateMusae(*weights, dataset, "nosuch", {}));
}

namespace {

using NoteKey = std::tuple<int, int, int, int>; ///< track, pitch, start, end in ticks

/// The notes of some tracks that start from a tick on.
std::vector<NoteKey> notesOf(const music::Song& song, const std::vector<int>& tracks,
                             music::Tick from, music::Tick to) {
    std::vector<NoteKey> keys;
    for (const auto& note : song.notes) {
        if (std::find(tracks.begin(), tracks.end(), int(note.track)) != tracks.end() &&
            note.start >= from && note.start < to) {
            keys.emplace_back(note.track, note.pitch, note.start, note.start + note.length);
        }
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

} // namespace

void TestMusaeModel::lockedPartsStayAndTheRestIsWritten() {
    const auto* filler = dynamic_cast<const Filler*>(m_model.get());
    QVERIFY(filler != nullptr);
    QCOMPARE(filler->fillTracks().size(), std::size_t(4));
    const auto song = threeBars();
    const auto segment = m_model->segments(song).front();
    FillOptions options;
    options.toward.assign(std::size_t(m_model->info().latentSize), 0.0F);
    options.steps = 5;
    const music::Tick bar = 4 * 480, all = 2 * bar;
    // Everything locked: the phrase itself, as the codec reads it (no repeated notes here).
    options.locked.assign(8, true);
    const auto whole = filler->fill(song, segment, options);
    QVERIFY_RESULT(whole);
    QCOMPARE(notesOf(whole->song, {0, 1, 2, 3}, 0, all), notesOf(song, {0, 1, 2, 3}, 0, all));
    // Bass of both bars, and the guitar's second bar.
    options.locked = {false, false, true, true, false, true, false, false};
    const auto some = filler->fill(song, segment, options);
    QVERIFY_RESULT(some);
    QCOMPARE(notesOf(some->song, {1}, 0, all), notesOf(song, {1}, 0, all));
    QCOMPARE(notesOf(some->song, {2}, bar, all), notesOf(song, {2}, bar, all));
    QCOMPARE(some->latent.size(), options.toward.size());
    QVERIFY(some->understood >= 0 && some->understood <= 1);
    // Nothing locked: the music of the goal.
    options.locked.assign(8, false);
    const auto nothing = filler->fill(song, segment, options);
    QVERIFY_RESULT(nothing);
    const auto goal = m_model->decode(options.toward, {}, {});
    QVERIFY_RESULT(goal);
    QCOMPARE(notesOf(nothing->song, {0, 1, 2, 3}, 0, all), notesOf(*goal, {0, 1, 2, 3}, 0, all));
    // Another seed aims elsewhere; the same one gives the same.
    options.spread = 1;
    const auto one = filler->fill(song, segment, options);
    const auto again = filler->fill(song, segment, options);
    options.seed = 2;
    const auto other = filler->fill(song, segment, options);
    QVERIFY_RESULT(other);
    QCOMPARE(one->latent, again->latent);
    QVERIFY(one->latent != other->latent);
}

void TestMusaeModel::locksOfAnotherShapeAreRefused() {
    const auto* filler = dynamic_cast<const Filler*>(m_model.get());
    const auto song = threeBars();
    const auto segment = m_model->segments(song).front();
    FillOptions options;
    options.toward.assign(std::size_t(m_model->info().latentSize), 0.0F);
    options.locked.assign(7, true);
    QCOMPARE(filler->fill(song, segment, options).error().code, Error::Code::BadShape);
    options.locked.assign(8, true);
    options.toward.pop_back();
    QCOMPARE(filler->fill(song, segment, options).error().code, Error::Code::BadShape);
    options.toward.push_back(0);
    QCOMPARE(filler->fill(song, {.start = -480}, options).error().code, Error::Code::BadInput);
    options.cancel.cancel();
    QCOMPARE(filler->fill(song, segment, options).error().code, Error::Code::Cancelled);
}

void TestMusaeModel::shippedWeightsGiveAPhraseBack() {
    const auto path =
        std::filesystem::path(CANTO_SOURCE_DIR) / "assets" / "models" / "musae.safetensors";
    if (!std::filesystem::exists(path)) {
        QSKIP("this tree ships no weights");
    }
    const auto model = openModel(path.string());
    QVERIFY_RESULT(model);
    const auto song = threeBars();
    const auto segments = (*model)->segments(song);
    const auto latents = (*model)->encode(song, {segments.data(), 1}, {});
    QVERIFY_RESULT(latents);
    const auto again = (*model)->decode(latents->front(), {}, {});
    QVERIFY_RESULT(again);
    const codec::MusaeSong before(song);
    const codec::MusaeSong after(*again);
    codec::TokenMetrics metrics;
    metrics.add(after.encode(0), before.encode(0));
    const auto mean = metrics.scores().mean;
    QVERIFY2(mean.accuracy > 0.85, std::to_string(mean.accuracy).c_str());
    QVERIFY2(mean.onsetF1 > 0.65, std::to_string(mean.onsetF1).c_str());
    QVERIFY(std::filesystem::file_size(path) < 16'000'000);
}

void TestMusaeModel::shippedWeightsHearWhatIsLocked() {
    const auto path =
        std::filesystem::path(CANTO_SOURCE_DIR) / "assets" / "models" / "musae.safetensors";
    if (!std::filesystem::exists(path)) {
        QSKIP("this tree ships no weights");
    }
    const auto model = openModel(path.string());
    QVERIFY_RESULT(model);
    const auto* filler = dynamic_cast<const Filler*>(model->get());
    QVERIFY(filler != nullptr);
    const auto song = threeBars();
    const auto segment = (*model)->segments(song).front();
    Random random(3);
    const auto jazz = (*model)->samplePrior(2, random);
    QVERIFY_RESULT(jazz);
    FillOptions options;
    options.toward = *jazz;
    options.locked = {true, true, true, true, false, false, false, false};
    options.steps = 1;
    const auto deaf = filler->fill(song, segment, options);
    options.steps = 80;
    const auto fitted = filler->fill(song, segment, options);
    QVERIFY_RESULT(fitted);
    QVERIFY2(fitted->understood > 0.9, std::to_string(fitted->understood).c_str());
    QVERIFY(fitted->understood > deaf->understood + 0.2);
    // Something is written for the other tracks.
    QVERIFY(notesOf(fitted->song, {2, 3}, 0, 8 * 480).size() >= 4);
}

QTEST_APPLESS_MAIN(TestMusaeModel)
#include "tst_musae_model.moc"
