// Milliseconds from a latent to music, one thread. Prints JSON.

#include "app/service/model_store.h"
#include "models/musae/bench.h"

#include <CLI/CLI.hpp>
#include <cstdio>

int main(int argc, char** argv) {
    std::string model;
    int draws = 500;
    CLI::App app{"Milliseconds from a latent to music", "bench_decode"};
    app.add_option("--model", model, "Weights (default: those that ship)");
    app.add_option("--draws", draws)->check(CLI::Range(1, 1000000));
    CLI11_PARSE(app, argc, argv);
    if (model.empty()) {
        const auto shipped = canto::shippedWeights();
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
