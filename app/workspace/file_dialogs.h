// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// File dialogs that begin in the folder in which they were last used for the same purpose
// ("import", "export"), or in `first`, or else in the user's music folder. What is returned is
// empty when nothing was chosen. Thread: GUI.

#include <QStringList>

class QSettings;
class QWidget;

namespace canto::app {

/// Where the folders are remembered from now on, under "dialogs/"; null or destroyed: nowhere.
void rememberDialogFolders(QSettings* settings);

QString chooseFile(QWidget* parent, const char* purpose, const QString& title,
                   const QString& filter, const QString& first = {});
QStringList chooseFiles(QWidget* parent, const char* purpose, const QString& title,
                        const QString& filter);
QString chooseFolder(QWidget* parent, const char* purpose, const QString& title);

enum class Existing { AskFirst, LeaveToCaller };
/// @param name  that is offered, without a folder.
/// @param existing  whether the dialog asks before a file that exists is chosen.
QString chooseNewFile(QWidget* parent, const char* purpose, const QString& title,
                      const QString& name, const QString& filter, const QString& first = {},
                      Existing existing = Existing::AskFirst);

} // namespace canto::app
