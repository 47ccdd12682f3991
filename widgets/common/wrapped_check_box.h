// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCheckBox>

namespace canto::widgets {

/// A check box whose text wraps where a line has no room for it, so that it never sets the width
/// of what surrounds it.
class WrappedCheckBox : public QCheckBox {
    Q_OBJECT

  public:
    explicit WrappedCheckBox(const QString& text, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    int heightForWidth(int width) const override;

  protected:
    void initStyleOption(QStyleOptionButton* option) const override;

  private:
    QSize sizeWith(const QString& lines) const; ///< of the whole check box
    QString wrapped(int width) const;           ///< in lines for this width of the check box
};

} // namespace canto::widgets
