// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codec/compound_words.h"
#include "models/common/config_fields.h"

#include <string>
#include <vector>

namespace canto::models::muser {

// Letters used in shapes: B batch, T words of a phrase (with the end), E elements (7), D dimensions
// of an element's slice, Z = E * D, G code books, K codes of a book, W width, H heads.

inline constexpr int kElements = codec::kElements;
inline constexpr int kFields = codec::kWordFields;

/// How the vectors of a word are quantised.
enum class Books {
    Sliced, ///< a book for each element's slice: elements can be combined freely
    Shared, ///< one book for the whole vector: as published
};
/// How a slice becomes the sequence that the regulariser compares.
enum class Summary { Transformer, Mean };
/// How the global decoder is conditioned on the latents.
enum class Memory { Cross, Concat, None };
/// Which decoders there are.
enum class Decoders { Both, Global, Element };
enum class Attention { Softmax, Linear };

/// Width, layers, heads and inner width of a stack of blocks.
struct Stack {
    int width = 96;
    int layers = 3;
    int heads = 4;
    int feedForward = 256;

    void visit(ConfigFields& fields);
};

/// Sizes: what is needed to build the network of the weights.
struct NetConfig {
    int bars = 4;
    int places = 192; ///< longest phrase in words, the end included
    int slice = 8;    ///< D
    int codes = 128;  ///< K
    Books books = Books::Sliced;
    /// 1, for sliced books: code 0, a vector of zeros, is used wherever a word does not change the
    /// element, and a book has at most twice as many codes as the element has values; the prior
    /// need not predict such codes. 0: any code anywhere.
    int frugal = 1;
    Summary summary = Summary::Transformer;
    Memory memory = Memory::Cross;
    Decoders decoders = Decoders::Both;
    Attention attention = Attention::Softmax;
    /// Embeddings are 128, 256, 64, 32, 512, 128, 128 and 128 wide, divided by this.
    int shrink = 4;
    Stack encoder{96, 3, 4, 256};
    Stack global{128, 2, 4, 256};
    Stack element{64, 1, 4, 128};
    /// Of the regulariser; its width is `places`.
    Stack regulariser{192, 1, 4, 384};
    Stack prior{192, 4, 6, 512};
    std::vector<std::string> labels;

    int latent() const { return kElements * slice; } ///< Z
    int groups() const { return books == Books::Sliced ? kElements : 1; }
    bool quiet() const { return frugal != 0 && books == Books::Sliced; }
    int groupSize() const { return latent() / groups(); }
    int embedding(int field) const;
    int embeddings(int fields) const; ///< of the first `fields` together

    /// "cpu": the default; "medium": below 16 MB of weights; "paper": as published, one book.
    static const std::vector<std::string>& presets();
    static Result<NetConfig> preset(const std::string& name);
    void visit(ConfigFields& fields);
    nlohmann::json toJson() const;
    /// BadInput names the key that is missing, of a wrong type or out of range.
    static Result<NetConfig> fromJson(const nlohmann::json& json);
};

struct TrainConfig {
    int batch = 12;
    double learningRate = 2e-3; ///< falls to a tenth along a half cosine
    double matrixRate = 0.02;   ///< of hidden matrices, updated along orthogonalised momentum; 0:
                                ///< Adam
    double priorRate = 1e-3;
    double weightDecay = 0.01;
    int warmupSteps = 100;
    double clip = 3.0;
    /// The last part of the run, in which the prior is trained on the codes of the network, which
    /// is fixed then; 1: only the prior is trained.
    double priorShare = 0.25;
    /// Share of a batch from phrases with a label, if there are others too.
    double labelled = 0.35;
    double hideLabel = 0.1; ///< share of labelled phrases that are treated as unlabelled

    double commitment = 0.25;
    double regularisation = 0.1;
    double delta = 1.0;     ///< steepness of the regulariser's tanh
    double decay = 0.99;    ///< of the running means that are the books
    int restartEvery = 200; ///< steps between searches for unused codes; 0: never
    /// Share of the decoder's input words that are hidden, so that it uses the codes and not only
    /// its previous words.
    double hideWords = 0.15;
    double hideMemory = 0.2; ///< share of phrases whose decoder gets no memory
    /// Share of batches that are cut to half the length, since a step of those costs less than
    /// half.
    double shortShare = 0.5;
    int transpose = 5; ///< -transpose .. transpose + 1 semitones; 0: none

    // Ablations, by the numbers of the enumerations above.
    int books = -1; ///< -1: the preset's
    int summary = -1;
    int memory = -1;
    int decoders = -1;

    void visit(ConfigFields& fields);
    nlohmann::json toJson() const { return configToJson(*this); }
    static Result<TrainConfig> fromJson(const nlohmann::json& json) {
        return configFromJson<TrainConfig>(json);
    }
    /// The sizes with the requested ablations. BadInput.
    Result<NetConfig> applied(NetConfig net) const;
};

} // namespace canto::models::muser
