#pragma once

#include "app/service/compare_models.h"
#include "app/service/user_models.h"
#include "app/window/audition.h"
#include "app/workers/mailbox.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace canto::app {

/// Two models side by side: the same held-out phrases measured with both in one table, and the same
/// phrase as it is, as A makes it and as B makes it. Both work on a thread of their own. Thread:
/// GUI.
class CompareDialog : public QDialog {
    Q_OBJECT

  public:
    CompareDialog(const service::StoredModel& a, const service::StoredModel& b,
                  const std::filesystem::path& dataset, Audition& audition,
                  QWidget* parent = nullptr);
    ~CompareDialog() override;

  Q_SIGNALS:
    /// Row 0 is A's, row 1 is B's.
    void measured(int row);
    /// What was asked for plays: 0 the phrase itself, 1 by A, 2 by B.
    void playing(int version);

  private:
    struct Desk; ///< what the threads share: both models and the phrases
    void measure();
    void hear(int version);

    std::shared_ptr<Desk> m_desk;
    Audition& m_audition;
    QTableWidget* m_table;
    QComboBox* m_phrases;
    std::array<QPushButton*, 3> m_buttons{};
    QLabel* m_note;
    JobThread m_measure, m_hear;
    Mailbox m_mailbox;
};

} // namespace canto::app
