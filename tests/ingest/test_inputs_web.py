"""The web: a file comes in within limits, and nothing leads to where it may not."""

from __future__ import annotations

import gzip
import io
import logging
import socket
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import httpcore
import pytest
from sites import Site

from ingest.fetching import addresses
from ingest.fetching.addresses import CheckedBackend, PrivateAddress, is_public
from ingest.fetching.limits import USUAL, Limits
from ingest.inputs import Input, Inputs
from practicegraph.errors import InvalidInput, MalformedDocument, TooLarge


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def read(url: str, limits: Limits = USUAL) -> tuple[Input, list[str]]:
    with Inputs(limits) as inputs:
        (found,) = inputs.open([url], allow_private=True)
        return found, [file.path.read_text() for file in found.files]


def test_a_file_is_fetched_under_the_name_of_its_address(site: Site) -> None:
    url = site.gives("/data/c%20s.csv?x=1", b"a\n1\n")
    found, texts = read(url)
    assert (found.name, found.is_single, found.files[0].name) == (url, True, "c_s.csv")
    assert texts == ["a\n1\n"]
    assert not found.files[0].path.exists()


@pytest.mark.parametrize(
    ("path", "headers", "name"),
    [
        ("/a.CSV", {"Content_Type": "application/zip"}, "a.csv"),
        ("/export", {"Content_Disposition": 'attachment; filename="x.yml"'}, "export.yml"),
        ("/export", {"Content_Disposition": "attachment; filename*=UTF-8''%C3%A9.md"}, "export.md"),
        ("/export.php", {"Content_Type": "text/csv; charset=utf-8"}, "export.php.csv"),
        ("/", {"Content_Type": "text/turtle"}, "download.ttl"),
        ("/..%2f..%2fetc%2fpasswd", {"Content_Type": "text/csv"}, "passwd.csv"),
        ("/a", {"Content_Disposition": "filename=../../x.json"}, "a.json"),
    ],
)
def test_the_suffix_is_that_of_the_path_the_disposition_or_the_media_type(
    site: Site, path: str, headers: dict[str, str], name: str
) -> None:
    found, _ = read(site.gives(path, b"x", **headers))
    assert found.files[0].name == name


def test_a_file_of_no_known_format_is_named_with_its_media_type(site: Site) -> None:
    url = site.gives("/page", b"<html>", Content_Type="text/html")
    with pytest.raises(InvalidInput, match=r"/page: .*text/html"):
        read(url)


def test_an_archive_from_the_web_is_unpacked_and_a_dump_refused(site: Site) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "a\n1\n")
    found, texts = read(site.gives("/all.zip", packed.getvalue()))
    assert (found.files[0].name, found.is_single, texts) == ("a.csv", False, ["a\n1\n"])
    with pytest.raises(InvalidInput, match="dump"):
        read(site.gives("/dump.sql", b"x"))
    with pytest.raises(MalformedDocument, match=r"broken\.zip"):
        read(site.gives("/broken.zip", b"x"))


@pytest.mark.parametrize("status", [404, 500, 204, 304])
def test_an_answer_without_a_file_is_named_with_its_status(site: Site, status: int) -> None:
    url = site.gives("/a.csv", b"", status)
    with pytest.raises(InvalidInput, match=rf"/a\.csv: the server answers {status}"):
        read(url)


def test_credentials_are_sent_and_never_seen(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = site.gives("/a.csv?token=hunter3", b"a\n1\n").replace("//", "//me:hunter2@")
    found, _ = read(url)
    assert site.asked[0][1]["Authorization"] == "Basic bWU6aHVudGVyMg=="
    assert found.name == f"{site.root}/a.csv?token=***"
    site.gives("/a.csv?token=hunter3", b"", 403)
    with pytest.raises(InvalidInput) as raised:
        read(url)
    for text in (str(raised.value), caplog.text):
        assert "hunter" not in text


LOOPBACK = [
    "http://127.0.0.1:{port}/b.csv",
    "http://localhost:{port}/b.csv",
    "http://[::1]:{port}/b.csv",
    "http://[::ffff:127.0.0.1]:{port}/b.csv",
    "http://2130706433:{port}/b.csv",
    "http://0x7f.1:{port}/b.csv",
    "http://0:{port}/b.csv",
    "http://169.254.169.254/latest/meta-data",
    "http://10.0.0.1/b.csv",
    "http://192.168.1.1/b.csv",
    "http://100.64.0.1/b.csv",
    "http://224.0.0.1/b.csv",
    "http://[fe80::1]/b.csv",
    "http://[fc00::1]/b.csv",
    "http://[64:ff9b::7f00:1]/b.csv",
    "//127.0.0.1:{port}/b.csv",
    "/b.csv",
]


@pytest.mark.parametrize("target", LOOPBACK)
@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_never_leads_into_a_private_network(
    site: Site, target: str, status: int
) -> None:
    site.gives("/b.csv", b"secret")
    port = site.root.rpartition(":")[2]
    url = site.gives("/a.csv", b"", status, Location=target.format(port=port))
    with pytest.raises(PrivateAddress, match=r"/a\.csv: .*private network"):
        read(url)
    assert [path for path, _ in site.asked] == ["/a.csv"]


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x", "http://", "https:///x"]
)
def test_a_redirect_leads_nowhere_but_to_the_web(site: Site, target: str) -> None:
    url = site.gives("/a.csv", b"", 302, Location=target)
    with pytest.raises(InvalidInput, match=r"/a\.csv: "):
        read(url)
    assert len(site.asked) == 1


def test_a_private_address_is_not_fetched_unless_it_is_allowed(site: Site) -> None:
    url = site.gives("/a.csv", b"secret")
    with Inputs() as inputs, pytest.raises(PrivateAddress, match="--allow-private"):
        inputs.open([url])
    assert not site.asked


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.31.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("255.255.255.255", False),
        ("240.0.0.1", False),
        ("224.0.0.1", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::10.0.0.1", False),
        ("2001:db8::1", False),
        ("fec0::1", False),
        ("192.0.0.8", False),
    ],
)
def test_an_address_is_public_or_it_is_not(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def test_the_address_that_was_checked_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    connected: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(_: object, host: str, *__: object) -> httpcore.NetworkStream:
        connected.append(host)
        return httpcore.MockStream([])

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    backend = CheckedBackend(time.monotonic() + 60)
    backend.connect_tcp("rebinding.example", 80)
    assert connected == ["93.184.216.34"]
    with pytest.raises(PrivateAddress):
        backend.connect_tcp("rebinding.example", 80)
    assert connected == ["93.184.216.34"]


def test_a_host_with_one_private_address_among_others_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = [(2, 1, 6, "", (name, 80)) for name in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(PrivateAddress):
        addresses.addresses("mixed.example", 80, allow_private=False)


def test_redirects_are_followed_five_times_and_lose_the_password_elsewhere(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    port = site.root.rpartition(":")[2]
    for n in range(6):
        site.gives(f"/{n}", b"", 302, Location=f"/{n + 1}")
    site.gives("/4", b"", 302, Location=f"http://localhost:{port}/5")
    site.gives("/5", b"", 302, Location="/6.csv")
    site.gives("/6.csv", b"a\n1\n")
    found, texts = read(site.root.replace("//", "//me:hunter2@") + "/1")
    assert (found.files[0].name, texts) == ("1.csv", ["a\n1\n"])
    assert ["Authorization" in headers for _, headers in site.asked] == [True] * 4 + [False] * 2
    with pytest.raises(InvalidInput, match="more than 5 redirects"):
        read(site.root + "/0")


def test_a_body_without_end_is_stopped_by_its_size(site: Site) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    site.answers["/a.csv"] = endless
    with pytest.raises(TooLarge, match=r"/a\.csv: .*1,048,576 bytes"):
        read(site.root + "/a.csv", Limits(size=1 << 20))


def test_a_packed_body_counts_as_it_is_unpacked(site: Site) -> None:
    bomb = gzip.compress(b"0" * (8 << 20))
    url = site.gives("/a.csv", bomb, Content_Encoding="gzip")
    with pytest.raises(TooLarge, match="1,048,576 bytes"):
        read(url, Limits(size=1 << 20))


def test_a_body_or_a_header_that_comes_in_drops_is_stopped_by_the_time(site: Site) -> None:
    def drops(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            time.sleep(0.05)

    def slow_header(handler: BaseHTTPRequestHandler) -> None:
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 100:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.05)

    site.answers["/a.csv"] = drops
    site.answers["/b.csv"] = slow_header
    for path in ("/a.csv", "/b.csv"):
        begin = time.monotonic()
        with pytest.raises(TooLarge, match=r"\.csv: it took more than 0 seconds"):
            read(site.root + path, Limits(seconds=0.3))
        assert time.monotonic() - begin < 3


def test_a_body_that_breaks_off_is_an_error(site: Site) -> None:
    url = site.gives("/a.csv", b"a\n1", Content_Length="100")
    with pytest.raises(InvalidInput, match=r"/a\.csv: .*complete message body"):
        read(url)
    site.answers["/b.csv"] = lambda handler: handler.wfile.write(b"no http\r\n\r\n")
    with pytest.raises(InvalidInput, match=r"/b\.csv"):
        read(site.root + "/b.csv")


@pytest.mark.parametrize("url", ["http://", "https:///a.csv", "http://[bad", "http://a b/c.csv"])
def test_what_is_no_address_is_an_error(url: str) -> None:
    with Inputs() as inputs, pytest.raises(InvalidInput):
        inputs.open([url])


def test_a_server_that_is_not_there_is_named(site: Site) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(InvalidInput, match=rf"127\.0\.0\.1:{port}/a\.csv"):
        read(f"http://127.0.0.1:{port}/a.csv")
