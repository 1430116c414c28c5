# ruff: noqa: E501 - tables of pages
"""Pages that are no articles, and articles that look like it: by kind, in several languages and makes of site.

All text is written here. Each case says what the page is: the Reason for which it must be left out, or None for an article.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from pipeline.records import Reason

URL = "https://www.weiler-bote.example/politik/2026/10/06/haushalt-4711"

EN = (
    "The council of Oberweiler voted on Tuesday to close the old slaughterhouse by the end of the year.",
    "Mayor Edda Brandt said the building had cost the town more than it could afford for a decade.",
    "Her opponents called the decision rash and announced that they would take it to court before Easter.",
    "The slaughterhouse opened in 1911 and once employed a third of the men who lived in the lower town.",
    "A buyer for the site has not been found, although two breweries have asked to see the plans.",
    "The neighbours complain about rats and broken windows and about young people who drink there at night.",
    "In spring the fire brigade was called four times, once because of a burning heap of old pallets.",
    "Whether the chimney may be pulled down is for the office of monuments to say, which takes its time.",
)
DE = (
    "Der Stadtrat von Oberweiler hat am Dienstag beschlossen, den alten Schlachthof zum Jahresende zu schließen.",
    "Bürgermeisterin Edda Brandt sagte, das Gebäude habe die Stadt seit zehn Jahren mehr gekostet, als sie habe.",
    "Ihre Gegner nannten den Beschluss überstürzt und kündigten an, noch vor Ostern vor Gericht zu ziehen.",
    "Der Schlachthof wurde 1911 eröffnet und gab einst einem Drittel der Männer in der Unterstadt Arbeit.",
    "Ein Käufer für das Gelände ist nicht gefunden, obwohl zwei Brauereien die Pläne sehen wollten.",
    "Die Nachbarn klagen über Ratten, zerbrochene Fenster und junge Leute, die dort nachts trinken.",
    "Im Frühjahr wurde die Feuerwehr viermal gerufen, einmal wegen eines brennenden Stapels Paletten.",
    "Ob der Schornstein fallen darf, muss das Amt für Denkmäler sagen, und das lässt sich Zeit.",
)
FR = (
    "Le conseil municipal de Valroche a décidé mardi de fermer l'ancien abattoir avant la fin de l'année.",
    "La maire, Odile Ferrand, a déclaré que le bâtiment coûtait trop cher à la ville depuis dix ans.",
    "Ses adversaires ont jugé la décision hâtive et ont annoncé qu'ils saisiraient le tribunal avant Pâques.",
    "L'abattoir a ouvert en 1911 et a longtemps employé un tiers des hommes de la ville basse.",
    "Aucun acheteur ne s'est présenté, même si deux brasseries ont demandé à consulter les plans.",
    "Les voisins se plaignent des rats, des vitres brisées et des jeunes gens qui y boivent la nuit.",
    "Au printemps, les pompiers sont intervenus quatre fois, dont une pour un tas de palettes en feu.",
    "Le sort de la cheminée dépend du service des monuments, qui ne semble pas pressé de répondre.",
)
ES = (
    "El ayuntamiento de Valdemar decidió el martes cerrar el antiguo matadero antes de que acabe el año.",
    "La alcaldesa, Inés Robledo, dijo que el edificio costaba a la ciudad más de lo que podía pagar.",
    "Sus adversarios calificaron la decisión de precipitada y anunciaron que acudirán a los tribunales.",
    "El matadero abrió en 1911 y llegó a dar trabajo a un tercio de los hombres del barrio bajo.",
    "No se ha encontrado comprador para el solar, aunque dos cervecerías han pedido ver los planos.",
    "Los vecinos se quejan de las ratas, de los cristales rotos y de los jóvenes que beben allí de noche.",
    "En primavera los bomberos acudieron cuatro veces, una de ellas por un montón de palés en llamas.",
    "Si la chimenea puede derribarse lo dirá la oficina de monumentos, que se toma su tiempo.",
)
FURTHER = {
    "en": "The minutes of the meeting, which this paper has seen, put it like this: ",
    "de": "Im Protokoll der Sitzung, das dieser Zeitung vorliegt, steht dazu: ",
    "fr": "Le procès-verbal de la séance, que ce journal a pu lire, le dit ainsi : ",
    "es": "El acta de la sesión, que este diario ha podido leer, lo dice así: ",
}
TEXTS = {"en": EN, "de": DE, "fr": FR, "es": ES}
TITLES = {
    "en": "Oberweiler closes its slaughterhouse",
    "de": "Oberweiler schließt seinen Schlachthof",
    "fr": "Valroche ferme son abattoir",
    "es": "Valdemar cierra su matadero",
}
HEADLINES = {
    "en": ("Ferry fares to rise by a fifth in spring", "Old mill burns down to its walls", "School choir wins in Hask"),
    "de": ("Fährpreise steigen um ein Fünftel", "Alte Mühle bis auf die Mauern abgebrannt", "Schulchor siegt in Hask"),
    "fr": (
        "Le prix du bac va augmenter au printemps",
        "Le vieux moulin a brûlé dans la nuit",
        "La chorale gagne à Hask",
    ),
    "es": (
        "El transbordador subirá un quinto en primavera",
        "Arde el viejo molino del río",
        "El coro escolar gana en Hask",
    ),
}


@dataclass(frozen=True)
class Case:
    """A page as it comes, and what it is."""

    name: str
    expected: Reason | None
    html: str
    url: str = URL
    final_url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def html(body: str, title: str, *, lang: str = "en", head: str = "", ld: Any = None) -> str:
    script = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld is not None else ""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}{script}</head>'
        f"<body>{body}</body></html>"
    )


def ps(lang: str, first: int = 0, last: int = 8, tag: str = "p") -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in TEXTS[lang][first:last])


def whole(lang: str) -> str:
    """A text of a length at which nobody takes it for a teaser."""
    return ps(lang) + "".join(f"<p>{FURTHER[lang]}{text}</p>" for text in TEXTS[lang])


def news(lang: str, **more: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLES[lang], **more}


def rail(lang: str, n: int = 12) -> str:
    """Headlines of other articles."""
    lines = [HEADLINES[lang][i % 3] for i in range(n)]
    return "<ul>" + "".join(f'<li><a href="/a/{i}">{line} ({i})</a></li>' for i, line in enumerate(lines)) + "</ul>"


def told_rail(lang: str) -> str:
    """Other articles with the beginning of their text: what pads a teaser."""
    return (
        '<section class="recommended">'
        + "".join(
            f'<div class="card"><h3><a href="/a/{i}">{HEADLINES[lang][i % 3]}</a></h3><p>{TEXTS[lang][7 - i % 5]}</p></div>'
            for i in range(8)
        )
        + "</section>"
    )


OG = '<meta property="og:type" content="article">'
SITE = {"en": "The Weiler Herald", "de": "Weiler Bote", "fr": "Le Courrier de Valroche", "es": "El Correo de Valdemar"}


def titled(lang: str) -> str:
    return f"{TITLES[lang]} | {SITE[lang]}"


# ------------------------------------------------------------------------------------------------------ articles


def wordpress(lang: str, body: str, *, ld: Any = None, aside: str = "") -> str:
    nav = "".join(f'<li class="menu-item"><a href="/{i}">Menu {i}</a></li>' for i in range(9))
    return html(
        f'<header><nav><ul>{nav}</ul></nav></header><main><article class="post type-post">'
        f'<h1 class="entry-title">{TITLES[lang]}</h1><div class="entry-content">{body}</div></article>'
        f'<aside id="secondary" class="widget-area">{aside}</aside></main><footer><p>© {SITE[lang]}</p></footer>',
        titled(lang), lang=lang, head=OG, ld=ld,
    )  # fmt: skip


def drupal(lang: str, body: str, *, ld: Any = None) -> str:
    return html(
        f'<div class="region-content"><div class="node node--type-article"><h1><span>{TITLES[lang]}</span></h1>'
        f'<div class="field field--name-body">{body}</div></div></div><div class="region-footer">{rail(lang, 4)}</div>',
        titled(lang), lang=lang, ld=ld,
    )  # fmt: skip


def app(lang: str, body: str, *, ld: Any = None) -> str:
    """A page of a JavaScript framework, rendered on the server."""
    return html(
        f'<div id="__next"><div class="css-1a2b3c"><h1 class="css-9z">{TITLES[lang]}</h1><section name="articleBody">{body}'
        f'</section></div></div><script id="__NEXT_DATA__" type="application/json">{{"props":{{"page":"/story"}}}}</script>',
        titled(lang), lang=lang, head=OG, ld=ld,
    )  # fmt: skip


def tables(lang: str, body: str) -> str:
    return html(
        f"<table><tr><td><a href=/>Home</a></td><td><h1>{TITLES[lang]}</h1>{body}</td><td>{rail(lang, 3)}</td></tr></table>",
        titled(lang), lang=lang,
    )  # fmt: skip


BANNERS = {
    "en": "We and our 212 partners use cookies to store and access information on your device. Accept all. Manage options.",
    "de": "Wir und unsere 212 Partner verwenden Cookies, um Informationen auf Ihrem Gerät zu speichern. Alle akzeptieren.",
    "fr": "Nous et nos 212 partenaires utilisons des cookies pour stocker et/ou accéder à des informations. Tout accepter.",
    "es": "Nosotros y nuestros 212 socios usamos cookies para guardar información en su dispositivo. Aceptar todo.",
}
PROMPTS = {
    "en": "Already a subscriber? Log in to continue reading.",
    "de": "Weiterlesen mit dem Abo. Sie haben bereits ein Abo? Hier anmelden.",
    "fr": "La suite est réservée aux abonnés. Déjà abonné ? Se connecter.",
    "es": "Contenido exclusivo para suscriptores. Suscríbase para seguir leyendo.",
}

ARTICLES = [
    *(Case(f"article with a cookie banner, {k}", None, wordpress(k, ps(k), aside=f"<div>{BANNERS[k]}</div>")) for k in TEXTS),
    *(Case(f"article with a log-in form, {k}", None, drupal(k, ps(k) + "<form><input type=password></form>")) for k in TEXTS),
    *(Case(f"article of a table layout, {k}", None, tables(k, ps(k))) for k in ("en", "es")),
    *(
        Case(f"whole text marked as not free, {k}", None, app(k, whole(k), ld=news(k, isAccessibleForFree=False)))
        for k in TEXTS
    ),
    Case("whole text, not free, with articleBody", None, wordpress("en", ps("en"), ld=news(
        "en", isAccessibleForFree="False", articleBody=" ".join(EN)))),
    Case("articleBody is only the first sentence", None, wordpress("de", ps("de"), ld=news("de", articleBody=DE[0]))),
    Case("free, its text in JSON-LD for the browser to show", None, app(
        "en", "", ld=news("en", isAccessibleForFree=True, articleBody="\n".join(EN)))),
    Case("articleBody with markup and other spaces", None, wordpress("fr", ps("fr"), ld=news(
        "fr", articleBody="<p>" + "</p>\n<p>".join(FR) + "</p>"))),
    Case("articleBody is the text with captions and boxes in it", None, wordpress("en", ps("en"), ld=news(
        "en", isAccessibleForFree=True, articleBody=" ".join(EN) + " Picture: the slaughterhouse in 1911. " + EN[0]))),
    Case("invitation in the middle, free", None, wordpress("en", ps("en", 0, 4) + "<p>Subscribe to our newsletter</p>"
         + ps("en", 4), ld=news("en", isAccessibleForFree=True))),
    Case("story about a paywall", None, html(
        f"<article><h1>The paywall that ate a newspaper</h1>{ps('en')}<p>Readers had to subscribe to read on, and few did."
        "</p></article>", "The paywall that ate a newspaper", head=OG)),
    Case("story about a video", None, html(
        f"<article><h1>Video shows harbour fire</h1><video src=/v.mp4></video>{ps('en')}</article>", "Video", head=OG,
        ld=[news("en"), {"@type": "VideoObject", "name": "Harbour fire"}])),
    Case("story about pages that are not found", None, html(
        f"<article><h1>404: the town that maps forgot</h1>{ps('en')}</article>", "404: the town that maps forgot", head=OG)),
    Case("Seite nicht gefunden: an essay", None, html(
        f"<article><h1>Nicht gefunden: die Akten des Schlachthofs</h1>{ps('de')}</article>", "Nicht gefunden", lang="de")),
    Case("story about robots", None, html(
        f"<article><h1>Are you a robot? A day at the fair</h1>{ps('en')}</article>", "Are you a robot?", head=OG)),
    Case("story about consent", None, html(
        f"<article><h1>Consent and cookies: what the new law asks</h1>{ps('en')}<p>Cookies need consent, the law says, and "
        "partners of a site must be named in its privacy policy.</p></article>", "Consent and cookies", head=OG)),
    Case("explainer with a table of contents", None, html(
        f"<main><h1>{TITLES['en']}</h1><ul>" + "".join(f'<li><a href="#p{i}">{t}</a></li>' for i, t in enumerate(EN[:6]))
        + "</ul>" + "".join(f'<h2 id="p{i}">{t}</h2><p>{u}</p>' for i, (t, u) in enumerate(zip(EN[:6], EN[2:], strict=True)))
        + "</main>", titled("en"))),
    Case("live blog", None, html(
        "<article><h1>Council sits on slaughterhouse: live</h1>" + "".join(f"<h2>1{i}.05</h2><p>{t}</p>" for i, t in
        enumerate(EN)) + "</article>", "Live", ld={"@type": "LiveBlogPosting", "headline": "Council sits"})),
    Case("article at a short address with a query", None, wordpress("en", ps("en")), url="https://herald.example/?p=4711"),
    Case("story with related headlines between its paragraphs", None, wordpress("en", "".join(
        f"<p>{t}</p>" + (f'<p><a href="/a/{i}">{HEADLINES["en"][i % 3]}</a></p>' if i % 4 == 1 else "")
        for i, t in enumerate(EN)), ld=news("en"))),
    Case("short news, free", None, wordpress("de", ps("de", 0, 5), ld=news("de", isAccessibleForFree=True))),
    Case("served under a challenge's script", None, app("en", ps("en") + "<script src='/cdn-cgi/challenge-platform/x.js'>"
         "</script>"), headers={"cf-ray": "7d", "server": "cloudflare"}),
]  # fmt: skip

# ------------------------------------------------------------------------------------------------------ consent

CONSENT = [
    *(Case(f"banner alone, {k}", Reason.CONSENT, html(f"<div id='cmp'><p>{BANNERS[k]}</p></div>", SITE[k], lang=k)) for k in TEXTS),
    Case("pure subscription or advertising, de", Reason.CONSENT, html(
        "<h1>Weiter mit Werbung lesen</h1><p>Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Details zum Tracking finden "
        "Sie in der Datenschutzerklärung und im Privacy Center. Unsere Partner verarbeiten personenbezogene Daten.</p>"
        "<button>Akzeptieren und weiter</button><h2>… oder Pur-Abo für 4,99 Euro im Monat</h2><p>Nutzen Sie uns ohne "
        "Werbetracking und Cookies.</p>", "Weiler Bote: Zustimmung", lang="de")),
    Case("continue without accepting, fr", Reason.CONSENT, html(
        "<h1>Le respect de votre vie privée est notre priorité</h1><p>Avec nos 142 partenaires, nous utilisons des cookies pour "
        "des publicités personnalisées. Vous pouvez retirer votre consentement.</p><button>Continuer sans accepter</button>"
        "<button>Accepter et fermer</button>", "Le Courrier", lang="fr")),
    Case("accept or subscribe, es", Reason.CONSENT, html(
        "<h1>Su privacidad nos importa</h1><p>Usted puede aceptar las cookies de nuestros socios para leer gratis, o suscribirse "
        "para navegar sin publicidad personalizada. Puede retirar su consentimiento en la política de privacidad.</p>"
        "<button>Aceptar y continuar</button><button>Rechazar y suscribirse</button>", "El Correo", lang="es")),
    Case("cookie wall, nl", Reason.CONSENT, html(
        "<h1>Wij gebruiken cookies</h1><p>Wij en onze partners vragen uw toestemming voor cookies om u gepersonaliseerde "
        "advertenties te tonen. Lees ons privacybeleid.</p><button>Akkoord</button><button>Instellingen</button>",
        "Toestemming nodig", lang="nl")),
    Case("cookie wall, it", Reason.CONSENT, html(
        "<h1>Informativa</h1><p>Noi e i nostri partner usiamo cookie per annunci personalizzati. Puoi dare o revocare il "
        "consenso. Leggi la privacy policy.</p><button>Accetta tutto</button><button>Rifiuta e abbonati</button>", "Il Corriere",
        lang="it")),
    Case("moved to a consent host", Reason.CONSENT, html("<p>Loading…</p>", ""), final_url="https://consent.herald.example/v2?to=x"),
    Case("moved to a gate's path", Reason.CONSENT, html("<p>Bitte wählen.</p>", "Bote"),
         final_url="https://www.weiler-bote.example/zustimmung?redirect=%2Fpolitik"),
    Case("list of partners and purposes, long", Reason.CONSENT, html(
        "<h1>Your privacy choices</h1><p>We and our partners process personal data such as cookies with your consent or legitimate "
        "interest. Accept all, or manage your preferences.</p>" + "".join(
            f"<h3>Vendor {i}</h3><p>Stores and accesses information on a device: personalised ads, measurement. Privacy policy. "
            "Legitimate interest.</p>" for i in range(12)), "Your privacy choices")),
    Case("wall with the article's headline above", Reason.CONSENT, html(
        f"<h1>{TITLES['en']}</h1><div class='gate'><p>{BANNERS['en']}</p><p>We need your consent to show this page. Read our "
        "privacy policy.</p></div>", titled("en"), head=OG)),
]  # fmt: skip

# ------------------------------------------------------------------------------------------------------ challenges

CHALLENGES = [
    Case("cloudflare by header", Reason.CHALLENGE, html("<p>Checking.</p>", "herald.example"), headers={"cf-mitigated": "challenge"}),
    Case("cloudflare, 403", Reason.CHALLENGE, html("<p>Enable JavaScript and cookies to continue</p>", "Just a moment..."), status=403),
    Case("cloudflare, de", Reason.CHALLENGE, html("<h1>herald.example</h1><p>Überprüfen Sie, ob Sie ein Mensch sind.</p>",
         "Nur einen Moment…", lang="de"), status=403),
    Case("cloudflare, fr", Reason.CHALLENGE, html("<p>Vérification de la sécurité de votre connexion.</p>", "Un instant…", lang="fr"),
         status=403),
    Case("cloudflare, es", Reason.CHALLENGE, html("<p>Verificar que usted es un ser humano puede tardar unos segundos.</p>",
         "Un momento…", lang="es"), status=403),
    Case("datadome by header", Reason.CHALLENGE, html("<p id=cmsg>Please enable JS and disable any ad blocker</p>", "herald.example"),
         status=403, headers={"x-datadome": "protected"}),
    Case("datadome's page, 200", Reason.CHALLENGE, html(
        "<p>Please enable JS and disable any ad blocker</p><script src='https://ct.captcha-delivery.com/c.js'></script>", "")),
    Case("akamai", Reason.CHALLENGE, html("<h1>Access Denied</h1><p>You don't have permission to access this on this server. "
         "Reference #18.5d</p>", "Access Denied"), status=403),
    Case("imperva", Reason.CHALLENGE, html("<iframe src='/_Incapsula_Resource?CWUDNSAI=9'>Request unsuccessful. Incapsula incident "
         "ID: 8</iframe>", ""), headers={"x-iinfo": "9-1"}),
    Case("perimeterx", Reason.CHALLENGE, html("<h1>Press &amp; Hold to confirm you are a human (and not a bot).</h1>"
         "<div id='px-captcha'></div>", "Access to this page has been denied"), status=403),
    Case("aws waf by header", Reason.CHALLENGE, "", status=202, headers={"x-amzn-waf-action": "challenge"}),
    Case("aws waf captcha", Reason.CHALLENGE, html("<p>Confirm you are human</p><script src='https://a.awswaf.com/c.js'></script>",
         "Human Verification"), status=405, headers={"x-amzn-waf-action": "captcha"}),
    Case("unusual traffic", Reason.CHALLENGE, html("<p>We have detected unusual traffic from your network. Solve this puzzle to go on."
         "</p>", "Sorry")),
    Case("proof of work", Reason.CHALLENGE, html("<h1>Making sure you're not a bot!</h1><p>Loading… Calculating… Difficulty: 4. Why am "
         "I seeing this?</p>", "Making sure you're not a bot!")),
]  # fmt: skip

# ------------------------------------------------------------------------------------------------------ log-in

FORM = "<form method=post><input name=u><input name=p type='password'><button>OK</button></form>"
LOGIN = [
    *(
        Case(f"form alone, {k}", Reason.LOGIN, html(f"<h1>{t}</h1>{FORM}", f"{t} – {SITE[k]}", lang=k))
        for k, t in (("en", "Sign in"), ("de", "Anmelden"), ("fr", "Se connecter"), ("es", "Iniciar sesión"))
    ),
    Case("members only", Reason.LOGIN, html(f"<h1>Members only</h1><p>Please log in to see this page.</p>{FORM}", "Herald")),
    Case("moved to a log-in path", Reason.LOGIN, html("<p>Welcome back.</p>", "Herald"),
         final_url="https://account.herald.example/login?to=%2F"),
    Case("moved to single sign-on", Reason.LOGIN, html("<p>Einen Augenblick.</p>", "SSO"),
         final_url="https://sso.weiler-bote.example/auth/realms/bote"),
    Case("moved to registration", Reason.LOGIN, html("<h1>Register for free to read on</h1><form><input type=email></form>", "Herald"),
         final_url="https://herald.example/register?next=%2Fpolitics"),
    Case("connexion path, fr", Reason.LOGIN, html("<p>Bienvenue.</p>", "Le Courrier"), final_url="https://courrier.example/connexion/?r=1"),
    Case("form with a picture and small print", Reason.LOGIN, html(
        f"<h1>Willkommen zurück</h1><p>Bitte melden Sie sich an, um den Artikel zu lesen.</p>{FORM}<p>Passwort vergessen? Noch kein "
        "Konto? Jetzt registrieren.</p><img src=x>", "Login | Weiler Bote", lang="de")),
    Case("acceso, es", Reason.LOGIN, html(f"<h1>Accede a tu cuenta</h1>{FORM}", "Accede | El Correo", lang="es")),
    Case("accedi, it", Reason.LOGIN, html(f"<h1>Accedi</h1>{FORM}", "Accedi | Il Corriere", lang="it")),
]  # fmt: skip

# ------------------------------------------------------------------------------------------------------ paywalls

PAYWALLS = [
    *(
        Case(f"teaser with a prompt, {k}", Reason.PAYWALL, wordpress(
            k, ps(k, 0, 2) + f"<div class='paywall'><p>{PROMPTS[k]}</p></div>", ld=news(k, isAccessibleForFree=False)))
        for k in TEXTS
    ),
    *(
        Case(f"longer teaser with a prompt, not marked, {k}", Reason.PAYWALL, drupal(
            k, ps(k, 0, 4) + f"<p class='paywall-text'>{PROMPTS[k]}</p>"))
        for k in TEXTS
    ),
    *(
        Case(f"'free', but a teaser with a prompt, {k}", Reason.PAYWALL, app(
            k, ps(k, 0, 2) + f"<p>{PROMPTS[k]}</p>", ld=news(k, isAccessibleForFree=True)))
        for k in TEXTS
    ),
    *(
        Case(f"not free: a teaser on the page, the whole for machines only, {k}", Reason.PAYWALL, app(
            k, ps(k, 0, 2), ld=news(k, isAccessibleForFree=False, articleBody=" ".join(TEXTS[k] * 3))))
        for k in ("en", "fr")
    ),
    Case("teaser padded by recommended articles", Reason.PAYWALL, wordpress(
        "en", ps("en", 0, 2) + f"<div class='subscription-prompt'>{PROMPTS['en']}</div>" + told_rail("en"),
        ld=news("en", isAccessibleForFree=False))),
    Case("teaser padded by recommended articles, de", Reason.PAYWALL, app(
        "de", ps("de", 0, 2) + f"<p>{PROMPTS['de']}</p>" + told_rail("de"), ld=news("de", isAccessibleForFree=False))),
    Case("padded, not marked, but the word count tells", Reason.PAYWALL, wordpress(
        "en", ps("en", 0, 2) + told_rail("en"), ld=news("en", isAccessibleForFree=False, wordCount=900))),
    Case("paid section named by hasPart", Reason.PAYWALL, wordpress(
        "en", ps("en", 0, 3), ld=news("en", isAccessibleForFree="False", hasPart={
            "@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paid"}))),
    Case("words left, fr", Reason.PAYWALL, html(
        f"<article><h1>{TITLES['fr']}</h1>{ps('fr', 0, 6)}<p>Il vous reste 57.09% de cet article à lire. La suite est réservée aux "
        "abonnés.</p></article>", titled("fr"), lang="fr", head=OG, ld=news("fr", isAccessibleForFree=False))),
    Case("free trial, en", Reason.PAYWALL, drupal("en", ps("en", 0, 2) + "<p>To read the full story, start your free trial. "
         "Already a member? Sign in.</p>")),
]  # fmt: skip

# ------------------------------------------------------------------------------------------------------ lists

INDEXES = [
    *(Case(f"front page, {k}", Reason.NOT_ARTICLE, html(f"<h1>{SITE[k]}</h1>{told_rail(k)}{rail(k, 30)}", SITE[k], lang=k),
           url="https://www.weiler-bote.example/") for k in TEXTS),
    *(Case(f"section, {k}", Reason.NOT_ARTICLE, html(
        f"<h1>Politics</h1>{told_rail(k)}<div>{rail(k, 30)}</div>", SITE[k], lang=k, ld={"@type": "CollectionPage"}),
        url="https://www.weiler-bote.example/politik/lokal") for k in TEXTS),
    Case("author's page", Reason.NOT_ARTICLE, html(
        f"<h1>Edda Brandt</h1><p>{EN[1]} {EN[2]}</p>{told_rail('en')}", "Edda Brandt", ld={"@type": "ProfilePage"}),
        url="https://herald.example/author/edda-brandt/"),
    Case("results of a search", Reason.NOT_ARTICLE, html(
        f"<h1>Results for mill</h1>{told_rail('en')}", "Search", ld={"@type": "SearchResultsPage"}),
        url="https://herald.example/search/results?q=mill"),
    Case("tag without a type", Reason.NOT_ARTICLE, html(
        "<main><h1>Harbour</h1>" + "".join(f'<h2><a href="/a/{i}">{HEADLINES["en"][i % 3]} again ({i})</a></h2><p>{EN[i % 8]}</p>'
        for i in range(14)) + "</main>", "Harbour"), url="https://herald.example/tag/harbour"),
    Case("archive of a day, de", Reason.NOT_ARTICLE, html(
        "<main><h1>6. Oktober 2026</h1>" + "".join(f'<h3><a href="/a/{i}">{HEADLINES["de"][i % 3]} ({i})</a></h3><p>{DE[i % 8]}</p>'
        for i in range(14)) + "</main>", "Archiv", lang="de"), url="https://weiler-bote.example/archiv/2026/10/06"),
]  # fmt: skip

# ------------------------------------------------------------------------------------------------------ soft 404s

NOT_FOUND = [
    *(
        Case(f"not found, {k}", Reason.SOFT_404, html(
            f"<h1>{t}</h1><p>{p}</p><form action=/search><input name=q></form>{rail(k, 5)}", f"{t} | {SITE[k]}", lang=k))
        for k, t, p in (
            ("en", "Page not found", "Sorry, the page you are looking for has moved or never existed. Try the search."),
            ("de", "Seite nicht gefunden", "Die gewünschte Seite gibt es leider nicht mehr. Versuchen Sie die Suche."),
            ("fr", "Page introuvable", "La page que vous cherchez n'existe plus ou a changé d'adresse."),
            ("es", "Página no encontrada", "La página que busca ya no existe o ha cambiado de dirección."),
        )
    ),
    *(
        Case(f"article taken away, {k}", Reason.SOFT_404, html(f"<h1>{t}</h1><p>{SITE[k]}</p>", SITE[k], lang=k))
        for k, t in (
            ("en", "This article is no longer available"), ("de", "Dieser Artikel ist nicht mehr verfügbar"),
            ("fr", "Cet article n'est plus disponible"), ("es", "Este artículo ya no está disponible"),
        )
    ),
    Case("led to the front page", Reason.SOFT_404, html(told_rail("en"), SITE["en"]), final_url="https://www.weiler-bote.example/"),
    Case("led to /404", Reason.SOFT_404, html("<p>Oops.</p>", "Herald"), final_url="https://www.weiler-bote.example/404"),
    Case("error 404 in the title alone", Reason.SOFT_404, html("<p>Oops! Something went wrong.</p>", "Error 404 | Herald")),
    Case("with a rail of popular stories", Reason.SOFT_404, html(
        f"<h1>404</h1><p>We can't find that page.</p><h2>Most read</h2>{rail('en', 20)}", "Page Not Found - The Herald")),
]  # fmt: skip

# ------------------------------------------------------------------------------------------------------ films

FILM = {"@type": "VideoObject", "name": "Harbour fire", "description": EN[0], "uploadDate": "2026-10-06"}
VIDEOS = [
    *(
        Case(f"film with a sentence, {k}", Reason.NOT_ARTICLE, html(
            f"<main><h1>{TITLES[k]}</h1><video src=/v.mp4></video>{ps(k, 0, 1)}</main>", titled(k), lang=k,
            head='<meta property="og:type" content="video.other">', ld=FILM))
        for k in TEXTS
    ),
    *(
        Case(f"film that calls itself a news article, {k}", Reason.NOT_ARTICLE, html(
            f"<main><h1>Video: {TITLES[k]}</h1><div class=player><video src=/v.mp4></video></div>{ps(k, 0, 2)}</main>", titled(k),
            lang=k, head='<meta property="og:type" content="video.other"><meta property="og:video" content="/v.mp4">',
            ld=[news(k), FILM]), url=f"https://www.weiler-bote.example/video/{k}/4711")
        for k in ("en", "de")
    ),
    Case("audio page", Reason.NOT_ARTICLE, html(
        f"<main><h1>Podcast: the slaughterhouse</h1><audio src=/a.mp3></audio>{ps('en', 0, 2)}</main>", "Podcast",
        ld={"@type": "PodcastEpisode", "name": "The slaughterhouse"})),
    Case("player alone", Reason.NOT_ARTICLE, html(
        f"<h1>Watch</h1><video></video>{ps('en', 0, 1)}", "Watch", ld=FILM), url="https://herald.example/watch/4711"),
    Case("film with a rail of films", Reason.NOT_ARTICLE, html(
        f"<main><h1>Harbour fire</h1><video></video>{ps('en', 0, 1)}<h2>More films</h2>{rail('en', 12)}</main>", "Film",
        head='<meta property="og:type" content="video.episode">', ld=FILM)),
    Case("gallery of films without types", Reason.NOT_ARTICLE, html(
        f"<main><h1>Harbour fire</h1><video></video>{ps('es', 0, 1)}</main>", "Vídeo", lang="es"),
        url="https://correo.example/videos/incendio-4711"),
]  # fmt: skip

ALL = [*ARTICLES, *CONSENT, *CHALLENGES, *LOGIN, *PAYWALLS, *INDEXES, *NOT_FOUND, *VIDEOS]
