// SPDX-License-Identifier: BSL-1.0
#include <chatroom/error.hpp>

#include <boost/system/system_error.hpp>

#include <new>
#include <string>

namespace chatroom {
namespace {

// error_category has no virtual destructor, and is destroyed by nobody that knows the base alone.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "chatroom"; }

    std::string message(int value) const override
    {
        switch (static_cast<error>(value)) {
        case error::closed: return "the room is closed";
        case error::would_block: return "the room's log is full of messages that members have yet to take";
        case error::empty_text: return "the text is empty";
        case error::text_too_long: return "the text is longer than the room allows";
        case error::contains_newline: return "the text holds a line break";
        case error::invalid_sender: return "a sender is ADDRESS:PORT, <NAME> or *";
        case error::rate_limited: return "the member says more than the room allows";
        case error::server_form: return "the datagram looks like one of a chat server";
        case error::already_running: return "run() was called before";
        case error::not_a_member: return "the member has gone";
        case error::refused: return "the room's policy refused the message";
        case error::muted: return "the member is muted";
        }
        return "unknown chatroom error";
    }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& error_category() noexcept
{
    static const category instance;
    return instance;
}

error_code make_error_code(error e) noexcept
{
    return {static_cast<int>(e), error_category()};
}

std::string describe(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "an exception of an unknown type";
    }
}

std::exception_ptr to_exception(error_code why) noexcept
{
    return std::make_exception_ptr(boost::system::system_error(why));
}

error_code to_error_code(const std::exception_ptr& failure) noexcept
{
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
        return e.code();
    } catch (const std::bad_alloc&) {
        return make_error_code(boost::system::errc::not_enough_memory);
    } catch (...) {
        return make_error_code(boost::system::errc::state_not_recoverable);
    }
}

}  // namespace chatroom
