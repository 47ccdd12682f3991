// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/originals.h"
#include "app/workspace/library_loader.h"
#include "app/workspace/player.h"
#include "app/workspace/row_files.h"
#include "app/workspace/session_part.h"
#include "widgets/map/hover_card.h"
#include "widgets/map/latent_map.h"

#include <QCache>
#include <QObject>
#include <QVector>

namespace canto::app {

/// A line of the inspector about what plays: "Artist" and who it is.
struct Fact {
    QString name, value;
    bool detail = false; ///< behind "Details"
};
using Facts = QVector<Fact>;
bool hasFact(const Facts& facts, const QString& name);

/// The phrase of a row of the library in its song.
SongPtr phraseOf(const Library& library, qint64 row, const music::Song& song);

/// Plays rows and positions of a map of sound, where the model decodes no notes.
class PlaceSounds {
  public:
    virtual ~PlaceSounds() = default;
    virtual bool active() const = 0;
    /// @param original  play the recording itself if its file is found.
    /// @param reason    why the original is not played, for the inspector.
    virtual void playRowSound(qint64 row, bool original, const QString& reason) = 0;
    virtual void playPosition(QPointF place) = 0;
    /// The hover card of a row opens and needs a picture.
    virtual void hovered(qint64 row) = 0;
};

/// Connects map, library and model: handles clicks on the map and chooses projection and colours.
/// Thread: GUI.
class MapController : public QObject, public SessionPart {
    Q_OBJECT

  public:
    MapController(widgets::LatentMap& map, Player& player, InferenceWorker& inference,
                  QObject* parent = nullptr);
    ~MapController() override;

    /// A map to choose: a projection of the library, or of one block of the latents.
    struct Map {
        QString name;
        std::optional<int> block; ///< of ModelInfo::blocks
        ProjectionPtr projection; ///< null while it is being prepared
        widgets::MapSnapshotPtr snapshot;
        QString problem = {}; ///< why there is no inverse projection; empty: no error
    };
    /// A library with the map and colours it is shown with, restored when it is shown again.
    struct View {
        LibraryPtr library;
        std::vector<Map> maps;
        std::size_t shown = 0;
        std::string column;
        std::shared_ptr<const widgets::MapColouring> colouring; ///< by `column`; null: to be made
        /// Whether everything of it is loaded.
        bool whole() const;
    };

    void saveTo(SessionState& state) const override;
    void restoreFrom(const SessionState& state, bool sameModel) override;

    void setLibrary(LibraryPtr library);
    /// The same points with other labels (withLabels): everything else stays. Classes keep their
    /// colours; new ones come after them.
    void setLabels(LibraryPtr library);
    /// Null library: nothing is shown.
    View view() const;
    void setView(View view);
    /// Maps of blocks are offered beside the library's own; they are made when they are chosen.
    void setBlocks(const std::vector<models::LatentBlock>& blocks);
    const std::vector<Map>& maps() const { return m_maps; }
    /// Name of a map in menus and lists.
    static QString mapTitle(const Map& map);
    void setBlockReady(const LibraryPtr& library, int block, ProjectionPtr projection,
                       widgets::MapSnapshotPtr snapshot);
    const LibraryPtr& library() const { return m_library; }
    void setMapReady(const LibraryPtr& library, std::size_t map, ProjectionPtr projection,
                     widgets::MapSnapshotPtr snapshot);
    void setMapFailed(const LibraryPtr& library, std::size_t map, const QString& why);
    /// Of the map that is shown; null while it is being prepared.
    ProjectionPtr projection() const;
    /// Reports why projection() is null: it is still being prepared, or cannot be made.
    /// @param meanwhile  what the user can do until it is ready.
    void reportNoProjection(const QString& meanwhile);
    std::size_t shownMap() const { return m_shown; }
    void showMap(std::size_t map);
    /// At once for small libraries, else as soon as the colours are made in the background.
    void colourBy(const std::string& column);
    const std::string& column() const { return m_column; }
    /// Whether a click on a song plays its file where there is one (on at first).
    void setPlayOriginals(bool on) { m_playOriginals = on; }
    bool playOriginals() const { return m_playOriginals; }

    /// Null: none. Must live as long as this.
    void setSounds(PlaceSounds* sounds) { m_sounds = sounds; }
    /// Null: none. Must live as long as this.
    void setRowFiles(RowFiles* files) { m_rowFiles = files; }
    /// Facts about a row, for the inspector and (without details) the hover card: song,
    /// artist, main labels, where in the song; then the details.
    Facts factsOf(qint64 row) const;
    /// "bar 5", or which clip of a recording.
    QString partOf(qint64 row) const;
    /// "bars 5–6": those of the phrase, as the model decodes it.
    QString barsOf(qint64 row) const;
    /// Plays the phrase of a row, as a click on it does.
    void playRow(qint64 row);
    /// Decodes and plays a map position, as a click on it does.
    void playPlace(QPointF place);
    /// First row of a song, or -1.
    qint64 rowOfSong(atlas::RowId song) const;
    models::Latent latentOf(qint64 row) const;
    QPointF placeOf(qint64 row) const;
    /// Moves the view so that these rows fill it, with room around them, and never closer than a
    /// tenth of the map.
    void showRows(const std::vector<std::uint32_t>& rows);
    QString titleOfRow(qint64 row) const;
    /// Quarters a minute for music decoded there: of the row's song (row >= 0), else of the known
    /// phrases around the position.
    double tempoAt(qint64 row, QPointF place) const;
    /// The same for what the inference worker decodes, which can look into the row's file too.
    void setTempo(Anchor& anchor, qint64 row) const;
    /// Reads the phrase of a row from its file; for another thread, null when it is not there.
    std::function<SongPtr()> originalOf(qint64 row) const;
    /// Reads songs for the card under the cursor.
    void attachHoverCard(widgets::HoverCard* card);
    widgets::HoverCard* hoverCard() const { return m_card; } ///< null: none

    /// The last result for an empty position.
    const std::optional<Located>& located() const { return m_located; }

    /// Looks for original files again, in the folders that are named now, and plays the song that
    /// was chosen last once more when its file was missing.
    void originalsMoved();

  Q_SIGNALS:
    void factsChanged(const canto::app::Facts& facts);
    void mapsChanged(); ///< others than before can be shown
    void mapShown(std::size_t map);
    void blockWanted(int block); ///< its map is to be made
    void columnShown(const std::string& column);
    void rowPlayed(qint64 row); ///< it was clicked, or chosen in a list
    /// Whether the file of the song that was chosen last was looked for and is not there.
    void originalMissing(bool missing);
    void projectionReady(); ///< of the map that is shown
    void problem(const QString& text, const QString& hint);

  private:
    static Fact originOf(const std::string& split); ///< of a song
    /// Of a song that was read; null when it could not be: the error says why.
    using OnRead = void (MapController::*)(atlas::RowId id, const SongPtr& song,
                                           const Error& error);
    /// Reads the file of a song in the background; at once when it was read before.
    void readSong(LatestTask<MapController>& task, const atlas::SongRow& song, OnRead onRead);
    void onSongRead(atlas::RowId id, const SongPtr& song, const Error& error);
    void onHoveredRead(atlas::RowId id, const SongPtr& song, const Error& error);
    void onLocated(const Located& located);
    void onDecoded(const Decoded& decoded);
    void decodeRow(qint64 row, const QString& reason);
    /// By m_column. @param before  its classes come first; may be null.
    void makeColours(std::shared_ptr<const widgets::MapColouring> before = nullptr);
    void hideClasses(const std::vector<std::string>& hidden); ///< shows all others
    void setOriginalMissing(bool missing);
    void setFolders();
    void playExcerpt(qint64 row, const SongPtr& song);
    bool sounding() const { return m_sounds != nullptr && m_sounds->active(); }
    bool latentsAlone() const; ///< the library has files, and no model
    widgets::HoverInfo hoverInfo(qint64 row);

    widgets::LatentMap& m_map;
    Player& m_player;
    InferenceWorker& m_inference;
    std::vector<OriginalFolder> m_folders;     ///< where the library's files are looked for
    QCache<atlas::RowId, SongPtr> m_songs{64}; ///< of the library, read last
    LatestTask<MapController> m_read{this, "songs"}, m_hoverRead{this, "hovered song"};
    LatestTask<MapController> m_colours{this, "colours"};
    bool m_colouring = false;          ///< colours by m_column are still being made
    std::vector<std::string> m_hidden; ///< classes that they begin with as hidden
    widgets::HoverCard* m_card = nullptr;
    PlaceSounds* m_sounds = nullptr;
    RowFiles* m_rowFiles = nullptr;
    LibraryPtr m_library;
    std::vector<Map> m_maps;
    std::size_t m_shown = 0;
    std::string m_column;
    int m_blockComing = -1; ///< its map is shown as soon as it is made
    bool m_playOriginals = true;
    bool m_originalMissing = false; ///< of m_row

    qint64 m_row = -1;           ///< clicked, or -1
    qint64 m_hoverRow = -1;      ///< whose song is being read for the card
    std::uint64_t m_request = 0; ///< of the inference worker, 0: none of ours
    std::optional<Located> m_located;
    PlaybackItem m_coming; ///< how what is being decoded will be described
    Facts m_facts;
    bool m_sounding = false; ///< the first bar of m_request plays
};

} // namespace canto::app
