// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/text.h"

#include <array>
#include <utility>

namespace canto::widgets {

QString escapeMnemonics(const QString& text) {
    QString escaped = text;
    return escaped.replace(QLatin1Char('&'), QLatin1String("&&"));
}

QString oneLine(const QString& text) { return text.simplified(); }

QString searchKey(const QString& text) {
    // Letters that Unicode does not decompose, after folding of case.
    static const std::array<std::pair<char16_t, QLatin1String>, 8> kSpelled = {{
        {u'\u00f8', QLatin1String("o")},  // o with stroke
        {u'\u0142', QLatin1String("l")},  // l with stroke
        {u'\u0111', QLatin1String("d")},  // d with stroke
        {u'\u0131', QLatin1String("i")},  // dotless i
        {u'\u00e6', QLatin1String("ae")}, // ae
        {u'\u0153', QLatin1String("oe")}, // oe
        {u'\u00f0', QLatin1String("d")},  // eth
        {u'\u00df', QLatin1String("ss")}, // sharp s, which Qt folds to itself
    }};
    const QString whole = text.normalized(QString::NormalizationForm_KD).toCaseFolded();
    QString key;
    key.reserve(whole.size());
    for (const QChar c : whole.normalized(QString::NormalizationForm_KD)) {
        if (c.category() == QChar::Mark_NonSpacing) {
            continue;
        }
        bool spelled = false;
        for (const auto& [letter, letters] : kSpelled) {
            if (c.unicode() == letter) {
                key += letters;
                spelled = true;
                break;
            }
        }
        if (!spelled) {
            key += c;
        }
    }
    return key;
}

} // namespace canto::widgets
