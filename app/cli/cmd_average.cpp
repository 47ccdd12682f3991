#include "app/cli/commands.h"
#include "core/tensorfile/average_weights.h"

#include <memory>

namespace canto::cli {
namespace {

struct Words {
    std::vector<std::string> weights;
    std::vector<double> shares;
    std::string out;
};

int average(const Words& words) {
    if (!words.shares.empty() && words.shares.size() != words.weights.size()) {
        return report(Error{Error::Code::BadInput,
                            std::to_string(words.shares.size()) + " shares for " +
                                std::to_string(words.weights.size()) + " weights",
                            "--share",
                            "Give one share for each, in the same order, or none for equal ones."});
    }
    std::vector<tensorfile::WeightsShare> parts;
    for (std::size_t i = 0; i < words.weights.size(); ++i) {
        parts.push_back({words.weights[i], words.shares.empty() ? 1.0 : words.shares[i]});
    }
    if (auto ok = tensorfile::averageWeights(parts, words.out); !ok) {
        return report(ok.error());
    }
    const auto file = tensorfile::SafeTensors::open(words.out);
    if (!file) {
        return report(file.error());
    }
    print({{"weights", words.out},
           {"version", file->checksum()},
           {"averaging", file->metadata("averaging")}});
    return kGood;
}

} // namespace

void addAverageCommand(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "average", "The mean of the weights of several runs of one network, tensor by tensor");
    auto words = std::make_shared<Words>();
    command->add_option("weights", words->weights, "Weights (.safetensors), two or more")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--share", words->shares, "Share of each, in the same order");
    command->add_option("--out", words->out, "The file to write")->required();
    command->footer("Examples:\n"
                    "  canto average run/best.safetensors before/best.safetensors --share 0.9 "
                    "--share 0.1 --out mean.safetensors\n"
                    "Runs that descend from the same weights often lie in one basin; choose the "
                    "shares on the validation split.");
    command->callback([&action, words] { action = [words] { return average(*words); }; });
}

} // namespace canto::cli
