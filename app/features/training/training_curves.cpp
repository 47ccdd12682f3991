// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/training_curves.h"

#include "widgets/common/theme.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <array>

namespace canto::app {

using widgets::CurvePlot;

namespace {

/// What the headline takes, the first that is there; each stands for the end of a name.
constexpr std::array kHeadlineLosses{"reconstruction", "pitch"};
constexpr std::array kHeadlineMeasures{"all.accuracy", "accuracy", "accuracy.pitch",
                                       "pitchAccuracy", "probe"};
/// Ends of the names of measures that are not shares.
constexpr std::array kQuantities{"Distance",  "Error",     "nats", "Nats",
                                 "codesUsed", "notesMade", "score"};

CurvePlot::Kind kindOf(const std::string& measure) {
    const bool quantity = std::any_of(kQuantities.begin(), kQuantities.end(),
                                      [&](const char* end) { return measure.ends_with(end); });
    return quantity ? CurvePlot::Kind::Quantity : CurvePlot::Kind::Measure;
}

/// The name that ends with the earliest of `wanted`, or else the first that `fits`; may be empty.
template <class Ends, class Fits>
std::string pick(const std::map<std::string, double>& figures, const Ends& wanted, Fits fits) {
    for (const char* end : wanted) {
        for (const auto& [name, value] : figures) {
            if (name.ends_with(end) && fits(name)) {
                return name;
            }
        }
    }
    for (const auto& [name, value] : figures) {
        if (fits(name)) {
            return name;
        }
    }
    return {};
}

void addToHeadline(CurvePlot& curves, const std::string& term) {
    const QString name = QString::fromStdString(term);
    if (!term.empty() && !curves.headline().contains(name)) {
        curves.setHeadline(curves.headline() << name);
    }
}

} // namespace

QString curveTitle(const QString& term) {
    static const QHash<QString, const char*> kTitles{
        {QStringLiteral("reconstruction"), QT_TRANSLATE_NOOP("Training", "Reconstruction")},
        {QStringLiteral("expression"), QT_TRANSLATE_NOOP("Training", "Expression")},
        {QStringLiteral("label"), QT_TRANSLATE_NOOP("Training", "Label")},
        {QStringLiteral("momentMatching"), QT_TRANSLATE_NOOP("Training", "Moment matching")},
        {QStringLiteral("momentDistance"), QT_TRANSLATE_NOOP("Training", "Distance to the prior")},
        {QStringLiteral("critic"), QT_TRANSLATE_NOOP("Training", "Critic")},
        {QStringLiteral("controlConsistency"),
         QT_TRANSLATE_NOOP("Training", "Control consistency")},
        {QStringLiteral("controls"), QT_TRANSLATE_NOOP("Training", "Controls")},
        {QStringLiteral("infomax"), QT_TRANSLATE_NOOP("Training", "Information")},
        {QStringLiteral("divergence"), QT_TRANSLATE_NOOP("Training", "KL divergence")},
        {QStringLiteral("distance"), QT_TRANSLATE_NOOP("Training", "Critic distance")},
        {QStringLiteral("styleDistance"), QT_TRANSLATE_NOOP("Training", "Style critic distance")},
        {QStringLiteral("penalty"), QT_TRANSLATE_NOOP("Training", "Gradient penalty")},
        {QStringLiteral("stylePenalty"), QT_TRANSLATE_NOOP("Training", "Style gradient penalty")},
        {QStringLiteral("gradient"), QT_TRANSLATE_NOOP("Training", "Gradient norm")},
        {QStringLiteral("accuracy"), QT_TRANSLATE_NOOP("Training", "Accuracy")},
        {QStringLiteral("onsetF1"), QT_TRANSLATE_NOOP("Training", "Onset F1")},
        {QStringLiteral("noteF1"), QT_TRANSLATE_NOOP("Training", "Note F1")},
        {QStringLiteral("pitchClassF1"), QT_TRANSLATE_NOOP("Training", "Pitch-class F1")},
        {QStringLiteral("pitchAccuracy"), QT_TRANSLATE_NOOP("Training", "Pitch accuracy")},
        {QStringLiteral("velocityError"), QT_TRANSLATE_NOOP("Training", "Velocity error")},
        {QStringLiteral("nats"), QT_TRANSLATE_NOOP("Training", "Negative log-likelihood, nats")},
        {QStringLiteral("priorNats"), QT_TRANSLATE_NOOP("Training", "Prior loss, nats")},
        {QStringLiteral("pitchNats"), QT_TRANSLATE_NOOP("Training", "Pitch loss, nats")},
        {QStringLiteral("lengthNats"), QT_TRANSLATE_NOOP("Training", "Length loss, nats")},
        {QStringLiteral("codesUsed"), QT_TRANSLATE_NOOP("Training", "Codes in use")},
        {QStringLiteral("notesMade"),
         QT_TRANSLATE_NOOP("Training", "Notes per note of the original")},
        {QStringLiteral("probe"), QT_TRANSLATE_NOOP("Training", "Probe accuracy")},
        {QStringLiteral("score"), QT_TRANSLATE_NOOP("Training", "Validation score")},
    };
    const auto translated = [](const char* title) {
        return QCoreApplication::translate("Training", title);
    };
    const QString group = term.section(u'.', 0, -2), last = term.section(u'.', -1);
    const auto known = kTitles.find(last);
    QString title = known != kTitles.end() ? translated(*known) : last;
    if (known == kTitles.end() && !title.isEmpty()) {
        title[0] = title[0].toUpper();
    }
    if (group == QLatin1String("strict")) {
        return translated(QT_TRANSLATE_NOOP("Training", "%1, all tracks playing")).arg(title);
    }
    if (group == QLatin1String("accuracy")) {
        return translated(QT_TRANSLATE_NOOP("Training", "Accuracy of %1")).arg(last);
    }
    // The phases and the whole validation go without saying, but for what every phase has.
    return last == QLatin1String("gradient") ? QStringLiteral("%1, %2").arg(title, group) : title;
}

void showMeasures(CurvePlot& curves, std::int64_t step,
                  const std::map<std::string, double>& measures) {
    const auto share = [](const std::string& name) {
        return kindOf(name) == CurvePlot::Kind::Measure;
    };
    const QStringList known = curves.terms();
    if (std::none_of(measures.begin(), measures.end(), [&](const auto& measure) {
            return known.contains(QString::fromStdString(measure.first));
        })) {
        addToHeadline(curves, pick(measures, kHeadlineMeasures, share));
    }
    for (const auto& [name, value] : measures) {
        const QString term = QString::fromStdString(name);
        curves.addPoint(term, kindOf(name), double(step), value);
        if (name == "score" && !known.contains(term)) {
            curves.setTermShown(term, false);
        }
    }
}

void showLosses(CurvePlot& curves, std::int64_t step, const std::map<std::string, double>& losses) {
    if (curves.terms().isEmpty()) {
        curves.setTitles(&curveTitle);
        addToHeadline(curves, pick(losses, kHeadlineLosses, [](const std::string& name) {
                          return !name.ends_with(".gradient");
                      }));
    }
    for (const auto& [name, value] : losses) {
        curves.addPoint(QString::fromStdString(name), CurvePlot::Kind::Training, double(step),
                        value);
    }
}

void showLog(CurvePlot& curves, const RunLog& log) {
    for (const auto& line : log.losses) {
        showLosses(curves, line.step, line.losses);
    }
    for (const auto& epoch : log.epochs) {
        showMeasures(curves, epoch.step, epoch.measures);
    }
}

QString epochTitle(int epoch, std::int64_t step, const std::map<std::string, double>& measures) {
    const QString shownStep = widgets::grouped(std::size_t(std::max<std::int64_t>(step, 0)));
    const auto score = measures.find("score");
    return score == measures.end()
               ? QCoreApplication::translate("Training", "Epoch %L1 \u00b7 step %2")
                     .arg(epoch)
                     .arg(shownStep)
               : QCoreApplication::translate("Training",
                                             "Epoch %L1 \u00b7 step %2 \u00b7 score %L3")
                     .arg(epoch)
                     .arg(shownStep)
                     .arg(score->second, 0, 'f', 3);
}

} // namespace canto::app
