// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/net.h"

#include <cmath>

namespace canto::models::orchestra {

using torch::Tensor;
namespace nn = torch::nn;

namespace {

constexpr double kSlope = 0.01; // of leaky ReLU
constexpr double kTiny = 1e-5;
constexpr double kCriticDrop = 0.2;
/// The slides have 0.01 here too, with which the generator gets almost no gradient from the critic
/// at first.
constexpr double kCriticSlope = 0.2;

nn::Conv2d conv(int from, int to, std::vector<std::int64_t> kernel,
                std::vector<std::int64_t> stride, std::vector<std::int64_t> padding,
                bool bias = true) {
    return nn::Conv2d(nn::Conv2dOptions(from, to, {kernel[0], kernel[1]})
                          .stride({stride[0], stride[1]})
                          .padding(torch::ExpandingArray<2>({padding[0], padding[1]}))
                          .bias(bias));
}

nn::Conv2d square(int from, int to, int kernel, int stride, bool bias) {
    return conv(from, to, {kernel, kernel}, {stride, stride}, {0, 0}, bias);
}

nn::LeakyReLU leaky() { return nn::LeakyReLU(nn::LeakyReLUOptions().negative_slope(kSlope)); }

/// Initialisation of the notebooks: N(0, 0.02), batch norms N(1, 0.02).
void beginSmall(nn::Module& module) {
    torch::NoGradGuard off;
    for (const auto& part : module.modules(false)) {
        if (auto* layer = part->as<nn::Conv2dImpl>()) {
            layer->weight.normal_(0, 0.02);
        } else if (auto* back = part->as<nn::ConvTranspose2dImpl>()) {
            back->weight.normal_(0, 0.02);
        } else if (auto* norm = part->as<nn::BatchNorm2dImpl>()) {
            norm->weight.normal_(1, 0.02);
        }
    }
}

/// Standard deviation along a dimension.
Tensor spreadOf(const Tensor& x, int dimension) {
    return ((x - x.mean(dimension, true)).square().mean(dimension) + kTiny).sqrt();
}

/// (B, 64, T) -> 26 crops of a clip, half by half in the order of the windows: (26 B, 1, 32, 32).
Tensor allCrops(const Tensor& clips) {
    const auto windows = clips.unfold(2, kCrop, kCrop); // (B, 64, 13, 32)
    const auto count = windows.size(2);
    return windows
        .view({clips.size(0), 2, kCrop, count, kCrop}) // (B, 2, 32, 13, 32)
        .permute({0, 1, 3, 2, 4})
        .reshape({clips.size(0) * 2 * count, 1, kCrop, kCrop});
}

} // namespace

Tensor NetImpl::logits(const Tensor&) { return {}; }

Tensor NetImpl::dropped(const Tensor& x, double probability) {
    if (!is_training() || !chance.defined() || probability <= 0) {
        return x;
    }
    std::vector<std::int64_t> shape = x.sizes().vec();
    for (std::size_t i = 2; i < shape.size(); ++i) {
        shape[i] = 1;
    }
    const auto kept = torch::rand(shape, chance).ge(probability).to(x.device(), x.scalar_type());
    return x * (kept / (1 - probability));
}

Net makeNet(const NetConfig& config) {
    switch (config.kind) {
    case Kind::Ali:
        return std::make_shared<AliNet>(config);
    case Kind::Autoencoder:
    case Kind::Contractive:
    case Kind::Variational:
        return std::make_shared<AutoencoderNet>(config);
    case Kind::FeedForward:
    case Kind::Convolutional:
    case Kind::Recurrent:
        return std::make_shared<ClassifierNet>(config);
    case Kind::Clip:
        break;
    }
    return std::make_shared<ClipNet>(config);
}

// ---- ALI ----------------------------------------------------------------------------------------

AliNet::AliNet(const NetConfig& c) : NetImpl(c) {
    struct Layer {
        int channels, kernel, stride;
    };
    const auto w = [&c](int channels) { return c.wide(channels); };
    int from = 1;
    for (const auto& [channels, kernel, stride] : std::vector<Layer>{{w(32), 5, 1},
                                                                     {w(64), 4, 2},
                                                                     {w(128), 4, 1},
                                                                     {w(256), 4, 2},
                                                                     {w(512), 4, 1},
                                                                     {w(512), 1, 1}}) {
        encoder->push_back(square(from, channels, kernel, stride, false));
        encoder->push_back(nn::BatchNorm2d(channels));
        encoder->push_back(leaky());
        from = channels;
    }
    encoder->push_back(square(from, 2 * c.latent, 1, 1, true));

    from = c.latent;
    for (const auto& [channels, kernel, stride] : std::vector<Layer>{{w(256), 4, 1},
                                                                     {w(128), 4, 2},
                                                                     {w(64), 4, 1},
                                                                     {w(32), 4, 2},
                                                                     {w(32), 5, 1},
                                                                     {w(32), 1, 1}}) {
        generator->push_back(nn::ConvTranspose2d(
            nn::ConvTranspose2dOptions(from, channels, kernel).stride(stride).bias(false)));
        generator->push_back(nn::BatchNorm2d(channels));
        generator->push_back(leaky());
        from = channels;
    }
    generator->push_back(square(from, 1, 1, 1, true));
    generator->push_back(nn::Sigmoid());

    criticX->push_back(square(1, w(32), 5, 1, true));
    criticX->push_back(square(w(32), w(64), 4, 2, true));
    criticX->push_back(square(w(64), w(128), 4, 1, true));
    criticX->push_back(square(w(128), w(256), 4, 2, true));
    criticX->push_back(square(w(256), w(512), 4, 1, true));
    criticZ->push_back(square(c.latent, w(512), 1, 1, true));
    criticZ->push_back(square(w(512), w(512), 1, 1, true));
    criticBoth->push_back(square(2 * w(512), w(1024), 1, 1, true));
    criticBoth->push_back(square(w(1024), w(1024), 1, 1, true));
    criticBoth->push_back(square(w(1024), 1, 1, 1, true));
    register_module("encoder", encoder);
    register_module("generator", generator);
    register_module("criticX", criticX);
    register_module("criticZ", criticZ);
    register_module("criticBoth", criticBoth);
    // the critic keeps LibTorch's initialisation: with a smaller one it learns too slowly
    beginSmall(*encoder);
    beginSmall(*generator);
}

Tensor AliNet::moments(const Tensor& crops) {
    TORCH_CHECK(crops.dim() == 4 && crops.size(2) == kCrop && crops.size(3) == kCrop, "crops are ",
                crops.sizes(), ", expected (B, 1, 32, 32)");
    return encoder->forward(crops).flatten(1); // (B, 2Z)
}

Tensor AliNet::generate(const Tensor& z) {
    return generator->forward(z.unsqueeze(2).unsqueeze(3)); // (B, 1, 32, 32)
}

Tensor AliNet::discriminate(const Tensor& crops, const Tensor& z) {
    const auto through = [this](nn::ModuleList& layers, Tensor x, bool last) {
        for (std::size_t i = 0; i < layers->size(); ++i) {
            const bool picture = x.size(1) == 1; // never dropped as a whole
            x = layers->ptr<nn::Conv2dImpl>(i)->forward(picture ? x : dropped(x, kCriticDrop));
            if (!last || i + 1 < layers->size()) {
                x = torch::leaky_relu(x, kCriticSlope);
            }
        }
        return x;
    };
    const auto x = through(criticX, crops, false);                          // (B, 512, 1, 1)
    const auto code = through(criticZ, z.unsqueeze(2).unsqueeze(3), false); // (B, 512, 1, 1)
    return through(criticBoth, torch::cat({x, code}, 1), true).flatten();
}

Tensor AliNet::partCodes(const Tensor& clips) {
    return moments(allCrops(clips))
        .narrow(1, 0, config.latent)
        .reshape({clips.size(0), -1, config.latent}); // (B, 26, Z)
}

Tensor AliNet::embed(const Tensor& clips) {
    const auto mean = partCodes(clips);
    return torch::cat({mean.mean(1), spreadOf(mean, 1)}, 1); // (B, 2Z)
}

Tensor AliNet::embedOneCrop(const Tensor& clips) {
    return moments(clips.narrow(1, 0, kCrop).narrow(2, kCrop, kCrop).unsqueeze(1));
}

// ---- autoencoders -------------------------------------------------------------------------------

AutoencoderNet::AutoencoderNet(const NetConfig& c) : NetImpl(c) {
    const int flat = rowsOf(c.feature) * kFrames;
    const std::vector<int> sizes{c.wide(1024), c.wide(512), c.wide(256), c.wide(128)};
    int from = flat;
    for (const int size : sizes) {
        encoder->push_back(nn::Linear(from, size));
        encoder->push_back(nn::ReLU());
        from = size;
    }
    const int outputs = c.kind == Kind::Variational ? 2 * c.latent : c.latent;
    toCode = nn::Linear(from, outputs);
    from = c.latent;
    for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) {
        decoder->push_back(nn::Linear(from, *size));
        decoder->push_back(nn::ReLU());
        from = *size;
    }
    decoder->push_back(nn::Linear(from, flat));
    if (c.kind != Kind::Variational) {
        decoder->push_back(nn::Tanh());
    }
    register_module("encoder", encoder);
    register_module("toCode", toCode);
    register_module("decoder", decoder);
}

Tensor AutoencoderNet::hidden(const Tensor& clips) { return encoder->forward(clips.flatten(1)); }

Tensor AutoencoderNet::embed(const Tensor& clips) {
    return toCode(hidden(clips)).narrow(1, 0, config.latent);
}

Tensor AutoencoderNet::decode(const Tensor& code) {
    return decoder->forward(code).view({code.size(0), rowsOf(config.feature), kFrames});
}

// ---- classifiers of the slides ------------------------------------------------------------------

ClassifierNet::ClassifierNet(const NetConfig& c) : NetImpl(c) {
    const int classes = static_cast<int>(c.composers.size());
    const int rows = rowsOf(c.feature);
    if (c.kind == Kind::Recurrent) {
        const int hidden = c.wide(5);
        recurrent = nn::LSTM(nn::LSTMOptions(rows, hidden).num_layers(2).batch_first(true));
        register_module("encoder", recurrent);
        head = register_module("head", nn::Linear(hidden, classes));
        return;
    }
    encoder = nn::Sequential();
    int from = 0;
    if (c.kind == Kind::FeedForward) {
        encoder->push_back(nn::Flatten());
        from = rows * kFrames;
        for (const int published : {1024, 512, 256, 64}) {
            const int size = c.wide(published);
            encoder->push_back(nn::Linear(from, size));
            encoder->push_back(nn::BatchNorm1d(size));
            encoder->push_back(nn::ReLU());
            from = size;
        }
    } else {
        const int five = c.wide(5);
        const int ten = c.wide(10);
        const bool mel = c.feature == FeatureKind::Mel;
        using K = std::vector<std::int64_t>;
        const K wide{1, 2};
        const auto block = [&](nn::Conv2d layer, int channels, const K* pool) {
            encoder->push_back(std::move(layer));
            encoder->push_back(nn::BatchNorm2d(channels));
            encoder->push_back(nn::ReLU());
            if (pool != nullptr) {
                encoder->push_back(nn::MaxPool2d(nn::MaxPool2dOptions({(*pool)[0], (*pool)[1]})));
            }
        };
        const K two{2, 2};
        if (mel) {
            block(conv(1, five, {4, 3}, {2, 2}, {1, 1}), five, &wide);
            block(conv(five, ten, {4, 4}, {2, 2}, {1, 1}), ten, &wide);
            block(conv(ten, ten, {3, 4}, {2, 2}, {1, 1}), ten, &two);
        } else {
            if (c.feature == FeatureKind::Chroma) {
                block(conv(1, five, {2, 5}, {2, 1}, {6, 1}), five, &wide);
            } else {
                block(conv(1, five, {4, 5}, {1, 1}, {1, 1}), five, &wide);
            }
            block(conv(five, ten, {2, 4}, {2, 2}, {6, 2}), ten, &wide);
            block(conv(ten, ten, {2, 4}, {2, 2}, {6, 1}), ten, nullptr);
        }
        encoder->push_back(nn::Flatten());
        {
            torch::NoGradGuard off;
            encoder->eval();
            from = static_cast<int>(encoder->forward(torch::zeros({1, 1, rows, kFrames})).size(1));
            encoder->train();
        }
        for (const int published : {120, 84}) {
            const int size = c.wide(published);
            encoder->push_back(nn::Linear(from, size));
            encoder->push_back(nn::ReLU());
            from = size;
        }
    }
    register_module("encoder", encoder);
    head = register_module("head", nn::Linear(from, classes));
}

Tensor ClassifierNet::pieceLogits(const Tensor& piece) {
    const auto out = std::get<0>(recurrent(piece.transpose(1, 2))); // (B, 36, H)
    return head(out.select(1, out.size(1) - 1));
}

Tensor ClassifierNet::embed(const Tensor& clips) {
    if (config.kind == Kind::Recurrent) {
        const auto pieces = clips.unfold(2, kPiece, kPiece).permute({0, 2, 3, 1}); // (B, 11, 36, F)
        const auto count = pieces.size(1);
        const auto out = std::get<0>(recurrent(pieces.flatten(0, 1)));
        return out.select(1, kPiece - 1).view({clips.size(0), count, -1}).mean(1);
    }
    return encoder->forward(config.kind == Kind::Convolutional ? clips.unsqueeze(1) : clips);
}

Tensor ClassifierNet::logits(const Tensor& clips) {
    // the head is linear, so its output for a mean is the mean of its outputs
    return head(embed(clips));
}

// ---- our own ------------------------------------------------------------------------------------

ClipNet::ClipNet(const NetConfig& c) : NetImpl(c) {
    encoder = nn::Sequential();
    int from = 1;
    for (const int published : {24, 48, 96, 128}) {
        const int channels = c.wide(published);
        encoder->push_back(conv(from, channels, {3, 3}, {2, 2}, {1, 1}, false));
        encoder->push_back(nn::BatchNorm2d(channels));
        encoder->push_back(nn::ReLU());
        from = channels;
    }
    register_module("encoder", encoder);
    // Of 64 mels four bands remain (32, 16, 8, 4).
    m_toLatent = register_module("toLatent", nn::Linear(2 * 4 * from, c.latent));
    head = register_module("head", nn::Linear(c.latent, static_cast<int>(c.composers.size())));
}

Tensor ClipNet::embed(const Tensor& clips) {
    const auto half = torch::avg_pool1d(clips, 2);                       // (B, 64, T / 2)
    const auto seen = encoder->forward(half.unsqueeze(1)).flatten(1, 2); // (B, 4 * 128, T / 32)
    return m_toLatent(dropped(torch::cat({seen.mean(2), spreadOf(seen, 2)}, 1), drop));
}

Tensor ClipNet::logits(const Tensor& clips) { return head(embed(clips)); }

} // namespace canto::models::orchestra
