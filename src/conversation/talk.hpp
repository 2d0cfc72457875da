// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "ban_list.hpp"
#include "command_line.hpp"
#include "directory.hpp"
#include "mute_list.hpp"
#include "name_registry.hpp"
#include "password_pauses.hpp"
#include "slow_work.hpp"

#include <chatroom/conversation.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace chatroom::detail {

/// What the rooms of a conversation share: the directory, and the commands. Rooms call it on the strands of their
/// members; nothing of a room or a member is called under the mutex but what reads.
class talk : public std::enable_shared_from_this<talk> {
  public:
    talk(const boost::asio::any_io_executor& executor, const conversation_options& options,
         std::shared_ptr<observer> watcher, std::shared_ptr<time_source> clock);

    /// Makes the rooms; called once, first.
    void open();
    /// Ends the timer and the slow work.
    void end();
    void stop() noexcept;

    [[nodiscard]] chatroom::directory by_request();
    [[nodiscard]] room entry() const { return gate_ ? gate_->room : lobby_->room; }
    [[nodiscard]] std::optional<room> find_room(std::string_view name) const;
    [[nodiscard]] member find_member(std::string_view name) const;
    [[nodiscard]] std::size_t rooms() const;
    [[nodiscard]] conversation_statistics statistics() const;
    std::size_t read_bans();
    void add_command(std::string name, std::string help, conversation::handler what);

  private:
    using lock_guard = std::scoped_lock<std::mutex>;
    using self_ptr = std::shared_ptr<talk>;
    static constexpr std::chrono::seconds password_time{30};  ///< For a new member to give it.
    struct extra_command {
        std::string help;
        conversation::handler what;
    };
    /// A member, or the sentence that says why there is none.
    using found_person = std::variant<person*, std::string>;

    [[nodiscard]] std::vector<room> all_rooms() const;

    // What the rooms call; `self` is null once the conversation has gone.
    [[nodiscard]] place_ptr make_place(valid_name name, bool is_entry);
    [[nodiscard]] bool is_removed(const member& who);
    [[nodiscard]] bool is_inside(const member& who);
    [[nodiscard]] admission_verdict admit(std::string_view address, transport by);
    static boost::asio::awaitable<admission_verdict> answer_admission(self_ptr self, std::string address, transport by);
    void on_joined(place& where, const member& who);
    void on_left(const place_ptr& where, const member& who, disconnect_reason why);
    static boost::asio::awaitable<void> execute(const self_ptr& self, const member& from, std::string_view line);
    [[nodiscard]] static boost::asio::awaitable<void> start(const self_ptr& self, const member& from,
                                                            const command_line& line);
    [[nodiscard]] bool run_at_once(const member& from, const command_line& line);
    static boost::asio::awaitable<void> run_extra(self_ptr self, member from, std::string name, std::string arguments);

    // Members that join rooms by requests.
    static boost::asio::awaitable<entry_verdict> enter_by_request(self_ptr self, member who, credentials given);
    [[nodiscard]] found_room join_by_request(const member& who, std::string_view name);
    void leave_by_request(const member& who, std::string_view room_name);
    void end_by_request(const member& who, disconnect_reason why);
    [[nodiscard]] bool speaks_in(const member& who, std::string_view room_name);
    [[nodiscard]] place_ptr exit_locked(person& one, place& from);

    // Commands of everybody.
    void help(const member& from, const command_line& line);
    void take_name(const member& from, const command_line& line);
    void list_people(const member& from, const command_line& line);
    void list_rooms(const member& from, const command_line& line);
    void join_room(const member& from, std::string_view name);
    void leave_room(const member& from);
    void send_private(const member& from, const command_line& line);
    void act(const member& from, const command_line& line);
    void topic(const member& from, const command_line& line);
    static boost::asio::awaitable<void> log_in(self_ptr self, member from, std::string name, std::string password);
    static boost::asio::awaitable<std::optional<std::string>> check_password(self_ptr self, member from,
                                                                             std::string password);
    static boost::asio::awaitable<void> open_by_password(self_ptr self, member from, std::string password);

    // Commands of operators.
    void kick(const member& from, const command_line& line);
    void mute(const member& from, const command_line& line);
    void list_mutes(const member& from, const command_line& line);
    void list_bans(const member& from, const command_line& line);
    static void tell_page(const member& from, const std::vector<std::string>& all, std::string_view asked,
                          std::string_view command);
    void announce(const member& from, const command_line& line);
    /// What a new ban does: a sentence for the operator, and who is removed with which words.
    struct ban_change {
        std::string whom;
        std::string wrong = {};
        std::string done = {};  ///< Empty: it was wrong.
        std::string words = {};
        std::vector<member> removed = {};
    };
    [[nodiscard]] ban_change change_bans(const member& from, std::string whom, std::string_view rest);
    static boost::asio::awaitable<void> add_ban(self_ptr self, member from, std::string whom, std::string rest);
    static boost::asio::awaitable<void> remove_ban(self_ptr self, member from, std::string whom);
    static boost::asio::awaitable<void> save_bans(self_ptr self, member from);
    [[nodiscard]] boost::asio::awaitable<std::optional<bool>> start_writing(const std::shared_ptr<std::string>& why);
    [[nodiscard]] std::string write_bans();

    // Parts of them; those that end in _locked are called under the mutex.
    /// `everybody`: those too that have yet to give the password.
    [[nodiscard]] found_person find_locked(std::string_view who, bool everybody = false);
    /// Tells a member why its command was not done, and counts that.
    void refuse(const member& who, std::string_view why);
    void remove_locked(person& one) noexcept;
    /// Where that member is; nowhere if there is none.
    [[nodiscard]] std::vector<place_ptr> places_of_locked(member_id who) const;
    [[nodiscard]] bool is_meant_locked(const std::variant<valid_name, network>& whom, const person& one) const;
    /// What a mute does, or lifting one: whom it is about, and who is muted until when by it and by others.
    struct mute_change {
        std::string wrong;  ///< A sentence, if it is refused.
        std::string subject;
        std::vector<std::pair<member, person::time_point>> members;
    };
    [[nodiscard]] mute_change change_mutes_locked(const person& by, std::string_view who, person::time_point until);
    void mute_until(const member& who, person::time_point until) const;
    [[nodiscard]] person::time_point lasting_mute_locked(const person& one) const;
    void apply_mutes(const member& who);
    void close_when_empty(const place_ptr& which);
    void close_if_empty(const place_ptr& which);
    [[nodiscard]] place_ptr move_locked(person& one, place* to);
    struct found_place {
        place_ptr place = {};
        std::string refusal = {};
        place_ptr gone = {};  ///< It made room for that one, and is to be stopped.
    };
    [[nodiscard]] found_place find_or_make_locked(const valid_name& name, const boost::asio::ip::address& maker);
    [[nodiscard]] std::string sender_of(const member& who);
    [[nodiscard]] std::optional<std::string> claim_name(const member& who, const valid_name& name, std::string_view key,
                                                        bool proven, std::string (*words)(std::string_view));
    bool grant_name(const member& who, const valid_name& name, std::string_view key, bool proven,
                    std::string (*words)(std::string_view));
    void enter(const member& who, const place_ptr& to, const room& from, const place_ptr& gone);
    void tell_event(entry_kind what, member_id about, const std::string& line);
    void announce_move(place& where, entry_kind what, member_id who, std::string_view sender);
    void welcome(const member& who) const;
    [[nodiscard]] std::optional<std::string> login_refusal(const member& from) const;
    [[nodiscard]] std::optional<std::string> begin_attempt(password_pauses& pauses, const member& from,
                                                           password_pauses::attempt& made);
    void report(const std::string& what) const;

    // The timer.
    void wake_by(person::time_point when);
    void look();
    void tick();
    void cancel_timer();

    [[nodiscard]] person::time_point now() const noexcept { return clock_->now(); }

    const conversation_options options_;
    const std::shared_ptr<observer> watcher_;
    const std::shared_ptr<time_source> clock_;
    const std::vector<network> allow_;
    const std::vector<network> deny_;
    const room nowhere_;  // nobody is in it
    place_ptr gate_;      // with a password; in no directory
    place_ptr lobby_;
    slow_work slow_;
    std::mutex file_mutex_;  // while the bans are written or read

    // People that are being removed: while there are none, a message takes no lock. Changed under the mutex.
    const std::shared_ptr<std::atomic<std::size_t>> removals_ = std::make_shared<std::atomic<std::size_t>>(0);

    std::atomic<std::uint64_t> commands_refused_{0};
    std::atomic<std::uint64_t> names_refused_{0};
    std::atomic<std::uint64_t> passwords_refused_{0};

    mutable std::mutex mutex_;  // a leaf; of all that follows
    directory directory_;
    name_registry names_;
    mute_list mutes_;
    ban_list bans_;
    bool bans_unsaved_ = false;  // what is in the file is older
    password_pauses login_pauses_;
    password_pauses pass_pauses_;
    password_pauses key_pauses_;
    std::map<std::string, extra_command, std::less<>> extra_;
    std::vector<std::pair<valid_name, std::string>> accounts_;  // with the hash
    std::vector<place_ptr> closing_;  // no longer in the directory, with members on their way out

    boost::asio::strand<boost::asio::any_io_executor> strand_;
    // On the strand.
    boost::asio::steady_timer timer_;
    person::time_point wakes_at_ = person::time_point::max();
    person::time_point ticked_ = person::time_point::min();
    bool stopped_ = false;
};

/// Tells a member several lines; over UDP in one datagram, cut where that is full.
void tell(const member& who, const std::vector<std::string>& lines);

}  // namespace chatroom::detail
