// SPDX-License-Identifier: BSL-1.0
// A room over TLS, and our own client in it.
#include "room_fixture.hpp"
#include "tls_fixture.hpp"

#include <chatroom/tcp_client.hpp>
#include <chatroom/tcp_room.hpp>

#include <boost/asio/use_future.hpp>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <optional>
#include <tuple>
#include <utility>

using namespace chatroom;

namespace {

namespace asio = boost::asio;

tls_client_options trusting()
{
    return {.ca_file = shared_files().ca_file};
}

// A client that is used from a test: each call waits until it is done, or for ten seconds.
class tls_person {
  public:
    explicit tls_person(const tls_client_options& options = trusting())
    {
        tcp_client_options how;
        how.make_stream = tls_client_stream(options);
        client_ = std::make_unique<tcp_client>(context_.get_executor(), how);
    }

    error_code connect(const std::string& host, unsigned short port)
    {
        return run(client_->connect(host, std::to_string(port)));
    }
    error_code say(const std::string& text) { return run(client_->send(text)); }
    error_code leave() { return run(client_->leave()); }

    // The text of the next message; the reason at the end.
    std::string hear()
    {
        std::string heard = "(nothing)";
        asio::co_spawn(context_, client_->receive(), [&](std::exception_ptr, std::optional<received_message> found) {
            heard = found ? found->text : "(" + client_->close_reason().message() + ")";
        });
        serve();
        return heard;
    }

    // Until it has been heard.
    bool hears(const std::string& text)
    {
        for (auto heard = hear(); heard.front() != '('; heard = hear()) {
            if (heard == text) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] const std::string& name() const { return client_->local_name(); }
    void close() { client_->close(); }

  private:
    error_code run(asio::awaitable<void> operation)
    {
        error_code result = make_error_code(boost::system::errc::timed_out);
        asio::co_spawn(context_, std::move(operation), [&](const std::exception_ptr& failure) {
            result = failure ? to_error_code(failure) : error_code{};
        });
        serve();
        return result;
    }

    void serve()
    {
        context_.restart();
        context_.run_for(std::chrono::seconds{10});
    }

    asio::io_context context_;
    std::unique_ptr<tcp_client> client_;
};

// Files with a certificate that nobody else has signed, for 127.0.0.1, valid from and to so many days from now.
tls_self_signed_files make_certificate(const std::string& directory, int from, int to)
{
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    const std::unique_ptr<X509, void (*)(X509*)> made{X509_new(), X509_free};
    X509_set_version(made.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), from * 86'400L);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), to * 86'400L);
    X509_set_pubkey(made.get(), key.get());
    const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> names{
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"), X509_EXTENSION_free};
    X509_add_ext(made.get(), names.get(), -1);
    X509_sign(made.get(), key.get(), EVP_sha256());
    tls_self_signed_files files;
    files.certificate_file = directory + "/own.crt";
    files.key_file = directory + "/own.key";
    const std::unique_ptr<BIO, int (*)(BIO*)> crt{BIO_new_file(files.certificate_file.c_str(), "w"), BIO_free};
    const std::unique_ptr<BIO, int (*)(BIO*)> pem{BIO_new_file(files.key_file.c_str(), "w"), BIO_free};
    PEM_write_bio_X509(crt.get(), made.get());
    PEM_write_bio_PrivateKey(pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return files;
}

tcp_room_options unlimited()
{
    tcp_room_options options;
    options.members.rate = 0;
    return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_rooms)

BOOST_AUTO_TEST_CASE(members_talk_over_tls_and_leave)
{
    room_fixture h{{}, {}, tls_wire(shared_context())};
    tls_person ann;
    tls_person bob;
    BOOST_TEST_REQUIRE(!ann.connect("127.0.0.1", h.at.port()));
    BOOST_TEST_REQUIRE(!bob.connect("localhost", h.at.port()));
    BOOST_TEST_REQUIRE(h.events->saw("joined", 2));
    BOOST_TEST(!ann.say("hello"));
    BOOST_TEST(ann.hears("hello"));
    BOOST_TEST(bob.hears("hello"));
    BOOST_TEST(!bob.say("hi\nand more"));
    BOOST_TEST(ann.hears("hi"));
    BOOST_TEST(ann.hears("and more"));
    BOOST_TEST(!h.room.publish("closing soon"));
    BOOST_TEST(ann.hears("closing soon"));
    ann.close();
    BOOST_TEST(h.events->saw("left end_of_file"));
    h.tcp->stop();
    BOOST_TEST(bob.hears("the room is closing"));
    BOOST_TEST(bob.hear() == "(Success)");
}

BOOST_AUTO_TEST_CASE(long_talk_goes_through_to_members_that_read_slowly)
{
    auto options = unlimited();
    options.server.send_buffer = 8 * 1024;
    room_fixture h{options, {}, tls_wire(shared_context())};
    tls_person ann;
    tls_person bob;
    BOOST_TEST_REQUIRE(!ann.connect("127.0.0.1", h.at.port()));
    BOOST_TEST_REQUIRE(!bob.connect("127.0.0.1", h.at.port()));
    BOOST_TEST_REQUIRE(h.events->saw("joined", 2));
    int published = 0;
    for (int i = 0; i < 2'000; ++i) {
        published += h.room.publish(std::to_string(i) + std::string(200, 'x')) ? 0 : 1;
    }
    BOOST_TEST_REQUIRE(published == 2'000);
    for (auto* who : {&ann, &bob}) {
        for (int i = 0; i < 2'000; ++i) {
            BOOST_TEST_REQUIRE(who->hear() == std::to_string(i) + std::string(200, 'x'));
        }
    }
}

BOOST_AUTO_TEST_CASE(one_that_speaks_no_tls_is_let_go_and_others_hear_nothing_of_it)
{
    room_fixture h{{}, {}, tls_wire(shared_context())};
    tls_person ann;
    BOOST_TEST_REQUIRE(!ann.connect("127.0.0.1", h.at.port()));
    BOOST_TEST_REQUIRE(h.events->saw("joined"));
    test_client plain{h.at};
    plain.say("hello in clear\n");
    BOOST_TEST(h.events->saw("refused failed"));
    BOOST_TEST(h.events->times("joined") == 1);
    BOOST_TEST(!h.room.publish("all quiet"));
    BOOST_TEST(ann.hear() == "all quiet");
}

BOOST_AUTO_TEST_CASE(where_tls_is_offered_both_are_in_one_room)
{
    room_fixture h{{}, {}, tls_wire(shared_context(), tls_mode::offered)};
    auto plain = h.enter();
    tls_person ann;
    BOOST_TEST_REQUIRE(!ann.connect("127.0.0.1", h.at.port()));
    BOOST_TEST(!ann.say("by TLS"));
    BOOST_TEST(plain.hear() == "by TLS");
    const auto members = asio::co_spawn(h.io, h.room.list(), asio::use_future).get();
    BOOST_TEST_REQUIRE(members.size() == 2U);
    for (const auto& one : members) {
        BOOST_TEST(one.is_encrypted() == (one.address() == ann.name()));
    }
    plain.say("in clear\n");
    BOOST_TEST(ann.hears("in clear"));
    test_client silent{h.at};
    BOOST_TEST_REQUIRE(h.events->saw("joined", 3));
    plain.say("for all\n");
    BOOST_TEST(silent.hear() == "for all");
    silent.say("\x16text now\n");
    BOOST_TEST(ann.hears("for all"));
    BOOST_TEST(ann.hears("text now"));
    test_client late{h.at};
    BOOST_TEST_REQUIRE(h.events->saw("joined", 4));
    plain.say("once more\n");
    BOOST_TEST(late.hear() == "once more");
    late.say("\x16\x03\x01\x02\n");  // it would have had to begin with that
    BOOST_TEST(late.line().front() == '(');
    BOOST_TEST(!h.room.publish("the end"));
    BOOST_TEST(ann.hears("once more"));
    BOOST_TEST(ann.hear() == "the end");
}

BOOST_AUTO_TEST_CASE(a_handshake_that_stalls_holds_up_nobody_and_is_given_up)
{
    const auto time = std::make_shared<manual_clock>();
    const tls_context context{
        {shared_files().certificate_file, shared_files().key_file, std::chrono::seconds{10}, time}};
    room_fixture h{{}, {}, tls_wire(context)};
    test_client silent{h.at};
    test_client half{h.at};
    half.say("\x16\x03\x01");
    tls_person ann;
    BOOST_TEST_REQUIRE(!ann.connect("127.0.0.1", h.at.port()));
    BOOST_TEST(!ann.say("hello"));
    BOOST_TEST(ann.hears("hello"));
    BOOST_TEST(h.room.members() == 1U);  // nobody is a member before the handshake is done
    time->advance(std::chrono::seconds{11});
    h.time->advance(std::chrono::seconds{11});
    BOOST_TEST(h.events->saw("refused timed_out", 2));  // also in a room where nobody says anything
    BOOST_TEST(!h.room.publish("all quiet"));
    BOOST_TEST(ann.hear() == "all quiet");
}

BOOST_AUTO_TEST_CASE(there_are_no_more_streams_than_allowed)
{
    room_fixture h{{},
                   {},
                   tls_wire(tls_context{{.certificate_file = shared_files().certificate_file,
                                         .key_file = shared_files().key_file,
                                         .max_streams = 1}})};
    std::optional<tls_person> ann{std::in_place};
    BOOST_TEST_REQUIRE(!ann->connect("127.0.0.1", h.at.port()));
    tls_person bob;
    BOOST_TEST(bob.connect("127.0.0.1", h.at.port()));
    BOOST_TEST(!ann->leave());
    ann.reset();
    BOOST_TEST(h.events->saw("disconnected quit"));
    std::optional<tls_person> eve{std::in_place};
    while (eve->connect("127.0.0.1", h.at.port())) {  // until the connection itself has gone
        eve.emplace();
    }
    BOOST_TEST(!eve->say("hello"));
    BOOST_TEST(eve->hears("hello"));
}

BOOST_AUTO_TEST_CASE(a_certificate_that_is_not_trusted_is_refused_with_a_reason)
{
    room_fixture h{{}, {}, tls_wire(shared_context())};
    const auto connecting = [&](const tls_client_options& options, const std::string& host) {
        tls_person ann{options};
        return ann.connect(host, h.at.port());
    };
    const temporary_directory there;
    const auto other = tls_self_signed(there.path(), {"127.0.0.1"});
    BOOST_TEST(connecting({}, "127.0.0.1") == make_error_code(tls_error::unknown_issuer));
    BOOST_TEST(connecting({.ca_file = other.ca_file}, "127.0.0.1") == make_error_code(tls_error::unknown_issuer));
    BOOST_TEST(connecting({.pin = other.fingerprint}, "127.0.0.1") == make_error_code(tls_error::wrong_pin));
    BOOST_TEST(!connecting({.pin = shared_files().fingerprint}, "127.0.0.1"));
    BOOST_TEST(!connecting({.ca_file = shared_files().certificate_file}, "127.0.0.1"));
    BOOST_TEST(!connecting({.verify = false}, "127.0.0.1"));

    const auto elsewhere = tls_self_signed(there.path() + "/b", {"chat.example", "192.0.2.1"});
    room_fixture e{{}, {}, tls_wire(tls_context{{elsewhere.certificate_file, elsewhere.key_file}})};
    for (const std::string host : {"127.0.0.1", "localhost"}) {
        tls_person ann{{.ca_file = elsewhere.ca_file}};
        BOOST_TEST(ann.connect(host, e.at.port()) == make_error_code(tls_error::wrong_name));
    }
    room_fixture plain;
    tls_person ann;
    std::thread talking{[&] {
        while (!plain.ended && plain.events->times("joined") == 0) {
            std::this_thread::yield();
        }
        (void)plain.room.publish("hello");
    }};
    BOOST_TEST(ann.connect("127.0.0.1", plain.at.port()) == make_error_code(tls_error::no_tls));
    talking.join();
}

BOOST_AUTO_TEST_CASE(a_certificate_is_for_a_certain_time)
{
    const temporary_directory there;
    for (const auto& [from, to, why] : {std::tuple{-20, -10, tls_error::expired}, {10, 20, tls_error::not_yet_valid}}) {
        const auto files = make_certificate(there.path(), from, to);
        room_fixture h{{}, {}, tls_wire(tls_context{{files.certificate_file, files.key_file}})};
        tls_person ann{{.ca_file = files.certificate_file}};
        BOOST_TEST(ann.connect("127.0.0.1", h.at.port()) == make_error_code(why));
    }
}

BOOST_AUTO_TEST_CASE(what_a_client_is_told_to_trust_is_looked_at_first)
{
    BOOST_CHECK_THROW((void)tls_client_stream({.ca_file = "/none.pem"}), std::runtime_error);
    BOOST_CHECK_THROW((void)tls_client_stream({.pin = "abcd"}), std::invalid_argument);
    BOOST_CHECK_THROW((void)tls_client_stream({.pin = std::string(64, 'g')}), std::invalid_argument);
    std::string spelt;
    for (std::size_t i = 0; i < 64; i += 2) {
        spelt += (i == 0 ? "" : ":") + shared_files().fingerprint.substr(i, 2);
    }
    BOOST_CHECK_NO_THROW((void)tls_client_stream({.pin = spelt}));
}

BOOST_AUTO_TEST_SUITE_END()
