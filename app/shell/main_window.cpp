// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/main_window.h"

#include "app/features/keyboard/keyboard_controller.h"
#include "app/shell/key_page.h"
#include "app/shell/preferences_dialog.h"
#include "app/shell/status_line.h"
#include "app/shell/system_scheme.h"
#include "app/shell/window_actions.h"
#include "app/shell/window_layout.h"
#include "app/workspace/action_table.h"
#include "app/workspace/qt_text.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/screen_fit.h"
#include "widgets/map/hover_card.h"
#include "widgets/map/latent_map.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMenuBar>
#include <QMimeData>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>
#include <QVBoxLayout>
#include <algorithm>
#include <map>
#include <utility>

namespace canto::app {
namespace {

constexpr QSize kPreferredSize(1440, 900);
constexpr int kDevicesAfterMs = 50; ///< opening them takes a while: the map comes first
const auto kSchemeKey = QStringLiteral("window/theme");

QString waitingText() { return MainWindow::tr("The model has not answered for 3 seconds"); }

WorkspaceOptions workspaceOf(const WindowOptions& options) {
    return {options.settingsFile, options.userData,  options.spaces, options.space,
            options.atlas,        options.openModel, options.engine};
}

} // namespace

MainWindow::MainWindow(WindowOptions options, QWidget* parent)
    : QMainWindow(parent), m_options(std::move(options)), m_workspace(workspaceOf(m_options)) {
    showTitle();
    setAcceptDrops(true);
    if (m_options.size.isEmpty()) {
        widgets::openOnScreen(*this, kPreferredSize);
    } else {
        resize(m_options.size);
    }
    const int remembered =
        m_workspace.settings().value(kSchemeKey, int(widgets::Scheme::System)).toInt();
    m_scheme = m_options.scheme.value_or(widgets::Scheme(remembered));
    widgets::applyTheme(*qApp, m_scheme);
    buildCentre();
    buildFeatures();
    connectNotices();
    connect(&m_workspace, &Workspace::libraryChanged, this, &MainWindow::showTitle);
    connect(&m_workspace, &Workspace::documentChanged, this, &MainWindow::showTitle);
    connect(&m_workspace, &Workspace::libraryFailed, this, &MainWindow::showHint);
    m_layout->restore(m_workspace.settings(), m_options.size);
    followSystem();
    const auto opened = [this] {
        m_opening = false;
        openFilesWhenReady({});
    };
    connect(&m_workspace, &Workspace::libraryReady, this, opened);
    connect(&m_workspace, &Workspace::libraryFailed, this, opened);
    showHint();
}

MainWindow::~MainWindow() {
    // Widgets are children of the window and go after the members: nothing may talk to them then.
    m_workspace.player().disconnect();
    m_workspace.disconnect();
    map()->disconnect();
    while (!m_features.empty()) {
        m_features.pop_back();
    }
}

Panels& MainWindow::panels() { return m_layout->panels(); }

const std::vector<QDockWidget*>& MainWindow::docks() const { return m_layout->docks(); }

void MainWindow::buildCentre() {
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_messages = new widgets::MessageBar(centre);
    auto* map = new widgets::LatentMap(centre);
    column->addWidget(map, 1);
    setCentralWidget(centre);
    m_messages->floatOver(centre);
    m_workspace.attachMap(*map);
    m_workspace.maps().attachHoverCard(new widgets::HoverCard(map));
    m_layout = new WindowLayout(*this, *column);
}

void MainWindow::buildFeatures() {
    m_features = makeFeatures(m_workspace, m_options);
    std::vector<Panel> panels;
    for (const auto& feature : m_features) {
        const std::vector<Panel> added = feature->panels();
        panels.insert(panels.end(), added.begin(), added.end());
        connect(feature.get(), &Feature::raiseWanted, m_layout, &WindowLayout::raise);
    }
    m_layout->place(panels, m_messages);
    m_status = new StatusLine(*statusBar(), m_workspace);

    m_actions = new ActionTable(*this);
    for (const auto& feature : m_features) {
        feature->addActions(*m_actions);
    }
    addWindowActions(*m_actions, *this);
    QToolBar* tools = addToolBar(tr("Tools"));
    tools->setObjectName(QStringLiteral("toolBar"));
    tools->setMovable(false);
    tools->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    tools->setIconSize(QSize(18, 18));
    m_actions->fill(*menuBar(), *tools);
    useChosenKeys(*m_actions, m_workspace.settings());
    for (const auto& feature : m_features) {
        if (auto* keyboard = qobject_cast<KeyboardController*>(feature.get())) {
            connect(keyboard, &KeyboardController::preferencesWanted, this,
                    [this] { canto::app::showPreferences(*this, PageId::Midi); });
        }
    }
}

void MainWindow::connectNotices() {
    Workspace* work = &m_workspace;
    connect(work, &Workspace::noticed, this, [this](const Notice& notice) {
        using Bar = widgets::MessageBar;
        m_messages->show(Bar::Kind(int(notice.kind)), notice.text, notice.hint, notice.action,
                         notice.run, notice.ofSpace ? Bar::Scope::Space : Bar::Scope::Window);
    });
    connect(work, &Workspace::progressEnded, m_messages, &widgets::MessageBar::endProgress);
    connect(work, &Workspace::spaceEntering, m_messages, &widgets::MessageBar::leaveSpace);
    connect(m_messages, &widgets::MessageBar::dismissed, work, &Workspace::noticeDismissed);
    connect(&work->inference(), &InferenceWorker::stuck, this, [this] {
        m_workspace.notify({Notice::Kind::Progress,
                            waitingText(),
                            {},
                            tr("Cancel"),
                            [this] {
                                m_workspace.inference().cancel();
                                map()->clearDecodeMark();
                            },
                            true});
    });
    connect(&work->player(), &Player::currentItemChanged, this, [this] {
        if (m_messages->text() == waitingText()) {
            m_messages->endProgress(); // it has answered
        }
    });
}

void MainWindow::start() {
    if (std::exchange(m_started, true)) {
        return;
    }
    m_opening = !m_options.atlas.empty() || !m_workspace.spaces().kept().library.empty();
    m_workspace.start();
    m_status->start();
    for (const auto& feature : m_features) {
        feature->start();
    }
    QTimer::singleShot(kDevicesAfterMs, this, [this] {
        for (const auto& feature : m_features) {
            feature->startDevices();
        }
    });
}

void MainWindow::showTitle() {
    const Workspace::Document& document = m_workspace.document();
    const QString name = document.file.empty() ? tr("Untitled") : text(document.file.filename());
    QStringList title{name + QStringLiteral("[*]")};
    if (m_workspace.spaces().spaces().size() > 1) {
        title.append(coreText(m_workspace.space().title));
    }
    title.append(tr("Cantograph"));
    setWindowTitle(title.join(QStringLiteral(" - ")));
    setWindowModified(document.changed);
}

void MainWindow::showHint() {
    map()->setMessage(m_workspace.library()
                          ? QString()
                          : tr("Open a library (Ctrl+L), or drop a folder of MIDI files here"));
}

void MainWindow::setScheme(widgets::Scheme scheme) {
    m_scheme = scheme;
    m_workspace.settings().setValue(kSchemeKey, int(scheme));
    paintScheme();
}

void MainWindow::paintScheme() {
    widgets::applyTheme(*qApp, m_scheme);
    m_actions->paintIcons();
}

void MainWindow::followSystem() {
    connect(new SystemScheme(this), &SystemScheme::found, this, [this](bool dark) {
        widgets::setSystemDark(*qApp, dark);
        if (m_scheme == widgets::Scheme::System &&
            dark != widgets::isDark(QApplication::palette())) {
            paintScheme();
        }
    });
}

void MainWindow::showPreferences() { canto::app::showPreferences(*this, PageId::Audio); }

void MainWindow::resetLayout() { m_layout->reset(); }

void MainWindow::escape() {
    const bool done = std::any_of(m_features.begin(), m_features.end(),
                                  [](const auto& feature) { return feature->escape(); });
    if (!done) {
        map()->clearDecodeMark();
        m_messages->dismiss();
    }
}

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    m_layout->windowShown();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!std::all_of(m_features.begin(), m_features.end(),
                     [](const auto& feature) { return feature->mayClose(); })) {
        event->ignore();
        return;
    }
    m_layout->save(m_workspace.settings());
    for (const auto& feature : m_features) {
        feature->closing();
    }
    QMainWindow::closeEvent(event);
}

// ---- files dropped on the window ----

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
        map()->setMessage(
            tr("Drop to import MIDI files, arrange a recording, open a library or load a "
               "SoundFont"));
    }
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) { showHint(); }

void MainWindow::dropEvent(QDropEvent* event) {
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls()) {
        paths.append(url.toLocalFile());
    }
    showHint();
    event->acceptProposedAction();
    openFiles(paths);
}

void MainWindow::openFilesWhenReady(const QStringList& paths) {
    m_later += paths;
    if (!m_opening && !m_later.isEmpty()) {
        openFiles(std::exchange(m_later, {}));
    }
}

void MainWindow::comeToFront(const QByteArray& token) {
    if (!token.isEmpty()) {
        qputenv("XDG_ACTIVATION_TOKEN", token); // where Qt looks for it
    }
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void MainWindow::openFiles(const QStringList& paths) {
    std::map<std::size_t, QStringList> files; // of each feature
    for (const QString& path : paths) {
        std::size_t best = 0;
        auto takes = Feature::Takes::No;
        for (std::size_t i = 0; i < m_features.size(); ++i) {
            if (const auto answer = m_features[i]->takes(path); answer > takes) {
                best = i;
                takes = answer;
            }
        }
        if (!path.isEmpty() && takes != Feature::Takes::No) {
            files[best].append(path);
        }
    }
    for (const auto& [feature, own] : files) {
        m_features[feature]->openFiles(own);
    }
}

} // namespace canto::app
