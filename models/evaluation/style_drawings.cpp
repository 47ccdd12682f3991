// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/png_canvas.h"
#include "models/evaluation/reports.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace canto {

using nlohmann::json;

namespace {

constexpr Colour kGrey{200, 200, 200};
constexpr Colour kBlack{0, 0, 0};

/// Draws the label plane; the means of the circular Gaussian mixture lie on the circle of radius 1.
Result<void> drawPlane(const json& report, const std::filesystem::path& path) {
    PngCanvas canvas(480, 480);
    constexpr double kReach = 2.0;
    const auto place = [&](double v) { return 240 + v / kReach * 230; };
    canvas.line(0, place(0), 480, place(0), kGrey);
    canvas.line(place(0), 0, place(0), 480, kGrey);
    for (const auto& point : report["plane"]) {
        const auto label = point[2].get<std::int64_t>();
        canvas.dot(place(point[0].get<double>()), place(-point[1].get<double>()), 1.5,
                   label < 0 ? kGrey : classColour(static_cast<std::size_t>(label)));
    }
    const auto net = json::parse(report.value("net", "{}"), nullptr, false);
    if (net.value("prior", "circularMixture") == "circularMixture") {
        const auto components = net.value("labels", json::array()).size() + 1;
        for (std::size_t k = 0; k < components; ++k) {
            const double angle =
                2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(components);
            canvas.dot(place(std::cos(angle)), place(-std::sin(angle)), 4, kBlack);
        }
    }
    return canvas.write(path);
}

Result<void> drawDistances(const json& report, const std::filesystem::path& path) {
    const auto& genres = report["genres"];
    std::vector<std::vector<double>> rows;
    if (genres.contains("distances")) {
        rows = genres["distances"]["euclidean"].get<std::vector<std::vector<double>>>();
    }
    double most = 1e-9;
    for (const auto& row : rows) {
        most = std::max(most, *std::max_element(row.begin(), row.end()));
    }
    for (auto& row : rows) {
        std::transform(row.begin(), row.end(), row.begin(),
                       [most](double value) { return 1 - value / most; });
    }
    return drawHeat(rows, 48, 48, path);
}

Result<void> drawInterpolation(const json& report, const std::filesystem::path& path) {
    PngCanvas canvas(480, 300);
    canvas.line(40, 260, 460, 260, kGrey);
    canvas.line(40, 20, 40, 260, kGrey);
    const auto part = report["interpolation"].value("9", json::object());
    const auto curve = [&](const std::vector<double>& values, double most, Colour colour) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto x = [&](std::size_t at) {
                return 40 + 420.0 * static_cast<double>(at) /
                                static_cast<double>(std::max<std::size_t>(1, values.size() - 1));
            };
            const auto y = [&](std::size_t at) { return 260 - 230 * values[at] / most; };
            canvas.dot(x(i), y(i), 3, colour);
            if (i > 0) {
                canvas.line(x(i - 1), y(i - 1), x(i), y(i), colour);
            }
        }
    };
    if (part.empty()) {
        return canvas.write(path);
    }
    const auto distance = part["meanDistance"].get<std::vector<double>>();
    curve(distance, std::max(1e-9, *std::max_element(distance.begin(), distance.end())), kBlack);
    const auto notes = part["meanNotes"].get<std::vector<std::vector<double>>>();
    double most = 1e-9;
    for (const auto& tracks : notes) {
        most = std::max(most, *std::max_element(tracks.begin(), tracks.end()));
    }
    for (std::size_t track = 0; track < 4; ++track) {
        std::vector<double> values;
        for (const auto& tracks : notes) {
            values.push_back(tracks[track]);
        }
        curve(values, most, classColour(track));
    }
    return canvas.write(path);
}

Result<void> drawSweeps(const json& report, const std::filesystem::path& path) {
    const auto part = report["sweeps"].value("2", json::object());
    std::vector<std::vector<double>> rows;
    const auto properties = part.value("properties", json::object());
    for (const auto& [name, property] : properties.items()) {
        auto& row = rows.emplace_back();
        for (const auto& r : property["r"]) {
            row.push_back(std::abs(r.get<double>()));
        }
    }
    return drawHeat(rows, 6, 14, path);
}

} // namespace

Result<void> drawStyleReport(const json& report, const std::filesystem::path& folder) {
    for (const auto& drawn :
         {drawPlane(report, folder / "plane.png"), drawDistances(report, folder / "distances.png"),
          drawInterpolation(report, folder / "interpolation.png"),
          drawSweeps(report, folder / "sweeps.png")}) {
        if (!drawn) {
            return drawn;
        }
    }
    return {};
}

} // namespace canto
