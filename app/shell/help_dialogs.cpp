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
#include <QVector>
#include <algorithm>

namespace canto::app {
namespace {

constexpr int kWidestSheet = 760; ///< pixels, of the list of shortcuts
constexpr int kSpare = 24;        ///< for the scroll bar and rounding

struct HelpDialogs {
    Q_DECLARE_TR_FUNCTIONS(HelpDialogs)

  public:
    static QString blasLine();
    static QVector<QPair<QString, QString>> shortcuts(); ///< keys or gesture, and what they do
};

/// The linear algebra library that this process has loaded, as the system maps it.
QString HelpDialogs::blasLine() {
    QFile maps(QStringLiteral("/proc/self/maps"));
    if (!maps.open(QIODevice::ReadOnly)) {
        return tr("unknown");
    }
    const QByteArray all = maps.readAll();
    if (all.contains("openblas-openmp")) {
        return tr("OpenBLAS (OpenMP)");
    }
    if (all.contains("openblas-pthread")) {
        return tr("OpenBLAS (pthread), slow with LibTorch; install "
                  "libopenblas0-openmp");
    }
    if (all.contains("libopenblas") || all.contains("libmkl")) {
        return tr("a fast library");
    }
    return all.contains("libblas") ? tr("the reference BLAS, about 60 times slower; install "
                                        "libopenblas0-openmp")
                                   : tr("built into LibTorch");
}

QVector<QPair<QString, QString>> HelpDialogs::shortcuts() {
    return {
        {tr("Click a point"), tr("Play it")},
        {tr("Click empty space"), tr("Generate a phrase there and play it")},
        {tr("Drag with the path tool"), tr("Morph along a path")},
        {tr("Drag, wheel, double click"), tr("Pan, zoom, fit")},
        {tr("Shift+drag, Shift+Ctrl+drag"), tr("Select a rectangle, a lasso")},
        {tr("Click, double click the legend"), tr("Hide or show a class, show it alone")},
        {tr("Shift+click"), tr("Interpolate from the last clicked point to this one")},
        {tr("Drag the marked phrase"),
         tr("Move it to a class: drop it on the legend or on a region")},
        {tr("Right click the legend"), tr("Move the phrase there, or generate a new one")},
        {tr("B"), tr("Compare A/B")},
        {tr("Ctrl+[, Ctrl+]"), tr("Set start, end of the interpolation")},
        {tr("Alt+1 ... 9, with Shift"), tr("Move to a class, generate a phrase in it")},
        {tr("Ctrl+Z, Ctrl+Shift+Z"), tr("Undo, redo")},
        {tr("Shift+P"), tr("Show genre regions")},
        {tr("Ctrl+Alt+1 ... 9"), tr("Switch space")},
        {tr("Drag a song or a chip onto a song"), tr("Transfer its elements (Transfer panel)")},
        {tr("Ctrl+B, Ctrl+Shift+R"), tr("Add what plays to the Transfer panel, show the panel")},
        {tr("Ctrl+Shift+C, Ctrl+Shift+V"), tr("Copy, paste musical elements")},
        {tr("Ctrl+Shift+B, Ctrl+Shift+O"), tr("Play, export the transfer result")},
        {tr("Space"), tr("Play or stop")},
        {tr("Home"), tr("Return to start")},
        {tr("L"), tr("Loop")},
        {tr("Ctrl+Shift+K, R"), tr("Show the keyboard, record from it")},
        {tr("Right click a slider or fader"), tr("Learn which MIDI control sets it")},
        {tr("Ctrl+,"), tr("Preferences")},
        {tr("V, H, P"), tr("Select, hand, path")},
        {tr("Shift+R"), tr("Reverse the path")},
        {tr("In the piano roll: D, Q, Insert, Delete"),
         tr("Pencil, quantise notes, draw one, delete them")},
        {tr("Ctrl+A, arrows, comma, full stop there"),
         tr("Select all notes, move them, go from note to note")},
        {tr("Esc"), tr("Stop; pressed again: clear selection and path")},
        {tr("Ctrl+Shift+P"), tr("Panic: every note off")},
        {tr("Ctrl+F"), tr("Search the library")},
        {tr("Ctrl+N, Ctrl+O"), tr("New project, open a project")},
        {tr("Ctrl+S, Ctrl+Shift+S"), tr("Save the project, save it under another name")},
        {tr("Ctrl+L, Ctrl+I"), tr("Open a library, import a folder")},
        {tr("Ctrl+R"), tr("Arrange recording for piano")},
        {tr("Ctrl+Alt+O"), tr("Find recording on a map of sound")},
        {tr("Ctrl+E, Ctrl+C"), tr("Export, copy as MIDI")},
        {tr("Ctrl+T, Ctrl+Shift+T"), tr("Training, a model of your own music")},
        {tr("F11"), tr("Full screen")},
        {tr("F6, Shift+F6"), tr("Next panel, previous panel")},
        {tr("?"), tr("Show this list")},
    };
}

QDialog* dialog(QWidget* parent, const QString& title) {
    auto* made = new QDialog(parent);
    made->setAttribute(Qt::WA_DeleteOnClose);
    made->setWindowTitle(title);
    made->setObjectName(QStringLiteral("helpDialog"));
    return made;
}

/// @param width  that the content prefers; less where the screen has no room for it.
void finish(QDialog* made, QVBoxLayout* column, int width = 0) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, made);
    QObject::connect(buttons, &QDialogButtonBox::rejected, made, &QDialog::close);
    column->addWidget(buttons);
    widgets::scrollInside(*made, buttons);
    widgets::fitDialog(*made, {width, 0});
    made->show();
}

} // namespace

void showShortcuts(QWidget* parent) {
    auto* made = dialog(parent, HelpDialogs::tr("Keyboard shortcuts"));
    auto* column = new QVBoxLayout(made);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(16);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(6);
    int row = 0, widestKeys = 1, widestText = 1;
    for (const auto& [keys, what] : HelpDialogs::shortcuts()) {
        auto* key = new QLabel(keys, made);
        QFont font = key->font();
        font.setWeight(QFont::DemiBold);
        key->setFont(font);
        auto* text = new QLabel(what, made);
        for (QLabel* label : {key, text}) {
            label->setWordWrap(true);
            label->setTextFormat(Qt::PlainText);
        }
        widestKeys = std::max(widestKeys, key->fontMetrics().horizontalAdvance(keys));
        widestText = std::max(widestText, text->fontMetrics().horizontalAdvance(what));
        grid->addWidget(key, row, 0);
        grid->addWidget(text, row++, 1);
    }
    // Each text in one line where the dialog has its preferred width, else wrapped.
    grid->setColumnStretch(0, widestKeys);
    grid->setColumnStretch(1, widestText);
    column->addLayout(grid);
    const QMargins margins = column->contentsMargins();
    finish(made, column,
           std::min(kWidestSheet, widestKeys + grid->horizontalSpacing() + widestText +
                                      margins.left() + margins.right() + kSpare));
}

void showAbout(QWidget* parent, const QString& modelCard) {
    auto* made = dialog(parent, HelpDialogs::tr("About Cantograph"));
    auto* column = new QVBoxLayout(made);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(12);
    auto* title =
        new QLabel(HelpDialogs::tr("Cantograph %1").arg(QCoreApplication::applicationVersion()), made);
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() * 1.5);
    font.setWeight(QFont::DemiBold);
    title->setFont(font);
    column->addWidget(title);
    const QString body =
        HelpDialogs::tr(
            "See, hear and play what music models have learned.\n\n"
            "Qt %1. Linear algebra: %2.\n\n%3"
            "Free software under the GNU General Public License, version 3 or later. Uses Qt (LGPL "
            "3), QCustomPlot (GPL 3), LibTorch (BSD 3-clause), FluidSynth (LGPL 2.1), RtMidi "
            "(MIT), "
            "SQLite (public domain), SQLiteCpp (MIT), Eigen (MPL 2), hnswlib (Apache 2), "
            "nlohmann-json (MIT), tl::expected (CC0), CLI11 (BSD 3-clause), xxHash (BSD 2-clause), "
            "libsndfile (LGPL 2.1).")
            .arg(QString::fromLatin1(qVersion()), HelpDialogs::blasLine(), modelCard);
    auto* label = new QLabel(body, made);
    label->setWordWrap(true);
    label->setMinimumWidth(300);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(label);
    finish(made, column);
}

} // namespace canto::app
