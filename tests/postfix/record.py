"""Records one run with a Postfix that is unpacked at ROOT; to be called by `run.sh`, in namespaces of its own.

    record.py ROOT FOLDER RUN FILE [SECONDS]    writes a line a message into FILE, in order of arrival: delay as logged, deferrals

Mail begins to come so many seconds after it might (8 s after Postfix has started and scanned its queue); unsaid: by chance. Recordings of
one run begin 0, 2, 4, 6 and 8 s after it, so that five of them have the scans at all times of their interval.
"""
import asyncio
import fcntl
import pathlib
import random
import socket
import struct
import sys
import time

import arrivals
import inject
import mta
import runs
import sink

LATEST = 0.25  # [s]; an injector that is later has had no processor, and neither had Postfix
WARM_UP = 20  # messages to each destination before the run, for which Postfix starts its processes; they are not recorded


def loopback_up():
    """In a network namespace of its own nothing is up. (SIOCSIFFLAGS; IFF_UP.)"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))


async def play(run, zero, mail):
    ports = {name: mta.FIRST_PORT + k for k, name in enumerate(run["destinations"])}
    places = [sink.Destination(plan, ports[name], zero) for name, plan in run["destinations"].items()]
    for place in places:
        await place.open()
    await inject.inject(mta.PORT, time.time(), [(0.0, name) for name in ports for _ in range(WARM_UP)])
    downs = [asyncio.create_task(place.goes_down()) for place in places]
    ids, late = await inject.inject(mta.PORT, zero, mail)
    await asyncio.gather(*downs)
    return ids, late


async def record(postfix, run, mail, seconds):
    # Postfix counts whole seconds of the clock, and so does mailquake from its start.
    zero = int(time.time()) + 8.0 + seconds
    ids, late = await play(run, zero, mail)
    patience = time.time() + 300
    while True:
        fate = mta.fates(postfix.log())
        if sum(fate.get(one, (None, 0))[0] is not None for one in ids) == len(ids):
            return [fate[one] for one in ids], late
        if time.time() > patience:
            raise RuntimeError("mail is still under way 5 minutes after the last came")
        await asyncio.sleep(1)


def main(root, folder, name, file, seconds=None):
    run = runs.RUNS[name]
    mail = arrivals.of(name)
    ports = {place: mta.FIRST_PORT + k for k, place in enumerate(run["destinations"])}
    settings = {**runs.SETTINGS, **run.get("settings", {})}
    postfix = mta.Postfix(root, folder, ports, run["processes"], settings)
    loopback_up()
    try:
        postfix.start()
        fate, late = asyncio.run(record(postfix, run, mail, random.SystemRandom().randrange(10) if seconds is None else int(seconds)))
    finally:
        postfix.stop()
    if late > LATEST:
        print(f"mail was handed over {late:.2f} s late")
        sys.exit(77)
    text = f"# {name}, Postfix {postfix.version()}; the injector was at most {late * 1000:.0f} ms late\n"
    pathlib.Path(file).write_text(text + "".join(f"{delay} {deferrals}\n" for delay, deferrals in fate))
    print(text.strip("# \n"))


if __name__ == "__main__":
    main(*sys.argv[1:])
