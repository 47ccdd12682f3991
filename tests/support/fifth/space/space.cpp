// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fifth/space/space.h"

#include "app/spaces/space_report.h"

namespace canto::test {

namespace {

std::string markdown(const nlohmann::json& report) {
    std::string text = "# The Fifth space\n\n| model | error |\n|---|---|\n";
    for (const auto& model : report["models"]) {
        text += "| " + model["name"].get<std::string>() + " | " +
                std::to_string(model["figures"]["error"].get<double>()) + " |\n";
    }
    return text;
}

const SpaceReport kFifthReport{&markdown};

} // namespace

Space fifthSpace(const std::filesystem::path& weights, const std::filesystem::path& library) {
    Space space;
    space.id = "fifth";
    space.title = "Fifth";
    space.about = "A space of a test";
    space.atlas = library;
    space.open = shareModel([path = weights.string()] { return models::openModel(path); });
    space.report = &kFifthReport;
    return space;
}

} // namespace canto::test
