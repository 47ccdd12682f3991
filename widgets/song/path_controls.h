// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QSpinBox;
class QToolButton;

namespace canto::widgets {

/// Settings of a path: number of steps, geometry, ends, and buttons to reverse and clear it.
class PathControls : public QWidget {
    Q_OBJECT

  public:
    static constexpr int kLeastSteps = 2;
    static constexpr int kMostSteps = 64;
    static constexpr int kDefaultSteps = 8;

    explicit PathControls(QWidget* parent = nullptr);

    int steps() const;
    /// Index into the names of setGeometries, -1 for none.
    int geometryIndex() const;
    bool originalEnds() const;

  public Q_SLOTS:
    void setSteps(int steps);
    /// Names offered by the model, the default first; one or none disables the choice.
    /// @param whyOne  why there is no choice, as a tooltip.
    void setGeometries(const QStringList& names, const QString& whyOne = {});
    void setGeometryIndex(int index); ///< nothing happens beyond the names
    void setOriginalEnds(bool original);
    /// Reverse and clear are offered only when there is a path.
    void setHasPath(bool has);
    /// A line below: "8 steps, 3 decoded".
    void setStatus(const QString& text);

  Q_SIGNALS:
    void stepsChanged(int steps);
    void geometryChanged(int index);
    void originalEndsChanged(bool original);
    void reverseRequested();
    void clearRequested();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void setIcons();

    QSpinBox* m_steps;
    QComboBox* m_geometry;
    QCheckBox* m_ends;
    QToolButton *m_reverse, *m_clear;
    QLabel* m_status;
};

} // namespace canto::widgets
