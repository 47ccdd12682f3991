// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/train/curve_plot.h"

#include "widgets/common/flow_layout.h"
#include "widgets/common/text.h"
#include "widgets/common/wrapped_check_box.h"
#include "widgets/train/curve_charts.h"
#include "widgets/train/curve_series.h"

#include <QCheckBox>
#include <QEvent>
#include <QGridLayout>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>
#include <limits>
#include <vector>

namespace canto::widgets {

namespace {

constexpr int kRedrawMs = 100;
constexpr int kBoxRoom = 52; ///< of the box and the line beside a name in the legend
constexpr int kHeadlineHeight = 150, kDetailsHeight = 300;
constexpr double kPercent = 100;
constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// "autoencoder.reconstruction" is "reconstruction", unless another term of the list would be
/// called the same.
QString shortName(const QString& term, const QStringList& all) {
    const auto ending = [](const QString& name) { return name.mid(name.indexOf(u'.') + 1); };
    for (const QString& other : all) {
        if (other != term && ending(other) == ending(term)) {
            return QString(term).replace(u'.', u' ');
        }
    }
    return ending(term);
}

QIcon swatch(const QColor& colour, Qt::PenStyle style) {
    QPixmap pixmap(16, 12);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    QPen pen(colour, 2.4, style, Qt::FlatCap);
    painter.setPen(pen);
    painter.drawLine(QPointF(1, 6), QPointF(15, 6));
    return QIcon(pixmap);
}

QColor faint(QColor colour) {
    colour.setAlphaF(0.35f);
    return colour;
}

QWidget* makeLegend(QWidget* parent) {
    auto* legend = new QWidget(parent);
    auto* rows = new QVBoxLayout(legend);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(2);
    return legend;
}

} // namespace

struct CurvePlot::Term {
    QString name;
    Kind kind = Kind::Training;
    int colour = 0; ///< for curveColour()
    CurveSeries series;
    bool dirty = false;
    QCPGraph* raw = nullptr;
    QCPGraph* smooth = nullptr; ///< null where validations are too few to be smoothed
    QCheckBox* box = nullptr;
};

struct CurvePlot::Parts {
    QCustomPlot *plot = nullptr, *details = nullptr;
    CurveChart headline, losses, measures;
    QWidget *legend = nullptr, *detailsLegend = nullptr;
    QToolButton* all = nullptr;
    QCheckBox* log = nullptr;
    std::vector<std::unique_ptr<Term>> terms;
    QStringList chosen; ///< for the headline; empty: not chosen
    std::function<QString(const QString&)> titleOf;
    QTimer redraw;
    bool logarithmic = false;
};

CurvePlot::CurvePlot(QWidget* parent) : QWidget(parent), m(std::make_unique<Parts>()) {
    setObjectName(QStringLiteral("curvePlot"));
    m->plot = new QCustomPlot(this);
    m->plot->setMinimumHeight(kHeadlineHeight);
    m->plot->setAccessibleName(tr("Loss and accuracy of the training run"));
    m->headline = CurveChart::first(*m->plot, tr("loss"), tr("accuracy, %"));
    m->headline.x->setLabel(tr("step"));
    m->details = new QCustomPlot(this);
    m->details->setMinimumHeight(kDetailsHeight);
    m->details->setAccessibleName(tr("All measures of the training run"));
    m->losses = CurveChart::first(*m->details, tr("other losses"), {});
    m->measures = CurveChart::below(*m->details, tr("validation, %"), tr("other units"));
    m->measures.x->setLabel(tr("step"));
    for (QCustomPlot* plot : {m->plot, m->details}) {
        plot->setAutoAddPlottableToLegend(false);
    }
    m->legend = makeLegend(this);
    m->detailsLegend = makeLegend(this);
    m->log = new WrappedCheckBox(tr("&Logarithmic axis"), this);
    m->log->setObjectName(QStringLiteral("logAxis"));
    m->log->setMinimumHeight(24);
    m->log->setToolTip(tr("Losses on a logarithmic axis; values of zero and less leave gaps"));
    m->all = new QToolButton(this);
    m->all->setObjectName(QStringLiteral("allMeasures"));
    m->all->setText(tr("All &measures"));
    m->all->setToolTip(tr("The other losses, and every measure of the validations"));
    m->all->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m->all->setArrowType(Qt::RightArrow);
    m->all->setCheckable(true);
    m->all->setAutoRaise(true);
    m->all->setMinimumHeight(24);
    auto* options = new FlowLayout(6);
    options->addWidget(m->all);
    options->addWidget(m->log);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m->plot, 1);
    column->addWidget(m->legend);
    column->addLayout(options);
    column->addWidget(m->details, 2);
    column->addWidget(m->detailsLegend);
    m->details->hide();
    m->detailsLegend->hide();
    m->redraw.setSingleShot(true);
    m->redraw.setInterval(kRedrawMs);
    connect(&m->redraw, &QTimer::timeout, this, &CurvePlot::redraw);
    connect(m->log, &QCheckBox::toggled, this, &CurvePlot::setLogarithmic);
    connect(m->all, &QToolButton::toggled, this, &CurvePlot::setAllShown);
    applyColours();
}

CurvePlot::~CurvePlot() = default;

CurvePlot::Term& CurvePlot::termNamed(const QString& name, Kind kind) {
    for (const auto& term : m->terms) {
        if (term->name == name && term->kind == kind) {
            return *term;
        }
    }
    auto made = std::make_unique<Term>();
    made->name = name;
    made->kind = kind;
    made->colour = int(m->terms.size());
    for (const auto& term : m->terms) {
        if (term->name == name) { // training and validation of one term share their colour
            made->colour = term->colour;
        }
    }
    made->box = new QCheckBox(this);
    made->box->setObjectName(QStringLiteral("term.") + name);
    made->box->setMinimumHeight(24);
    made->box->setIconSize(QSize(16, 12));
    QFont small = made->box->font();
    small.setPointSizeF(small.pointSizeF() * 0.92);
    made->box->setFont(small);
    // A long name must not widen the dock; it stands in the tool tip.
    made->box->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    // Norms of gradients say when something is wrong; most of the time they flatten the rest.
    made->box->setChecked(!name.endsWith(QStringLiteral(".gradient")));
    Term* term = made.get();
    connect(made->box, &QCheckBox::toggled, this, [this, term] {
        term->dirty = true;
        m->redraw.start();
    });
    m->terms.push_back(std::move(made));
    placeAll();
    return *term;
}

void CurvePlot::setHeadline(const QStringList& terms) {
    m->chosen = terms;
    placeAll();
}

QStringList CurvePlot::headline() const {
    if (!m->chosen.isEmpty()) {
        return m->chosen;
    }
    QStringList found;
    for (const Kind kind : {Kind::Training, Kind::Measure}) {
        for (const auto& term : m->terms) {
            if (term->kind == kind) {
                found.append(term->name);
                break;
            }
        }
    }
    return found;
}

void CurvePlot::setTitles(std::function<QString(const QString&)> titleOf) {
    m->titleOf = std::move(titleOf);
    refresh();
}

bool CurvePlot::isHeadline(const Term& term) const {
    return term.kind != Kind::Quantity && headline().contains(term.name);
}

bool CurvePlot::drawn(const Term& term) const {
    return term.box->isChecked() && (allShown() || isHeadline(term));
}

/// Puts a term into the chart and the legend it belongs to.
void CurvePlot::place(Term& term) {
    const bool headline = isHeadline(term);
    const bool loss = term.kind == Kind::Training || term.kind == Kind::Validation;
    const CurveChart& chart = headline ? m->headline : loss ? m->losses : m->measures;
    const bool right = headline ? !loss : term.kind == Kind::Quantity;
    QCPAxis* y = right ? chart.right : chart.left;
    if (term.raw == nullptr || term.raw->valueAxis() != y) {
        for (QCPGraph** graph : {&term.raw, &term.smooth}) {
            if (*graph != nullptr) {
                (*graph)->parentPlot()->removeGraph(*graph);
                *graph = nullptr;
            }
        }
        term.raw = chart.plot->addGraph(chart.x, y);
        if (term.kind == Kind::Training) {
            term.smooth = chart.plot->addGraph(chart.x, y);
        }
    }
    y->setVisible(true);
    (headline ? m->legend : m->detailsLegend)->layout()->addWidget(term.box);
    term.box->show();
    term.dirty = true;
}

void CurvePlot::placeAll() {
    for (const CurveChart& chart : {m->headline, m->losses, m->measures}) {
        chart.right->setVisible(false);
    }
    for (const auto& term : m->terms) {
        place(*term);
    }
    applyColours();
    m->redraw.start();
}

void CurvePlot::addPoint(const QString& name, Kind kind, double step, double value) {
    Term& term = termNamed(name, kind);
    const bool share = kind == Kind::Measure;
    term.series.add(step, share ? value * kPercent : value);
    term.dirty = true;
    if (!m->redraw.isActive()) {
        m->redraw.start();
    }
}

void CurvePlot::clear() {
    for (const auto& term : m->terms) {
        delete term->box;
    }
    m->terms.clear();
    m->chosen.clear();
    m->plot->clearGraphs();
    m->details->clearGraphs();
    placeAll();
}

QStringList CurvePlot::terms() const {
    QStringList names;
    for (const auto& term : m->terms) {
        names.append(term->name);
    }
    return names;
}

bool CurvePlot::termShown(const QString& name) const {
    for (const auto& term : m->terms) {
        if (term->name == name && drawn(*term)) {
            return true;
        }
    }
    return false;
}

void CurvePlot::setTermShown(const QString& name, bool shown) {
    for (const auto& term : m->terms) {
        if (term->name == name) {
            term->box->setChecked(shown);
        }
    }
}

QColor CurvePlot::termColour(const QString& name) const {
    for (const auto& term : m->terms) {
        if (term->name == name) {
            return curveColour(term->colour, themeOf(*this).dark);
        }
    }
    return {};
}

bool CurvePlot::allShown() const { return m->all->isChecked(); }

void CurvePlot::setAllShown(bool shown) {
    m->all->setChecked(shown);
    m->all->setArrowType(shown ? Qt::DownArrow : Qt::RightArrow);
    m->details->setVisible(shown);
    m->detailsLegend->setVisible(shown);
    refresh();
}

bool CurvePlot::logarithmic() const { return m->logarithmic; }

void CurvePlot::setLogarithmic(bool on) {
    m->log->setChecked(on);
    if (std::exchange(m->logarithmic, on) == on) {
        return;
    }
    m->headline.setLogarithmic(on);
    m->losses.setLogarithmic(on);
    refresh();
}

/// Fills every curve again, soon.
void CurvePlot::refresh() {
    for (const auto& term : m->terms) {
        term->dirty = true;
    }
    m->redraw.start();
}

void CurvePlot::fill(Term& term) {
    const bool visible = drawn(term);
    const bool loss = term.kind == Kind::Training || term.kind == Kind::Validation;
    const bool log = m->logarithmic && loss;
    const auto placed = [log](double y) { return log && y <= 0 ? kNoValue : y; };
    const auto& buckets = term.series.buckets();
    QVector<double> x, y, smoothX, smoothY;
    for (const CurveSeries::Bucket& bucket : buckets) {
        x.append(bucket.first);
        y.append(placed(bucket.least));
        if (bucket.count > 1) {
            x.append(bucket.last);
            y.append(placed(bucket.most));
        }
        smoothX.append(bucket.last);
        smoothY.append(placed(bucket.smooth));
    }
    term.raw->setVisible(visible);
    term.raw->setData(x, y, true);
    if (term.smooth != nullptr) {
        term.smooth->setVisible(visible);
        term.smooth->setData(smoothX, smoothY, true);
        // A line needs two values; the first is a dot.
        term.smooth->setScatterStyle(buckets.size() > 1
                                         ? QCPScatterStyle(QCPScatterStyle::ssNone)
                                         : QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
    }
    if (!buckets.empty()) {
        const double last = term.smooth != nullptr ? buckets.back().smooth : buckets.back().most;
        const QString value = term.kind == Kind::Measure
                                  ? tr("  %L1 %").arg(last, 0, 'f', 1)
                                  : QStringLiteral("  %L1").arg(last, 0, 'g', 3);
        const QFontMetrics metrics = term.box->fontMetrics();
        const int room = width() - kBoxRoom - metrics.horizontalAdvance(value);
        const QString title = m->titleOf ? m->titleOf(term.name) : shortName(term.name, terms());
        const QString shown = metrics.elidedText(title, Qt::ElideMiddle, std::max(room, 40));
        term.box->setText(escapeMnemonics(shown) + value);
    }
    term.dirty = false;
}

void CurvePlot::redraw() {
    for (const auto& term : m->terms) {
        if (term->dirty) {
            fill(*term);
        }
    }
    for (const CurveChart& chart : {m->headline, m->losses, m->measures}) {
        fitWithAir(*chart.left);
        fitWithAir(*chart.right);
        chart.x->rescale(true);
    }
    m->headline.right->setRange(0, kPercent);
    m->measures.left->setRange(0, kPercent);
    m->plot->replot(QCustomPlot::rpQueuedReplot);
    m->details->replot(QCustomPlot::rpQueuedReplot);
}

int CurvePlot::pointsDrawn() const {
    int points = 0;
    for (const auto& term : m->terms) {
        if (drawn(*term)) {
            points += term->raw->dataCount();
            points += term->smooth != nullptr ? term->smooth->dataCount() : 0;
        }
    }
    return points;
}

QImage CurvePlot::render(QSize size, double devicePixelRatio) {
    redraw();
    m->plot->replot(); // now: a picture of the widget shows the same
    m->details->replot();
    return m->plot->toPixmap(size.width(), size.height(), devicePixelRatio).toImage();
}

void CurvePlot::applyColours() {
    const ThemeColours& theme = themeOf(*this);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.88);
    for (QCustomPlot* plot : {m->plot, m->details}) {
        plot->setBackground(QBrush(theme.ground));
    }
    for (const CurveChart& chart : {m->headline, m->losses, m->measures}) {
        chart.setColours(theme, small);
    }
    for (const auto& term : m->terms) {
        const QColor colour = curveColour(term->colour, theme.dark);
        const bool dashed = term->kind != Kind::Training;
        term->box->setIcon(swatch(colour, dashed ? Qt::DashLine : Qt::SolidLine));
        term->box->setToolTip(
            dashed ? tr("%1, on held-out music").arg(term->name)
                   : tr("%1: the thin line is measured, the thick one smoothed").arg(term->name));
        if (dashed) {
            term->raw->setPen(QPen(colour, 1.6, Qt::DashLine));
            term->raw->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, 5));
        } else {
            term->raw->setPen(QPen(faint(colour), 1));
            term->smooth->setPen(QPen(colour, 2));
        }
    }
}

void CurvePlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyColours();
        m->plot->replot(QCustomPlot::rpQueuedReplot);
        m->details->replot(QCustomPlot::rpQueuedReplot);
    }
}

} // namespace canto::widgets
