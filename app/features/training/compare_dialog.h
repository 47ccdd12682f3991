// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/model_store.h"
#include "app/library/user_models.h"
#include "app/runs/compare_models.h"
#include "app/runs/epoch_maps.h"
#include "app/workspace/player.h"
#include "app/workspace/task_queue.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace canto::app {

/// Two models side by side: the same held-out phrases measured with both in one table, and the same
/// phrase as it is, as A makes it and as B makes it. Both run in the background. Thread:
/// GUI.
class CompareDialog : public QDialog {
    Q_OBJECT

  public:
    CompareDialog(const StoredModel& a, const StoredModel& b, const std::filesystem::path& dataset,
                  Player& player, QWidget* parent = nullptr);

  Q_SIGNALS:
    /// Row 0 is A's, row 1 is B's.
    void measured(int row);
    /// What was asked for plays: 0 the phrase itself, 1 by A, 2 by B.
    void playing(int version);

  private:
    struct Version {
        QString title;
        OpenModel open;
        std::shared_ptr<models::LatentModel> model; ///< kept once it was played
    };
    void measure();
    void play(int version);
    void showFigures(int row, const HeldOutFigures& figures);
    void showError(const Error& error);

    std::array<Version, 2> m_versions;
    std::filesystem::path m_dataset;
    std::vector<EpochSeed> m_seeds; ///< the phrases; none at first
    Player& m_player;
    QTableWidget* m_table;
    QComboBox* m_phrases;
    std::array<QPushButton*, 3> m_buttons{};
    QLabel* m_note;
    LatestTask<CompareDialog> m_measure{this, "compare", Priority::Low};
    LatestTask<CompareDialog> m_playback{this, "compare play"};
};

} // namespace canto::app
