import asyncio
import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import AddressRefused, ConfigError
from pipeline.http.guard import Guard, Resolver, decide, networks, ports
from pipeline.settings import Settings

LOOPBACK = networks("127.0.0.0/8")


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "127.255.0.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.8", "192.88.99.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "fec0::1", "ff02::1", "2001:db8::1", "64:ff9b:1::1",
        "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2002:c0a8:101::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "100::1",
        "fd00:ec2::254", "::ffff:100.64.0.1", "2002:a9fe:a9fe::1", "64:ff9b::ac10:1", "ff0e::1", "::ffff:0:7f00:1",
        "0x7f.1", "2130706433", "017700000001", "127.1", "localhost", "", "1.2.3.4.5", "[::1]", "１２７.0.0.1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(ip: str) -> None:
    assert decide(ip, 443)


@pytest.mark.parametrize("ip", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "2001:4860:4860::8888", "::ffff:1.1.1.1",
                                "64:ff9b::101:101", "2002:101:101::1"])  # fmt: skip
def test_what_is_public_may_be_connected_to(ip: str) -> None:
    assert decide(ip, 443, allow_ports={80, 443}) is None


def test_ports_other_than_the_webs_are_refused() -> None:
    assert "port 22" in str(decide("1.1.1.1", 22, allow_ports={80, 443}))
    assert decide("1.1.1.1", 22, allow_ports=None) is None


def test_an_opened_network_opens_its_addresses_and_no_port() -> None:
    assert decide("127.0.0.1", 80, LOOPBACK, {80}) is None
    assert decide("::ffff:127.0.0.1", 80, LOOPBACK, {80}) is None
    assert decide("127.0.0.1", 6379, LOOPBACK, {80})
    assert decide("10.0.0.1", 80, LOOPBACK, {80})
    assert decide("::1", 80, LOOPBACK, {80})


@settings(deadline=None)
@given(st.ip_addresses())
def test_no_address_that_python_calls_private_passes(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if not address.is_global or address.is_multicast:
        assert decide(str(address), 443)


@settings(deadline=None)
@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:{}", "64:ff9b::{}", "::{}", "::ffff:0:{}"]))
def test_an_address_inside_another_is_judged_by_itself(inner: ipaddress.IPv4Address, shape: str) -> None:
    if decide(str(inner), 443):
        assert decide(shape.format(inner), 443)


@settings(deadline=None)
@given(st.text(max_size=30), st.integers())
def test_any_text_is_decided(ip: str, port: int) -> None:
    decide(ip, port, LOOPBACK, {80})


def test_settings_are_read_or_refused_by_name() -> None:
    assert ports("*") is None
    assert ports("80, 443,") == {80, 443}
    assert networks("") == ()
    with pytest.raises(ConfigError, match="STANDPOINT_ALLOW_NETWORKS"):
        networks("loopback")
    with pytest.raises(ConfigError, match="STANDPOINT_ALLOW_PORTS"):
        ports("http")


def test_the_socket_is_refused_before_it_is_made() -> None:
    guard = Guard(Settings())
    with pytest.raises(AddressRefused, match="not a public address"):
        guard.socket((2, 1, 6, "", ("127.0.0.1", 80)))


def test_a_host_written_as_an_address_is_checked_at_once_and_a_name_is_not() -> None:
    guard = Guard(Settings())
    guard.check_literal("name.example", 80)
    for host, port in (("127.0.0.1", 80), ("::1", 443), ("name.example", 22)):
        with pytest.raises(AddressRefused):
            guard.check_literal(host, port)


@pytest.mark.parametrize("name", ["localhost", "press.localhost", "A.B.Localhost", "localhost."])
def test_names_under_localhost_are_loopback_without_asking_anybody(name: str) -> None:
    answers = asyncio.run(Resolver().resolve(name, 80))
    assert [answer["host"] for answer in answers] == ["127.0.0.1"]
