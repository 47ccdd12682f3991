// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace canto::widgets {

/// A text that did not come from us (a title, a label, the name of a file) as the text of an
/// action, a button or a tab: in these an ampersand would make the next letter a keyboard shortcut
/// and vanish, so it is doubled. Labels and lists need no such care, and tool tips are plain text
/// throughout (applyTheme).
QString escapeMnemonics(const QString& text);

/// The text in one line: runs of blanks and line breaks become one blank each.
QString oneLine(const QString& text);

/// What two texts have in common that a person who searches would call the same: without case,
/// accents and the like, in one Unicode form ("Dvořák" and "DVORAK" both give "dvorak").
/// Letters with a stroke and ligatures are spelled out (ø o, ł l, æ ae, ß ss).
/// Source: Unicode Standard Annex 15, form KD; nonspacing marks are left out.
QString searchKey(const QString& text);

} // namespace canto::widgets
