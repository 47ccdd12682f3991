// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/library/import_summary.h"

#include "app/workspace/qt_text.h"

#include <QStringList>

namespace canto::app {
namespace {

QString added(const ImportReport& report, const QString& library) {
    const int known = int(report.kept);
    if (report.imported > 0) {
        const QString text =
            ImportSummary::tr("%1 imported into %2 (%3)")
                .arg(ImportSummary::tr("%Ln song(s)", nullptr, int(report.imported)), library,
                     ImportSummary::tr("%Ln phrase(s)", nullptr, int(report.segments)));
        return known == 0 ? text
                          : text + ImportSummary::tr("; %Ln file(s) already there", nullptr, known);
    }
    if (known == 0) {
        return ImportSummary::tr("No songs were imported");
    }
    if (known == 1) {
        return ImportSummary::tr("This file is already in your library");
    }
    return report.failed.empty() && !report.cancelled
               ? ImportSummary::tr("All %Ln file(s) are already in your library", nullptr, known)
               : ImportSummary::tr("%Ln file(s) are already in your library", nullptr, known);
}

} // namespace

ImportSummary summaryOf(const ImportReport& report, const QString& library) {
    ImportSummary summary;
    QStringList hints;
    summary.text = added(report, library);
    if (report.cancelled) {
        summary.text = ImportSummary::tr("Import cancelled. %1").arg(summary.text);
    }
    if (report.reduced > 0) {
        summary.text += ImportSummary::tr("; %Ln song(s) simplified for this model", nullptr,
                                          int(report.reduced));
        hints.append(coreText(report.reduction));
    }
    if (report.macMetadata > 0) {
        summary.text += ImportSummary::tr("; %Ln macOS metadata file(s) skipped", nullptr,
                                          int(report.macMetadata));
    }
    if (!report.failed.empty()) {
        const auto& first = report.failed.front();
        summary.problem = true;
        summary.text += ImportSummary::tr("; %Ln file(s) could not be read", nullptr,
                                          int(report.failed.size()));
        hints.append(ImportSummary::tr("First: %1")
                         .arg(QString::fromStdString(first.path + ": " + first.reason)));
    }
    summary.hint = hints.join(QLatin1Char('\n'));
    return summary;
}

} // namespace canto::app
