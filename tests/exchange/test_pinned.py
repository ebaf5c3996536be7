"""Requests go to the very address that was checked, end in time, and swallow little, whatever the other side does."""

from __future__ import annotations

import socket
import ssl
import threading
import time

import pytest

from nonnuoc.exchange import pinned
from nonnuoc.exchange.pinned import ForbiddenTargetError, UnreachableError
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.models import Setting
from tests.exchange import certificates
from tests.exchange import receiver as receivers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback_is_listed")]


def ask(url, resolve=None):
    return pinned.ask("POST", url, {"X-A": "b"}, b"body", resolve=resolve)


def test_a_request_arrives_as_it_was_meant(receiver):
    answer = pinned.ask("PUT", f"http://127.0.0.1:{receiver.port}/a/b?c=d", {"X-A": "b"}, "Đỏ".encode())
    assert (answer.status, answer.body, answer.words) == (200, b"thanks", "200 thanks")
    (request,) = receiver.requests
    assert (request.method, request.path, request.body) == ("PUT", "/a/b?c=d", "Đỏ".encode())
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert (request.headers["x-a"], request.headers["user-agent"]) == ("b", "Non-Nuoc")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.0.0.5", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "::7f00:1"),
    ],
)
def test_addresses_of_inner_networks_are_refused(address, receiver):
    Setting.objects.all().delete()
    preferences.forget()
    with pytest.raises(ForbiddenTargetError, match="inner network"):
        ask("https://innocent.example/", lambda host, port: [address])
    assert receiver.requests == []


@pytest.mark.parametrize("address", ["8.8.8.8", "113.160.0.1", "2405:4800::1", "2606:4700::1111"])
def test_addresses_of_the_internet_are_not(address):
    assert [str(one) for one, _ in pinned.permitted("a.example", 443, lambda host, port: [address])] == [address]


def test_of_several_addresses_the_good_ones_are_used():
    found = pinned.permitted("a.example", 443, lambda host, port: ["10.0.0.1", "8.8.8.8", "8.8.8.8", "::1"])
    assert [str(one) for one, _ in found] == ["8.8.8.8"]


def test_a_name_that_answers_otherwise_the_second_time_leads_nowhere_else(receiver, monkeypatch):
    """DNS rebinding: a public address for the check, this machine for the connection."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]])
    connected = []

    def refuse(address, timeout):
        connected.append(address)
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(UnreachableError, match="nobody there"):
        ask("https://evil.example/", lambda host, port: next(answers))
    assert connected == [("8.8.8.8", 443)]
    assert next(answers) == ["127.0.0.1"], "it was looked up more than once"


def test_http_goes_to_listed_machines_only():
    with pytest.raises(ForbiddenTargetError, match="only https"):
        ask("http://a.example/", lambda host, port: ["8.8.8.8"])


def test_a_name_without_an_address_may_have_one_later():
    def nowhere(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(UnreachableError, match="has no address"):
        ask("https://a.example/", nowhere)


def test_a_redirect_is_an_answer_and_no_invitation(receiver):
    receiver.behave, receiver.headers = (lambda request: 302), {"Location": "http://127.0.0.1:1/"}
    assert ask(receiver.url).status == 302


@pytest.mark.slow
@pytest.mark.parametrize("misdeed", ["silent", "drip"])
def test_who_accepts_and_never_answers_is_left_in_time(receiver, misdeed, monkeypatch):
    monkeypatch.setattr(pinned, "WHOLE_S", 0.5)
    receiver.behave = lambda request: misdeed
    began = time.monotonic()
    with pytest.raises(UnreachableError, match=r"no answer within 0\.5 s"):
        ask(receiver.url)
    assert time.monotonic() - began < 3


@pytest.mark.slow
def test_of_a_gigabyte_little_is_read(receiver):
    receiver.behave = lambda request: "flood"
    began = time.monotonic()
    answer = ask(receiver.url)
    assert (answer.status, len(answer.body)) == (200, pinned.MOST_BYTES)
    assert time.monotonic() - began < 3


def test_a_broken_connection_is_told(receiver):
    receiver.behave = lambda request: "reset"
    with pytest.raises(UnreachableError):
        ask(receiver.url)


def test_what_speaks_no_http_is_told():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak():
            line, _ = server.accept()
            with line:
                line.recv(1000)
                line.sendall(b"220 ftp ready\r\n")

        threading.Thread(target=speak, daemon=True).start()
        with pytest.raises(UnreachableError):
            ask(f"http://127.0.0.1:{server.getsockname()[1]}/")


@pytest.fixture
def over_tls(tmp_path, monkeypatch):
    """A receiver that is hook.example, on this machine; its authority is believed."""
    context, authority = certificates.server_context(tmp_path, "hook.example")
    believed = ssl.create_default_context(cafile=str(authority))
    monkeypatch.setattr(pinned, "trust", lambda: believed)
    with receivers.running() as receiver:
        server = receiver.server
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield receiver


@pytest.mark.slow
def test_over_tls_the_certificate_must_be_of_the_name(over_tls):
    def here(host, port):
        return ["127.0.0.1"]

    answer = ask(f"https://hook.example:{over_tls.port}/x", here)
    assert (answer.status, over_tls.requests[0].headers["host"]) == (200, f"hook.example:{over_tls.port}")
    with pytest.raises(UnreachableError, match="mismatch"):
        ask(f"https://127.0.0.1:{over_tls.port}/x", here)


@pytest.mark.slow
def test_a_certificate_nobody_knows_is_not_believed(over_tls, monkeypatch):
    monkeypatch.setattr(pinned, "trust", ssl.create_default_context)
    with pytest.raises(UnreachableError, match="certificate verify failed"):
        ask(f"https://hook.example:{over_tls.port}/x", lambda host, port: ["127.0.0.1"])


@pytest.mark.slow
def test_a_handshake_that_never_ends_is_left_in_time(monkeypatch):
    monkeypatch.setattr(pinned, "WHOLE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []
        threading.Thread(target=lambda: held.append(server.accept()), daemon=True).start()
        began = time.monotonic()
        with pytest.raises(UnreachableError, match=r"no answer within 0\.5 s"):
            ask(f"https://127.0.0.1:{server.getsockname()[1]}/")
        assert time.monotonic() - began < 3
