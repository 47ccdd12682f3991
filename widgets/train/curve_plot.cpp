#include "widgets/train/curve_plot.h"

#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/map/plot_header.h"
#include "widgets/train/curve_series.h"

#include <QCheckBox>
#include <QEvent>
#include <QGridLayout>
#include <QPainter>
#include <QVBoxLayout>
#include <cmath>
#include <limits>
#include <vector>

namespace canto::widgets {

namespace {

constexpr int kRedrawMs = 100;
constexpr int kBoxRoom = 52; ///< of the box and the line beside a name in the legend
constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// What people read: "autoencoder.reconstruction" is "reconstruction", unless another term of the
/// list would be called the same.
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

} // namespace

struct CurvePlot::Term {
    QString name;
    Kind kind = Kind::Training;
    int colour = 0; ///< index into the palette
    CurveSeries series;
    bool dirty = false;
    QCPGraph* raw = nullptr;
    QCPGraph* smooth = nullptr; ///< null where validations are too few to be smoothed
    QCheckBox* box = nullptr;
};

struct CurvePlot::Parts {
    QCustomPlot* plot = nullptr;
    QWidget* legend = nullptr;
    QGridLayout* rows = nullptr;
    QCheckBox* log = nullptr;
    std::vector<std::unique_ptr<Term>> terms;
    QTimer redraw;
    bool logarithmic = false;
};

CurvePlot::CurvePlot(QWidget* parent) : QWidget(parent), m(std::make_unique<Parts>()) {
    setObjectName(QStringLiteral("curvePlot"));
    m->plot = new QCustomPlot(this);
    m->plot->setMinimumHeight(150);
    m->plot->setAccessibleName(tr("Curves of the training run"));
    m->plot->setAutoAddPlottableToLegend(false);
    m->plot->xAxis->setLabel(tr("step"));
    m->plot->yAxis->setLabel(tr("loss"));
    m->plot->yAxis2->setLabel(tr("validation"));
    m->plot->yAxis->setPadding(2);
    for (QCPAxis* axis : {m->plot->xAxis, m->plot->yAxis, m->plot->yAxis2}) {
        axis->ticker()->setTickCount(4);
        axis->setLabelPadding(3);
    }
    m->log = new QCheckBox(tr("&Logarithmic axis"), this);
    m->log->setObjectName(QStringLiteral("logAxis"));
    m->log->setMinimumHeight(24);
    m->log->setToolTip(tr("Losses on a logarithmic axis; values of zero and less leave gaps"));
    m->legend = new QWidget(this);
    m->rows = new QGridLayout(m->legend);
    m->rows->setContentsMargins(0, 0, 0, 0);
    m->rows->setHorizontalSpacing(6);
    m->rows->setVerticalSpacing(2);
    m->rows->setColumnStretch(0, 1);
    m->rows->setColumnStretch(1, 1);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(6);
    all->addWidget(m->plot, 1);
    all->addWidget(m->log);
    all->addWidget(m->legend);
    m->redraw.setSingleShot(true);
    m->redraw.setInterval(kRedrawMs);
    connect(&m->redraw, &QTimer::timeout, this, &CurvePlot::redraw);
    connect(m->log, &QCheckBox::toggled, this, &CurvePlot::setLogarithmic);
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
    QCPAxis* y = kind == Kind::Measure ? m->plot->yAxis2 : m->plot->yAxis;
    made->raw = m->plot->addGraph(m->plot->xAxis, y);
    if (kind == Kind::Training) {
        made->smooth = m->plot->addGraph(m->plot->xAxis, y);
    }
    made->box = new QCheckBox(m->legend);
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
    m->plot->yAxis2->setVisible(m->plot->yAxis2->visible() || kind == Kind::Measure);
    applyColours();
    placeLegend();
    return *term;
}

void CurvePlot::placeLegend() {
    for (int i = 0; i < int(m->terms.size()); ++i) {
        QCheckBox* box = m->terms[std::size_t(i)]->box;
        m->rows->addWidget(box, i / 2, i % 2);
        box->show();
    }
    m->legend->updateGeometry();
}

void CurvePlot::addPoint(const QString& name, Kind kind, double step, double value) {
    Term& term = termNamed(name, kind);
    term.series.add(step, value);
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
    m->plot->clearGraphs();
    m->plot->yAxis2->setVisible(false);
    m->redraw.start();
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
        if (term->name == name && term->box->isChecked()) {
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

bool CurvePlot::logarithmic() const { return m->logarithmic; }

void CurvePlot::setLogarithmic(bool on) {
    m->log->setChecked(on);
    if (std::exchange(m->logarithmic, on) == on) {
        return;
    }
    QSharedPointer<QCPAxisTicker> ticker;
    if (on) {
        ticker.reset(new QCPAxisTickerLog);
    } else {
        ticker.reset(new QCPAxisTicker);
    }
    ticker->setTickCount(4);
    m->plot->yAxis->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    m->plot->yAxis->setTicker(ticker);
    for (const auto& term : m->terms) {
        term->dirty = true;
    }
    m->redraw.start();
}

void CurvePlot::fill(Term& term) {
    const bool shown = term.box->isChecked();
    const bool log = m->logarithmic && term.kind != Kind::Measure;
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
    term.raw->setVisible(shown);
    term.raw->setData(x, y, true);
    if (term.smooth != nullptr) {
        term.smooth->setVisible(shown);
        term.smooth->setData(smoothX, smoothY, true);
    }
    if (!buckets.empty()) {
        const double last = term.smooth != nullptr ? buckets.back().smooth : buckets.back().most;
        const QString value = QStringLiteral("  %1").arg(last, 0, 'g', 3);
        const QFontMetrics metrics = term.box->fontMetrics();
        const int room = m->legend->width() / 2 - kBoxRoom - metrics.horizontalAdvance(value);
        term.box->setText(escapeMnemonics(metrics.elidedText(shortName(term.name, terms()),
                                                             Qt::ElideMiddle, std::max(room, 40))) +
                          value);
    }
    term.dirty = false;
}

void CurvePlot::redraw() {
    for (const auto& term : m->terms) {
        if (term->dirty) {
            fill(*term);
        }
    }
    m->plot->rescaleAxes(true);
    if (!m->logarithmic) { // air above and below, and a flat line in the middle
        QCPRange range = m->plot->yAxis->range();
        const double air = std::max(0.05 * range.size(), 1e-9);
        m->plot->yAxis->setRange(range.lower - air, range.upper + air);
    }
    const QCPRange right = m->plot->yAxis2->range();
    m->plot->yAxis2->setRange(std::min(0.0, right.lower), std::max(1.0, right.upper * 1.05));
    m->plot->replot(QCustomPlot::rpQueuedReplot);
}

int CurvePlot::pointsDrawn() const {
    int points = 0;
    for (const auto& term : m->terms) {
        if (term->box->isChecked()) {
            points += term->raw->dataCount();
            points += term->smooth != nullptr ? term->smooth->dataCount() : 0;
        }
    }
    return points;
}

QImage CurvePlot::render(QSize size, double devicePixelRatio) {
    redraw();
    m->plot->replot(); // now: a picture of the widget shows the same
    return m->plot->toPixmap(size.width(), size.height(), devicePixelRatio).toImage();
}

void CurvePlot::applyColours() {
    const ThemeColours& theme = themeOf(*this);
    m->plot->setBackground(QBrush(theme.ground));
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.88);
    for (QCPAxis* axis : {m->plot->xAxis, m->plot->yAxis, m->plot->yAxis2}) {
        axis->setBasePen(QPen(theme.line));
        axis->setTickPen(QPen(theme.line));
        axis->setSubTickPen(QPen(theme.line));
        axis->setTickLabelColor(theme.mutedText);
        axis->setLabelColor(theme.mutedText);
        axis->setTickLabelFont(small);
        axis->setLabelFont(small);
        axis->grid()->setPen(QPen(theme.line, 1, Qt::DotLine));
        axis->grid()->setZeroLinePen(QPen(theme.line));
    }
    const auto& palette = classPalette(theme.dark);
    for (const auto& term : m->terms) {
        const QColor colour = palette[std::size_t(term->colour) % palette.size()];
        const bool dashed = term->kind != Kind::Training;
        term->box->setIcon(swatch(colour, dashed ? Qt::DashLine : Qt::SolidLine));
        term->box->setToolTip(dashed ? tr("%1, on music held out").arg(term->name)
                                     : tr("%1: thin as measured, strong smoothed").arg(term->name));
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
    }
}

} // namespace canto::widgets
