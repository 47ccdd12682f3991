#include "app/window/training_curves.h"

#include "widgets/common/theme.h"

#include <QCoreApplication>

namespace canto::app {

using widgets::CurvePlot;

void showMeasures(CurvePlot& curves, std::int64_t step,
                  const std::map<std::string, double>& measures) {
    const QStringList known = curves.terms();
    for (const auto& [name, value] : measures) {
        const QString term = QString::fromStdString(name);
        curves.addPoint(term, CurvePlot::Kind::Measure, double(step), value);
        // The score is a sum of others; the distance has a scale of its own.
        if ((name == "score" || name.ends_with("momentDistance")) && !known.contains(term)) {
            curves.setTermShown(term, false);
        }
    }
}

void showLosses(CurvePlot& curves, std::int64_t step, const std::map<std::string, double>& losses) {
    for (const auto& [name, value] : losses) {
        curves.addPoint(QString::fromStdString(name), CurvePlot::Kind::Training, double(step),
                        value);
    }
}

void showLog(CurvePlot& curves, const service::RunLog& log) {
    for (const auto& line : log.losses) {
        showLosses(curves, line.step, line.losses);
    }
    for (const auto& epoch : log.epochs) {
        showMeasures(curves, epoch.step, epoch.measures);
    }
}

QString epochTitle(int epoch, std::int64_t step, const std::map<std::string, double>& measures) {
    QString title = QCoreApplication::translate("Training", "Epoch %1 \u00b7 step %2")
                        .arg(epoch)
                        .arg(widgets::grouped(std::size_t(std::max<std::int64_t>(step, 0))));
    if (const auto score = measures.find("score"); score != measures.end()) {
        title += QCoreApplication::translate("Training", " \u00b7 score %1")
                     .arg(score->second, 0, 'f', 3);
    }
    return title;
}

} // namespace canto::app
