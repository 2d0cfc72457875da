// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/stream.hpp>

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace chatroom {
namespace {

// As if memory or buffers were free again soon: the socket is still good.
bool is_temporary(int error) noexcept
{
    return error == EAGAIN || error == EINTR || error == ENOBUFS || error == ENOMEM;
}

stream::result outcome(ssize_t bytes, stream::wait needs) noexcept
{
    if (bytes >= 0) {
        return {static_cast<std::size_t>(bytes)};
    }
    return is_temporary(errno) ? stream::result{0, 0, needs} : stream::result{0, errno};
}

class plain final : public stream {
  public:
    result receive(int descriptor, std::span<char> into) noexcept override
    {
        return outcome(::recv(descriptor, into.data(), into.size(), MSG_DONTWAIT), wait::readable);
    }

    result send(int descriptor, std::span<const std::string_view> pieces) noexcept override
    {
        constexpr int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
        std::size_t offered = 0;
        std::array<iovec, 9> parts;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            parts[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
            offered += pieces[i].size();
        }
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = pieces.size();
        auto done = pieces.size() == 1 ? outcome(::send(descriptor, pieces[0].data(), offered, flags), wait::writable)
                                       : outcome(::sendmsg(descriptor, &message, flags), wait::writable);
        if (done.error == 0 && done.bytes < offered) {
            done.needs = wait::writable;
        }
        return done;
    }

    void shutdown(int descriptor) noexcept override { (void)::shutdown(descriptor, SHUT_WR); }
};

}  // namespace

stream& plain_stream() noexcept
{
    static plain only;
    return only;
}

}  // namespace chatroom
