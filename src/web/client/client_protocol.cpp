// SPDX-License-Identifier: BSL-1.0
#include "client_protocol.hpp"

#include "client_answer.hpp"

#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <utility>

namespace chatroom::detail {

client_protocol::client_protocol(const websocket_client_options& options, mask_source masks)
    : masks_{std::move(masks)},
      reader_{options.max_message, websocket_reader::peer::server},
      json_{options.place, options.history}
{
}

void client_protocol::begin(const upgrade_request& request)
{
    upgrade_.emplace(request.key);
    output_ += request.bytes();
}

void client_protocol::received(std::string_view bytes, time_point now, inbox& to)
{
    if (ended_ || !upgrade_) {
        return;
    }
    if (!upgraded_) {
        const auto found = upgrade_->next(bytes);
        if (found == upgrade_reader::result::need_more) {
            return;
        }
        if (found == upgrade_reader::result::failed) {
            return end(upgrade_->failure(), to);
        }
        upgraded_ = true;
        json_.begin(now);
        collect(to);
    }
    received_frames(bytes, now, to);
}

void client_protocol::received_frames(std::string_view bytes, time_point now, inbox& to)
{
    using result = websocket_reader::result;
    while (!ended_) {
        std::string_view payload;
        switch (reader_.next(bytes, payload)) {
        case result::need_more: return;
        case result::message:
            json_.received(payload, now, to);
            collect(to);
            break;
        case result::ping: append(opcode::pong, payload); break;
        case result::pong: break;
        case result::close: closed_by_server(payload, to); break;
        case result::violation:
            close(reader_.close_code());
            end(websocket_error::violation, to);
            break;
        }
    }
}

// The reason is what the server says last over the text protocol.
void client_protocol::closed_by_server(std::string_view reason, inbox& to)
{
    const auto code = reader_.close_code();
    if (closing_) {
        return end({}, to);
    }
    close(code);
    json_.finish(to);
    if (!reason.empty()) {
        to.add(to_notice(reason));
    }
    end(error_code{code, websocket_category()}, to);
}

void client_protocol::send(std::string_view text, const std::string& id, time_point now, inbox& to)
{
    for (bool first = true; !text.empty(); first = false) {
        const auto line = text.substr(0, text.find_first_of("\r\n"));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        std::string clean;
        wire::append_clean(clean, line);
        if (!wire::is_blank(clean)) {
            json_.send(clean, first ? id : std::string{}, now, to);
        }
    }
    collect(to);
}

void client_protocol::on_deadline(time_point now, inbox& to)
{
    json_.on_deadline(now);
    collect(to);
}

bool client_protocol::settled() const noexcept
{
    return json_.settled() || (upgraded_ && ended_ && ended_->value() >= close_code::normal);
}

// What the JSON protocol has to send, and how it ended.
void client_protocol::collect(inbox& to)
{
    if (!upgraded_ || ended_) {
        return;
    }
    for (const auto& text : json_.take_output()) {
        append(opcode::text, text);
    }
    if (json_.leaves()) {
        close(close_code::normal);
    }
    if (const auto failure = json_.failure()) {
        close(close_code::normal);
        end(failure, to);
    }
}

void client_protocol::append(opcode what, std::string_view payload)
{
    if (!closing_) {
        append_masked_frame(output_, what, payload, masks_());
    }
}

void client_protocol::close(std::uint16_t code)
{
    std::string payload;
    if (code != close_code::none) {
        payload.push_back(static_cast<char>(code >> 8));
        payload.push_back(static_cast<char>(code & 0xff));
    }
    append(opcode::close, payload);
    closing_ = true;
}

void client_protocol::end(error_code why, inbox& to)
{
    json_.finish(to);
    ended_ = why;
}

}  // namespace chatroom::detail
