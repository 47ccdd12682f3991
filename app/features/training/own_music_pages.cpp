// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/own_music_pages.h"

#include "app/workspace/file_dialogs.h"
#include "app/workspace/qt_text.h"
#include "widgets/common/theme.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace canto::app {
namespace {

constexpr int kMostSkippedShown = 500;

QTableWidget* table(const char* name, const QStringList& columns, QWidget* parent) {
    auto* made = new QTableWidget(0, int(columns.size()), parent);
    made->setObjectName(QLatin1String(name));
    made->setHorizontalHeaderLabels(columns);
    made->verticalHeader()->hide();
    made->verticalHeader()->setDefaultSectionSize(26);
    made->setEditTriggers(QAbstractItemView::NoEditTriggers);
    made->setSelectionMode(QAbstractItemView::NoSelection);
    made->setShowGrid(false);
    made->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    made->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    made->horizontalHeaderItem(0)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return made;
}

void put(QTableWidget* into, int row, int column, const QString& what, bool number) {
    auto* item = new QTableWidgetItem(what);
    item->setToolTip(what);
    if (number) {
        item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    }
    into->setItem(row, column, item);
}

} // namespace

SourcePage::SourcePage(std::size_t selectedSongs, std::size_t missing, QWidget* parent)
    : QWizardPage(parent) {
    setTitle(tr("Choose music"));
    setSubTitle(tr("A copy of the model is trained on it; the shipped model stays as it is."));
    m_takeFolder = new QRadioButton(tr("A &folder of MIDI files, and the folders in it"), this);
    m_takeFolder->setObjectName(QStringLiteral("takeFolder"));
    QString selection = selectedSongs == 0
                            ? tr("The songs &selected on the map: none selected")
                            : tr("The songs &selected on the map: %1").arg(selectedSongs);
    if (missing > 0) {
        selection += tr(" (%1 more have no file on this computer)").arg(missing);
    }
    m_takeSelection = new QRadioButton(selection, this);
    m_takeSelection->setObjectName(QStringLiteral("takeSelection"));
    m_takeSelection->setEnabled(selectedSongs > 0);
    m_folder = new QLineEdit(this);
    m_folder->setObjectName(QStringLiteral("musicFolder"));
    m_folder->setAccessibleName(tr("Folder"));
    auto* browse = new QPushButton(tr("Choose..."), this);
    auto* labels = new QLabel(tr("Labels of the songs"), this);
    QFont bold = labels->font();
    bold.setBold(true);
    labels->setFont(bold);
    m_byFolder = new QRadioButton(tr("From folder na&mes"), this);
    m_byFolder->setObjectName(QStringLiteral("labelsByFolder"));
    m_byCsv = new QRadioButton(tr("From a &CSV file with the columns path and genre"), this);
    m_byCsv->setObjectName(QStringLiteral("labelsByCsv"));
    m_csv = new QLineEdit(this);
    m_csv->setObjectName(QStringLiteral("labelsCsv"));
    m_csv->setAccessibleName(tr("CSV file"));
    auto* browseCsv = new QPushButton(tr("Choose..."), this);
    auto* sources = new QButtonGroup(this);
    sources->addButton(m_takeFolder);
    sources->addButton(m_takeSelection);
    auto* kinds = new QButtonGroup(this);
    kinds->addButton(m_byFolder);
    kinds->addButton(m_byCsv);

    const auto row = [](QWidget* field, QWidget* button) {
        auto* line = new QHBoxLayout;
        line->setContentsMargins(24, 0, 0, 0);
        line->addWidget(field, 1);
        line->addWidget(button);
        return line;
    };
    auto* all = new QVBoxLayout(this);
    all->setSpacing(8);
    all->addWidget(m_takeSelection);
    all->addWidget(m_takeFolder);
    all->addLayout(row(m_folder, browse));
    all->addSpacing(12);
    all->addWidget(labels);
    all->addWidget(m_byFolder);
    all->addWidget(m_byCsv);
    all->addLayout(row(m_csv, browseCsv));
    all->addStretch(1);

    const auto enable = [this, browse, browseCsv, labels] {
        const bool folder = m_takeFolder->isChecked(), csv = folder && m_byCsv->isChecked();
        for (QWidget* one : {static_cast<QWidget*>(m_folder), static_cast<QWidget*>(browse),
                             static_cast<QWidget*>(m_byFolder), static_cast<QWidget*>(m_byCsv)}) {
            one->setEnabled(folder);
        }
        m_csv->setEnabled(csv);
        browseCsv->setEnabled(csv);
        labels->setText(folder ? tr("Labels of the songs")
                               : tr("Labels of the songs: the library's genre"));
        Q_EMIT completeChanged();
    };
    for (QRadioButton* one : {m_takeFolder, m_takeSelection, m_byFolder, m_byCsv}) {
        connect(one, &QRadioButton::toggled, this, enable);
    }
    connect(m_folder, &QLineEdit::textChanged, this, &QWizardPage::completeChanged);
    connect(m_csv, &QLineEdit::textChanged, this, &QWizardPage::completeChanged);
    connect(browse, &QPushButton::clicked, this, [this] {
        const QString path = chooseFolder(this, "own-music", tr("Folder of MIDI files"));
        if (!path.isEmpty()) {
            m_folder->setText(path);
        }
    });
    connect(browseCsv, &QPushButton::clicked, this, [this] {
        const QString path = chooseFile(this, "labels", tr("Labels"),
                                        tr("CSV (*.csv);;All files (*)"), m_folder->text());
        if (!path.isEmpty()) {
            m_csv->setText(path);
        }
    });
    (selectedSongs > 0 ? m_takeSelection : m_takeFolder)->setChecked(true);
    m_byFolder->setChecked(true);
    enable();
}

bool SourcePage::fromSelection() const { return m_takeSelection->isChecked(); }
QString SourcePage::folder() const { return m_folder->text(); }
QString SourcePage::csv() const { return m_csv->text(); }

LabelSource SourcePage::labels() const {
    return fromSelection()        ? LabelSource::Given
           : m_byCsv->isChecked() ? LabelSource::Csv
                                  : LabelSource::Folders;
}

bool SourcePage::isComplete() const {
    if (fromSelection()) {
        return true;
    }
    return !folder().isEmpty() && QFileInfo(folder()).isDir() &&
           (!m_byCsv->isChecked() || QFileInfo(csv()).isFile());
}

PreviewPage::PreviewPage(OwnMusicWizard& wizard) : QWizardPage(&wizard), m_wizard(wizard) {
    setTitle(tr("Review"));
    setSubTitle(tr("Whole songs are held out, so that the result is measured on music that "
                   "the model was not trained on."));
    m_bar = new QProgressBar(this);
    m_bar->setAccessibleName(tr("Reading the files"));
    m_summary = new QLabel(this);
    m_summary->setObjectName(QStringLiteral("previewSummary"));
    m_summary->setWordWrap(true);
    m_labels = table(
        "previewLabels",
        {tr("Label"), tr("Songs"), tr("Phrases"), tr("Train"), tr("Validation"), tr("Test")}, this);
    m_labels->setAccessibleName(tr("Songs and phrases of each label"));
    m_skipped = table("previewSkipped", {tr("Skipped"), tr("Why")}, this);
    m_skipped->setAccessibleName(tr("Skipped files, and why"));
    m_skipped->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_skipped->horizontalHeaderItem(1)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_warnings = new QLabel(this);
    m_warnings->setObjectName(QStringLiteral("previewWarnings"));
    m_warnings->setWordWrap(true);
    auto* all = new QVBoxLayout(this);
    all->setSpacing(8);
    all->addWidget(m_bar);
    all->addWidget(m_summary);
    all->addWidget(m_labels, 2);
    all->addWidget(m_warnings);
    all->addWidget(m_skipped, 1);
    connect(&wizard, &OwnMusicWizard::progressed, this,
            [this](std::size_t done, std::size_t total) {
                m_bar->setRange(0, int(total));
                m_bar->setValue(int(done));
            });
    connect(&wizard, &OwnMusicWizard::surveyed, this, [this] { show(m_wizard.music()); });
    connect(&wizard, &OwnMusicWizard::surveyFailed, this, [this](const Error& error) {
        m_bar->hide();
        m_summary->setText(text(error.message()));
    });
}

void PreviewPage::initializePage() {
    m_usable = false;
    m_bar->setRange(0, 0);
    m_bar->show();
    m_summary->setText(tr("Reading the files..."));
    m_labels->setRowCount(0);
    m_skipped->setRowCount(0);
    m_skipped->hide();
    m_warnings->hide();
    m_wizard.survey();
}

void PreviewPage::cleanupPage() { m_wizard.stopReading(); }

void PreviewPage::show(const OwnMusic& music) {
    m_bar->hide();
    m_usable = music.usable;
    m_summary->setText(
        tr("Songs: %L1. Training phrases: %2, held out: %3. Files skipped: %L4.")
            .arg(music.songs.size() - music.skipped)
            .arg(widgets::grouped(music.trainPhrases), widgets::grouped(music.heldOutPhrases))
            .arg(music.skipped));
    m_labels->setRowCount(int(music.labels.size()));
    for (int row = 0; row < int(music.labels.size()); ++row) {
        const auto& label = music.labels[std::size_t(row)];
        put(m_labels, row, 0, label.label.empty() ? tr("Unlabelled") : text(label.label), false);
        int column = 1;
        for (const std::size_t figure :
             {label.songs, label.phrases, label.train, label.valid, label.test}) {
            put(m_labels, row, column++, widgets::grouped(figure), true);
        }
    }
    int row = 0;
    m_skipped->setRowCount(int(std::min<std::size_t>(music.skipped, kMostSkippedShown)));
    for (const auto& song : music.songs) {
        if (!song.skipped.empty() && row < kMostSkippedShown) {
            put(m_skipped, row, 0, text(song.file.file.filename().string()), false);
            put(m_skipped, row++, 1, text(song.skipped), false);
        }
    }
    m_skipped->setVisible(music.skipped > 0);
    QStringList warnings;
    for (const auto& warning : music.warnings) {
        warnings.append(QStringLiteral("\u2022 ") + coreText(warning));
    }
    if (!music.usable) {
        warnings.prepend(tr("None of this music can be trained on."));
    }
    QPalette colours = m_warnings->palette();
    colours.setColor(QPalette::WindowText, widgets::themeOf(*this).warning);
    m_warnings->setPalette(colours);
    m_warnings->setText(warnings.join(QLatin1Char('\n')));
    m_warnings->setVisible(!warnings.isEmpty());
    Q_EMIT completeChanged();
}

ModelPage::ModelPage(OwnMusicWizard& wizard) : QWizardPage(&wizard), m_wizard(wizard) {
    setTitle(tr("Name and length"));
    setSubTitle(tr("It appears in Train > Model beside the shipped one. Nothing is replaced."));
    m_title = new QLineEdit(this);
    m_title->setObjectName(QStringLiteral("modelTitle"));
    m_start = new QComboBox(this);
    m_start->setObjectName(QStringLiteral("modelStart"));
    m_start->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_start->setMinimumContentsLength(24);
    m_minutes = new QDoubleSpinBox(this);
    m_minutes->setObjectName(QStringLiteral("modelMinutes"));
    m_minutes->setRange(0.1, 100000);
    m_minutes->setDecimals(1);
    m_minutes->setValue(10);
    m_minutes->setSuffix(tr(" min"));
    m_note = new QLabel(this);
    m_note->setWordWrap(true);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    auto* form = new QFormLayout(this);
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_start->setMinimumHeight(28);
    m_minutes->setMinimumHeight(28);
    form->addRow(tr("&Name"), m_title);
    form->addRow(tr("&Start from"), m_start);
    form->addRow(tr("&Length"), m_minutes);
    form->addRow(m_note);
    connect(m_title, &QLineEdit::textChanged, this, &QWizardPage::completeChanged);
    setCommitPage(false);
}

void ModelPage::initializePage() {
    m_start->clear();
    for (const auto& model : m_wizard.models()) {
        m_start->addItem(model.shipped ? tr("%1 (shipped)").arg(text(model.title))
                                       : text(model.title),
                         text(model.path.string()));
    }
    if (m_title->text().isEmpty()) {
        QStringList labels;
        for (const auto& label : m_wizard.music().labels) {
            labels.append(text(label.label));
        }
        m_title->setText(tr("My music: %1").arg(labels.mid(0, 3).join(QStringLiteral(", "))));
    }
    m_note->setText(tr("Training runs in the Training panel; it can be paused and resumed, "
                       "and the window stays usable."));
}

QString ModelPage::title() const { return m_title->text().trimmed(); }
QString ModelPage::weights() const { return m_start->currentData().toString(); }
double ModelPage::minutes() const { return m_minutes->value(); }
bool ModelPage::isComplete() const { return !title().isEmpty() && m_start->count() > 0; }
void ModelPage::setNote(const QString& what) { m_note->setText(what); }

} // namespace canto::app
