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

/// What is inside the Explore dock: the phrase at hand, its A and B, and a tab for each gesture.
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
    /// Whether a person sees the panel, or this tab of it, now. A dock behind another's tab is
    /// visible to Qt, hence setSeen().
    bool seen() const { return m_seen; }
    bool shows(Tab which) const { return m_seen && tab() == which; }
    /// Why models whose latents are codes have no interpolation, dimensions and attributes.
    static QString codesReason();

  public Q_SLOTS:
    void setTab(int tab);
    /// What the dock's visibilityChanged() says.
    void setSeen(bool seen);
    /// Whether latents can be mixed: else only what needs no mixing is offered.
    void setContinuous(bool continuous);
    /// What the classes of the model are: "Genre", "Emotion".
    void setLabelTitle(const QString& title);
    /// Why none of the tabs is of any use with this model; empty: they are.
    void setUnavailable(const QString& why);
    /// A title; which of both sounds; whether there is a B at all.
    void setPhrase(const QString& title, bool changed, bool playsChanged);

  Q_SIGNALS:
    void tabShown(int tab);
    void originalAsked();
    void changedAsked();

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
