// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/explore/variant_strip.h"

#include <QWidget>

class QAction;
class QLabel;
class QScrollArea;
class QSlider;
class QSpinBox;
class QToolButton;

namespace canto::widgets {
class ElidedLabel;
class FlowLayout;
} // namespace canto::widgets

namespace canto::app {

/// The Variants panel: the controls of "Generate around", buttons for the chosen variant, and all
/// variants as cards. Shows and asks.
class VariantsPanel : public QWidget {
    Q_OBJECT

  public:
    /// Steps of the radius slider for one standard deviation.
    static constexpr int kRadiusSteps = 10;
    static constexpr double kMostRadius = 2;

    explicit VariantsPanel(QWidget* parent = nullptr);

    widgets::VariantStrip* strip() const { return m_strip; }
    QToolButton* generateButton() const { return m_generate; }
    QSlider* radiusSlider() const { return m_radius; }
    QSpinBox* seedBox() const { return m_seed; }
    /// In standard deviations, 0 .. kMostRadius.
    double radius() const;
    std::uint64_t seed() const;
    void setSeed(std::uint64_t seed);
    /// Why nothing can be generated around what plays; empty: it can be.
    void setUnavailable(const QString& why);
    /// Whether variations are being made; the button cancels them then.
    void setBusy(bool busy);
    void setStatus(const QString& text);
    QString status() const;
    /// A button that does what an action does.
    void addButton(QAction* action, const char* name);

  Q_SIGNALS:
    void generateAsked();
    void cancelAsked();

  private:
    void showRadius();

    QToolButton* m_generate;
    QSlider* m_radius;
    QLabel* m_radiusText;
    QSpinBox* m_seed;
    widgets::FlowLayout* m_controls;
    widgets::ElidedLabel* m_status;
    QScrollArea* m_scroll;
    widgets::VariantStrip* m_strip;
    QString m_whyNot;
    bool m_busy = false;
};

} // namespace canto::app
