#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace canto::service {

/// The report on the Emotion space (models/muser/emotion_report.h) as Markdown for a person:
/// tables, each figure beside its baseline and beside what was asked for.
std::string emotionMarkdown(const nlohmann::json& report);

} // namespace canto::service
