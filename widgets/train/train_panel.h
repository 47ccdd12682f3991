// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/train/train_form.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace canto::widgets {

class CurvePlot;

/// How far a run is.
struct TrainProgress {
    double share = 0; ///< of the run, 0 to 1
    qint64 step = 0;
    int epoch = 1;
    double secondsPerStep = 0;
    /// Seconds left, as a range; negative: not known yet.
    double leastLeft = -1, mostLeft = -1;
};

/// "2 min to 3 min left, done about 14:05": a range. Empty when not known yet.
QString timeLeftText(double least, double most, const QTime& now);

/// Settings, buttons, progress and curves of a training run. It shows values and emits requests;
/// every button is enabled exactly in these states:
///
/// | state      | Start | Pause | Resume | Finish now | Cancel | settings |
/// |------------|-------|-------|--------|------------|--------|----------|
/// | Idle       | yes*  |       |        |            |        | yes      |
/// | Unfinished | yes*  |       | yes    |            |        | yes      |
/// | Starting   |       |       |        |            | yes    |          |
/// | Running    |       | yes   |        | yes        | yes    |          |
/// | Pausing    |       |       |        |            | yes    |          |
/// | Paused     |       |       | yes    | yes        | yes    |          |
/// | Finishing  |       |       |        |            | yes    |          |
/// | Cancelling |       |       |        |            |        |          |
///
/// *: unless something is missing (TrainForm::missing), which a line below the settings then says.
/// Unfinished: a run was stopped and can be resumed. A button that is disabled passes the keyboard
/// focus to Pause or Resume, never to Cancel. Thread: GUI.
class TrainPanel : public QWidget {
    Q_OBJECT

  public:
    enum class State {
        Idle,
        Unfinished,
        Starting,
        Running,
        Pausing,
        Paused,
        Finishing,
        Cancelling,
    };
    Q_ENUM(State)

    explicit TrainPanel(QWidget* parent = nullptr);

    TrainForm* form() const { return m_form; }
    CurvePlot* curves() const { return m_curves; }
    State state() const { return m_state; }
    QString statusText() const;

  public Q_SLOTS:
    void setState(canto::widgets::TrainPanel::State state);
    void setProgress(const canto::widgets::TrainProgress& progress);
    /// A line below the progress bar instead of figures: "Reading the data...".
    void setStatus(const QString& text);
    /// Whether the map of the epochs is shown in the middle of the window.
    void setEpochsShown(bool shown);

  Q_SIGNALS:
    void startAsked();
    void pauseAsked();
    void resumeAsked();
    void finishAsked();
    void cancelAsked();
    void epochsToggled(bool shown);
    void ownMusicAsked();

  private:
    QPushButton* button(const char* name, const QString& text, const QString& toolTip);
    void enableStart();
    QString progressText() const;

    TrainForm* m_form;
    QLabel *m_summary, *m_missing, *m_status;
    QPushButton *m_start, *m_pause, *m_resume, *m_finish, *m_cancel, *m_own;
    QPushButton* m_epochs;
    QProgressBar* m_bar;
    CurvePlot* m_curves;
    State m_state = State::Idle;
    TrainProgress m_progress;
};

} // namespace canto::widgets
