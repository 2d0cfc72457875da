// SPDX-License-Identifier: BSL-1.0
// Somebody else's program that talks over TLS.
#include <chatroom/tls.hpp>

#include <boost/asio/io_context.hpp>

int main()
{
    boost::asio::io_context io;
    chatroom::tcp_client_options options;
    options.make_stream = chatroom::tls_client_stream();
    const chatroom::tcp_client client{io.get_executor(), options};
    return options.make_stream("localhost")->has_received() ? 1 : 0;
}
