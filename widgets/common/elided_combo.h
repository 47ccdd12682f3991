// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace canto::widgets {

/// A combo box that does not grow with its longest entry: the current one is elided when it does
/// not fit and the tooltip shows it whole; the list that opens is as wide as its entries.
class ElidedCombo : public QComboBox {
    Q_OBJECT
    Q_PROPERTY(bool elided READ isElided)

  public:
    explicit ElidedCombo(QWidget* parent = nullptr);

    bool isElided() const;
    void showPopup() override;

  protected:
    bool event(QEvent* event) override;
    void initStyleOption(QStyleOptionComboBox* option) const override;
};

} // namespace canto::widgets
