// SPDX-License-Identifier: BSL-1.0
// The server's end of a connection, byte by byte.
#include "tls_fixture.hpp"

using namespace chatroom;
using wait = stream::wait;

BOOST_AUTO_TEST_SUITE(tls_streams)

BOOST_AUTO_TEST_CASE(a_handshake_that_comes_byte_by_byte_is_as_good_as_one_that_comes_at_once)
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const std::size_t at_a_time : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
            tls_pair p{shared_context().make_stream(), version};
            BOOST_TEST_REQUIRE(p.handshake(at_a_time));
            p.client.write("hello\n");
            p.client_sends(at_a_time);
            BOOST_TEST(p.received == "hello\n");
            BOOST_TEST(p.server_sends("and welcome\n").bytes == 12);
            BOOST_TEST(p.client_receives());
            BOOST_TEST(p.client.read() == "and welcome\n");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_was_read_before_is_read_first_wherever_it_was_split)
{
    raw_client probe;
    (void)probe.handshake();
    const auto whole = probe.output().size();
    for (std::size_t split = 1; split <= whole; split += 13) {
        raw_client client;
        BOOST_TEST_REQUIRE(!client.handshake());
        const auto hello = client.output();
        tls_pair p{shared_context().make_stream(hello.substr(0, split))};
        BOOST_TEST(p.server().has_received());
        p.server_reads();
        BOOST_TEST(!p.server().has_received());
        p.bytes_arrive(hello.substr(split));
        BOOST_TEST(p.last.error == 0);
        (void)p.client_receives();
        BOOST_TEST(BIO_ctrl_pending(SSL_get_rbio(p.client.ssl())) > 500);  // the server's flight
    }
}

BOOST_AUTO_TEST_CASE(a_stream_sends_nothing_before_its_handshake_and_says_what_it_waits_for)
{
    tls_pair p{shared_context().make_stream()};
    auto sent = p.server_sends("too early\n");
    BOOST_TEST((sent.needs == wait::readable && sent.bytes == 0 && sent.error == 0));
    BOOST_TEST_REQUIRE(p.handshake());
    sent = p.server_sends("now\n");
    BOOST_TEST((sent.needs == wait::none && sent.bytes == 4));
    (void)p.client_receives();
    BOOST_TEST(p.client.read() == "now\n");
}

BOOST_AUTO_TEST_CASE(a_handshake_can_be_driven_by_sending_alone)
{
    tls_pair p{shared_context().make_stream()};
    (void)p.client.handshake();
    const auto hello = p.client.output();
    BOOST_TEST_REQUIRE(hello.size() > 100);
    raw_client other;
    (void)other.handshake();
    tls_pair q{shared_context().make_stream(other.output())};
    BOOST_TEST((q.server_sends(std::vector<std::string_view>{}).needs == wait::readable));
    (void)q.client_receives();
    BOOST_TEST(BIO_ctrl_pending(SSL_get_rbio(q.client.ssl())) > 500);
}

BOOST_AUTO_TEST_CASE(many_records_in_one_read_and_one_record_in_many)
{
    tls_pair p{shared_context().make_stream()};
    BOOST_TEST_REQUIRE(p.handshake());
    std::string said;
    for (int i = 0; i < 500; ++i) {
        const auto line = std::to_string(i) + "\n";
        p.client.write(line);
        said += line;
    }
    p.client_sends();
    BOOST_TEST(p.received == said);
    const std::string long_one(16'000, 'x');
    p.client.write(long_one);
    p.client_sends(100);
    BOOST_TEST(p.received == said + long_one);
}

BOOST_AUTO_TEST_CASE(pieces_are_sent_in_records_of_up_to_sixteen_kilobytes)
{
    tls_pair p{shared_context().make_stream(), 0, 1 << 20};
    BOOST_TEST_REQUIRE(p.handshake());
    std::vector<std::string> texts;
    std::string all;
    for (const std::size_t size : std::initializer_list<std::size_t>{1, 20'000, 0, 3, 16'384, 40'000, 5}) {
        texts.emplace_back(size, static_cast<char>('a' + texts.size()));
        all += texts.back();
    }
    const std::vector<std::string_view> pieces(texts.begin(), texts.end());
    const auto sent = p.server_sends(pieces);
    BOOST_TEST(sent.bytes == all.size());
    BOOST_TEST((sent.needs == wait::none));
    (void)p.client_receives();
    BOOST_TEST((p.client.read() == all));
}

// The caller, like a session, keeps what was not taken, and offers it again with more behind it.
BOOST_AUTO_TEST_CASE(nothing_is_lost_and_nothing_sent_twice_where_the_socket_takes_a_little_at_a_time)
{
    tls_pair p{shared_context().make_stream(), 0, 4096};
    BOOST_TEST_REQUIRE(p.handshake());
    std::string all;
    for (int i = 0; all.size() < 300'000; ++i) {
        all += std::to_string(i) + ' ';
    }
    std::string heard;
    std::size_t offered = 0;
    std::size_t taken = 0;
    unsigned waits = 0;
    for (int turn = 0; taken < all.size() && turn < 100'000; ++turn) {
        offered = std::min(all.size(), std::max(offered, taken + 1) + static_cast<std::size_t>(turn % 3) * 7'000);
        const auto sent = p.server_sends(std::string_view{all}.substr(taken, offered - taken));
        BOOST_TEST_REQUIRE(sent.error == 0);
        taken += sent.bytes;
        if (taken < offered) {
            BOOST_TEST_REQUIRE((sent.needs == wait::writable));
            ++waits;
        }
        (void)p.client_receives(3'000);
        heard += p.client.read();
    }
    (void)p.client_receives();
    heard += p.client.read();
    BOOST_TEST((heard == all));
    BOOST_TEST(waits > 20);
}

BOOST_AUTO_TEST_CASE(a_peer_that_takes_nothing_is_read_all_the_same)
{
    tls_pair p{shared_context().make_stream(), 0, 4096};
    BOOST_TEST_REQUIRE(p.handshake());
    const std::string much(200'000, 'x');
    BOOST_TEST((p.server_sends(much).needs == wait::writable));
    p.client.write("I write first\n");
    p.client_sends();
    BOOST_TEST(p.received == "I write first\n");
}

BOOST_AUTO_TEST_CASE(a_caller_that_offers_other_bytes_than_before_is_disconnected_and_no_byte_is_wrong)
{
    tls_pair p{shared_context().make_stream(), 0, 4096};
    BOOST_TEST_REQUIRE(p.handshake());
    const auto sent = p.server_sends(std::string(16'000, 'x'));
    BOOST_TEST_REQUIRE(sent.bytes == 15'999);
    for (int i = 0; i < 10; ++i) {
        (void)p.client_receives();
        (void)p.server_sends(std::vector<std::string_view>{});
    }
    BOOST_TEST(p.server_sends("y").error == EPROTO);
}

BOOST_AUTO_TEST_CASE(close_notify_is_the_end_and_an_end_without_it_is_a_reset)
{
    tls_pair p{shared_context().make_stream()};
    BOOST_TEST_REQUIRE(p.handshake());
    p.client.write("bye\n");
    (void)SSL_shutdown(p.client.ssl());
    p.client_sends();
    BOOST_TEST(p.received == "bye\n");
    BOOST_TEST(p.ended);
    BOOST_TEST(p.last.error == 0);

    tls_pair q{shared_context().make_stream()};
    BOOST_TEST_REQUIRE(q.handshake());
    q.client.write("cut off");
    q.client_sends();
    q.hang_up();
    q.server_reads();
    BOOST_TEST(q.received == "cut off");
    BOOST_TEST(q.last.error == ECONNRESET);
    BOOST_TEST(q.failure() == make_error_code(tls_error::cut_off));
    BOOST_TEST(q.server_sends("hello?").error == ECONNRESET);
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_cut_within_its_handshake_or_within_a_record_is_a_reset)
{
    tls_pair p{shared_context().make_stream()};
    (void)p.client.handshake();
    p.bytes_arrive(p.client.output().substr(0, 40));
    p.hang_up();
    p.server_reads();
    BOOST_TEST(p.last.error == ECONNRESET);

    tls_pair q{shared_context().make_stream()};
    BOOST_TEST_REQUIRE(q.handshake());
    q.client.write("half of this");
    q.bytes_arrive(q.client.output().substr(0, 20));
    q.hang_up();
    q.server_reads();
    BOOST_TEST(q.received == "");
    BOOST_TEST(q.last.error == ECONNRESET);
}

BOOST_AUTO_TEST_CASE(the_end_is_said_by_close_notify_and_the_peer_is_read_on)
{
    tls_pair p{shared_context().make_stream()};
    BOOST_TEST_REQUIRE(p.handshake());
    BOOST_TEST(p.server_sends("last words\n").bytes == 11);
    p.server_shuts_down();
    BOOST_TEST(!p.client_receives());
    BOOST_TEST(p.client.read() == "last words\n");
    BOOST_TEST((SSL_get_shutdown(p.client.ssl()) & SSL_RECEIVED_SHUTDOWN) != 0);
    p.client.write("not yet\n");
    p.client_sends();
    BOOST_TEST(p.received == "not yet\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_tls_fails_with_a_word_on_it)
{
    using namespace std::string_literals;
    for (const auto& garbage : {"GET / HTTP/1.1\r\nHost: a\r\n\r\n"s, "\x16 and then some words\n"s,
                                "\x16\x03\x01\xff\xff"s + std::string(100, 'x'), "hello\nhello\n"s}) {
        tls_pair p{shared_context().make_stream()};
        p.bytes_arrive(garbage, 5);
        BOOST_TEST(p.last.error == EPROTO, garbage);
        BOOST_TEST(p.failure() == make_error_code(tls_error::no_tls), garbage);
        BOOST_TEST(p.failure().message() == "no TLS is spoken there");
        (void)p.client_receives();
        std::string told(100, '\0');
        (void)BIO_read(SSL_get_rbio(p.client.ssl()), told.data(), static_cast<int>(told.size()));
        BOOST_TEST(told.starts_with("HTTP/1.1 400 ") == (garbage[0] == 'G'));
        BOOST_TEST(told.starts_with("*\nonly TLS is spoken here: ") == (garbage[0] == 'h'));
    }
    tls_pair p{shared_context().make_stream()};
    p.bytes_arrive("\x16\x03\x01\x00\x30"s + std::string(48, '\x02'));
    BOOST_TEST(p.last.error == EPROTO);
}

BOOST_AUTO_TEST_CASE(a_client_that_offers_http_gets_it_and_another_is_served_without)
{
    for (const auto& [offered, chosen] : {std::pair{"\x02h2\x08http/1.1", "http/1.1"}, {"\x02h2", ""}}) {
        tls_pair p{shared_context().make_stream()};
        const std::string_view list = offered;
        SSL_set_alpn_protos(p.client.ssl(), reinterpret_cast<const unsigned char*>(list.data()),
                            static_cast<unsigned>(list.size()));
        BOOST_TEST_REQUIRE(p.handshake());
        const unsigned char* got = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(p.client.ssl(), &got, &size);
        BOOST_TEST(std::string_view(reinterpret_cast<const char*>(got), size) == chosen);
    }
}

BOOST_AUTO_TEST_CASE(versions_before_one_point_two_are_refused)
{
    tls_pair p{shared_context().make_stream()};
    raw_client old{TLS1_1_VERSION, 0};
    (void)old.handshake();
    const auto hello = old.output();
    BOOST_TEST_REQUIRE(!hello.empty());
    p.bytes_arrive(hello);
    BOOST_TEST(p.last.error == EPROTO);
    BOOST_TEST(p.failure() == make_error_code(tls_error::no_common_version));
}

BOOST_AUTO_TEST_CASE(renegotiation_is_refused)
{
    tls_pair p{shared_context().make_stream(), TLS1_2_VERSION, 4096};
    BOOST_TEST_REQUIRE(p.handshake());
    BOOST_TEST_REQUIRE(SSL_renegotiate(p.client.ssl()) == 1);
    (void)p.client.handshake();
    p.client_sends();
    BOOST_TEST(p.last.error == 0);
    BOOST_TEST(SSL_get_secure_renegotiation_support(p.client.ssl()) == 1);
    (void)p.client_receives();
    BOOST_TEST(!p.client.handshake());
    BOOST_TEST(ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_NO_RENEGOTIATION);
    ERR_clear_error();
}

BOOST_AUTO_TEST_CASE(no_tickets_are_sent)
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_pair p{shared_context().make_stream(), version};
        BOOST_TEST_REQUIRE(p.handshake());
        p.server_reads();
        (void)p.client_receives();
        BOOST_TEST(BIO_ctrl_pending(SSL_get_rbio(p.client.ssl())) == 0);
        (void)p.client.read();
        BOOST_TEST(SSL_SESSION_has_ticket(SSL_get_session(p.client.ssl())) == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_handshake_that_stalls_is_given_up)
{
    const auto time = std::make_shared<manual_clock>();
    const tls_context context{
        {shared_files().certificate_file, shared_files().key_file, std::chrono::seconds{10}, time}};
    tls_pair p{context.make_stream()};
    (void)p.client.handshake();
    const auto hello = p.client.output();
    p.bytes_arrive(hello.substr(0, 30));
    time->advance(std::chrono::milliseconds{9'999});
    p.bytes_arrive(hello.substr(30, 1));
    BOOST_TEST(p.last.error == 0);
    time->advance(std::chrono::milliseconds{1});
    BOOST_TEST(p.server_sends("anybody?").error == ETIMEDOUT);
    BOOST_TEST(p.failure() == make_error_code(tls_error::handshake_timed_out));

    tls_pair q{context.make_stream()};
    BOOST_TEST_REQUIRE(q.handshake());
    time->advance(std::chrono::hours{1});
    BOOST_TEST(q.server_sends("later").bytes == 5);
}

BOOST_AUTO_TEST_SUITE_END()
