// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/piano_tree.h"
#include "models/arrange/config.h"

#include <functional>
#include <torch/torch.h>
#include <vector>

namespace canto::models::arrange {

using canto::arrange::PianoTree;

/// A posterior N(mean, deviation^2); both (B, Z), undefined for a missing part.
struct Gaussian {
    torch::Tensor mean, deviation;
    /// Mean over units and dimensions of the divergence from N(0, I), a scalar.
    torch::Tensor divergence() const;
    torch::Tensor draw(const torch::Tensor& noise) const { return mean + deviation * noise; }
};

/// A bidirectional recurrence, its last states, a Gaussian.
class SequenceEncoderImpl : public torch::nn::Module {
  public:
    SequenceEncoderImpl(int width, int hidden, int latent);
    Gaussian forward(const torch::Tensor& x); ///< (B, any, width)

  private:
    torch::nn::GRU m_gru{nullptr};
    torch::nn::Linear m_mean{nullptr}, m_logDeviation{nullptr};
};
TORCH_MODULE(SequenceEncoder);

/// Which keys start at which step, with the same weights for every key: convolutions over time and
/// over neighbours and octaves of a key.
class TranscriberImpl : public torch::nn::Module {
  public:
    explicit TranscriberImpl(int channels);
    torch::Tensor forward(const torch::Tensor& audio); ///< (B, 3, 64, 88) -> logits (B, 32, 88)

  private:
    torch::nn::Conv2d m_near{nullptr}, m_octaves{nullptr}, m_more{nullptr}, m_out{nullptr};
    torch::Tensor m_often; ///< (88)
};
TORCH_MODULE(Transcriber);

/// A bidirectional recurrence over the positions of a unit, a Gaussian of each beat, beat after
/// beat.
class BeatEncoderImpl : public torch::nn::Module {
  public:
    /// @param perBeat  positions of a beat.
    BeatEncoderImpl(int width, int hidden, int latent, int perBeat);
    Gaussian forward(const torch::Tensor& x); ///< (B, 8 * perBeat, width)

  private:
    torch::nn::Linear m_narrow{nullptr};
    torch::nn::GRU m_gru{nullptr};
    torch::nn::Linear m_mean{nullptr}, m_logDeviation{nullptr};
};
TORCH_MODULE(BeatEncoder);

/// Features of the positions of each beat from the beat's part of a latent.
class BeatStepsImpl : public torch::nn::Module {
  public:
    BeatStepsImpl(int latent, int width, int perBeat);
    torch::Tensor forward(const torch::Tensor& z); ///< (B, Z) -> (B, 8 * perBeat, width)

  private:
    int m_width;
    torch::nn::Linear m_steps{nullptr};
};
TORCH_MODULE(BeatSteps);

/// Outputs for each position from a latent. Its input is the position, not its previous outputs, so
/// that training and use are the same, in one call.
class PlaceDecoderImpl : public torch::nn::Module {
  public:
    /// @param byBeat  how many dimensions at the end of the latent have a part for each beat, 0:
    ///                none.
    PlaceDecoderImpl(int latent, int places, int hidden, int outputs, int byBeat = 0);
    torch::Tensor forward(const torch::Tensor& z); ///< (B, Z) -> (B, places, outputs)

  private:
    int m_byBeat;
    torch::nn::Linear m_toHidden{nullptr}, m_in{nullptr}, m_out{nullptr};
    BeatSteps m_steps{nullptr};
    torch::Tensor m_places; ///< (places, hidden)
    torch::nn::GRU m_gru{nullptr};
};
TORCH_MODULE(PlaceDecoder);

/// Shifts keys (B, T, 88) to be relative to the root of the beat's chord (+1: C stays, a D chord's
/// D becomes C) or back (-1). Keys that leave the keyboard are lost, new ones are `empty`.
/// @param roots  (B, 8), 0 .. 11, or 12 for none; roots above F are shifted upwards.
torch::Tensor fromRoots(const torch::Tensor& keys, const torch::Tensor& roots, int direction,
                        double empty);

/// The encoders of the variant, at most three.
class EncoderImpl : public torch::nn::Module {
  public:
    explicit EncoderImpl(const NetConfig& config);
    Gaussian chord(const torch::Tensor& chords); ///< (B, 8, 36)
    /// (B, 3, 64, 88). @param roots  (B, 8) of the chords; undefined: none.
    Gaussian audio(const torch::Tensor& audio, const torch::Tensor& roots);
    /// With NetConfig::byBeat, audio() in two parts: logits (B, 32, 88) and their encoding.
    torch::Tensor keys(const torch::Tensor& audio);
    Gaussian audioOfKeys(const torch::Tensor& logits, const torch::Tensor& roots);
    Gaussian texture(const torch::Tensor& roll); ///< (B, 32, 128)

  private:
    bool m_hasChord; ///< without chords there are no roots for keys to be relative to
    SequenceEncoder m_chord{nullptr}, m_audio{nullptr}, m_texture{nullptr};
    Transcriber m_keys{nullptr}; ///< instead of m_encode, m_encodeMore and m_audio
    BeatEncoder m_beats{nullptr};
    BeatEncoder m_chordBeats{nullptr}; ///< instead of m_chord
    torch::nn::Conv2d m_encode{nullptr}, m_encodeMore{nullptr}, m_read{nullptr};
    torch::nn::Linear m_wide{nullptr}, m_narrow{nullptr};
};
TORCH_MODULE(Encoder);

/// The predictions of the note decoder for K tokens.
struct NoteLogits {
    torch::Tensor pitch;      ///< (K, 130)
    torch::Tensor length;     ///< (K, 5), binary digits of the length minus one, lowest first
    torch::Tensor truePitch;  ///< (K) int64
    torch::Tensor trueLength; ///< (K) int64, 0 at ends
};

/// PianoTree's decoder: a recurrence over steps, whose input is a summary of the notes of the step
/// before, and one over the notes of each step. If all notes are known, the second runs over all
/// steps of all units in one call. Source: Wang et al. 2020.
class NoteDecoderImpl : public torch::nn::Module {
  public:
    explicit NoteDecoderImpl(const NetConfig& config);

    /// @param z (B, Z). @param features (B, 32, NetConfig::features()).
    /// @param pitches, lengths  (B, 32, N) the targets.
    /// @param shown  (B, 32, N) pitches that the decoder gets as input.
    NoteLogits forward(const torch::Tensor& z, const torch::Tensor& features,
                       const torch::Tensor& pitches, const torch::Tensor& lengths,
                       const torch::Tensor& shown);

    /// The most likely notes, step by step, pitches of a step rising.
    /// @param endBias  subtracted from the logit of the end as the first token: above 0 more notes
    ///                 are written.
    /// @param onStep   called after each step; false stops, and the notes so far are returned.
    std::vector<PianoTree> write(const torch::Tensor& z, const torch::Tensor& features,
                                 double endBias, const std::function<bool(int step)>& onStep);

  private:
    torch::Tensor embedded(const torch::Tensor& pitches, const torch::Tensor& lengths);
    /// (B, 32, H / 2 + E): input of each step before any note.
    torch::Tensor known(const torch::Tensor& z, const torch::Tensor& features);
    /// (..., F) features to (..., 130): what the features of keys add to the logits of pitches; 0
    /// without keys.
    torch::Tensor audio(const torch::Tensor& features) const;
    torch::Tensor summary(const torch::Tensor& notes, const torch::Tensor& counts);

    NetConfig m_config;
    torch::nn::Embedding m_pitch{nullptr};
    torch::nn::Linear m_length{nullptr};
    torch::nn::GRU m_summary{nullptr};
    torch::nn::Linear m_fromLatent{nullptr}, m_fromFeatures{nullptr};
    BeatSteps m_steps{nullptr}, m_chordSteps{nullptr};
    torch::Tensor m_places; ///< (32, H / 2)
    torch::Tensor m_trust;  ///< (1), weight of the audio features
    torch::nn::GRU m_time{nullptr};
    torch::nn::Linear m_toNotes{nullptr}, m_toHidden{nullptr};
    torch::nn::GRU m_notes{nullptr};
    torch::nn::Linear m_pitchHead{nullptr}, m_lengthHead{nullptr};
};
TORCH_MODULE(NoteDecoder);

class DecoderImpl : public torch::nn::Module {
  public:
    explicit DecoderImpl(const NetConfig& config);
    PlaceDecoder chord{nullptr};   ///< to (B, 8, 38): root of 13, tones of 12, bass of 13; or null
    PlaceDecoder feature{nullptr}; ///< to (B, 32, F) logits, number, logits of the rest; or null
    NoteDecoder notes{nullptr};
};
TORCH_MODULE(Decoder);

/// Latents of a batch by part; undefined for one that the variant has not.
struct Latents {
    torch::Tensor chord, audio, texture;
    torch::Tensor joined() const; ///< (B, Z): chord, audio, texture
};

/// The whole network. Source: ZZWaang/audio2midi.
class NetImpl : public torch::nn::Module {
  public:
    explicit NetImpl(NetConfig config);

    /// (B, Z) split into its parts.
    Latents parts(const torch::Tensor& z) const;
    /// The replacement of a missing score: (B, textureSize) zeros.
    torch::Tensor noTexture(std::int64_t batch) const;
    /// (B, 32, F), the output of DecoderImpl::feature, keys at their absolute pitches. For variants
    /// with sound.
    /// @param roots  (B, 8) of the chords; undefined: decoded from the latent of the chords.
    torch::Tensor rawFeaturesOf(const Latents& latents, const torch::Tensor& roots = {});
    /// The same as the note decoder's input: probabilities, number, probabilities of the rest.
    static torch::Tensor chancesOf(const torch::Tensor& raw);
    /// Both in one; zeros for a variant without sound.
    torch::Tensor featuresOf(const Latents& latents);
    /// (B, 8) decoded from the latent of the chords; undefined for a variant without chords.
    torch::Tensor rootsOf(const Latents& latents);
    /// Without sampling: means of chords and sound, and the given score or (undefined) none.
    Latents meansOf(const torch::Tensor& chords, const torch::Tensor& audio,
                    const torch::Tensor& roll);

    NetConfig config;
    Encoder encoder{nullptr};
    Decoder decoder{nullptr};
};
TORCH_MODULE(Net);

/// A model that has a network of this space.
class NetOwner {
  public:
    virtual ~NetOwner() = default;
    virtual Net net() const = 0; ///< the same network, not a copy
    virtual double endBias() const = 0;
};

} // namespace canto::models::arrange
