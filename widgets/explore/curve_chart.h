// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QVector>
#include <QWidget>
#include <optional>

namespace canto::widgets {

/// One value a point, for a few lines at once: how a property of each track goes from point to
/// point. Lines are distinguished by the tracks' colours and by their marks (disc, square,
/// triangle, diamond).
class CurveChart : public QWidget {
    Q_OBJECT

  public:
    struct Line {
        QString name;
        QVector<std::optional<double>> values; ///< one a point; nothing: a gap
    };

    explicit CurveChart(QWidget* parent = nullptr);

    /// @param lines  as the tracks are ordered: line i has the colour of track i.
    /// @param percent  values are parts of one.
    void setCurves(const QString& title, QVector<Line> lines, bool percent);
    void setActive(int point);
    const QVector<Line>& lines() const { return m_lines; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    /// Colour and mark of a line, for a legend beside several charts.
    static void paintMark(QPainter& painter, QPointF at, int line, bool dark);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString m_title;
    QVector<Line> m_lines;
    bool m_percent = false;
    int m_active = -1;
};

/// Names of the tracks beside their marks.
class CurveLegend : public QWidget {
    Q_OBJECT

  public:
    explicit CurveLegend(QStringList names, QWidget* parent = nullptr);
    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QStringList m_names;
};

} // namespace canto::widgets
