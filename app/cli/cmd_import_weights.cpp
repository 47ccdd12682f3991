// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/library/note_network_file.h"
#include "models/common/basic_pitch.h"

#include <filesystem>

namespace canto::cli {

namespace {

struct Args {
    std::string kind;
    std::string folder;
    std::string out;
};

Result<int> importWeights(const Args& args) {
    const std::filesystem::path out =
        args.out.empty() ? userNoteNetwork() : std::filesystem::path(args.out);
    if (out.empty()) {
        return fail(Error::Code::BadInput, "There is no home folder to install the weights in", {},
                    "Name a file with --out");
    }
    if (args.out.empty()) {
        std::error_code problem;
        std::filesystem::create_directories(out.parent_path(), problem);
        if (problem) {
            return fail(Error::Code::Io, "The folder cannot be made: " + problem.message(),
                        out.parent_path().string());
        }
    }
    CANTO_TRY(imported, models::importBasicPitch(args.folder, out));
    return print({{"out", out.string()},
                  {"title", imported->title},
                  {"licence", "Apache-2.0"},
                  {"numbers", imported->numbers}});
}

} // namespace

void addImportWeightsCommand(CLI::App& app, Action& action) {
    Command<Args> command(app, action, "import-weights",
                          "Convert the weights of another program, for canto transcribe",
                          importWeights);
    auto& args = command.args();
    command.required("kind", args.kind, "What they are: basic-pitch",
                     CLI::IsMember({"basic-pitch"}));
    command.required("folder", args.folder,
                     "Folder of the model: model.json and the files of weights that it names, or "
                     "the unpacked package",
                     CLI::ExistingDirectory);
    command.option("-o,--out", args.out,
                   "The file to write (.safetensors); default: where transcribe finds it");
    command->footer(
        "Example:\n"
        "  npm pack @spotify/basic-pitch@1.0.1 && tar xf spotify-basic-pitch-1.0.1.tgz\n"
        "  canto import-weights basic-pitch package\n"
        "The weights are under the Apache License 2.0, copyright 2022 Spotify AB; the "
        "file states it.");
}

} // namespace canto::cli
