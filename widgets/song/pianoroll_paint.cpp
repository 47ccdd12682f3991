// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/pianoroll_paint.h"

#include "widgets/common/theme.h"

#include <QElapsedTimer>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace canto::widgets {

namespace {

constexpr int kMiniatureMs = 10;
/// Notes between two looks at the clock.
constexpr std::size_t kBetweenLooks = 256;

} // namespace

PitchRange pitchRange(const music::Song& song) {
    if (song.notes.empty()) {
        return {};
    }
    PitchRange range{127, 0};
    for (const music::Note& note : song.notes) {
        range.low = std::min<int>(range.low, note.pitch);
        range.high = std::max<int>(range.high, note.pitch);
    }
    // A pitch or two of air, and never so few rows that notes become slabs.
    range.low = std::max(0, range.low - 1);
    range.high = std::min(127, range.high + 1);
    while (range.high - range.low < 12) {
        range.low = std::max(0, range.low - 1);
        range.high = std::min(127, range.high + 1);
    }
    return range;
}

QColor trackColour(std::size_t track, bool dark) {
    // Hues a golden angle apart never come back; saturation stays far below that of classes.
    constexpr double kFirstHue = 265, kGoldenAngle = 137.50776405;
    const double hue = std::fmod(kFirstHue + kGoldenAngle * static_cast<double>(track), 360.0);
    const float shade = 0.07F * (static_cast<float>((track / 8) % 3) - 1) * (track < 8 ? 0 : 1);
    return QColor::fromHslF(static_cast<float>(hue / 360), 0.34F, (dark ? 0.66F : 0.47F) + shade);
}

double RollFrame::xOf(music::Tick tick) const {
    return area.left() + area.width() * static_cast<double>(tick - from) /
                             static_cast<double>(std::max<music::Tick>(1, to - from));
}

double RollFrame::rowHeight() const {
    return area.height() / std::max(1, pitches.high - pitches.low + 1);
}

double RollFrame::yOf(int pitch) const { return area.top() + (pitches.high - pitch) * rowHeight(); }

music::Tick RollFrame::tickAt(double x) const {
    const double share = (x - area.left()) / std::max(1.0, area.width());
    return from + std::llround(share * static_cast<double>(to - from));
}

int RollFrame::pitchAt(double y) const {
    const double row = std::floor((y - area.top()) / std::max(0.1, rowHeight()));
    return std::clamp(pitches.high - static_cast<int>(row), 0, 127);
}

QRectF RollFrame::boxOf(const music::Note& note) const {
    const bool rounded = rowHeight() >= 6;
    const double height = std::max(1.0, rowHeight() - (rowHeight() > 4 ? 1 : 0));
    const double left = xOf(note.start);
    double width = std::max(2.0, xOf(note.end()) - left - (rounded ? 0.5 : 0));
    if (note.isDrum()) {
        width = std::min(width, std::max(3.0, height)); // drum hits have no length
    }
    return {left, yOf(note.pitch), width, height};
}

std::size_t paintNotes(QPainter& painter, const music::Song& song, const RollFrame& frame,
                       std::size_t first, int milliseconds) {
    QElapsedTimer clock;
    clock.start();
    painter.save();
    painter.setClipRect(frame.area, Qt::IntersectClip);
    const bool rounded = frame.rowHeight() >= 6;
    painter.setRenderHint(QPainter::Antialiasing, rounded);
    painter.setPen(Qt::NoPen);
    std::size_t at = first;
    for (; at < song.notes.size(); ++at) {
        if (at % kBetweenLooks == 0 && at > first && clock.elapsed() >= milliseconds) {
            break;
        }
        const music::Note& note = song.notes[at];
        if (note.start >= frame.to) {
            at = song.notes.size(); // sorted by start: nothing visible follows
            break;
        }
        if (note.end() < frame.from || note.pitch < frame.pitches.low ||
            note.pitch > frame.pitches.high) {
            continue;
        }
        QColor colour = trackColour(note.track, frame.dark);
        const bool pale = note.track < frame.silent.size() && frame.silent[note.track];
        colour.setAlphaF((0.45f + 0.55f * static_cast<float>(note.velocity) / 127.0f) *
                         (pale ? 0.3f : 1.0f));
        const QRectF box = frame.boxOf(note);
        if (rounded) {
            painter.setBrush(colour);
            painter.drawRoundedRect(box, 2, 2);
        } else {
            painter.fillRect(box, colour);
        }
    }
    painter.restore();
    return at;
}

void paintMiniature(QPainter& painter, const QRectF& area, const music::Song& song, bool dark) {
    RollFrame frame;
    frame.area = area;
    frame.to = std::max<music::Tick>(song.endTick(), 1);
    frame.pitches = pitchRange(song);
    frame.dark = dark;
    paintNotes(painter, song, frame, 0, kMiniatureMs);
}

} // namespace canto::widgets
