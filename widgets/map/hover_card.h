// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"

#include <QImage>
#include <QPair>
#include <QString>
#include <QTimer>
#include <QWidget>
#include <functional>
#include <memory>

namespace canto::widgets {

/// What the card shows of one point.
struct HoverInfo {
    QString title;
    QString subtitle;                        ///< artist or composer; may be empty
    QVector<QPair<QString, QString>> labels; ///< "Genre" - "Jazz"
    int bars = 0;                            ///< 0 leaves the line out
    std::shared_ptr<const music::Song> song; ///< drawn in miniature when given
    QImage picture;                          ///< of its sound, drawn below when given
    QString pictureCaption;                  ///< what the picture is
    bool songTempo = false;                  ///< adds the tempo of `song` to the labels
};

/// A small card beside the cursor, 250 ms after it came to rest on a point. Connect
/// LatentMap::pointHovered to hover(). It is a child of the map and stays within it: where the map
/// is too small for all, first the pictures and then the last labels are left out. The card goes
/// when the cursor leaves the point, and also when the user turns to something else: any key,
/// button or wheel, focus that moves, or dismiss().
class HoverCard : public QWidget {
    Q_OBJECT

  public:
    /// Called when the card is about to open, on the GUI thread; must return quickly.
    using Provider = std::function<HoverInfo(qint64 row)>;

    explicit HoverCard(QWidget* parent = nullptr);

    void setProvider(Provider provider) { m_provider = std::move(provider); }
    const HoverInfo& info() const { return m_info; }
    /// Of all of info().
    QSize sizeHint() const override;

  public Q_SLOTS:
    /// -1 hides at once.
    void hover(qint64 row, QPoint global);
    /// The point has moved: hides the card, and cancels one that was about to open.
    void dismiss();
    /// Adds a song that was still being loaded when the card opened.
    void setSong(qint64 row, std::shared_ptr<const canto::music::Song> song);
    /// Adds a picture in the same way.
    void setPicture(qint64 row, const QImage& picture, const QString& caption);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void showNow();
    /// Chooses what fits into the map, and the position.
    void arrange();
    QSize sizeOf(const HoverInfo& info) const;

    Provider m_provider;
    HoverInfo m_info;
    HoverInfo m_shown; ///< the part of it that has room
    QTimer m_timer;
    QPoint m_global;
    qint64 m_row = -1;
};

} // namespace canto::widgets
