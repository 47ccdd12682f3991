// SPDX-License-Identifier: GPL-3.0-or-later
// Feeds a fuzz target with mutants of its seeds, the same ones in every run:
//   mutate_NAME [MUTANTS] [SEED]      default: 20000 1
//   mutate_NAME --write-seeds FOLDER  for libFuzzer
// Ends with an error when the target does; the mutant is then in mutate_NAME.crash.

#include "tests/fuzz/target.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <random>
#include <unistd.h>

namespace {

std::string g_current; ///< the mutant
std::string g_crash;   ///< where it is kept

void keepMutant(int signal) {
    const int file = open(g_crash.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file >= 0 && write(file, g_current.data(), g_current.size()) >= 0) {
        close(file);
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

class Mutator {
  public:
    Mutator(std::vector<std::string> seeds, std::uint64_t seed)
        : m_seeds(std::move(seeds)), m_random(seed) {}

    std::string next() {
        std::string text = m_seeds[below(m_seeds.size())];
        const std::size_t changes = 1 + below(8);
        for (std::size_t i = 0; i < changes; ++i) {
            change(text);
        }
        return text;
    }

  private:
    std::size_t below(std::size_t count) {
        return count == 0 ? 0 : static_cast<std::size_t>(m_random() % count);
    }

    void change(std::string& text) {
        const std::size_t at = below(text.size());
        const std::size_t length = std::min(1 + below(16), text.size() - at);
        switch (below(8)) {
        case 0: // a bit
            if (!text.empty()) {
                text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
            }
            break;
        case 1: // a byte
            if (!text.empty()) {
                text[at] = static_cast<char>(below(256));
            }
            break;
        case 2: { // an extreme number
            constexpr std::uint64_t kExtremes[] = {
                0,      1,          0x7F,       0x80,       0xFF,
                0x7FFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, ~std::uint64_t{0}};
            const std::uint64_t number = kExtremes[below(std::size(kExtremes))];
            const std::size_t bytes =
                std::min<std::size_t>(std::size_t{1} << below(4), text.size() - at);
            for (std::size_t i = 0; i < bytes; ++i) {
                text[at + i] =
                    static_cast<char>(number >> (8 * (below(2) == 0 ? i : bytes - 1 - i)));
            }
            break;
        }
        case 3:
            text.erase(at, length);
            break;
        case 4:
            text.insert(at, text.substr(below(text.size()), length));
            break;
        case 5:
            text.insert(at, length, static_cast<char>(below(256)));
            break;
        case 6: // cut short
            text.resize(at);
            break;
        default: { // the end of another seed
            const std::string& other = m_seeds[below(m_seeds.size())];
            text = text.substr(0, at) + other.substr(below(other.size()));
            break;
        }
        }
        constexpr std::size_t kLongest = std::size_t{1} << 20;
        if (text.size() > kLongest) {
            text.resize(kLongest);
        }
    }

    std::vector<std::string> m_seeds;
    std::mt19937_64 m_random;
};

int tryOne(const std::string& text) {
    // A block of exactly this size, so that AddressSanitizer sees a read past its end.
    std::vector<std::uint8_t> bytes(text.begin(), text.end());
    bytes.shrink_to_fit();
    return LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

} // namespace

int main(int argc, char** argv) {
    const auto seeds = fuzzSeeds();
    if (argc == 3 && std::strcmp(argv[1], "--write-seeds") == 0) {
        for (std::size_t i = 0; i < seeds.size(); ++i) {
            std::ofstream(std::string(argv[2]) + "/" + std::to_string(i), std::ios::binary)
                << seeds[i];
        }
        return 0;
    }
    const long mutants = argc > 1 ? std::atol(argv[1]) : 20000;
    const std::string name = argv[0];
    g_crash = name.substr(name.rfind('/') + 1) + ".crash";
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL}) {
        std::signal(signal, keepMutant);
    }
    for (const auto& seed : seeds) {
        g_current = seed;
        tryOne(seed);
    }
    Mutator mutator(seeds, argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
    for (long i = 0; i < mutants; ++i) {
        g_current = mutator.next();
        tryOne(g_current);
    }
    std::printf("%ld mutants of %zu seeds: no finding\n", mutants, seeds.size());
    return 0;
}
