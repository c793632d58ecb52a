// The cascade as a graph: which queue filled which, and what began it. Nodes are queues with an onset (cascade.hpp) and the
// faults, flaws and mitigations that filled one. "a filled b" is drawn where three things hold:
//
//   way     the topology has it:
//           next-hop        a: input queue of a tier that takes what b, a next-hop queue, holds (through proxies that hold)
//           held-hand-over  a: input queue of the tier after b's, whose workers, a proxy's, wait for its reply
//           call            a: input queue of, or a fault on, a tier that b's tier calls; of b's next-hop queue, where a failed
//                           call defers mail
//           holds-workers   a: a flaw of b's tier
//           hits            a: a fault on b's tier, its site, a link at its site, a class that enters there
//           come-back       a: a fault on a link between clients and the tier where they sign in, b: whoever it cut off tries again
//           wakes           a: a fault that wakes the flaw b; a mitigation that brings the fault b about
//           flood           a: a next-hop queue whose mail goes to b: a backlog that is let go; if nothing else fills b
//           own-queue       a: input queue of the tier whose next-hop queue b is: ages count from arrival at the tier, so mail that
//                           has waited before is old in b; if nothing else fills b
//           Sites: the same one where the tier stands there, else any; mailbox and outside tiers: any.
//   time    a's onset is not after b's. Onsets are minutes: what happened within one is in no order.
//   blame   for b an input queue, and a call, held hand-over, flaw or fault on servers: at least 1 % of what copies waited in b is
//           booked to it.
//
// In the tree each queue hangs on the edge to which most of its wait is booked; else on the first of the ways in the order
// holds-workers, hits, come-back, call, held-hand-over, next-hop, flood, own-queue, and of these on the latest onset.
// Left out: that something else, at the same time, would have filled b as well.
#pragma once

#include "models/report/explanation.hpp"

namespace mailquake {

[[nodiscard]] CascadeGraph cascade_graph(const ScenarioSpec& scenario, const Outcome& outcome);

}  // namespace mailquake
