// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QVector>

class QCheckBox;
class QDialogButtonBox;
class QLabel;
class QVBoxLayout;

namespace canto::widgets {

/// Which elements are carried from one song to another: a box for each. It does not stop the
/// window; every change is emitted, so that it can be previewed before it is done.
class TransferSheet : public QDialog {
    Q_OBJECT

  public:
    struct Element {
        QString title;
        bool advanced = false; ///< below the others, and not ticked at first
    };

    explicit TransferSheet(QWidget* parent = nullptr);

    /// Opens near a place of the screen, inside the parent. All but the advanced are ticked when
    /// `chosen` is empty.
    void ask(const QString& source, const QString& target, const QVector<Element>& elements,
             const QVector<int>& chosen, QPoint global);
    QVector<int> chosen() const;
    QCheckBox* box(int element) const { return m_boxes.value(element); }
    QDialogButtonBox* buttons() const { return m_buttons; }

  Q_SIGNALS:
    void chosenChanged(const QVector<int>& elements);

  private:
    QLabel* m_title;
    QVBoxLayout* m_column;
    QDialogButtonBox* m_buttons;
    QVector<QCheckBox*> m_boxes;
    QLabel* m_advanced;
};

} // namespace canto::widgets
