// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/train/train_panel.h"

#include "widgets/common/accessible_role.h"
#include "widgets/common/flow_layout.h"
#include "widgets/common/theme.h"
#include "widgets/train/curve_plot.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTime>
#include <QVBoxLayout>
#include <cmath>

namespace canto::widgets {

namespace {

constexpr int kParts = 1000; ///< of the progress bar

/// A length of time in the unit of its size: "40 s", "3 min", "2.5 h".
QString lengthText(double seconds) {
    if (seconds < 90) {
        return TrainPanel::tr("%L1 s").arg(std::ceil(seconds));
    }
    if (seconds < 90 * 60) {
        return TrainPanel::tr("%L1 min").arg(std::ceil(seconds / 60));
    }
    return TrainPanel::tr("%L1 h").arg(seconds / 3600, 0, 'f', 1);
}

/// "2.9 s per step", "0.031 s per step".
QString paceText(double secondsPerStep) {
    const bool whole = secondsPerStep >= 10;
    return TrainPanel::tr("%L1 s per step")
        .arg(secondsPerStep, 0, whole ? 'f' : 'g', whole ? 0 : 2);
}

} // namespace

QString timeLeftText(double least, double most, const QTime& now) {
    if (!(least >= 0) || !(most >= least)) {
        return {};
    }
    const QString from = lengthText(least), to = lengthText(most);
    const QTime end = now.addSecs(int(std::min((least + most) / 2, 86399.0)));
    const QString range = from == to ? TrainPanel::tr("about %1 left").arg(to)
                                     : TrainPanel::tr("%1 to %2 left").arg(from, to);
    return TrainPanel::tr("%1, done about %2").arg(range, end.toString(QStringLiteral("hh:mm")));
}

TrainPanel::TrainPanel(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("trainPanel"));
    setAccessibleRole(*this, QAccessible::Grouping); // before it has a name
    setAccessibleName(tr("Training"));
    setFocusPolicy(Qt::ClickFocus); // for setState()
    m_form = new TrainForm(this);
    m_summary = new QLabel(this);
    m_summary->setTextFormat(Qt::PlainText); // names of files
    m_summary->setWordWrap(true);
    m_missing = new QLabel(this);
    m_missing->setObjectName(QStringLiteral("trainMissing"));
    m_missing->setTextFormat(Qt::PlainText);
    m_missing->setWordWrap(true);
    m_start = button("trainStartButton", tr("&Start"), tr("Start a run with these settings"));
    m_pause = button("trainPauseButton", tr("&Pause"),
                     tr("Wait after this batch; you can play the current model meanwhile"));
    m_resume = button("trainResumeButton", tr("&Resume"), tr("Continue where the run stopped"));
    m_finish = button("trainFinishButton", tr("Fi&nish now"),
                      tr("End the epoch here, measure, and keep a usable model"));
    m_cancel = button("trainCancelButton", tr("&Cancel"),
                      tr("Stop after this batch; the run can be resumed from its checkpoint"));
    m_own = button("ownMusicButton", tr("Train on my m&usic..."),
                   tr("Fine-tune the model on a folder of MIDI files or a selection"));
    m_epochs = button("showEpochsButton", tr("Training &history"),
                      tr("Show the map after each epoch in the middle of the window"));
    m_epochs->setCheckable(true);
    m_bar = new QProgressBar(this);
    m_bar->setObjectName(QStringLiteral("trainProgress"));
    m_bar->setAccessibleName(tr("Progress of the training"));
    m_bar->setRange(0, kParts);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(8);
    m_status = new QLabel(this);
    m_status->setObjectName(QStringLiteral("trainStatus"));
    m_status->setTextFormat(Qt::PlainText);
    m_status->setWordWrap(true);
    m_status->setForegroundRole(QPalette::PlaceholderText);
    m_curves = new CurvePlot(this);

    auto* buttons = new FlowLayout(6);
    for (QPushButton* one : {m_start, m_pause, m_resume, m_finish, m_cancel}) {
        buttons->addWidget(one);
    }
    auto* more = new FlowLayout(6);
    more->addWidget(m_epochs);
    more->addWidget(m_own);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(12, 10, 12, 10);
    all->setSpacing(8);
    all->addWidget(m_form);
    all->addWidget(m_missing);
    all->addWidget(m_summary);
    all->addLayout(buttons);
    all->addWidget(m_bar);
    all->addWidget(m_status);
    all->addWidget(m_curves, 1);
    all->addLayout(more);

    connect(m_start, &QPushButton::clicked, this, &TrainPanel::startAsked);
    connect(m_pause, &QPushButton::clicked, this, &TrainPanel::pauseAsked);
    connect(m_resume, &QPushButton::clicked, this, &TrainPanel::resumeAsked);
    connect(m_finish, &QPushButton::clicked, this, &TrainPanel::finishAsked);
    connect(m_cancel, &QPushButton::clicked, this, &TrainPanel::cancelAsked);
    connect(m_own, &QPushButton::clicked, this, &TrainPanel::ownMusicAsked);
    connect(m_epochs, &QPushButton::toggled, this, &TrainPanel::epochsToggled);
    connect(m_form, &TrainForm::changed, this, &TrainPanel::enableStart);
    connect(m_form, &TrainForm::ownMusicWanted, this, &TrainPanel::ownMusicAsked);
    setState(State::Idle);
}

QPushButton* TrainPanel::button(const char* name, const QString& text, const QString& toolTip) {
    auto* made = new QPushButton(text, this);
    made->setObjectName(QLatin1String(name));
    made->setToolTip(toolTip);
    made->setMinimumHeight(28);
    return made;
}

QString TrainPanel::statusText() const { return m_status->text(); }

void TrainPanel::enableStart() {
    const bool settings = m_state == State::Idle || m_state == State::Unfinished;
    const QString missing = m_form->missing();
    m_start->setEnabled(settings && missing.isEmpty());
    m_missing->setText(missing);
    m_missing->setVisible(settings && !missing.isEmpty());
}

void TrainPanel::setState(State state) {
    // Qt passes the focus of a hidden button to the next one, which would be Cancel.
    const QWidget* focus = window()->focusWidget();
    const bool focused = focus == this || isAncestorOf(focus);
    if (focused && state != m_state) {
        setFocus();
    }
    m_state = state;
    const bool settings = state == State::Idle || state == State::Unfinished;
    m_form->setVisible(settings);
    m_own->setEnabled(settings);
    m_summary->setVisible(!settings);
    m_summary->setText(m_form->summary());
    const auto put = [](QPushButton* one, bool visible, bool enabled) {
        one->setVisible(visible);
        one->setEnabled(enabled);
    };
    const bool paused = state == State::Paused, running = state == State::Running;
    const bool unfinished = state == State::Unfinished;
    m_start->setVisible(settings);
    enableStart();
    put(m_pause, !settings && !paused, running);
    put(m_resume, paused || unfinished, paused || unfinished);
    put(m_finish, !settings, running || paused);
    put(m_cancel, !settings, !settings && state != State::Cancelling);
    m_bar->setVisible(!settings);
    switch (state) {
    case State::Idle:
        setStatus({});
        break;
    case State::Unfinished:
        setStatus(tr("A run was stopped before its end. Resume continues it."));
        break;
    case State::Starting:
        m_bar->setValue(0);
        m_progress = {};
        setStatus(tr("Reading the data and building the model..."));
        break;
    case State::Running:
        setStatus(progressText());
        break;
    case State::Pausing:
        setStatus(tr("Pausing after this batch..."));
        break;
    case State::Paused:
        setStatus(tr("Paused. You can play the current model."));
        break;
    case State::Finishing:
        setStatus(tr("Ending the epoch, measuring and saving..."));
        break;
    case State::Cancelling:
        setStatus(tr("Stopping and writing a checkpoint..."));
        break;
    }
    if (focused && running) {
        m_pause->setFocus();
    } else if (focused && m_resume->isVisibleTo(this)) {
        m_resume->setFocus();
    }
}

QString TrainPanel::progressText() const {
    if (m_progress.step == 0) {
        return tr("Training...");
    }
    const QString left =
        timeLeftText(m_progress.leastLeft, m_progress.mostLeft, QTime::currentTime());
    QStringList parts{tr("%L1 %").arg(m_progress.share * 100, 0, 'f', 0),
                      tr("epoch %L1").arg(m_progress.epoch),
                      tr("step %1").arg(grouped(std::size_t(m_progress.step)))};
    if (m_progress.secondsPerStep > 0) {
        parts.append(paceText(m_progress.secondsPerStep));
    }
    const QString text = parts.join(QStringLiteral(" \u00b7 "));
    return left.isEmpty() ? text : left + QLatin1Char('\n') + text;
}

void TrainPanel::setProgress(const TrainProgress& progress) {
    m_progress = progress;
    m_bar->setValue(int(std::lround(progress.share * kParts)));
    if (m_state != State::Running) {
        return; // the state text says more
    }
    setStatus(progressText());
}

void TrainPanel::setStatus(const QString& text) { m_status->setText(text); }

void TrainPanel::setEpochsShown(bool shown) { m_epochs->setChecked(shown); }

} // namespace canto::widgets
