// SPDX-License-Identifier: GPL-3.0-or-later
// Features of sound. Expected values are those of librosa 0.10's published formulas written out in
// numpy in double precision (librosa itself was not available), for the signal below, computed
// like this:
//   stft     rfft of hann(periodic) * y padded with 1024 zeros at both ends, hop 512; S = |stft|^2
//   mel      filters.mel: 66 points evenly spaced from mel(0) to mel(8000) on Slaney's scale
//            (200/3 Hz a mel below 1 kHz, ln(6.4)/27 above), triangles times 2 / (f[i+2] - f[i]);
//            10 log10(max(1e-10, M)) less that of M's maximum, at least -80
//   mfcc     the same with 128 mels to 11,025 Hz, reference 1, at least maximum - 80; DCT-II with
//            sqrt(1/128), sqrt(2/128) in front; the first 13
//   tuning   piptrack on S: local maxima above 0.1 of the frame's, 150 <= f < 4000, parabolic
//            shift; those at or above the median magnitude; histogram of 12 log2(f / 27.5) mod 1
//            in 100 bins from -0.5; the left edge of the fullest
//   chroma   filters.chroma(sr, 2048, tuning): exp(-0.5 (2 D / width)^2), columns of length 1,
//            times exp(-0.5 ((octave - 5) / 2)^2), rolled from A to C; W S over each frame's
//            maximum

#include "core/audio/audio_features.h"
#include "core/audio/griffin_lim.h"
#include "tests/support/test_support.h"

#include <array>
#include <cmath>
#include <numeric>

using namespace canto;
using namespace canto::audio;

namespace {

constexpr double kPi = 3.14159265358979323846;

/// Three partials that grow and fade, and noise of a linear congruential generator.
std::vector<float> madeSignal() {
    std::vector<float> signal(22050);
    std::uint32_t noise = 12345;
    for (std::size_t i = 0; i < signal.size(); ++i) {
        const double t = static_cast<double>(i) / kRate;
        noise = 1664525U * noise + 1013904223U;
        signal[i] = static_cast<float>(
            0.4 * std::sin(2 * kPi * 264 * t) + 0.2 * std::sin(2 * kPi * 396 * t) * (1 - t) +
            0.1 * std::sin(2 * kPi * 2217 * t) * t + 0.01 * (noise / 4294967296.0 - 0.5));
    }
    return signal;
}

/// Within 1e-3 of the size of the expected numbers.
template <std::size_t N>
bool near(const Feature& feature, int frame, int step, const std::array<double, N>& expected) {
    double largest = 0;
    for (const double value : expected) {
        largest = std::max(largest, std::fabs(value));
    }
    for (std::size_t i = 0; i < N; ++i) {
        const double is = feature(static_cast<int>(i) * step, frame);
        const double allowed = 1e-3 * std::max(std::fabs(expected[i]), 0.01 * largest);
        if (std::fabs(is - expected[i]) > allowed) {
            qWarning("frame %d row %zu: %g, expected %g", frame, i * static_cast<std::size_t>(step),
                     is, expected[i]);
            return false;
        }
    }
    return true;
}

double sumOf(const Feature& feature) {
    return std::accumulate(feature.values.begin(), feature.values.end(), 0.0);
}

} // namespace

class TestAudioFeatures : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void transformOfACosineIsItsTwoHalves() {
        // cos(2 pi 3 n / 16): half of 16 in bin 3, nothing elsewhere.
        RealFft fft(16);
        std::vector<float> signal(16);
        for (std::size_t i = 0; i < 16; ++i) {
            signal[i] = static_cast<float>(std::cos(2 * kPi * 3 * static_cast<double>(i) / 16));
        }
        std::vector<std::complex<float>> spectrum(9);
        fft.forward(signal, spectrum);
        for (std::size_t k = 0; k < 9; ++k) {
            QVERIFY(std::abs(spectrum[k] - std::complex<float>(k == 3 ? 8.0F : 0.0F)) < 1e-5F);
        }
        std::vector<float> back(16);
        fft.inverse(spectrum, back);
        for (std::size_t i = 0; i < 16; ++i) {
            QVERIFY(std::fabs(back[i] - signal[i]) < 1e-6F);
        }
    }

    void transformIsTheSumOfItsDefinition() {
        RealFft fft(64);
        const auto made = madeSignal();
        const std::vector<float> signal(made.begin(), made.begin() + 64);
        std::vector<std::complex<float>> spectrum(33);
        fft.forward(signal, spectrum);
        for (std::size_t k = 0; k < 33; ++k) {
            std::complex<double> sum = 0;
            for (std::size_t n = 0; n < 64; ++n) {
                sum += static_cast<double>(signal[n]) *
                       std::polar(1.0, -2 * kPi * static_cast<double>(k * n) / 64);
            }
            QVERIFY(std::abs(sum - std::complex<double>(spectrum[k])) < 1e-5);
        }
    }

    void transformAndBackKeepTheSignal() {
        Stft stft;
        const auto signal = madeSignal();
        const auto spectrum = stft.forward(signal);
        QCOMPARE(spectrum.rows, 1025);
        QCOMPARE(spectrum.frames, 44); // 1 + 22050 / 512
        const auto back = stft.inverse(spectrum, signal.size());
        for (std::size_t i = 0; i < signal.size(); ++i) {
            QVERIFY(std::fabs(back[i] - signal[i]) < 1e-5F);
        }
    }

    void tenSecondsAre431Frames() {
        QCOMPARE(Stft().framesOf(static_cast<std::size_t>(kClipSamples)), kClipFrames);
    }

    void mirroredEdgesContinueAConstant() {
        // A constant continues beyond its ends, so every frame is equal; with silence beyond the
        // ends they are not.
        const std::vector<float> constant(4096, 0.5F);
        Stft mirror({.edge = Edge::Mirror});
        const auto power = mirror.power(constant);
        QVERIFY(std::fabs(power(0, 0) / power(0, 4) - 1) < 1e-4F);
        Stft zero;
        QVERIFY(zero.power(constant)(0, 0) < 0.3F * power(0, 4));
    }

    void melFiltersAreSlaneys() {
        // 64 filters to 8 kHz: filter 0 rises to its top at f1 = 200/3 * mel(8000) / 65 Hz.
        // mel(8000) = 15 + ln(8) 27 / ln(6.4) = 45.24557; f1 = 46.4057 Hz; the bins at 10.766 n Hz.
        const MelFilters filters(kRate, 2048, 64, 0, 8000);
        std::vector<float> power(1025, 0.0F);
        std::vector<float> mel(64);
        power[4] = 1; // 43.0664 Hz: 43.0664 / 46.4057 of the height 2 / 92.8114 Hz
        filters.apply(power, mel);
        QVERIFY(std::fabs(mel[0] - 0.0199985F) < 1e-6F);
        QCOMPARE(mel[2], 0.0F);
        QVERIFY(std::fabs(mel[1]) < 1e-9F);
    }

    void decibelsEndAtTheRange() {
        std::vector<float> power{1.0F, 0.1F, 1e-12F, 4.0F};
        powerToDb(power, 4.0F);
        QVERIFY(std::fabs(power[0] + 6.0206F) < 1e-3F);
        QVERIFY(std::fabs(power[1] + 16.0206F) < 1e-3F);
        QCOMPARE(power[2], -80.0F);
        QCOMPARE(power[3], 0.0F);
    }

    void melSpectrogramIsLibrosas() {
        const auto mel = AudioFeatures().of(madeSignal()).mel;
        QCOMPARE(mel.rows, 64);
        QCOMPARE(mel.frames, 44);
        QVERIFY(near<10>(mel, 0, 7,
                         {-22.701747, -11.683522, -34.894304, -43.371269, -49.082389, -54.420202,
                          -58.138521, -63.581769, -64.522382, -63.599009}));
        QVERIFY(near<10>(mel, 10, 7,
                         {-62.454733, -10.005283, -65.162483, -61.384598, -62.787766, -62.46462,
                          -61.451139, -62.250962, -61.512494, -60.499215}));
        QVERIFY(near<10>(mel, 43, 7,
                         {-24.973667, -25.108522, -43.152037, -52.114794, -58.210662, -42.291938,
                          -50.660259, -58.094049, -60.646329, -63.79085}));
        QVERIFY(std::fabs(sumOf(mel) / -158151.53406699642 - 1) < 1e-4);
    }

    void mfccAreLibrosas() {
        const auto mfcc = AudioFeatures().of(madeSignal()).mfcc;
        QCOMPARE(mfcc.rows, 13);
        QVERIFY(
            near<13>(mfcc, 0, 1,
                     {-215.7688, 172.385268, 58.776401, 23.788293, 15.386026, 4.268895, -4.769244,
                      -7.855619, -10.506801, -10.982228, -11.743464, -8.170914, -10.136956}));
        QVERIFY(
            near<13>(mfcc, 25, 1,
                     {-329.146912, 44.083664, 35.582769, 37.593173, 33.005966, 5.150232, -16.178257,
                      -11.085868, -15.296051, -36.121483, -40.822787, -24.242436, -22.076209}));
        QVERIFY(std::fabs(sumOf(mfcc) / -14880.0343942158 - 1) < 1e-3);
    }

    void chromaIsLibrosas() {
        const auto features = AudioFeatures().of(madeSignal());
        QVERIFY(std::fabs(features.tuning - 0.17F) < 1e-6F);
        QCOMPARE(features.chroma.rows, 12);
        QVERIFY(near<12>(features.chroma, 10, 1,
                         {1.0, 0.304944, 0.006746, 0.000075, 0.000018, 0.000411, 0.04386, 0.197331,
                          0.043156, 0.000564, 0.007943, 0.330514}));
        QVERIFY(near<12>(features.chroma, 43, 1,
                         {1.0, 0.589151, 0.09606, 0.027283, 0.016277, 0.012439, 0.011727, 0.013843,
                          0.01944, 0.032326, 0.096413, 0.506301}));
        QVERIFY(std::fabs(sumOf(features.chroma) / 82.60655901289928 - 1) < 1e-3);
    }

    void silenceHasFiniteFeatures() {
        const std::vector<float> silence(11025, 0.0F);
        const auto features = AudioFeatures().of(silence);
        for (const auto* feature : {&features.mel, &features.mfcc, &features.chroma}) {
            for (const float value : feature->values) {
                QVERIFY(std::isfinite(value));
            }
        }
        QCOMPARE(features.chroma(0, 0), 0.0F);
        QCOMPARE(loudnessDb(silence), -120.0F);
        QVERIFY(std::fabs(loudnessDb(std::vector<float>(100, 0.1F)) + 20) < 1e-4F);
    }

    void phasesAreFoundForRealMagnitudes() {
        // Magnitudes of a real signal: 32 fast iterations leave less than a tenth, and the fast
        // variant less than the original one.
        Stft stft;
        const auto power = stft.power(madeSignal());
        Feature magnitude = power;
        for (float& value : magnitude.values) {
            value = std::sqrt(value);
        }
        const auto fast = griffinLim(magnitude, stft);
        const auto plain = griffinLim(magnitude, stft, {.momentum = 0});
        qInfo("spectral convergence: fast %.4f, plain %.4f", fast.convergence, plain.convergence);
        QVERIFY(fast.convergence < 0.1);
        QVERIFY(fast.convergence < plain.convergence);
        QCOMPARE(fast.samples.size(), std::size_t(43 * 512));
    }

    void theSoundOfAMelSpectrogramHasThatMelSpectrogram() {
        AudioFeatures features;
        const auto mel = features.of(madeSignal()).mel;
        const auto sound = soundOfMel(mel, features);
        float peak = 0;
        for (const float sample : sound.samples) {
            peak = std::max(peak, std::fabs(sample));
        }
        QVERIFY(std::fabs(peak - 0.5F) < 1e-5F);
        const auto again = features.of(sound.samples).mel;
        // The audible result: the partials, in frames away from the ends.
        double error = 0;
        int count = 0;
        for (int frame = 3; frame < 40; ++frame) {
            for (int row = 0; row < 64; ++row) {
                if (mel(row, frame) > -20) {
                    error += std::fabs(again(row, frame) - mel(row, frame));
                    ++count;
                }
            }
        }
        qInfo("mean difference of the loud values %.2f dB", error / count);
        QVERIFY(error / count < 2);
    }
};

QTEST_GUILESS_MAIN(TestAudioFeatures)
#include "tst_audio_features.moc"
