"""The runs that are recorded: what comes, how each destination serves it, and which settings of Postfix differ.

The scenario of the same name says the same to mailquake. Rates are [1/s], times are [s] from the start.
`rates`: (from, rate) of Poisson processes; `batches`: (so many, every so many seconds), within 0.2 s.
`service`: from the connection to the last reply; `slow`: (from, to, factor), work goes on at a factor-th of its speed meanwhile;
`down`: (from, to), connections are refused, and those that there are break.
"""

# Every run: scaled times, no pause at acceptance, no cache of connections. The rest is as Postfix has it.
SETTINGS = {
    "queue_run_delay": "10s",
    "minimal_backoff_time": "10s",
    "maximal_backoff_time": "40s",
    "in_flow_delay": "0s",
    "smtp_connection_cache_on_demand": "no",
}

LENGTH = 180.0  # of the arrivals [s]

RUNS = {
    # 25/s can be delivered to a, and for half a minute 40/s come. To b comes a batch every 1.5 s, and it is idle before the next one.
    "surge": {
        "seed": 1,
        "processes": 100,
        "destinations": {
            "a": {"rates": [(0, 12.5), (40, 40.0), (70, 12.5)], "service": 0.8},
            "b": {"batches": (26, 1.5), "service": 0.4},
        },
    },
    # a is slow for a minute, and holds 20 of the 26 processes of the transport; b needs nine, and has six.
    "slow-neighbour": {
        "seed": 2,
        "processes": 26,
        "destinations": {
            "a": {"rates": [(0, 17.5)], "service": 0.4, "slow": [(50, 110, 4.0)]},
            "b": {"rates": [(0, 17.5)], "service": 0.5},
        },
    },
    # a takes nothing for 50 s.
    "outage": {
        "seed": 3,
        "processes": 100,
        "destinations": {
            "a": {"rates": [(0, 17.5)], "service": 0.5, "down": [(50, 100)]},
            "b": {"rates": [(0, 17.5)], "service": 0.5},
        },
    },
    # a takes nothing for 110 s, so that mail reaches the longest back-off; scans and back-off twice as often.
    "long-outage": {
        "seed": 5,
        "processes": 100,
        "settings": {"queue_run_delay": "5s", "minimal_backoff_time": "5s"},
        "destinations": {
            "a": {"rates": [(0, 17.5)], "service": 0.5, "down": [(30, 140)]},
            "b": {"rates": [(0, 17.5)], "service": 0.5},
        },
    },
    # a takes nothing three times, and drains slowly between.
    "flapping": {
        "seed": 6,
        "processes": 100,
        "destinations": {
            "a": {"rates": [(0, 17.5)], "service": 0.9, "down": [(30, 45), (65, 80), (95, 115)]},
            "b": {"rates": [(0, 17.5)], "service": 0.5},
        },
    },
    # An outage of a, a surge to b, and then c slow, in one transport of 40 processes; scans and back-off twice as often.
    "mixed": {
        "seed": 4,
        "processes": 40,
        "settings": {"queue_run_delay": "5s", "minimal_backoff_time": "5s"},
        "destinations": {
            "a": {"rates": [(0, 17.5)], "service": 0.5, "down": [(30, 60)]},
            "b": {"rates": [(0, 13.0), (70, 40.0), (100, 13.0)], "service": 0.7},
            "c": {"rates": [(0, 17.5)], "service": 0.4, "slow": [(95, 135, 3.0)]},
        },
    },
}

RECORDED_IN_CI = "mixed"
