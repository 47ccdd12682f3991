// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/elided_label.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QToolTip>
#include <algorithm>

namespace canto::widgets {
namespace {

constexpr int kLeastLabelLetters = 4; ///< room that a label asks for at least
constexpr int kWrappedLetters = 24;   ///< width that wrapped text prefers
constexpr int kToolTipLetters = 80;   ///< in a line of a tooltip
constexpr int kEndlessHeight = 1 << 20;

/// Lines of a tooltip, which does not wrap plain text by itself.
QString wrapped(const QString& text) {
    QString lines;
    qsizetype used = 0;
    for (const QString& word : text.split(QLatin1Char(' '))) {
        if (used > 0 && used + word.size() >= kToolTipLetters) {
            lines += QLatin1Char('\n');
            used = 0;
        } else if (used > 0) {
            lines += QLatin1Char(' ');
        }
        lines += word;
        used += word.size() + 1;
    }
    return lines;
}

} // namespace

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) { setTextFormat(Qt::PlainText); }

ElidedLabel::ElidedLabel(const QString& text, QWidget* parent) : ElidedLabel(parent) {
    setText(text);
}

void ElidedLabel::setText(const QString& text) {
    if (text != m_text) {
        m_text = text;
        fit();
        updateGeometry();
    }
}

bool ElidedLabel::isElided() const { return QLabel::text() != m_text; }

QString ElidedLabel::fitted(int width) const {
    const QFontMetrics metrics = fontMetrics();
    if (!wordWrap()) {
        return metrics.elidedText(m_text, Qt::ElideMiddle, width);
    }
    QString fits, word;
    const auto endWord = [&] {
        fits += metrics.elidedText(word, Qt::ElideMiddle, width);
        word.clear();
    };
    for (const QChar letter : m_text) {
        if (letter.isSpace() && letter != QChar::Nbsp) {
            endWord();
            fits += letter;
        } else {
            word += letter;
        }
    }
    endWord();
    return fits;
}

QSize ElidedLabel::around(QSize inside) const {
    const QMargins margins = contentsMargins();
    return {inside.width() + margins.left() + margins.right() + 2 * margin(),
            inside.height() + margins.top() + margins.bottom() + 2 * margin()};
}

QSize ElidedLabel::sizeHint() const {
    const QFontMetrics metrics = fontMetrics();
    const int whole = metrics.horizontalAdvance(m_text) + 1;
    if (!wordWrap()) {
        return around({whole, metrics.height()});
    }
    const int width =
        around({std::min(whole, kWrappedLetters * metrics.averageCharWidth()), 0}).width();
    return {width, heightForWidth(width)};
}

QSize ElidedLabel::minimumSizeHint() const {
    const QFontMetrics metrics = fontMetrics();
    return around({std::min(metrics.horizontalAdvance(m_text) + 1,
                            kLeastLabelLetters * metrics.averageCharWidth()),
                   metrics.height()});
}

int ElidedLabel::heightForWidth(int width) const {
    if (!wordWrap()) {
        return -1;
    }
    const int inside = std::max(width - around({}).width(), 1);
    const QRect bounds = fontMetrics().boundingRect(
        QRect(0, 0, inside, kEndlessHeight), Qt::TextWordWrap | Qt::AlignLeft, fitted(inside));
    return around({0, std::max(bounds.height(), fontMetrics().height())}).height();
}

void ElidedLabel::fit() { QLabel::setText(fitted(contentsRect().width() - 2 * margin())); }

bool ElidedLabel::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && isElided()) {
        showPlainToolTip(static_cast<QHelpEvent*>(event)->globalPos(), m_text, toolTip(), this);
        return true;
    }
    return QLabel::event(event);
}

void ElidedLabel::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    fit();
}

void ElidedLabel::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        fit();
    }
}

void ElidedLabel::contextMenuEvent(QContextMenuEvent* event) {
    if (!(textInteractionFlags() & Qt::TextSelectableByMouse) || m_text.isEmpty()) {
        QLabel::contextMenuEvent(event);
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    // What is selected may be cut short, so all of the text is copied then.
    const QString text = hasSelectedText() && !isElided() ? selectedText() : m_text;
    menu->addAction(tr("&Copy"), this, [text] { QApplication::clipboard()->setText(text); });
    menu->popup(event->globalPos());
}

void showPlainToolTip(QPoint global, const QString& text, const QString& extra, QWidget* widget) {
    QString lines = wrapped(text);
    if (!extra.isEmpty() && extra != text) {
        lines += QLatin1Char('\n') + wrapped(extra);
    }
    QToolTip::showText(global, lines, widget);
}

} // namespace canto::widgets
