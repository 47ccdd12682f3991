// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QStringList>
#include <QTimer>
#include <QWidget>
#include <functional>
#include <memory>

namespace canto::widgets {

/// Live curves of a training run: for each term a thin line of the values and a thick one of their
/// running mean. One chart, always there, shows the headline: a loss at the left axis, an accuracy
/// at the right one. "All measures" opens the rest below it: the other losses, and the measures of
/// the validations, of which shares and quantities have an axis each. Every term has a colour of
/// its own. Drawn from the first value on; redrawn at most ten times a second, and at most
/// 2 x CurveSeries::kMostBuckets points a line are drawn however long the run. Thread: GUI.
class CurvePlot : public QWidget {
    Q_OBJECT

  public:
    enum class Kind {
        Training,   ///< a loss
        Validation, ///< the same loss on held-out music
        Measure,    ///< of a validation, a share from 0 to 1: accuracy, F1. Shown as per cent
        Quantity,   ///< of a validation, in a unit of its own: an error, a distance
    };
    Q_ENUM(Kind)

    explicit CurvePlot(QWidget* parent = nullptr);
    ~CurvePlot() override;

    /// Values of a term come in the order of their steps. A new term appears in the legend.
    void addPoint(const QString& term, Kind kind, double step, double value);
    void clear();

    /// The terms of the chart at the top; the rest is under "All measures". Until this is called,
    /// the first loss and the first share are the headline.
    void setHeadline(const QStringList& terms);
    QStringList headline() const;
    /// How terms read in the legend; without it, what follows the first dot of their names.
    void setTitles(std::function<QString(const QString& term)> titleOf);

    bool allShown() const;
    QStringList terms() const; ///< in the order of the legend
    /// Whether it is drawn: its box is checked, and it is in the headline or everything is shown.
    bool termShown(const QString& term) const;
    void setTermShown(const QString& term, bool shown);
    QColor termColour(const QString& term) const;
    bool logarithmic() const;
    /// Points handed to the drawing, of all lines that are shown.
    int pointsDrawn() const;
    /// The curves alone, as they stand, at any size.
    QImage render(QSize size, double devicePixelRatio = 1.0);

    QSize sizeHint() const override { return {340, 300}; }

  public Q_SLOTS:
    /// Values of zero and less have no place on a logarithmic axis: their lines have gaps there.
    void setLogarithmic(bool on);
    /// Opens and closes "All measures".
    void setAllShown(bool shown);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    struct Parts;
    struct Term;
    Term& termNamed(const QString& name, Kind kind);
    bool isHeadline(const Term& term) const;
    bool drawn(const Term& term) const;
    void place(Term& term);
    void placeAll();
    void fill(Term& term);
    void redraw();
    void refresh();
    void applyColours();

    std::unique_ptr<Parts> m;
};

} // namespace canto::widgets
