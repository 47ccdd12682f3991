// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/tensors/average_weights.h"

namespace canto::cli {
namespace {

struct Args {
    std::vector<std::string> weights;
    std::vector<double> shares;
    std::string out;
};

Result<int> average(const Args& args) {
    if (!args.shares.empty() && args.shares.size() != args.weights.size()) {
        return fail(Error::Code::BadInput,
                    std::to_string(args.shares.size()) + " shares for " +
                        std::to_string(args.weights.size()) + " weights",
                    "--share",
                    "Give one share for each, in the same order, or none for equal ones.");
    }
    std::vector<tensors::WeightsShare> parts;
    for (std::size_t i = 0; i < args.weights.size(); ++i) {
        parts.push_back({args.weights[i], args.shares.empty() ? 1.0 : args.shares[i]});
    }
    CANTO_CHECK(tensors::averageWeights(parts, args.out));
    CANTO_TRY(file, tensors::SafeTensors::open(args.out));
    return print({{"weights", args.out},
                  {"version", file->checksum()},
                  {"averaging", file->metadata("averaging")}});
}

} // namespace

void addAverageWeightsCommand(CLI::App& app, Action& action) {
    Command<Args> command(app, action, "average-weights",
                          "Average the weights of several runs of one network, tensor by tensor",
                          average);
    auto& args = command.args();
    command.required("weights", args.weights, "Weights (.safetensors), two or more",
                     CLI::ExistingFile);
    command.option("--share", args.shares, "Weight of each in the mean, in the same order");
    command.required("--out", args.out, "The file to write");
    command->footer(
        "Examples:\n"
        "  canto average-weights run/best.safetensors before/best.safetensors --share 0.9 "
        "--share 0.1 --out mean.safetensors\n"
        "Use runs that started from the same weights; choose the shares on the validation "
        "split.");
}

} // namespace canto::cli
