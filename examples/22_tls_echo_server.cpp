// SPDX-License-Identifier: BSL-1.0
// The echo server over TLS: the stream between a connection of yours and its bytes. For a room it is tls_wire() alone.
#include <chatroom/serve/tcp_server.hpp>
#include <chatroom/tls.hpp>

#include <boost/asio.hpp>

#include <array>
#include <filesystem>
#include <iostream>

namespace asio = boost::asio;

chatroom::task<> echo(chatroom::connection peer, std::unique_ptr<chatroom::stream> tls)
{
    using wait = chatroom::stream::wait;
    const int descriptor = peer.stream.native_handle();
    std::array<char, 4096> buffer;
    std::string_view unsent;
    for (;;) {
        const auto done = unsent.empty() ? tls->receive(descriptor, buffer) : tls->send(descriptor, {&unsent, 1});
        if (!unsent.empty()) {
            unsent.remove_prefix(done.bytes);
        } else if (done.needs == wait::none) {
            unsent = {buffer.data(), done.bytes};
        }
        if (done.error != 0 || (done.needs == wait::none && done.bytes == 0)) {
            tls->shutdown(descriptor);
            co_return;
        }
        if (done.needs != wait::none) {
            const auto which =
                done.needs == wait::writable ? chatroom::tcp_stream::wait_write : chatroom::tcp_stream::wait_read;
            co_await peer.stream.async_wait(which, asio::as_tuple(asio::deferred));
        }
    }
}

int main()
{
    const auto directory = std::filesystem::temp_directory_path() / "chatroom-tls-echo";
    const auto files = chatroom::tls_self_signed(directory, {"localhost", "127.0.0.1"});
    const chatroom::tls_context context{{files.certificate_file, files.key_file}};
    asio::io_context io;
    const auto serve = [&](chatroom::connection peer) { return echo(std::move(peer), context.make_stream()); };
    chatroom::tcp_server server{io.get_executor(), serve};
    std::cout << "listening " << server.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    std::cout << files.ca_file << std::endl;
    asio::signal_set signals{io, SIGTERM};
    signals.async_wait([&](auto, auto) { server.stop(); });
    asio::co_spawn(io, server.run(), asio::detached);
    io.run();
}
