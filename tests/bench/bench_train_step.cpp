// A training step of MusAE in C++; peer_train_step.py is the same in Python. Prints JSON.

#include "models/musae/bench.h"

#include <CLI/CLI.hpp>
#include <cstdio>

int main(int argc, char** argv) {
    canto::models::musae::TrainBench options;
    CLI::App app{"Seconds of a training step", "bench_train_step"};
    app.add_option("--batch", options.batch)->check(CLI::Range(1, 65536));
    app.add_option("--steps", options.steps)->check(CLI::Range(1, 100000));
    app.add_option("--threads", options.threads)->check(CLI::Range(1, 256));
    app.add_option("--preset", options.preset);
    CLI11_PARSE(app, argc, argv);
    const auto figures = canto::models::musae::benchTrainStep(options);
    if (!figures) {
        std::fprintf(stderr, "%s\n", figures.error().message().c_str());
        return 1;
    }
    std::printf("%s\n", figures->dump(2).c_str());
    return 0;
}
