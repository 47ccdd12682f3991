// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/runs/run_log.h"
#include "widgets/train/curve_plot.h"

#include <QString>

namespace canto::app {

/// How a loss term or a measure reads in the legend: "autoencoder.reconstruction" is
/// "Reconstruction", "strict.onsetF1" "Onset F1, all tracks playing".
QString curveTitle(const QString& term);

/// Puts the figures of a validation into the curves, shares and quantities apart, and an accuracy
/// into the headline. The score, a sum of others, is hidden when it first comes.
void showMeasures(widgets::CurvePlot& curves, std::int64_t step,
                  const std::map<std::string, double>& measures);
/// The same for losses; the reconstruction, or what comes nearest to it, is in the headline.
void showLosses(widgets::CurvePlot& curves, std::int64_t step,
                const std::map<std::string, double>& losses);
/// A whole run as it was written down.
void showLog(widgets::CurvePlot& curves, const RunLog& log);

/// "Epoch 3 · step 1,200 · score 2.410".
QString epochTitle(int epoch, std::int64_t step, const std::map<std::string, double>& measures);

} // namespace canto::app
