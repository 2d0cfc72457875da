// SPDX-License-Identifier: BSL-1.0
#include <name.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using namespace chatroom::detail;

namespace {

bool is_wrong(std::string_view text, name_error why)
{
    const auto checked = check_name(text);
    const auto* const error = std::get_if<name_error>(&checked);
    return error != nullptr && *error == why;
}

bool collide(std::string_view a, std::string_view b)
{
    const auto one = std::get<valid_name>(check_name(a));
    const auto other = std::get<valid_name>(check_name(b));
    return std::ranges::find_first_of(one.keys, other.keys) != one.keys.end();
}

std::string repeated(std::string_view text, int times)
{
    std::string made;
    for (int i = 0; i < times; ++i) {
        made += text;
    }
    return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(letters_of_any_one_script_make_a_name)
{
    for (const auto* name : {"alice", "Alice-2", "o'neill", "a.b_c", "José", "Ångström", "李明", "王小二", "さくらノへ",
                             "高橋カナ", "민준", "محمد", "מרים", "राहुल", "Мария", "Αλέξης", "ไทย"}) {
        BOOST_TEST(is_name(name), name << " is a name");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_name_says_why)
{
    BOOST_TEST(is_wrong("", name_error::empty));
    BOOST_TEST(is_name(std::string(32, 'a')));
    BOOST_TEST(is_wrong(std::string(33, 'a'), name_error::too_long));
    BOOST_TEST(is_name(repeated("李", 32)));
    BOOST_TEST(is_wrong(repeated("李", 33), name_error::too_long));
    BOOST_TEST(is_wrong(std::string(100'000, 'a'), name_error::too_long));
    for (const auto* name : {"a b", "a<", "a>b", "@a", "#17", "a*", "a/b", "a:b", "a,b", "a\tb", "a\x7f", "a\xff", "a!",
                             "a\u200d", "a\u202e", "\u3164", "a\u00a0b", "😀a", "a\u2028"}) {
        BOOST_TEST(is_wrong(name, name_error::bad_character), name << " has a bad character");
    }
    for (const auto* name : {"123", "-", "127.0.0.1", "..."}) {
        BOOST_TEST(is_wrong(name, name_error::no_letter), name << " has no letter");
    }
    BOOST_TEST(is_wrong("10.0.0.0/8", name_error::bad_character));
    BOOST_TEST(is_wrong("::1", name_error::bad_character));
    BOOST_TEST(is_wrong("\u0301a", name_error::misplaced_marks));
    BOOST_TEST(is_name("x\u0316\u0317"));
    BOOST_TEST(is_wrong("x\u0316\u0317\u0318", name_error::misplaced_marks));
    BOOST_TEST(is_wrong("аlice", name_error::mixed_scripts));  // the first is Cyrillic
    BOOST_TEST(is_wrong("al李", name_error::mixed_scripts));
    BOOST_TEST(is_wrong("a1١", name_error::mixed_scripts));  // two systems of digits
    for (const auto* name : {"server", "Admin", "OPERATOR", "Room", "system", "r00m", "adrnin"}) {
        BOOST_TEST(is_wrong(name, name_error::reserved), name);
    }
}

// Canadian syllabics have letters that look like the brackets around a sender.
BOOST_AUTO_TEST_CASE(no_letter_looks_like_a_bracket)
{
    BOOST_TEST(is_wrong("\u1433\u1401", name_error::bad_character));
    BOOST_TEST(is_wrong("\u1438\u1401", name_error::bad_character));
}

BOOST_AUTO_TEST_CASE(no_letter_looks_like_what_begins_or_parts_another_form)
{
    for (const auto* name : {"a\u02d0", "\ua4fd\ua4d0", "\U0001031f\U00010300", "\u2cc6\u2c80", "\u4e3f\u674e"}) {
        BOOST_TEST(is_wrong(name, name_error::bad_character), name);
    }
    for (const auto* name : {"ノリコ", "रामः", "રામઃ"}) {  // everyday names
        BOOST_TEST(is_name(name), name);
    }
}

BOOST_AUTO_TEST_CASE(names_that_differ_in_case_or_look_alike_collide)
{
    BOOST_TEST(collide("alice", "ALICE"));
    BOOST_TEST(collide("alice", "al1ce") == false);
    BOOST_TEST(collide("alice", "aIice"));  // a capital I
    BOOST_TEST(collide("bill", "bi11"));
    BOOST_TEST(collide("сор", "cop"));  // Cyrillic and Latin
    BOOST_TEST(collide("Straße", "STRASSE"));
    BOOST_TEST(collide("Jos\u00e9", "jose\u0301"));  // composed or not
    BOOST_TEST(collide("modern", "rnodern"));
    BOOST_TEST(!collide("alice", "bob"));
    BOOST_TEST(!collide("李明", "王明"));
}

BOOST_AUTO_TEST_CASE(a_name_is_composed)
{
    BOOST_TEST(std::get<valid_name>(check_name("Jose\u0301")).text == "Jos\u00e9");
}

BOOST_AUTO_TEST_SUITE_END()
