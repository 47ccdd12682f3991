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

/// One pixel a value, the lowest mel at the bottom; quiet is the ground of the theme, loud its
/// opposite. Values beyond -80 .. 0 are cut; a picture whose numbers do not fill it is null.
QImage spectrogramImage(const Spectrogram& spectrogram, bool dark);

/// Spectrograms in a row, each as wide as it lasts, under a line that says what they are; several
/// have their numbers over them, and the one that sounds is marked. A playhead runs through. A
/// click asks to play from there; so do Left and Right (a tile back or on, a second where there is
/// one only) and Return (where the playhead is, or from the beginning).
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
    /// The tile that lasts at a second, -1 outside.
    int tileAt(double second) const;
    QSize sizeHint() const override { return {700, 220}; }

  public Q_SLOTS:
    /// @param seconds  that all last together, > 0.
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
