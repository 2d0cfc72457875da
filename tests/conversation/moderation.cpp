// SPDX-License-Identifier: BSL-1.0
#include <announcements.hpp>
#include <ban_list.hpp>
#include <password_pauses.hpp>
#include <sentences.hpp>

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace chatroom::detail;
using namespace std::chrono_literals;

namespace {

using subject = std::variant<valid_name, network>;

const ban::time_point start{1'800'000'000s};

subject whom(std::string_view text)
{
    return std::get<subject>(ban_list::parse_subject(text));
}

const ban* find(const ban_list& bans, std::string_view address, ban::time_point now = start)
{
    return bans.find(boost::asio::ip::make_address(address), now);
}

const ban* find_name(const ban_list& bans, std::string_view name, ban::time_point now = start)
{
    return bans.find(std::get<valid_name>(check_name(name)), now);
}

struct scratch_folder {
    scratch_folder()
    {
        char name[] = "/tmp/chatroom-bans-XXXXXX";
        path = ::mkdtemp(name);
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder() { std::filesystem::remove_all(path); }
    std::string path;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(moderation)

BOOST_AUTO_TEST_CASE(a_ban_is_of_a_name_an_address_or_a_network_and_ends)
{
    ban_list bans;
    bans.add({whom("10.1.0.0/16"), start + 10min, "root", "flood"});
    bans.add({whom("2001:db8::1"), ban::time_point::max(), "root", ""});
    bans.add({whom("Eve"), start + 1h, "root", ""});
    BOOST_TEST(find(bans, "10.1.2.3")->why == "flood");
    BOOST_TEST(find(bans, "::ffff:10.1.2.3") != nullptr);
    BOOST_TEST(find(bans, "10.2.2.3") == nullptr);
    BOOST_TEST(find(bans, "2001:db8::1") != nullptr);
    BOOST_TEST(find(bans, "2001:db8::2") == nullptr);
    BOOST_TEST(find(bans, "10.1.2.3", start + 10min) == nullptr);
    BOOST_TEST(find_name(bans, "EVE") != nullptr);
    BOOST_TEST(find_name(bans, "Ann") == nullptr);
    BOOST_TEST(bans.list(start).size() == 3u);
    BOOST_TEST(bans.list(start + 1h).size() == 1u);
    BOOST_TEST(bans.remove(whom("10.1.0.0/16")));
    BOOST_TEST(!bans.remove(whom("10.1.0.0/16")));
    BOOST_TEST(find(bans, "10.1.2.3") == nullptr);
    bans.add({whom("eve"), start + 2h, "root", "again"});
    BOOST_TEST(bans.list(start).size() == 2u);  // in place of the earlier
}

BOOST_AUTO_TEST_CASE(nobody_can_ban_everybody)
{
    for (const auto* text : {"0.0.0.0/0", "::/0", "10.0.0.0/0"}) {
        const auto parsed = ban_list::parse_subject(text);
        BOOST_TEST((std::get<ban_error>(parsed) == ban_error::everybody), text);
    }
    BOOST_TEST(sentences::wrong_ban(ban_error::everybody, "0.0.0.0/0") == "0.0.0.0/0 would ban everybody");
    for (const auto* text : {"", "10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", "a b", "::/129", "1.2.3.4/"}) {
        const auto parsed = ban_list::parse_subject(text);
        BOOST_TEST((std::get<ban_error>(parsed) == ban_error::no_subject), text);
    }
}

BOOST_AUTO_TEST_CASE(bans_survive_in_a_file)
{
    const scratch_folder folder;
    const auto file = folder.path + "/bans";
    BOOST_TEST(ban_list::load(file).list(start).empty());
    ban_list::save(file, {{whom("10.1.2.3/16"), start + 10min, "root", "flood\tand worse"},
                          {whom("李明"), ban::time_point::max(), "root", ""}});
    BOOST_TEST(!std::filesystem::exists(file + ".new"));
    const auto bans = ban_list::load(file).list(start);
    BOOST_TEST_REQUIRE(bans.size() == 2u);
    BOOST_TEST(bans[0].subject() == "10.1.0.0/16");
    BOOST_TEST((bans[0].until == start + 10min));
    BOOST_TEST(bans[0].why == "flood\tand worse");
    BOOST_TEST(bans[1].subject() == "李明");
    BOOST_TEST(sentences::describe(bans[0]) == "10.1.0.0/16, until 2027-01-15 08:10 UTC, by root: flood\tand worse");
    BOOST_CHECK_THROW(ban_list::save(folder.path + "/none/bans", {}), std::system_error);
}

BOOST_AUTO_TEST_CASE(a_wrong_line_is_named)
{
    const scratch_folder folder;
    const auto file = folder.path + "/bans";
    const auto complaint = [&](std::string_view text) {
        std::ofstream{file} << "# a comment\n\nEve\tnever\troot\t\n" << text << '\n';
        try {
            (void)ban_list::load(file);
        } catch (const std::runtime_error& wrong) {
            return std::string{wrong.what()}.substr(file.size());
        }
        return std::string{};
    };
    BOOST_TEST(complaint("10.0.0.0/8\tnever\troot\twhy") == "");
    BOOST_TEST(complaint("10.0.0/8\tnever\troot\t") == ":4: neither a name nor an address nor a network");
    BOOST_TEST(complaint("0.0.0.0/0\tnever\troot\t") == ":4: a ban of everybody");
    BOOST_TEST(complaint("Bob\tsoon\troot\t") == ":4: the end is a number of seconds, or `never`");
    BOOST_TEST(complaint("Bob") == ":4: the end is a number of seconds, or `never`");
    BOOST_CHECK_THROW((void)ban_list::load(folder.path), std::system_error);
}

BOOST_AUTO_TEST_CASE(the_pause_after_a_wrong_password_doubles)
{
    password_pauses pauses;
    const auto here = boost::asio::ip::make_address("10.0.0.1");
    password_pauses::time_point now{1h};
    BOOST_TEST((pauses.wait(here, now) == 0s));
    for (const auto expected : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        (void)pauses.failed(here, now);
        BOOST_TEST((pauses.wait(here, now) == expected));
        now += expected;
        BOOST_TEST((pauses.wait(here, now) == 0s));
    }
    BOOST_TEST((pauses.wait(boost::asio::ip::make_address("10.0.0.2"), now) == 0s));
    pauses.succeeded(pauses.failed(here, now));
    (void)pauses.failed(here, now);
    BOOST_TEST((pauses.wait(here, now) == 1s));
}

BOOST_AUTO_TEST_CASE(an_attempt_that_was_not_checked_changes_no_pause)
{
    password_pauses pauses;
    const auto here = boost::asio::ip::make_address("10.0.0.1");
    password_pauses::time_point now{1h};
    pauses.undo(pauses.failed(here, now));
    BOOST_TEST((pauses.wait(here, now) == 0s));
    for (const auto length : {1s, 2s}) {
        (void)pauses.failed(here, now);
        now += length;
    }
    pauses.undo(pauses.failed(here, now));
    BOOST_TEST((pauses.wait(here, now) == 0s));
    (void)pauses.failed(here, now);
    BOOST_TEST((pauses.wait(here, now) == 4s));
}

BOOST_AUTO_TEST_CASE(a_host_is_its_v4_address_or_its_v6_network)
{
    const auto of = [](const char* label) { return to_string(host_network(host_of(label))); };
    BOOST_TEST(of("10.1.2.3:9001") == "10.1.2.3");
    BOOST_TEST(of("[::ffff:10.1.2.3]:9001") == "10.1.2.3");
    BOOST_TEST(of("[2001:db8:1:2:3:4:5:6]:9001") == "2001:db8:1:2::/64");
    BOOST_TEST(of("[fe80::1%lo]:9001") == "fe80::/64");
}

BOOST_AUTO_TEST_CASE(a_ban_that_is_not_saved_has_a_reason)
{
    BOOST_TEST(sentences::not_saved("").ends_with("could not be saved: too much waits to be done"));
    BOOST_TEST(sentences::not_saved("no space").ends_with("could not be saved: no space"));
}

BOOST_AUTO_TEST_CASE(bans_that_have_ended_are_forgotten)
{
    ban_list bans;
    bans.add({whom("10.1.0.0/16"), start + 10min, "root", ""});
    bans.add({whom("Eve"), start + 1h, "root", ""});
    bans.drop_expired(start + 10min);
    BOOST_TEST_REQUIRE(bans.list(start).size() == 1u);
    BOOST_TEST(bans.list(start).front().subject() == "Eve");
}

BOOST_AUTO_TEST_CASE(pauses_are_forgotten)
{
    password_pauses pauses;
    password_pauses::time_point now{1h};
    for (unsigned i = 0; i < 5000; ++i) {
        (void)pauses.failed(boost::asio::ip::address_v4{i}, now);
        now += 1s;
    }
    BOOST_TEST(pauses.size() < 1500u);
}

BOOST_AUTO_TEST_CASE(above_twenty_a_second_a_room_hears_the_numbers)
{
    announcements room;
    announcements::time_point now{1h};
    using kind = announcements::kind;
    for (int i = 0; i < 20; ++i) {
        BOOST_TEST(room.admit(kind::joined, now));
    }
    BOOST_TEST(!room.due().has_value());
    for (int i = 0; i < 50'000; ++i) {
        BOOST_TEST_REQUIRE(!room.admit(kind::joined, now));
    }
    BOOST_TEST(!room.admit(kind::left, now + 999ms));
    BOOST_TEST((room.due() == now + 1s));
    BOOST_TEST(room.take(now + 999ms).empty());
    BOOST_TEST(room.take(now + 1s) == "50000 joined, 1 left");
    BOOST_TEST(room.take(now + 2s).empty());
    BOOST_TEST(room.admit(kind::left, now + 1s));
    for (int i = 0; i < 18; ++i) {
        BOOST_TEST(room.admit(kind::left, now + 1s));
    }
    BOOST_TEST(!room.admit(kind::left, now + 1s));
    BOOST_TEST(room.take(now + 2s) == "1 left");
    BOOST_TEST(room.admit(kind::left, now + 3s));
}

BOOST_AUTO_TEST_SUITE_END()
