// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/curate/edit_queue.h"

namespace canto::app {

void EditQueue::add(LibraryEdit edit) {
    const std::lock_guard lock(m_mutex);
    m_waiting.push_back(std::move(edit));
}

bool EditQueue::empty() const {
    const std::lock_guard lock(m_mutex);
    return m_waiting.empty();
}

std::optional<LibraryEdit> EditQueue::next() {
    const std::lock_guard lock(m_mutex);
    if (m_waiting.empty()) {
        return std::nullopt;
    }
    LibraryEdit edit = std::move(m_waiting.front());
    m_waiting.pop_front();
    return edit;
}

Result<void> EditQueue::apply(const LibraryEdit& edit) {
    std::error_code error;
    if (!edit.startFrom.empty() && !std::filesystem::exists(edit.library, error)) {
        std::filesystem::create_directories(edit.library.parent_path(), error);
        CANTO_TRY(first, atlas::Atlas::open(edit.startFrom, atlas::Access::ReadOnly));
        CANTO_CHECK(first->backupTo(edit.library));
    }
    switch (edit.kind) {
    case LibraryEdit::Kind::Labels:
        return atlas::changeLabels(edit.library, edit.changes);
    case LibraryEdit::Kind::TakeOut: {
        CANTO_TRY(taken, atlas::takeOutSongs(edit.library, edit.songs->songs));
        *edit.songs = std::move(*taken);
        return {};
    }
    case LibraryEdit::Kind::PutBack:
        return atlas::putBackSongs(edit.library, *edit.songs);
    }
    return {};
}

void EditQueue::write(const std::function<void(const LibraryEdit&, const Result<void>&)>& written) {
    const std::lock_guard writing(m_writing);
    while (const auto edit = next()) {
        written(*edit, apply(*edit));
    }
}

} // namespace canto::app
