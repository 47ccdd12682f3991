// SPDX-License-Identifier: GPL-3.0-or-later
// How the piano roll is drawn, but for its notes.

#include "widgets/common/theme.h"
#include "widgets/song/general_midi.h"
#include "widgets/song/pianoroll_layout.h"
#include "widgets/song/pianoroll_view.h"

#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

namespace canto::widgets {

namespace {

constexpr std::size_t kMostBars = 4000; ///< of the velocity lane, for one drawing

bool blackKey(int pitch) {
    const int step = pitch % 12;
    return step == 1 || step == 3 || step == 6 || step == 8 || step == 10;
}

bool inFrame(const music::Note& note, const RollFrame& shown) {
    return note.start < shown.to && note.end() > shown.from && note.pitch >= shown.pitches.low &&
           note.pitch <= shown.pitches.high;
}

} // namespace

void PianorollView::paintGround(QPainter& painter, const RollFrame& shown) const {
    const ThemeColours& colours = themeOf(*this);
    QColor shade = colours.text;
    shade.setAlphaF(0.035f);
    QColor octave = colours.line;
    octave.setAlphaF(0.6f);
    for (int pitch = shown.pitches.low; pitch <= shown.pitches.high; ++pitch) {
        const QRectF row(shown.area.left(), shown.yOf(pitch), shown.area.width(),
                         shown.rowHeight());
        if (blackKey(pitch)) {
            painter.fillRect(row, shade);
        }
        if (pitch % 12 == 0) {
            painter.fillRect(QRectF(row.left(), row.bottom() - 1, row.width(), 1), octave);
        }
    }
    const auto& metre = m_song->metre;
    QColor beatColour = colours.line;
    beatColour.setAlphaF(0.45f);
    const int first = metre.barAt(shown.from), last = metre.barAt(shown.to);
    const double barWidth = shown.xOf(metre.barStart(first + 1)) - shown.xOf(metre.barStart(first));
    const int every = std::max(1, static_cast<int>(std::ceil(8 / std::max(0.01, barWidth))));
    for (int bar = first; bar <= last; bar += every) {
        const music::Tick start = metre.barStart(bar);
        painter.fillRect(QRectF(shown.xOf(start), shown.area.top(), 1, shown.area.height()),
                         colours.line);
        const auto signature = metre.metreAt(start);
        const music::Tick beat =
            std::max<music::Tick>(1, m_song->ticksPerQuarter * 4 / signature.denominator);
        if (shown.xOf(start + beat) - shown.xOf(start) < 10) {
            continue;
        }
        for (music::Tick tick = start + beat; tick < metre.barStart(bar + 1); tick += beat) {
            painter.fillRect(QRectF(shown.xOf(tick), shown.area.top(), 1, shown.area.height()),
                             beatColour);
        }
    }
}

void PianorollView::paintRuler(QPainter& painter, const RollFrame& shown) const {
    const ThemeColours& colours = themeOf(*this);
    const QRectF ruler(0, kCaption, viewport()->width(), kRuler);
    painter.fillRect(ruler, colours.surface);
    painter.fillRect(QRectF(0, ruler.bottom() - 1, ruler.width(), 1), colours.line);
    painter.setFont(font());
    painter.setPen(colours.mutedText);
    const auto& metre = m_song->metre;
    const int first = metre.barAt(shown.from), last = metre.barAt(shown.to);
    const double barWidth = shown.xOf(metre.barStart(first + 1)) - shown.xOf(metre.barStart(first));
    int every = 1;
    while (every * barWidth < 36 && every < 1 << 20) {
        every *= 2;
    }
    painter.save();
    painter.setClipRect(QRectF(gutter(), ruler.top(), ruler.width() - gutter(), kRuler));
    for (int bar = first - first % every; bar <= last; bar += every) {
        const double x = shown.xOf(metre.barStart(bar));
        painter.fillRect(QRectF(x, ruler.bottom() - 7, 1, 6), colours.mutedText);
        painter.drawText(QRectF(x + 5, ruler.top(), 60, kRuler - 2),
                         Qt::AlignVCenter | Qt::AlignLeft, QLocale().toString(bar + 1));
    }
    painter.restore();
}

void PianorollView::paintKeys(QPainter& painter, const RollFrame& shown) const {
    const ThemeColours& colours = themeOf(*this);
    const QRectF column(0, shown.area.top(), gutter(), shown.area.height());
    painter.fillRect(column, colours.surface);
    painter.save();
    painter.setClipRect(column);
    QFont small = font();
    small.setPointSizeF(std::max(7.0, small.pointSizeF() - 1.5));
    painter.setFont(small);
    painter.setPen(colours.mutedText);
    const QFontMetricsF metrics(small);
    const double height = metrics.height();
    const auto name = [&](int pitch, const QString& text, double right) {
        const double middle = std::clamp(shown.yOf(pitch) + shown.rowHeight() / 2,
                                         column.top() + height / 2, column.bottom() - height / 2);
        painter.drawText(QRectF(4, middle - height / 2, right - 4, height),
                         Qt::AlignVCenter | Qt::AlignRight,
                         metrics.elidedText(text, Qt::ElideRight, right - 4));
    };
    if (m_drums) {
        // Drums that are played come first; the others where room is left between them.
        std::array<bool, 128> played{};
        for (const music::Note& note : m_song->notes) {
            played[note.pitch & 127U] = played[note.pitch & 127U] || note.isDrum();
        }
        std::vector<double> taken;
        for (const bool first : {true, false}) {
            for (int pitch = shown.pitches.high; pitch >= shown.pitches.low; --pitch) {
                const double y = shown.yOf(pitch);
                const bool free = std::all_of(taken.begin(), taken.end(), [&](double other) {
                    return std::abs(other - y) >= height - 2;
                });
                if (played[std::size_t(pitch)] == first && free && !drumName(pitch).isEmpty()) {
                    name(pitch, drumName(pitch), gutter() - 6);
                    taken.push_back(y);
                }
            }
        }
    } else {
        const bool everyKey = shown.rowHeight() >= height;
        const bool everyOctave = 12 * shown.rowHeight() >= height;
        for (int pitch = shown.pitches.low; pitch <= shown.pitches.high; ++pitch) {
            if (blackKey(pitch) && shown.rowHeight() >= 3) {
                QColor key = colours.text;
                key.setAlphaF(0.5f);
                painter.fillRect(
                    QRectF(gutter() - 12, shown.yOf(pitch) + 0.5, 11, shown.rowHeight() - 1), key);
            }
            if (everyKey || (pitch % 12 == 0 && (everyOctave || pitch % 24 == 0))) {
                name(pitch, pitchName(pitch), gutter() - 15);
            }
        }
    }
    painter.restore();
    painter.fillRect(QRectF(gutter() - 1, column.top(), 1, column.height()), colours.line);
}

void PianorollView::paintTracks(QPainter& painter) const {
    const ThemeColours& colours = themeOf(*this);
    const QRectF line(0, 0, viewport()->width(), kCaption);
    painter.fillRect(line, colours.surface);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setFont(font());
    const QFontMetricsF metrics(font());
    double right = line.right() - 12;
    // From the right, as many as leave half of the line to the caption.
    for (std::size_t at = m_song->tracks.size(); at-- > 0;) {
        const QString name = QString::fromUtf8(m_song->tracks[at].name.c_str());
        if (!m_sounding[at] || name.isEmpty()) {
            continue;
        }
        const QString shownName = metrics.elidedText(name, Qt::ElideRight, 120);
        const double width = metrics.horizontalAdvance(shownName) + 14;
        if (right - width < line.width() / 2) {
            break;
        }
        painter.setPen(colours.mutedText);
        painter.drawText(QRectF(right - width + 14, 0, width, kCaption), Qt::AlignVCenter,
                         shownName);
        painter.setPen(Qt::NoPen);
        painter.setBrush(trackColour(at, colours.dark));
        painter.drawRoundedRect(QRectF(right - width, kCaption / 2.0 - 4, 8, 8), 2, 2);
        right -= width + 14;
    }
    painter.setPen(colours.text);
    const double room = right - 24;
    const QString difference = differenceText();
    const QString caption =
        difference.isEmpty() ? m_caption : m_caption + QStringLiteral(" \u00b7 ") + difference;
    painter.drawText(QRectF(12, 0, room, kCaption), Qt::AlignVCenter,
                     metrics.elidedText(caption, Qt::ElideRight, room));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void PianorollView::paintPlayhead(QPainter& painter, const RollFrame& shown) const {
    if (m_playhead < shown.from || m_playhead > shown.to) {
        return;
    }
    const ThemeColours& colours = themeOf(*this);
    const double x = std::round(shown.xOf(m_playhead));
    painter.fillRect(QRectF(x - 0.5, shown.area.top(), 1.5, shown.area.height()), colours.accent);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.accent);
    painter.drawPolygon(QPolygonF{QPointF(x - 5, kCaption + kRuler - 9),
                                  QPointF(x + 5.5, kCaption + kRuler - 9),
                                  QPointF(x + 0.25, kCaption + kRuler - 1)});
}

void PianorollView::paintDifference(QPainter& painter, const RollFrame& shown) const {
    if (!m_difference) {
        return;
    }
    using Kind = music::NoteDifference::Kind;
    const ThemeColours& colours = themeOf(*this);
    painter.save();
    painter.setClipRect(shown.area);
    const auto hatch = [&](const music::NoteIndices& notes, Qt::BrushStyle style) {
        for (const std::size_t index : notes) {
            const music::Note& note = m_before->notes[index];
            if (inFrame(note, shown)) {
                QColor outline = colours.text;
                outline.setAlphaF(0.5f);
                painter.setPen(QPen(outline, 1));
                painter.setBrush(QBrush(outline, style));
                painter.drawRect(shown.boxOf(note).adjusted(0.5, 0.5, -0.5, -0.5));
            }
        }
    };
    hatch(m_difference->removed, Qt::BDiagPattern);
    hatch(m_difference->movedFrom, Qt::Dense6Pattern);
    for (std::size_t i = 0; i < m_difference->after.size() && i < m_song->notes.size(); ++i) {
        const Kind kind = m_difference->after[i];
        if (kind == Kind::Same || !inFrame(m_song->notes[i], shown)) {
            continue;
        }
        const QRectF box = shown.boxOf(m_song->notes[i]).adjusted(0.5, 0.5, -0.5, -0.5);
        painter.setPen(
            QPen(colours.accent, 1.5, kind == Kind::Changed ? Qt::DotLine : Qt::SolidLine));
        painter.setBrush(kind == Kind::Added ? QBrush(colours.accent) : QBrush(Qt::NoBrush));
        painter.drawRect(box);
    }
    painter.restore();
}

QString PianorollView::differenceText() const {
    if (!m_difference) {
        return {};
    }
    using Kind = music::NoteDifference::Kind;
    const auto count = [this](Kind kind) {
        return static_cast<int>(
            std::count(m_difference->after.begin(), m_difference->after.end(), kind));
    };
    QStringList parts;
    if (const int added = count(Kind::Added); added > 0) {
        parts.append(tr("%Ln added", nullptr, added));
    }
    if (const int removed = static_cast<int>(m_difference->removed.size()); removed > 0) {
        parts.append(tr("%Ln removed", nullptr, removed));
    }
    if (const int moved = count(Kind::Moved); moved > 0) {
        parts.append(tr("%Ln moved", nullptr, moved));
    }
    if (const int changed = count(Kind::Changed); changed > 0) {
        parts.append(tr("%Ln changed", nullptr, changed));
    }
    return parts.join(QStringLiteral(", "));
}

void PianorollView::paintSelection(QPainter& painter, const RollFrame& shown) const {
    const ThemeColours& colours = themeOf(*this);
    painter.save();
    painter.setClipRect(shown.area);
    painter.setBrush(Qt::NoBrush);
    for (const std::size_t index : m_selection) {
        if (index < m_song->notes.size() && inFrame(m_song->notes[index], shown)) {
            painter.setPen(QPen(colours.ground, 3));
            const QRectF box = shown.boxOf(m_song->notes[index]).adjusted(0, 0, 0, 0);
            painter.drawRect(box);
            painter.setPen(QPen(colours.text, 1.5));
            painter.drawRect(box);
        }
    }
    if (m_drag == Drag::Band && m_moved) {
        QColor inside = colours.accent;
        inside.setAlphaF(0.12f);
        painter.setPen(QPen(colours.accent, 1.5, Qt::DashLine));
        painter.setBrush(inside);
        painter.drawRect(QRectF(m_pressed, m_at).normalized());
    }
    painter.restore();
}

void PianorollView::paintLane(QPainter& painter, const RollFrame& shown) const {
    const QRectF lane = velocityLane();
    if (lane.isEmpty()) {
        return;
    }
    const ThemeColours& colours = themeOf(*this);
    painter.save();
    painter.fillRect(QRectF(0, lane.top(), viewport()->width(), lane.height()), colours.surface);
    painter.fillRect(QRectF(0, lane.top(), viewport()->width(), 1), colours.line);
    QFont small = font();
    small.setPointSizeF(std::max(7.0, small.pointSizeF() - 1.5));
    painter.setFont(small);
    painter.setPen(colours.mutedText);
    painter.drawText(QRectF(4, lane.top(), gutter() - 8, lane.height()),
                     Qt::AlignVCenter | Qt::AlignRight,
                     QFontMetricsF(small).elidedText(tr("Velocity"), Qt::ElideRight, gutter() - 8));
    painter.setClipRect(lane);
    std::size_t drawn = 0;
    const auto bar = [&](std::size_t index, const QColor& colour) {
        const music::Note& note = m_song->notes[index];
        if (note.start >= shown.from && note.start < shown.to && drawn < kMostBars) {
            const double height = (lane.height() - 6) * note.velocity / 127.0;
            painter.fillRect(QRectF(shown.xOf(note.start), lane.bottom() - height, 4, height),
                             colour);
            ++drawn;
        }
    };
    for (std::size_t i = 0; i < m_song->notes.size() && m_song->notes[i].start < shown.to; ++i) {
        QColor colour = trackColour(m_song->notes[i].track, colours.dark);
        colour.setAlphaF(m_selection.empty() ? 0.9f : 0.4f);
        bar(i, colour);
    }
    for (const std::size_t index : m_selection) {
        if (index < m_song->notes.size()) {
            bar(index, colours.accent);
        }
    }
    painter.restore();
}

} // namespace canto::widgets
