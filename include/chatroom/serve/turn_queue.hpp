// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/serve/handler_memory.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace chatroom {

namespace asio = boost::asio;

/// A function that waits in a turn_queue, and knows the memory that it lies in.
struct queued {
    queued* next = nullptr;
    void (*finish)(queued*, bool run);  ///< Gives the memory back, and then runs the function, or destroys it only.
};

/// Lets functions run one at a time, in the order they came, over whatever executor the caller gave. Any thread.
///
/// As asio::strand, but it survives a failed allocation. asio::strand marks itself locked before it posts its invoker;
/// if that post throws bad_alloc, nothing unlocks it, and the strand is stuck. Here, on an io_context's executor, the
/// post uses preallocated storage; over another executor, the next call posts again.
///
///     push() ──► waiting_ ──► post() ──► the executor below ──► run(): ready_, one after the other ──► leave()
///     enter() ──────────────────────────────────────► one function, at once, without memory ─────────► leave()
///                                        ▲ another turn, if somebody waits                                 │
///                                        └─────────────────────────────────────────────────────────────────┘
class CHATROOM_EXPORT turn_queue : public std::enable_shared_from_this<turn_queue> {
  public:
    /// Throws std::bad_alloc. Its executor's context, when it is destroyed, destroys what waits.
    static std::shared_ptr<turn_queue> make(const asio::any_io_executor& executor);

    explicit turn_queue(const asio::any_io_executor& executor);
    ~turn_queue();
    turn_queue(const turn_queue&) = delete;
    turn_queue& operator=(const turn_queue&) = delete;

    /// Whether this thread is in a turn.
    [[nodiscard]] bool running_in_this_thread() const noexcept;

    /// Begins a turn for the caller, if nobody is in or waits, and this thread runs the io_context. The caller makes a
    /// `turn` of it.
    [[nodiscard]] bool enter() noexcept;

    void push(queued* one) noexcept;

    /// The context is going: destroys what waits, and whatever is still to come.
    void shut() noexcept;

    /// Work is outstanding (asio::execution::outstanding_work) that will come back to this queue: the executor below
    /// does not run out of work meanwhile, and the queue lives. Each start() has its finish().
    void start_work() noexcept;
    void finish_work() noexcept;

    [[nodiscard]] asio::execution_context& context() const noexcept { return *context_; }

    /// This thread is in a turn as long as this lives; it ends with leave().
    class turn {
      public:
        explicit turn(std::shared_ptr<turn_queue> queue) noexcept;
        ~turn();
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;

      private:
        friend class turn_queue;
        const std::shared_ptr<turn_queue> queue_;
        turn* const outer_;
    };

  private:
    struct list {
        queued* first = nullptr;
        queued* last = nullptr;
        [[nodiscard]] bool empty() const noexcept { return first == nullptr; }
        void push(queued* one) noexcept;
        queued* pop() noexcept;
        void take(list& other) noexcept;
    };

    void run();
    void leave() noexcept;
    void post() noexcept;

    asio::execution_context* const context_;
    const asio::any_io_executor below_;                          // never blocks
    std::optional<asio::io_context::executor_type> io_context_;  // the same, if it is one's
    handler_memory turn_memory_;

    std::mutex mutex_;  // a leaf
    list waiting_;
    list ready_;  // of the turn that is taken, which comes before all that wait
    bool taken_ = false;
    bool shut_ = false;

    std::atomic<std::size_t> work_{0};  // leaves and reaches 0 under the mutex only
    asio::any_io_executor tracked_;     // while there is work
    std::shared_ptr<turn_queue> self_;  // likewise
};

}  // namespace chatroom
