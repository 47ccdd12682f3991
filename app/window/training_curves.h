#pragma once

#include "app/service/run_log.h"
#include "widgets/train/curve_plot.h"

#include <QString>

namespace canto::app {

/// Puts the figures of a validation into the curves. What has a scale of its own is hidden when it
/// first comes.
void showMeasures(widgets::CurvePlot& curves, std::int64_t step,
                  const std::map<std::string, double>& measures);
void showLosses(widgets::CurvePlot& curves, std::int64_t step,
                const std::map<std::string, double>& losses);
/// A whole run as it was written down.
void showLog(widgets::CurvePlot& curves, const service::RunLog& log);

/// "Epoch 3 · step 1,200 · score 2.410".
QString epochTitle(int epoch, std::int64_t step, const std::map<std::string, double>& measures);

} // namespace canto::app
