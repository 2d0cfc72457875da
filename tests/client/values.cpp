// SPDX-License-Identifier: BSL-1.0
#include "address.hpp"
#include "back_off.hpp"
#include "colour.hpp"
#include "diagnostics.hpp"
#include "options.hpp"
#include "render.hpp"

#include <chatroom/wire/text.hpp>

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <random>
#include <set>
#include <sstream>

using namespace client;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(client_address)

BOOST_AUTO_TEST_CASE(every_way_to_write_one_is_read)
{
    struct {
        const char* text;
        transport over;
        const char* host;
        const char* port;
    } const ways[] = {
        {"example.org", transport::tcp, "example.org", "9001"},
        {"example.org:80", transport::tcp, "example.org", "80"},
        {"[::1]:80", transport::tcp, "::1", "80"},
        {"::1", transport::tcp, "::1", "9001"},
        {"80", transport::tcp, "127.0.0.1", "80"},
        {"tcp://example.org:80/", transport::tcp, "example.org", "80"},
        {"udp://[fe80::1%eth0]", transport::udp, "fe80::1%eth0", "9001"},
        {"TCP://example.org", transport::tcp, "example.org", "9001"},
        {"Udp://[fe80::1%25eth0]:80", transport::udp, "fe80::1%eth0", "80"},
        {"tcp://[fe80::1%252]", transport::tcp, "fe80::1%2", "9001"},
        {"[fe80::1%25eth0]:80", transport::tcp, "fe80::1%eth0", "80"},
        {"fe80::1%252", transport::tcp, "fe80::1%252", "9001"},
        {"fe80::1%25", transport::tcp, "fe80::1%25", "9001"},
    };
    for (const auto& way : ways) {
        const auto found = parse_address(way.text);
        BOOST_TEST_CONTEXT(way.text)
        {
            BOOST_TEST((found.over == way.over));
            BOOST_TEST(found.host == way.host);
            BOOST_TEST(found.port == way.port);
        }
    }
    BOOST_TEST((parse_address("host", transport::udp).over == transport::udp));
    BOOST_TEST(parse_address("TLS://host:80").tls);
    BOOST_TEST((parse_address("tls://host").over == transport::tcp));
    BOOST_TEST(!parse_address("tcp://host").tls);
    const struct {
        const char* text;
        const char* port;
        const char* path;
        bool tls;
    } webs[] = {{"ws://host", "9001", "/connection/websocket", false},
                {"ws://host/", "9001", "/connection/websocket", false},
                {"WSS://host:443/chat/ws?x=1", "443", "/chat/ws?x=1", true},
                {"ws://[::1]:80/x", "80", "/x", false}};
    for (const auto& way : webs) {
        const auto found = parse_address(way.text);
        BOOST_TEST_CONTEXT(way.text)
        {
            BOOST_TEST((found.over == transport::websocket));
            BOOST_TEST(found.port == way.port);
            BOOST_TEST(found.path == way.path);
            BOOST_TEST(found.tls == way.tls);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_none_is_refused)
{
    for (const auto* text : {"", "host:", "host:x", "host:0", "host:65536", "http://host", "[::1", "tcp://", "://host",
                             "ws://", "ws://:0/", "ws://host/#x", "ws://host/\xc3\xa9"}) {
        BOOST_CHECK_THROW((void)parse_address(text), std::invalid_argument);
    }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_it_is_told)
{
    const auto why = [](std::string_view text) -> std::string {
        try {
            (void)parse_address(text);
        } catch (const std::invalid_argument& e) {
            return e.what();
        }
        return {};
    };
    for (const auto* text : {"fe80::1", "[fe80::1]:9001", "tcp://[fe80::1]", "fe80::1%"}) {
        BOOST_TEST(why(text).find("needs an interface: write [fe80::1%eth0]:9001") != std::string::npos, why(text));
    }
    for (const auto* text : {"ho\nst", "host\n", "host :9001", "host\033[2J", "host:90\n01", "fe80::1%\n"}) {
        BOOST_TEST(why(text).ends_with("a space, a line break or a control character in it"), why(text));
    }
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(client_back_off)

BOOST_AUTO_TEST_CASE(each_wait_is_anything_up_to_a_ceiling_that_doubles_up_to_the_most)
{
    std::array<std::chrono::milliseconds, 8> longest{};
    std::array<std::chrono::milliseconds, 8> shortest{};
    shortest.fill(1h);
    std::mt19937 generator{1};
    for (int i = 0; i < 1000; ++i) {
        back_off waits{1s, 30s};
        for (std::size_t n = 0; n < longest.size(); ++n) {
            const auto wait = waits.next(generator);
            longest[n] = std::max(longest[n], wait);
            shortest[n] = std::min(shortest[n], wait);
        }
    }
    auto ceiling = 1000ms;
    for (std::size_t n = 0; n < longest.size(); ++n) {
        BOOST_TEST(longest[n].count() <= ceiling.count());
        BOOST_TEST(longest[n].count() > ceiling.count() * 9 / 10);
        BOOST_TEST(shortest[n].count() < ceiling.count() / 10);
        ceiling = std::min<std::chrono::milliseconds>(ceiling * 2, 30s);
    }
}

BOOST_AUTO_TEST_CASE(only_a_connection_that_stood_for_a_while_begins_it_anew)
{
    std::mt19937 generator{1};
    const auto longest = [&](std::chrono::milliseconds connected_for) {
        auto most = 0ms;
        for (int i = 0; i < 200; ++i) {
            back_off waits{1s, 30s};
            for (int n = 0; n < 6; ++n) {
                (void)waits.next(generator);
            }
            waits.connected_for(connected_for);
            most = std::max(most, waits.next(generator));
        }
        return most;
    };
    BOOST_TEST(longest(29s).count() > 20'000);
    BOOST_TEST(longest(30s).count() <= 1000);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(client_looks)

BOOST_AUTO_TEST_CASE(colour_is_for_terminals_and_obeys_the_choice_then_no_color)
{
    BOOST_TEST(wants_colour(colour_choice::automatic, true, "", "xterm"));
    BOOST_TEST(!wants_colour(colour_choice::automatic, false, "", "xterm"));
    BOOST_TEST(!wants_colour(colour_choice::automatic, true, "1", "xterm"));
    BOOST_TEST(!wants_colour(colour_choice::automatic, true, "", "dumb"));
    BOOST_TEST(!wants_colour(colour_choice::automatic, true, "", ""));
    BOOST_TEST(wants_colour(colour_choice::always, false, "1", "dumb"));
    BOOST_TEST(!wants_colour(colour_choice::never, true, "", "xterm"));
}

BOOST_AUTO_TEST_CASE(a_sender_has_one_colour_and_neighbours_have_others)
{
    BOOST_TEST(colour_of("127.0.0.1:5000") == colour_of("127.0.0.1:5000"));
    BOOST_TEST(colour_of("127.0.0.1:5000") == "\033[38;5;99m");  // and the same tomorrow, and elsewhere
    std::set<std::string_view> used;
    for (int port = 40000; port < 40100; ++port) {
        used.insert(colour_of("127.0.0.1:" + std::to_string(port)));
    }
    BOOST_TEST(used.size() >= 12u);
}

BOOST_AUTO_TEST_CASE(a_message_is_a_line_in_each_style)
{
    const message what{std::chrono::sys_days{std::chrono::year{2026} / 3 / 4} + 5h + 6min + 7s + 89ms, "1.2.3.4:5",
                       "hi \"all\"", true, classify("1.2.3.4:5", "hi \"all\"")};
    BOOST_TEST(render(what, {}) == "1.2.3.4:5: hi \"all\"\n");
    BOOST_TEST(render(what, {.you = true}) == "you: hi \"all\"\n");
    BOOST_TEST(render(what, {.colour = true, .you = true}) == "\033[1myou\033[0m: hi \"all\"\n");
    BOOST_TEST(
        render(what, {.json = true, .colour = true, .you = true}) ==
        R"({"time":"2026-03-04T05:06:07.089Z","sender":"1.2.3.4:5","text":"hi \"all\"","own":true,"kind":"message"})"
        "\n");
    const auto timed = render(what, {.times = true});
    BOOST_TEST(timed.size() == std::string_view{"05:06 1.2.3.4:5: hi \"all\"\n"}.size());
    BOOST_TEST(timed.substr(2, 1) == ":");
}

BOOST_AUTO_TEST_CASE(json_tells_the_kind_the_room_the_speaker_and_the_member)
{
    const auto json = [](const char* sender, const char* text, bool own) {
        const message what{{}, sender, text, own, classify(sender, text), "lobby"};
        const auto line = render(what, {.json = true});
        return line.substr(line.find("\"own\""));
    };
    BOOST_TEST(json("<al>", "/me waves", true) == R"("own":true,"kind":"action","room":"lobby","name":"al"})"
                                                  "\n");
    BOOST_TEST(json("1.2.3.4:5", "hi", false) == R"("own":false,"kind":"message","room":"lobby"})"
                                                 "\n");
    BOOST_TEST(json("<al> -> <bob>", "hi", false) ==
               R"("own":false,"kind":"private","room":"lobby","name":"al","member":"al"})"
               "\n");
    BOOST_TEST(json("<al> -> <bob>", "hi", true) ==
               R"("own":true,"kind":"private","room":"lobby","name":"al","member":"bob"})"
               "\n");
    BOOST_TEST(json("*", "1.2.3.4:5 is now <al>", false) ==
               R"("own":false,"kind":"renamed","room":"lobby","member":"1.2.3.4:5"})"
               "\n");
    BOOST_TEST(json("*", "the room is closing", false) == R"("own":false,"kind":"notice","room":"lobby"})"
                                                          "\n");
}

BOOST_AUTO_TEST_CASE(nothing_of_anybody_elses_is_shown_that_is_not_clean)
{
    const std::string evil = "\033[2J\xc2\x9b"
                             "1m\xe2\x80\xae\xff\n\r\x07";
    const message what{{}, "[fe80::1%" + evil + "]:1", evil, false, {}};
    for (const auto& shown : {render(what, {}), render(what, {.json = true}),
                              render(what, {.times = true, .you = true}), render_notice(evil, false, 0)}) {
        BOOST_TEST(shown.ends_with('\n'));
        BOOST_TEST(chatroom::wire::is_clean(std::string_view{shown}.substr(0, shown.size() - 1)), shown);
    }
}

BOOST_AUTO_TEST_CASE(each_trouble_has_its_own_advice)
{
    namespace error = boost::asio::error;
    std::set<std::string> told;
    for (const boost::system::error_code why :
         {boost::system::error_code{error::host_not_found}, boost::system::error_code{error::host_not_found_try_again},
          boost::system::error_code{error::connection_refused}, boost::system::error_code{error::network_unreachable},
          boost::system::error_code{error::timed_out}, boost::system::error_code{error::access_denied}}) {
        const auto text = no_connection({transport::tcp, "example.org", "80"}, why);
        BOOST_TEST(text.starts_with("can't connect to example.org port 80: "));
        told.insert(text);
    }
    BOOST_TEST(told.size() == 6u);
    BOOST_TEST(no_connection({transport::tcp, "fe80::1%eth7", "80"}, error::host_not_found).find("interface eth7") !=
               std::string::npos);
    BOOST_TEST(seconds(700ms) == "0.7 s");
    BOOST_TEST(messages(1) == "1 message");
    BOOST_TEST(messages(2) == "2 messages");
}

BOOST_AUTO_TEST_CASE(options_are_read_or_refused_in_one_line)
{
    std::ostringstream out;
    std::ostringstream err;
    const auto read = [&](std::initializer_list<const char*> words) {
        std::vector<const char*> argv{"chatroom-client"};
        argv.insert(argv.end(), words);
        return parse(static_cast<int>(argv.size()), argv.data(), out, err);
    };
    const auto good = std::get<options>(read({"-m", "a", "--message=b", "--color=never", "-p", "h:1"}));
    BOOST_TEST(good.messages.size() == 2u);
    BOOST_TEST(good.plain);
    BOOST_TEST((good.colour == colour_choice::never));
    BOOST_TEST(good.server.host == "h");
    BOOST_TEST(err.str().empty());
    for (const auto* text : {"-j", "-l", "--json", "--help", "-m", "--", "-"}) {
        BOOST_TEST(std::get<options>(read({"-m", text, "h"})).messages == std::vector<std::string>{text});
        BOOST_TEST(std::get<options>(read({"--message", text})).messages == std::vector<std::string>{text});
        BOOST_TEST(std::get<options>(read({"-pm", text})).plain);
    }
    BOOST_TEST(std::get<options>(read({"-m", "-j", "-j", "h"})).json);
    BOOST_TEST(std::get<options>(read({"-m-j", "-mj"})).messages == (std::vector<std::string>{"-j", "j"}));
    BOOST_TEST(std::get<options>(read({"-p", "--", "-m"})).messages.empty());
    BOOST_TEST(err.str().empty());
    BOOST_TEST((std::get<exit_code>(read({"--listen", "-m", "x"})) == exit_code::usage));
    BOOST_TEST(err.str().starts_with("chatroom-client: "));
    BOOST_TEST(err.str().find('\n') == err.str().size() - 1);
}

BOOST_AUTO_TEST_SUITE_END()
