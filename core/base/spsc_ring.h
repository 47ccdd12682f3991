// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <type_traits>

namespace canto {

/// A queue between exactly one thread that pushes and one that pops; neither ever waits, locks or
/// allocates. It cannot grow, nor serve two producers or two consumers.
///
/// @tparam T         trivially copyable, since items are passed by copying.
/// @tparam Capacity  a power of two; all of it can be used.
template <class T, std::size_t Capacity>
class SpscRing {
    static_assert(std::is_trivially_copyable_v<T>);
    static_assert(Capacity > 0 && (Capacity & (Capacity - 1)) == 0);

  public:
    /// Returns false when the queue is full; the item is not stored. Thread: the one producer.
    bool push(const T& item) {
        const std::size_t head = m_head.load(std::memory_order_relaxed);
        if (head - m_tail.load(std::memory_order_acquire) == Capacity) {
            return false;
        }
        m_items[head & (Capacity - 1)] = item;
        m_head.store(head + 1, std::memory_order_release);
        return true;
    }
    /// Returns false when the queue is empty; `item` is unchanged. Thread: the one consumer.
    bool pop(T& item) {
        const std::size_t tail = m_tail.load(std::memory_order_relaxed);
        if (tail == m_head.load(std::memory_order_acquire)) {
            return false;
        }
        item = m_items[tail & (Capacity - 1)];
        m_tail.store(tail + 1, std::memory_order_release);
        return true;
    }
    /// The oldest item, or null. Stays valid until the consumer pops. Thread: the one consumer.
    const T* front() const {
        const std::size_t tail = m_tail.load(std::memory_order_relaxed);
        return tail == m_head.load(std::memory_order_acquire) ? nullptr
                                                              : &m_items[tail & (Capacity - 1)];
    }
    /// Approximate while the other side is pushing or popping.
    std::size_t size() const {
        return m_head.load(std::memory_order_acquire) - m_tail.load(std::memory_order_acquire);
    }
    static constexpr std::size_t capacity() { return Capacity; }

  private:
    // Each counter has a cache line of its own, so that producer and consumer do not share one.
    alignas(64) std::atomic<std::size_t> m_head{0};
    alignas(64) std::atomic<std::size_t> m_tail{0};
    alignas(64) std::array<T, Capacity> m_items{};
};

} // namespace canto
