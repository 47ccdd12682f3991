// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/train/train_form.h"

#include "widgets/common/elided_combo.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QSpinBox>
#include <limits>

namespace canto::widgets {

namespace {

constexpr int kMostBatch = 4096;
const auto kOther = QStringLiteral("...");
const auto kOwnMusic = QStringLiteral("my music");

} // namespace

TrainForm::TrainForm(QWidget* parent) : QWidget(parent) {
    m_dataset = list("trainDataset", tr("Data"), tr("Prepared phrases (canto prepare)"));
    m_start = list("trainStart", tr("Start from"), tr("Random weights, or a model to fine-tune"));
    m_preset = list("trainPreset", tr("Preset"), tr("Type and size of the network"));
    m_device = list("trainDevice", tr("Device"), tr("Device to train on, and its free memory"));
    m_unit = list("trainUnit", tr("Unit of the length"), tr("How the length is counted"));
    m_unit->addItem(tr("minutes"), int(TrainChoice::Unit::Minutes));
    m_unit->addItem(tr("epochs"), int(TrainChoice::Unit::Epochs));
    m_unit->addItem(tr("steps"), int(TrainChoice::Unit::Steps));
    m_length = new QDoubleSpinBox(this);
    m_length->setObjectName(QStringLiteral("trainLength"));
    m_length->setAccessibleName(tr("Length"));
    m_length->setRange(0.1, 100000);
    m_length->setDecimals(1);
    m_length->setValue(10);
    m_batch = new QSpinBox(this);
    m_batch->setObjectName(QStringLiteral("trainBatch"));
    m_batch->setAccessibleName(tr("Batch"));
    m_batch->setToolTip(tr("Phrases per step; fewer need less memory"));
    m_batch->setRange(1, kMostBatch);
    m_batch->setValue(192);
    m_seed = new QSpinBox(this);
    m_seed->setObjectName(QStringLiteral("trainSeed"));
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setToolTip(tr("Seed of the random numbers: the same seed repeats a run"));
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setValue(1);
    for (QWidget* field : {static_cast<QWidget*>(m_length), static_cast<QWidget*>(m_batch),
                           static_cast<QWidget*>(m_seed)}) {
        field->setMinimumHeight(26);
    }

    const auto label = [this](const QString& text, QWidget* field) {
        auto* made = new QLabel(text, this);
        made->setBuddy(field);
        return made;
    };
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(6);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->addRow(tr("Data"), m_dataset);
    form->addRow(tr("Start from"), m_start);
    form->addRow(tr("Preset"), m_preset);
    form->addRow(tr("Device"), m_device);
    auto* length = new QHBoxLayout;
    length->setSpacing(8);
    length->addWidget(m_length, 1);
    length->addWidget(m_unit, 1);
    form->addRow(label(tr("Length"), m_length), length);
    form->addRow(label(tr("Batch"), m_batch), m_batch);
    form->addRow(label(tr("Seed"), m_seed), m_seed);

    connect(m_dataset, &QComboBox::activated, this, [this] {
        const QString chosen = m_dataset->currentData().toString();
        if (chosen == kOther || chosen == kOwnMusic) {
            select(m_dataset, m_lastDataset);
        }
        m_lastDataset = m_dataset->currentData().toString();
        Q_EMIT changed();
        if (chosen == kOther) {
            Q_EMIT datasetWanted();
        } else if (chosen == kOwnMusic) {
            Q_EMIT ownMusicWanted();
        }
    });
    connect(m_start, &QComboBox::activated, this, [this] {
        // Weights bring their own network.
        m_preset->setEnabled(m_start->currentData().toString().isEmpty());
        Q_EMIT changed();
    });
    connect(m_unit, &QComboBox::currentIndexChanged, this, [this] {
        const bool minutes = m_unit->currentData().toInt() == int(TrainChoice::Unit::Minutes);
        m_length->setDecimals(minutes ? 1 : 0);
        m_length->setMinimum(minutes ? 0.1 : 1);
    });
    setDatasets({});
    setStarts({});
}

QComboBox* TrainForm::list(const char* name, const QString& title, const QString& toolTip) {
    auto* box = new ElidedCombo(this);
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(title);
    box->setToolTip(toolTip);
    box->setMinimumHeight(26);
    return box;
}

void TrainForm::fill(QComboBox* box, const QVector<TrainEntry>& entries) {
    const QString before = box->currentData().toString();
    const QSignalBlocker quiet(box);
    box->clear();
    for (const TrainEntry& entry : entries) {
        box->addItem(entry.title, entry.id);
        box->setItemData(box->count() - 1, entry.toolTip, Qt::ToolTipRole);
    }
    const int index = box->findData(before);
    box->setCurrentIndex(index >= 0 ? index : 0);
}

void TrainForm::select(QComboBox* box, const QString& id) {
    const QSignalBlocker quiet(box);
    box->setCurrentIndex(std::max(0, box->findData(id)));
}

void TrainForm::setDatasets(const QVector<TrainEntry>& entries) {
    auto all = entries;
    if (all.isEmpty()) {
        all.append({QString(), tr("none chosen"), {}});
    }
    all.append({kOwnMusic, tr("Train on my music..."),
                tr("A folder of MIDI files, or the songs selected on the map")});
    all.append({kOther, tr("Choose training data..."), tr("A file made by canto prepare")});
    fill(m_dataset, all);
    m_lastDataset = m_dataset->currentData().toString();
    Q_EMIT changed();
}

void TrainForm::setStarts(const QVector<TrainEntry>& entries) {
    auto all = entries;
    all.prepend({QString(), tr("scratch"), {}});
    fill(m_start, all);
}

void TrainForm::setPresets(const QVector<TrainEntry>& entries) {
    fill(m_preset, entries);
    Q_EMIT changed();
}

void TrainForm::setDevices(const QVector<TrainEntry>& entries) { fill(m_device, entries); }

TrainChoice TrainForm::choice() const {
    TrainChoice choice;
    choice.dataset = m_dataset->currentData().toString();
    choice.startFrom = m_start->currentData().toString();
    choice.preset = m_preset->currentData().toString();
    choice.device = m_device->currentData().toString();
    choice.unit = TrainChoice::Unit(m_unit->currentData().toInt());
    choice.length = m_length->value();
    choice.batch = m_batch->value();
    choice.seed = quint64(m_seed->value());
    return choice;
}

void TrainForm::setChoice(const TrainChoice& choice) {
    const auto take = [this](QComboBox* box, const QString& id) {
        if (!id.isEmpty() && box->findData(id) < 0) {
            box->insertItem(0, QFileInfo(id).completeBaseName(), id);
        }
        select(box, id);
    };
    take(m_dataset, choice.dataset);
    take(m_start, choice.startFrom);
    take(m_preset, choice.preset);
    take(m_device, choice.device);
    m_lastDataset = choice.dataset;
    m_preset->setEnabled(choice.startFrom.isEmpty());
    m_unit->setCurrentIndex(m_unit->findData(int(choice.unit)));
    m_length->setValue(choice.length);
    m_batch->setValue(choice.batch);
    m_seed->setValue(int(choice.seed));
    Q_EMIT changed();
}

QString TrainForm::missing() const {
    const TrainChoice now = choice();
    if (now.dataset.isEmpty()) {
        return tr("Choose training data first: a file made by canto prepare, or your own music. "
                  "No training data ships with Cantograph.");
    }
    if (now.startFrom.isEmpty() && now.preset.isEmpty()) {
        return tr("This space has no network that can be trained from scratch: choose a model to "
                  "start from.");
    }
    return {};
}

QString TrainForm::summary() const {
    const TrainChoice now = choice();
    const bool fresh = now.startFrom.isEmpty();
    return tr("%1 \u00b7 %2 \u00b7 %3 %4 \u00b7 batch %5 \u00b7 seed %6")
        .arg(m_dataset->currentText(),
             fresh ? m_preset->currentText() : tr("from %1").arg(m_start->currentText()),
             QLocale().toString(now.length, 'g', 6), m_unit->currentText(),
             QLocale().toString(now.batch), QString::number(now.seed));
}

} // namespace canto::widgets
