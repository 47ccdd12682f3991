// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/help_dialogs.h"

#include "widgets/common/screen_fit.h"

#include <QApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFile>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace canto::app {
namespace {

QString tr(const char* text) { return QApplication::translate("HelpDialogs", text); }

/// The linear algebra library that this process has loaded, as the system maps it.
QString blasLine() {
    QFile maps(QStringLiteral("/proc/self/maps"));
    if (!maps.open(QIODevice::ReadOnly)) {
        return tr("unknown");
    }
    const QByteArray all = maps.readAll();
    if (all.contains("openblas-openmp")) {
        return tr("OpenBLAS (OpenMP build), as it should be");
    }
    if (all.contains("openblas-pthread")) {
        return tr("OpenBLAS (pthread build): it fights LibTorch's threads; install "
                  "libopenblas0-openmp");
    }
    if (all.contains("libopenblas") || all.contains("libmkl")) {
        return tr("a fast library");
    }
    return all.contains("libblas") ? tr("the reference library, about 60 times slower; install "
                                        "libopenblas0-openmp")
                                   : tr("built into LibTorch");
}

QDialog* dialog(QWidget* parent, const QString& title) {
    auto* made = new QDialog(parent);
    made->setAttribute(Qt::WA_DeleteOnClose);
    made->setWindowTitle(title);
    made->setObjectName(QStringLiteral("helpDialog"));
    return made;
}

void finish(QDialog* made, QVBoxLayout* column) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, made);
    QObject::connect(buttons, &QDialogButtonBox::rejected, made, &QDialog::close);
    column->addWidget(buttons);
    widgets::scrollInside(*made, buttons);
    widgets::fitDialog(*made);
    made->show();
}

} // namespace

void showShortcuts(QWidget* parent) {
    auto* made = dialog(parent, tr("Keyboard shortcuts"));
    auto* column = new QVBoxLayout(made);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(16);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(6);
    const std::pair<const char*, const char*> lines[] = {
        {"Click a point", "Play it"},
        {"Click empty space", "Generate a phrase there and play it"},
        {"Drag with the path tool", "Morph along a path"},
        {"Drag, wheel, double click", "Pan, zoom, fit"},
        {"Shift+drag, Shift+Ctrl+drag", "Select a rectangle, a lasso"},
        {"Click, double click the legend", "Hide or show a class, show it alone"},
        {"Shift+click", "Interpolate from the last clicked point to this one"},
        {"Drag the marked phrase", "Move it to a class: drop it on the legend or on a region"},
        {"Right click the legend", "Move the phrase there, or generate a new one"},
        {"B", "Compare A/B"},
        {"Ctrl+[, Ctrl+]", "Set start, end of the interpolation"},
        {"Alt+1 ... 9, with Shift", "Move to a class, generate a phrase in it"},
        {"Ctrl+Z, Ctrl+Shift+Z", "Undo, redo"},
        {"Shift+P", "Show genre regions"},
        {"Ctrl+Alt+1 ... 9", "Switch space"},
        {"Drag a song or a chip onto a song", "Transfer its elements (Transfer panel)"},
        {"Ctrl+B, Ctrl+Shift+R", "Add what plays to the Transfer panel, show the panel"},
        {"Ctrl+Shift+C, Ctrl+Shift+V", "Copy, paste musical elements"},
        {"Ctrl+Shift+B, Ctrl+Shift+O", "Play, export the transfer result"},
        {"Space", "Play or stop"},
        {"Home", "Return to start"},
        {"L", "Loop"},
        {"V, H, P", "Select, hand, path"},
        {"Shift+R", "Reverse the path"},
        {"Esc", "Stop; pressed again: clear selection and path"},
        {"Ctrl+Shift+P", "Panic: every note off"},
        {"Ctrl+F", "Search the library"},
        {"Ctrl+O, Ctrl+I", "Open an atlas, import a folder"},
        {"Ctrl+R", "Arrange recording for piano"},
        {"Ctrl+Alt+O", "Find recording on a map of sound"},
        {"Ctrl+E, Ctrl+C", "Export, copy as MIDI"},
        {"Ctrl+T, Ctrl+Shift+T", "Training, a model of your own music"},
        {"F11", "Full screen"},
        {"F6, Shift+F6", "Next panel, previous panel"},
        {"?", "Show this list"},
    };
    int row = 0;
    for (const auto& [keys, what] : lines) {
        auto* key = new QLabel(tr(keys), made);
        QFont font = key->font();
        font.setWeight(QFont::DemiBold);
        key->setFont(font);
        grid->addWidget(key, row, 0);
        grid->addWidget(new QLabel(tr(what), made), row++, 1);
    }
    column->addLayout(grid);
    finish(made, column);
}

void showAbout(QWidget* parent, const QString& modelCard) {
    auto* made = dialog(parent, tr("About Cantograph"));
    auto* column = new QVBoxLayout(made);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(12);
    auto* title = new QLabel(tr("Cantograph %1").arg(QStringLiteral(CANTO_VERSION)), made);
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() * 1.5);
    font.setWeight(QFont::DemiBold);
    title->setFont(font);
    column->addWidget(title);
    const QString body =
        tr("Explore what trained models know about music: see it, click it, hear it.\n\n"
           "Qt %1. Linear algebra: %2.\n\n%3"
           "Free software under the GNU General Public License, version 3 or later. Uses Qt (LGPL "
           "3), QCustomPlot (GPL 3), LibTorch (BSD 3-clause), FluidSynth (LGPL 2.1), RtMidi (MIT), "
           "SQLite (public domain), SQLiteCpp (MIT), Eigen (MPL 2), hnswlib (Apache 2), "
           "nlohmann-json (MIT), tl::expected (CC0), CLI11 (BSD 3-clause), libsndfile (LGPL 2.1).")
            .arg(QString::fromLatin1(qVersion()), blasLine(), modelCard);
    auto* label = new QLabel(body, made);
    label->setWordWrap(true);
    label->setMinimumWidth(300);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(label);
    finish(made, column);
}

} // namespace canto::app
