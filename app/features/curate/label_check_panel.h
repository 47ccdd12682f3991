// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QVector>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;

namespace canto::app {

/// A song whose neighbours have another label.
struct LabelCheckRow {
    qint64 song = 0; ///< its id
    qint64 row = -1; ///< the point that speaks most for the suggestion
    QString title;
    QString label, suggested; ///< values, as the library has them
    QString labelText, suggestedText;
    double share = 0;    ///< of the neighbours, with the suggested label
    double strength = 0; ///< see projection::LabelDoubt
};

/// The panel "Check labels": songs whose neighbours have another label, and what can be done with
/// those that are selected in it or on the map. Thread: GUI.
class LabelCheckPanel : public QWidget {
    Q_OBJECT

  public:
    static constexpr int kMostRows = 2000; ///< listed; the text above says of how many

    explicit LabelCheckPanel(QWidget* parent = nullptr);

    void setColumn(const QString& title, const QStringList& classes, const QString& problem);
    void setRows(const QVector<LabelCheckRow>& rows);
    void setChecking(bool checking);
    void setStatus(const QString& text);
    /// @param songs  selected on the map: they are changed where none is selected in the list.
    void setSelectedOnMap(int songs);

    const QVector<LabelCheckRow>& rows() const { return m_rows; }
    /// Of the rows that are selected in the list, in their order.
    QVector<LabelCheckRow> selected() const;
    QTreeWidget* list() const { return m_list; }
    QComboBox* label() const { return m_label; }

  Q_SIGNALS:
    void checkAsked();
    void cancelAsked();
    void rowChosen(qint64 row);
    void acceptAsked();
    void labelAsked(const QString& value); ///< text of the field; empty: no label
    void tagAsked(const QString& tag);
    void removeAsked();

  private:
    void showTargets();

    QLabel *m_column, *m_status, *m_targets;
    QPushButton *m_check, *m_accept, *m_setLabel, *m_addTag, *m_remove;
    QTreeWidget* m_list;
    QComboBox* m_label;
    QLineEdit* m_tag;
    QVector<LabelCheckRow> m_rows;
    QString m_problem;
    int m_onMap = 0;
    bool m_checking = false;
};

} // namespace canto::app
