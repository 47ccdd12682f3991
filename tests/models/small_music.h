// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Synthetic music, small networks for it, and temporary folders.

#include "core/base/random.h"
#include "models/datasets/prepared_dataset.h"
#include "models/musae/training.h"
#include "models/train/trainer.h"

#include <QTemporaryDir>

namespace canto::test {

/// Four tracks that each repeat a figure of their own: drums on quarters, bass on halves, guitar
/// arpeggios, long strings; which pitches depends on the number.
inline std::vector<codec::Token> phraseNumber(int number) {
    std::vector<codec::Token> tokens(codec::kPhraseTokens, codec::kHold);
    const auto at = [&](int track, int step) -> codec::Token& {
        return tokens[static_cast<std::size_t>(track * codec::kPhraseSteps + step)];
    };
    for (int track = 0; track < codec::kTracks; ++track) {
        at(track, 0) = codec::kSilence;
    }
    const auto pitch = [&](int base, int step) {
        return static_cast<codec::Token>(base + (number * 5 + step * (1 + number % 3)) % 12);
    };
    for (int step = 0; step < codec::kPhraseSteps; step += 4) {
        at(0, step) = step % 8 == 0 ? 36 : 38;
        at(2, step) = pitch(60, step / 4);
    }
    for (int step = 0; step < codec::kPhraseSteps; step += 8) {
        at(1, step) = pitch(36, step / 8);
    }
    at(3, 0) = pitch(72, 0);
    at(3, 16) = pitch(72, 3);
    return codec::canonical(tokens);
}

/// How its notes are played: louder and later from onset to onset.
inline std::vector<codec::Expression> expressionsOf(const std::vector<codec::Token>& tokens,
                                                    int number) {
    std::vector<codec::Expression> expressions(tokens.size(), codec::kNoExpression);
    int onset = number;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i] < codec::kPitches) {
            expressions[i] = codec::expressionOf(16 * (onset % 8), onset % 3 - 1);
            ++onset;
        }
    }
    return codec::canonicalExpressions(tokens, expressions);
}

/// `songs` songs of `phrases` phrases one after the other, labelled "even" and "odd" in turn; the
/// last two are "valid" and "test", the others "train"; all are "train" unless `heldOut`.
inline tensors::PreparedDataset smallMusic(int songs, int phrases = 1, bool heldOut = true) {
    tensors::PreparedDataset dataset;
    for (int i = 0; i < songs; ++i) {
        const std::string name = std::to_string(i);
        const char* split = !heldOut         ? "train"
                            : i == songs - 1 ? "test"
                            : i == songs - 2 ? "valid"
                                             : "train";
        std::vector<codec::PhraseWindow> windows;
        std::vector<codec::Token> tokens;
        std::vector<codec::Expression> expressions;
        for (int phrase = 0; phrase < phrases; ++phrase) {
            const music::Tick start = phrase * 8 * 480;
            windows.push_back({2 * phrase, start, start + 8 * 480, true});
            const auto made = phraseNumber(i + phrase);
            tokens.insert(tokens.end(), made.begin(), made.end());
            const auto reonset = expressionsOf(made, i + phrase);
            expressions.insert(expressions.end(), reonset.begin(), reonset.end());
        }
        dataset.addSong({name + ".mid", name, "nobody", i % 2 == 0 ? "even" : "odd", split},
                        windows, tokens, expressions);
    }
    dataset.finish("genre");
    return dataset;
}

inline models::musae::NetConfig smallNet() {
    models::musae::NetConfig config;
    config.latent = 16;
    config.width = 32;
    config.layers = 1;
    config.heads = 2;
    config.feedForward = 48;
    config.criticWidth = 16;
    config.labels = {"even", "odd"};
    return config;
}

inline models::musae::NetConfig smallRecurrentNet() {
    auto config = smallNet();
    config.body = models::musae::Body::Recurrent;
    config.patch = 1;
    return config;
}

inline models::musae::TrainConfig smallTraining() {
    models::musae::TrainConfig config;
    config.batch = 8;
    config.warmupSteps = 5;
    config.transpose = 0;
    return config;
}

inline std::shared_ptr<models::musae::MusaeTraining>
trainingOf(const models::musae::NetConfig& net, const models::musae::TrainConfig& training,
           int songs) {
    torch::manual_seed(7);
    return std::make_shared<models::musae::MusaeTraining>(
        models::musae::Net(net), training,
        std::make_shared<models::musae::Dataset>(smallMusic(songs)));
}

/// A run of this many steps, every one of them logged, with one epoch.
inline models::train::TrainerOptions stepsOf(std::int64_t steps) {
    models::train::TrainerOptions options;
    options.steps = steps;
    options.seed = 5;
    options.logEvery = 1;
    options.epochSteps = 1000000;
    options.threads = 1;
    return options;
}

inline std::shared_ptr<models::train::Trainable> smallRun() {
    return trainingOf(smallNet(), smallTraining(), 14);
}

inline std::filesystem::path pathIn(const QTemporaryDir& folder, const char* name) {
    return std::filesystem::path(folder.path().toStdString()) / name;
}

} // namespace canto::test
