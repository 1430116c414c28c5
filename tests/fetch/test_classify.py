import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.classify import classify, look
from pipeline.records import Reason

URL = "https://herald.example/news/story-1"
SENTENCE = "The council voted on Tuesday to keep the ferry running until the spring, the mayor said. "
BANNER = (
    "<div id='cookie-banner'><h2>We value your privacy</h2><p>We and our partners store and/or access information on a "
    "device, such as cookies, and process personal data on the basis of legitimate interest.</p>"
    "<button>Accept all</button><button>Manage options</button></div>"
)


def page(body: str, title: str = "Ferry to stay | The Herald", head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def article(sentences: int = 30) -> str:
    return "<h1>Ferry to stay</h1>" + f"<p>{SENTENCE * 3}</p>" * (sentences // 3)


def reason(body: bytes, *, status: int = 200, final_url: str = URL, url: str = URL, **headers: str) -> Reason | None:
    fields = {"content-type": "text/html; charset=utf-8"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return classify(status, fields, body, url, final_url)


# ------------------------------------------------------------------------------------------------ articles pass


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (article(), "Ferry to stay"),
        (BANNER + article(), "Ferry to stay"),
        (article() + "<form action='/login'><input type=password></form>", "Ferry to stay"),
        (article(), "Consent: what the new law says about cookies"),
        (article(), "Login: how the party lost its password"),
        (article(), "404 days on the island"),
        (article(), "Just a moment: a column"),
        (article(), "Access denied: why the archive stays shut"),
        (article() + "<script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>", "Ferry to stay"),
        ("<nav>" + "<a href=/x>Sign in</a>" * 50 + "</nav>" + article(), "Ferry to stay"),
        ("<h1>Ferry to stay</h1><p>" + SENTENCE * 4 + "</p>", "Ferry to stay"),  # short news
        ("<h1>Bus to stay</h1><p>" + SENTENCE * 2 + "</p>" + BANNER, "Bus to stay"),
        ("<h1>速報</h1><p>" + "議会は火曜日、春まで渡し船の運航を続けることを決めた。" * 15 + "</p>", "Cookies 渡し船"),
    ],
)
def test_an_article_passes_whatever_else_its_page_carries(body: str, title: str) -> None:
    assert reason(page(body, title)) is None


def test_an_article_in_another_charset_passes() -> None:
    assert (
        reason(page(article(), "Fähre").decode().encode("latin-1"), content_type="text/html; charset=iso-8859-1")
        is None
    )


# ------------------------------------------------------------------------------------------------ walls do not


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (BANNER, "The Herald"),
        ("<p>We use cookies.</p><button>Accept all</button>", "Before you continue to The Herald"),
        ("<h1>Weiter mit Werbung</h1><p>Wir und unsere Partner verarbeiten personenbezogene Daten. Mit „Akzeptieren“ "
         "stimmen Sie zu, widerrufen können Sie in der Datenschutzerklärung.</p>", "Einwilligung | Der Bote"),
        ("<h1>Please enable cookies</h1><p>Turn them on in your browser and reload the page.</p>", "The Herald"),
        ("<p>This site requires cookies. Cookies are disabled in your browser.</p>", "Cookies required"),
        ("<h1>Votre vie privée</h1><p>Nos partenaires et nous: des cookies.</p><button>Accepter</button>", "Cap"),
    ],
)  # fmt: skip
def test_consent_walls(body: str, title: str) -> None:
    assert reason(page(body, title)) is Reason.CONSENT


@pytest.mark.parametrize(
    "final_url",
    ["https://consent.herald.example/?to=x", "https://herald.example/cookiewall?to=%2Fnews", "https://guce.e.org/c"],
)
def test_being_led_to_a_consent_page(final_url: str) -> None:
    assert reason(page("<p>Choose.</p>"), final_url=final_url) is Reason.CONSENT


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<h1>herald.example</h1><p>Verifying you are human. This may take a few seconds.</p>", "Just a moment..."),
        ("<p>Enable JavaScript and cookies to continue</p>", "herald.example"),
        ("<script src='/cdn-cgi/challenge-platform/h/g/orchestrate'></script>", ""),
        ("<p>Please complete the security check.</p>", "Attention Required! | Cloudflare"),
        ("<iframe src='https://geo.captcha-delivery.com/captcha/'></iframe>", "herald.example"),
        ("<p>You don't have permission to access this page.</p>", "Access Denied"),
    ],
)
def test_bot_challenges(body: str, title: str) -> None:
    assert reason(page(body, title)) is Reason.CHALLENGE
    assert reason(page(body, title), status=403) is Reason.CHALLENGE
    assert reason(page(body, title), status=503) is Reason.CHALLENGE


def test_a_challenge_by_its_header() -> None:
    assert reason(b"", status=403, cf_mitigated="challenge") is Reason.CHALLENGE
    assert reason(page("<p>Wait.</p>"), cf_mitigated="challenge") is Reason.CHALLENGE
    assert reason(b"<h1>Forbidden</h1>", status=403) is Reason.FORBIDDEN


FORM = "<form><input name=user><input name=pw type='password'><button>Go</button></form>"


@pytest.mark.parametrize(
    ("body", "title", "final_url"),
    [
        (FORM, "Log in | The Herald", URL),
        ("<h1>Please sign in to read on</h1>" + FORM, "The Herald", URL),
        (FORM, "Anmelden – Der Bote", URL),
        ("<p>Welcome back.</p>", "The Herald", "https://account.herald.example/login?to=%2Fnews%2Fstory-1"),
    ],
)
def test_log_in_forms(body: str, title: str, final_url: str) -> None:
    assert reason(page(body, title), final_url=final_url) is Reason.LOGIN


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (
            "<h1>Page not found</h1><p>The page you asked for is not here. Try the front page or search.</p>",
            "The Herald",
        ),
        ("<p>Sorry.</p>", "404 | The Herald"),
        ("<h1>Seite nicht gefunden</h1>", "Der Bote"),
        ("<h1>This article is no longer available</h1>", "This article no longer exists"),
        ("<h1>Página no encontrada</h1>", "El Correo"),
    ],
)
def test_soft_404(body: str, title: str) -> None:
    assert reason(page(body, title)) is Reason.SOFT_404


def test_being_led_to_the_front_page() -> None:
    front = page("<h2>News</h2><ul>" + "<li><a href=/x>A headline of some words</a></li>" * 40 + "</ul>", "The Herald")
    assert reason(front, final_url="https://herald.example/") is Reason.SOFT_404
    assert reason(front, final_url="https://www.herald.example/news/story-1") is None


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/pdf", b"%PDF-1.7", Reason.NOT_HTML),
        ("text/html", b"%PDF-1.7 and more", Reason.NOT_HTML),
        ("image/jpeg", b"\xff\xd8\xff", Reason.NOT_HTML),
        ("video/mp4", b"<html>", Reason.NOT_HTML),
        ("application/json", b'{"a": "<p>"}', Reason.NOT_HTML),
        ("", b"words", Reason.NOT_HTML),
        ("", page(article()), None),
        ("application/octet-stream", page(article()), None),
        ("application/xhtml+xml", page(article()), None),
        ("TEXT/HTML ; charset=x", page(article()), None),
    ],
)
def test_what_is_html(kind: str, body: bytes, expected: Reason | None) -> None:
    assert reason(body, content_type=kind) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(404, Reason.NOT_FOUND), (410, Reason.GONE), (401, Reason.FORBIDDEN), (451, Reason.FORBIDDEN),
     (500, Reason.SERVER_ERROR), (429, Reason.RATE_LIMITED), (302, Reason.HTTP_ERROR)],
)  # fmt: skip
def test_statuses_decide_before_pages(status: int, expected: Reason) -> None:
    assert reason(page(article()), status=status) is expected


# ------------------------------------------------------------------------------------------------ anything


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<p",
        "<p>",
        "<script>",
        "<!--",
        "<h1>",
        "<title>",
        "<nav>",
        "<input ",
        "<input type=",
        "&",
        "a=1 ",
        "cookies ",
    ],
)
def test_no_page_takes_long_to_look_at(piece: str) -> None:
    body = (piece * (2_000_000 // len(piece))).encode()
    started = time.process_time()
    reason(b"<html>" + body)
    assert time.process_time() - started < 3


WORDS = (
    "<p> </p> <script> </script> <title> </title> <h1> </h1> <nav> </nav> <input type=password cookies 404"
    " log in &amp; <"
)
PIECES = st.sampled_from(WORDS.split())


@given(st.one_of(st.binary(max_size=200), st.lists(PIECES).map(lambda parts: " ".join(parts).encode())))
def test_any_bytes_are_classified(body: bytes) -> None:
    assert reason(body) in {None, *Reason}
    assert look(body).words >= 0
