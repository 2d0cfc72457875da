// SPDX-License-Identifier: BSL-1.0
#include "name.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

namespace chatroom::detail {
namespace {

constexpr std::int32_t longest_name = 32;  // code points
constexpr int most_marks = 2;
constexpr std::string_view punctuation = "-_.'";

void require(UErrorCode status)
{
    if (U_FAILURE(status)) {
        throw std::runtime_error{std::string{"ICU: "} + u_errorName(status)};
    }
}

// Immutable once made, and so for any thread.
const USpoofChecker* spoof_checker()
{
    static const std::unique_ptr<USpoofChecker, decltype(&uspoof_close)> made = [] {
        UErrorCode status = U_ZERO_ERROR;
        auto* const checker = uspoof_open(&status);
        require(status);
        uspoof_setChecks(checker, USPOOF_RESTRICTION_LEVEL | USPOOF_MIXED_NUMBERS, &status);
        uspoof_setRestrictionLevel(checker, USPOOF_SINGLE_SCRIPT_RESTRICTIVE);
        require(status);
        return std::unique_ptr<USpoofChecker, decltype(&uspoof_close)>{checker, &uspoof_close};
    }();
    return made.get();
}

icu::UnicodeString to_nfc(std::string_view text)
{
    UErrorCode status = U_ZERO_ERROR;
    const auto raw = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
    auto composed = icu::Normalizer2::getNFCInstance(status)->normalize(raw, status);
    require(status);
    return composed;
}

icu::UnicodeString skeleton_of(const icu::UnicodeString& text)
{
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString skeleton;
    uspoof_getSkeletonUnicodeString(spoof_checker(), 0, text, skeleton, &status);
    require(status);
    return skeleton;
}

std::string to_utf8(const icu::UnicodeString& text)
{
    std::string out;
    text.toUTF8String(out);
    return out;
}

using name_keys = std::array<std::string, 2>;

name_keys keys_by_icu(const icu::UnicodeString& name)
{
    const auto folded = icu::UnicodeString{name}.foldCase();
    return {to_utf8(skeleton_of(folded)), to_utf8(skeleton_of(name).foldCase())};
}

// Those of ASCII text are those of its characters in a row; ICU takes microseconds, and each private message asks.
name_keys keys_of(const icu::UnicodeString& name)
{
    constexpr std::size_t ascii = 0x80;
    static const auto of_character = [] {
        std::array<name_keys, ascii> made;
        for (std::size_t c = 0; c < ascii; ++c) {
            made[c] = keys_by_icu(icu::UnicodeString{static_cast<UChar>(c)});
        }
        return made;
    }();
    name_keys made;
    for (std::int32_t at = 0; at < name.length(); ++at) {
        const std::size_t c = name.charAt(at);
        if (c >= ascii) {
            return keys_by_icu(name);
        }
        made[0] += of_character[c][0];
        made[1] += of_character[c][1];
    }
    return made;
}

// Letters of some scripts look like the brackets around a sender, or like what begins or ends another form. Some that
// do are in everyday names.
bool looks_like_punctuation(icu::UnicodeString name)
{
    for (const UChar letter : {u'\u30ce', u'\u0903', u'\u0a83'}) {  // katakana no, and two visargas
        name.findAndReplace(icu::UnicodeString{letter}, icu::UnicodeString{});
    }
    return std::ranges::any_of(keys_of(name), [](const auto& key) { return key.find_first_of("<>:/@*#") != key.npos; });
}

bool is_reserved(const std::string& key)
{
    static const auto keys = [] {
        std::vector<std::string> made;
        for (const auto* word : {"server", "room", "system", "admin", "operator"}) {
            made.push_back(keys_of(word)[0]);
        }
        return made;
    }();
    return std::ranges::find(keys, key) != keys.end();
}

std::optional<name_error> check_characters(const icu::UnicodeString& name)
{
    bool letter = false;
    int marks = most_marks;  // as if there were enough: none may come first
    for (std::int32_t at = 0; at < name.length(); at = name.moveIndex32(at, 1)) {
        const auto c = name.char32At(at);
        const auto mask = U_GET_GC_MASK(c);
        if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
            return name_error::bad_character;  // a filler is a letter that can't be seen
        }
        if ((mask & (U_GC_MN_MASK | U_GC_MC_MASK)) != 0) {
            if (++marks > most_marks) {
                return name_error::misplaced_marks;
            }
            continue;
        }
        letter = letter || (mask & U_GC_L_MASK) != 0;
        if ((mask & (U_GC_L_MASK | U_GC_ND_MASK)) == 0 &&
            (c > 0x7f || punctuation.find(static_cast<char>(c)) == punctuation.npos)) {
            return name_error::bad_character;
        }
        marks = 0;
    }
    return letter ? std::nullopt : std::optional{name_error::no_letter};
}

}  // namespace

std::variant<valid_name, name_error> check_name(std::string_view text)
{
    if (text.empty()) {
        return name_error::empty;
    }
    if (text.size() > longest_name * 4 * (1 + most_marks)) {
        return name_error::too_long;  // also when composed
    }
    const auto name = to_nfc(text);
    if (name.countChar32() > longest_name) {
        return name_error::too_long;
    }
    if (const auto wrong = check_characters(name)) {
        return *wrong;
    }
    UErrorCode status = U_ZERO_ERROR;
    const auto failed = uspoof_check2UnicodeString(spoof_checker(), name, nullptr, &status);
    require(status);
    if (failed != 0) {
        return name_error::mixed_scripts;
    }
    valid_name made{to_utf8(name), keys_of(name)};
    if (looks_like_punctuation(name)) {
        return name_error::bad_character;
    }
    if (is_reserved(made.keys[0]) || is_reserved(made.keys[1])) {
        return name_error::reserved;
    }
    return made;
}

}  // namespace chatroom::detail
