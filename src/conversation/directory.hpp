// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "announcements.hpp"
#include "name_registry.hpp"
#include "network.hpp"

#include <chatroom/member.hpp>
#include <chatroom/room/room.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chatroom::detail {

struct place;

/// A member, where it is and what it may do.
struct person {
    using time_point = std::chrono::steady_clock::time_point;

    member who;
    name_registry::claim_ptr name;  ///< Null: it has none.
    place* in = nullptr;            ///< Where it speaks, and what its commands are about; null: it is in no room.
    time_point time{};              ///< Until when it is muted; of one without the password, when it has to go.
    bool is_operator = false;
    bool outside = false;  ///< It has not said the password yet.
    bool removed = false;  ///< It is being disconnected: nothing of it is said or executed any more.

    /// `<NAME>` or ADDRESS:PORT.
    [[nodiscard]] std::string sender() const { return name ? '<' + name->text + '>' : who.address(); }
};

/// A room and who is in it.
struct place {
    place(valid_name called, chatroom::room which) : name{std::move(called)}, room{std::move(which)} {}

    const valid_name name;
    chatroom::room room;
    std::shared_ptr<std::atomic<bool>> spoken_in = std::make_shared<std::atomic<bool>>(false);
    std::function<submission(const member&, std::string_view)> submit;  ///< As the room's policy has it.
    std::string topic;
    announcements news;
    boost::asio::ip::address maker;                              ///< Whose it counts for: see host_network().
    bool stays = true;                                           ///< Also when it is empty.
    person::time_point empty_since = person::time_point::max();  ///< Of one that was left; max(): it is not empty.
    std::map<member_id, person*> people;
};
using place_ptr = std::shared_ptr<place>;

/// The members and the rooms of a server. Not thread-safe. It calls nothing of a room or a member but what reads. What
/// throws std::bad_alloc has changed nothing.
class directory {
  public:
    /// How long a room in which something was said stays when it is empty.
    static constexpr std::chrono::hours idle_time{1};

    /// `in` is where it is; null: nowhere.
    person& add(const member& who, place* in);

    /// Takes a member, which is nowhere, out of everything but the registry of names.
    void remove(person& one) noexcept;

    /// Null if there is none.
    [[nodiscard]] person* find(member_id id);
    [[nodiscard]] const person* find(member_id id) const;
    /// Who has the address ADDRESS:PORT, over whatever transport.
    [[nodiscard]] std::vector<person*> find_address(std::string_view address);

    void add(const place_ptr& one);
    /// The room with that name, or one that looks like it; null if there is none.
    [[nodiscard]] place_ptr find(const valid_name& name) const;
    [[nodiscard]] std::size_t made_from(const boost::asio::ip::address& address) const;

    /// Puts a member into a room; null: nowhere, which throws nothing. Returns the room that has gone thereby, since it
    /// was left empty and nothing was said in it: it is to be stopped.
    [[nodiscard]] place_ptr move(person& one, place* to, person::time_point now);

    /// The rooms of a member that may be in several: it comes into one, which is where it speaks then, or leaves one.
    /// exit() returns what move() does.
    void enter(person& one, place& to);
    [[nodiscard]] place_ptr exit(person& one, place& from, person::time_point now) noexcept;
    [[nodiscard]] std::vector<place*> places_of(const person& one) const;

    /// Takes out the rooms that have been empty for idle_time; they are to be stopped. Returns the time when it is to
    /// be called again; max() if there is no empty room.
    person::time_point take_idle(person::time_point now, std::vector<place_ptr>& gone);

    /// Takes out the room that has been empty for the longest time, which is to be stopped; null if there is none.
    [[nodiscard]] place_ptr take_longest_empty() noexcept;

    [[nodiscard]] const std::map<std::string, place_ptr>& places() const noexcept { return places_; }
    [[nodiscard]] std::map<member_id, person>& people() noexcept { return people_; }

  private:
    [[nodiscard]] place_ptr take(const place& which) noexcept;
    [[nodiscard]] place_ptr take_out(const person& one, place& from, person::time_point now) noexcept;

    std::map<member_id, person> people_;
    std::multimap<std::string_view, person*> addresses_;     // views of member::address()
    std::map<std::string, place_ptr> places_;                // by name
    std::map<std::string, place*, std::less<>> place_keys_;  // by the keys of their names
    std::multimap<member_id, place*> others_;                // rooms of a member, beside person::in
    std::map<boost::asio::ip::address, std::size_t> made_;   // rooms that don't stay, by maker
};

}  // namespace chatroom::detail
