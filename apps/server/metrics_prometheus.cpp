// SPDX-License-Identifier: BSL-1.0
#include "metrics.hpp"

#include <chatroom/version.hpp>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// The families as they are built.
class families {
  public:
    families& begin(const char* name, const char* help, MetricType type)
    {
        MetricFamily made;
        made.name = name;
        made.help = help;
        made.type = type;
        all_.push_back(std::move(made));
        return *this;
    }

    families& counter(const char* name, const char* help) { return begin(name, help, MetricType::Counter); }
    families& gauge(const char* name, const char* help) { return begin(name, help, MetricType::Gauge); }

    // A value of the family that was begun last.
    template <typename Number>
    families& value(Number number, std::vector<ClientMetric::Label> labels = {})
    {
        ClientMetric one;
        one.label = std::move(labels);
        auto& family = all_.back();
        (family.type == MetricType::Counter ? one.counter.value : one.gauge.value) = static_cast<double>(number);
        family.metric.push_back(std::move(one));
        return *this;
    }

    void histogram(const char* name, const char* help, const chatroom::duration_histogram& what)
    {
        begin(name, help, MetricType::Histogram);
        ClientMetric one;
        auto& made = one.histogram;
        for (std::size_t i = 0; i < what.bounds.size(); ++i) {
            made.sample_count += what.counts[i];
            made.bucket.push_back({made.sample_count, std::chrono::duration<double>{what.bounds[i]}.count()});
        }
        made.sample_count += what.counts.back();
        made.bucket.push_back({made.sample_count, std::numeric_limits<double>::infinity()});
        made.sample_sum = std::chrono::duration<double>{what.sum}.count();
        all_.back().metric.push_back(std::move(one));
    }

    [[nodiscard]] std::string text() const { return prometheus::TextSerializer{}.Serialize(all_); }

  private:
    std::vector<MetricFamily> all_;
};

// One family over the transports.
void add_traffic(families& to, const chatroom::tcp_statistics& tcp, const chatroom::traffic& udp,
                 std::uint64_t chatroom::traffic::* field)
{
    to.value(tcp.text.*field, {{"transport", "tcp"}})
        .value(tcp.websocket.*field, {{"transport", "websocket"}})
        .value(udp.*field, {{"transport", "udp"}});
}

template <typename Counts>
void add_reasons(families& to, const Counts& counts)
{
    for (std::size_t i = 0; i < counts.size(); ++i) {
        to.value(counts[i], {{"reason", std::string{to_string(static_cast<chatroom::disconnect_reason>(i))}}});
    }
}

void add_rooms(families& to, const measured& what)
{
    const auto sum = what.all.statistics();
    std::vector<std::pair<std::string, chatroom::room_statistics>> named;
    for (const auto& name : what.room_names) {
        if (const auto found = what.all.find(name)) {
            named.emplace_back(name, found->statistics());
        }
    }
    to.gauge("chatroom_rooms", "Rooms that there are.").value(sum.rooms);
    to.gauge("chatroom_log_bytes", "Bytes of the messages that the logs of all rooms hold.").value(sum.log_bytes);
    to.counter("chatroom_commands_refused_total", "Commands that were answered with why they are not done.")
        .value(sum.commands_refused);
    to.counter("chatroom_names_refused_total", "Names that were taken, or asked for with a wrong key.")
        .value(sum.names_refused);
    to.counter("chatroom_passwords_refused_total", "Passwords that were wrong.").value(sum.passwords_refused);
    to.gauge("chatroom_room_members", "Members of a room that is always there.");
    for (const auto& [name, figures] : named) {
        to.value(figures.members, {{"room", name}});
    }
    to.counter("chatroom_room_messages_total", "Messages published in a room that is always there.");
    for (const auto& [name, figures] : named) {
        to.value(figures.published, {{"room", name}});
    }
}

void add_events(families& to, const event_counts& events)
{
    to.counter("chatroom_joined_total", "Members that came in.").value(events.joined);
    to.counter("chatroom_left_total", "Members that have gone.");
    add_reasons(to, events.left);
    to.counter("chatroom_refused_total", "Peers that were refused.");
    add_reasons(to, events.refused);
    to.counter("chatroom_skipped_messages_total", "Messages that members missed.").value(events.skipped);
    to.counter("chatroom_dropped_messages_total", "Messages of members that were not passed on.").value(events.dropped);
    to.counter("chatroom_throttled_total", "How often a member was held back by its rate.").value(events.throttled);
    to.counter("chatroom_receive_overflow_total", "Datagrams that the kernel dropped.").value(events.receive_overflow);
    to.counter("chatroom_send_failed_total", "Datagrams that could not be sent.").value(events.send_failed);
    to.counter("chatroom_errors_total", "Errors after which the server went on.").value(events.errors);
}

}  // namespace

std::string_view missing_metrics_packages() noexcept
{
    return {};
}

std::string metrics_text(const measured& what)
{
    using chatroom::traffic;
    const auto tcp = what.served.tcp.statistics();
    const auto udp = what.served.udp.statistics();
    const auto events = what.events.counts();
    families to;
    to.gauge("chatroom_members", "Members that are connected.");
    add_traffic(to, tcp, udp, &traffic::members);
    to.counter("chatroom_received_messages_total", "Messages of members that were published.");
    add_traffic(to, tcp, udp, &traffic::received_messages);
    to.counter("chatroom_sent_messages_total", "Deliveries: messages, once for each member that got them.");
    add_traffic(to, tcp, udp, &traffic::sent_messages);
    to.counter("chatroom_received_bytes_total", "Bytes received, without those of TLS and below.");
    add_traffic(to, tcp, udp, &traffic::received_bytes);
    to.counter("chatroom_sent_bytes_total", "Bytes sent, without those of TLS and below.");
    add_traffic(to, tcp, udp, &traffic::sent_bytes);
    add_rooms(to, what);
    to.gauge("chatroom_output_bytes", "Bytes that wait for members over TCP that do not keep up.")
        .value(tcp.buffered_bytes);
    to.histogram("chatroom_flush_seconds", "Time to give the members of a shard over TCP what is new in a room.",
                 tcp.flushes);
    add_events(to, events);
    to.counter("chatroom_http_answers_total", "HTTP requests that were answered; 101 is an upgrade to WebSocket.");
    for (const auto& [status, count] : what.http) {
        to.value(count, {{"status", std::to_string(status)}});
    }
    to.gauge("process_start_time_seconds", "When the server began, in seconds since 1970.")
        .value(std::chrono::duration<double>{events.started.time_since_epoch()}.count());
    to.gauge("chatroom_build_info", "Always 1; the version is a label.").value(1, {{"version", CHATROOM_VERSION}});
    return to.text();
}

}  // namespace server
