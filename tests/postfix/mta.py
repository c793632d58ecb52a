"""A Postfix that is unpacked, and not installed: its own configuration, queue and data; started, and stopped by its own pid."""
import os
import pathlib
import re
import signal
import subprocess
import time

PORT = 2525
FIRST_PORT = 2601  # of the destinations

MAIN = """\
compatibility_level = 3.6
command_directory = {root}/usr/sbin
daemon_directory = {root}/usr/lib/postfix/sbin
meta_directory = {root}/etc/postfix
shlib_directory = {root}/usr/lib/postfix
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = news
setgid_group = uucp
default_privs = nobody
import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH={libraries}
export_environment = TZ LANG LD_LIBRARY_PATH
myhostname = postfix.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_recipient_restrictions = permit_mynetworks, reject
enable_long_queue_ids = yes
transport_maps = inline:{{ {transports} }}
"""

MASTER = """\
127.0.0.1:{port} inet n - n - 200 smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - {processes} smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """`root`: where the packages are unpacked; `folder`: a folder of its own."""

    def __init__(self, root, folder, destinations, processes, settings):
        self.root, self.folder = pathlib.Path(root), pathlib.Path(folder)
        machine = f"{os.uname().machine}-linux-gnu"
        libraries = f"{root}/usr/lib/postfix:{root}/usr/lib/{machine}:{root}/lib/{machine}"
        self.environment = {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "LD_LIBRARY_PATH": libraries}
        self.config = self.folder / "config"
        for name in ("config", "queue", "data"):
            (self.folder / name).mkdir()
        transports = ", ".join(f"{{{name}.test = smtp:[127.0.0.1]:{port}}}" for name, port in destinations.items())
        main = MAIN.format(root=root, folder=folder, libraries=libraries, transports=transports)
        main += "".join(f"{name} = {value}\n" for name, value in settings.items())
        (self.config / "main.cf").write_text(main)
        (self.config / "master.cf").write_text(MASTER.format(port=PORT, processes=processes))
        subprocess.run(["chown", "news", self.folder / "data"], check=True)

    def command(self, name, *arguments):
        return subprocess.run([self.root / "usr/sbin" / name, "-c", self.config, *arguments], env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def version(self):
        return self.command("postconf", "-h", "mail_version").stdout.strip()

    def start(self):
        started = self.command("postfix", "start")
        if started.returncode != 0:
            raise RuntimeError(f"Postfix does not start:\n{started.stdout}{started.stderr}{self.log()}")

    def stop(self):
        """By its own pid, which it wrote itself; waits until it is gone."""
        try:
            pid = int((self.folder / "queue/pid/master.pid").read_text())
            os.kill(pid, signal.SIGTERM)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return
        for _ in range(100):
            if not pathlib.Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""


STATUS = re.compile(r"postfix/\w+\[\d+\]: (\w+): to=<[^>]*>,.* delay=([0-9.]+),.* status=(\w+)")


def fates(log):
    """Of each queue id its delay as logged, None until it is sent, and how often it was deferred."""
    fate = {}
    for line in log.splitlines():
        found = STATUS.search(line)
        if not found:
            continue
        queue_id, delay, status = found.groups()
        before = fate.get(queue_id, (None, 0))
        if status == "sent":
            fate[queue_id] = (delay, before[1])
        elif status == "deferred":
            fate[queue_id] = (before[0], before[1] + 1)
        else:
            raise RuntimeError(f"neither sent nor deferred: {line}")
    return fate
