// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/note_network.h"

#include "models/nn/open_net.h"

#include <algorithm>
#include <array>
#include <torch/torch.h>

namespace canto::models {

namespace {

namespace F = torch::nn::functional;
using torch::Tensor;

/// Bins from a tone to each harmonic, round(36 log2 h), h = 1/2, 1 ... 7.
constexpr std::array<int, 8> kHarmonics{-36, 0, 36, 57, 72, 84, 93, 101};
constexpr int kContourBins = audio::NotePlanes::kContours;

/// A convolution with the padding of TensorFlow's "SAME": where it is odd, more of it is behind.
struct SameConvolution {
    Tensor weight, bias;
    int stride = 1; ///< of the last dimension

    Tensor operator()(const Tensor& x) const {
        const auto height = weight.size(2), width = weight.size(3);
        const auto out = (x.size(3) + stride - 1) / stride;
        const auto across = std::max<std::int64_t>(0, (out - 1) * stride + width - x.size(3));
        const auto down = height - 1;
        const auto padded =
            torch::constant_pad_nd(x, {across / 2, across - across / 2, down / 2, down - down / 2});
        return torch::conv2d(padded, weight, bias, {1, stride});
    }
};

const std::vector<NamedShape>& noteNetworkShapes() {
    static const std::vector<NamedShape> shapes{
        {"cqt.kernels", {2 * NoteNetwork::kOctaveBins, NoteNetwork::kTaps}},
        {"cqt.lowPass", {NoteNetwork::kTaps}},
        {"cqt.scale", {NoteNetwork::kBins}},
        {"norm.scale", {1}},
        {"norm.offset", {1}},
        {"contour0.weight", {8, 8, 3, 39}},
        {"contour0.bias", {8}},
        {"contour1.weight", {1, 8, 5, 5}},
        {"contour1.bias", {1}},
        {"note0.weight", {32, 1, 7, 7}},
        {"note0.bias", {32}},
        {"note1.weight", {1, 32, 7, 3}},
        {"note1.bias", {1}},
        {"onset0.weight", {32, 8, 5, 5}},
        {"onset0.bias", {32}},
        {"onset1.weight", {1, 33, 3, 3}},
        {"onset1.bias", {1}}};
    return shapes;
}

std::vector<float> numbersIn(const Tensor& tensor) {
    const auto plain = tensor.contiguous();
    const auto* from = plain.data_ptr<float>();
    return {from, from + plain.numel()};
}

} // namespace

struct NoteNetwork::Parts {
    std::string title;
    Tensor kernels; ///< (256, 72)
    Tensor lowPass; ///< (1, 1, 256)
    Tensor scale;   ///< (309)
    float normScale = 1, normOffset = 0;
    SameConvolution contour0, contour1, note0, note1, onset0, onset1;

    /// (43844) -> (172, 309)
    Tensor spectrum(const Tensor& samples) const {
        Tensor level = samples.view({1, 1, kWindow});
        std::array<Tensor, kOctaves> octaves; // the lowest first
        for (int i = 0; i < kOctaves; ++i) {
            const auto padded =
                F::pad(level, F::PadFuncOptions({kTaps / 2, kTaps / 2}).mode(torch::kReflect));
            octaves[static_cast<std::size_t>(kOctaves - 1 - i)] = torch::matmul(
                padded.view({-1}).unfold(0, kTaps, kFrame >> i), kernels); // (172, 72)
            if (i + 1 < kOctaves) {
                level = torch::conv1d(torch::constant_pad_nd(level, {kTaps / 2 - 1, kTaps / 2 - 1}),
                                      lowPass, {}, 2);
            }
        }
        const auto parts = torch::stack(at::TensorList(octaves.data(), octaves.size()), 1)
                               .view({kWindowFrames, kOctaves, 2, kOctaveBins});
        const auto squares =
            (parts * parts).sum(2).view({kWindowFrames, kOctaves * kOctaveBins}); // (172, 324)
        return squares.narrow(1, kOctaves * kOctaveBins - kBins, kBins).sqrt() * scale;
    }

    /// dB of the window from 0 to 1, normalised: (172, 309) -> (172, 309)
    Tensor normalised(const Tensor& magnitude) const {
        auto level = 10 * torch::log10(magnitude * magnitude + 1e-10);
        level = level - level.min();
        const auto most = level.max().item<float>();
        return (most > 0 ? level / most : torch::zeros_like(level)) * normScale + normOffset;
    }

    /// The same once for each harmonic, moved to its fundamental: (172, 309) -> (1, 8, 172, 264)
    static Tensor stacked(const Tensor& level) {
        std::vector<Tensor> copies;
        for (const int shift : kHarmonics) {
            const auto moved =
                shift < 0
                    ? torch::constant_pad_nd(level, {-shift, 0})
                    : torch::constant_pad_nd(level.narrow(1, shift, kBins - shift), {0, shift});
            copies.push_back(moved.narrow(1, 0, kContourBins));
        }
        return torch::stack(copies).unsqueeze(0);
    }

    struct Activations {
        Tensor contour, note, onset; ///< (172, 264), (172, 88), (172, 88)
    };
    Activations activations(const Tensor& samples) const {
        const auto stack = stacked(normalised(spectrum(samples)));
        const auto contour = torch::sigmoid(contour1(torch::relu(contour0(stack))));
        const auto note = torch::sigmoid(note1(torch::relu(note0(contour))));
        const auto begin = torch::relu(onset0(stack));
        const auto onset = torch::sigmoid(onset1(torch::cat({note, begin}, 1)));
        return {contour[0][0], note[0][0], onset[0][0]};
    }
};

Result<NoteNetwork> NoteNetwork::open(const std::filesystem::path& weights) {
    CANTO_TRY(file, openWeightsOf(weights, kArchitecture));
    return torchEdge([&]() -> Result<NoteNetwork> {
        CANTO_CHECK(holdsShapes(*file, noteNetworkShapes()));
        std::map<std::string, Tensor> named;
        for (const auto& [name, shape] : noteNetworkShapes()) {
            CANTO_TRY(tensor, toTorch(*file->find(name)));
            named[name] = tensor->to(torch::kFloat32);
        }
        const auto convolution = [&named](const std::string& name, int stride) {
            return SameConvolution{named[name + ".weight"], named[name + ".bias"], stride};
        };
        auto parts = std::make_shared<Parts>();
        parts->title = file->metadata("title");
        if (parts->title.empty()) {
            parts->title = kArchitecture;
        }
        parts->kernels = named["cqt.kernels"].t().contiguous();
        parts->lowPass = named["cqt.lowPass"].view({1, 1, kTaps});
        parts->scale = named["cqt.scale"];
        parts->normScale = named["norm.scale"].item<float>();
        parts->normOffset = named["norm.offset"].item<float>();
        parts->contour0 = convolution("contour0", 1);
        parts->contour1 = convolution("contour1", 1);
        parts->note0 = convolution("note0", 3);
        parts->note1 = convolution("note1", 1);
        parts->onset0 = convolution("onset0", 3);
        parts->onset1 = convolution("onset1", 1);
        return NoteNetwork(std::move(parts));
    });
}

const std::string& NoteNetwork::title() const { return m_parts->title; }

namespace {

/// The samples of a window as a tensor of its own.
Result<Tensor> windowTensor(std::span<const float> samples) {
    if (samples.size() != NoteNetwork::kWindow) {
        return fail(Error::Code::BadShape, "A window has " + std::to_string(NoteNetwork::kWindow) +
                                               " samples, not " + std::to_string(samples.size()));
    }
    auto tensor = torch::empty({NoteNetwork::kWindow}, torch::kFloat32);
    std::copy(samples.begin(), samples.end(), tensor.data_ptr<float>());
    return tensor;
}

} // namespace

Result<audio::NotePlanes> NoteNetwork::window(std::span<const float> samples) const {
    return torchEdge([&]() -> Result<audio::NotePlanes> {
        c10::InferenceMode inference;
        CANTO_TRY(input, windowTensor(samples));
        const auto found = m_parts->activations(*input);
        audio::NotePlanes planes;
        planes.onset = numbersIn(found.onset);
        planes.note = numbersIn(found.note);
        planes.contour = numbersIn(found.contour);
        for (int i = 0; i < kWindowFrames; ++i) {
            planes.seconds.push_back(i * kFrame / kRate);
        }
        return planes;
    });
}

Result<std::vector<float>> NoteNetwork::spectrum(std::span<const float> samples) const {
    return torchEdge([&]() -> Result<std::vector<float>> {
        c10::InferenceMode inference;
        CANTO_TRY(input, windowTensor(samples));
        return numbersIn(m_parts->spectrum(*input));
    });
}

Result<audio::NotePlanes> NoteNetwork::planes(std::span<const float> samples, double rate,
                                              const PlaneOptions& options) const {
    if (rate != kRate) {
        return fail(Error::Code::BadInput, "The samples must come at 22,050 a second");
    }
    NotePlanesBuilder builder(*this, options);
    builder.feed(samples);
    return builder.end();
}

NotePlanesBuilder::NotePlanesBuilder(NoteNetwork network, NoteNetwork::PlaneOptions options)
    : m_network(std::move(network)), m_options(std::move(options)),
      m_waiting(NoteNetwork::kDropped * NoteNetwork::kFrame) {}

void NotePlanesBuilder::feed(std::span<const float> samples) {
    m_fed += samples.size();
    if (m_state) {
        m_waiting.insert(m_waiting.end(), samples.begin(), samples.end());
        windows(false);
    }
}

void NotePlanesBuilder::windows(bool last) {
    constexpr std::size_t kWindow = NoteNetwork::kWindow;
    constexpr std::size_t kHop = NoteNetwork::kHop;
    constexpr std::size_t kFirst = NoteNetwork::kDropped;
    constexpr std::size_t kEnd = NoteNetwork::kWindowFrames - NoteNetwork::kDropped;
    std::size_t at = 0;
    std::vector<float> padded;
    while (at + kWindow <= m_waiting.size() || (last && at < m_waiting.size())) {
        if (m_options.cancel.cancelled()) {
            m_state = fail(Error::Code::Cancelled, "Cancelled");
            return;
        }
        std::span<const float> samples =
            std::span<const float>(m_waiting).subspan(at, std::min(kWindow, m_waiting.size() - at));
        if (samples.size() < kWindow) {
            padded.assign(samples.begin(), samples.end());
            padded.resize(kWindow);
            samples = padded;
        }
        auto found = m_network.window(samples);
        if (!found) {
            m_state = fail(found.error());
            return;
        }
        const auto keep = [](const std::vector<float>& from, std::size_t width,
                             std::vector<float>& to) {
            to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(kFirst * width),
                      from.begin() + static_cast<std::ptrdiff_t>(kEnd * width));
        };
        keep(found->onset, audio::NotePlanes::kKeys, m_planes.onset);
        keep(found->note, audio::NotePlanes::kKeys, m_planes.note);
        if (m_options.contours) {
            keep(found->contour, audio::NotePlanes::kContours, m_planes.contour);
        }
        for (std::size_t i = 0; i < kEnd - kFirst; ++i) {
            m_planes.seconds.push_back(
                static_cast<double>(m_done * kHop + i * NoteNetwork::kFrame) / NoteNetwork::kRate);
        }
        ++m_done;
        at += kHop;
        if (m_options.progress) {
            m_options.progress(m_done, 0);
        }
    }
    m_waiting.erase(m_waiting.begin(), m_waiting.begin() + static_cast<std::ptrdiff_t>(
                                                               std::min(at, m_waiting.size())));
}

Result<audio::NotePlanes> NotePlanesBuilder::end() {
    if (m_state) {
        windows(true);
    }
    if (!m_state) {
        return fail(m_state.error());
    }
    // The last window reaches beyond the sound.
    const double seconds = static_cast<double>(m_fed) / NoteNetwork::kRate;
    const auto frames = static_cast<std::size_t>(
        std::lower_bound(m_planes.seconds.begin(), m_planes.seconds.end(), seconds) -
        m_planes.seconds.begin());
    m_planes.seconds.resize(frames);
    m_planes.onset.resize(frames * audio::NotePlanes::kKeys);
    m_planes.note.resize(frames * audio::NotePlanes::kKeys);
    if (m_options.contours) {
        m_planes.contour.resize(frames * audio::NotePlanes::kContours);
    }
    return std::move(m_planes);
}

} // namespace canto::models
