// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/selection/selection_player.h"

#include "app/features/selection/phrase_source.h"
#include "widgets/map/latent_map.h"

namespace canto::app {
namespace {

constexpr std::size_t kAhead = 3; ///< phrases that the engine has, the playing one included

} // namespace

SelectionPlayer::SelectionPlayer(Workspace& workspace, QObject* parent)
    : QObject(parent), m_workspace(workspace), m_player(workspace.player()) {
    connect(&m_player, &Player::moved, this, &SelectionPlayer::onMoved);
    connect(&m_player, &Player::stopped, this, [this] {
        if (m_active) {
            m_stoppedAt = m_queue.empty() ? m_stoppedAt : m_queue.front().at;
            end();
        }
    });
    connect(&m_player, &Player::walkWanted, this, [this] {
        if (m_player.currentItem().kind == PlaybackItem::Kind::Sequence && !m_rows.empty()) {
            goOn(m_stoppedAt);
        }
    });
    connect(&m_player, &Player::currentItemChanged, this, [this](const PlaybackItem& item) {
        if (m_active && item.kind != PlaybackItem::Kind::Sequence) { // something else took over
            end();
        }
    });
    connect(&workspace, &Workspace::libraryComing, this, [this] {
        end();
        m_rows.clear();
    });
}

void SelectionPlayer::end() {
    m_active = m_fetching = false;
    m_fetch.cancel();
    m_queue.clear();
}

void SelectionPlayer::start(std::vector<std::uint32_t> rows) {
    end();
    m_rows = std::move(rows);
    m_workspace.inference().cancel(); // what is still being decoded must not take over
    m_player.pressed();
    if (!m_rows.empty()) {
        goOn(0);
    }
}

void SelectionPlayer::goOn(std::size_t from) {
    m_active = true;
    m_missing = 0;
    m_played = false;
    m_next = std::min(from, m_rows.size() - 1);
    fetch();
}

void SelectionPlayer::fetch() {
    if (!m_active || m_fetching || m_queue.size() >= kAhead) {
        return;
    }
    if (m_next == m_rows.size()) {
        if (!m_player.looping()) {
            return;
        }
        m_next = 0;
    }
    m_fetching = true;
    m_fetch.start([at = m_next, row = m_rows[m_next], library = m_workspace.library(),
                   model = std::shared_ptr<const models::LatentModel>(m_workspace.model()),
                   originals = m_workspace.maps().playOriginals()](const auto& run) {
        auto song = PhraseSource(library, model, originals).read(row, run.cancel());
        run.deliver(&SelectionPlayer::onFetched, at, song ? *song : SongPtr());
    });
}

PlaybackItem SelectionPlayer::itemOf(const Queued& queued) const {
    const auto row = qint64(m_rows[queued.at]);
    const MapController& maps = m_workspace.maps();
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Sequence;
    item.song = queued.song;
    item.bars = queued.song->bars();
    item.title = maps.titleOfRow(row);
    item.caption = tr("%1, %2 \u2013 %L3 of %L4 selected")
                       .arg(item.title, maps.partOf(row))
                       .arg(queued.at + 1)
                       .arg(m_rows.size());
    item.latent = maps.latentOf(row);
    item.row = row;
    return item;
}

void SelectionPlayer::onFetched(std::size_t at, const SongPtr& song) {
    m_fetching = false;
    m_next = at + 1;
    if (!song || song->notes.empty()) {
        const bool over = m_next == m_rows.size() && !m_player.looping() && m_queue.empty();
        if (++m_missing == m_rows.size() || over) {
            end();
            if (!m_played) {
                Q_EMIT problem(tr("None of these phrases can be played"),
                               tr("Their files are not on this computer, and the model that is "
                                  "open cannot generate them."));
            }
            return;
        }
        fetch();
        return;
    }
    m_played = true;
    m_missing = 0;
    Queued queued{0, at, song};
    if (m_queue.empty()) {
        m_player.play(itemOf(queued));
        queued.id = m_player.playId();
        m_workspace.map().markRow(qint64(m_rows[at]));
    } else {
        queued.id = m_player.engine().enqueue(song, song->bars());
    }
    if (queued.id != 0 && m_active) {
        m_queue.push_back(std::move(queued));
    }
    fetch();
}

void SelectionPlayer::onMoved(const sound::Position& position) {
    if (!m_active || m_queue.empty()) {
        return;
    }
    const sound::PlayId before = m_queue.front().id;
    while (m_queue.size() > 1 && m_queue.front().id < position.id) {
        m_queue.erase(m_queue.begin());
    }
    const Queued& now = m_queue.front();
    if (now.id != position.id) {
        return;
    }
    if (now.id != before) {
        m_workspace.map().markRow(qint64(m_rows[now.at]));
        m_player.follow(now.id, itemOf(now));
        fetch();
        return;
    }
    if (!position.playing && m_queue.size() == 1) { // played to its end
        if (m_next == m_rows.size() && !m_fetching && !m_player.looping()) {
            m_stoppedAt = 0;
            end();
        } else {
            m_stoppedAt = now.at;
            m_queue.clear(); // the next one starts when it is there
            fetch();
        }
    }
}

} // namespace canto::app
