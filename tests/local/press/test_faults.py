from pipeline.local.press.faults import Fault


def test_a_fault_befalls_what_it_names() -> None:
    fault = Fault("harbour-gazette.localhost/news/*", status=503)
    assert fault.strikes("harbour-gazette.localhost", "/news/2026/10/02/x")
    assert not fault.strikes("harbour-gazette.localhost", "/feeds/news.xml")
    assert not fault.strikes("meridian-post.localhost", "/news/x")


def test_a_fault_ends_after_its_times() -> None:
    fault = Fault("*", times=2)
    assert [fault.strikes("h", "/") for _ in range(3)] == [True, True, False]
    assert fault.befell == 2
