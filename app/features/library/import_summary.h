// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/importer.h"

#include <QCoreApplication>
#include <QString>

namespace canto::app {

/// What an import did, in a sentence for the message bar.
struct ImportSummary {
    Q_DECLARE_TR_FUNCTIONS(ImportSummary)

  public:
    QString text;
    QString hint;         ///< what the sentence leaves out; may be empty
    bool problem = false; ///< something could not be read
};

/// @param library  the name of the library the files went into, as it is shown.
ImportSummary summaryOf(const ImportReport& report, const QString& library);

} // namespace canto::app
