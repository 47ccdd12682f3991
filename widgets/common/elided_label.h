// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace canto::widgets {

/// A label whose text never sets the width of what surrounds it. One line is elided in the middle;
/// with setWordWrap(true) the text wraps and single words that are wider than the label (checksums,
/// file names) are elided. The tooltip shows the whole text while some of it is left out, followed
/// by the label's own tooltip. The text is plain: it is never read as markup.
class ElidedLabel : public QLabel {
    Q_OBJECT
    Q_PROPERTY(bool elided READ isElided)

  public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    explicit ElidedLabel(const QString& text, QWidget* parent = nullptr);

    /// The whole text; hides QLabel's, which is what fits.
    QString text() const { return m_text; }
    void setText(const QString& text);
    /// Whether some of the text is left out at the present width.
    bool isElided() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    int heightForWidth(int width) const override;

  protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

  private:
    QString fitted(int width) const; ///< the text that fits into `width` pixels
    QSize around(QSize inside) const;
    void fit();

    QString m_text;
};

/// Shows a plain text as a tooltip, wrapped when it is long. @param extra  a second paragraph.
void showPlainToolTip(QPoint global, const QString& text, const QString& extra, QWidget* widget);

} // namespace canto::widgets
