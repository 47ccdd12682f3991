// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/start.h"

#include "app/features/project/project_controller.h"
#include "app/program/program_version.h"
#include "app/spaces/latents/space.h"
#include "app/workspace/task_queue.h"
#include "core/base/quick_exit.h"
#include "widgets/common/translations.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFile>
#include <QIcon>
#include <QStandardPaths>
#include <algorithm>

namespace canto::app {
namespace {

const auto kAtlas = QStringLiteral("atlas");
const auto kModel = QStringLiteral("model");
const auto kSpace = QStringLiteral("space");
const auto kSoundFont = QStringLiteral("soundfont");
const auto kTheme = QStringLiteral("theme");
const auto kServe = QStringLiteral("serve");
const auto kSocket = QStringLiteral("socket");
constexpr QSize kPictureSize(1440, 900);

} // namespace

void prepareApplication(QApplication& application, const QLocale& locale) {
    QCoreApplication::setOrganizationName(QStringLiteral("Cantograph"));
    QCoreApplication::setApplicationName(QStringLiteral("Cantograph"));
    QCoreApplication::setApplicationVersion(QString::fromStdString(programVersion()));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.cantograph.Cantograph"));
    QApplication::setWindowIcon(
        QIcon::fromTheme(QStringLiteral("org.cantograph.Cantograph"),
                         QIcon(QStringLiteral(":/128/org.cantograph.Cantograph.png"))));
    const QString beside = QCoreApplication::applicationDirPath();
    widgets::installTranslations(application,
                                 {beside + QStringLiteral("/translations"),
                                  beside + QStringLiteral("/../share/cantograph/translations")},
                                 locale);
}

void addWindowOptions(QCommandLineParser& parser) {
    const auto file = QStringLiteral("file"), name = QStringLiteral("name");
    parser.addOptions({
        {kAtlas, QStringLiteral("Open this library."), file},
        {kModel, QStringLiteral("Decode with these weights."), file},
        {kSpace, QStringLiteral("Show this space first: style, emotion ..."), name},
        {kSoundFont, QStringLiteral("Play with this SoundFont."), file},
        {kTheme, QStringLiteral("light, dark or system."), name},
        {kServe, QStringLiteral("Accept scripts of this user; see canto serve --help.")},
        {kSocket, QStringLiteral("Accept scripts on this socket."), file},
    });
}

WindowOptions windowOptions(const QCommandLineParser& parser) {
    WindowOptions options;
    options.atlas = parser.value(kAtlas).toStdString();
    options.spaces = shippedSpaces();
    options.spaces.push_back(latentsSpace());
    options.space = parser.value(kSpace).toStdString();
    if (parser.isSet(kModel)) {
        options.openModel = [path = parser.value(kModel).toStdString()] {
            return models::openModel(path);
        };
    }
    options.soundFont = parser.value(kSoundFont);
    options.scriptSocket = parser.value(kSocket).toStdString();
    options.allowScripts = parser.isSet(kServe) || parser.isSet(kSocket);
    const QString theme = parser.value(kTheme);
    if (theme == QLatin1String("light")) {
        options.scheme = widgets::Scheme::Light;
    } else if (theme == QLatin1String("dark")) {
        options.scheme = widgets::Scheme::Dark;
    } else if (theme == QLatin1String("system")) {
        options.scheme = widgets::Scheme::System;
    }
    options.cacheFolder =
        QStandardPaths::writableLocation(QStandardPaths::CacheLocation).toStdString();
    return options;
}

void takeFirst(QStringList& files, WindowOptions& options) {
    const auto take = [&files](auto wanted, std::filesystem::path& where) {
        const auto found = std::find_if(files.begin(), files.end(), wanted);
        if (where.empty() && found != files.end()) {
            where = found->toStdString();
            files.erase(found);
        }
    };
    take(&ProjectController::isProject, options.project);
    take([](const QString& file) { return file.endsWith(QLatin1String(".atlas")); }, options.atlas);
}

ScratchSettings::ScratchSettings(WindowOptions& options)
    : m_file(QDir::temp().filePath(
          QStringLiteral("cantograph-%1.ini").arg(QCoreApplication::applicationPid()))),
      m_data(m_file.toStdString() + ".data") {
    options.settingsFile = m_file;
    options.userData = m_data;
    options.scheme = options.scheme.value_or(widgets::Scheme::Light);
    options.midiPorts = false;
    options.size = kPictureSize;
}

ScratchSettings::~ScratchSettings() {
    QFile::remove(m_file);
    std::error_code ignored;
    std::filesystem::remove_all(m_data, ignored);
}

int exitCode(int code) {
    if (TaskQueue::leftBehind()) {
        quickExit(code);
    }
    return code;
}

} // namespace canto::app
