// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/translations.h"

#include <QRegularExpression>
#include <QSet>
#include <utility>

namespace canto::test {

/// A language that nobody speaks but everybody can read: "Save map" becomes "[Śāvē māp ~~~]".
/// The brackets show what was translated, the accents that any letter can be drawn, and the tildes
/// make each text 40 % longer, as German and Finnish do. Names of keys stay as they are.
class PseudoTranslator : public widgets::EnglishPlurals {
  public:
    using EnglishPlurals::EnglishPlurals;

    QString translate(const char* context, const char* source, const char* disambiguation,
                      int count) const override {
        const QString own = QLatin1String(context);
        if (source == nullptr || *source == '\0' || own == QLatin1String("QShortcut")) {
            return {}; // names of keys
        }
        if (!own.startsWith(QLatin1Char('Q'))) { // not a text of Qt
            m_asked.insert({own, QString::fromUtf8(source)});
        }
        const QString plural = EnglishPlurals::translate(context, source, disambiguation, count);
        const QString text = plural.isNull() ? QString::fromUtf8(source) : plural;
        return isKeys(text) || isFileFilter(text) ? text : pseudo(text);
    }

    /// Contexts and source texts that were translated so far.
    const QSet<std::pair<QString, QString>>& asked() const { return m_asked; }

    static QString pseudo(const QString& text) {
        static const QString kPlain = QStringLiteral("aceilnorsuyzACEILNORSUYZ");
        static const QString kAccented = QString::fromUtf8("āćēīłńōŕśūýžĀĆĒĪŁŃŌŔŚŪÝŽ");
        QString made;
        for (qsizetype i = 0; i < text.size(); ++i) {
            if (const qsizetype end = placeholderEnd(text, i); end > i) {
                made += text.mid(i, end - i);
                i = end - 1;
            } else if (const qsizetype at = kPlain.indexOf(text[i]); at >= 0) {
                made += kAccented[at];
            } else {
                made += text[i];
            }
        }
        QString longer;
        for (qsizetype i = 0; i < std::max<qsizetype>(1, (text.size() * 2 + 4) / 5); ++i) {
            longer += i % 8 == 0 ? QStringLiteral(" ~") : QStringLiteral("~");
        }
        return QLatin1Char('[') + made + longer + QLatin1Char(']');
    }

  private:
    /// Past "%1", "%L2", "%n", "%Ln", or `from` where there is none.
    static qsizetype placeholderEnd(const QString& text, qsizetype from) {
        if (text[from] != QLatin1Char('%')) {
            return from;
        }
        qsizetype at = from + 1;
        if (at < text.size() && text[at] == QLatin1Char('L')) {
            ++at;
        }
        if (at < text.size() && (text[at].isDigit() || text[at] == QLatin1Char('n') ||
                                 text[at] == QLatin1Char('v') || text[at] == QLatin1Char('m'))) {
            return at + 1;
        }
        return from;
    }
    /// "Ctrl+R", "B", "F11".
    static bool isKeys(const QString& text) {
        static const QRegularExpression kKeys(
            QStringLiteral("^(?:(?:(?:Ctrl|Alt|Shift)\\+)+[^\\sa-z]\\w*|.|F\\d+)$"));
        return kKeys.match(text).hasMatch();
    }
    /// "MIDI (*.mid)".
    static bool isFileFilter(const QString& text) { return text.contains(QLatin1String("(*")); }

    mutable QSet<std::pair<QString, QString>> m_asked;
};

} // namespace canto::test
