// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVariantMap>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;

namespace canto::app {

/// Settings of the keyboard, and the buttons to record and to find what was played. It shows values
/// and emits requests.
class KeyboardPanel : public QWidget {
    Q_OBJECT

  public:
    explicit KeyboardPanel(QWidget* parent = nullptr);

    /// 0 .. 127; -1: the keyboard's own channels and instruments.
    int program() const;
    int outChannel() const; ///< 0 .. 15
    bool playAlong() const;
    bool countIn() const;
    bool metronome() const;
    int bars() const; ///< to record; 0: as long as one plays
    int grid() const; ///< lines a quarter note; 0: as played
    bool follow() const;

    QPushButton* recordButton() const { return m_record; }
    QPushButton* nearestButton() const { return m_nearest; }
    QCheckBox* followBox() const { return m_follow; }
    QCheckBox* countInBox() const { return m_countIn; }
    QCheckBox* metronomeBox() const { return m_metronome; }
    QComboBox* programBox() const { return m_program; }
    QComboBox* gridBox() const { return m_grid; }
    QComboBox* barsBox() const { return m_bars; }
    QLabel* statusLabel() const { return m_status; }

  public Q_SLOTS:
    void setRecording(bool on);
    void setStatus(const QString& text);
    /// Why what is played cannot be found on the map; empty: it can.
    void setCannotFollow(const QString& why);
    /// As choices() returned; what is missing stays as it is.
    void setChoices(const QVariantMap& choices);
    QVariantMap choices() const;

  Q_SIGNALS:
    void changed(); ///< a choice
    void recordAsked(bool on);
    void nearestAsked();
    void inputsAsked();

  private:
    QComboBox *m_program, *m_channel, *m_bars, *m_grid;
    QCheckBox *m_play, *m_countIn, *m_metronome, *m_follow;
    QPushButton *m_record, *m_nearest;
    QLabel* m_status;
};

} // namespace canto::app
