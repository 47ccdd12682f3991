// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/shell/main_window.h"

class QApplication;
class QCommandLineParser;

/// What programs that show the window have in common: their options, their settings, their end.
namespace canto::app {

/// Names the application, its version and its language.
/// @param locale  of numbers and texts: the system's, or QLocale::c() for the same pictures
///        everywhere.
void prepareApplication(QApplication& application, const QLocale& locale);

/// Adds --atlas, --model, --space, --soundfont and --theme.
void addWindowOptions(QCommandLineParser& parser);
/// What was chosen with them, with the spaces that ship.
WindowOptions windowOptions(const QCommandLineParser& parser);

/// Takes the first project and the first library out of the files, for the window to open at once.
void takeFirst(QStringList& files, WindowOptions& options);

/// Settings, libraries and runs in a temporary place, for as long as this lives: pictures are the
/// same for everybody, and nobody's own settings are touched.
class ScratchSettings {
  public:
    explicit ScratchSettings(WindowOptions& options);
    ~ScratchSettings();
    ScratchSettings(const ScratchSettings&) = delete;
    ScratchSettings& operator=(const ScratchSettings&) = delete;

  private:
    QString m_file;
    std::filesystem::path m_data;
};

/// The exit code; ends the process at once when a task still runs, from under which nothing may be
/// taken.
int exitCode(int code);

} // namespace canto::app
