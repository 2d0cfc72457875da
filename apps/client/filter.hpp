// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "frontend.hpp"
#include "notifier.hpp"
#include "output.hpp"
#include "reader.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace client {

/// Where a filter's lines come from.
enum class line_source : unsigned char { standard_input, given, none };

struct filter_options {
    line_source source = line_source::standard_input;
    std::vector<std::string>
        given;  ///< Said in turn, for line_source::given; then only the room's own words are shown.
    style look;
    bool person = false;  ///< Standard input is a terminal all the same.
    bool wraps = false;   ///< Standard output is one: a text that goes on in the next row can't look like a sender.
};

/// Lines in, lines out: each is written as soon as it is there. Notices go to standard error.
class filter final : public frontend {
  public:
    /// `broken` is called when standard output has been closed.
    filter(boost::asio::io_context& context, filter_options options, std::function<void()> broken);

    boost::asio::awaitable<std::optional<std::string>> next_line() override;
    boost::asio::awaitable<void> show(message what) override;
    void tell(const std::string& notice) override;
    void update(const link_status& now) override;
    [[nodiscard]] bool interactive() const override { return options_.person; }
    void end_lines() override;
    void abort_output() override;
    void run() override;
    std::string close() override;

  private:
    void take(const std::string& piece, boost::system::error_code why);

    boost::asio::io_context& context_;
    const filter_options options_;
    output out_;
    notifier lines_changed_;
    std::deque<std::string> lines_;
    std::string open_;
    boost::system::error_code unreadable_;
    bool ended_;
    bool aborted_ = false;
    reader in_;
};

}  // namespace client
