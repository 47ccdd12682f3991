// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>
#include <QTranslator>

namespace canto::widgets {

/// The English forms of texts that count: source texts write "%Ln song(s)", which becomes
/// "1 song" or "2 songs". Texts without a count are left to the other translators.
class EnglishPlurals : public QTranslator {
  public:
    using QTranslator::QTranslator;

    QString translate(const char* context, const char* source, const char* disambiguation,
                      int count) const override;
    bool isEmpty() const override { return false; }
};

/// Makes the program speak the language of `locale` where one of the folders holds a translation
/// (cantograph_de.qm), and English elsewhere. Also gives the numbers of the default locale their
/// group separators ("98,112"), which the C locale leaves out. Call once, before the first window
/// is made.
/// @param folders  the first that has a translation is used.
void installTranslations(QCoreApplication& application, const QStringList& folders = {},
                         const QLocale& locale = QLocale::system());

} // namespace canto::widgets
