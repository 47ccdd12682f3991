// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/key_page.h"

#include "app/workspace/action_table.h"

#include <QAction>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QTableWidget>
#include <QVBoxLayout>

namespace canto::app {
namespace {

const auto kKeysGroup = QStringLiteral("keys/");
constexpr const char* kDefaultKey = "defaultKey";

struct KeyPage {
    Q_DECLARE_TR_FUNCTIONS(KeyPage)
};

QString plainName(QString text) {
    const int dots = int(text.indexOf(QLatin1String("...")));
    return (dots >= 0 ? text.left(dots) : text).remove(QLatin1Char('&'));
}

struct KeyAction {
    QString name; ///< "Play: Loop"
    QAction* action = nullptr;
    QString setting() const {
        QString key = name; // a slash would be a group
        return kKeysGroup + key.replace(QLatin1Char('/'), QLatin1Char('-'));
    }
};

std::vector<KeyAction> actionsOf(const ActionTable& table) {
    std::vector<KeyAction> all;
    for (int id = 0; id <= int(MenuId::Help); ++id) {
        const QMenu* menu = table.menu(MenuId(id));
        for (QAction* action : menu->actions()) {
            if (!action->isSeparator() && action->menu() == nullptr && !action->text().isEmpty()) {
                all.push_back({QStringLiteral("%1: %2").arg(plainName(menu->title()),
                                                            plainName(action->text())),
                               action});
            }
        }
    }
    return all;
}

void setKey(const KeyAction& entry, const QKeySequence& key, QSettings& settings) {
    entry.action->setShortcut(key);
    const auto own = entry.action->property(kDefaultKey).value<QKeySequence>();
    if (key == own) {
        settings.remove(entry.setting());
    } else {
        settings.setValue(entry.setting(), key.toString(QKeySequence::PortableText));
    }
}

} // namespace

void useChosenKeys(ActionTable& table, const QSettings& settings) {
    for (const KeyAction& entry : actionsOf(table)) {
        entry.action->setProperty(kDefaultKey, QVariant::fromValue(entry.action->shortcut()));
        const QVariant chosen = settings.value(entry.setting());
        if (chosen.isValid()) {
            entry.action->setShortcut(
                QKeySequence::fromString(chosen.toString(), QKeySequence::PortableText));
        }
    }
}

QWidget* makeKeyPage(ActionTable& table, QSettings& settings, QWidget* parent) {
    auto* page = new QWidget(parent);
    const auto actions = std::make_shared<std::vector<KeyAction>>(actionsOf(table));
    auto* list = new QTableWidget(int(actions->size()), 2, page);
    list->setObjectName(QStringLiteral("keys"));
    list->setHorizontalHeaderLabels({KeyPage::tr("Action"), KeyPage::tr("Keys")});
    list->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    list->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    list->verticalHeader()->hide();
    list->setSelectionBehavior(QAbstractItemView::SelectRows);
    list->setSelectionMode(QAbstractItemView::SingleSelection);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    auto* edit = new QKeySequenceEdit(page);
    edit->setObjectName(QStringLiteral("newKey"));
    auto* warning = new QLabel(page);
    warning->setObjectName(QStringLiteral("keyCollision"));
    warning->setWordWrap(true);
    auto* use = new QPushButton(KeyPage::tr("Use these keys"), page);
    use->setObjectName(QStringLiteral("useKey"));
    auto* reset = new QPushButton(KeyPage::tr("As at first"), page);
    auto* line = new QHBoxLayout;
    line->addWidget(edit, 1);
    line->addWidget(use);
    line->addWidget(reset);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(list, 1);
    column->addLayout(line);
    column->addWidget(warning);

    const auto show = [actions, list] {
        for (int row = 0; row < int(actions->size()); ++row) {
            const KeyAction& entry = (*actions)[std::size_t(row)];
            list->setItem(row, 0, new QTableWidgetItem(entry.name));
            list->setItem(
                row, 1,
                new QTableWidgetItem(entry.action->shortcut().toString(QKeySequence::NativeText)));
        }
    };
    const auto other = [actions, list, edit]() -> const KeyAction* {
        const QKeySequence key = edit->keySequence();
        for (std::size_t i = 0; i < actions->size(); ++i) {
            if (int(i) != list->currentRow() && !key.isEmpty() &&
                (*actions)[i].action->shortcut() == key) {
                return &(*actions)[i];
            }
        }
        return nullptr;
    };
    const auto check = [list, edit, warning, use, reset, other] {
        const KeyAction* taken = other();
        warning->setText(taken != nullptr
                             ? KeyPage::tr("%1 has these keys. It will have none.").arg(taken->name)
                             : QString());
        use->setEnabled(list->currentRow() >= 0);
        reset->setEnabled(list->currentRow() >= 0);
        edit->setEnabled(list->currentRow() >= 0);
    };
    QObject::connect(edit, &QKeySequenceEdit::keySequenceChanged, page, check);
    QObject::connect(list, &QTableWidget::currentCellChanged, page,
                     [actions, edit, check](int row, int, int, int) {
                         if (row >= 0) {
                             edit->setKeySequence((*actions)[std::size_t(row)].action->shortcut());
                         }
                         check();
                     });
    const auto change = [actions, list, edit, other, show, check, &settings] {
        if (list->currentRow() < 0) {
            return;
        }
        if (const KeyAction* taken = other()) {
            setKey(*taken, {}, settings);
        }
        setKey((*actions)[std::size_t(list->currentRow())], edit->keySequence(), settings);
        show();
        check();
    };
    QObject::connect(use, &QPushButton::clicked, page, change);
    QObject::connect(reset, &QPushButton::clicked, page, [actions, list, edit, change] {
        if (list->currentRow() >= 0) {
            const QAction* action = (*actions)[std::size_t(list->currentRow())].action;
            edit->setKeySequence(action->property(kDefaultKey).value<QKeySequence>());
            change();
        }
    });
    show();
    check();
    return page;
}

} // namespace canto::app
