// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolButton>

namespace canto::widgets {

/// A tool button whose text never sets the width of what surrounds it: where it has no room it is
/// elided, and the tooltip begins with the whole text.
class ElidedButton : public QToolButton {
    Q_OBJECT
    Q_PROPERTY(bool elided READ isElided)

  public:
    explicit ElidedButton(QWidget* parent = nullptr);

    /// Whether some of the text is left out at the present width.
    bool isElided() const;
    QSize minimumSizeHint() const override;

  protected:
    bool event(QEvent* event) override;
    void initStyleOption(QStyleOptionToolButton* option) const override;

  private:
    int roomBeside() const; ///< width of all but the text
};

} // namespace canto::widgets
