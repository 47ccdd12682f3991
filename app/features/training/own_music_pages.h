// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/training/own_music_wizard.h"

#include <QWizardPage>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QRadioButton;
class QTableWidget;

namespace canto::app {

/// Which music, and where its labels come from.
class SourcePage : public QWizardPage {
    Q_OBJECT

  public:
    SourcePage(std::size_t selectedSongs, std::size_t missing, QWidget* parent = nullptr);
    bool fromSelection() const;
    QString folder() const;
    LabelSource labels() const;
    QString csv() const;
    bool isComplete() const override;

  private:
    QRadioButton *m_takeFolder, *m_takeSelection, *m_byFolder, *m_byCsv;
    QLineEdit *m_folder, *m_csv;
};

/// What was found: songs and phrases of each label, what is left out and why, warnings.
class PreviewPage : public QWizardPage {
    Q_OBJECT

  public:
    explicit PreviewPage(OwnMusicWizard& wizard);
    void initializePage() override;
    void cleanupPage() override;
    bool isComplete() const override { return m_usable; }

  private:
    void show(const OwnMusic& music);

    OwnMusicWizard& m_wizard;
    QProgressBar* m_bar;
    QLabel *m_summary, *m_warnings;
    QTableWidget *m_labels, *m_skipped;
    bool m_usable = false;
};

/// Name, model to begin with, length.
class ModelPage : public QWizardPage {
    Q_OBJECT

  public:
    explicit ModelPage(OwnMusicWizard& wizard);
    void initializePage() override;
    QString title() const;
    QString weights() const;
    double minutes() const;
    bool isComplete() const override;
    void setNote(const QString& text);

  private:
    OwnMusicWizard& m_wizard;
    QLineEdit* m_title;
    QComboBox* m_start;
    QDoubleSpinBox* m_minutes;
    QLabel* m_note;
};

} // namespace canto::app
