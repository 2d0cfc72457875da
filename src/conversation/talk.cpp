// SPDX-License-Identifier: BSL-1.0
// The rooms and their rules.
#include "talk.hpp"

#include "sentences.hpp"

#include <chatroom/wire/text.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <stdexcept>

namespace chatroom::detail {
namespace {

namespace asio = boost::asio;

constexpr std::size_t longest_answer = 1024 - 2;  // of a datagram, behind `*` and a newline

valid_name required_name(const std::string& text, std::string_view option)
{
    auto checked = check_name(text);
    if (const auto* const wrong = std::get_if<name_error>(&checked)) {
        throw std::invalid_argument{"'" + text + "' in " + std::string{option} + ": " +
                                    sentences::wrong_name(*wrong, text)};
    }
    return std::move(std::get<valid_name>(checked));
}

void require_hash(std::string_view hash, std::string_view option)
{
    if (!is_password_hash(hash)) {
        throw std::invalid_argument{std::string{option} + " is no hash of a password"};
    }
}

// What refuses lines with passwords where there are no commands.
bool gives_password(std::string_view text)
{
    text = wire::trimmed(text);
    if (!text.starts_with('/')) {
        return false;
    }
    const auto line = parse_command(text);
    return line.spec != nullptr && (line.spec->what == verb::login || line.spec->what == verb::pass);
}

}  // namespace

void tell(const member& who, const std::vector<std::string>& lines)
{
    if (who.transport() != transport::udp) {
        for (const auto& line : lines) {
            (void)who.send(line);
        }
        return;
    }
    std::string all;
    for (const auto& line : lines) {
        all += all.empty() ? "" : "; ";
        wire::append_clean(all, line);
    }
    if (all.size() > longest_answer) {
        all.resize(wire::prefix_within(all, longest_answer - 3));
        all += "...";
    }
    (void)who.send(all);
}

void talk::refuse(const member& who, std::string_view why)
{
    commands_refused_.fetch_add(1, std::memory_order_relaxed);
    (void)who.send(why);
}

talk::talk(const asio::any_io_executor& executor, const conversation_options& options,
           std::shared_ptr<observer> watcher, std::shared_ptr<time_source> clock)
    : options_{options},
      watcher_{std::move(watcher)},
      clock_{clock ? std::move(clock) : std::make_shared<time_source>()},
      allow_{parse_networks(options.allow, "allow")},
      deny_{parse_networks(options.deny, "deny")},
      bans_{options.bans_file.empty() ? ban_list{} : ban_list::load(options.bans_file)},
      strand_{asio::make_strand(executor)},
      timer_{strand_}
{
}

void talk::open()
{
    bans_.drop_expired(ban::clock_now());
    if (options_.rooms.empty()) {
        throw std::invalid_argument{"rooms: at least one"};
    }
    if (!options_.password_hash.empty()) {
        require_hash(options_.password_hash, "password_hash");
        if (!options_.commands) {
            throw std::invalid_argument{"password_hash needs commands: there is no other way to give the password"};
        }
        gate_ = make_place({}, true);
    }
    for (const auto& text : options_.rooms) {
        auto name = required_name(text, "rooms");
        if (directory_.find(name)) {
            throw std::invalid_argument{"'" + text + "' in rooms: there is one that looks like it"};
        }
        auto made = make_place(std::move(name), !gate_ && !lobby_);
        directory_.add(made);
        lobby_ = lobby_ ? lobby_ : made;
    }
    for (const auto& one : options_.operators) {
        auto name = required_name(one.name, "operators");
        require_hash(one.password_hash, "operators");
        names_.reserve(name);
        accounts_.emplace_back(std::move(name), one.password_hash);
    }
    clock_->on_jump([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self) {
            asio::post(self->strand_, [self] { self->look(); });
        }
        return self != nullptr;
    });
}

void talk::end()
{
    slow_.end();
    cancel_timer();
}

void talk::stop() noexcept
{
    auto all = all_rooms();
    for (auto& one : all) {
        one.stop();
    }
    cancel_timer();
}

std::vector<room> talk::all_rooms() const
{
    std::vector<room> all;
    if (gate_) {
        all.push_back(gate_->room);
    }
    const lock_guard lock{mutex_};
    for (const auto& [name, one] : directory_.places()) {
        all.push_back(one->room);
    }
    return all;
}

place_ptr talk::make_place(valid_name name, bool is_entry)
{
    // The rules of a room know its place, which has the room.
    struct holder {
        std::weak_ptr<place> where;
        std::shared_ptr<std::atomic<bool>> spoken_in = std::make_shared<std::atomic<bool>>(false);
    };
    const auto held = std::make_shared<holder>();
    const auto weak = weak_from_this();
    const bool gate = is_entry && !options_.password_hash.empty();
    room_policy rules;
    rules.submit = [weak, spoken = held->spoken_in, removals = removals_, gate,
                    commands = options_.commands](const member& from, std::string_view text) {
        if (removals->load(std::memory_order_relaxed) > 0) {
            if (const auto self = weak.lock(); self && self->is_removed(from)) {
                return submission::refuse();  // it is told why as it is disconnected
            }
        }
        if (gate) {
            return submission::refuse(std::string{sentences::password_needed});
        }
        if (!commands && gives_password(text)) {
            return submission::refuse(std::string{sentences::commands_off});
        }
        spoken->store(true, std::memory_order_relaxed);
        return submission::pass();
    };
    if (options_.commands) {
        rules.joined = [weak, held](const member& who) {
            const auto self = weak.lock();
            const auto where = held->where.lock();
            if (self && where) {
                try {
                    self->on_joined(*where, who);
                } catch (...) {
                    (void)who.disconnect();  // nobody could find it
                    throw;
                }
            }
        };
        rules.left = [weak, held](const member& who, disconnect_reason why) {
            const auto self = weak.lock();
            const auto where = held->where.lock();
            if (self) {
                self->on_left(where, who, why);
            }
        };
    } else if (!options_.welcome.empty()) {  // without commands the directory serves nobody, and costs nothing
        rules.joined = [weak](const member& who) {
            if (const auto self = weak.lock()) {
                self->welcome(who);
            }
        };
    }
    // While a peer waits for this, what it says over UDP is lost: where nobody is refused, nobody is asked. A ban that
    // comes later is enforced by on_joined() and is_removed().
    if (is_entry && (gate || !allow_.empty() || !deny_.empty() || !bans_.list(ban::clock_now()).empty())) {
        rules.admit = [weak](std::string address, transport by) {
            return answer_admission(weak.lock(), std::move(address), by);
        };
    }
    if (is_entry && options_.commands) {
        rules.command = [weak](const member& from, std::string_view line) { return execute(weak.lock(), from, line); };
    }
    auto submit = rules.submit;
    auto limits = options_.room;
    limits.name = name.text;
    auto made = std::make_shared<place>(std::move(name), room{limits, watcher_, std::move(rules)});
    made->spoken_in = held->spoken_in;
    made->submit = std::move(submit);
    held->where = made;
    return made;
}

}  // namespace chatroom::detail
