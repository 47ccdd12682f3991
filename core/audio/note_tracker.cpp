// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/note_tracker.h"

#include <algorithm>
#include <tuple>

namespace canto::audio {

namespace {

constexpr int kKeyCount = NotePlanes::kKeys;
constexpr int kLowestKey = 21; // MIDI pitch

class NoteTracker {
  public:
    NoteTracker(NotePlanes planes, const TrackerOptions& options)
        : m_planes(std::move(planes)), m_options(options),
          m_frames(static_cast<int>(m_planes.frames())) {}

    Result<std::vector<DetectedNote>> run(const CancelToken& cancel) {
        limitRange(m_planes.onset);
        limitRange(m_planes.note);
        if (m_options.inferOnsets) {
            inferOnsets();
        }
        m_left = m_planes.note;
        if (!fromOnsets(cancel) || (m_options.withoutOnset && !withoutOnsets(cancel))) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        std::sort(m_notes.begin(), m_notes.end(), [](const auto& a, const auto& b) {
            return std::tie(a.start, a.pitch, a.end) < std::tie(b.start, b.pitch, b.end);
        });
        return std::move(m_notes);
    }

  private:
    static std::size_t index(int frame, int key) {
        return static_cast<std::size_t>(frame) * kKeyCount + static_cast<std::size_t>(key);
    }

    void limitRange(std::vector<float>& plane) const {
        for (int key = 0; key < kKeyCount; ++key) {
            const int pitch = kLowestKey + key;
            if (pitch < m_options.lowest || pitch > m_options.highest) {
                for (int frame = 0; frame < m_frames; ++frame) {
                    plane[index(frame, key)] = 0;
                }
            }
        }
    }

    /// The larger of the onset and the rise of the note over one and over two frames, the latter
    /// scaled so that its largest equals the largest onset.
    void inferOnsets() {
        std::vector<float> rise(m_planes.note.size(), 0.0F);
        float mostRise = 0;
        for (int frame = 2; frame < m_frames; ++frame) {
            for (int key = 0; key < kKeyCount; ++key) {
                const float now = m_planes.note[index(frame, key)];
                const float before = std::max(m_planes.note[index(frame - 1, key)],
                                              m_planes.note[index(frame - 2, key)]);
                const float more = std::max(0.0F, now - before);
                rise[index(frame, key)] = more;
                mostRise = std::max(mostRise, more);
            }
        }
        if (!(mostRise > 0)) {
            return;
        }
        const float most = *std::max_element(m_planes.onset.begin(), m_planes.onset.end());
        const float scale = most / mostRise;
        for (std::size_t i = 0; i < rise.size(); ++i) {
            m_planes.onset[i] = std::max(m_planes.onset[i], scale * rise[i]);
        }
    }

    bool peak(int frame, int key) const {
        const float here = m_planes.onset[index(frame, key)];
        return here > m_options.onset &&
               (frame == 0 || here > m_planes.onset[index(frame - 1, key)]) &&
               (frame + 1 == m_frames || here > m_planes.onset[index(frame + 1, key)]);
    }

    void useUp(int frame, int key) {
        m_left[index(frame, key)] = 0;
        if (key + 1 < kKeyCount) {
            m_left[index(frame, key + 1)] = 0;
        }
        if (key > 0) {
            m_left[index(frame, key - 1)] = 0;
        }
    }

    void add(int from, int to, int key) {
        double sum = 0;
        for (int frame = from; frame < to; ++frame) {
            sum += static_cast<double>(m_planes.note[index(frame, key)]);
        }
        m_notes.push_back({m_planes.seconds[static_cast<std::size_t>(from)],
                           m_planes.seconds[static_cast<std::size_t>(to)], kLowestKey + key,
                           static_cast<float>(sum / (to - from))});
    }

    bool fromOnsets(const CancelToken& cancel) {
        for (int start = m_frames - 2; start >= 0; --start) {
            if (cancel.cancelled()) {
                return false;
            }
            for (int key = kKeyCount - 1; key >= 0; --key) {
                if (!peak(start, key)) {
                    continue;
                }
                int frame = start + 1;
                int below = 0;
                while (frame < m_frames - 1 && below < m_options.patience) {
                    below = m_left[index(frame, key)] < m_options.note ? below + 1 : 0;
                    ++frame;
                }
                frame -= below;
                if (frame - start <= m_options.shortest) {
                    continue;
                }
                for (int used = start; used < frame; ++used) {
                    useUp(used, key);
                }
                add(start, frame, key);
            }
        }
        return true;
    }

    /// Frames beyond `middle` in this direction, until the activation stays low; they are used up.
    /// @return the last frame that was looked at, and how many before it were low.
    std::pair<int, int> follow(int middle, int key, int direction) {
        int frame = middle + direction;
        int below = 0;
        while (frame > 0 && frame < m_frames - 1 && below < m_options.patience) {
            below = m_left[index(frame, key)] < m_options.note ? below + 1 : 0;
            useUp(frame, key);
            frame += direction;
        }
        return {frame, below};
    }

    bool withoutOnsets(const CancelToken& cancel) {
        // Activations only ever become 0, so that the strongest remaining one is the next in order.
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < m_left.size(); ++i) {
            if (m_left[i] > m_options.note) {
                order.push_back(i);
            }
        }
        std::stable_sort(order.begin(), order.end(),
                         [this](std::size_t a, std::size_t b) { return m_left[a] > m_left[b]; });
        for (const std::size_t i : order) {
            if (!(m_left[i] > m_options.note)) {
                continue;
            }
            if (cancel.cancelled()) {
                return false;
            }
            const int middle = static_cast<int>(i / kKeyCount);
            const int key = static_cast<int>(i % kKeyCount);
            m_left[i] = 0;
            const auto [after, lowAfter] = follow(middle, key, 1);
            const auto [before, lowBefore] = follow(middle, key, -1);
            const int from = std::max(0, before + 1 + lowBefore);
            const int to = after - 1 - lowAfter;
            if (to - from > m_options.shortest) {
                add(from, to, key);
            }
        }
        return true;
    }

    NotePlanes m_planes;
    TrackerOptions m_options;
    int m_frames;
    std::vector<float> m_left; ///< activations that no note has used up
    std::vector<DetectedNote> m_notes;
};

} // namespace

Result<std::vector<DetectedNote>> trackNotes(NotePlanes planes, const TrackerOptions& options,
                                             const CancelToken& cancel) {
    const std::size_t size = planes.frames() * kKeyCount;
    if (planes.onset.size() != size || planes.note.size() != size) {
        return fail(Error::Code::BadShape, "The planes of notes have different lengths");
    }
    if (planes.frames() == 0) {
        return std::vector<DetectedNote>();
    }
    return NoteTracker(std::move(planes), options).run(cancel);
}

} // namespace canto::audio
