// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/note_tracker.h"
#include "core/base/cancel.h"
#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace canto::models {

/// A network that finds the notes of a recording: for each frame of 11.6 ms how likely each key of
/// a piano begins (onset), sounds (note), and each third of a semitone sounds (contour). Immutable
/// after open(): copies share the weights, any thread may use one.
///
/// Constant-Q spectrum by octaves (nine levels, 36 bins each, low-pass and every other sample
/// between two), in dB from 0 to 1 over the window; eight copies shifted to the harmonics; six
/// convolutions. Source: Bittner, Bosch, Rubinstein, Meseguer-Brocal, Ewert, "A Lightweight
/// Instrument-Agnostic Model for Polyphonic Note Transcription and Multipitch Estimation", ICASSP
/// 2022; sizes as in the graph of the npm package @spotify/basic-pitch 1.0.1.
class NoteNetwork {
  public:
    static constexpr const char* kArchitecture = "basic-pitch";
    static constexpr double kRate = 22050;    ///< samples a second that it takes
    static constexpr int kWindow = 43844;     ///< samples: 2 s less a frame
    static constexpr int kFrame = 256;        ///< samples between two frames
    static constexpr int kWindowFrames = 172; ///< frames of a window
    static constexpr int kDropped = 15;       ///< frames dropped at each end of a window
    static constexpr int kHop = kWindow - 2 * kDropped * kFrame; ///< samples between two windows
    static constexpr int kOctaves = 9;
    static constexpr int kOctaveBins = 36;
    static constexpr int kTaps = 256; ///< of kernels and low-pass
    static constexpr int kBins = 309; ///< of the spectrum: A0 and up, three to a semitone

    /// Weights that importBasicPitch wrote. Errors: NotFound, BadFile, BadShape, BadInput (weights
    /// of another model), each with the path or the tensor.
    static Result<NoteNetwork> open(const std::filesystem::path& weights);

    /// Title of the weights: "basic-pitch 1.0.1".
    const std::string& title() const;

    /// What the network makes of one window. @param samples  exactly kWindow, one channel at kRate.
    /// The planes have kWindowFrames frames, contours included; frame i is centred at sample
    /// i * kFrame.
    Result<audio::NotePlanes> window(std::span<const float> samples) const;

    /// The constant-Q spectrum of one window, (kWindowFrames, kBins), magnitudes >= 0.
    Result<std::vector<float>> spectrum(std::span<const float> samples) const;

    struct PlaneOptions {
        bool contours = false; ///< three times as much memory as the rest
        CancelToken cancel;
        Progress progress; ///< counts windows
    };
    /// A whole recording. @param rate  of the samples, which must be kRate: BadInput otherwise.
    /// Errors: Cancelled; those of LibTorch. Computes on the calling thread.
    Result<audio::NotePlanes> planes(std::span<const float> samples, double rate,
                                     const PlaneOptions& options) const;

    struct Parts; ///< note_network.cpp

  private:
    friend class NotePlanesBuilder;
    explicit NoteNetwork(std::shared_ptr<const Parts> parts) : m_parts(std::move(parts)) {}
    std::shared_ptr<const Parts> m_parts;
};

/// Computes the planes of a recording while its sound arrives: windows of 2 s overlap by 30 frames,
/// 15 are dropped at each end. Frames have exact times: the package rounds a window to a whole
/// number of frames and corrects the drift in steps of 10 ms. Thread: one at a time.
class NotePlanesBuilder {
  public:
    explicit NotePlanesBuilder(NoteNetwork network, NoteNetwork::PlaneOptions options = {});

    /// One channel at NoteNetwork::kRate; pieces of any size. After an error nothing is computed.
    void feed(std::span<const float> samples);
    /// The planes of all sound that was fed, or the first error. Nothing may be fed afterwards.
    Result<audio::NotePlanes> end();

  private:
    void windows(bool last);

    NoteNetwork m_network;
    NoteNetwork::PlaneOptions m_options;
    std::vector<float> m_waiting; ///< begins with half an overlap of silence
    audio::NotePlanes m_planes;
    Result<void> m_state;
    std::size_t m_fed = 0;
    std::size_t m_done = 0; ///< windows
};

} // namespace canto::models
