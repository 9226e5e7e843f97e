# SPDX-License-Identifier: BSD-2-Clause
"""A libvirtd of a test's own, that sees and touches no domain, network or pool of this machine.

As root it is the system's libvirtd, qemu:///system, with everything that it keeps (/etc/libvirt,
/var, /run) in namespaces of its own; where those cannot be made (no root, a container without
CAP_SYS_ADMIN) it is the session's, qemu:///session, with all its files in a temporary directory.
Neither needs systemd, cgroups or KVM.
"""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

# Other binaries than PATH has are never found.
PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
QEMU = "/usr/bin/qemu-system-x86_64"

# The first process of the namespaces; it stays to collect the QEMUs that libvirtd asks what they
# can do, which detach themselves: libvirtd waits for each of them to be gone.
SETUP = r"""
set -e
mkdir "$1/etc"
mount --bind /etc "$1/etc"
mount -t tmpfs -o mode=755 tmpfs /etc
for entry in "$1"/etc/* "$1"/etc/.[!.]*; do
	case "$entry" in
	*/libvirt | *'*' | *']*') ;;
	*) ln -s "$entry" /etc/ ;;
	esac
done
mount -t tmpfs -o mode=755 tmpfs /var
mount -t tmpfs -o mode=755 tmpfs /run
touch /run/igdrom-test
ln -s /run /var/run
mkdir -p /etc/libvirt /var/cache /var/lib /var/log /var/tmp
chmod 1777 /var/tmp
cat >/etc/libvirt/libvirtd.conf <<END
unix_sock_group = "root"
auth_unix_ro = "none"
auth_unix_rw = "none"
END
cat >/etc/libvirt/qemu.conf <<END
user = "+65534"
group = "+65534"
security_driver = "none"
hugetlbfs_mount = []
cgroup_controllers = []
END
# KVM that a QEMU can open and libvirtd's user cannot, or the other way round, makes libvirtd ask
# QEMU anew for every domain: here nobody has it.
touch /run/no-kvm
chmod 0 /run/no-kvm
[ ! -e /dev/kvm ] || mount --bind /run/no-kvm /dev/kvm
if [ -d /usr/local/sbin ] && [ ! -e /usr/local/sbin/libvirtd ]; then
	# Where unraid has QEMU.
	mount -t tmpfs -o mode=755 tmpfs /usr/local/sbin
	ln -s "$2" /usr/local/sbin/qemu
fi
libvirtd &
wait
"""


class Libvirtd:
    """What both have in common: a folder, a log, and virsh."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="igdrom-libvirt-")
        self.log = open(f"{self.folder}/log", "wb")
        self.environ = {"PATH": PATH, "LC_ALL": "C"}
        self.prefix = []
        self.outside = self.inside = self.folder
        self.rights = {}
        self.daemon = None

    def start(self, command, end="TERM"):
        # It ends with the test, however the test ends.
        self.daemon = subprocess.Popen(["setpriv", "--pdeathsig", end, *command], env=self.environ, cwd="/",
                                       stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, **self.rights)

    def put(self, text):
        """A file that virsh can read; its path."""
        path = pathlib.Path(f"{self.outside}/igdrom-test.xml")
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)
        return f"{self.inside}/{path.name}"

    def virsh(self, *args, check=True):
        done = subprocess.run([*self.prefix, "virsh", "-c", self.uri, "-q", *args], env=self.environ, cwd="/",
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
                              **self.rights)
        if check and done.returncode:
            raise AssertionError(f"virsh {' '.join(args)}: {done.stderr.strip()}")
        return done

    def ready(self):
        """Whether there is a point in asking it."""
        return True

    def has(self, path):
        """Whether it sees this file."""
        return os.path.exists(path)

    def wait(self):
        """Whether it answers, and if not what it said last."""
        until = time.monotonic() + 60
        while time.monotonic() < until and self.daemon.poll() is None:
            if self.ready() and self.virsh("version", check=False).returncode == 0:
                return None
            time.sleep(0.2)
        said = pathlib.Path(self.folder, "log").read_text(errors="replace").strip().splitlines()
        return said[-1] if said else "it says nothing"

    def stop(self):
        self.daemon.terminate()
        try:
            self.daemon.wait(20)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()

    def close(self):
        if self.daemon:
            self.stop()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Session(Libvirtd):
    """An unprivileged one; root gives its rights away before starting it."""

    name = "qemu:///session"

    def __init__(self):
        super().__init__()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.rights = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for name, sub in (("HOME", "home"), ("XDG_RUNTIME_DIR", "run"), ("XDG_CONFIG_HOME", "config"),
                          ("XDG_CACHE_HOME", "cache"), ("XDG_DATA_HOME", "data")):
            self.environ[name] = f"{self.folder}/{sub}"
            os.mkdir(self.environ[name], 0o700)
        for path in [self.folder, *(path for path in self.environ.values() if path.startswith(self.folder))]:
            os.chown(path, self.rights.get("user", -1), self.rights.get("group", -1))
        self.socket = f"{self.folder}/run/libvirt/libvirt-sock"
        self.uri = f"qemu+unix:///session?socket={self.socket}"
        self.start(["libvirtd"])

    def ready(self):
        return os.path.exists(self.socket)


class System(Libvirtd):
    """The system's, in namespaces of its own: files, processes, network."""

    name = uri = "qemu:///system"

    def __init__(self):
        super().__init__()
        os.chmod(self.folder, 0o755)
        self.start(["unshare", "--mount", "--net", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc",
                    "--propagation", "private", "sh", "-c", SETUP, "sh", self.folder, QEMU],
                   "KILL")

    def first(self):
        """The first process inside, as this side counts; None: there is none yet."""
        path = pathlib.Path(f"/proc/{self.daemon.pid}/task/{self.daemon.pid}/children")
        children = path.read_text(encoding="ascii").split() if path.exists() else []
        return int(children[0]) if children else None

    def ready(self):
        first = self.first()
        # Before the first file is there this is the machine's /run, and its socket.
        wanted = ("igdrom-test", "libvirt/libvirt-sock")
        if not first or not all(os.path.exists(f"/proc/{first}/root/run/{name}") for name in wanted):
            return False
        self.outside, self.inside = f"/proc/{first}/root/run", "/run"
        self.prefix = ["nsenter", "-t", str(first), "-m", "-n", "-i", "-p"]
        return True

    def has(self, path):
        return os.path.exists(f"/proc/{self.first()}/root{path}") or \
            os.path.islink(f"/proc/{self.first()}/root{path}")

    def stop(self):
        # Everything inside ends with the first process there, and that with unshare.
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()


def kind():
    """The one for this machine."""
    if os.geteuid() != 0:
        return Session
    done = subprocess.run(["unshare", "--mount", "--net", "--ipc", "--pid", "--fork", "true"], check=False,
                          stderr=subprocess.DEVNULL)
    return Session if done.returncode else System


def why_not(libvirtd_kind):
    """Why libvirtd does not run here; None: it does."""
    libvirtd = None
    try:
        libvirtd = libvirtd_kind()
        return libvirtd.wait()
    except OSError as error:
        return str(error)
    finally:
        if libvirtd:
            libvirtd.close()
