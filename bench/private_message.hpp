// SPDX-License-Identifier: BSL-1.0
// What a private message costs the server's threads, beside a bare loop that serves two people.
#pragma once

#include "loopback_server.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

inline const std::string private_text = "psst, this is for you alone, and it has sixty-four bytes, no more\n";
inline const std::string command = "/msg baaaaaaa ";
inline const std::size_t private_bytes = sizeof "<aaaaaaaa> -> <baaaaaaa>" + private_text.size();

struct pair_figures {
    double single;
    double stream;
};

// Microseconds of `used` for a line of `ann` which both get: one at a time, and with up to 64 under way.
template <typename Used>
inline pair_figures measure_pair(int ann, int bob, Used used)
{
    const auto line = command + private_text;
    const auto delivered = private_bytes;
    constexpr std::size_t count = 20'000;
    const auto run = [&](std::size_t under_way) {
        const auto before = used();
        std::size_t said = 0;
        std::size_t at_ann = 0;
        std::size_t at_bob = 0;
        while (at_ann < count * delivered || at_bob < count * delivered) {
            const auto back = std::min(at_ann, at_bob) / delivered;
            std::string all;
            for (; said < count && said < back + under_way; ++said) {
                all += line;
            }
            if (!all.empty()) {
                say(ann, all);
            }
            if (at_bob < said * delivered) {
                at_bob += await(bob);
            }
            if (at_ann < said * delivered) {
                at_ann += await(ann);
            }
        }
        return (used() - before) / 1e3 / static_cast<double>(count);
    };
    const auto single = run(1);
    return {single, run(64)};
}

inline pair_figures measure_private(std::size_t shards)
{
    server two{true, 2, shards};
    const int ann = connect_to(two.port());
    const int bob = connect_to(two.port());
    say(ann, "/name " + name_of(0) + "\n");
    say(bob, "/name " + name_of(1) + "\n");
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    (void)take(ann);
    (void)take(bob);
    return measure_pair(ann, bob, [&] { return two.used(); });
}

// What is read of ann goes, behind who says it to whom, to both; false at the end.
inline bool relay(int ann, int bob)
{
    std::array<char, 16 * 1024> in{};
    const auto got = ::recv(ann, in.data(), in.size(), MSG_DONTWAIT);
    if (got <= 0) {
        return got < 0 && errno == EAGAIN;
    }
    std::string out;
    for (std::string_view lines{in.data(), static_cast<std::size_t>(got)}; !lines.empty();) {
        out.append("<aaaaaaaa> -> <baaaaaaa>\n").append(lines.substr(command.size(), private_text.size()));
        lines.remove_prefix(std::min(lines.size(), command.size() + private_text.size()));
    }
    say(bob, out);
    say(ann, out);
    return true;
}

// The least that serves two people.
inline void serve_by_epoll(int ann, int bob)
{
    const int poller = ::epoll_create1(0);
    epoll_event event{};
    event.events = EPOLLIN;
    check(::epoll_ctl(poller, EPOLL_CTL_ADD, ann, &event) == 0, "epoll_ctl");
    for (bool more = true; more;) {
        const auto count = ::epoll_wait(poller, &event, 1, -1);
        check(count == 1 || errno == EINTR, "epoll_wait");
        more = count != 1 || relay(ann, bob);
    }
    ::close(poller);
}

// The same by Asio and a thread of several: while one works, another waits at the poller.
inline void serve_by_asio(asio::ip::tcp::socket& ann, int bob)
{
    ann.async_wait(asio::socket_base::wait_read, [&ann, bob](const boost::system::error_code& ec) {
        if (!ec && relay(ann.native_handle(), bob)) {
            serve_by_asio(ann, bob);
        }
    });
}

inline pair_figures measure_reference(std::size_t asio_threads)
{
    asio::io_context io;
    asio::ip::tcp::acceptor listener{io, {asio::ip::address_v4::loopback(), 0}};
    const int ann = connect_to(listener.local_endpoint().port());
    auto first = listener.accept();
    const int bob = connect_to(listener.local_endpoint().port());
    auto second = listener.accept();
    for (auto* one : {&first, &second}) {
        one->set_option(asio::ip::tcp::no_delay{true});
    }
    std::vector<std::unique_ptr<counted_thread>> threads;
    if (asio_threads == 0) {
        threads.push_back(
            std::make_unique<counted_thread>([&] { serve_by_epoll(first.native_handle(), second.native_handle()); }));
    } else {
        serve_by_asio(first, second.native_handle());
    }
    for (std::size_t i = 0; i < asio_threads; ++i) {
        threads.push_back(std::make_unique<counted_thread>([&] { io.run(); }));
    }
    const auto figures = measure_pair(ann, bob, [&] { return used_by(threads); });
    ::close(ann);
    ::close(bob);
    return figures;
}

inline void measure_private_messages(std::size_t rounds)
{
    struct {
        const char* what;
        pair_figures (*measure)();
        std::vector<double> single = {};
        std::vector<double> stream = {};
    } all[] = {{"between two shards:", [] { return measure_private(2); }},
               {"within one shard:", [] { return measure_private(1); }},
               {"a bare epoll loop:", [] { return measure_reference(0); }},
               {"bare Asio, one thread:", [] { return measure_reference(1); }},
               {"bare Asio, two threads:", [] { return measure_reference(2); }}};
    for (std::size_t i = 0; i < rounds; ++i) {
        for (auto& one : all) {
            const auto [single, stream] = one.measure();
            one.single.push_back(single);
            one.stream.push_back(stream);
        }
    }
    for (const auto& one : all) {
        std::printf("a private message, %-23s %5.1f us one at a time, %5.1f us in a stream\n", one.what,
                    median(one.single), median(one.stream));
    }
    std::printf("between shards / bare epoll loop: %.2f and %.2f; asked: 20 us\n",
                median(all[0].single) / median(all[2].single), median(all[0].stream) / median(all[2].stream));
}
