// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/edit/edit_jobs.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"
#include "widgets/song/pianoroll_view.h"
#include "widgets/song/track_headers.h"

namespace canto::app {

/// A phrase and its edited version: a value, so that undo keeps it whole.
struct EditedPhrase {
    PlaybackItem base; ///< as it was; without a song: there is none
    SongPtr song;      ///< base.song: not edited
    bool changed() const { return song && song != base.song; }
};

/// Edits of what plays, made in the piano roll: each is an undo step, sounds at once, and is
/// encoded in the background, so that the mark on the map goes where the phrase now lies. Where the
/// model cannot encode, edits work and the map stays as it is. Thread: GUI.
class EditController : public Feature {
    Q_OBJECT

  public:
    EditController(Workspace& workspace, widgets::PianorollView& roll,
                   widgets::TrackHeaders& headers);

    const EditedPhrase& phrase() const { return m_phrase; }
    bool busy() const { return m_task.busy(); }
    /// Shows a version without an undo step; for undo and sessions.
    void show(const EditedPhrase& phrase);

    void addActions(ActionTable& table) override;
    void saveTo(SessionState& state) const override;
    void restoreFrom(const SessionState& state, bool sameModel) override;
    std::any leave(Reason reason) override;
    void enter(std::any kept) override;

  public Q_SLOTS:
    /// The notes as they were before the first edit, as an undo step.
    void revert();

  private:
    void onCurrentItem(const PlaybackItem& item);
    void onEdited(const SongPtr& song, const QString& what);
    void onProgram(std::size_t track, int program);
    void onEncoded(const EncodedPhrase& encoded);
    void encode();
    void hideMark();
    void addSnaps(QMenu& menu);

    Workspace& m_workspace;
    widgets::PianorollView& m_roll;
    EditedPhrase m_phrase;
    std::optional<QPointF> m_marked;
    LatestTask<EditController> m_task{this, "edit"};
};

} // namespace canto::app
