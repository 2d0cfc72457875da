// SPDX-License-Identifier: BSL-1.0
// Passwords, and what operators do, over real sockets.
#include "operator_fixture.hpp"

#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>

using namespace chatroom;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(operators)

BOOST_AUTO_TEST_CASE(a_wrong_password_costs_a_pause_that_grows)
{
    std::mutex mutex;
    std::vector<std::string> log;
    auto options = with_operator();
    options.on_moderation = [&](std::string_view what) {
        const std::scoped_lock lock{mutex};
        log.emplace_back(what);
    };
    talk_fixture h{options};
    guest ann{h};
    BOOST_TEST(ann.ask("/name root") == "*: root is the name of an operator: /login NAME PASSWORD");
    BOOST_TEST(ann.ask("\u3000/login\u00a0Root\u2003wrong") == "*: that is the wrong name or password");
    BOOST_TEST(ann.ask("/login Root s3cret") == "*: wait 1s before the next password");
    h.time->advance(1s);
    BOOST_TEST(ann.ask("/login Nobody s3cret") == "*: that is the wrong name or password");
    BOOST_TEST(ann.ask("/login Root s3cret") == "*: wait 2s before the next password");
    h.time->advance(2s);
    BOOST_TEST(ann.ask("/login ROOT s3cret") == "*: you are <Root>, and an operator");
    const std::scoped_lock lock{mutex};
    BOOST_TEST(log.size() == 3u);
    for (const auto& line : log) {
        BOOST_TEST(line.find("s3cret") == line.npos);
    }
    BOOST_TEST(log.front() == ann.label() + " gave a wrong password");
}

BOOST_AUTO_TEST_CASE(an_operator_kicks_and_the_room_hears_why)
{
    talk_fixture h{with_operator()};
    guest root{h};
    log_in(root);
    guest eve{h, "Eve"};
    root.until("*: " + eve.label() + " is now <Eve>");
    const auto [done, event] = root.ask_two("/kick Eve too loud");
    BOOST_TEST(done == "*: <Eve> is removed");
    BOOST_TEST(event == "*: <Eve> was removed by <Root>: too loud");
    eve.until("*: <Eve> was removed by <Root>: too loud");
    BOOST_TEST(eve.hear() == "*: you were removed by <Root>: too loud");
    BOOST_TEST(eve.hear() == "(end)");
    eve.peer().socket().close();
    BOOST_TEST(h.events->saw("left removed"));
    BOOST_TEST(root.ask("/kick Root") == "*: not yourself");
    BOOST_TEST(root.ask("/kick Zoe") == "*: nobody here is Zoe");
    BOOST_TEST(root.ask("/kick") == "*: usage: /kick WHO [WHY]");
}

BOOST_AUTO_TEST_CASE(a_muted_member_says_nothing_in_any_way)
{
    talk_fixture h{with_operator()};
    guest root{h};
    log_in(root);
    guest eve{h, "Eve"};
    root.until("*: " + eve.label() + " is now <Eve>");
    BOOST_TEST(root.ask("/mute Eve soon") == "*: soon is no time: write 90s, 10m, 2h or 1d");
    BOOST_TEST(root.ask("/mute Eve 2h") == "*: <Eve> is muted for 2h");
    BOOST_TEST(eve.ask("hi") == "*: you are muted: your message was not passed on");
    BOOST_TEST(eve.ask("/me hi") == "*: you are muted: your message was not passed on");
    BOOST_TEST(eve.ask("/msg Root hi") == "*: you are muted: your message was not passed on");
    BOOST_TEST(eve.ask("/topic hi") == "*: you are muted: your message was not passed on");
    BOOST_TEST(eve.ask("/name hi") == "*: you are muted: your name stays as it is");
    h.time->advance(2h);
    BOOST_TEST(eve.ask("/me hi") == "<Eve>: /me hi");
    BOOST_TEST(root.hear() == "<Eve>: /me hi");
    BOOST_TEST(root.ask("/mute Eve") == "*: <Eve> is muted for 10m");
    BOOST_TEST(root.ask("/mute Eve 0") == "*: <Eve> is no longer muted");
    BOOST_TEST(eve.ask("hi") == "<Eve>: hi");
}

BOOST_AUTO_TEST_CASE(mutes_of_names_and_networks_hold_for_who_comes_again_and_are_listed)
{
    talk_fixture h{with_operator()};
    guest root{h};
    log_in(root);
    BOOST_TEST(root.ask("/mutes") == "*: nobody is muted");
    {
        guest eve{h, "Eve"};
        root.until("*: " + eve.label() + " is now <Eve>");
        BOOST_TEST(root.ask("/mute eve 2h") == "*: <Eve> is muted for 2h");
        eve.quit();
    }
    root.until("*: <Eve> left");
    guest again{h};
    BOOST_TEST(again.ask("hi") == again.label() + ": hi");
    root.until(again.label() + ": hi");
    again.say("/name Eve");
    again.until("*: " + again.label() + " is now <Eve>");
    BOOST_TEST(again.ask("hi") == "*: you are muted: your message was not passed on");
    root.until("*: " + again.label() + " is now <Eve>");
    BOOST_TEST(root.ask("/mutes") == "*: <Eve> is muted for 2h");
    BOOST_TEST(root.ask("/mute Eve 0") == "*: <Eve> is no longer muted");
    BOOST_TEST(again.ask("hi") == "<Eve>: hi");
    root.until("<Eve>: hi");
    BOOST_TEST(root.ask("/mute 127.0.0.0/8 90s") == "*: 127.0.0.0/8 is muted for 90s");
    BOOST_TEST(again.ask("hi") == "*: you are muted: your message was not passed on");
    guest late{h};
    BOOST_TEST(late.ask("hi") == "*: you are muted: your message was not passed on");
    BOOST_TEST(root.ask("hi") == "<Root>: hi");
    BOOST_TEST(root.ask("/mutes") == "*: 127.0.0.0/8 is muted for 90s");
    again.until("<Root>: hi");
    BOOST_TEST(root.ask("/mute Eve 1h") == "*: <Eve> is muted for 1h");
    BOOST_TEST(root.ask("/mute 127.0.0.0/8 0") == "*: 127.0.0.0/8 is no longer muted");
    BOOST_TEST(again.ask("hi") == "*: you are muted: your message was not passed on");  // by name
    BOOST_TEST(root.ask("/mute 127.0.0.0/8 90s") == "*: 127.0.0.0/8 is muted for 90s");
    h.time->advance(90s);
    late.say("yes");
    late.until(late.label() + ": yes");
    root.until(late.label() + ": yes");
    BOOST_TEST(root.ask("/mute ghost") == "*: nobody here is ghost");
    BOOST_TEST(root.ask("/mute Root") == "*: not yourself");
}

BOOST_AUTO_TEST_CASE(bans_keep_out_names_and_addresses_also_after_a_restart)
{
    const auto file = std::filesystem::temp_directory_path() / ("chatroom-bans-" + std::to_string(::getpid()));
    auto options = with_operator();
    options.bans_file = file.string();
    {
        talk_fixture h{options};
        guest root{h};
        log_in(root);
        guest eve{h, "Eve"};
        root.until("*: " + eve.label() + " is now <Eve>");
        BOOST_TEST(root.ask("/ban 0.0.0.0/0") == "*: 0.0.0.0/0 would ban everybody");
        BOOST_TEST(root.ask("/ban 127.0.0.0/8") == "*: not yourself");
        BOOST_TEST(root.ask("/ban 10.0.0.0/8 0s").starts_with("*: 0s is no time"));
        BOOST_TEST(root.ask("/ban 10.0.0.0/8 99999999999d").starts_with("*: 99999999999d is no time"));
        BOOST_TEST(root.ask("/ban a/b") == "*: a/b is neither a name nor an address nor a network");
        BOOST_TEST(root.ask("/ban 10.0.0.0/8 1d flood and worse").starts_with("*: 10.0.0.0/8 is banned until "));
        const auto [event, done] = root.ask_two("/ban eve");
        BOOST_TEST(event == "*: <Eve> was removed by <Root>");
        BOOST_TEST(done == "*: Eve is banned for good");
        eve.until("*: you are banned for good");
        BOOST_TEST(eve.hear() == "(end)");
        BOOST_TEST(root.ask("/bans").starts_with("*: 10.0.0.0/8, until "));
        BOOST_TEST(root.hear() == "*: Eve, for good, by Root");
        BOOST_TEST(root.ask("/unban Zoe") == "*: there is no ban of Zoe");
    }
    {
        talk_fixture h{options};
        guest eve{h};
        BOOST_TEST(eve.ask("/name EVE") == "*: nobody may be called EVE for now");
        guest root{h};
        log_in(root);
        BOOST_TEST(root.ask("/unban eve") == "*: eve is no longer banned");
        BOOST_TEST(root.ask("/bans").find("flood and worse") != std::string::npos);
        BOOST_TEST(root.heard_nothing());
    }
    std::ofstream{file} << "127.0.0.1\tnever\troot\tyou know why\n";
    {
        talk_fixture h{options};
        guest eve{h.at};
        BOOST_TEST(eve.hear() == "*: you are banned for good: you know why");
        BOOST_TEST(eve.hear() == "(end)");
        BOOST_TEST(h.events->saw("refused rejected"));
    }
    std::ofstream{file} << "nonsense line\n";
    BOOST_CHECK_THROW((talk_fixture{options}), std::runtime_error);
    std::filesystem::remove(file);
}

BOOST_AUTO_TEST_CASE(bans_are_listed_in_pages)
{
    const auto file = std::filesystem::temp_directory_path() / ("chatroom-bans-" + std::to_string(::getpid()));
    {
        std::ofstream bans{file};
        for (int i = 0; i < 100; ++i) {
            bans << "10.0.0." << i << "\tnever\troot\t" << std::string(1000, 'w') << '\n';
        }
    }
    auto options = with_operator();
    options.bans_file = file.string();
    talk_fixture h{options};
    guest root{h};
    log_in(root);
    auto line = root.ask("/bans");
    int listed = 0;
    for (; listed < 100; line = root.hear()) {
        const auto more = line.find(" more: ");
        if (more != line.npos) {
            BOOST_TEST(line == "*: " + std::to_string(100 - listed) + " more: /bans " + std::to_string(listed + 1));
            root.say(line.substr(more + 7));
        } else {
            BOOST_TEST_REQUIRE(line.starts_with("*: 10.0.0." + std::to_string(listed++) + ", for good, by root: "));
        }
        if (listed == 100) {
            break;
        }
    }
    BOOST_TEST(root.heard_nothing());
    std::filesystem::remove(file);
}

BOOST_AUTO_TEST_CASE(networks_are_let_in_or_not)
{
    conversation_options options;
    options.allow = {"127.0.0.0/8"};
    options.deny = {"127.0.0.1"};
    talk_fixture h{options};
    guest ann{h.at};
    BOOST_TEST(ann.hear() == "*: you may not come in from your address");
    udp_test_client bob{h.udp_at};
    bob.say("#ping#");
    BOOST_TEST(bob.hear() == "*\nyou may not come in from your address");
    options.deny = {"nonsense"};
    BOOST_CHECK_THROW((talk_fixture{options}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_server_with_a_password_is_silent_until_it_is_given)
{
    conversation_options options;
    options.password_hash = secret_hash();
    options.welcome = {"hello"};
    talk_fixture h{options};
    guest ann{h.at};
    BOOST_TEST(ann.ask("hi") == "*: this server has a password: /pass WORD");
    BOOST_TEST(ann.ask("/who") == "*: this server has a password: /pass WORD");
    BOOST_TEST(ann.ask("/name Ann") == "*: this server has a password: /pass WORD");
    BOOST_TEST(ann.ask("/pass wrong") == "*: that is the wrong password");
    h.time->advance(1s);
    BOOST_TEST(ann.ask("/pass s3cret") == "*: welcome");
    BOOST_TEST(ann.hear() == "*: you are in lobby, 1 here");
    BOOST_TEST(ann.hear() == "*: hello");
    BOOST_TEST(ann.ask("hi") == ann.label() + ": hi");
    BOOST_TEST(ann.ask("/pass s3cret") == "*: you are in already");
    guest eve{h.at};
    BOOST_TEST(eve.ask("hi") == "*: this server has a password: /pass WORD");
    BOOST_TEST(ann.ask("/who").starts_with("*: lobby, 1 here: "));
    BOOST_TEST(ann.ask("/rooms") == "*: rooms: lobby 1");
    udp_test_client bob{h.udp_at};
    bob.say("#ping#");
    BOOST_TEST(bob.hear() == "*\nthis server has a password: come by TCP");
    h.time->advance(30s);
    BOOST_TEST(eve.hear() == "*: no password came: goodbye");
    BOOST_TEST(eve.hear() == "(end)");
    BOOST_TEST(ann.heard_nothing());
}

BOOST_AUTO_TEST_CASE(an_announcement_goes_to_all_rooms)
{
    talk_fixture h{with_operator()};
    guest root{h};
    log_in(root);
    guest ann{h};
    BOOST_TEST(ann.ask("/join den") == "*: you are in den, 1 here");
    root.say("/announce tea at five");
    BOOST_TEST(root.hear() == "*: <Root> announces: tea at five");
    BOOST_TEST(ann.hear() == "*: <Root> announces: tea at five");
}

BOOST_AUTO_TEST_CASE(options_that_are_wrong_are_named)
{
    boost::asio::io_context io;
    const auto complaint = [&](const conversation_options& options) {
        try {
            const conversation made{io.get_executor(), options};
        } catch (const std::invalid_argument& wrong) {
            return std::string{wrong.what()};
        }
        return std::string{};
    };
    BOOST_TEST(complaint({}) == "");
    BOOST_TEST(complaint({.rooms = {}}) == "rooms: at least one");
    BOOST_TEST(complaint({.rooms = {"a b"}}).starts_with("'a b' in rooms: a name is letters"));
    BOOST_TEST(complaint({.rooms = {"den", "DEN"}}) == "'DEN' in rooms: there is one that looks like it");
    BOOST_TEST(complaint({.operators = {{"Root", "s3cret"}}}) == "operators is no hash of a password");
    BOOST_TEST(complaint({.password_hash = "x"}) == "password_hash is no hash of a password");
    BOOST_TEST(is_password_hash(secret_hash()));
    BOOST_TEST(!is_password_hash("$argon2id$"));
}

BOOST_AUTO_TEST_SUITE_END()
