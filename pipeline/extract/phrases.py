"""The words of furniture: lines that surround an article on any site, by language where they differ.

Each list is written for the reader; :func:`any_of` makes the pattern. A phrase may hold regular expressions.
"""

from __future__ import annotations

import re


def any_of(*phrases: str, start: str = "", end: str = "") -> re.Pattern[str]:
    """Return a pattern that matches any of some phrases, in any case.

    Args:
        phrases: alternatives; a space stands for any white space.
        start: before each of them.
        end: after each of them.
    """
    joined = "|".join(phrase.replace(" ", r"\s+") for phrase in phrases)
    return re.compile(f"{start}(?:{joined}){end}", re.IGNORECASE)


#: Beginnings of short lines that ask the reader to do something other than read on.
INVITATION = any_of(
    r"sign(?:ing)? up (?:for|to|here|now)\b",
    r"(?:get|receive) (?:our|the|all|more|breaking|daily|your)\b.{0,60}\b(?:newsletter|inbox|briefing|alerts?|app)\b",
    r"(?:want|looking for) more\b.{0,80}\?",
    r"subscribe (?:to|now|today|here|for)\b",
    r"(?:click|tap) here (?:to|for)\b",
    r"(?:follow|like|join) (?:us|our|me) (?:on|channel|whatsapp|community)\b",
    r"follow (?:the )?[\w .]{2,40} on (?:facebook|twitter|instagram|telegram|whatsapp|x|threads|bluesky|linkedin)\b",
    r"download (?:our|the)\b.{0,40}\bapp\b",
    r"listen to (?:this|the) (?:article|story|podcast)\b",
    r"(?:share|print|save|e-?mail) this\b",
    r"support (?:our|independent|quality)\b.{0,40}\bjournalism\b",
    r"(?:log|sign) in to (?:comment|your)\b",
    r"do you have (?:a|any) (?:news )?(?:story|tip|information)\b.{0,80}(?:\?|e-?mail|contact)",
    r"(?:got|have) a (?:news )?(?:story|tip)\b.{0,80}(?:\?|e-?mail|contact)",
    r"our standards: the \w+",
    r"newsletter (?:abonnieren|anmeldung)",
    r"jetzt (?:newsletter|kostenlos|abonnieren|anmelden)\b",
    r"folgen sie uns\b",
    r"abonnez-vous\b",
    r"suivez-nous\b",
    r"suscríbe(?:te|ase)\b",
    r"síguenos\b",
    r"iscriviti\b",
    start="^",
)

#: Labels before another article's headline, up to a colon or alone on their line.
POINTER = any_of(
    r"read (?:more|also|next|on|this)(?: (?:on|about) [\w ]{2,30})?",
    r"also read",
    r"related(?: (?:articles?|story|stories|content|coverage|links?|topics?|news|reading))?",
    r"more (?:on this(?: story)?|from [\w ]{2,30}|stories|coverage|like this|news)",
    r"see also",
    r"watch(?: (?:now|more|below|live))?",
    r"further reading",
    r"don['’]?t miss",
    r"recommended(?: (?:for you|stories|reading))?",
    r"editors?['’]?s? picks?",
    r"you (?:may|might) (?:also )?(?:like|be interested in)",
    r"what to read next",
    r"in pictures",
    r"lesen sie (?:auch|mehr|hier|dazu)(?: \w+)?",
    r"mehr (?:zum thema|dazu)",
    r"siehe auch",
    r"auch interessant",
    r"(?:à )?lire aussi",
    r"voir aussi",
    r"lea también",
    r"leggi anche",
    r"leia também",
    r"lees ook",
    r"l[æeä]s også",
    r"läs (?:också|mer)",
    r"czytaj (?:też|także|również|więcej)",
    start=r"^\W{0,3}",
    end=r"\s*(?:[:|»>→]|-\s|$)",
)

#: Lines that are furniture from end to end.
WHOLE_LINE = any_of(
    "advertise?ment",
    "ad",
    "anzeige",
    "werbung",
    "publicité",
    "publicidad",
    "pubblicità",
    "sponsored(?: content)?",
    "promoted(?: content)?",
    "(?:story|article) continues (?:below|after).{0,40}",
    "continue reading(?: below| the main story)?",
    "scroll (?:down )?(?:to|for) .{0,30}",
    r"loading\W*",
    "share(?: this)?",
    "print",
    "save",
    "send",
    "copy link",
    "(?:view |post a |leave a |\\d+ )?comments?",
    "show (?:more|less)",
    "read (?:more|full story|next)",
    "(?:back to )?top",
    r"\d+ min(?:ute)?s? read",
    r"reading time:? \d+ .{0,10}",
    r"©.{0,120}",
    r"\(c\) \d{4}.{0,80}",
    r"copyright (?:©|\(c\)|\d{4}).{0,160}",
    "all rights reserved.{0,60}",
    "alle rechte vorbehalten.{0,60}",
    r"image (?:source|caption)\b.{0,80}",
    "video",
    "gallery",
    "trending(?: now)?",
    "most (?:read|popular|viewed)",
    "newsletter",
    "(?:topics?|tags?|keywords?|filed under):.{0,160}",
    "topics",
    "end of (?:list|content|document|image gallery)",
    "(?:end|skip) of? ?(?:to|past|advert).{0,60}",
    "see more",
    "learn more",
    "subscribe(?: now)?",
    "sign up",
    "follow(?: us)?",
    "mehr anzeigen",
    "teilen",
    start="^",
    end=r"\W{0,2}$",
)

#: Picture credits.
CREDIT = any_of(
    r"^(?:photo(?:graph)?|image|picture|pic|foto|bild|illustration|graphic)s?(?: (?:credit|source)s?)?(?: by)?\s?[:/©|]"
    r".{2,120}$",
    r"^(?:photo(?:graph)?|picture|image|illustration|foto)s? (?:by|courtesy(?: of)?) .{2,80}$",
    r"^credits?\s?:.{2,80}$",
    r"^(?:file|handout|ap|afp|reuters|epa) photo\b.{0,60}$",
    r"^.{0,60}(?:/|\||\bvia)\s?(?:getty|shutterstock|alamy|epa(?:-efe)?|istock|unsplash|anadolu|zuma|imago|picture.?alliance)"
    r"(?: images| photo| press)?\W{0,3}$",
    r"^(?:getty images|shutterstock|alamy|istock\w*|picture alliance)\W{0,3}$",
)

#: A line with the time of publication.
STAMP = any_of(
    r"(?:first |last )?(?:published|updated|posted|modified)",
    "veröffentlicht",
    "aktualisiert",
    "stand",
    "publié",
    "mis à jour",
    "publicado",
    "actualizado",
    "pubblicato",
    start="^",
    end=r"\b[^\d]{0,30}\d.{0,60}$",
)

#: Lines that ask to subscribe or log in before reading on: a teaser ends in one.
SUBSCRIBE_TO_READ = any_of(
    r"(?:subscribe|subscription|log in|sign in|register|create an? (?:free )?account|become a member)\b"
    r".{0,80}\b(?:to|and) (?:\w+ )?(?:read|reading|continue|unlock|access|view)\b",
    r"(?:to (?:continue|keep) reading|to read (?:the (?:full|rest|whole)|more|on|this)|unlock (?:this|the) \w+)\b"
    r".{0,80}\b(?:subscribe|log in|sign in|register|member|trial|account)",
    r"\b(?:this|the full) (?:article|story|content) is (?:only |exclusively )?(?:for|available to|reserved for)"
    r" (?:our |premium |paying )?(?:subscribers|members)",
    r"^already (?:a )?(?:subscriber|member|subscribed)\b",
    r"\bfor subscribers only\b",
    r"\b(?:abonnenten vorbehalten|nur für abonnenten|réservée? aux abonnés)\b",
    r"\b(?:(?:solo|exclusivo) para suscriptores|riservato agli abbonati)\b",
    r"\bweiterlesen mit\b.{0,40}\b(?:abo|plus|premium)\b",
    r"^sie haben (?:schon|bereits) ein (?:abo\b|abonnement)",
)

#: What consent walls talk about; an article about privacy uses a few of them, a wall most.
CONSENT = (
    any_of(r"\bcookies?\b"),
    any_of(r"\bconsent\b", r"\beinwilligung\b", r"\bzustimm(?:en|ung)\b", r"\bconsentement\b", r"\bconsentimiento\b"),
    any_of(
        r"\b(?:our|unsere|nos|nuestros) (?:[\d.,]+ )?(?:partners?|partenaires|socios|vendors)\b",
        r"\b\d+ (?:partners|partner|partenaires|vendors)\b",
    ),
    any_of(
        r"personali[sz]ed? (?:ads|advertising|content)",
        r"personalisierte (?:werbung|anzeigen)",
        r"werbung und inhalte",
        r"publicités? personnalisée",
        r"anuncios personalizados",
    ),
    any_of(
        r"store and(?:/or)? access information",
        r"access information on (?:a|your) device",
        r"informationen auf (?:ihrem|einem) gerät",
        r"stocker et/ou accéder",
    ),
    any_of(
        r"privacy (?:policy|notice|cent(?:re|er)|settings)",
        r"\bdatenschutz",
        r"politique de confidentialité",
        "política de privacidad",
    ),
    any_of(
        r"\b(?:accept|reject) all\b",
        r"\balles? (?:akzeptieren|annehmen|ablehnen)\b",
        r"tout (?:accepter|refuser)",
        "aceptar todo",
    ),
    any_of(
        r"manage (?:my|your) (?:choices|options|preferences|settings)",
        r"(?:einstellungen|auswahl) verwalten",
        r"gérer (?:mes|vos) (?:choix|préférences)",
    ),
)
