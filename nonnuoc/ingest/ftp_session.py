"""One logger's FTP session: pyftpdlib's protocol, with our promise that 226 means durable.

pyftpdlib answers 226 before anything is on the disk, and takes a reset connection for the end of a file.
Here the end of data starts a settling in another thread, during which this session (and no other) waits.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import sys
from collections import Counter
from typing import Any

from OpenSSL import SSL
from pyftpdlib.handlers import DTPHandler, FTPHandler, TLS_FTPHandler
from pyftpdlib.handlers.ftps.ssl import SSLConnectionMixin
from pyftpdlib.utils import is_ssl_sock

from nonnuoc.ingest import partials
from nonnuoc.ingest.ftp_shelf import Shelf
from nonnuoc.ingest.partials import Incoming, SenderGoneError

log = logging.getLogger(__name__)

#: What a data connection must bring in each period of its timeout, or it is evicted.
LEAST_BYTES = 1024


class Upload(DTPHandler):  # type: ignore[misc]
    """The data connection."""

    timeout = 60
    transfer_finished: bool
    _lastdata: int
    _is_settling = False

    def handle_close(self) -> None:
        """The end of data, or a broken connection: then there is an exception under way in the base class's recv."""
        if self._closed or self.transfer_finished:
            return
        if not self.receive or self.file_obj is None:
            super().handle_close()
        elif _broken(sys.exc_info()[1]) or not self.cmd_channel.sender_is_there():
            self._resp = ("426 Transfer aborted.", self.cmd_channel.quiet)
            self.close()
        else:
            self.transfer_finished = self._is_settling = True
            self._idler.cancel()
            self.del_channel()
            self.cmd_channel.settle(self)

    def modify_ioloop_events(self, events: int, logdebug: bool = False) -> None:
        """While it is being settled it hears nothing."""
        if not self._is_settling:
            super().modify_ioloop_events(events, logdebug)

    def settled(self, error: Exception | None) -> None:
        """The answer, after the bytes are durable or could not be made so."""
        if self._closed:
            return
        self._is_settling = False
        if error is None:
            self._resp = ("226 Transfer complete.", self.cmd_channel.quiet)
            upload: Incoming = self.file_obj
            self.cmd_channel.fs.account.remember(upload.path, upload.before + upload.size)
        else:
            self.transfer_finished = False
            self._resp = (_refusal(error), self.cmd_channel.quiet)
        if is_ssl_sock(self.socket):
            self.add_channel()  # its shutdown may need another round of the loop
        self.close()

    def handle_timeout(self) -> None:
        """Called every `timeout` seconds: what trickles is evicted like what stands still; it can resume."""
        received = self.get_transmitted_bytes()
        if received - self._lastdata < LEAST_BYTES:
            self._lastdata = received
        super().handle_timeout()

    def handle_error(self) -> None:
        """A write that failed has its own answers; everything else is the base class's."""
        error = sys.exc_info()[1]
        cause = error.__cause__ if error is not None else None
        if isinstance(cause, OSError) and not self._closed:
            self._resp = (_refusal(cause), self.cmd_channel.quiet)
            self.close()
        else:
            super().handle_error()

    def close(self) -> None:
        """Closed; what was not settled is kept for a resume (Incoming.close)."""
        upload, fs = self.file_obj, self.cmd_channel.fs
        super().close()
        if isinstance(upload, Incoming) and fs is not None and fs.account.under_way.get(upload.path) is upload:
            del fs.account.under_way[upload.path]


class TlsUpload(SSLConnectionMixin, Upload):  # type: ignore[misc]
    """The data connection, encrypted where the client asked for it."""

    def __init__(self, sock: socket.socket, cmd_channel: Any) -> None:
        super().__init__(sock, cmd_channel)
        if self.cmd_channel._prot:
            self.secure_connection(self.cmd_channel.ssl_context)

    def handle_failed_ssl_handshake(self) -> None:
        """RFC 4217, 10.2."""
        self.cmd_channel.respond("522 SSL handshake failed.")
        self.close()


class Session(FTPHandler):  # type: ignore[misc]
    """The control connection."""

    abstracted_fs = Shelf
    dtp_handler = Upload
    banner = "Non Nuoc ready."
    timeout = 300
    _rnfr: str | None
    login_timeout = 20
    use_sendfile = False
    max_login_attempts = 3
    _is_stranger = False

    @staticmethod
    def quiet(*_: object, **__: object) -> None:
        """Nothing is logged of an ordinary transfer: its receipt tells it."""

    def on_connect(self) -> None:
        """Whoever connects has to say who he is."""
        self.server.strangers[self.remote_ip] += 1
        self._is_stranger = True
        self.call_later(self.login_timeout, self._evict_stranger)

    def on_login(self, username: str) -> None:
        """He did. Nothing is ever converted, so ASCII mode is binary mode: the bytes' SHA-256 is their identity."""
        self._no_stranger_now()
        self._current_type = "i"

    def ftp_TYPE(self, line: str) -> None:  # noqa: N802 - named by pyftpdlib
        """Whatever type the sender prefers."""
        super().ftp_TYPE(line)
        self._current_type = "i"

    def on_disconnect(self) -> None:
        """Gone, whether he did or not."""
        self._no_stranger_now()

    def settle(self, upload: Upload) -> None:
        """Make an upload durable without stopping the loop; no further command is read meanwhile."""
        self.del_channel()
        self.server.settle(upload.file_obj, self.sender_is_there, lambda error: self._settled(upload, error))

    def sender_is_there(self) -> bool:
        """Whether the control connection stands. A sender that died closes both, and its file may be cut short."""
        if self._closed:
            return False
        if self._quit_pending:
            return True
        try:
            with contextlib.closing(socket.socket(fileno=os.dup(self.socket.fileno()))) as control:
                return bool(control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except (OSError, ValueError):
            return False

    def ftp_PASS(self, line: str) -> None:  # noqa: N802
        """Let a right key in at once; answer a wrong one late, after asking the database once more."""
        if self.authenticated or not self.username:
            super().ftp_PASS(line)
        elif self.server.accounts.admits(self.username, line):
            self.handle_auth_success("/", "", "Welcome.")
        else:
            self.server.accounts.hurry()
            self.del_channel()
            self.call_later(self.server.failures.delay_s(self.remote_ip), self._answer_late, self.username, line)

    def ftp_RNTO(self, path: str) -> None:  # noqa: N802
        """A complete upload gets its real name, and with it becomes a delivery; 250 after it is durable."""
        source, self._rnfr = self._rnfr, None
        if not source:
            self.respond("503 Bad sequence of commands: use RNFR first.")
        elif partials.waits_for_rename(self.server.spool, self.username, source):
            self.del_channel()
            self.server.work(
                lambda: partials.rename(self.server.spool, self.username, source, path),
                lambda error: self._renamed(source, path, error),
            )
        elif source in self.fs.account.files:
            self._renamed(source, path, None)  # accepted long ago: its name is only a name
        else:
            self.respond("550 Not complete yet: send the rest first.")

    def _answer_late(self, username: str, secret: str) -> None:
        self.add_channel()
        failures = self.server.failures
        if self.server.accounts.admits(username, secret):
            self.handle_auth_success("/", "", "Welcome.")
            return
        banned = failures.banned(self.remote_ip)
        if not banned:  # the log is not a guesser's to fill
            log.warning("a wrong key for the account %r from %s", username[:60], self.remote_ip)
        failures.add(self.remote_ip)
        self.attempted_logins += 1
        self.username = ""
        self.respond("530 Unknown station, or wrong key.")
        if banned or self.attempted_logins >= self.max_login_attempts:
            self.close_when_done()

    def _no_stranger_now(self) -> None:
        if self._is_stranger:
            self._is_stranger = False
            self.server.strangers -= Counter([self.remote_ip])  # keeps no zeros

    def _evict_stranger(self) -> None:
        if not self.authenticated:
            self.respond("421 Sign in first.")
            self.close_when_done()

    def _settled(self, upload: Upload, error: Exception | None) -> None:
        if not self._closed:
            self.add_channel()
            upload.settled(error)

    def _renamed(self, source: str, path: str, error: Exception | None) -> None:
        if self._closed:
            return
        if self._fileno not in self.ioloop.socket_map:
            self.add_channel()
        if error is not None:
            self.respond(_refusal(error))
            return
        size, _ = self.fs.account.files.pop(source, (0, 0.0))
        self.fs.account.remember(path, size)
        self.respond("250 Renaming ok.")


class TlsSession(TLS_FTPHandler, Session):  # type: ignore[misc]
    """The control connection, encrypted where the client asks for it, or always where that is required."""

    dtp_handler = TlsUpload


def _broken(error: BaseException | None) -> bool:
    """Whether a connection ended in a way no orderly sender ends it.

    A TLS connection without its close_notify is let pass: old loggers never send one.
    """
    if isinstance(error, SSL.SysCallError):
        return error.args[0] in (errno.ECONNRESET, errno.ECONNABORTED, errno.ETIMEDOUT)
    return isinstance(error, OSError)


def _refusal(error: Exception) -> str:
    """What the sender is told. None of these is an acknowledgement."""
    if isinstance(error, SenderGoneError):
        return "426 Transfer aborted."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "452 No room for it now; send it again later."
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "552 Larger than 50 MB: send it in parts."
    return "451 Not stored; send it again later."
