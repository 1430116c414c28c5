"""Articles in other languages: the language, known entities, quotes by that language's marks; nobody's stance."""

import pytest

from pipeline.extract.language import language_of
from pipeline.tag import tag

ARTICLES = {
    "de": (
        "Der Stadtrat von Leipzig hat am Dienstag lange beraten. Angela Merkel verurteilte Russland scharf. „Wir "
        "stehen an der Seite von Kenia“, sagte Merkel in Berlin. Deutschlands Haltung und die der Vereinigten Staaten "
        "sei klar, hieß es. »Niemand hat uns gefragt«, sagte ein Bauer. Die NATO und Microsoft schwiegen am Abend.",
        {"angela-merkel", "russia", "kenya", "germany", "united-states", "nato", "microsoft"},
        ["Wir stehen an der Seite von Kenia", "Niemand hat uns gefragt"],
    ),
    "fr": (
        "Le conseil municipal a voté mardi soir après un long débat. Emmanuel Macron a condamné la Russie et salué "
        "l’Allemagne. « Nous ne céderons pas à la peur », a déclaré le président devant la presse à Paris. Les Nations "
        "unies et l’Union européenne n’ont pas encore réagi, pas plus que Microsoft.",
        {"emmanuel-macron", "russia", "germany", "united-nations", "european-union", "microsoft"},
        ["Nous ne céderons pas à la peur"],
    ),
    "es": (
        "El ayuntamiento votó el martes por la noche tras un largo debate. Pedro Sánchez criticó a Rusia y elogió a "
        "Alemania. «No vamos a ceder ante el miedo», dijo el presidente en Madrid. La ONU y EE. UU. no respondieron "
        "todavía, según fuentes del gobierno. “Es una decisión muy triste”, añadió una vecina.",
        {"pedro-sanchez", "russia", "germany", "united-nations", "united-states"},
        ["No vamos a ceder ante el miedo", "Es una decisión muy triste"],
    ),
    "ru": (
        "Городской совет во вторник вечером принял решение после долгих споров. Президент России встретился с "
        "делегацией из Германии. «Мы не отступим ни на шаг», — сказал он журналистам. США и НАТО пока не ответили, а "
        "ООН призвала к переговорам. Погода в городе была плохая.",
        {"russia", "germany", "united-states", "nato", "united-nations"},
        ["Мы не отступим ни на шаг"],
    ),
    "ar": (
        "اجتمع المجلس البلدي مساء الثلاثاء بعد نقاش طويل حول الميزانية الجديدة. قال الرئيس إن روسيا وألمانيا لن "
        "تنسحبا من الاتفاق. «لن نتراجع أبدا عن موقفنا هذا»، أضاف أمام الصحفيين في العاصمة. ولم ترد الأمم المتحدة حتى "
        "الآن على الطلب، بحسب مصادر حكومية.",
        {"russia", "germany", "united-nations"},
        ["لن نتراجع أبدا عن موقفنا هذا"],
    ),
    "zh": (
        "市议会星期二晚上经过长时间辩论后通过了决定。中国外交部发言人说：“我们坚决反对美国的这一决定。”俄罗斯和德国没有立即作出"
        "回应，北约也保持沉默。联合国呼吁各方保持克制，并尽快恢复谈判。天气很冷，街上的人很少。",
        {"china", "united-states", "russia", "germany", "nato", "united-nations"},
        ["我们坚决反对美国的这一决定。"],
    ),
    "pt": (
        "A câmara municipal votou na terça-feira à noite depois de um longo debate. Lula da Silva criticou a Rússia e "
        "elogiou a Alemanha. “Não vamos ceder ao medo”, disse o presidente em Brasília. A ONU e os EUA ainda não "
        "responderam, e a União Europeia também não, segundo fontes do governo.",
        {"russia", "germany", "united-nations", "united-states", "european-union"},
        ["Não vamos ceder ao medo"],
    ),
    "it": (
        "Il consiglio comunale ha votato martedì sera dopo un lungo dibattito. Giorgia Meloni ha criticato la Russia e "
        "lodato la Germania. «Non cederemo alla paura», ha detto la presidente del Consiglio a Roma. Le Nazioni Unite "
        "e gli Stati Uniti non hanno ancora risposto alla richiesta del governo.",
        {"giorgia-meloni", "russia", "germany", "united-nations", "united-states"},
        ["Non cederemo alla paura"],
    ),
    "tr": (
        "Belediye meclisi salı akşamı uzun bir tartışmanın ardından karar aldı. Rusya'nın açıklaması ABD'yi kızdırdı. "
        "“Bu kararı asla kabul etmiyoruz” dedi bakan gazetecilere. Almanya ve Birleşmiş Milletler henüz yanıt vermedi. "
        "Kentte hava çok soğuktu ve sokaklar boştu.",
        {"russia", "united-states", "germany", "united-nations"},
        ["Bu kararı asla kabul etmiyoruz"],
    ),
    "ja": (
        "市議会は火曜日の夜、長い議論の末に予算案を可決した。米国とロシアは協議を続けている。首相は「日本はこれからも支援を続ける」"
        "と記者団に述べた。ドイツと国連はまだ回答していない。街はとても寒く、人通りは少なかった。",
        {"united-states", "russia", "japan", "germany", "united-nations"},
        ["日本はこれからも支援を続ける"],
    ),
    "hi": (
        "नगर परिषद ने मंगलवार की शाम लंबी बहस के बाद फैसला किया। भारत और रूस ने समझौते पर हस्ताक्षर किए। मंत्री ने कहा, “हम "
        "किसी भी हाल में पीछे नहीं हटेंगे।” अमेरिका और जर्मनी ने अभी तक जवाब नहीं दिया है। शहर में बहुत ठंड थी।",
        {"india", "russia", "united-states", "germany"},
        ["हम किसी भी हाल में पीछे नहीं हटेंगे।"],
    ),
}


@pytest.mark.parametrize("language", ARTICLES)
def test_an_article_in_another_language(language: str) -> None:
    text, known, quotes = ARTICLES[language]
    assert language_of(text) == language
    assert language_of(text * 2, "en") == language  # a template's declaration
    tags = tag(text, None, language)
    assert known <= {entity.id for entity in tags.entities if entity.known}
    assert [quote.text for quote in tags.quotes] == quotes
    assert (tags.stance_tagged, tags.evidence, tags.stances) == (False, (), ())
    for entity in tags.entities:
        assert all(text[m.start : m.end] == m.text for m in entity.mentions)


def test_a_region_s_tag_is_the_language_s() -> None:
    assert [e.id for e in tag("Alemania y Rusia callan.", None, "es-MX").entities] == ["germany", "russia"]
    assert tag("Poland sued Microsoft.", None, "en-GB").stance_tagged


def test_a_language_that_nobody_has_names_for_gets_those_of_the_gazetteer() -> None:
    assert [e.id for e in tag("Angela Merkel tlhIngan Hol.", None, "tlh").entities] == ["angela-merkel"]


def test_short_and_mixed_texts_are_tagged_as_the_page_says() -> None:
    assert language_of("Nein.", "de") == "de"
    mixed = "Das Parlament hat gestern abgestimmt. " * 6 + "The vote was close. "
    assert language_of(mixed, "de") == "de"
    tags = tag("Der Minister sagte: „This is a very bad joke“. Russland schwieg.", None, "de")
    assert [quote.text for quote in tags.quotes] == ["This is a very bad joke"]
    assert [entity.id for entity in tags.entities] == ["russia"]


def test_names_of_other_languages_mean_nothing_in_english() -> None:
    assert "chad" not in {e.id for e in tag("Anna Ciad met Maurice Lenk. Inde was silent.").entities}
