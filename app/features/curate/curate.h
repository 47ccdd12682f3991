// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/curate/edit_queue.h"
#include "app/features/curate/label_check_panel.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"
#include "core/projection/label_check.h"

#include <map>

namespace canto::app {

/// Corrects the library that is shown: songs whose neighbours have another label are listed;
/// labels, tags and new classes are set in bulk, songs removed. Every change is a step that can be
/// undone, and is written into the library's file in the background, beside the first values of the
/// labels. A library that ships is never changed: the user's own copy takes its place. Thread: GUI.
class Curate : public Feature {
    Q_OBJECT

  public:
    using Changes = std::vector<atlas::LabelChange>;

    explicit Curate(Workspace& workspace);
    ~Curate() override;

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    void closing() override; ///< writes what waits
    LabelCheckPanel* panel() const { return m_panel; }

    /// Lists the songs whose neighbours have another label in the map's column.
    void check();
    /// Sets a label of the column that the map is coloured by; an empty value takes it away.
    void setLabel(const std::vector<atlas::RowId>& songs, const std::string& value);
    /// Adds a tag to those that do not have it (column "tags", "a; b").
    void addTag(const std::vector<atlas::RowId>& songs, const std::string& tag);
    void remove(const std::vector<atlas::RowId>& songs);
    /// Songs that are selected in the list, else on the map.
    std::vector<atlas::RowId> targets() const;

  Q_SIGNALS:
    void checked();           ///< the list is up to date
    void written(bool whole); ///< nothing waits any more; whether the last edit was written

  private:
    struct Step;
    class Command;
    /// Steps of a library. Removing songs has it read again, which clears the history of what can
    /// be undone: these come back then.
    struct History {
        std::vector<std::shared_ptr<Step>> steps;
        std::size_t done = 0; ///< of them; the others were undone
    };
    using NewLabel = std::function<std::string(const atlas::SongRow&)>;

    std::vector<atlas::RowId> songsOnMap() const;
    void showSelection();
    void showColumn();
    /// Why labels of the map's column cannot be changed; empty: they can.
    QString whyNotEdited() const;
    void list();
    void onChecked(const QVector<LabelCheckRow>& rows);
    void onCheckFailed(const Error& error);

    void acceptSuggestions();
    void setLabels(const std::vector<atlas::RowId>& songs, const NewLabel& labelOf,
                   const QString& title);
    void change(const std::vector<atlas::RowId>& songs, const std::string& column,
                const NewLabel& labelOf, const QString& title);
    void begin(Step step);
    void push(const std::shared_ptr<Step>& step);
    void pushAgain();
    void run(const std::shared_ptr<Step>& step, bool forward);
    static LibraryEdit editOf(const Step& step, bool forward);
    void write(LibraryEdit edit);
    void onWritten(const std::shared_ptr<const LibraryEdit>& edit, const Result<void>& done);
    void readAgain();
    void onLibraryReady();

    Workspace& m_workspace;
    LabelCheckPanel* m_panel;                                   ///< owned by the window
    std::string m_column;                                       ///< whose songs are listed
    std::shared_ptr<const projection::Neighbours> m_neighbours; ///< of the library's rows
    std::shared_ptr<EditQueue> m_queue = std::make_shared<EditQueue>();
    std::map<std::filesystem::path, History> m_histories;
    bool m_quiet = false;                            ///< steps come back: nothing is changed
    int m_waiting = 0;                               ///< edits that are not written yet
    std::uint64_t m_asked = 0, m_askedAtReading = 0; ///< edits so far
    bool m_read = false;    ///< the library is to be read again once nothing waits
    bool m_reading = false; ///< it is being read
    bool m_checkAgain = false;
    std::filesystem::path m_toRead;
    LatestTask<Curate> m_check{this, "label check", Priority::Low};
    LatestTask<Curate> m_write{this, "edits"};
};

} // namespace canto::app
