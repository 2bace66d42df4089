"""A Debian of its own, with systemd as its first process: in namespaces, not
on virtual hardware."""

import os
import pathlib
import shutil
import subprocess
import time

from lab import Failure, cache, check, need, run, say, wait_for

# Sets the root up, and becomes systemd. /dev/console is a file, so that what it
# says can be read.
BOOT = r"""
set -eu
root=$1 console=$2 group=$3
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for name in null zero full random urandom tty; do
  cp -a "/dev/$name" "$root/dev/"
done
mkdir "$root/dev/shm" "$root/dev/pts" "$root/dev/mqueue" "$root/dev/hugepages"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
touch "$root/dev/console"
mount --bind "$console" "$root/dev/console"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mkdir -p "$root/.before"
cd "$root"
pivot_root . .before
umount -l .before
rmdir .before
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --show-status=no --unit=multi-user.target
"""

# A group for the processes, to be left as it was found.
ENTER_GROUP = r"""
set -eu
mount -t cgroup2 cgroup2 "$1"
mkdir -p "$1/$2"
echo $$ >"$1/$2/cgroup.procs"
umount "$1"
shift 2
exec unshare --cgroup "$@"
"""

LEAVE_GROUP = r"""
mount -t cgroup2 cgroup2 "$1"
find "$1/$2" -depth -type d -exec rmdir {} +
"""


def base():
    """A minimal Debian, made once for each release and version of the maker."""
    need("mmdebstrap", root=True)
    suite = "bookworm"
    release = pathlib.Path("/etc/debian_version").read_text().strip()
    path = cache() / f"root-{suite}-{release}.tar"
    if not path.exists():
        say(f"making {path}")
        sources = [str(each) for each in
                   [pathlib.Path("/etc/apt/sources.list"),
                    *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*"))]
                   if each.exists() and suite in each.read_text()]
        made = path.with_suffix(f".{os.getpid()}.tar")
        run("mmdebstrap", "--quiet", "--variant=minbase", suite, made, *sources,
            timeout=600)
        made.rename(path)
    return path


class Machine:
    def __init__(self, folder, network):
        self.root, self.folder, self.network = folder / "root", folder, network
        self.process = None
        self.group = f"ricochet-test-{os.getpid()}"
        self.root.mkdir()
        run("tar", "-C", self.root, "--exclude=./dev/*", "-xf", base())
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        (self.root / "etc/apt/apt.conf.d/90test").write_text(
            'APT::Get::Assume-Yes "true"; APT::Install-Recommends "false";\n'
            'APT::Keep-Downloaded-Packages "true"; Dpkg::Use-Pty "false";\n')

    def install(self, *commands):
        """Runs commands before the machine is up, on the host's network; what
        they download is kept for the next time."""
        archives = cache() / "archives"
        (archives / "partial").mkdir(parents=True, exist_ok=True)
        inside = self.root / "var/cache/apt/archives"
        script = ('set -eu; root=$1; mount --make-rprivate /;'
                  'mount -t proc proc "$root/proc";'
                  'mount --rbind /dev "$root/dev"; mount --bind "$2" "$3";'
                  'exec chroot "$root" env DEBIAN_FRONTEND=noninteractive'
                  ' PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root'
                  ' bash -euc "cd /root; $4"')
        return run("unshare", "--mount", "bash", "-c", script, "install",
                   self.root, archives, inside, "\n".join(commands))

    def boot(self):
        console = self.folder / "console"
        console.touch()
        group_mount = self.folder / "cgroup"
        group_mount.mkdir()
        log = open(self.folder / "boot.log", "wb")
        self.process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", ENTER_GROUP, "enter",
             group_mount, self.group,
             *self.network.command(
                 "unshare", "--mount", "--pid", "--ipc", "--uts", "--fork",
                 "--kill-child", "bash", "-c", BOOT, "boot", self.root, console,
                 self.group)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.pid = wait_for("systemd", self._first_process, 30)
        wait_for("systemctl", lambda: self.state() in ("running", "degraded"))

    def _first_process(self):
        if self.process.poll() is not None:
            raise Failure("no systemd: " +
                          (self.folder / "boot.log").read_text())
        path = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}"
                            "/children")
        for pid in path.read_text().split():
            if pathlib.Path(f"/proc/{pid}/comm").read_text() == "systemd\n":
                return int(pid)
        return None

    def state(self):
        done = subprocess.run(self._inside("systemctl is-system-running"),
                              stdout=subprocess.PIPE, text=True, check=False,
                              stderr=subprocess.DEVNULL)
        return done.stdout.strip()

    def _inside(self, script):
        return ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--ipc",
                "--uts", "--net", "--cgroup", "--root", "--wdns=/root", "env",
                "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
                "DEBIAN_FRONTEND=noninteractive", "SYSTEMD_PAGER=cat", "bash",
                "-euo", "pipefail", "-c", script]

    def __call__(self, script):
        """Runs a script inside; its output."""
        return run(*self._inside(script))

    def ends_with(self, script):
        return subprocess.run(self._inside(script), check=False,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode

    def unit(self, name):
        """A property of the service."""
        return self(f"systemctl show --value -p {name} ricochet").strip()

    def status(self):
        """Of the service's main process, as the kernel tells."""
        text = self(f"cat /proc/{self.unit('MainPID')}/status")
        return dict(line.split(":\t", 1) for line in text.splitlines())

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            until = time.time() + 10
            while time.time() < until:  # until the last process is gone
                left = subprocess.run(
                    ["unshare", "--mount", "sh", "-c", LEAVE_GROUP, "leave",
                     self.folder / "cgroup", self.group], check=False,
                    stderr=subprocess.DEVNULL)
                if left.returncode == 0:
                    break
                time.sleep(0.2)
