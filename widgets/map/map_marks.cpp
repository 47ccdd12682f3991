// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/map_marks.h"

#include "widgets/common/text.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace canto::widgets {

namespace {

constexpr double kChipRadius = 10;
constexpr double kArrowSpacing = 90;

QColor withAlpha(QColor colour, double alpha) {
    colour.setAlphaF(static_cast<float>(alpha));
    return colour;
}

/// A line that stays visible on any points: a wide one in the ground's colour below.
void strokeTwice(QPainter& painter, const QPainterPath& path, QPen pen, const QColor& ground) {
    QPen below = pen;
    below.setColor(withAlpha(ground, 0.85));
    below.setWidthF(pen.widthF() + 3);
    below.setStyle(Qt::SolidLine);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(below);
    painter.drawPath(path);
    painter.setPen(pen);
    painter.drawPath(path);
}

void ring(QPainter& painter, QPointF at, double radius, QPen pen, const QColor& ground) {
    QPainterPath path;
    path.addEllipse(at, radius, radius);
    strokeTwice(painter, path, std::move(pen), ground);
}

QPainterPath lineThrough(const QVector<QPointF>& places, const MapView& view) {
    QPainterPath line;
    for (qsizetype i = 0; i < places.size(); ++i) {
        const QPointF at = view.toPixel(places[i]);
        i == 0 ? line.moveTo(at) : line.lineTo(at);
    }
    return line;
}

/// A rounded box with text, kept inside the view and off what is taken.
void pill(QPainter& painter, QPointF corner, const QString& text, const MapView& view,
          const ThemeColours& colours, const QColor& edge, const QRectF& taken = {}) {
    const QFontMetricsF metrics(painter.font());
    const QRectF words = metrics.boundingRect(
        QRectF(0, 0, std::min(320.0, view.size.width() - 24), 400), Qt::TextWordWrap, text);
    QRectF box(corner, words.size() + QSizeF(20, 12));
    box.moveLeft(std::clamp(box.left(), 8.0, std::max(8.0, view.size.width() - box.width() - 8)));
    box.moveTop(std::clamp(box.top(), 8.0, std::max(8.0, view.size.height() - box.height() - 8)));
    if (box.intersects(taken)) {
        box.moveRight(taken.left() - 8);
    }
    painter.setPen(QPen(edge, 1));
    painter.setBrush(withAlpha(colours.raised, 0.95));
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setPen(colours.text);
    painter.drawText(box.adjusted(10, 6, -10, -6), Qt::TextWordWrap | Qt::AlignVCenter, text);
}

void paintLabels(QPainter& painter, const MapMarks& marks, const MapView& view,
                 const ThemeColours& colours) {
    QFont font = painter.font();
    font.setPointSizeF(font.pointSizeF() + 1);
    font.setWeight(QFont::DemiBold);
    painter.save();
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    QVector<QRectF> taken{marks.taken};
    for (const MapLabel& label : marks.labels) { // commonest first: it keeps its place
        const QSizeF size(metrics.horizontalAdvance(label.text), metrics.height());
        const QPointF middle = view.toPixel(label.place);
        const QRectF box(middle - QPointF(size.width() / 2, size.height() / 2), size);
        const QRectF wanted = box.adjusted(-6, -2, 6, 2);
        const bool crowded = std::any_of(taken.cbegin(), taken.cend(), [&](const QRectF& other) {
            return other.intersects(wanted);
        });
        if (!label.shown || crowded || !QRectF(QPointF(0, 0), view.size).contains(wanted)) {
            continue;
        }
        taken.push_back(wanted);
        QPainterPath text;
        text.addText(box.left(), box.top() + metrics.ascent(), font, label.text);
        painter.setPen(
            QPen(withAlpha(colours.ground, 0.9), 4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(text);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colours.text);
        painter.drawPath(text);
    }
    painter.restore();
}

void paintPath(QPainter& painter, const MapMarks& marks, const MapView& view,
               const ThemeColours& colours) {
    if (marks.path.isEmpty()) {
        return;
    }
    strokeTwice(painter, lineThrough(marks.path, view),
                QPen(colours.accent, 2.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin),
                colours.ground);
    QVector<QPointF> pixels;
    for (const QPointF& place : marks.path) {
        pixels.push_back(view.toPixel(place));
    }
    painter.setPen(QPen(colours.ground, 1));
    painter.setBrush(colours.accent);
    for (const Arrow& arrow : arrowsAlong(pixels, kArrowSpacing)) {
        const QPointF across(-arrow.direction.y(), arrow.direction.x());
        const QPointF tip = arrow.place + arrow.direction * 7;
        const QPointF back = arrow.place - arrow.direction * 5;
        painter.drawPolygon(QPolygonF{tip, back + across * 6, arrow.place - arrow.direction * 2,
                                      back - across * 6});
    }
    for (qsizetype i = 0; i < pixels.size(); ++i) {
        const double radius = i == marks.anchorUnderCursor ? 7 : 5;
        painter.setPen(QPen(colours.accent, 2));
        painter.setBrush(colours.raised);
        painter.drawEllipse(pixels[i], radius, radius);
    }
}

void paintSteps(QPainter& painter, const MapMarks& marks, const MapView& view,
                const ThemeColours& colours) {
    QFont font = painter.font();
    font.setPointSizeF(std::max(7.0, font.pointSizeF() - 1));
    font.setWeight(QFont::DemiBold);
    painter.save();
    painter.setFont(font);
    // The first of chips that would cover each other wins; the active one always shows.
    QVector<QPointF> taken;
    const auto chip = [&](int step) {
        const QPointF at = view.toPixel(marks.steps[step]);
        const bool active = step == marks.activeStep;
        painter.setPen(QPen(active ? colours.ground : colours.accent, 1.5));
        painter.setBrush(active ? colours.accent : colours.raised);
        painter.drawEllipse(at, kChipRadius, kChipRadius);
        painter.setPen(active ? colours.onAccent : colours.text);
        painter.drawText(QRectF(at - QPointF(kChipRadius, kChipRadius),
                                QSizeF(2 * kChipRadius, 2 * kChipRadius)),
                         Qt::AlignCenter, QLocale().toString(step + 1));
        taken.push_back(at);
    };
    if (marks.activeStep >= 0 && marks.activeStep < marks.steps.size()) {
        chip(marks.activeStep);
    }
    for (int step = 0; step < marks.steps.size(); ++step) {
        const QPointF at = view.toPixel(marks.steps[step]);
        if (step != marks.activeStep && hit(taken, at, 1.6 * kChipRadius) < 0) {
            chip(step);
        } else if (step != marks.activeStep) {
            painter.setPen(QPen(colours.accent, 1.5));
            painter.setBrush(colours.raised);
            painter.drawEllipse(at, 3, 3);
        }
    }
    painter.restore();
}

/// The cell around which a class is dense and rather alone: the number of its points in the cells
/// around times their share of all points there. The densest cell of a class by number alone may
/// be one where another class is denser still. @param own, all  Side x Side counts.
template <int Side>
int ownRegion(std::span<const std::uint32_t> own, std::span<const std::uint32_t> all) {
    constexpr int kAround = 2;
    double most = -1;
    int best = 0;
    for (int at = 0; at < Side * Side; ++at) {
        if (own[static_cast<std::size_t>(at)] == 0) {
            continue;
        }
        double mine = 0, any = 0;
        for (int y = std::max(0, at / Side - kAround); y <= std::min(Side - 1, at / Side + kAround);
             ++y) {
            for (int x = std::max(0, at % Side - kAround);
                 x <= std::min(Side - 1, at % Side + kAround); ++x) {
                mine += own[static_cast<std::size_t>(y * Side + x)];
                any += all[static_cast<std::size_t>(y * Side + x)];
            }
        }
        // The cell itself breaks ties: a label stands on points of its class.
        const double score = mine * mine / any + 1e-6 * own[static_cast<std::size_t>(at)];
        if (score > most) {
            most = score;
            best = at;
        }
    }
    return best;
}

} // namespace

std::vector<MapLabel> densestPlaces(const MapSnapshot& snapshot, const MapColouring& colouring) {
    constexpr int kSide = 48;
    const std::size_t classes = colouring.names.size() - (colouring.lastIsUnlabelled ? 1 : 0);
    const QRectF box = snapshot.bounds();
    std::vector<MapLabel> labels;
    if (classes < 2 || classes > 24 || box.isNull() ||
        colouring.classes.size() != snapshot.size()) {
        return labels;
    }
    const auto cell = [](double value, double low, double extent) {
        return extent > 0
                   ? std::clamp(static_cast<int>((value - low) / extent * kSide), 0, kSide - 1)
                   : 0;
    };
    constexpr int kCells = kSide * kSide;
    // The last layer counts the points of all classes.
    std::vector<std::uint32_t> counts((classes + 1) * kCells, 0);
    std::vector<std::size_t> totals(classes, 0);
    // By row rather than in drawing order, which jumps through memory.
    for (std::size_t row = 0; row < snapshot.size(); ++row) {
        const std::size_t c = colouring.classes[row];
        if (!std::isfinite(snapshot.x()[row]) || !std::isfinite(snapshot.y()[row])) {
            continue;
        }
        const int x = cell(snapshot.x()[row], box.left(), box.width());
        const int y = cell(snapshot.y()[row], box.top(), box.height());
        const auto at = static_cast<std::size_t>(y * kSide + x);
        ++counts[classes * kCells + at];
        if (c < classes) {
            ++counts[c * kCells + at];
            ++totals[c];
        }
    }
    for (std::size_t c = 0; c < classes; ++c) {
        if (totals[c] * 100 < snapshot.order().size() || totals[c] == 0) {
            continue;
        }
        const int best = ownRegion<kSide>(std::span(counts).subspan(c * kCells, kCells),
                                          std::span(counts).subspan(classes * kCells, kCells));
        const QPointF share((best % kSide + 0.5) / kSide,
                            (static_cast<int>(best / kSide) + 0.5) / kSide);
        labels.push_back(
            {oneLine(colouring.names[c]),
             QPointF(box.left() + share.x() * box.width(), box.top() + share.y() * box.height()), c,
             totals[c], true});
    }
    std::stable_sort(labels.begin(), labels.end(),
                     [](const MapLabel& a, const MapLabel& b) { return a.count > b.count; });
    return labels;
}

void paintMarks(QPainter& painter, const MapMarks& marks, const MapView& view,
                const ThemeColours& colours, double pointRadius) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    paintLabels(painter, marks, view, colours);
    paintPath(painter, marks, view, colours);
    paintSteps(painter, marks, view, colours);
    if (marks.target) {
        ring(painter, view.toPixel(*marks.target), pointRadius + 9, QPen(colours.accent, 3),
             colours.ground);
    }
    if (marks.marked) {
        ring(painter, view.toPixel(*marks.marked), pointRadius + 4, QPen(colours.text, 2),
             colours.ground);
    }
    if (marks.decoded && marks.trail.size() > 1) {
        strokeTwice(painter, lineThrough(marks.trail, view),
                    QPen(colours.accent, 2, Qt::DotLine, Qt::RoundCap, Qt::RoundJoin),
                    colours.ground);
        ring(painter, view.toPixel(marks.trail.first()), 5, QPen(colours.accent, 1.5),
             colours.ground);
    }
    if (marks.decoded) {
        const QPointF at = view.toPixel(*marks.decoded);
        QPen pen(marks.extrapolated ? colours.warning : colours.accent, 2.5);
        if (marks.extrapolated) {
            pen.setDashPattern({2.2, 1.6});
            pen.setCapStyle(Qt::FlatCap);
        }
        ring(painter, at, 11, pen, colours.ground);
        painter.setPen(Qt::NoPen);
        painter.setBrush(pen.color());
        painter.drawEllipse(at, 2.5, 2.5);
        QString text = marks.card;
        if (marks.extrapolated) {
            const QString outside = LatentMap::tr("outside the library");
            text = text.isEmpty() ? outside : outside + QLatin1Char('\n') + text;
        }
        if (!text.isEmpty() && QRectF(QPointF(0, 0), view.size).contains(at)) {
            pill(painter, at + QPointF(20, -16), text, view, colours,
                 marks.extrapolated ? colours.warning : colours.line, marks.taken);
        }
    }
}

void paintMoving(QPainter& painter, const MapMarks& marks, const MapView& view,
                 const ThemeColours& colours, double pointRadius) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    if (marks.hovered) {
        ring(painter, view.toPixel(*marks.hovered), pointRadius + 3, QPen(colours.text, 1.5),
             colours.ground);
    }
    if (marks.keyboard) {
        const QPointF at = view.toPixel(*marks.keyboard);
        QPainterPath square;
        square.addRoundedRect(QRectF(at - QPointF(9, 9), QSizeF(18, 18)), 3, 3);
        strokeTwice(painter, square, QPen(colours.accent, 2), colours.ground);
    }
    if (marks.pulse) {
        ring(painter, view.toPixel(*marks.pulse), 6 + 24 * marks.pulseAge,
             QPen(withAlpha(colours.accent, 1 - marks.pulseAge), 2.5),
             withAlpha(colours.ground, 0));
    }
    if (!marks.drawing.isEmpty()) {
        strokeTwice(painter, lineThrough(marks.drawing, view),
                    QPen(colours.accent, 2.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin),
                    colours.ground);
    }
    if (marks.rubberEnd && marks.pathAdding && !marks.path.isEmpty()) {
        painter.setPen(QPen(colours.accent, 1.5, Qt::DashLine));
        painter.drawLine(view.toPixel(marks.path.last()), view.toPixel(*marks.rubberEnd));
    }
    if (marks.playhead && marks.playheadState != LatentMap::PlayheadState::Hidden) {
        const QPointF at = view.toPixel(*marks.playhead);
        const bool filled = marks.playheadState == LatentMap::PlayheadState::Playing;
        painter.setPen(Qt::NoPen);
        painter.setBrush(withAlpha(colours.accent, 0.25));
        painter.drawEllipse(at, 15, 15);
        QPen pen(filled ? colours.ground : colours.accent, 2);
        if (marks.playheadState == LatentMap::PlayheadState::Waiting) {
            pen.setDashPattern({1.5, 1.5});
        }
        painter.setPen(pen);
        painter.setBrush(filled ? colours.accent : colours.raised);
        painter.drawEllipse(at, 8, 8);
    }
    if (marks.busy) {
        const QPointF at = view.toPixel(*marks.busy);
        ring(painter, at, 11, QPen(withAlpha(colours.accent, 0.3), 2.5), colours.ground);
        painter.setPen(QPen(colours.accent, 2.5, Qt::SolidLine, Qt::RoundCap));
        painter.drawArc(QRectF(at - QPointF(11, 11), QSizeF(22, 22)),
                        static_cast<int>(-marks.busyTurn * 360 * 16), 100 * 16);
    }
    painter.setPen(QPen(colours.accent, 1.5, Qt::DashLine));
    painter.setBrush(withAlpha(colours.accent, 0.12));
    if (!marks.rectangle.isNull()) {
        painter.drawRect(marks.rectangle);
    }
    if (marks.lasso.size() > 1) {
        painter.drawPolygon(marks.lasso);
    }
    const QFontMetricsF metrics(painter.font());
    if (!marks.selectionText.isEmpty()) {
        pill(painter, QPointF(12, view.size.height() - metrics.height() - 24), marks.selectionText,
             view, colours, colours.line);
    }
    if (!marks.message.isEmpty() && marks.empty) {
        painter.setPen(colours.mutedText);
        painter.drawText(QRectF(QPointF(24, 24), view.size - QSizeF(48, 48)),
                         Qt::AlignCenter | Qt::TextWordWrap, marks.message);
    } else if (!marks.message.isEmpty()) {
        const double width = std::min(320.0, metrics.horizontalAdvance(marks.message)) + 20;
        pill(painter,
             QPointF((view.size.width() - width) / 2, view.size.height() - metrics.height() - 24),
             marks.message, view, colours, colours.line);
    }
}

} // namespace canto::widgets
