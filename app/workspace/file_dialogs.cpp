// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/file_dialogs.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QPointer>
#include <QSettings>
#include <QStandardPaths>

namespace canto::app {
namespace {

QPointer<QSettings>& dialogSettings() {
    static QPointer<QSettings> settings;
    return settings;
}

QString dialogKey(const char* purpose) {
    return QStringLiteral("dialogs/") + QLatin1String(purpose);
}

QString dialogFolder(const char* purpose, const QString& first = {}) {
    const QString known =
        dialogSettings() ? dialogSettings()->value(dialogKey(purpose)).toString() : QString();
    return !known.isEmpty()   ? known
           : !first.isEmpty() ? first
                              : QStandardPaths::writableLocation(QStandardPaths::MusicLocation);
}

void keepFolder(const char* purpose, const QString& folder) {
    if (dialogSettings()) {
        dialogSettings()->setValue(dialogKey(purpose), folder);
    }
}

QString keepFolderOf(const char* purpose, const QString& file) {
    if (!file.isEmpty()) {
        keepFolder(purpose, QFileInfo(file).absolutePath());
    }
    return file;
}

} // namespace

void rememberDialogFolders(QSettings* settings) { dialogSettings() = settings; }

QString chooseFile(QWidget* parent, const char* purpose, const QString& title,
                   const QString& filter, const QString& first) {
    return keepFolderOf(
        purpose, QFileDialog::getOpenFileName(parent, title, dialogFolder(purpose, first), filter));
}

QStringList chooseFiles(QWidget* parent, const char* purpose, const QString& title,
                        const QString& filter) {
    const QStringList files =
        QFileDialog::getOpenFileNames(parent, title, dialogFolder(purpose), filter);
    keepFolderOf(purpose, files.value(0));
    return files;
}

QString chooseFolder(QWidget* parent, const char* purpose, const QString& title) {
    const QString folder = QFileDialog::getExistingDirectory(parent, title, dialogFolder(purpose));
    if (!folder.isEmpty()) {
        keepFolder(purpose, folder);
    }
    return folder;
}

QString chooseNewFile(QWidget* parent, const char* purpose, const QString& title,
                      const QString& name, const QString& filter, const QString& first,
                      Existing existing) {
    QString plain = name;
    plain.replace(QLatin1Char('/'), QLatin1Char('-')); // titles may have one
    const auto options =
        existing == Existing::AskFirst ? QFileDialog::Options() : QFileDialog::DontConfirmOverwrite;
    return keepFolderOf(
        purpose, QFileDialog::getSaveFileName(parent, title,
                                              QDir(dialogFolder(purpose, first)).filePath(plain),
                                              filter, nullptr, options));
}

} // namespace canto::app
