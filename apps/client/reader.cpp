// SPDX-License-Identifier: BSL-1.0
#include "reader.hpp"

#include <boost/asio/post.hpp>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <semaphore>
#include <thread>
#include <utility>

namespace client {
namespace {

std::string read_piece(int& error)
{
    std::array<char, 16 * 1024> buffer;
    for (;;) {
        const auto n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (n < 0 && errno == EAGAIN) {  // somebody else made it non-blocking; it is theirs too
            pollfd readable{STDIN_FILENO, POLLIN, 0};
            ::poll(&readable, 1, -1);
        } else if (n >= 0 || errno != EINTR) {
            error = n < 0 ? errno : 0;
            return {buffer.data(), n < 0 ? 0 : static_cast<std::size_t>(n)};
        }
    }
}

}  // namespace

struct reader::state {
    boost::asio::any_io_executor to;
    taker take;  // used on the executor
    std::counting_semaphore<> asked{0};
};

reader::reader(const boost::asio::any_io_executor& executor, taker take) : state_{std::make_shared<state>()}
{
    state_->to = executor;
    state_->take = std::move(take);
    std::thread{[self = state_] {
        for (;;) {
            self->asked.acquire();
            int error = 0;
            auto piece = read_piece(error);
            const bool last = piece.empty();
            boost::asio::post(self->to, [self, error, piece = std::move(piece)]() mutable {
                self->take(std::move(piece), {error, boost::system::system_category()});
            });
            if (last) {
                return;
            }
        }
    }}.detach();  // a read that waits can't be ended: the program ends without it
}

reader::~reader()
{
    state_->take = [](const std::string&, boost::system::error_code) {};
}

void reader::read_on()
{
    state_->asked.release();
}

}  // namespace client
