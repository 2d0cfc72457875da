// SPDX-License-Identifier: BSL-1.0
// Certificates and keys: what can be read, and what is said of what can't.
#include "tls_fixture.hpp"

#include <openssl/pem.h>

#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

using namespace chatroom;

namespace {

std::string complaint(const std::string& certificate, const std::string& key)
{
    try {
        const tls_context context{{certificate, key}};
        return "none";
    } catch (const std::runtime_error& e) {
        return e.what();
    }
}

std::string write(const std::string& file, std::string_view text)
{
    std::ofstream{file} << text;
    return file;
}

std::string lock(const std::string& key_file, const std::string& to)
{
    const std::unique_ptr<BIO, int (*)(BIO*)> in{BIO_new_file(key_file.c_str(), "r"), BIO_free};
    const std::unique_ptr<BIO, int (*)(BIO*)> out{BIO_new_file(to.c_str(), "w"), BIO_free};
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{
        PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
    PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), "secret", 6, nullptr, nullptr);
    return to;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_contexts)

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_with_the_name_of_the_file)
{
    const temporary_directory here;
    const auto& good = shared_files();
    const temporary_directory there;
    const auto other = tls_self_signed(there.path(), {"localhost"});
    const auto none = here.path() + "/none.pem";
    const auto text = write(here.path() + "/text.pem", "hello\n");
    const auto locked = lock(good.key_file, here.path() + "/locked.pem");
    BOOST_TEST(complaint(none, good.key_file) == none + ": No such file or directory");
    BOOST_TEST(complaint(good.certificate_file, none) == none + ": No such file or directory");
    BOOST_TEST(complaint(text, good.key_file) ==
               text + ": there is no certificate in it (-----BEGIN CERTIFICATE-----)");
    BOOST_TEST(complaint(good.certificate_file, text) ==
               text + ": there is no private key in it (-----BEGIN PRIVATE KEY-----)");
    BOOST_TEST(complaint(good.certificate_file, locked) ==
               locked + ": the key has a password; write it without one: openssl pkey -in FILE -out NEW");
    BOOST_TEST(complaint(good.certificate_file, other.key_file) ==
               other.key_file + ": the key does not belong to the certificate in " + good.certificate_file);
    const auto rsa = here.path() + "/rsa.pem";  // of another type than the certificate's
    {
        const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{EVP_RSA_gen(2048), EVP_PKEY_free};
        const std::unique_ptr<BIO, int (*)(BIO*)> file{BIO_new_file(rsa.c_str(), "w"), BIO_free};
        PEM_write_bio_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }
    BOOST_TEST(complaint(good.certificate_file, rsa) ==
               rsa + ": the key does not belong to the certificate in " + good.certificate_file);
    BOOST_TEST(complaint(good.certificate_file, good.key_file) == "none");
    BOOST_TEST(complaint(here.path(), good.key_file).starts_with(here.path() + ": "));
}

BOOST_AUTO_TEST_CASE(a_reload_takes_the_new_files_or_changes_nothing)
{
    const temporary_directory here;
    const temporary_directory there;
    const auto files = tls_self_signed(here.path(), {"one.example"});
    const auto others = tls_self_signed(there.path(), {"two.example"});
    tls_context context{{files.certificate_file, files.key_file}};
    const auto before = context.make_stream();
    BOOST_TEST(context.fingerprint() == files.fingerprint);
    BOOST_TEST(context.names() == std::vector<std::string>{"one.example"}, boost::test_tools::per_element());

    std::filesystem::copy_file(others.certificate_file, files.certificate_file,
                               std::filesystem::copy_options::overwrite_existing);
    BOOST_CHECK_THROW(context.reload(), std::runtime_error);
    BOOST_TEST(context.fingerprint() == files.fingerprint);
    std::filesystem::copy_file(others.key_file, files.key_file, std::filesystem::copy_options::overwrite_existing);
    context.reload();
    BOOST_TEST(context.fingerprint() == others.fingerprint);
    BOOST_TEST(context.names() == std::vector<std::string>{"two.example"}, boost::test_tools::per_element());
    tls_pair p{context.make_stream()};
    BOOST_TEST(p.handshake());
}

BOOST_AUTO_TEST_CASE(connections_are_made_and_go_on_while_it_is_reloaded)
{
    auto context = shared_context();
    tls_pair old{context.make_stream()};
    BOOST_TEST_REQUIRE(old.handshake());
    std::atomic<bool> done{false};
    std::jthread reloading{[&] {
        while (!done) {
            context.reload();
        }
    }};
    int made = 0;
    for (int i = 0; i < 50; ++i) {
        tls_pair p{context.make_stream()};
        made += p.handshake() ? 1 : 0;
        old.client.write("still here ");
        old.client_sends();
    }
    done = true;
    BOOST_TEST(made == 50);
    BOOST_TEST(old.received.size() == 50 * std::string_view{"still here "}.size());
}

BOOST_AUTO_TEST_CASE(a_self_signed_certificate_is_made_once)
{
    const temporary_directory here;
    const auto directory = here.path() + "/new/one";
    const std::vector<std::string> names{"chat.example", "127.0.0.1", "::1", "*.chat.example"};
    const auto first = tls_self_signed(directory, names);
    BOOST_TEST(first.made);
    BOOST_TEST(first.fingerprint.size() == 64U);
    struct ::stat about{};
    BOOST_TEST_REQUIRE(::stat(first.key_file.c_str(), &about) == 0);
    BOOST_TEST((about.st_mode & 0777U) == 0600U);
    const tls_context context{{first.certificate_file, first.key_file}};
    BOOST_TEST(context.names() == names, boost::test_tools::per_element());
    BOOST_TEST(context.fingerprint() == first.fingerprint);

    const auto again = tls_self_signed(directory, names);
    BOOST_TEST(!again.made);
    BOOST_TEST(again.fingerprint == first.fingerprint);
    BOOST_TEST(!tls_self_signed(directory, {"elsewhere.example"}).made);
    write(first.key_file, "damaged");
    const auto anew = tls_self_signed(directory, names);
    BOOST_TEST(anew.made);
    BOOST_TEST(anew.fingerprint != first.fingerprint);

    BOOST_CHECK_THROW((void)tls_self_signed(directory, {}), std::runtime_error);
    BOOST_CHECK_THROW((void)tls_self_signed(here.path(), {"a,DNS:b"}), std::runtime_error);
    BOOST_CHECK_THROW((void)tls_self_signed("/proc/none", {"a"}), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
