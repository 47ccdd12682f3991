// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/library/import_summary.h"

#include "widgets/common/theme.h"

#include <QCoreApplication>
#include <QStringList>

namespace canto::app {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("ImportSummary", text); }

/// "1 song", "6,417 songs".
QString counted(std::size_t count, const QString& one, const QString& several) {
    return QStringLiteral("%1 %2").arg(widgets::grouped(count), count == 1 ? one : several);
}

QString added(const ImportReport& report, const QString& library) {
    const auto known = report.kept;
    if (report.imported > 0) {
        const QString text = tr("%1 imported into %2 (%3)")
                                 .arg(counted(report.imported, tr("song"), tr("songs")), library,
                                      counted(report.segments, tr("phrase"), tr("phrases")));
        return known == 0
                   ? text
                   : text + tr("; %1 in it already")
                                .arg(known == 1 ? tr("1 file was")
                                                : tr("%1 files were").arg(widgets::grouped(known)));
    }
    if (known == 0) {
        return tr("No songs were imported");
    }
    if (known > 1 && report.failed.empty() && !report.cancelled) {
        return tr("All %1 files are already in your library").arg(widgets::grouped(known));
    }
    return known == 1 ? tr("This file is already in your library")
                      : tr("%1 files are already in your library").arg(widgets::grouped(known));
}

} // namespace

ImportSummary summaryOf(const ImportReport& report, const QString& library) {
    ImportSummary summary;
    QStringList hints;
    summary.text = added(report, library);
    if (report.cancelled) {
        summary.text = tr("Import cancelled. %1").arg(summary.text);
    }
    if (report.reduced > 0) {
        summary.text += report.reduced == 1 ? tr("; 1 song was simplified for this model")
                                            : tr("; %1 songs were simplified for this model")
                                                  .arg(widgets::grouped(report.reduced));
        hints.append(QString::fromStdString(report.reduction));
    }
    if (report.macMetadata > 0) {
        summary.text += tr("; %1 of macOS passed over")
                            .arg(counted(report.macMetadata, tr("file"), tr("files")));
    }
    if (!report.failed.empty()) {
        const auto& first = report.failed.front();
        summary.problem = true;
        summary.text += tr("; %1 could not be read")
                            .arg(counted(report.failed.size(), tr("file"), tr("files")));
        hints.append(tr("First: %1").arg(QString::fromStdString(first.path + ": " + first.reason)));
    }
    summary.hint = hints.join(QLatin1Char('\n'));
    return summary;
}

} // namespace canto::app
