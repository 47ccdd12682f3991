#include "models/muser/sequence.h"

#include <algorithm>
#include <cmath>

namespace canto::models::muser {

using codec::Field;
using codec::WordType;
using torch::Tensor;

namespace {

constexpr int kType = static_cast<int>(Field::Type);
constexpr int kBeat = static_cast<int>(Field::Beat);

std::size_t at(int element, int place, const NetConfig& config) {
    return static_cast<std::size_t>(element * config.places + place);
}

/// Places of a phrase that carry an element: bar lines and places of the bar, or notes.
std::vector<int> carriers(const std::vector<WordType>& types, int element) {
    const bool notes = element >= static_cast<int>(Field::Pitch);
    std::vector<int> places;
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (types[i] == (notes ? WordType::Note : WordType::Metrical)) {
            places.push_back(static_cast<int>(i));
        }
    }
    return places;
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
    while (length < config.places && z[at(kType, length, config)] >= 0.5F) {
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

std::vector<WordType> typesOf(const Latent& z, NetImpl& net) {
    const auto& config = net.config;
    const int length = lengthOf(z, config);
    if (length == 0) {
        return {};
    }
    // Read with the rest of the phrase at hand, all places at once: nothing was written before.
    torch::NoGradGuard off;
    const auto vectors = vectorsOf(codesOf(z, config), net);
    const auto none = torch::zeros({1, length, kFields}, torch::kInt64).to(vectors.device());
    const auto live = torch::ones({1, length}, torch::kBool).to(vectors.device());
    const auto logits = net.decoder(none, vectors, live, torch::zeros({1, length}, none.options()));
    const auto types = logits[static_cast<std::size_t>(kType)].argmax(2).to(torch::kCPU);
    std::vector<WordType> result;
    for (int place = 0; place < length; ++place) {
        result.push_back(static_cast<WordType>(types[0][place].item<std::int64_t>()));
    }
    return result;
}

Latent carryElements(const Latent& receiver, const Latent& giver, std::span<const int> elements,
                     NetImpl& net) {
    const auto& config = net.config;
    std::array<bool, kElements> given{};
    for (const int element : elements) {
        given[static_cast<std::size_t>(element)] = true;
    }
    const auto typesThere = typesOf(giver, net);
    const auto typesHere = typesOf(receiver, net);
    if (typesThere.empty() || typesHere.empty()) {
        return receiver;
    }
    // The words are those of whoever gives the rhythm; every other element is laid on them.
    const bool newRhythm = given[kBeat] || given[kType];
    Latent z = newRhythm ? giver : receiver;
    z.back() = receiver.back();
    const auto& own = newRhythm ? typesThere : typesHere;
    for (int element = 0; element < kElements; ++element) {
        const bool rhythm = element == kBeat || element == kType;
        const bool fromGiver = given[static_cast<std::size_t>(element)];
        if (rhythm || fromGiver == newRhythm) {
            continue; // stands there already
        }
        const auto& from = fromGiver ? giver : receiver;
        const auto source = carriers(fromGiver ? typesThere : typesHere, element);
        const auto target = carriers(own, element);
        for (std::size_t i = 0; i < target.size() && !source.empty(); ++i) {
            const auto j = source.size() >= target.size() ? i : i * source.size() / target.size();
            z[at(element, target[i], config)] = from[at(element, source[j], config)];
        }
    }
    return z;
}

} // namespace canto::models::muser
