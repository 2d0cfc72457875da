// SPDX-License-Identifier: BSL-1.0
#include "page_policy.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace chatroom::detail {
namespace {

std::string sha256_source(std::string_view content)
{
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(content.data()), content.size());
    std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)> text{};
    sodium_bin2base64(text.data(), text.size(), hash.data(), hash.size(), sodium_base64_VARIANT_ORIGINAL);
    return " 'sha256-" + std::string{text.data()} + "'";
}

// Of the elements `<NAME …>CONTENT</NAME>`.
std::string sources(std::string_view html, const std::string& name)
{
    std::string all;
    const auto opening = "<" + name;
    const auto closing = "</" + name + ">";
    for (auto begin = html.find(opening); begin != html.npos; begin = html.find(opening, begin)) {
        const auto content = html.find('>', begin);
        const auto end = html.find(closing, begin);
        if (content == html.npos || end == html.npos || end < content) {
            break;
        }
        all += sha256_source(html.substr(content + 1, end - content - 1));
        begin = end;
    }
    return all.empty() ? " 'none'" : all;
}

}  // namespace

std::string page_policy(std::string_view html)
{
    if (sodium_init() < 0) {
        throw std::runtime_error{"libsodium can't be initialised"};
    }
    return "default-src 'none'; script-src" + sources(html, "script") + "; style-src" + sources(html, "style") +
           "; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
           "require-trusted-types-for 'script'; trusted-types 'none'; connect-src 'self'";
}

}  // namespace chatroom::detail
