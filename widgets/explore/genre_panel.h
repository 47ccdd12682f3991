// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QVector>
#include <QWidget>
#include <vector>

class QCheckBox;
class QLabel;
class QSlider;
class QToolButton;

namespace canto::widgets {

class ElidedLabel;

/// A bar whose length is a share from 0 to 1.
class ShareBar : public QWidget {
    Q_OBJECT

  public:
    ShareBar(QColor colour, QWidget* parent);
    void setShares(double before, double now);
    double now() const { return m_now; }
    QSize sizeHint() const override { return {60, 16}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QColor m_colour;
    double m_before = 0, m_now = 0;
};

/// The classes of the prior: how close the phrase is to each before and after a move, a button to
/// move it there, one to generate a new phrase of the class, and the amount of a move.
class GenrePanel : public QWidget {
    Q_OBJECT

  public:
    struct Genre {
        QString name;
        QColor colour;
        QString description = {}; ///< a tooltip; may be empty
    };

    explicit GenrePanel(QWidget* parent = nullptr);

    void setGenres(const QVector<Genre>& genres);
    /// What the classes are: "genre", "emotion", "composer".
    void setLabelKind(const QString& kind);
    int count() const { return int(m_rows.size()); }
    QToolButton* moveButton(int genre) const { return m_rows[std::size_t(genre)].move; }
    QToolButton* newButton(int genre) const { return m_rows[std::size_t(genre)].draw; }
    ShareBar* bar(int genre) const { return m_rows[std::size_t(genre)].bar; }
    QSlider* amount() const { return m_amount; }
    QCheckBox* priorShown() const { return m_prior; }

  public Q_SLOTS:
    void setScores(const std::vector<double>& before, const std::vector<double>& now);
    void setAmount(double amount);
    void setMoveEnabled(bool move, bool sample);
    /// What the move did and kept.
    void setReport(const QString& text);

  Q_SIGNALS:
    void moveAsked(int genre);
    void newPhraseAsked(int genre);
    void amountChanged(double amount, bool final);
    void priorShownChanged(bool shown);

  private:
    struct Row {
        ElidedLabel* name;
        ShareBar* bar;
        QToolButton *move, *draw;
    };
    std::vector<Row> m_rows;
    QWidget* m_box;
    QSlider* m_amount;
    QLabel *m_amountText, *m_report, *m_hint;
    QCheckBox* m_prior;
};

} // namespace canto::widgets
