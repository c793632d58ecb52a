// Autoscaling of a tier at a site (models/mta/autoscale_spec.hpp): servers come some time after they were ordered, and go when
// they have no more work.
#include <algorithm>
#include <utility>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

void Site::begin_scaling() {
    scales_.resize(stations_.size());
    for (std::uint32_t station = 0; station < stations_.size(); ++station) {
        const auto& autoscale = tier_of(station).policies.autoscale;
        if (!autoscale) continue;
        scales_[station].servers = plan_of(station).servers;
        at(SimTime::zero() + autoscale->period, Act::autoscale, station);
    }
}

/// What the station's signal says: of the time since it was last looked at, or now.
double Site::scale_signal(std::uint32_t station) {
    const AutoscaleSpec& spec = *tier_of(station).policies.autoscale;
    const WorkerStates& states = stations_[station].states().front();
    Scale& scale = scales_[station];
    TimeArea busy = 0, all = 0;
    std::int64_t workers = 0;
    for (std::size_t s = 0; s < states.states(); ++s) {
        if (s == worker_state::absent) continue;
        workers += states.number(s);
        all += states.area(s, now_);
        if (s != worker_state::idle) busy += states.area(s, now_);
    }
    const TimeArea busy_since = busy - std::exchange(scale.busy, busy), all_since = all - std::exchange(scale.all, all);
    if (spec.signal == ScaleSignal::waiting)
        return static_cast<double>(stations_[station].waiting()) / static_cast<double>(std::max<std::int64_t>(1, workers));
    return all_since <= 0 ? 0 : static_cast<double>(busy_since) / static_cast<double>(all_since);
}

/// When a station's load is looked at, then servers are ordered, or the last ones get no more work.
void Site::on_autoscale(std::uint32_t station) {
    const AutoscaleSpec& spec = *tier_of(station).policies.autoscale;
    Scale& scale = scales_[station];
    at(now_ + spec.period, Act::autoscale, station);
    const double signal = scale_signal(station);
    if (now_ < scale.decides_at) return;
    const auto servers = static_cast<std::int64_t>(scale.servers);
    if (signal > spec.above.value && servers < spec.most) {
        const auto more = narrow<std::uint32_t>(std::min(spec.step, spec.most - servers), "servers");
        scale.servers += more;
        scale.on_the_way += more;
        at(now_ + spec.lag, Act::scale_out, station, more);
    } else if (signal < spec.below.value && servers > spec.least && scale.on_the_way == 0) {
        drain_servers(station, narrow<std::uint32_t>(std::min(spec.step, servers - spec.least), "servers"));
    } else {
        return;
    }
    scale.decides_at = now_ + spec.cooldown;
}

/// The last of its servers get no more work; what they have they finish.
void Site::drain_servers(std::uint32_t station, std::uint32_t n) {
    Scale& scale = scales_[station];
    scale.servers -= n;
    for (std::uint32_t server = stations_[station].server_count(); n > 0 && server-- > 0;) {
        if (std::find(scale.drained.begin(), scale.drained.end(), server) != scale.drained.end()) continue;
        stations_[station].drain(server, now_);
        scale.drained.push_back(server);
        --n;
    }
}

/// When ordered servers are ready, then drained ones come back first; the others are new.
void Site::on_scale_out(std::uint32_t station, std::uint32_t n) {
    Scale& scale = scales_[station];
    scale.on_the_way -= n;
    for (; n > 0 && !scale.drained.empty(); --n) {
        const std::uint32_t server = scale.drained.back();
        scale.drained.pop_back();
        restart_server(station, server);
    }
    if (n > 0) grow(station, n);
    listen_.look(station);
}

/// New servers, in whatever trouble there is for their kind.
void Site::grow(std::uint32_t station, std::uint32_t n) {
    Station& s = stations_[station];
    const std::uint32_t first = s.server_count();
    s.add_servers(n, plan_of(station).workers, now_);
    set_flaws(station);
    for (std::uint32_t server = first; server < s.servers().size(); ++server) join_trouble(station, server);
    for (std::uint32_t server = first; server < s.servers().size(); ++server) start_waiting(station, server);
    send_again(station);
}

}  // namespace mailquake
