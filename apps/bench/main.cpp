// SPDX-License-Identifier: BSL-1.0
// chatroom-bench: loads a server that speaks the wire, measures it, and checks what it delivers.
// Exit code: 0 all is well, 1 a message was lost, repeated, reordered or damaged or nothing could be measured, 2 usage.
#include "modes.hpp"
#include "options.hpp"
#include "plot.hpp"
#include "process.hpp"
#include "report.hpp"

#include <cstdio>
#include <exception>
#include <vector>

namespace {

struct mode_entry {
    const char* name;
    bool (*run)(const load::options&, load::report&);
};

mode_entry entry_of(load::mode mode, bool udp)
{
    if (udp) {
        return mode == load::mode::idle ? mode_entry{"udp_idle", load::run_udp_idle}
                                        : mode_entry{"udp_fanout", load::run_udp_fanout};
    }
    switch (mode) {
    case load::mode::storm: return {"storm", load::run_storm};
    case load::mode::idle: return {"idle", load::run_idle};
    case load::mode::ping: return {"ping", load::run_ping};
    case load::mode::rate: return {"rate", load::run_rate};
    case load::mode::stalled: return {"stalled", load::run_stalled};
    case load::mode::fanout: break;
    }
    return {"fanout", load::run_fanout};
}

}  // namespace

int main(int count, char** arguments)
{
    const auto runs = load::parse_options(count, arguments);
    load::raise_file_limit();
    try {
        bool all_clean = true;
        std::vector<load::report> reports;
        for (const auto& asked : runs) {
            const auto mode = entry_of(asked.mode, asked.udp);
            auto& report = reports.emplace_back(mode.name);
            const bool clean = mode.run(asked, report);
            report.print(asked.json);
            if (!clean) {
                std::fputs("chatroom-bench: the server did not deliver all that it owed, once and in order\n", stderr);
            }
            all_clean = all_clean && clean;
        }
        const bool drawn = runs.front().plot.empty() || load::plot(reports, runs.front().plot);
        return all_clean && drawn ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "chatroom-bench: %s\n", error.what());
        return 1;
    }
}
