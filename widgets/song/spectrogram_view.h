// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QWidget>
#include <vector>

namespace canto::widgets {

/// A mel-spectrogram as numbers.
struct Spectrogram {
    int mels = 0; ///< rows, the lowest first
    int frames = 0;
    std::vector<float> decibels; ///< (mels, frames), -80 .. 0
};

/// One pixel a value, the lowest mel at the bottom; quiet is the background of the theme, loud its
/// opposite. Values are clamped to -80 .. 0; the image is null if the size does not fit.
QImage spectrogramImage(const Spectrogram& spectrogram, bool dark);

/// Spectrograms side by side, each as wide as its duration, below a caption. Several of them are
/// numbered, and the one that plays is marked. A playhead moves through them. A click asks to play
/// from there; so do Left and Right (one tile, or one second if there is only one tile) and Return
/// (from the playhead, or from the beginning).
class SpectrogramView : public QWidget {
    Q_OBJECT

  public:
    explicit SpectrogramView(QWidget* parent = nullptr);

    int count() const { return static_cast<int>(m_tiles.size()); }
    double seconds() const { return m_seconds; }
    double playhead() const { return m_playhead; }
    QString caption() const { return m_caption; }
    /// Where the pictures are drawn, pixels.
    QRectF area() const;
    /// The tile at a time in seconds, -1 outside.
    int tileAt(double second) const;
    QSize sizeHint() const override { return {700, 220}; }

  public Q_SLOTS:
    /// @param seconds  total duration, > 0.
    void setSpectrograms(std::vector<canto::widgets::Spectrogram> tiles, double seconds);
    void setCaption(const QString& caption);
    void setPlayhead(double second); ///< negative hides it

  Q_SIGNALS:
    void seekRequested(double second);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    struct Tile {
        Spectrogram spectrogram;
        QImage image; ///< null until it is drawn
        double from = 0, to = 0;
    };
    QRectF place(const Tile& tile) const;

    std::vector<Tile> m_tiles;
    double m_seconds = 0;
    double m_playhead = -1;
    QString m_caption;
};

} // namespace canto::widgets
