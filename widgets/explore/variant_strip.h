// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"

#include <QString>
#include <QWidget>
#include <cstdint>
#include <memory>
#include <vector>

namespace canto::widgets {

/// One variant as the strip shows it.
struct VariantCard {
    std::uint64_t id = 0; ///< > 0
    QString title;
    QString details; ///< how it was made, for the tooltip and screen readers
    std::shared_ptr<const music::Song> song;
    bool starred = false;
};

/// Phrases as cards: a small piano roll, a title and a star each, in rows that fill the width. A
/// click, or Return, asks to play one; a click on its star, or *, to star it; Delete to remove it.
/// Cards can be dragged: positions are reported also outside the strip, until the cursor leaves the
/// window. Shows and asks.
class VariantStrip : public QWidget {
    Q_OBJECT

  public:
    explicit VariantStrip(QWidget* parent = nullptr);

    void setCards(std::vector<VariantCard> cards);
    int count() const { return int(m_cards.size()); }
    /// The card that plays; 0 for none.
    void setActive(std::uint64_t id);
    std::uint64_t active() const { return m_active; }
    /// The card that keys and menus mean; 0 for none.
    void setChosen(std::uint64_t id);
    std::uint64_t chosen() const { return m_chosen; }
    /// Empty for a card that is not there.
    QRect cardRect(std::uint64_t id) const;
    QRect starRect(std::uint64_t id) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void chosenChanged(quint64 id);
    void playAsked(quint64 id);
    void starAsked(quint64 id);
    void removeAsked(quint64 id);
    void menuAsked(quint64 id, QPoint global);
    void dragBegan(quint64 id);
    void dragMoved(QPoint global);
    void dragDropped(QPoint global);
    void dragCancelled();
    void dragLeft(quint64 id); ///< the cursor left the window; the drag is over

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    int columns() const;
    int indexOf(std::uint64_t id) const; ///< -1: none
    int indexAt(QPoint at) const;
    QRect rectOf(int index) const;
    QRect starOf(int index) const;
    void chooseIndex(int index);
    void fitHeight();
    void paintCard(QPainter& painter, int index) const;

    std::vector<VariantCard> m_cards;
    std::uint64_t m_active = 0, m_chosen = 0;
    std::uint64_t m_pressed = 0; ///< the card under the pressed button; 0: none
    QPoint m_pressedAt;
    bool m_dragging = false;
};

} // namespace canto::widgets
