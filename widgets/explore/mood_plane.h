// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPointF>
#include <QString>
#include <QVector>
#include <QWidget>
#include <array>

namespace canto::widgets {

/// The plane of valence (to the right) and arousal (upwards), both from -1 to 1, with a path that
/// is drawn with the mouse: a click is one mood throughout, a drag is a curve in time. With the
/// keyboard the arrow keys move the end of the path, Space adds a point there, and Delete clears
/// it.
class MoodPlane : public QWidget {
    Q_OBJECT

  public:
    explicit MoodPlane(QWidget* parent = nullptr);

    /// Name and colour of the quadrants, in the order happy, tense, sad, calm.
    void setCorners(std::array<QString, 4> names, std::array<QColor, 4> colours);
    const QVector<QPointF>& path() const { return m_path; }
    void setPath(QVector<QPointF> path);

    QSize sizeHint() const override { return {220, 220}; }
    QSize minimumSizeHint() const override { return {140, 140}; }

  Q_SIGNALS:
    void pathChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    QRectF square() const;
    QPointF moodAt(QPointF position) const;
    QPointF positionOf(QPointF mood) const;

    std::array<QString, 4> m_names;
    std::array<QColor, 4> m_colours;
    QVector<QPointF> m_path;
};

/// At most `count` points along a path, evenly spaced by its length, both ends included. A path of
/// no length is its first point.
QVector<QPointF> evenlyAlong(const QVector<QPointF>& path, int count);

} // namespace canto::widgets
