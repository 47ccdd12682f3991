// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/atlas/curation.h"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace canto::app {

/// Songs that an edit takes out of a library, shared by the steps that take them out and put them
/// back. Written and read by whoever runs the queue.
using TakenSongsPtr = std::shared_ptr<atlas::TakenSongs>;

/// A change of a library file that waits to be written.
struct LibraryEdit {
    enum class Kind { Labels, TakeOut, PutBack };
    std::filesystem::path library;
    Kind kind = Kind::Labels;
    std::vector<atlas::LabelChange> changes = {}; ///< Labels
    TakenSongsPtr songs = {};                     ///< TakeOut: `songs` in it are taken out
    /// Copied to `library` first, where that file does not exist; may be empty.
    std::filesystem::path startFrom = {};
};

/// Writes edits of libraries one after another, in the order in which they came: none replaces
/// another. Thread: any; edits are written by one thread at a time.
class EditQueue {
  public:
    void add(LibraryEdit edit);
    /// Writes what waits, until nothing does. @param written  called after each edit with the
    /// error, if it could not be written.
    void write(const std::function<void(const LibraryEdit&, const Result<void>&)>& written);
    bool empty() const;

  private:
    static Result<void> apply(const LibraryEdit& edit);
    std::optional<LibraryEdit> next();

    mutable std::mutex m_mutex; ///< guards m_waiting
    std::mutex m_writing;       ///< held while edits are written
    std::deque<LibraryEdit> m_waiting;
};

} // namespace canto::app
