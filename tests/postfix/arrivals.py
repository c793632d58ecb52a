"""When mail comes in a run: by destination a Poisson process, with fixed random numbers, or batches; in whole ms."""
import math
import random

import runs


def of(name):
    """(seconds, destination), in order."""
    mail = []
    for place, plan in runs.RUNS[name]["destinations"].items():
        numbers = random.Random(f"{runs.RUNS[name]['seed']} {place}")
        times = poisson(plan["rates"], numbers) if "rates" in plan else batches(*plan["batches"])
        mail += [(seconds, place) for seconds in times]
    return sorted(mail)


def poisson(rates, numbers):
    """Times of a Poisson process whose rate changes at the given times."""
    times = []
    ends = [begin for begin, _ in rates[1:]] + [runs.LENGTH]
    for (begin, rate), end in zip(rates, ends):
        now = begin - math.log(1 - numbers.random()) / rate
        while now < end:
            times.append(round(now, 3))
            now -= math.log(1 - numbers.random()) / rate
    return times


def batches(size, every):
    begins = [every * k for k in range(int(runs.LENGTH / every))]
    return [round(begin + 0.2 * k / size, 3) for begin in begins for k in range(size)]
