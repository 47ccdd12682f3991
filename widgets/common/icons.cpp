// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/icons.h"

#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QSvgRenderer>

namespace canto::widgets {

namespace {

/// Elements on a grid of 24 x 24; %1 is the colour.
const char* drawing(Icon which) {
    switch (which) {
    case Icon::Play:
        return "<path d='M7 4.5v15l12.5-7.5z' fill='%1'/>";
    case Icon::Stop:
        return "<rect x='6' y='6' width='12' height='12' rx='1.5' fill='%1'/>";
    case Icon::ToStart:
        return "<path d='M19 5v14L8.5 12z' fill='%1'/><rect x='5' y='5' width='2.4' height='14' "
               "rx='1' fill='%1'/>";
    case Icon::Loop:
        return "<path d='M4 12V10.5A4.5 4.5 0 0 1 8.500 6H19M20 12v1.500A4.500 4.500 0 0 1 15.500 "
               "18H5M16 2.800L19.200 6 16 9.200M8 14.800L4.800 18 8 21.200' fill='none' "
               "stroke='%1' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'/>";
    case Icon::Panic:
        return "<path d='M8.400 3h7.200L21 8.400v7.200L15.600 21H8.400L3 15.600V8.400z' "
               "fill='none' "
               "stroke='%1' stroke-width='2' stroke-linejoin='round'/><path d='M12 7v6.500' "
               "stroke='%1' stroke-width='2.200' stroke-linecap='round'/><circle cx='12' cy='17' "
               "r='1.300' fill='%1'/>";
    case Icon::Volume:
        return "<path d='M4 9.500v5h3.500L12 18.500v-13L7.500 9.500z' fill='%1'/><path d='M15 "
               "9a4.200 4.200 0 0 1 0 6M17.600 6.400a7.900 7.900 0 0 1 0 11.200' fill='none' "
               "stroke='%1' stroke-width='1.800' stroke-linecap='round'/>";
    case Icon::Select:
        return "<path d='M6 3.500l12.500 8.800-5.600 1 3.200 6-2.700 1.400-3.100-6.100L6 18.500z' "
               "fill='%1'/>";
    case Icon::Hand:
        return "<path d='M12 3v18M3 12h18M9.500 5.500L12 3l2.500 2.500M9.500 18.500L12 "
               "21l2.500-2.500M5.500 "
               "9.500L3 12l2.500 2.500M18.500 9.500L21 12l-2.500 2.500' fill='none' stroke='%1' "
               "stroke-width='1.800' stroke-linecap='round' stroke-linejoin='round'/>";
    case Icon::Path:
        return "<path d='M6 17.500C10 17.500 7 7 12 7s3 7 7 -1.500' fill='none' stroke='%1' "
               "stroke-width='2' stroke-linecap='round'/><circle cx='5' cy='18' r='2.600' "
               "fill='%1'/><circle cx='19.300' cy='5' r='2.600' fill='%1'/>";
    case Icon::Fit:
        return "<path d='M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5' fill='none' stroke='%1' "
               "stroke-width='2' stroke-linecap='round' stroke-linejoin='round'/><circle cx='12' "
               "cy='12' r='2.500' fill='%1'/>";
    case Icon::Reverse:
        return "<path d='M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4' fill='none' stroke='%1' "
               "stroke-width='2' stroke-linecap='round' stroke-linejoin='round'/>";
    case Icon::Clear:
        return "<path d='M5 7h14M10 4h4M7 7l1 13h8l1-13M10.500 11v5.500M13.500 11v5.500' "
               "fill='none' "
               "stroke='%1' stroke-width='1.800' stroke-linecap='round' stroke-linejoin='round'/>";
    case Icon::Search:
        return "<circle cx='10.500' cy='10.500' r='5.500' fill='none' stroke='%1' "
               "stroke-width='2'/><path d='M14.800 14.800L20 20' stroke='%1' stroke-width='2' "
               "stroke-linecap='round'/>";
    case Icon::Close:
        return "<path d='M6.500 6.500l11 11M17.500 6.500l-11 11' stroke='%1' stroke-width='2' "
               "stroke-linecap='round'/>";
    case Icon::Info:
        return "<circle cx='12' cy='12' r='9' fill='none' stroke='%1' stroke-width='2'/><circle "
               "cx='12' cy='7.800' r='1.300' fill='%1'/><path d='M12 11.500V17' stroke='%1' "
               "stroke-width='2.200' stroke-linecap='round'/>";
    case Icon::Warning:
        return "<path d='M12 3.500L21.500 20h-19z' fill='none' stroke='%1' stroke-width='2' "
               "stroke-linejoin='round'/><path d='M12 10v4.500' stroke='%1' stroke-width='2.200' "
               "stroke-linecap='round'/><circle cx='12' cy='17.300' r='1.200' fill='%1'/>";
    case Icon::Error:
        return "<circle cx='12' cy='12' r='9' fill='none' stroke='%1' stroke-width='2'/><path "
               "d='M8.800 8.800l6.400 6.400M15.200 8.800l-6.400 6.400' stroke='%1' "
               "stroke-width='2' "
               "stroke-linecap='round'/>";
    }
    return "";
}

QPixmap drawn(Icon which, const QColor& colour, int side) {
    const QString svg =
        QStringLiteral("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>%1</svg>")
            .arg(QString::fromLatin1(drawing(which)).arg(colour.name()));
    QSvgRenderer renderer(svg.toUtf8());
    QPixmap pixmap(side, side);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    return pixmap;
}

} // namespace

QIcon icon(Icon which, const QPalette& palette) {
    QIcon result;
    for (const int side : {16, 20, 24, 32, 48, 64}) {
        result.addPixmap(drawn(which, palette.color(QPalette::Active, QPalette::WindowText), side));
        result.addPixmap(
            drawn(which, palette.color(QPalette::Disabled, QPalette::WindowText), side),
            QIcon::Disabled);
    }
    return result;
}

} // namespace canto::widgets
