// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/transfer/element_strip.h"
#include "widgets/transfer/separation_view.h"
#include "widgets/transfer/transfer_report.h"
#include "widgets/transfer/transfer_spec_table.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;
class QVBoxLayout;

namespace canto::app {

/// The content of the Transfer dock: the songs, the transfer spec, the results and the report on
/// the one that is shown. Shows values and emits requests.
class TransferDock : public QWidget {
    Q_OBJECT

  public:
    explicit TransferDock(QWidget* parent = nullptr);

    /// Sets the number of strips, one a song; emits stripMade for new ones.
    void setCount(int songs);
    int count() const { return int(m_strips.size()); }
    widgets::ElementStrip* strip(int song) const { return m_strips.value(song); }
    /// The song whose strip is under a screen position, or -1.
    int stripAt(QPoint global) const;
    /// Whether a screen position is on the Transfer panel.
    bool covers(QPoint global) const;
    void setTarget(int song); ///< marks the drop target; -1: none

    /// Newest first; empty: there is none. @param shown  position in the list.
    void setResults(const QStringList& titles, int shown);
    void setModelText(const QString& text); ///< why the model cannot transfer; empty: it can

    widgets::TransferSpecTable* spec() const { return m_spec; }
    widgets::TransferReport* report() const { return m_report; }
    widgets::SeparationView* separation() const { return m_separation; }
    QComboBox* results() const { return m_results; }
    widgets::DragChip* resultChip() const { return m_result; }
    QToolButton* playButton() const { return m_play; }
    QToolButton* beforeButton() const { return m_before; }
    QToolButton* saveButton() const { return m_save; }
    QToolButton* copyButton() const { return m_copy; }
    QToolButton* dragButton() const { return m_drag; }
    QToolButton* clearButton() const { return m_clear; }

  Q_SIGNALS:
    void stripMade(canto::widgets::ElementStrip* strip, int song);
    void resultChosen(int result);
    void dragOutAsked();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QLabel* m_hint;
    QVBoxLayout* m_songs;
    QVector<widgets::ElementStrip*> m_strips;
    QLabel* m_specTitle;
    widgets::TransferSpecTable* m_spec;
    QWidget* m_resultBox;
    QComboBox* m_results;
    widgets::DragChip* m_result;
    QToolButton *m_play, *m_before, *m_save, *m_copy, *m_drag, *m_clear;
    widgets::TransferReport* m_report;
    widgets::SeparationView* m_separation;
    QPoint m_pressed;
};

} // namespace canto::app
