// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/bind_allocator.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace chatroom::detail {

/// Preallocated storage for one pending asynchronous operation, which then can't fail with bad_alloc. A request that is
/// too large, or arrives while the storage is in use, falls back to the heap.
///
/// Not thread-safe: its operations follow one another. It outlives them.
template <std::size_t Bytes>
class basic_handler_memory {
  public:
    basic_handler_memory() = default;
    basic_handler_memory(const basic_handler_memory&) = delete;
    basic_handler_memory& operator=(const basic_handler_memory&) = delete;

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
    alignas(void*) unsigned char block_[Bytes];
    bool taken_ = false;
};

/// For a wait of Asio's whose handler is five words.
using handler_memory = basic_handler_memory<128>;

/// For the wait of a member's coroutine: there may be many members.
using member_memory = basic_handler_memory<112>;

/// Gives an operation its memory: the allocator that goes with a handler, as with_memory() binds it.
template <typename T, typename Memory>
class handler_allocator {
  public:
    using value_type = T;
    /// @cond
    template <typename U>
    struct rebind {
        using other = handler_allocator<U, Memory>;
    };
    /// @endcond

    explicit handler_allocator(Memory& memory) noexcept : memory_{&memory} {}
    template <typename U>
    handler_allocator(const handler_allocator<U, Memory>& other) noexcept : memory_{&other.memory()}
    {
    }

    [[nodiscard]] T* allocate(std::size_t count)
    {
        static_assert(alignof(T) <= alignof(void*));
        return static_cast<T*>(memory_->take(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t) noexcept { memory_->give_back(memory); }

    [[nodiscard]] Memory& memory() const noexcept { return *memory_; }

    template <typename U>
    bool operator==(const handler_allocator<U, Memory>& other) const noexcept
    {
        return memory_ == &other.memory();
    }

  private:
    Memory* memory_;
};

/// The handler, and the memory that its operation lies in.
template <typename Memory, typename Handler>
[[nodiscard]] auto with_memory(Memory& memory, Handler handler)
{
    return boost::asio::bind_allocator(handler_allocator<void, Memory>{memory}, std::move(handler));
}

}  // namespace chatroom::detail
