// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "address.hpp"
#include "back_off.hpp"
#include "clock.hpp"
#include "contacts.hpp"
#include "frontend.hpp"
#include "identity.hpp"
#include "notifier.hpp"
#include "outbox.hpp"
#include "transcript.hpp"

#include <chatroom/client.hpp>
#include <chatroom/websocket_client.hpp>
#include <chatroom/wire/token_bucket.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>

namespace client {

/// The exit codes of the program, as --help tells them.
enum class exit_code : unsigned char { ok = 0, no_connection = 1, usage = 2, lost = 3, unheard = 4, unusable = 5 };

/// A server that is spoken to over UDP drops what comes faster than its --rate and --burst, and can make nobody wait.
/// This stays below their defaults, 20 and 100.
inline constexpr chatroom::wire::token_rate udp_pace{18, 80};

struct session_options {
    address server;
    bool reconnect = false;  ///< After a loss.
    bool first_too = false;  ///< Also when the first attempt fails.
    std::chrono::milliseconds echo_timeout{
        5000};                              ///< How long one's own words may take to come back, from the last that did.
    chatroom::wire::token_rate pace{0, 0};  ///< No faster than this is said; a rate of 0 is no limit.
    bool hide_joins = false;                ///< Of people who are silent.
    transcript* log = nullptr;              ///< That the conversation is added to; outlives the session.
    std::string name;                       ///< To be asked for on each connection; empty: none.
    std::shared_ptr<chatroom::websocket_place> place = {};  ///< Over WebSocket; what the connector's clients share.
    back_off retry;
    std::mt19937 random{std::random_device{}()};  ///< Draws the waits before attempts.
};

/// Connects a front to a room: says its lines, shows it what is heard, and keeps that up over lost connections. One
/// thread.
class session {
  public:
    using connector = std::function<std::unique_ptr<chatroom::client>()>;

    session(const boost::asio::any_io_executor& executor, session_options options, frontend& front, connector connect);

    /// Completes when the room has been left or given up; result() and complaint() tell how. Throws nothing of the
    /// network's.
    boost::asio::awaitable<void> run();

    /// Leaves without waiting for anything that is yet to be said or to come back. run() completes soon.
    void stop();

    /// What waits to be said is not said, nor are so many lines that have not come here. Tells how many.
    void drop_waiting(std::size_t lines = 0);

    [[nodiscard]] bool connected() const noexcept { return connected_; }
    [[nodiscard]] exit_code result() const noexcept { return result_; }
    [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }

  private:
    boost::asio::awaitable<void> collect();
    boost::asio::awaitable<chatroom::error_code> connect(std::shared_ptr<chatroom::client> link);
    boost::asio::awaitable<void> talk(std::shared_ptr<chatroom::client> link);
    boost::asio::awaitable<void> speak(std::shared_ptr<chatroom::client> link);
    boost::asio::awaitable<void> send_loop(std::shared_ptr<chatroom::client> link);
    boost::asio::awaitable<void> introduce(std::shared_ptr<chatroom::client> link);
    [[nodiscard]] bool obey(std::string& line);
    void help(const std::string& about, std::string& line);
    void ignore(const std::string& word);
    [[nodiscard]] bool take_answer(const chatroom::received_message& what);
    [[nodiscard]] message to_message(chatroom::received_message&& from) const;
    void take_in(message& what);
    void receive(message& what);
    [[nodiscard]] bool receive_from_server(message& what);
    [[nodiscard]] bool receive_from_member(message& what);
    [[nodiscard]] bool holds_password();
    [[nodiscard]] clock::time_point identity_due() const;
    boost::asio::awaitable<void> pause(std::chrono::milliseconds time);

    [[nodiscard]] bool can_be_said(const std::string& line);
    [[nodiscard]] clock::time_point look_for_echoes();
    void tell_silence(bool repeats);
    void tell_missing();
    void take_back(bool ended_early);
    [[nodiscard]] bool nothing_left_to_do() const;
    void set_result(const std::string& trouble);
    void update();

    boost::asio::any_io_executor executor_;
    session_options options_;
    frontend& frontend_;
    connector make_;
    outbox outbox_;
    identity identity_;
    contacts contacts_;
    notifier taken_;                          // for collect: the outbox may have room
    notifier work_;                           // for speak: there is something to say, or it is time to leave
    notifier resumed_;                        // for pause, and for the end of speak
    std::shared_ptr<chatroom::client> link_;  // the one in use or in the making
    clock::time_point progress_;              // something was said with nothing on its way, or came back
    clock::time_point asked_;                 // for the name, on this connection
    int asks_ = 0;                            // so often
    int silences_ = 0;                        // since progress_, or since what was said then was said again
    std::size_t drops_ = 0;                   // calls of drop_waiting()
    std::size_t unsayable_ = 0;               // lines
    chatroom::wire::token_bucket pace_;
    bool ever_ = false;   // connected
    bool again_ = false;  // connected, not for the first time
    bool past_ = false;   // the last message was history
    bool heard_ = false;  // anything at all
    bool connected_ = false;
    bool collecting_ = false;
    bool collecting_line_ = false;  // there is no room for it yet
    bool input_ended_ = false;
    bool showing_ = false;
    bool stopped_ = false;
    bool leaving_ = false;
    bool expelled_ = false;  // the server has said so: to come back at once is not wanted
    bool speaking_ = false;
    exit_code result_ = exit_code::ok;
    std::string complaint_;
};

}  // namespace client
