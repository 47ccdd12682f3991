// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/sequence.h"

#include <algorithm>
#include <cmath>

namespace canto::models::muser {

using codec::Field;
using codec::WordType;
using torch::Tensor;

namespace {

constexpr int kTypeField = static_cast<int>(Field::Type);
constexpr int kBeat = static_cast<int>(Field::Beat);

std::size_t at(int element, int place, const NetConfig& config) {
    return static_cast<std::size_t>(element * config.places + place);
}

/// Positions of a phrase that carry an element, by bar.
using ByBar = std::vector<std::vector<int>>;

/// In frugal networks the code shows which positions set an element; in others it is every bar line
/// and position of the bar, or every note.
ByBar carriersOf(const Latent& z, const std::vector<ReadPlace>& places, int element,
                 const NetConfig& config) {
    const bool notes = element >= static_cast<int>(Field::Pitch);
    ByBar bars(1);
    bool any = false;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const int place = static_cast<int>(i);
        if (places[i].bar && any) {
            bars.emplace_back();
        }
        any = true;
        const bool transfers =
            config.quiet() ? z[at(element, place, config)] > 1.5F
                           : places[i].type == (notes ? WordType::Note : WordType::Metrical);
        if (transfers) {
            bars.back().push_back(place);
        }
    }
    return bars;
}

/// The bar that corresponds to bar `i` of `count`, or the nearest one that carries the element.
const std::vector<int>* barFor(const ByBar& bars, std::size_t i, std::size_t count) {
    const auto wanted = static_cast<int>(bars.size() >= count ? i : i * bars.size() / count);
    const auto total = static_cast<int>(bars.size());
    for (int away = 0; away < total; ++away) {
        for (const int bar : {wanted - away, wanted + away}) {
            if (bar >= 0 && bar < total && !bars[static_cast<std::size_t>(bar)].empty()) {
                return &bars[static_cast<std::size_t>(bar)];
            }
        }
    }
    return nullptr;
}

} // namespace

Latent latentOf(const Tensor& codes, int label, const NetConfig& config) {
    Latent z(static_cast<std::size_t>(kElements * config.places) + 1, 0.0F);
    const auto own = codes.contiguous();
    const auto* values = own.data_ptr<std::int64_t>();
    const auto groups = static_cast<std::size_t>(own.size(1));
    const auto length = std::min<std::int64_t>(own.size(0), config.places);
    for (int element = 0; element < kElements; ++element) {
        const auto group = groups == 1 ? 0 : static_cast<std::size_t>(element);
        for (int place = 0; place < length; ++place) {
            z[at(element, place, config)] =
                static_cast<float>(1 + values[static_cast<std::size_t>(place) * groups + group]);
        }
    }
    z.back() = static_cast<float>(label);
    return z;
}

int lengthOf(const Latent& z, const NetConfig& config) {
    int length = 0;
    while (length < config.places && z[at(kTypeField, length, config)] >= 0.5F) {
        ++length;
    }
    return length;
}

Tensor codesOf(const Latent& z, const NetConfig& config) {
    const int length = lengthOf(z, config);
    auto codes = torch::empty({length, kElements}, torch::kInt64);
    auto* values = codes.data_ptr<std::int64_t>();
    for (int place = 0; place < length; ++place) {
        for (int element = 0; element < kElements; ++element) {
            const auto code = std::lround(z[at(element, place, config)]) - 1;
            *values++ = std::clamp<long>(code, 0, config.codes - 1);
        }
    }
    return codes;
}

int labelOf(const Latent& z, const NetConfig& config) {
    return static_cast<int>(
        std::clamp<long>(std::lround(z.back()), 0, static_cast<long>(config.labels.size())));
}

Tensor vectorsOf(const Tensor& codes, const NetImpl& net) {
    const auto& config = net.config;
    const auto& books = net.quantiser->books(); // (G, K, D)
    const auto own = codes.to(books.device());
    std::vector<Tensor> slices;
    for (int element = 0; element < kElements; ++element) {
        const bool sliced = config.books == Books::Sliced;
        const auto& book = books[sliced ? element : 0];
        const auto vectors = book.index_select(0, own.select(1, element));
        slices.push_back(sliced ? vectors
                                : vectors.narrow(1, element * config.slice, config.slice));
    }
    return torch::cat(slices, 1).unsqueeze(0);
}

std::vector<ReadPlace> placesOf(const Latent& z, NetImpl& net) {
    const auto& config = net.config;
    const int length = lengthOf(z, config);
    if (length == 0) {
        return {};
    }
    // Decoded together with the rest of the phrase, all positions at once, without previous words.
    torch::NoGradGuard off;
    const auto vectors = vectorsOf(codesOf(z, config), net);
    const auto none = torch::zeros({1, length, kFields}, torch::kInt64).to(vectors.device());
    const auto live = torch::ones({1, length}, torch::kBool).to(vectors.device());
    // Other elements may depend on the type; of the beat only bar lines are needed, which are
    // positions.
    const auto metrical =
        torch::full({1, length}, static_cast<int>(WordType::Metrical), none.options());
    const auto logits = net.decoder(none, vectors, live, metrical);
    const auto types = logits[static_cast<std::size_t>(kTypeField)].argmax(2).to(torch::kCPU);
    const auto beats = logits[static_cast<std::size_t>(kBeat)].argmax(2).to(torch::kCPU);
    std::vector<ReadPlace> result;
    for (int place = 0; place < length; ++place) {
        const auto type = static_cast<WordType>(types[0][place].item<std::int64_t>());
        result.push_back({type, type == WordType::Metrical &&
                                    beats[0][place].item<std::int64_t>() == codec::kBar});
    }
    return result;
}

Latent transferElements(const Latent& target, const Latent& source, std::span<const int> elements,
                        NetImpl& net) {
    const auto& config = net.config;
    std::array<bool, kElements> given{};
    for (const int element : elements) {
        given[static_cast<std::size_t>(element)] = true;
    }
    const auto there = placesOf(source, net);
    const auto here = placesOf(target, net);
    if (there.empty() || here.empty()) {
        return target;
    }
    // The words are those of the source of the rhythm; every other element is applied to them.
    const bool newRhythm = given[kBeat] || given[kTypeField];
    Latent z = newRhythm ? source : target;
    z.back() = target.back();
    for (int element = 0; element < kElements; ++element) {
        const bool rhythm = element == kBeat || element == kTypeField;
        const bool fromSource = given[static_cast<std::size_t>(element)];
        if (rhythm || fromSource == newRhythm) {
            continue; // is already there
        }
        const auto& from = fromSource ? source : target;
        const auto sources = carriersOf(from, fromSource ? there : here, element, config);
        const auto targets = carriersOf(z, newRhythm ? there : here, element, config);
        for (std::size_t bar = 0; bar < targets.size(); ++bar) {
            const auto* sourceBar = barFor(sources, bar, targets.size());
            const auto& targetBar = targets[bar];
            for (std::size_t i = 0; i < targetBar.size() && sourceBar != nullptr; ++i) {
                const auto j = i * sourceBar->size() / targetBar.size();
                z[at(element, targetBar[i], config)] = from[at(element, (*sourceBar)[j], config)];
            }
        }
    }
    return z;
}

} // namespace canto::models::muser
