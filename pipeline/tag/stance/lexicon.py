"""
Cues of stance for news, each with its frame: who holds it, on whom, which sign, by what kind of act. Tables are
running text, one frame a table. ``~`` before a lemma marks a weak cue: one that has another common reading.
Particles and prepositions are joined by ``_``: ``lash_out_at``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.tag.words import words

Act = Literal["verbal", "material", "attitude", "relation"]
Sign = Literal[1, -1]


@dataclass(frozen=True, slots=True)
class Cue:
    """A lemma with its frame.

    ``preps`` are the prepositions that lead to the target; empty: the direct object.
    """

    lemma: str
    sign: Sign
    act: Act
    preps: frozenset[str] = frozenset()
    particle: str = ""
    weak: bool = False


def _parse(text: str, sign: Sign, act: Act, preps: str = "") -> Iterator[Cue]:
    for word in text.split():
        weak = word.startswith("~")
        yield Cue(word.removeprefix("~"), sign, act, words(preps), weak=weak)


def _phrasal(text: str, sign: Sign, act: Act) -> Iterator[Cue]:
    for word in text.split():
        weak = word.startswith("~")
        lemma, *rest = word.removeprefix("~").split("_")
        yield Cue(lemma, sign, act, frozenset(rest[-1].split("/")), "_".join(rest[:-1]), weak)


_VERBS = (
    # subject → object
    *_parse(
        """
        support back endorse praise thank applaud hail commend laud congratulate compliment salute honour honor
        celebrate defend vindicate exonerate champion welcome embrace extol exalt glorify lionize lionise
        flatter eulogize eulogise bless approve recommend second credit cheer ~toast forgive absolve reassure
        befriend ~court woo uphold vouch recognise recognize ~promote
        """,
        1,
        "verbal",
    ),
    *_parse(
        """
        condemn denounce blame accuse slam criticise criticize blast rebuke chide berate castigate lambast
        lambaste decry deplore deride disparage ridicule mock insult vilify demonise demonize malign slander
        smear defame scold reprimand reproach admonish upbraid censure excoriate savage pillory lampoon taunt
        heckle curse belittle denigrate disavow renounce repudiate reject ~dismiss rebuff snub shun ostracise
        ostracize oppose threaten ~challenge ~attack ~assail ~hammer ~skewer ~rip ~bash ~trash ~roast ~rap
        ~scorch ~flay ~pan ~torch discredit undercut impugn rubbish lament protest contradict defy heckle boo
        jeer menace intimidate bully harass antagonise antagonize offend provoke scapegoat disown chastise
        chasten fault tar ~shame ~humiliate ~knock ~ding ~target ~discount ~doubt ~question
        """,
        -1,
        "verbal",
    ),
    *_parse(
        """
        admire respect love adore trust revere cherish appreciate idolise idolize esteem venerate ~like ~value
        ~prize ~favour ~favor worship treasure ~envy sympathise sympathize
        """,
        1,
        "attitude",
    ),
    *_parse(
        "hate distrust mistrust despise detest loathe resent abhor dislike disdain scorn disapprove begrudge  ~suspect",
        -1,
        "attitude",
    ),
    *_parse(
        """
        arm fund finance bankroll subsidise subsidize sponsor subsidize aid assist help protect shield rescue
        bolster reinforce ~strengthen shelter harbour harbor ~supply reward ~liberate equip rearm resupply
        """,
        1,
        "material",
    ),
    *_parse(
        """
        bomb bombard shell invade sanction boycott blockade besiege sue expel penalise penalize punish raid
        assassinate murder poison kidnap abduct torture betray sabotage undermine ambush annex occupy ~strike
        ~hit ~pound ~storm overthrow oust topple depose ~impeach ~ban outlaw blacklist persecute oppress repress
        suppress ~crush ~destroy ~defund starve ~evict ~exile terrorise terrorize hack ~fight battle ~confront
        ~resist ~obstruct ~thwart ~block ~bar embargo isolate ~target strafe torpedo cripple extort blackmail
        defraud cheat deceive mislead swindle double-cross backstab abandon forsake desert ~ditch ~purge
        ~silence ~gag ~spy encircle massacre gas delegitimise delegitimize retaliate
        """,
        -1,
        "material",
    ),
    # subject → prepositional object
    *_phrasal(
        """
        side_with stand_by stand_with stand_behind speak_for ~root_for vote_for campaign_for
        rally_behind/around/for line_up_behind stick_up_for stand_up_for speak_up_for stick_by sympathise_with
        sympathize_with empathise_with empathize_with ~agree_with believe_in have_back apologise_to apologize_to
        ~lobby_for vouch_for fight_for unite_behind ~warm_to plead_for ~intercede_for argue_for ~advocate_for
        swear_by speak_highly_of approve_of ~thank_to pray_for
        """,
        1,
        "verbal",
    ),
    *_phrasal(
        """
        speak_out_against lash_out_at hit_out_at hit_back_at rail_against/at inveigh_against protest_against
        rage_at/against fume_at campaign_against vote_against turn_on/against take_on stand_up_to
        push_back_against/on strike_back_at fire_back_at snap_at go_after rant_against/about sneer_at jeer_at
        scoff_at ~laugh_at complain_about testify_against rebel_against revolt_against disagree_with
        quarrel_with clash_with feud_with spar_with argue_with break_with cut_off_from distance_from ~part_with
        side_against rally_against lobby_against come_out_against swipe_at ~jab_at tear_into rip_into lay_into
        disapprove_of speak_against argue_against ~object_to ~warn_against retaliate_against demonstrate_against
        shout_at ~swear_at despair_of ~tire_of appeal_against ~recoil_from plot_against conspire_against
        discriminate_against crusade_against whinge_about fall_out_with lose_with
        """,
        -1,
        "verbal",
    ),
    *_phrasal(
        """
        fight_against crack_down_on walk_out_on move_against act_against wage_on/against fire_on/at open_on
        ~march_on ~spy_on ~inform_on rise_up_against rise_against
        """,
        -1,
        "material",
    ),
    *_phrasal(
        """
            ally_with partner_with ~cooperate_with collaborate_with team_up_with join_with reconcile_with
            make_up_with unite_with
        """,
        1,
        "relation",
    ),
)
VERBS: dict[str, tuple[Cue, ...]] = {}
for _cue in _VERBS:
    VERBS[_cue.lemma] = (*VERBS.get(_cue.lemma, ()), _cue)

#: Nouns: the holder is the owner, the "by"- or "from"-phrase, or the subject of a light verb.
_NOUNS = (
    *_parse("support backing endorsement praise", 1, "verbal", "for of"),
    *_parse(
        "praise applause sympathy admiration respect affection love appreciation gratitude enthusiasm acclaim plaudit",
        1,
        "verbal",
        "for",
    ),
    *_parse("solidarity", 1, "verbal", "with"),
    *_parse("thanks tribute congratulation apology homage salute gratitude condolence", 1, "verbal", "to"),
    *_parse("loyalty allegiance commitment devotion", 1, "attitude", "to"),
    *_parse("trust confidence faith", 1, "attitude", "in"),
    *_parse("defence defense", 1, "verbal", "of"),
    *_parse("criticism condemnation denunciation rejection mockery", -1, "verbal", "of"),
    *_parse("opposition objection", -1, "verbal", "to"),
    *_parse(
        """
            accusation allegation complaint campaign tirade protest grievance grudge rhetoric invective diatribe
            outburst smear
        """,
        -1,
        "verbal",
        "against",
    ),
    *_parse(
        "scorn contempt disdain disrespect hatred dislike loathing distaste", -1, "attitude", "for of toward towards"
    ),
    *_parse(
        "hostility animosity antipathy enmity resentment anger antagonism ill-will",
        -1,
        "attitude",
        "to toward towards against",
    ),
    *_parse("anger outrage fury frustration", -1, "attitude", "at with over"),
    *_parse("distrust mistrust suspicion", -1, "attitude", "of"),
    *_parse("blame", -1, "verbal", "on"),
    *_parse("swipe jab dig broadside", -1, "verbal", "at against"),
    *_parse(
        """
        sanction embargo tariff attack assault offensive airstrike strike raid war crackdown bombardment lawsuit
        suit boycott blockade ban aggression jihad vendetta reprisal retaliation siege hostility hostilities
        crusade threat countermeasure
        """,
        -1,
        "material",
        "on against",
    ),
    *_parse(
        "invasion bombing shelling boycott blockade betrayal persecution occupation annexation encirclement",
        -1,
        "material",
        "of",
    ),
    *_parse("aid assistance funding help", 1, "material", "to for"),
    *_parse("feud rivalry quarrel enmity row spat", -1, "relation", "with"),
    *_parse("alliance friendship reconciliation rapprochement", 1, "relation", "with"),
)
NOUNS: dict[str, tuple[Cue, ...]] = {}
for _cue in _NOUNS:
    NOUNS[_cue.lemma] = (*NOUNS.get(_cue.lemma, ()), _cue)

#: Verbs whose subject is the holder of the noun they govern.
LIGHT = words(
    """
    voice express give offer show have declare announce extend lend reiterate reaffirm restate repeat send pay
    throw swear profess lavish heap pile impose slap launch wage lead mount order conduct start stage file bring
    issue level intensify increase step carry make take hold harbour harbor bear feel enforce unleash open begin
    maintain renew tighten expand double redouble provide deliver return convey put lay pin cast shift place
    approve sign form forge strike deepen seal direct aim hurl pursue prosecute escalate join
    """
)
LIGHT_INTENDED = words("pledge promise threaten plan propose seek demand urge want vow prepare call advocate")
#: Verbs that take it back: favour ends and turns against.
WITHDRAW = words(
    """
        withdraw end cut drop suspend pull halt stop freeze slash rescind revoke retract scrap cancel reduce
        refuse deny lose renounce block abandon
    """
)
LIFT = words("lift ease remove end drop suspend relax waive scrap repeal")
LIFTABLE = words("sanction embargo tariff boycott blockade ban siege lawsuit suit")
#: Verbs whose subject is the target of the noun: "drew criticism from".
RECEIVE = words(
    "receive win get draw earn face attract enjoy have meet garner secure gain suffer endure incur provoke spark"
)

#: Things that are sent, and what sending them means.
GIFTS = words(
    """
        aid weapon arm weaponry ammunition missile rocket tank jet drone fund money cash loan grant troops
        reinforcement assistance relief equipment
    """
    "artillery donation subsidy supplies interceptor"
)
GIVE = words(
    "send give supply deliver provide ship grant donate lend offer transfer dispatch sell pledge promise extend"
)
PROJECTILES = words("missile rocket shell bomb drone mortar shot grenade salvo barrage torpedo airstrike strike")
SHOOT = words("fire launch lob drop hurl rain shoot lob")

#: Adjectives that stand with a preposition: "critical of".
ADJECTIVES = {
    cue.lemma: cue
    for cue in (
        *_parse(
            """
                critical contemptuous dismissive scornful wary suspicious skeptical sceptical disdainful
                distrustful intolerant resentful
            """,
            -1,
            "attitude",
            "of",
        ),
        *_parse("hostile opposed antagonistic disloyal", -1, "attitude", "to toward towards"),
        *_parse(
            """
                angry furious unhappy disappointed dissatisfied frustrated disgusted exasperated irate livid
                disillusioned annoyed
            """,
            -1,
            "attitude",
            "with at in by",
        ),
        *_parse("supportive appreciative proud fond respectful", 1, "attitude", "of"),
        *_parse(
            "loyal grateful thankful sympathetic friendly committed devoted faithful indebted",
            1,
            "attitude",
            "to toward towards",
        ),
        *_parse("pleased impressed delighted", 1, "attitude", "with by"),
        *_parse("allied aligned reconciled", 1, "relation", "with to"),
    )
}

#: Nouns that say how one stands to another; ``both`` holds for the two alike.
RELATIONS: dict[str, tuple[Sign, bool]] = {
    **dict.fromkeys(words("ally friend partner comrade confidant soulmate"), (1, True)),
    **dict.fromkeys(
        words("rival enemy foe adversary archrival arch-rival nemesis archenemy arch-enemy arch-foe"), (-1, True)
    ),
    **dict.fromkeys(
        words(
            """
                supporter backer admirer defender champion loyalist fan follower sympathiser sympathizer
                apologist booster cheerleader
            """
        ),
        (1, False),
    ),
    **dict.fromkeys(words("critic opponent detractor accuser challenger"), (-1, False)),
}
#: "at odds with", "at war with": preposition and noun.
STANDING: dict[tuple[str, str], Sign] = {
    ("at", "odd"): -1,
    ("at", "odds"): -1,
    ("at", "war"): -1,
    ("at", "loggerhead"): -1,
    ("at", "loggerheads"): -1,
    ("in", "conflict"): -1,
    ("in", "league"): 1,
    ("in", "cahoots"): 1,
    ("in", "solidarity"): 1,
}

NAMING = words(
    """
        call brand label dub deem term consider describe denounce dismiss hail portray characterise characterize
        regard paint slam blast praise
    """
)

#: Nouns and adjectives that judge whom they are said of.
GOOD = words(
    """
    hero heroine genius friend saint patriot visionary inspiration champion saviour savior treasure legend brave
    courageous honest decent brilliant admirable heroic outstanding remarkable trustworthy wonderful fantastic
    terrific honourable honorable wise principled exemplary impeccable tremendous
    """
)
BAD = words(
    """
    liar traitor coward disgrace dictator tyrant fraud criminal thug fool idiot hypocrite murderer thief crook
    racist fascist terrorist extremist menace disaster failure embarrassment bully charlatan demagogue clown
    puppet warmonger butcher aggressor oppressor monster killer conman parasite threat danger laughing-stock
    incompetent corrupt dishonest reckless irresponsible disgraceful shameful cowardly dangerous unfit
    hypocritical cruel evil weak pathetic ridiculous untrustworthy unreliable selfish greedy cynical callous
    racist fascist unacceptable outrageous despicable contemptible barbaric brutal criminal delusional deranged
    arrogant immoral lawless lazy inept clueless toxic heartless ruthless treacherous
    """
)
#: Verbs by which a speaker judges their subject.
BAD_DOING = words(
    """
        lie betray cheat mislead deceive fail bungle botch blunder squander ruin wreck destroy flout ignore
        violate steal rob lack disgrace dishonour dishonor abandon
    """
)
GOOD_DOING = words("excel shine inspire")

#: Nouns of an author who has judged already.
LABELS_BEFORE = words(
    """
        so-called self-styled self-proclaimed murderous despotic tyrannical warmongering war-mongering genocidal
        fascist thuggish
    """
)
LABELS_AFTER = words("regime junta clique henchman henchmen stooge lackey cabal goon thug mouthpiece")

# Verbs that govern the cue's clause.
REFUSE = words("refuse decline fail neglect hesitate forget")
AVOID = words("avoid refrain abstain stop_short resist escape")
DENY = words("deny doubt dispute disprove refute")
STOP = words("stop cease quit halt")
INTEND = words(
    "vow promise pledge threaten plan intend prepare agree offer swear commit resolve want aim seek undertake decide"
)
URGE = words("urge ask tell call press push pressure lobby demand encourage implore beg order exhort appeal")
REALISED = words("continue begin start keep help manage proceed come go try dare join move rush hasten choose")
UNREAL_MODALS = words("might may could would should can must ought")
UNREAL_GOVERNORS = words(
    """
        expect seem appear consider contemplate imagine suppose hope pretend hypothesise speculate allow let
        force enable fear
    """
)
WILLING = words("ready willing determined prepared set poised keen eager happy")
UNWILLING = words("unwilling reluctant loath unable hesitant")

#: Nouns by which a state or body acts: whoever is named beside them is meant.
GROUPS = words(
    """
    government administration regime force forces army military troops troop authority authorities ministry
    parliament navy leadership junta cabinet official officials soldier soldiers fighter fighters militant
    militants warplane warplanes jet jets artillery missile missiles drone drones state republic airstrike
    diplomat diplomats commander commanders negotiator negotiators delegation executive executives management
    board lawmaker lawmakers security police spokesman spokeswoman spokesperson rebels insurgents gunmen gunman
    group movement party company firm giant maker carmaker planemaker agency people campaign team camp activist
    activists prosecutor prosecutors newspaper
    """
)
#: Of these, the ones that stand for the person named beside them; a person's party is another entity.
PERSONAL_GROUPS = words("government administration regime cabinet campaign team camp force forces army troops junta")
#: Of these, only as holder: harm to a jet is not harm to the state in the sense of a stance.
SPOKESPEOPLE = words("spokesman spokeswoman spokesperson official officials")
#: Nouns of conduct: to judge them is to judge whose they are.
CONDUCT = words(
    """
    handling decision attack invasion strike assault occupation treatment conduct behaviour behavior action
    response refusal failure move leadership performance record role effort stance remark comment statement
    speech crackdown war bombing aggression threat support management courage commitment work contribution
    sacrifice resilience hypocrisy announcement use violation annexation offer approach rhetoric lie withdrawal
    bravery generosity honesty cruelty tactic campaign shelling raid offensive intervention operation meddling
    interference silence inaction determination patience restraint position attitude claim accusation allegation
    judgment judgement call gesture involvement incursion abuse crime atrocity corruption incompetence policy
    proposal plan choice blockade strategy demand provocation bid candidacy coverage reporting nomination motive
    release interview apology vote
    """
)
#: Conduct that verbs of support and opposition take as a topic of its own.
TOPICS = words("policy proposal plan campaign strategy demand offer")
