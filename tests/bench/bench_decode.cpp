// SPDX-License-Identifier: GPL-3.0-or-later
// Milliseconds from a latent to music, one thread. Prints JSON.

#include "app/library/model_store.h"
#include "models/musae/bench.h"

#include <CLI/CLI.hpp>
#include <cstdio>

int main(int argc, char** argv) {
    std::string model;
    int draws = 500;
    CLI::App app{"Milliseconds from a latent to music", "bench_decode"};
    std::string id = "musae";
    auto* of = app.add_option("--id", id, "Of which of the models that ship: musae, muser");
    app.add_option("--model", model, "Weights instead")->excludes(of);
    app.add_option("--draws", draws)->check(CLI::Range(1, 1000000));
    CLI11_PARSE(app, argc, argv);
    if (model.empty()) {
        const auto shipped = canto::shippedWeights(id);
        if (!shipped) {
            std::fprintf(stderr, "%s\n", shipped.error().message().c_str());
            return 1;
        }
        model = shipped->string();
    }
    const auto figures = canto::models::musae::benchDecode(model, draws);
    if (!figures) {
        std::fprintf(stderr, "%s\n", figures.error().message().c_str());
        return 1;
    }
    std::printf("%s\n", figures->dump(2).c_str());
    return 0;
}
