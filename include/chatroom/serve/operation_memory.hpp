// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/bind_allocator.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace chatroom {

/// Memory for one pending operation, kept by whoever waits for it, so that neither the wait nor its way to the strand
/// can be refused memory: the one gives it back before the other takes it. Who asks while it is taken, or for more than
/// there is, is served by the heap.
///
/// Not thread-safe: its operations follow one another. It outlives them.
class operation_memory {
  public:
    operation_memory() = default;
    operation_memory(const operation_memory&) = delete;
    operation_memory& operator=(const operation_memory&) = delete;

    /// Throws std::bad_alloc, only if the heap is asked.
    [[nodiscard]] void* take(std::size_t bytes)
    {
        if (taken_ || bytes > sizeof block_) {
            return ::operator new(bytes);
        }
        taken_ = true;
        return block_;
    }

    void give_back(void* memory) noexcept
    {
        if (memory == block_) {
            taken_ = false;
        } else {
            ::operator delete(memory);
        }
    }

  private:
    alignas(void*) unsigned char block_[144];  // a wait of Asio's whose handler is five words; tests/memory sees it fit
    bool taken_ = false;
};

/// Gives an operation its memory: the allocator that goes with a handler: see with_memory().
template <typename T = void>
class operation_allocator {
  public:
    using value_type = T;

    explicit operation_allocator(operation_memory& memory) noexcept : memory_{&memory} {}
    template <typename U>
    operation_allocator(const operation_allocator<U>& other) noexcept : memory_{other.memory_}
    {
    }

    [[nodiscard]] T* allocate(std::size_t count)
    {
        static_assert(alignof(T) <= alignof(void*));
        return static_cast<T*>(memory_->take(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t) noexcept { memory_->give_back(memory); }

    template <typename U>
    friend bool operator==(const operation_allocator& a, const operation_allocator<U>& b) noexcept
    {
        return a.memory_ == b.memory_;
    }

  private:
    template <typename>
    friend class operation_allocator;

    operation_memory* memory_;
};

/// The same before it is known for what.
template <>
class operation_allocator<void> {
  public:
    using value_type = void;

    explicit operation_allocator(operation_memory& memory) noexcept : memory_{&memory} {}
    template <typename U>
    operation_allocator(const operation_allocator<U>& other) noexcept : memory_{other.memory_}
    {
    }

    friend bool operator==(const operation_allocator&, const operation_allocator&) noexcept = default;

  private:
    template <typename>
    friend class operation_allocator;

    operation_memory* memory_;
};

/// The handler, and the memory that its operation lies in.
template <typename Handler>
[[nodiscard]] auto with_memory(operation_memory& memory, Handler handler)
{
    return boost::asio::bind_allocator(operation_allocator<>{memory}, std::move(handler));
}

}  // namespace chatroom
