#pragma once

#include <QImage>
#include <QStringList>
#include <QTimer>
#include <QWidget>
#include <memory>

class QCheckBox;

namespace canto::widgets {

/// Live curves of a training run: for each term a thin line of the values and a strong one of their
/// running mean. Losses stand at the left axis (training solid, validation dashed in the same
/// colour), measures of a validation at the right one. Redrawn at most ten times a second, and at
/// most 2 x CurveSeries::kMostBuckets points a line are drawn however long the run. Thread: GUI.
class CurvePlot : public QWidget {
    Q_OBJECT

  public:
    enum class Kind { Training, Validation, Measure };
    Q_ENUM(Kind)

    explicit CurvePlot(QWidget* parent = nullptr);
    ~CurvePlot() override;

    /// Values of a term come in the order of their steps. A new term appears in the legend.
    void addPoint(const QString& term, Kind kind, double step, double value);
    void clear();

    QStringList terms() const; ///< in the order of the legend
    bool termShown(const QString& term) const;
    void setTermShown(const QString& term, bool shown);
    bool logarithmic() const;
    /// Points handed to the drawing, of all lines that are shown.
    int pointsDrawn() const;
    /// The curves alone, as they stand, at any size.
    QImage render(QSize size, double devicePixelRatio = 1.0);

    QSize sizeHint() const override { return {340, 300}; }

  public Q_SLOTS:
    /// Values of zero and less have no place on a logarithmic axis: their lines have gaps there.
    void setLogarithmic(bool on);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    struct Parts;
    struct Term;
    Term& termNamed(const QString& name, Kind kind);
    void fill(Term& term);
    void redraw();
    void applyColours();
    void placeLegend();

    std::unique_ptr<Parts> m;
};

} // namespace canto::widgets
