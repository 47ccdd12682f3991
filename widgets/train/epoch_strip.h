// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <array>

class QLabel;
class QPushButton;
class QSlider;

namespace canto::widgets {

/// Goes back through the epochs of a run: a slider, the title of the chosen epoch, and four buttons
/// A to D that play the same four phrases as the model of that epoch decodes them. It follows the
/// newest epoch until the user moves it back, and again after it is moved to the end.
/// Thread: GUI.
class EpochStrip : public QWidget {
    Q_OBJECT

  public:
    static constexpr int kSeeds = 4;

    explicit EpochStrip(QWidget* parent = nullptr);

    int count() const { return int(m_titles.size()); }
    int epoch() const; ///< from 0; -1 when there is none
    bool following() const { return m_following; }

  public Q_SLOTS:
    /// @param title  "Epoch 3, step 1,200, score 2.41".
    void addEpoch(const QString& title);
    void clear();
    void setEpoch(int epoch);
    /// The phrases of A to D, as their tool tips; an empty text disables the button.
    void setSeeds(const QStringList& titles);
    /// The button that plays now, from 0; -1: none.
    void setCurrent(int seed);

  Q_SIGNALS:
    void epochChosen(int epoch);
    void seedAsked(int seed);

  private:
    void showTitle(int epoch);
    void enable();

    QSlider* m_slider;
    QLabel* m_title;
    std::array<QPushButton*, kSeeds> m_buttons{};
    QStringList m_titles, m_seeds;
    bool m_following = true;
};

} // namespace canto::widgets
