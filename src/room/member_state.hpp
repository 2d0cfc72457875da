// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/member.hpp>

#include <any>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace chatroom::detail {

class room_state;

/// What the holder of a handle can ask of a member, on the member's strand.
class member_port {
  public:
    virtual void send_line(std::string_view sender, std::string_view text) = 0;
    virtual void remove(std::string_view last_words) = 0;
    virtual void set_sender(std::string_view sender) = 0;
    virtual void mute(std::chrono::milliseconds duration) = 0;
    virtual void join(const std::shared_ptr<room_state>& room) = 0;
    virtual void leave(room_state& room) = 0;

  protected:
    ~member_port() = default;
};

/// What the handles of a member share with it. Any thread, but for what says otherwise.
class CHATROOM_EXPORT member_state {
  public:
    using action = std::function<void(member_port&)>;

    /// Bytes of lines to this member alone that may wait for it.
    static constexpr std::size_t most_pending = 64 * 1024;

    member_state(member_id id, transport by, std::string address, bool encrypted = false);
    virtual ~member_state();
    member_state(const member_state&) = delete;
    member_state& operator=(const member_state&) = delete;

    [[nodiscard]] member_id id() const noexcept { return id_; }
    [[nodiscard]] chatroom::transport transport() const noexcept { return transport_; }
    [[nodiscard]] bool is_encrypted() const noexcept { return encrypted_; }
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    [[nodiscard]] std::string name() const;
    [[nodiscard]] std::string sender() const;
    void set_data(std::any data);
    [[nodiscard]] std::any data() const;

    error_code send(std::string_view sender, std::string_view text);
    error_code rename(std::string_view name);

    /// Has it done on the member's strand; not_a_member if the member has gone.
    error_code perform(action what);

    /// Whether all that was asked of the member is done, but for a few lines that are on their way. On its strand.
    [[nodiscard]] bool settled() const noexcept { return unsettled_ == 0 && pending_ <= few_lines; }

    /// The member has gone. On its strand, or where the strand is no more.
    void detach() noexcept;

    /// So many bytes of lines have gone out, or were dropped.
    void take_pending(std::size_t bytes) noexcept { pending_.fetch_sub(bytes); }

  private:
    static constexpr std::size_t few_lines = 1024;  // bytes

    error_code post_if_here(action what);
    void post_counted(action what);

    /// Called under the mutex, for a member that has not gone. The state lives until it is done.
    virtual void post(action what) = 0;

    const member_id id_;
    const chatroom::transport transport_;
    const bool encrypted_;
    const std::string address_;
    std::atomic<std::size_t> pending_{0};
    mutable std::mutex mutex_;  // while it is held, a function is posted to the strand
    std::string name_;
    std::any data_;
    bool gone_ = false;
    std::atomic<std::uint32_t> unsettled_{0};  // what was asked for and is not done, lines apart
};

}  // namespace chatroom::detail
