// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrange/net.h"

#include "core/audio/grid_features.h"

#include <array>

namespace canto::models::arrange {

using torch::Tensor;
namespace nn = torch::nn;
namespace F = torch::nn::functional;

namespace {

constexpr int kPitches = 131; ///< 128 pitches, start, end, padding
constexpr int kSaid = 130;    ///< classes that a decoder predicts: all but padding
constexpr int kDigits = 5;
constexpr int kChordOutputs = 38;
constexpr int kChordNumbers = 36;
constexpr int kPublished = 3; ///< features of a step without its keys
constexpr int kBeatSteps = canto::arrange::kStepsPerBeat;
constexpr float kSeldom = -3.5F; ///< logit of a key starting at a step

/// (...) lengths to (..., 5) binary digits of the length minus one, zeros where there is none.
Tensor digitsOf(const Tensor& lengths) {
    const auto less = (lengths - 1).clamp_min(0).unsqueeze(-1);
    const auto powers =
        torch::pow(2, torch::arange(kDigits, lengths.options())).to(lengths.scalar_type());
    return less.div(powers, "floor").remainder(2).to(torch::kFloat32);
}

nn::GRU gru(int in, int hidden, bool both) {
    return nn::GRU(nn::GRUOptions(in, hidden).batch_first(true).bidirectional(both));
}

nn::Conv2d conv(int in, int out, std::array<std::int64_t, 2> kernel,
                std::array<std::int64_t, 2> stride, std::array<std::int64_t, 2> padding) {
    return nn::Conv2d(nn::Conv2dOptions(in, out, {kernel[0], kernel[1]})
                          .stride({stride[0], stride[1]})
                          .padding({padding[0], padding[1]}));
}

/// (B, 8, 36) chords to (B, 8) roots, 12 for none.
Tensor rootsIn(const Tensor& chords) {
    const auto roots = chords.narrow(2, 0, 12);
    return torch::where(roots.sum(2).gt(0), roots.argmax(2), 12);
}

Tensor halved(const Tensor& x) { // along the keys
    return F::max_pool2d(torch::relu(x), F::MaxPool2dFuncOptions({1, 2}));
}

} // namespace

Tensor Gaussian::divergence() const {
    return 0.5 * (mean.square() + deviation.square() - 1 - 2 * deviation.log()).mean();
}

SequenceEncoderImpl::SequenceEncoderImpl(int width, int hidden, int latent)
    : m_gru(register_module("gru", gru(width, hidden, true))),
      m_mean(register_module("mean", nn::Linear(2 * hidden, latent))),
      m_logDeviation(register_module("logDeviation", nn::Linear(2 * hidden, latent))) {}

Gaussian SequenceEncoderImpl::forward(const Tensor& x) {
    const auto last = std::get<1>(m_gru(x)); // (2, B, H)
    const auto both = last.transpose(0, 1).flatten(1);
    return {m_mean(both), m_logDeviation(both).clamp(-6, 3).exp()};
}

TranscriberImpl::TranscriberImpl(int channels)
    : m_near(register_module("near", conv(3, channels, {5, 3}, {2, 1}, {2, 1}))),
      m_octaves(register_module(
          "octaves",
          nn::Conv2d(nn::Conv2dOptions(channels, channels, 3).padding({1, 12}).dilation({1, 12})))),
      m_more(register_module("more", conv(channels, channels, {1, 1}, {1, 1}, {0, 0}))),
      m_out(register_module("out", conv(channels, 1, {1, 1}, {1, 1}, {0, 0}))),
      m_often(register_parameter("often", torch::full({audio::kBands}, kSeldom))) {}

Tensor TranscriberImpl::forward(const Tensor& audio) {
    auto x = torch::relu(m_octaves(torch::relu(m_near(audio)))); // (B, C, 32, 88)
    x = x + torch::relu(m_more(x));
    return m_out(x).squeeze(1) + m_often;
}

BeatEncoderImpl::BeatEncoderImpl(int width, int hidden, int latent, int perBeat)
    : m_narrow(register_module("narrow", nn::Linear(width, 2 * hidden))),
      m_gru(register_module("gru", gru(2 * hidden, hidden, true))),
      m_mean(register_module("mean", nn::Linear(perBeat * 4 * hidden, latent / kUnitBeats))),
      m_logDeviation(
          register_module("logDeviation", nn::Linear(perBeat * 4 * hidden, latent / kUnitBeats))) {}

Gaussian BeatEncoderImpl::forward(const Tensor& x) {
    const auto each = torch::relu(m_narrow(x));                         // (B, T, 2 H)
    const auto steps = torch::cat({std::get<0>(m_gru(each)), each}, 2); // (B, T, 4 H)
    const auto beats = steps.reshape({steps.size(0), kUnitBeats, -1});
    return {m_mean(beats).flatten(1), m_logDeviation(beats).flatten(1).clamp(-6, 3).exp()};
}

BeatStepsImpl::BeatStepsImpl(int latent, int width, int perBeat)
    : m_width(width),
      m_steps(register_module("steps", nn::Linear(latent / kUnitBeats, perBeat * width))) {}

Tensor BeatStepsImpl::forward(const Tensor& z) {
    return m_steps(z.reshape({z.size(0), kUnitBeats, -1})).reshape({z.size(0), -1, m_width});
}

PlaceDecoderImpl::PlaceDecoderImpl(int latent, int places, int hidden, int outputs, int byBeat)
    : m_byBeat(byBeat), m_toHidden(register_module("toHidden", nn::Linear(latent, hidden))),
      m_in(register_module("in", nn::Linear(latent, hidden))),
      m_out(register_module("out", nn::Linear(hidden, outputs))),
      m_places(register_parameter("places", 0.3 * torch::randn({places, hidden}))),
      m_gru(register_module("gru", gru(hidden, hidden, false))) {
    if (byBeat > 0) {
        m_steps = register_module("steps", BeatSteps(byBeat, hidden, places / kUnitBeats));
    }
}

Tensor PlaceDecoderImpl::forward(const Tensor& z) {
    auto in = m_in(z).unsqueeze(1) + m_places; // (B, places, H)
    if (m_byBeat > 0) {
        in = in + m_steps(z.narrow(1, z.size(1) - m_byBeat, m_byBeat));
    }
    in = torch::tanh(in);
    const auto first = torch::tanh(m_toHidden(z)).unsqueeze(0);
    return m_out(in + std::get<0>(m_gru(in, first)));
}

Tensor fromRoots(const Tensor& keys, const Tensor& roots, int direction, double empty) {
    constexpr int kMost = 6;
    const auto above = torch::where(roots.gt(5), roots - 12, roots); // -6 .. 5
    const auto moved = torch::where(roots.eq(12), torch::zeros_like(roots), above) * direction;
    const auto perBeat = keys.size(1) / kUnitBeats;
    const auto first = (moved + kMost).repeat_interleave(perBeat, 1).unsqueeze(2); // (B, T, 1)
    const auto places = first + torch::arange(keys.size(2), roots.options());
    return torch::constant_pad_nd(keys, {kMost, kMost}, empty).gather(2, places);
}

EncoderImpl::EncoderImpl(const NetConfig& config) : m_hasChord(config.hasChord()) {
    if (config.hasChord() && config.byBeat) {
        m_chordBeats = register_module(
            "chordBeats", BeatEncoder(kChordNumbers, config.chordHidden, config.chordLatent, 1));
    } else if (config.hasChord()) {
        m_chord = register_module(
            "chord", SequenceEncoder(kChordNumbers, config.chordHidden, config.chordLatent));
    }
    if (config.hasAudio()) {
        const int channels = config.audioChannels;
        if (config.byBeat) {
            m_keys = register_module("keys", Transcriber(channels));
            m_beats = register_module("beats", BeatEncoder(audio::kBands, config.audioHidden,
                                                           config.audioSize(), kBeatSteps));
        } else {
            m_encode = register_module("hear", conv(3, channels, {5, 12}, {2, 1}, {2, 0}));
            m_encodeMore =
                register_module("hearMore", conv(channels, 2 * channels, {3, 5}, {1, 1}, {1, 0}));
            // 88 keys: 77 after the first, 38 halved, 34 after the second, 17 halved.
            m_audio =
                register_module("audio", SequenceEncoder(2 * channels * 17, config.audioHidden,
                                                         config.audioSize()));
        }
    }
    if (config.hasTexture()) {
        m_read = register_module("read", conv(1, 10, {4, 12}, {4, 1}, {0, 0}));
        m_wide = register_module("wide", nn::Linear(10 * 29, 2 * config.textureWide));
        m_narrow =
            register_module("narrow", nn::Linear(2 * config.textureWide, config.textureWide));
        m_texture =
            register_module("texture", SequenceEncoder(config.textureWide, config.textureHidden,
                                                       config.textureLatent));
    }
}

Gaussian EncoderImpl::chord(const Tensor& chords) {
    return m_chordBeats ? m_chordBeats(chords) : m_chord(chords);
}

Tensor EncoderImpl::keys(const Tensor& audio) { return m_keys(audio); }

Gaussian EncoderImpl::audioOfKeys(const Tensor& logits, const Tensor& roots) {
    const auto keys = torch::sigmoid(logits);
    return m_beats(m_hasChord && roots.defined() ? fromRoots(keys, roots, +1, 0) : keys);
}

Gaussian EncoderImpl::audio(const Tensor& audio, const Tensor& roots) {
    if (m_keys) {
        return audioOfKeys(keys(audio), roots);
    }
    const auto first = halved(m_encode(audio));      // (B, C, 32, 38)
    const auto second = halved(m_encodeMore(first)); // (B, 2 C, 32, 17)
    return m_audio(second.transpose(1, 2).flatten(2));
}

Gaussian EncoderImpl::texture(const Tensor& roll) {
    const auto read = F::max_pool2d(torch::relu(m_read(roll.unsqueeze(1))),
                                    F::MaxPool2dFuncOptions({1, 4})); // (B, 10, 8, 29)
    const auto beats = read.transpose(1, 2).flatten(2);               // (B, 8, 290)
    return m_texture(torch::relu(m_narrow(torch::relu(m_wide(beats)))));
}

NoteDecoderImpl::NoteDecoderImpl(const NetConfig& config)
    : m_config(config),
      m_pitch(register_module("pitch", nn::Embedding(kPitches, config.noteWidth))),
      m_length(register_module("length", nn::Linear(kDigits, config.noteWidth))),
      m_summary(register_module("summary", gru(config.noteWidth, config.noteWidth, true))),
      m_fromLatent(
          register_module("fromLatent", nn::Linear(config.latent(), config.timeHidden / 2))),
      m_fromFeatures(
          register_module("fromFeatures", nn::Linear(config.features(), config.noteWidth))),
      m_places(
          register_parameter("places", 0.3 * torch::randn({kUnitSteps, config.timeHidden / 2}))),
      m_time(register_module(
          "time", gru(config.timeHidden / 2 + 3 * config.noteWidth, config.timeHidden, false))),
      m_toNotes(register_module("toNotes", nn::Linear(config.timeHidden, config.noteHidden))),
      m_toHidden(register_module("toHidden", nn::Linear(config.timeHidden, config.noteHidden))),
      m_notes(register_module("notes",
                              gru(config.noteHidden + config.noteWidth, config.noteHidden, false))),
      m_pitchHead(register_module("pitchHead", nn::Linear(config.noteHidden, kSaid))),
      m_lengthHead(register_module("lengthHead",
                                   nn::Linear(config.noteHidden + config.noteWidth, kDigits))) {
    if (config.hasAudio() && config.byBeat) {
        m_steps = register_module("steps",
                                  BeatSteps(config.audioSize(), config.timeHidden / 2, kBeatSteps));
    }
    if (config.hasChord() && config.byBeat) {
        m_chordSteps = register_module(
            "chordSteps", BeatSteps(config.chordSize(), config.timeHidden / 2, kBeatSteps));
    }
    if (config.hasAudio() && config.byBeat) {
        m_trust = register_parameter("trust", torch::full({1}, 0.5));
    }
}

Tensor NoteDecoderImpl::known(const Tensor& z, const Tensor& features) {
    auto latent = m_fromLatent(z).unsqueeze(1) + m_places;
    if (m_steps) {
        latent = latent + m_steps(z.narrow(1, m_config.chordSize(), m_config.audioSize()));
    }
    if (m_chordSteps) {
        latent = latent + m_chordSteps(z.narrow(1, 0, m_config.chordSize()));
    }
    return torch::cat({torch::tanh(latent), m_fromFeatures(features)}, 2);
}

Tensor NoteDecoderImpl::audio(const Tensor& features) const {
    if (!m_trust.defined()) {
        return torch::zeros({1}, features.options());
    }
    const auto keys = torch::logit(features.narrow(-1, kPublished, audio::kBands), 1e-4);
    return torch::constant_pad_nd(
        m_trust * keys, {audio::kLowestPitch, kSaid - audio::kLowestPitch - audio::kBands});
}

Tensor NoteDecoderImpl::embedded(const Tensor& pitches, const Tensor& lengths) {
    return m_pitch(pitches) + m_length(digitsOf(lengths));
}

Tensor NoteDecoderImpl::summary(const Tensor& notes, const Tensor& counts) {
    const auto packed =
        nn::utils::rnn::pack_padded_sequence(notes, counts, /*batch_first=*/true, false);
    const auto last = std::get<1>(m_summary->forward_with_packed_input(packed)); // (2, rows, E)
    return last.transpose(0, 1).flatten(1);
}

NoteLogits NoteDecoderImpl::forward(const Tensor& z, const Tensor& features, const Tensor& pitches,
                                    const Tensor& lengths, const Tensor& shown) {
    const auto batch = z.size(0);
    const auto slots = pitches.size(2);
    const auto rows = batch * kUnitSteps;
    const auto truth = pitches.reshape({rows, slots});
    const auto counts = truth.ne(PianoTree::kPad).sum(1).to(torch::kCPU); // 1 .. N
    const auto notes = embedded(shown.reshape({rows, slots}), lengths.reshape({rows, slots}));

    const auto summaries = summary(notes, counts).view({batch, kUnitSteps, -1});
    const auto before =
        torch::constant_pad_nd(summaries.narrow(1, 0, kUnitSteps - 1), {0, 0, 1, 0});
    const auto time = std::get<0>(m_time(torch::cat({known(z, features), before}, 2)))
                          .reshape({rows, -1}); // (B T, H)

    const auto start = m_pitch(torch::full({1, 1}, PianoTree::kStart, pitches.options()));
    const auto given =
        torch::cat({start.expand({rows, 1, -1}), notes.narrow(1, 0, slots - 1)}, 1); // (B T, N, E)
    const auto in = torch::cat({m_toNotes(time).unsqueeze(1).expand({-1, slots, -1}), given}, 2);
    const auto pack = [&](const Tensor& padded) {
        return nn::utils::rnn::pack_padded_sequence(padded, counts, true, false);
    };
    const auto first = torch::tanh(m_toHidden(time)).unsqueeze(0);
    const auto hidden =
        std::get<0>(m_notes->forward_with_packed_input(pack(in), first)).data(); // (K, H)
    NoteLogits logits;
    logits.truePitch = pack(truth.unsqueeze(2)).data().squeeze(1);
    logits.trueLength = pack(lengths.reshape({rows, slots, 1})).data().squeeze(1);
    logits.pitch = m_pitchHead(hidden);
    if (m_trust.defined()) {
        const auto keys = audio(features).reshape({rows, 1, kSaid}).expand({-1, slots, -1});
        logits.pitch = logits.pitch + pack(keys).data();
    }
    logits.length = m_lengthHead(torch::cat({hidden, m_pitch(logits.truePitch)}, 1));
    return logits;
}

std::vector<PianoTree> NoteDecoderImpl::write(const Tensor& z, const Tensor& features,
                                              double endBias,
                                              const std::function<bool(int step)>& onStep) {
    const auto batch = z.size(0);
    const auto slots = static_cast<std::int64_t>(m_config.slots);
    const auto whole = torch::TensorOptions().dtype(torch::kInt64).device(z.device());
    const auto ahead = known(z, features);
    const auto keys = audio(features).expand({batch, kUnitSteps, kSaid});
    auto pitches = torch::full({batch, kUnitSteps, slots}, PianoTree::kPad, whole);
    auto lengths = torch::zeros({batch, kUnitSteps, slots}, whole);
    auto before = torch::zeros({batch, 2 * m_config.noteWidth}, z.options());
    auto timeHidden = torch::zeros({1, batch, m_config.timeHidden}, z.options());
    const auto every = torch::arange(kSaid, whole);
    const auto powers = torch::pow(2, torch::arange(kDigits, whole)).to(torch::kInt64);
    for (int step = 0; step < kUnitSteps; ++step) {
        Tensor out;
        std::tie(out, timeHidden) =
            m_time(torch::cat({ahead.select(1, step), before}, 1).unsqueeze(1), timeHidden);
        const auto time = out.select(1, 0);
        const auto toNotes = m_toNotes(time);
        auto hidden = torch::tanh(m_toHidden(time)).unsqueeze(0);
        auto last = torch::full({batch}, PianoTree::kStart, whole);
        auto length = torch::zeros({batch}, whole);
        auto highest = torch::full({batch, 1}, -1, whole);
        auto going = torch::ones({batch}, whole.dtype(torch::kBool));
        for (std::int64_t slot = 0; slot < slots; ++slot) {
            const auto in = torch::cat({toNotes, embedded(last, length)}, 1).unsqueeze(1);
            std::tie(out, hidden) = m_notes(in, hidden);
            const auto state = out.select(1, 0);
            auto logit = m_pitchHead(state) + keys.select(1, step);
            // Pitches of a step rise, and the start token is never predicted.
            const auto forbidden =
                every.le(highest).logical_or(every.eq(PianoTree::kStart).unsqueeze(0));
            logit = logit.masked_fill(forbidden, -1e9);
            if (slot == 0) {
                logit.select(1, PianoTree::kEnd).sub_(endBias);
            }
            last = logit.argmax(1);
            const auto digits = torch::sigmoid(m_lengthHead(torch::cat({state, m_pitch(last)}, 1)));
            const auto note = last.lt(128).logical_and(going);
            // The mean length: rounding each digit by itself would make uncertain lengths short.
            const auto mean = ((digits * powers).sum(1) + 1).round().to(torch::kInt64);
            length = torch::where(note, mean, torch::zeros_like(length));
            pitches.select(1, step).select(1, slot).copy_(
                torch::where(going, last, torch::full_like(last, PianoTree::kPad)));
            lengths.select(1, step).select(1, slot).copy_(length);
            going = note;
            highest = last.clamp_max(127).unsqueeze(1);
            if (!going.any().item<bool>()) {
                break;
            }
        }
        if (onStep && !onStep(step)) {
            break;
        }
        if (step + 1 < kUnitSteps) {
            const auto said = pitches.select(1, step);
            before = summary(embedded(said, lengths.select(1, step)),
                             said.ne(PianoTree::kPad).sum(1).to(torch::kCPU));
        }
    }
    std::vector<PianoTree> trees;
    const auto pitchBytes = pitches.to(torch::kUInt8).to(torch::kCPU).contiguous();
    const auto lengthBytes = lengths.to(torch::kUInt8).to(torch::kCPU).contiguous();
    const auto size = static_cast<std::size_t>(kUnitSteps * slots);
    for (std::int64_t i = 0; i < batch; ++i) {
        const auto* pitch = pitchBytes.data_ptr<std::uint8_t>() + i * kUnitSteps * slots;
        const auto* length = lengthBytes.data_ptr<std::uint8_t>() + i * kUnitSteps * slots;
        trees.push_back({m_config.slots, {pitch, pitch + size}, {length, length + size}});
    }
    return trees;
}

DecoderImpl::DecoderImpl(const NetConfig& config) {
    if (config.hasChord()) {
        chord = register_module("chord", PlaceDecoder(config.chordLatent, kUnitBeats,
                                                      2 * config.chordHidden, kChordOutputs,
                                                      config.byBeat ? config.chordLatent : 0));
    }
    if (config.hasAudio()) {
        const int given = config.audioSize() + (config.byBeat ? config.chordSize() : 0);
        feature = register_module("feature", PlaceDecoder(given, kUnitSteps, config.featureHidden,
                                                          config.features(),
                                                          config.byBeat ? config.audioSize() : 0));
    }
    notes = register_module("notes", NoteDecoder(config));
}

Tensor Latents::joined() const {
    std::vector<Tensor> there;
    for (const auto& part : {chord, audio, texture}) {
        if (part.defined()) {
            there.push_back(part);
        }
    }
    return torch::cat(there, 1);
}

NetImpl::NetImpl(NetConfig sizes)
    : config(sizes), encoder(register_module("encoder", Encoder(sizes))),
      decoder(register_module("decoder", Decoder(sizes))) {}

Latents NetImpl::parts(const Tensor& z) const {
    TORCH_CHECK(z.dim() == 2 && z.size(1) == config.latent(), "z is ", z.sizes(), ", expected (B, ",
                config.latent(), ")");
    Latents latents;
    const int chord = config.chordSize();
    const int sound = config.audioSize();
    if (chord > 0) {
        latents.chord = z.narrow(1, 0, chord);
    }
    if (sound > 0) {
        latents.audio = z.narrow(1, chord, sound);
    }
    if (config.textureSize() > 0) {
        latents.texture = z.narrow(1, chord + sound, config.textureSize());
    }
    return latents;
}

Tensor NetImpl::noTexture(std::int64_t batch) const {
    const auto like = decoder->parameters().front();
    return torch::zeros({batch, config.textureSize()}, like.options().requires_grad(false));
}

Tensor NetImpl::rootsOf(const Latents& latents) {
    return config.hasChord() ? decoder->chord(latents.chord).narrow(2, 0, 13).argmax(2) : Tensor();
}

Tensor NetImpl::rawFeaturesOf(const Latents& latents, const Tensor& roots) {
    if (!config.byBeat || !config.hasChord()) {
        return decoder->feature(latents.audio);
    }
    constexpr double kUnheard = -9;
    const auto raw = decoder->feature(torch::cat({latents.chord, latents.audio}, 1));
    const auto keys = fromRoots(raw.narrow(2, kPublished, audio::kBands),
                                roots.defined() ? roots : rootsOf(latents), -1, kUnheard);
    return torch::cat({raw.narrow(2, 0, kPublished), keys}, 2);
}

Tensor NetImpl::chancesOf(const Tensor& raw) {
    return torch::cat({torch::sigmoid(raw.narrow(2, 0, 1)), raw.narrow(2, 1, 1),
                       torch::sigmoid(raw.narrow(2, 2, raw.size(2) - 2))},
                      2);
}

Tensor NetImpl::featuresOf(const Latents& latents) {
    if (!config.hasAudio()) {
        return torch::zeros({latents.chord.size(0), kUnitSteps, kPublished},
                            latents.chord.options());
    }
    return chancesOf(rawFeaturesOf(latents));
}

Latents NetImpl::meansOf(const Tensor& chords, const Tensor& audio, const Tensor& roll) {
    Latents latents;
    if (config.hasChord()) {
        latents.chord = encoder->chord(chords).mean;
    }
    if (config.hasAudio()) {
        latents.audio = encoder->audio(audio, rootsIn(chords)).mean;
    }
    if (config.hasTexture()) {
        latents.texture = roll.defined() ? encoder->texture(roll).mean : noTexture(chords.size(0));
    }
    return latents;
}

} // namespace canto::models::arrange
