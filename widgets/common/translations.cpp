// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/translations.h"

#include <QLibraryInfo>
#include <memory>

namespace canto::widgets {
namespace {

/// Whether it was found; then it is in use.
bool installTranslation(QCoreApplication& application, const QLocale& locale, const QString& name,
                        const QString& folder) {
    auto translator = std::make_unique<QTranslator>(&application);
    return translator->load(locale, name, QStringLiteral("_"), folder) &&
           QCoreApplication::installTranslator(translator.release()); // its parent owns it
}

} // namespace

QString EnglishPlurals::translate(const char* /*context*/, const char* source,
                                  const char* /*disambiguation*/, int count) const {
    if (count < 0 || source == nullptr) {
        return {};
    }
    return QString::fromUtf8(source).replace(QLatin1String("(s)"),
                                             count == 1 ? QLatin1String("") : QLatin1String("s"));
}

void installTranslations(QCoreApplication& application, const QStringList& folders,
                         const QLocale& locale) {
    QLocale numbers;
    numbers.setNumberOptions(numbers.numberOptions() & ~QLocale::OmitGroupSeparator);
    QLocale::setDefault(numbers);
    QCoreApplication::installTranslator(new EnglishPlurals(&application));
    for (const QString& folder : folders) {
        if (installTranslation(application, locale, QStringLiteral("cantograph"), folder)) {
            // The buttons of Qt's own dialogs, in the same language.
            installTranslation(application, locale, QStringLiteral("qtbase"),
                               QLibraryInfo::path(QLibraryInfo::TranslationsPath));
            return;
        }
    }
}

} // namespace canto::widgets
