"""What a station sees by FTP: folders of its own making, which exist nowhere, and the files it sent lately.

Loggers make /Station/yyyy/MM/dd, ask for sizes and list what they sent; nothing can be read back, deleted or left.
No path of a sender ever reaches our disk.
"""

from __future__ import annotations

import errno
import os
import posixpath
import stat
import time
from collections import OrderedDict, defaultdict
from typing import Any

from pyftpdlib.exceptions import FilesystemError
from pyftpdlib.filesystems import AbstractedFS

from nonnuoc.ingest import partials
from nonnuoc.ingest.partials import Incoming
from nonnuoc.ingest.spool import Spool

FILES_REMEMBERED = 300  # a station
FOLDERS_REMEMBERED = 100


class Account:
    """What is remembered of one station, over its sessions, until the service restarts."""

    def __init__(self) -> None:
        self.files: OrderedDict[str, tuple[int, float]] = OrderedDict()  # path -> size, time; all durable
        self.folders: OrderedDict[str, None] = OrderedDict()
        self.under_way: dict[str, Incoming] = {}

    def remember(self, path: str, size: int) -> None:
        """A file that is durable."""
        self.files[path] = (size, time.time())
        self.files.move_to_end(path)
        while len(self.files) > FILES_REMEMBERED:
            self.files.popitem(last=False)

    def enter(self, path: str) -> None:
        """A folder that was made or entered, and those above it."""
        while path != "/":
            self.folders[path] = None
            path = posixpath.dirname(path)
        while len(self.folders) > FOLDERS_REMEMBERED:
            self.folders.popitem(last=False)


class Accounts(defaultdict[str, Account]):
    """By station code; only codes that signed in get here."""

    def __init__(self) -> None:
        super().__init__(Account)


class Shelf(AbstractedFS):  # type: ignore[misc]
    """The virtual file system of one session. Paths are those the sender writes, made absolute."""

    def __init__(self, root: str, session: Any) -> None:
        super().__init__("/", session)
        self.station: str = session.username
        self.spool: Spool = session.server.spool
        self.account: Account = session.server.shelves[self.station]

    # Only `ftpnorm` of the base class works on paths: text in, text out.

    def ftp2fs(self, ftppath: str) -> str:
        """The path itself, absolute."""
        return str(self.ftpnorm(ftppath.replace("\0", "")))

    def fs2ftp(self, fspath: str) -> str:
        """The same."""
        return fspath

    def validpath(self, path: str) -> bool:
        """Every path is valid: none leads anywhere."""
        return True

    def realpath(self, path: str) -> str:
        """The same."""
        return path

    def chdir(self, path: str) -> None:
        """Any folder can be entered."""
        self.mkdir(path)
        self.cwd = path

    def mkdir(self, path: str) -> None:
        """Any folder can be made, also again."""
        if self.isfile(path):
            raise FilesystemError("That is a file")
        self.account.enter(path)

    def open(self, filename: str, mode: str) -> Incoming:
        """An upload: afresh (w), at the end of what is here (a), or from an offset (r+)."""
        if "w" not in mode and "a" not in mode and "+" not in mode:
            raise FilesystemError("Files cannot be read back")
        self._break_off(filename)
        upload = Incoming(self.spool, self.station, filename)
        if "w" in mode or upload.resume():
            self.account.files.pop(filename, None)
            self.account.under_way[filename] = upload
        elif filename in self.account.files:
            upload.follow(self.account.files[filename][0], may_grow="a" in mode)
        elif "+" in mode:
            raise FilesystemError("Nothing here to resume: send the whole file")
        return upload

    def mkstemp(self, suffix: str = "", prefix: str = "", dir: str = "/", mode: str = "wb") -> Incoming:
        """An upload under a name of our choice (STOU)."""
        return self.open(posixpath.join(dir, f"{prefix}{time.time_ns():x}"), "wb")

    def stat(self, path: str) -> os.stat_result:
        """Size and time of a file, or an empty folder."""
        size, modified = self._file(path) or (0, time.time())
        kind = stat.S_IFREG | 0o200 if self.isfile(path) else stat.S_IFDIR | 0o700
        return os.stat_result((kind, 0, 0, 1, 0, 0, size, int(modified), int(modified), int(modified)))

    lstat = stat

    def getsize(self, path: str) -> int:
        """Bytes here of a file, whole or not."""
        return self.stat(path).st_size

    def getmtime(self, path: str) -> float:
        """When its last byte came."""
        return self.stat(path).st_mtime

    def isfile(self, path: str) -> bool:
        """Whether something was sent under this path, whole or not."""
        return self._file(path) is not None

    def isdir(self, path: str) -> bool:
        """Everything that is no file."""
        return not self.isfile(path)

    def islink(self, path: str) -> bool:
        """There are none."""
        return False

    lexists = isfile

    def listdir(self, path: str) -> list[str]:
        """Names of what was sent, made or begun in a folder."""
        known = {*self.account.files, *self.account.folders, *self.account.under_way}
        return [posixpath.basename(one) for one in known if one != "/" and posixpath.dirname(one) == path]

    def get_user_by_uid(self, uid: int) -> str:
        """The station."""
        return self.station

    def get_group_by_gid(self, gid: int) -> str:
        """The station."""
        return self.station

    def _file(self, path: str) -> tuple[int, float] | None:
        upload = self.account.under_way.get(path)
        if upload is not None and not upload.closed:
            return upload.size, upload.modified
        if path in self.account.files:
            return self.account.files[path]
        size = partials.size_of(self.spool, self.station, path)
        return None if size is None else (size, time.time())

    def _break_off(self, path: str) -> None:
        """The sender came back while its old connection still hangs: keep what that one brought, and take over."""
        upload = self.account.under_way.pop(path, None)
        if upload is not None:
            upload.close()

    def _refuse(self, *_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    rmdir = remove = chmod = utime = _refuse
