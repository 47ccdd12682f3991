// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QTabWidget;
class QToolButton;

namespace canto::widgets {
class GenrePanel;
class InterpolatePanel;
class PhraseChip;
class PropertyPanel;
class SweepPanel;
} // namespace canto::widgets

namespace canto::app {

/// The content of the Explore dock: the current phrase, its A and B, and a tab for each gesture.
class ExploreDock : public QWidget {
    Q_OBJECT

  public:
    enum Tab { Interpolate, Sweep, Properties, Genre };

    explicit ExploreDock(QWidget* parent = nullptr);

    widgets::PhraseChip* chip() const { return m_chip; }
    widgets::InterpolatePanel* interpolate() const { return m_interpolate; }
    widgets::SweepPanel* sweep() const { return m_sweep; }
    widgets::PropertyPanel* properties() const { return m_properties; }
    widgets::GenrePanel* genre() const { return m_genre; }
    QToolButton* originalButton() const { return m_original; }
    QToolButton* changedButton() const { return m_changed; }

    Tab tab() const;
    /// Whether the panel, or this tab of it, can be seen now: the window hides panels that lie
    /// behind the tab of another.
    bool seen() const { return m_seen; }
    bool shows(Tab which) const { return m_seen && tab() == which; }
    /// Why models with discrete codes have no interpolation, dimensions and attributes.
    static QString codesReason();

  public Q_SLOTS:
    void setTab(int tab);
    /// Whether latents can be interpolated; otherwise only the other tabs are enabled.
    void setContinuous(bool continuous);
    /// Title of the label column of the model: "Genre", "Emotion".
    void setLabelTitle(const QString& title);
    /// Why no tab works with this model; empty: they work.
    void setUnavailable(const QString& why);
    /// @param changed  whether there is a B. @param playsChanged  whether B plays.
    void setPhrase(const QString& title, bool changed, bool playsChanged);

  Q_SIGNALS:
    void tabShown(int tab);
    void originalAsked();
    void changedAsked();

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    bool m_seen = false;
    widgets::PhraseChip* m_chip;
    QToolButton *m_original, *m_changed;
    QTabWidget* m_tabs;
    QLabel* m_why; ///< in place of the tabs
    widgets::InterpolatePanel* m_interpolate;
    widgets::SweepPanel* m_sweep;
    widgets::PropertyPanel* m_properties;
    widgets::GenrePanel* m_genre;
};

} // namespace canto::app
