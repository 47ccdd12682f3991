// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/control/control_pages.h"

#include "app/features/control/control_feature.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

namespace canto::app {

QWidget* makeClockPage(ControlFeature& feature, QWidget* parent) {
    auto* page = new QWidget(parent);
    auto* out = new QCheckBox(ControlFeature::tr("Send MIDI clock to the MIDI output"), page);
    out->setObjectName(QStringLiteral("clockOut"));
    out->setChecked(feature.clockOut());
    auto* in = new QCheckBox(ControlFeature::tr("Follow MIDI clock from the MIDI inputs"), page);
    in->setObjectName(QStringLiteral("followClock"));
    in->setChecked(feature.clock().following());
    auto* tempo = new QLabel(page);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(out);
    column->addWidget(in);
    column->addWidget(tempo);
    tempo->hide();
    QObject::connect(out, &QCheckBox::toggled, &feature, &ControlFeature::setClockOut);
    QObject::connect(in, &QCheckBox::toggled, &feature, &ControlFeature::setFollowing);
    QObject::connect(&feature.clock(), &ClockSync::tempoFollowed, tempo, [tempo](double bpm) {
        tempo->setText(ControlFeature::tr("Following at %L1 bpm").arg(bpm, 0, 'f', 1));
        tempo->show();
    });
    return page;
}

QWidget* makeBindingsPage(MidiBindings& bindings, ControllableTable& controls, QWidget* parent) {
    auto* page = new QWidget(parent);
    auto* hint = new QLabel(
        ControlFeature::tr("Right click a slider, a fader or a button of the transport and choose "
                           "Learn MIDI control."),
        page);
    hint->setWordWrap(true);
    auto* table = new QTableWidget(0, 2, page);
    table->setObjectName(QStringLiteral("bindings"));
    table->setHorizontalHeaderLabels({ControlFeature::tr("Control"), ControlFeature::tr("Set by")});
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table->verticalHeader()->hide();
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setMinimumHeight(90);
    auto* remove = new QPushButton(ControlFeature::tr("Remove"), page);
    remove->setObjectName(QStringLiteral("removeBinding"));
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(hint);
    column->addWidget(table);
    column->addWidget(remove, 0, Qt::AlignLeft);
    const auto show = [&bindings, &controls, table, remove] {
        table->setRowCount(int(bindings.all().size()));
        int row = 0;
        for (const MidiBinding& binding : bindings.all()) {
            auto* name = new QTableWidgetItem(controls.titleOf(binding.control));
            name->setData(Qt::UserRole, binding.control);
            table->setItem(row, 0, name);
            table->setItem(row, 1, new QTableWidgetItem(binding.text()));
            ++row;
        }
        remove->setEnabled(table->currentRow() >= 0);
    };
    QObject::connect(&bindings, &MidiBindings::changed, table, show);
    QObject::connect(table, &QTableWidget::itemSelectionChanged, remove,
                     [table, remove] { remove->setEnabled(table->currentRow() >= 0); });
    QObject::connect(remove, &QPushButton::clicked, table, [&bindings, table] {
        if (const QTableWidgetItem* item = table->item(table->currentRow(), 0)) {
            bindings.forget(item->data(Qt::UserRole).toString());
        }
    });
    show();
    return page;
}

QWidget* makeOscPage(ControlFeature& feature, QWidget* parent) {
    auto* page = new QWidget(parent);
    auto* on = new QCheckBox(ControlFeature::tr("Listen on port"), page);
    on->setObjectName(QStringLiteral("oscOn"));
    on->setChecked(feature.osc().isOpen());
    auto* port = new QSpinBox(page);
    port->setObjectName(QStringLiteral("oscPort"));
    port->setRange(1024, 65534);
    port->setValue(feature.osc().isOpen() ? feature.osc().port() : OscPort::kPort);
    auto* hint = new QLabel(
        ControlFeature::tr("/cantograph/ID value sets a control, /cantograph/list sends all of "
                           "them. Replies, position and play state go to the next port."),
        page);
    hint->setWordWrap(true);
    auto* line = new QHBoxLayout;
    line->addWidget(on);
    line->addWidget(port);
    line->addStretch(1);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(line);
    column->addWidget(hint);
    const auto choose = [&feature, on, port] {
        if (!feature.setOsc(on->isChecked(), port->value())) {
            const QSignalBlocker quiet(on);
            on->setChecked(false);
        }
    };
    QObject::connect(on, &QCheckBox::toggled, page, choose);
    QObject::connect(port, &QSpinBox::editingFinished, page, [on, choose] {
        if (on->isChecked()) {
            choose();
        }
    });
    return page;
}

} // namespace canto::app
