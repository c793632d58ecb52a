"""The three models of compare.py as a SimPy user would write them: a process a customer, a Resource a server.

    simpy_peer.py MODEL SECONDS SEED     prints one JSON object

`seconds` is the time that the event loop took, `events` the logical events by mailquake's definition (an arrival, a
service end, a call sent, served and answered, an attempt, a transfer's end), whatever SimPy itself schedules for them.
Delays are those of customers who come between the first second and the last one.
"""
import json
import math
import random
import sys
import time

import simpy

HOP = 0.00225           # a hop within a site: nine one-way latencies of 250 us
WAY = 0.00025           # a packet within a site


class Measure:
    def __init__(self, env, span):
        self.env = env
        self.last = span - 1
        self.left = self.measured = 0
        self.delay = 0.0

    def leave(self, begin):
        self.left += 1
        if 1 <= begin < self.last:
            self.measured += 1
            self.delay += self.env.now - begin


def poisson(env, rate, start):
    while True:
        yield env.timeout(random.expovariate(rate))
        env.process(start())


def stations(env, count, workers, service, measure):
    """`count` M/M/`workers` in a row, with 1000 customers a second."""
    row = [simpy.Resource(env, workers) for _ in range(count)]

    def customer():
        begin = env.now
        for station in row:
            with station.request() as worker:
                yield worker
                yield env.timeout(random.expovariate(1 / service))
        measure.leave(begin)

    env.process(poisson(env, 1000, customer))
    return 1 + count


class Tier:
    """Servers, each with a queue of its own, and how work is spread over them."""

    def __init__(self, env, servers, workers, spread, service):
        self.servers = [simpy.Resource(env, workers) for _ in range(servers)]
        self.spread = spread
        self.service = service
        self.turn = 0

    def server(self):
        if self.spread == "round-robin":
            self.turn = (self.turn + 1) % len(self.servers)
            return self.servers[self.turn]
        if self.spread == "two-choices":
            a, b = random.sample(self.servers, 2)
            return a if len(a.queue) + a.count <= len(b.queue) + b.count else b
        return self.servers[0]


def lognormal(mean, cv):
    variance = math.log(1 + cv * cv)
    return random.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))


def exponential(mean):
    return lambda: random.expovariate(1 / mean)


def five_hop(env, measure):
    tiers = [Tier(env, 4, 10, "round-robin", exponential(0.005)),
             Tier(env, 4, 100, "round-robin", lambda: lognormal(0.050, 2)),
             Tier(env, 1, 100, "shared", exponential(0.010)),
             Tier(env, 1, 40, "shared", exponential(0.005)),
             Tier(env, 10, 15, "two-choices", exponential(0.020))]
    slots = [simpy.Resource(env, n) for n in (20, 200, 200, 200)]
    partitions = [simpy.Resource(env, 10) for _ in range(8)]
    weights, total = [], 0.0
    for k in range(1, 10001):
        total += k ** -0.9
        weights.append(total)
    tenants = range(10000)
    mail_of = [0] * 10000

    def request(partition, answer):
        yield env.timeout(WAY)
        with partition.request() as worker:
            yield worker
            yield env.timeout(random.expovariate(200))
        yield env.timeout(WAY)
        answer.succeed()

    def message():
        begin = env.now
        tenant = random.choices(tenants, cum_weights=weights)[0]
        mail_of[tenant] += 1
        for hop, tier in enumerate(tiers):
            if hop > 0:
                with slots[hop - 1].request() as slot:
                    yield slot
                    yield env.timeout(HOP)
            with tier.server().request() as worker:
                yield worker
                if hop == 2:
                    answer = env.event()
                    env.process(request(partitions[tenant % 8], answer))
                    yield answer | env.timeout(1)
                yield env.timeout(tier.service())
        measure.leave(begin)

    env.process(poisson(env, 5000, message))
    return 17


def main():
    model, span, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    random.seed(seed)
    env = simpy.Environment()
    measure = Measure(env, span)
    per_customer = {"mm1": lambda: stations(env, 1, 1, 0.0008, measure),
                    "tandem": lambda: stations(env, 5, 10, 0.008, measure),
                    "five-hop": lambda: five_hop(env, measure)}[model]()
    begin = time.perf_counter()
    env.run(until=span)
    seconds = time.perf_counter() - begin
    print(json.dumps({"messages": measure.left, "events": per_customer * measure.left, "seconds": seconds,
                      "delay": measure.delay / measure.measured}))


main()
