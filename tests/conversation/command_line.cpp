// SPDX-License-Identifier: BSL-1.0
#include <command_line.hpp>
#include <duration.hpp>
#include <sentences.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

using namespace chatroom::detail;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(command_lines)

BOOST_AUTO_TEST_CASE(a_line_is_read_by_the_table)
{
    const auto told = parse_command("/msg  bob  see you\tat 9 ");
    BOOST_TEST_REQUIRE(told.spec != nullptr);
    BOOST_TEST((told.spec->what == verb::msg));
    BOOST_TEST(told.words[0] == "bob");
    BOOST_TEST(told.rest == "see you\tat 9");
    BOOST_TEST(told.complete);
    BOOST_TEST(!parse_command("/msg bob").complete);
    BOOST_TEST(!parse_command("/msg").complete);
    BOOST_TEST((parse_command("/NICK al").spec->what == verb::name));
    BOOST_TEST(parse_command("/who").complete);
    const auto ban = parse_command("/ban 10.0.0.0/8 1d flooding");
    BOOST_TEST(ban.words[0] == "10.0.0.0/8");
    BOOST_TEST(ban.rest == "1d flooding");
    for (const auto* line : {"/foo bar", "/", "/ msg", "//", "/msgs"}) {
        BOOST_TEST((parse_command(line).spec == nullptr), line);
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_command_gets_the_sentence_of_the_design)
{
    BOOST_TEST(sentences::no_such_command(parse_command("/foo bar").name) ==
               "no such command: /foo (try /help; to say it, write //foo)");
    const auto line = "/" + std::string(127, 'x') + "李李 no";
    BOOST_TEST(sentences::no_such_command(parse_command(line).name) ==
               "no such command: /" + std::string(127, 'x') + " (try /help; to say it, write //" +
                   std::string(127, 'x') + ")");  // cut between two characters
}

BOOST_AUTO_TEST_CASE(each_command_has_its_own_names_and_help)
{
    std::set<std::string_view> names;
    for (const auto& one : all_commands()) {
        BOOST_TEST(names.insert(one.name).second);
        BOOST_TEST((one.alias.empty() || names.insert(one.alias).second));
        BOOST_TEST(!one.help.empty());
        BOOST_TEST(find_command(one.name) == &one);
        BOOST_TEST(sentences::help(one).size() < 120u);
    }
    BOOST_TEST(sentences::help(*find_command("name")) ==
               "/name NAME [KEY]: takes a name; with KEY it is yours again after a reconnect (also /nick)");
    BOOST_TEST(sentences::usage(*find_command("kick")) == "usage: /kick WHO [WHY]");
}

BOOST_AUTO_TEST_CASE(times_are_written_with_a_unit)
{
    BOOST_TEST((parse_duration("90s") == 90s));
    BOOST_TEST((parse_duration("10m") == 10min));
    BOOST_TEST((parse_duration("2h") == 2h));
    BOOST_TEST((parse_duration("1d") == 24h));
    for (const auto* text :
         {"", "m", "10", "0m", "-1m", "1w", "1.5h", "1mm", "99999999999999999999d", "9999999d", " 1m"}) {
        BOOST_TEST(!parse_duration(text), text);
    }
    BOOST_TEST(to_string(24h) == "1d");
    BOOST_TEST(to_string(90s) == "90s");
    BOOST_TEST(to_string(120min) == "2h");
}

BOOST_AUTO_TEST_SUITE_END()
