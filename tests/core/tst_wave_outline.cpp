// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/wave_outline.h"
#include "core/base/random.h"
#include "tests/support/test_support.h"

#include <algorithm>
#include <cmath>

using namespace canto;
using audio::WaveOutline;

class TestWaveOutline : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void extremesAreFoundWhereTheyAre() {
        std::vector<float> sound(1000);
        sound[300] = 0.5F;   // bin 2: samples 256 to 383
        sound[700] = -0.25F; // bin 5: 640 to 767
        WaveOutline outline;
        outline.feed(std::span(sound).first(333)); // pieces of any size
        outline.feed(std::span(sound).subspan(333));
        outline.end();
        QCOMPARE(outline.seconds(), 1000.0 / 22050);
        const auto at = [](int sample) { return sample / 22050.0; };
        QCOMPARE(outline.between(at(256), at(384)).high, 64.0F / 127); // .5 * 127 upwards
        QCOMPARE(outline.between(at(256), at(384)).low, 0.0F);
        QCOMPARE(outline.between(at(0), at(256)).high, 0.0F);
        QCOMPARE(outline.between(at(0), at(1000)).low, -32.0F / 127);  // -.25 * 127 downwards
        QCOMPARE(outline.between(at(710), at(712)).low, -32.0F / 127); // the bin it overlaps
        QCOMPARE(outline.between(-2, -1).high, 0.0F);
        QCOMPARE(outline.between(5, 9).high, 0.0F);
        QCOMPARE(outline.between(at(384), at(256)).high, 0.0F);
    }

    void everyScaleTellsTheSame() {
        Random random(4);
        std::vector<float> sound(128 * 777);
        for (float& sample : sound) {
            sample = static_cast<float>(std::pow(2 * random.uniform() - 1, 9));
        }
        WaveOutline outline;
        outline.feed(sound);
        outline.end();
        const double bin = 128.0 / 22050;
        for (int i = 0; i < 400; ++i) {
            const auto a = random.below(777);
            const auto b = a + 1 + random.below(777 - a);
            // The middles of the first and last bin: no rounding decides.
            const auto found = outline.between((double(a) + 0.5) * bin, (double(b) - 0.5) * bin);
            const auto [low, high] = std::minmax_element(sound.begin() + std::ptrdiff_t(128 * a),
                                                         sound.begin() + std::ptrdiff_t(128 * b));
            QCOMPARE(found.low, std::min(127.0F, std::floor(*low * 127)) / 127);
            QCOMPARE(found.high, std::max(-127.0F, std::ceil(*high * 127)) / 127);
        }
    }

    void nothingAndNonsenseHaveAnOutline() {
        WaveOutline empty;
        empty.end();
        QCOMPARE(empty.seconds(), 0.0);
        QCOMPARE(empty.between(0, 1).high, 0.0F);
        WaveOutline odd;
        odd.feed(std::vector<float>{NAN, 7.0F, -INFINITY});
        odd.end();
        QCOMPARE(odd.between(0, 1).high, 1.0F);
        QCOMPARE(odd.between(0, 1).low, 0.0F);
    }
};

QTEST_GUILESS_MAIN(TestWaveOutline)
#include "tst_wave_outline.moc"
