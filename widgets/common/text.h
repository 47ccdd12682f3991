// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace canto::widgets {

/// Escapes text from data (a title, a label, a file name) for an action, a button or a tab: there
/// an ampersand would vanish and make the next letter a keyboard shortcut, so it is doubled. Labels
/// and lists do not need this, and tool tips are always plain text (applyTheme).
QString escapeMnemonics(const QString& text);

/// The text in one line: runs of blanks and line breaks become one blank each.
QString oneLine(const QString& text);

/// A key for searching that ignores case, accents and Unicode form: "Dvořák" and "DVORAK" both
/// give "dvorak".
/// Letters with a stroke and ligatures are spelled out (ø o, ł l, æ ae, ß ss).
/// Source: Unicode Standard Annex 15, form KD; nonspacing marks are left out.
QString searchKey(const QString& text);

} // namespace canto::widgets
