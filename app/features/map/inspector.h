// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/map_controller.h"

#include <QWidget>

class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace canto::widgets {
class SimilarList;
class PathControls;
class PhraseChip;
} // namespace canto::widgets

namespace canto::app {

/// The panel at the right: projection and colours of the map, the path, and what plays, with a
/// handle to drag it into other programs. Shows values and emits requests. Thread: GUI.
class Inspector : public QWidget {
    Q_OBJECT

  public:
    explicit Inspector(QWidget* parent = nullptr);

    widgets::PathControls* path() const { return m_path; }
    widgets::PhraseChip* chip() const { return m_chip; }
    widgets::SimilarList* similar() const { return m_similar; }
    QComboBox* colourCombo() const { return m_colour; }
    QComboBox* mapCombo() const { return m_map; }
    const Facts& facts() const { return m_facts; }
    /// "Song: ...\nArtist: ...", details included.
    QString factsText() const;

  public Q_SLOTS:
    void setColumns(const std::vector<std::string>& columns);
    void setMaps(const std::vector<canto::app::MapController::Map>& maps);
    void showColumn(const std::string& column);
    void showMap(std::size_t map);
    void setFacts(const canto::app::Facts& facts);
    void setCurrent(const canto::app::PlaybackItem& item);
    /// Whether the file of what plays is missing, and a button offers to look for it.
    void setLocateOffered(bool offered);

  Q_SIGNALS:
    void columnChosen(const std::string& column);
    void mapChosen(std::size_t map);
    void dragWanted();
    void copyWanted();
    void saveWanted();
    void locateWanted();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QComboBox *m_map, *m_colour;
    widgets::PathControls* m_path;
    widgets::PhraseChip* m_chip;
    widgets::SimilarList* m_similar;
    QLabel *m_title, *m_hint;
    QFormLayout *m_form, *m_detailForm;
    QToolButton* m_details; ///< shows the details
    QToolButton *m_drag, *m_copy, *m_save;
    QPushButton* m_locate;
    Facts m_facts;
    QPoint m_pressed;
};

} // namespace canto::app
