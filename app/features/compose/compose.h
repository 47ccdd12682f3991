// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"
#include "models/common/composer.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace canto::widgets {
class MoodPlane;
}

namespace canto::app {

/// The Compose panel: music of any length from a model that composes bar by bar, with a mood that
/// may change along a drawn path or one of the model's other classes, a form, a seed, or as a
/// continuation of what plays. The first bars play while the rest is written. Thread: GUI.
class Compose : public Feature {
    Q_OBJECT

  public:
    explicit Compose(Workspace& workspace);
    ~Compose() override;

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    bool escape() override; ///< ends the composing

    QWidget* panel() const { return m_panel; }
    widgets::MoodPlane* plane() const { return m_plane; }
    bool composing() const { return m_task.busy(); }
    /// What the panel asks for now.
    models::ComposeOptions options() const;

    /// Composes by the panel's settings and plays the result. The next press has the next seed.
    void compose();

  Q_SIGNALS:
    void composed(const canto::app::SongPtr& song);

  private:
    void showState();
    void listClasses();
    void onBars(const SongPtr& song, int bars);
    void onComposed(const SongPtr& song);
    void onFailed(const Error& error);
    QString moodText() const;

    Workspace& m_workspace;
    QWidget* m_panel; ///< owned by the window
    widgets::MoodPlane* m_plane;
    QSpinBox *m_bars, *m_seed;
    QComboBox *m_class, *m_form;
    QFormLayout* m_fields;
    QCheckBox* m_continue;
    QPushButton* m_start;
    QLabel* m_status;
    std::shared_ptr<models::LatentModel> m_model;
    PlaybackItem m_item; ///< what is being composed
    bool m_playing = false;
    LatestTask<Compose> m_task{this, "compose"};
};

} // namespace canto::app
