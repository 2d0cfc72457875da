// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/turn_queue.hpp>

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>

#include <vector>

namespace chatroom {
namespace {

// Knows the queues of a context: what waits in them may own them.
class turn_queues final : public asio::execution_context::service {
  public:
    static asio::execution_context::id id;

    explicit turn_queues(asio::execution_context& context) : asio::execution_context::service{context} {}

    void add(std::weak_ptr<turn_queue> queue)
    {
        const std::scoped_lock lock{mutex_};
        std::erase_if(queues_, [](const auto& one) { return one.expired(); });
        queues_.push_back(std::move(queue));
    }

  private:
    void shutdown() override
    {
        for (const auto& one : queues_) {
            if (const auto queue = one.lock()) {
                queue->shut();
            }
        }
    }

    std::mutex mutex_;  // a leaf
    std::vector<std::weak_ptr<turn_queue>> queues_;
};

asio::execution_context::id turn_queues::id;

// The turns that this thread is in.
thread_local turn_queue::turn* innermost = nullptr;

}  // namespace

void turn_queue::list::push(queued* one) noexcept
{
    one->next = nullptr;
    (first == nullptr ? first : last->next) = one;
    last = one;
}

queued* turn_queue::list::pop() noexcept
{
    auto* const one = first;
    if (one != nullptr) {
        first = one->next;
    }
    return one;
}

void turn_queue::list::take(list& other) noexcept
{
    if (other.empty()) {
        return;
    }
    (first == nullptr ? first : last->next) = other.first;
    last = other.last;
    other.first = nullptr;
}

std::shared_ptr<turn_queue> turn_queue::make(const asio::any_io_executor& executor)
{
    auto made = std::make_shared<turn_queue>(executor);
    asio::use_service<turn_queues>(made->context()).add(made);
    return made;
}

turn_queue::turn_queue(const asio::any_io_executor& executor)
    : context_{&asio::query(executor, asio::execution::context)},
      below_{asio::require(executor, asio::execution::blocking.never)}
{
    if (const auto* const one = executor.target<asio::io_context::executor_type>()) {
        io_context_ = *one;
    }
}

turn_queue::~turn_queue()
{
    shut();
}

bool turn_queue::running_in_this_thread() const noexcept
{
    for (const auto* one = innermost; one != nullptr; one = one->outer_) {
        if (one->queue_.get() == this) {
            return true;
        }
    }
    return false;
}

bool turn_queue::enter() noexcept
{
    if (!io_context_ || !io_context_->running_in_this_thread()) {
        return false;
    }
    const std::scoped_lock lock{mutex_};
    if (taken_ || shut_ || !waiting_.empty() || !ready_.empty()) {
        return false;
    }
    return taken_ = true;
}

void turn_queue::push(queued* one) noexcept
{
    std::unique_lock lock{mutex_};
    if (shut_) {
        lock.unlock();
        return one->finish(one, false);
    }
    waiting_.push(one);
    if (!std::exchange(taken_, true)) {
        lock.unlock();
        post();
    }
}

void turn_queue::shut() noexcept
{
    list all;
    {
        const std::scoped_lock lock{mutex_};
        shut_ = true;
        all.take(ready_);
        all.take(waiting_);
    }
    while (auto* const one = all.pop()) {
        one->finish(one, false);
    }
}

void turn_queue::start_work() noexcept
{
    auto count = work_.load();
    while (count != 0) {
        if (work_.compare_exchange_weak(count, count + 1)) {
            return;
        }
    }
    const std::scoped_lock lock{mutex_};
    if (work_.fetch_add(1) == 0) {
        tracked_ = asio::prefer(below_, asio::execution::outstanding_work.tracked);
        self_ = shared_from_this();
    }
}

void turn_queue::finish_work() noexcept
{
    auto count = work_.load();
    while (count != 1) {
        if (work_.compare_exchange_weak(count, count - 1)) {
            return;
        }
    }
    // Both go outside of the lock: the one may stop the context, the other may destroy this.
    asio::any_io_executor tracked;
    std::shared_ptr<turn_queue> self;
    const std::scoped_lock lock{mutex_};
    if (work_.fetch_sub(1) == 1) {
        tracked = std::exchange(tracked_, {});
        self = std::move(self_);
    }
}

// For whoever has the turn: has run() called, in memory that can't be refused if it is an io_context that is asked.
void turn_queue::post() noexcept
{
    try {
        auto next = [self = shared_from_this()] { self->run(); };
        if (io_context_) {
            asio::require(asio::require(*io_context_, asio::execution::blocking.never),
                          asio::execution::allocator(handler_allocator<void, handler_memory>{turn_memory_}))
                .execute(std::move(next));
        } else {
            below_.execute(std::move(next));
        }
    } catch (...) {
        const std::scoped_lock lock{mutex_};
        taken_ = false;  // the next who comes tries again
    }
}

void turn_queue::run()
{
    const turn now{shared_from_this()};
    {
        const std::scoped_lock lock{mutex_};
        ready_.take(waiting_);
    }
    while (auto* const one = ready_.pop()) {
        one->finish(one, true);
    }
}

// What came meanwhile gets a turn of its own, so that the poller has one in between.
void turn_queue::leave() noexcept
{
    {
        const std::scoped_lock lock{mutex_};
        taken_ = !ready_.empty() || !waiting_.empty();
        if (!taken_) {
            return;
        }
    }
    post();
}

turn_queue::turn::turn(std::shared_ptr<turn_queue> queue) noexcept : queue_{std::move(queue)}, outer_{innermost}
{
    innermost = this;
}

turn_queue::turn::~turn()
{
    innermost = outer_;
    queue_->leave();
}

}  // namespace chatroom
