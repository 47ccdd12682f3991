// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/preferences_dialog.h"

#include "app/shell/key_page.h"
#include "app/shell/main_window.h"
#include "app/workspace/action_table.h"
#include "widgets/common/screen_fit.h"

#include <QComboBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace canto::app {
namespace {

constexpr QSize kDialogSize(680, 520);
constexpr int kPagesWidth = 140;

struct PreferencesDialog {
    Q_DECLARE_TR_FUNCTIONS(PreferencesDialog)

  public:
    static QString title(PageId page) {
        switch (page) {
        case PageId::Audio:
            return tr("Audio");
        case PageId::Midi:
            return tr("MIDI");
        case PageId::SoundFonts:
            return tr("SoundFonts");
        case PageId::Keys:
            return tr("Keys");
        case PageId::Appearance:
            break;
        }
        return tr("Appearance");
    }
};

QWidget* appearancePage(MainWindow& window, QWidget* parent) {
    using widgets::Scheme;
    auto* page = new QWidget(parent);
    auto* themes = new QComboBox(page);
    themes->setObjectName(QStringLiteral("theme"));
    themes->addItem(PreferencesDialog::tr("As the system"), int(Scheme::System));
    themes->addItem(PreferencesDialog::tr("Light"), int(Scheme::Light));
    themes->addItem(PreferencesDialog::tr("Dark"), int(Scheme::Dark));
    themes->setCurrentIndex(themes->findData(int(window.scheme())));
    auto* form = new QFormLayout(page);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(PreferencesDialog::tr("Theme"), themes);
    QObject::connect(themes, &QComboBox::activated, &window, [&window, themes] {
        window.setScheme(Scheme(themes->currentData().toInt()));
    });
    return page;
}

/// The parts of a page, one below the other.
QWidget* pageOf(const std::vector<Preferences::Part>& parts, PageId page, QWidget* dialog) {
    auto* area = new QScrollArea(dialog);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    auto* inside = new QWidget(area);
    auto* column = new QVBoxLayout(inside);
    column->setSpacing(8);
    for (const Preferences::Part& part : parts) {
        if (part.page != page) {
            continue;
        }
        if (!part.title.isEmpty()) {
            auto* title = new QLabel(part.title, inside);
            QFont bold = title->font();
            bold.setBold(true);
            title->setFont(bold);
            column->addWidget(title);
        }
        column->addWidget(part.make(inside), page == PageId::Keys ? 1 : 0);
        column->addSpacing(8);
    }
    if (page != PageId::Keys) {
        column->addStretch(1);
    }
    area->setWidget(inside);
    return area;
}

} // namespace

void showPreferences(MainWindow& window, PageId page) {
    const auto name = QStringLiteral("preferences");
    auto* dialog = window.findChild<QDialog*>(name, Qt::FindDirectChildrenOnly);
    if (dialog == nullptr) {
        dialog = new QDialog(&window);
        dialog->setObjectName(name);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setWindowTitle(PreferencesDialog::tr("Preferences"));
        auto parts = window.workspace().preferences().parts();
        parts.push_back({PageId::Keys, {}, [&window](QWidget* parent) {
                             return makeKeyPage(window.actionTable(), window.workspace().settings(),
                                                parent);
                         }});
        parts.push_back({PageId::Appearance, {}, [&window](QWidget* parent) {
                             return appearancePage(window, parent);
                         }});
        auto* pages = new QListWidget(dialog);
        pages->setObjectName(QStringLiteral("pages"));
        pages->setFixedWidth(kPagesWidth);
        auto* stack = new QStackedWidget(dialog);
        for (const PageId each :
             {PageId::Audio, PageId::Midi, PageId::SoundFonts, PageId::Keys, PageId::Appearance}) {
            pages->addItem(PreferencesDialog::title(each));
            stack->addWidget(pageOf(parts, each, dialog));
        }
        QObject::connect(pages, &QListWidget::currentRowChanged, stack,
                         &QStackedWidget::setCurrentIndex);
        auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
        QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
        auto* line = new QHBoxLayout;
        line->addWidget(pages);
        line->addWidget(stack, 1);
        auto* column = new QVBoxLayout(dialog);
        column->addLayout(line, 1);
        column->addWidget(buttons);
        widgets::fitDialog(*dialog, kDialogSize);
    }
    dialog->findChild<QListWidget*>(QStringLiteral("pages"))->setCurrentRow(int(page));
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

} // namespace canto::app
