// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/track_mix.h"

#include <QScrollArea>
#include <memory>
#include <vector>

class QSlider;
class QToolButton;

namespace canto::widgets {

class ElidedButton;
class ElidedCombo;

/// The tracks of a song, one below the other: colour and name (a click makes it the track that is
/// drawn on), mute, solo, volume, pan, and the instrument of pitched tracks. It shows and asks;
/// setters never emit. Thread: GUI.
class TrackHeaders : public QScrollArea {
    Q_OBJECT

  public:
    /// Width of the column, pixels.
    static constexpr int kWidth = 232;

    explicit TrackHeaders(QWidget* parent = nullptr);

    const music::TrackMix& mix() const { return m_mix; }
    /// Tracks of the song that have a header, ascending.
    std::vector<std::size_t> tracks() const;
    QToolButton* muteButton(std::size_t track) const; ///< null: it has no header
    QToolButton* soloButton(std::size_t track) const;
    QSlider* volumeSlider(std::size_t track) const;
    QSlider* panSlider(std::size_t track) const;
    ElidedCombo* programBox(std::size_t track) const; ///< null for drums

    QSize minimumSizeHint() const override { return {kWidth, 30}; }
    QSize sizeHint() const override { return {kWidth, 200}; }

  public Q_SLOTS:
    /// Null: no tracks. Tracks without notes have a header only while the song is edited.
    void setSong(std::shared_ptr<const canto::music::Song> song);
    void setMix(canto::music::TrackMix mix);
    void setActiveTrack(std::size_t track);

  Q_SIGNALS:
    void mixChosen(const canto::music::TrackMix& mix);
    void programChosen(std::size_t track, int program);
    void trackChosen(std::size_t track);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    struct Row {
        std::size_t track = 0;
        bool drums = false;
        ElidedButton* name = nullptr;
        QToolButton *mute = nullptr, *solo = nullptr;
        QSlider *volume = nullptr, *pan = nullptr;
        ElidedCombo* program = nullptr; ///< null for drums
    };
    const Row* rowOf(std::size_t track) const;
    void rebuild(const std::vector<std::pair<std::size_t, bool>>& tracks);
    QWidget* addRow(std::size_t track, bool drums);
    void choose(std::size_t track, void (*change)(music::TrackLevel& level, int value), int value);
    void showMix();
    void showPrograms();
    void paintSwatches();

    std::shared_ptr<const music::Song> m_song;
    music::TrackMix m_mix;
    std::size_t m_active = 0;
    std::vector<Row> m_rows;
};

} // namespace canto::widgets
