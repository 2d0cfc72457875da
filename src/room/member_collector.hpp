// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "event.hpp"

#include <chatroom/member.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace chatroom::detail {

/// What several strands have collected, and whether they are done.
struct collected_members {
    explicit collected_members(const boost::asio::any_io_executor& executor) : done{executor} {}

    std::mutex mutex;  // a leaf
    std::vector<member> found;
    event done;  // set when the last collector is gone
};

/// Passes through the strands of a room's readers, which add their members. The end of the last copy is the end of the
/// collection, also where a strand is no more. Any thread.
class member_collector {
  public:
    using predicate = std::function<bool(const member&)>;

    /// At most so many, of those that are wanted.
    member_collector(std::shared_ptr<collected_members> into, std::size_t most, predicate wanted)
        : into_{std::move(into)},
          most_{most},
          wanted_{std::move(wanted)}
    {
    }
    member_collector(const member_collector&) = delete;
    member_collector& operator=(const member_collector&) = delete;
    ~member_collector() { into_->done.set(); }

    /// False once there are enough.
    bool add(const member& one)
    {
        if (wanted_ && !wanted_(one)) {
            return true;
        }
        const std::scoped_lock lock{into_->mutex};
        if (into_->found.size() < most_) {
            into_->found.push_back(one);
        }
        return into_->found.size() < most_;
    }

  private:
    const std::shared_ptr<collected_members> into_;
    const std::size_t most_;
    const predicate wanted_;
};

}  // namespace chatroom::detail
