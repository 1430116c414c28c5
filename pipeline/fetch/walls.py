"""What walls look like: the words and addresses by which they are told. Tables only; ``classify`` weighs them."""

from __future__ import annotations

import re


def _any(*phrases: str, start: bool = False) -> re.Pattern[str]:
    """One pattern for many phrases, whole words, in any case; at the start of a text where ``start`` is set."""
    return re.compile((r"^\W*" if start else r"\b") + r"(?:" + "|".join(phrases) + r")(?!\w)", re.IGNORECASE)


CHALLENGE_TITLE = _any(
    r"just a moment", r"attention required", r"access (?:to this page has been )?denied", r"are you a robot",
    r"pardon our interruption", r"ddos-guard", r"one more step", r"security check", r"please wait\.\.\.?",
    r"checking your browser", r"robot or human", r"(?:please )?verify(?:ing)? (?:that )?you are (?:a )?human",
    r"human verification", r"bot verification", r"client challenge", r"vercel security checkpoint",
    r"you have been blocked", r"request blocked", r"(?:nur )?einen moment", r"un instant", r"sicherheitsüberprüfung",
    r"un momento", r"making sure you.{1,6}re not a bot", r"prueba de seguridad", r"vérification de sécurité",
    start=True,
)  # fmt: skip
#: In a page's source; each stands in articles' pages too, so it counts only where there is next to no text.
CHALLENGE_MARK = re.compile(
    r"/cdn-cgi/challenge-platform/|cf-challenge|cf_chl_opt|challenges\.cloudflare\.com|captcha-delivery\.com"
    r"|_incapsula_resource|px-captcha|awswaf|distil_r_captcha|ddos-guard|enable javascript and cookies to continue"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|unusual traffic|www\.google\.com/recaptcha/challenge",
    re.IGNORECASE,
)

CONSENT_HOST = re.compile(r"^(?:consent|guce|privacy-?(?:gate|center|mgmt)?|cmp|myprivacy|cookiewall)\.", re.IGNORECASE)
CONSENT_PATH = re.compile(
    r"/(?:collect)?(?:consent|cookie-?wall|cookie-?consent|privacy-?(?:wall|gate)|zustimmung)(?:[/.-]|$)", re.IGNORECASE
)
#: A page that only asks to let it set cookies.
ASKS_FOR_COOKIES = re.compile(
    r"\b(?:enable|activate|turn on)\s+(?:all\s+|your\s+)?cookies\b"
    r"|\bcookies\s+(?:are|must be|need to be|have to be)\s+(?:required|enabled|disabled|turned off)\b"
    r"|\brequires?\s+cookies\b",
    re.IGNORECASE,
)
CONSENT_TITLE = _any(
    r"consent", r"cookies?\W.{0,30}(?:settings|wall|choices|preferences|required)", r"your privacy",
    r"privacy (?:choices|settings|notice)", r"before you continue", r"bevor (?:sie|du)", r"zustimmung", r"einwilligung",
    r"datenschutz-?einstellungen", r"votre vie privée", r"accepter les cookies", r"toestemming", r"privacyinstellingen",
    r"we value your", r"(?:read|continue) with (?:advertising|ads)", r"mit werbung", r"cookies",
)  # fmt: skip
CONSENT_TEXT = _any(
    r"we (?:and our|use cookies)", r"our partners", r"cookies?", r"personal data", r"legitimate interest",
    r"personali[sz]ed (?:ads|content|advertising)", r"store and/or access", r"accept all", r"agree and continue",
    r"(?:i )?agree", r"manage (?:your )?(?:choices|options|preferences)", r"privacy policy", r"partners?", r"partnern",
    r"akzeptieren", r"zustimmen", r"einwilligung", r"personenbezogene[nr]?", r"datenschutz(?:erklärung)?", r"werbung",
    r"consentement", r"accepter", r"nos partenaires", r"toestemming", r"withdraw", r"widerrufen", r"tracking",
    r"consentimiento", r"aceptar", r"rechazar", r"socios", r"anuncios personalizados", r"refuser", r"vie privée",
    r"consenso", r"accett(?:a|are)", r"rifiuta", r"revocare", r"annunci personalizzati", r"akkoord",
    r"gepersonaliseerde advertenties", r"privacybeleid", r"privacidad",
)  # fmt: skip

LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|signon|sso|auth|authenticate|oauth2?|anmelden|connexion|regist(?:er|ration|rieren|ro)"
    r"|inscription|accedi)(?:[/.]|$)",
    re.IGNORECASE,
)
LOGIN_TITLE = _any(
    r"log ?-?in", r"sign ?-?in", r"log ?on", r"anmelden", r"anmeldung", r"einloggen", r"connexion", r"se connecter",
    r"inicia(?:r)? sesi[oó]n", r"accede(?:r)?", r"inloggen", r"accedi", r"subscriber (?:log|sign) ?-?in",
    r"please (?:log|sign) ?-?in", r"(?:log|sign) in to", r"members only",
    start=True,
)  # fmt: skip
PASSWORD = re.compile(r"<input\b[^<>]{0,2000}?\btype\s*=\s*[\"']?password\b", re.IGNORECASE)

_THING = r"(?:page|article|story|file|document|content|url|resource)"
NOT_FOUND = _any(
    r"(?:error )?404(?: error)?", rf"{_THING} (?:was |is |could |can ?)?(?:not|n.t) (?:be )?(?:found|available)",
    rf"{_THING} (?:you.{{0,40}} )?(?:no longer|does ?n.?o?t|cannot|can.t|could ?n.?o?t) (?:be |is )?(?:exists?|found)",
    rf"{_THING} (?:is|has been) (?:no longer (?:available|online|here)|removed|deleted)",
    r"(?:artikel|beitrag|seite|inhalt) (?:ist|wurde) (?:nicht mehr verfügbar|gelöscht|entfernt)",
    r"(?:article|page|contenu) n.est plus (?:disponible|en ligne)",
    r"(?:artículo|página|contenido|noticia) ya no (?:está disponible|existe)",
    rf"no such {_THING}", r"not found", r"nicht gefunden", r"existiert nicht(?: mehr)?", r"nicht mehr verfügbar",
    r"page (?:introuvable|non trouvée)", r"n.existe (?:pas|plus)", r"no (?:se ha )?encontrad[ao]", r"no existe",
    r"pagina non trovata", r"pagina niet gevonden", r"niet gevonden", r"sidan (?:kunde inte|finns inte)",
    r"strona nie (?:została|istnieje)", r"страница не найдена", r"página não encontrada",
)  # fmt: skip
