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
        endorse praise thank applaud hail commend laud congratulate compliment salute honour honor
        celebrate defend vindicate exonerate champion welcome extol exalt glorify lionize lionise
        flatter eulogize eulogise bless approve recommend second credit cheer ~toast absolve reassure
        befriend ~court woo uphold vouch ~promote acclaim extoll fete ovation serenade idealise idealize romanticise
        romanticize whitewash ~encourage pardon ~tout hearten ~console ~comfort mourn ~urge_on congratulate
        adulate sanctify beatify glamorise glamorize hype ~excuse exculpate
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
        ostracize threaten ~challenge ~attack ~assail ~hammer ~skewer ~rip ~bash ~trash ~roast ~rap
        ~scorch ~flay ~pan ~torch discredit undercut impugn rubbish lament protest contradict defy heckle boo
        jeer menace intimidate bully harass antagonise antagonize provoke scapegoat disown chastise
        chasten fault tar ~shame ~humiliate ~knock ~ding ~target ~discount ~doubt ~question
        ~warn ~caution flout confront deplore bemoan lambaste pooh-pooh caricature satirise satirize stigmatise
        stigmatize dishonour dishonor besmirch traduce libel revile execrate anathematise excommunicate
        ~downplay ~undercut patronise patronize interrupt upbraid bait troll trash-talk vilipend
        ~grill calumniate disbelieve spurn misrepresent
        humble gaslight ~lecture flame
        badmouth diss slate browbeat ~pressure pressurise pressurize ~pester ~badger hector harangue ~nag
        ~needle goad parody spoof burlesque rebut gainsay sully tarnish blacken disrespect jilt deprecate
        reprove reprehend ~finger implicate incriminate vituperate ~expose ~unmask demean dehumanise
        dehumanize trivialise trivialize infantilise infantilize emasculate marginalise marginalize
        ~embarrass mortify hiss catcall barrack tease ~guilt-trip ~contest crucify second-guess abase
        misquote
        """,
        -1,
        "verbal",
    ),
    *_parse(
        """
        support back embrace forgive
        admire respect love adore trust revere cherish appreciate idolise idolize esteem venerate ~like ~value
        ~prize ~favour ~favor worship treasure ~hug sympathise sympathize prefer ~enjoy ~miss
        cosset hero-worship
        """,
        1,
        "attitude",
    ),
    *_parse(
        """
        hate distrust mistrust despise detest loathe resent abhor dislike disdain scorn disapprove
        begrudge oppose ~suspect ~fear
        abominate ~dread contemn disfavour disfavor ~envy
        """,
        -1,
        "attitude",
    ),
    *_parse(
        """
        arm fund finance bankroll subsidise subsidize sponsor subsidize aid assist help protect shield rescue
        bolster reinforce ~strengthen shelter harbour harbor ~supply reward ~liberate equip rearm resupply
        recognise recognize reinstate decorate knight compensate ~train underwrite evacuate
        rehabilitate ~empower ~spare safeguard ~feed rearm re-arm nurse rebuild restock ransom
        buttress pamper coddle cosset ~indulge
        abet ~save ~free endow nurture mentor ~foster succour succor indemnify provision fortify unban
        ~readmit reprieve amnesty befriend unfreeze ~relieve ~avenge ~exempt
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
        ~bomb ~pelt execute behead lynch
        ~stab ~shoot intercept harm hurt rob oppress enslave colonise colonize ravage
        bankrupt dispossess deport disqualify demote dismantle decimate eliminate subjugate subvert
        ~exploit ~manipulate outmanoeuvre wiretap bug surveil ~invade censor muzzle hound hunt stalk jam
        ram impound confiscate expropriate ~freeze penalize sack imprison
        wreck ruin scupper torpedo derail sink spite
        ~disarm ~neutralise ~neutralize repel repulse rout vandalise vandalize ~burn loot plunder
        shove pillage ransack kill slay ~provoke stonewall ~veto ~summon ~snatch ~seize ~disrupt smother
        assault batter bludgeon mug molest rape ~abuse maltreat mistreat manhandle flog ~slap ~punch
        headbutt strangle throttle maim mutilate decapitate knife bayonet firebomb nuke dynamite raze
        ~flatten obliterate annihilate ~devastate pulverise pulverize incinerate harry ~jail incarcerate
        banish usurp deselect ~fire ~axe ~dump jettison ~discard eject boot proscribe debar disbar ~suspend
        defrock unfrock decertify deplatform shadowban disinvite uninvite disenfranchise disinherit hobble
        hamstring ~hamper ~hinder ~impede stymie foil destabilise destabilize infiltrate doxx dox dupe
        hoodwink scam fleece bilk shortchange burgle ~stifle ~quell subdue ~vanquish ~conquer overrun
        ~capture dismember coerce counterattack waylay ~hijack commandeer tyrannise tyrannize brutalise
        brutalize victimise victimize entrap ensnare countersue picket blackball kneecap disobey sideline
        cold-shoulder pummel carpet-bomb napalm ~rocket grope torment short-change ~neglect ~exclude blindside
        strong-arm ~frame ~con disempower ~detain smite overpower ~outflank ~shaft ~squash ~squelch
        pauperise barricade guillotine garrotte
        """,
        -1,
        "material",
    ),
    # subject → prepositional object
    *_phrasal("donate_to ~contribute_to", 1, "material"),
    *_phrasal(
        """
        vote_with speak_for ~root_for vote_for campaign_for
        stick_up_for stand_up_for speak_up_for
        ~agree_with have_back apologise_to apologize_to
        ~lobby_for vouch_for fight_for plead_for ~intercede_for argue_for ~advocate_for
        speak_highly_of ~thank_to pray_for come_out_for gush_about/over rave_about
        ~rejoice_for cheer_for petition_for write_in_praise_of
        defer_to pander_to kowtow_to bow_to submit_to surrender_to
        wax_lyrical_about/over enthuse_about/over rhapsodise_about/over rhapsodize_about/over speak_well_of
        speak_warmly_of/about speak_fondly_of/about speak_admiringly_of speak_glowingly_of/about
        go_to_bat_for put_in_a_good_word_for come_out_in_support_of come_out_in_favour_of
        come_out_in_favor_of come_out_in_defence_of speak_out_in_support_of speak_up_in_support_of
        speak_in_support_of speak_in_defence_of speak_in_favour_of speak_in_favor_of speak_out_in_defence_of
        speak_out_for speak_out_in_favour_of stump_for canvass_for vote_in_favour_of vote_in_favor_of
        intervene_on_behalf_of campaign_on_behalf_of lobby_on_behalf_of plead_on_behalf_of testify_for
        testify_on_behalf_of rally_in_support_of demonstrate_in_support_of march_in_support_of rally_for
        demonstrate_for ~clap_for make_the_case_for grovel_to toady_to genuflect_to/before cave_in_to
        capitulate_to ~fundraise_for bat_for
        """,
        1,
        "verbal",
    ),
    *_phrasal(
        """
        speak_out_against lash_out_at hit_out_at hit_back_at rail_against/at inveigh_against protest_against
        rage_at/against fume_at campaign_against vote_against take_on
        push_back_against/on strike_back_at fire_back_at snap_at go_after rant_against/about sneer_at jeer_at
        scoff_at ~laugh_at complain_about testify_against rebel_against revolt_against disagree_with
        quarrel_with clash_with feud_with spar_with argue_with break_with cut_off_from distance_from ~part_with
        side_against rally_against lobby_against come_out_against swipe_at ~jab_at tear_into rip_into lay_into
        speak_against argue_against ~object_to ~warn_against retaliate_against demonstrate_against
        shout_at ~swear_at appeal_against ~recoil_from plot_against conspire_against
        discriminate_against crusade_against whinge_about fall_out_with lose_with
        write_against agitate_against grumble_about/at moan_about/at rage_about fulminate_against/at
        thunder_against/at bristle_at chafe_at/under lobby_against bark_at scream_at yell_at spit_at
        cry_foul_over ~gloat_over preach_against speak_ill_of make_fun_of poke_fun_at
        lie_to balk_at ~worry_about ~complain_of take_exception_to ~press_against
        lash_out_against strike_out_at hit_out_against round_on snipe_at carp_at/about cavil_at sniff_at
        tut_at/over look_askance_at look_down_his_nose_at scowl_at glare_at glower_at snarl_at growl_at
        hiss_at ~smirk_at curse_at bellow_at storm_at vent_at pick_on light_into ~pile_into ~pitch_into
        ~wade_into weigh_in_against come_down_hard_on have_a_go_at have_a_dig_at ~have_a_pop_at
        gripe_about/at grouse_about/at whine_about/at kvetch_about bellyache_about bitch_about
        sound_off_about/on/against/at mouth_off_about/at/against kick_against kick_out_against
        remonstrate_with expostulate_with bicker_with squabble_with tangle_with skirmish_with wrangle_with
        joust_with row_with scuffle_with have_words_with dissociate_from disassociate_from ~dissent_from
        ~split_with/from break_away_from defect_from secede_from ~walk_away_from ~back_away_from
        speak_disparagingly_of/about speak_dismissively_of/about cast_aspersions_on rise_against
        petition_against declaim_against remonstrate_against fight_back_against hit_back_against
        punch_back_at clap_back_at shoot_back_at kick_back_at kick_back_against jibe_at gibe_at
        go_public_against nag_at ~pounce_on ~jump_on beat_up_on leaflet_against canvass_against
        stump_against recriminate_against turn_up_the_heat_on turn_the_heat_on turn_the_screw_on/against
        tighten_the_screw_on put_the_squeeze_on put_the_screws_on put_the_boot_into call_time_on
        sit_in_judgment_on sit_in_judgement_on complain_against
        """,
        -1,
        "verbal",
    ),
    *_phrasal(
        """
        fight_against crack_down_on walk_out_on move_against act_against wage_on/against fire_on/at open_on
        ~march_on ~spy_on ~inform_on rise_up_against rise_against stand_up_to impose_on interfere_in/with
        meddle_in encroach_on infringe_on prey_on collude_against lash_back_at clamp_down_on
        bear_down_on advance_on trample_on/upon cheat_on renege_on
        gang_up_on/against mobilise_against mobilize_against mutiny_against go_to_war_with/against
        take_up_arms_against rain_down_on march_against snoop_on eavesdrop_on rat_on snitch_on squeal_on
        grass_on tattle_on run_out_on stomp_on stamp_on spit_on hang_up_on steal_from scheme_against
        intrigue_against machinate_against connive_against litigate_against intervene_against strike_against
        do_battle_with/against pull_the_rug_from_under go_to_court_against take_revenge_on wreak_revenge_on
        wreak_havoc_on get_even_with pull_a_fast_one_on ride_roughshod_over
        """,
        -1,
        "material",
    ),
    *_phrasal(
        """
            ally_with partner_with ~cooperate_with collaborate_with team_up_with join_with reconcile_with
            make_up_with unite_with
        band_together_with make_common_cause_with make_peace_with bury_the_hatchet_with mend_fences_with
        join_forces_with patch_it_up_with kiss_and_make_up_with get_on_well_with get_along_with
        hit_it_off_with see_eye_to_eye_with
        """,
        1,
        "relation",
    ),
)
_ATTITUDES = (
    *_phrasal(
        """
        stand_with stand_alongside sympathise_with sympathize_with side_with stand_by stand_behind stick_by believe_in
        ~warm_to swear_by dote_on ~care_about/for rely_on lean_toward/towards approve_of empathise_with empathize_with
        line_up_behind rally_behind/around/for unite_behind cosy_up_to cozy_up_to suck_up_to fawn_on/over/upon
        look_up_to ~fall_for long_for
        think_highly_of think_well_of think_the_world_of think_much_of swing_behind get_behind
        fall_in_behind row_in_behind come_down_on_the_side_of come_down_in_favour_of come_down_in_favor_of
        ~identify_with ~feel_for look_kindly_on/upon look_favourably_on/upon look_favorably_on/upon
        ~plump_for take_the_side_of close_ranks_behind close_ranks_around coalesce_around/behind
        keep_faith_with ~stick_with take_pity_on take_pride_in have_a_soft_spot_for have_a_high_opinion_of
        """,
        1,
        "attitude",
    ),
    *_phrasal(
        """
        turn_on/against despair_of ~tire_of disapprove_of look_down_on/upon sour_on think_little_of think_nothing_of
        think_ill_of think_poorly_of think_badly_of steer_clear_of take_a_dim_view_of have_a_low_opinion_of
        have_had_enough_of
        take_against give_up_on run_out_of_patience_with grow_tired_of grow_weary_of lose_confidence_in
        lose_trust_in
        """,
        -1,
        "attitude",
    ),
)
VERBS: dict[str, tuple[Cue, ...]] = {}
for _cue in (*_VERBS, *_ATTITUDES):
    VERBS[_cue.lemma] = (*VERBS.get(_cue.lemma, ()), _cue)

#: Verbs whose object feels something about their subject: "X's remarks angered Y" is Y's stance on X.
FELT: dict[str, Sign] = {
    **dict.fromkeys(
        words(
            """
            anger infuriate enrage outrage incense irk rile annoy irritate exasperate frustrate disappoint dismay appal
            appall horrify alarm disgust offend affront upset displease vex gall incense alienate unnerve worry trouble
            scandalise scandalize sicken repel aggrieve rankle embitter disillusion dishearten disturb perturb unsettle
            spook nauseate disenchant nettle peeve miff pique frighten terrify scare rattle bother
            """
        ),
        -1,
    ),
    **dict.fromkeys(
        words(
            """
            please delight impress charm inspire captivate enchant gladden thrill dazzle enthuse gratify enthral
            enthrall wow electrify beguile fascinate enamour
            """
        ),
        1,
    ),
}

#: Nouns: the holder is the owner, the "by"- or "from"-phrase, or the subject of a light verb.
_NOUNS = (
    *_parse("support backing", 1, "attitude", "for of"),
    *_parse("endorsement approval", 1, "verbal", "for of"),
    *_parse("praise plaudit accolade compliment", 1, "verbal", "for of on upon"),
    *_parse("hope sympathies enthusiasm fondness reverence", 1, "attitude", "for"),
    *_parse("vote", 1, "material", "for"),
    *_parse("vote", -1, "material", "against"),
    *_parse(
        "applause sympathy admiration respect affection love appreciation gratitude enthusiasm acclaim",
        1,
        "verbal",
        "for",
    ),
    *_parse("solidarity", 1, "verbal", "with"),
    *_parse("thanks tribute congratulation apology homage salute gratitude", 1, "verbal", "to"),
    *_parse("loyalty allegiance commitment devotion", 1, "attitude", "to"),
    *_parse("trust confidence faith", 1, "attitude", "in"),
    *_parse("defence defense", 1, "verbal", "of"),
    *_parse("criticism condemnation denunciation rejection mockery critique indictment ridicule", -1, "verbal", "of"),
    *_parse("warning rebuke reprimand retort riposte insult ultimatum", -1, "verbal", "to for at"),
    *_parse("concern worry alarm dismay disappointment misgiving doubt", -1, "verbal", "about over with"),
    *_parse("complaint", -1, "verbal", "about over"),
    *_parse("protest", -1, "verbal", "with at to"),
    *_parse("firmness toughness defiance coldness", -1, "verbal", "towards toward of against"),
    *_parse("fight battle struggle charge case motion verdict", -1, "material", "against"),
    *_parse("patience disillusion disenchantment dissatisfaction frustration exasperation", -1, "attitude", "with"),
    *_parse("opposition objection", -1, "verbal", "to"),
    *_parse(
        """
            accusation allegation complaint campaign tirade protest grievance grudge rhetoric invective diatribe
            outburst smear barb tirade onslaught polemic vitriol slur taunt
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
    *_parse("fury wrath ire rage", -1, "attitude", "at with over against"),
    *_parse("veto", -1, "material", "of on against"),
    *_parse("resistance defiance backlash outcry", -1, "verbal", "to against"),
    *_parse("concession favour favor", 1, "material", "to"),
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
    *_parse("quarrel dispute", -1, "attitude", "with"),
    *_parse(
        "feud rivalry enmity row spat rift conflict clash standoff tension vendetta hostility", -1, "relation", "with"
    ),
    *_parse(
        """
        alliance friendship reconciliation rapprochement partnership camaraderie bond entente detente brotherhood
        comradeship kinship fellowship rapport ~coalition ~axis
        """,
        1,
        "relation",
        "with",
    ),
    *_parse(
        """
        falling-out run-in altercation confrontation showdown stand-off rupture skirmish scuffle bust-up war-of-words
        bad-blood acrimony friction antagonism ~split ~breach wrangle argument estrangement ~tussle slanging-match
        shouting-match hostilities war
        """,
        -1,
        "relation",
        "with",
    ),
    *_parse(
        """
        esteem adoration adulation veneration goodwill fervour fervor predilection preference regard advocacy reverence
        empathy compassion awe attachment liking weakness infatuation
        """,
        1,
        "attitude",
        "for of to towards toward",
    ),
    *_parse(
        "fealty fidelity obedience attachment deference friendliness kindness warmth favouritism favoritism goodwill "
        "generosity affection leniency",
        1,
        "attitude",
        "to toward towards",
    ),
    *_parse(
        "eulogy panegyric paean ode toast encomium ovation blessing encouragement compliment",
        1,
        "verbal",
        "to for on of",
    ),
    *_parse(
        "commendation congratulations glorification veneration idolisation idolization vindication exoneration",
        1,
        "verbal",
        "of for to",
    ),
    *_parse("welcome", 1, "verbal", "for to"),
    *_parse(
        "donation gift subsidy bailout bail-out rescue asylum refuge sanctuary clemency pardon amnesty lifeline "
        "handout sponsorship patronage financing protection recognition bequest endowment",
        1,
        "material",
        "to for of",
    ),
    *_parse(
        """
        censure reproof castigation vilification disparagement denigration derision demonisation demonization
        excoriation put-down putdown takedown lampoon parody caricature satire character-assassination repudiation
        disavowal scapegoating disapproval dressing-down upbraiding
        """,
        -1,
        "verbal",
        "of",
    ),
    *_parse(
        """
        harangue philippic screed rant rants jibe gibe sneer jeer catcall potshot pot-shot sideswipe brickbat abuse
        barrage-of-abuse expletive obscenity epithet aspersion invective bile venom
        """,
        -1,
        "verbal",
        "at against about on towards toward",
    ),
    *_parse("snub rebuff slight put-down affront", -1, "verbal", "to of"),
    *_parse("counterclaim claim injunction proceedings writ counter-suit countersuit", -1, "material", "against"),
    *_parse(
        "petition demonstration rally march picket vigil denunciation sermon editorial manifesto pamphlet",
        -1,
        "verbal",
        "against",
    ),
    *_parse(
        """
        uprising revolt rebellion mutiny insurrection insurgency coup putsch plot conspiracy counteroffensive
        counter-offensive counterattack counter-attack pogrom intrigue cyberattack cyber-attack onslaught blitz
        witch-hunt witchhunt hate-campaign intifada discrimination
        """,
        -1,
        "material",
        "against on",
    ),
    *_parse("incursion foray infiltration", -1, "material", "into of"),
    *_parse(
        """
        ambush assassination murder kidnapping abduction poisoning expulsion deportation ouster sacking purge torture
        harassment intimidation oppression repression subjugation exploitation humiliation maltreatment mistreatment
        ill-treatment victimisation victimization blacklisting sabotage massacre slaughter beating destabilisation
        destabilization dispossession enslavement exclusion proscription
        """,
        -1,
        "material",
        "of",
    ),
    *_parse(
        "clampdown restriction penalty punishment sanctions reprisals retribution revenge vengeance curb",
        -1,
        "material",
        "on against for",
    ),
    *_parse("interference meddling intrusion", -1, "material", "in into"),
    *_parse(
        "prejudice bias grievances malice rancour rancor spite bitterness vindictiveness",
        -1,
        "attitude",
        "against towards toward at",
    ),
    *_parse(
        "scepticism skepticism cynicism unease disquiet qualm reservation anxiety paranoia",
        -1,
        "attitude",
        "about of towards toward over with",
    ),
    *_parse(
        """
        discontent unhappiness displeasure annoyance irritation impatience disgust dissatisfaction disagreement
        beef disaffection weariness indignation
        """,
        -1,
        "attitude",
        "with at over about",
    ),
    *_parse(
        "revulsion abhorrence aversion disgust detestation antipathy repugnance odium",
        -1,
        "attitude",
        "for of to at towards toward",
    ),
    *_parse(
        "disloyalty disobedience insubordination ingratitude rudeness cruelty brutality",
        -1,
        "attitude",
        "to towards toward",
    ),
    *_parse("ill-will illwill malevolence vitriol", -1, "attitude", "towards toward for against at"),
    *_parse("desertion abandonment snubbing shunning ostracism vandalism", -1, "material", "of"),
    *_parse("picket", -1, "material", "of at outside against"),
    *_parse("reproach recrimination libel slander calumny insinuation innuendo", -1, "verbal", "against of at"),
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
    lodge register file hold utter mutter fling shower hand reserve sound
    table submit move approve adopt sign form forge strike deepen seal direct aim hurl pursue prosecute escalate join
    signal spew vent spit underline underscore stress emphasise emphasize communicate demonstrate display exhibit
    evince extend proffer tender accord bestow confer muster marshal nurse nurture cherish retain resume relaunch revive
    reimpose toughen broaden widen ratchet orchestrate engineer mastermind hatch spearhead coordinate perpetrate
    commit inflict exact wreak plot post publish pen write second confess admit avow proclaim affirm sow
    stoke foment incite back rally heap shout scream bellow compose circulate undertake run secure organise organize
    lob direct level train reignite rekindle unveil instigate vocalise air amplify repay cement renew pronounce return
    """
)
LIGHT_INTENDED = words("pledge promise threaten plan propose seek demand urge want vow prepare call advocate")
#: Verbs that take it back: favour ends and turns against.
WITHDRAW = words(
    """
        withdraw end cut drop suspend pull halt stop freeze slash rescind revoke retract scrap cancel reduce
        yank axe curtail discontinue terminate halve trim
        refuse deny lose renounce block abandon withhold pull
    """
)
LIFT = words("lift ease remove end drop suspend relax waive scrap repeal abolish cancel rescind revoke loosen")
#: "A libel action against Y" is a lawsuit.
COURT_ACTIONS = words("legal court libel civil class defamation slander damages criminal disciplinary industrial")
#: Verbs and nouns of trade cut off, whose goods come from the one meant: "embargo timber from Y".
#: What is hit where somebody's forces are.
POSITIONS = words(
    """target position base stronghold facility site convoy camp depot tunnel bunker outpost launcher garrison patrol
    warship frigate vessel trawler tanker embassy consulate headquarters newsroom barracks airbase checkpoint"""
)
TRADE = words("embargo boycott ban blockade tariff levy duty")
#: What is thrown at somebody and hurts nobody.
HARMLESS = words("glance look smile kiss party ball question light weight shadow flower rose petal confetti challenge")
THROW = words("throw hurl fling chuck lob sling")
LIFTABLE = words("sanction sanctions embargo tariff boycott blockade ban siege restriction penalty")
#: Verbs whose subject is the target of the noun: "drew criticism from".
RECEIVE = words(
    """
        receive win get draw earn face meet trigger prompt invite incite attract enjoy have meet garner
        secure gain suffer endure incur provoke spark encounter trigger generate elicit take attract command reap
        stir rouse arouse ignite fuel evoke excite bring cause garner weather withstand sustain survive brave merit
        court fend stoke unleash
        """
)

#: Things that are sent, and what sending them means.
GIFTS = words(
    """
        aid weapon arm weaponry ammunition missile rocket tank jet drone fund money cash loan grant troops
        reinforcement assistance relief equipment accommodation housing lodging funding financing ammo drones arms
    """
    "artillery donation subsidy supplies interceptor lorry truck ambulance vehicle plane helicopter aircraft "
    "lifeline guarantee asylum refuge sanctuary haven scholarship loan credit bailout pardon clemency shelter "
    "generator battery shell tent medicine vaccine food grain blanket rifle gun ammunition howitzer radar body-armour"
)
GIVE = words(
    """
        send give donate hand ferry airlift funnel channel supply deliver provide ship grant donate lend
        offer transfer dispatch pledge promise extend throw lend accord
        """
)
PROJECTILES = words("missile rocket shell bomb drone mortar shot grenade salvo barrage torpedo airstrike strike")
SHOOT = words("fire launch lob drop hurl rain shoot lob")

#: Idioms that show something only where they are refused: "would not shake hands with".
ONLY_REFUSED = frozenset(
    {
        ("shake", "hand"),
        ("take", "call"),
        ("look", "eye"),
        *(("share", x) for x in ("stage", "platform", "table", "room")),
    }
)

#: Verbs that show something only where they are refused, and the preposition before whom: "refused to meet Y".
SHUNNED: dict[str, frozenset[str]] = {
    **dict.fromkeys(words("meet receive see recognise recognize acknowledge greet host"), frozenset({""})),
    **dict.fromkeys(words("talk speak"), frozenset({"to", "with"})),
    **dict.fromkeys(words("negotiate deal cooperate co-operate collaborate work sit debate"), frozenset({"with"})),
}

#: Adjectives that stand with a preposition: "critical of".
ADJECTIVES = {
    cue.lemma: cue
    for cue in (
        *_parse(
            """
                critical contemptuous dismissive scornful wary suspicious skeptical sceptical disdainful
                distrustful intolerant resentful mistrustful afraid tired sick weary envious jealous
            """,
            -1,
            "attitude",
            "of",
        ),
        *_parse(
            "hostile opposed antagonistic disloyal allergic cold rude cruel unfair", -1, "attitude", "to toward towards"
        ),
        *_parse(
            """
                angry furious unhappy disappointed dissatisfied frustrated disgusted exasperated irate livid
                disillusioned annoyed disappointed impatient cross incensed outraged fed appalled
                horrified upset
                strict harsh tough
            """,
            -1,
            "attitude",
            "with at by on",
        ),
        *_parse("disappointed disillusioned", -1, "attitude", "in"),
        *_parse("finished", -1, "attitude", "with"),
        *_parse("supportive appreciative proud fond respectful", 1, "attitude", "of"),
        *_parse(
            """
        loyal grateful thankful sympathetic friendly committed devoted faithful indebted deferential
        kind generous
        """,
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
    **dict.fromkeys(
        words(
            """ally partner comrade confidant confidante soulmate buddy pal chum bedfellow brother-in-arms protege
            protégé"""
        ),
        (1, True),
    ),
    **dict.fromkeys(
        words("rival enemy foe adversary archrival arch-rival nemesis archenemy arch-enemy arch-foe"), (-1, True)
    ),
    **dict.fromkeys(
        words(
            """
                supporter backer admirer defender champion loyalist fan follower sympathiser sympathizer
                apologist booster cheerleader protector disciple acolyte benefactor patron sponsor donor
                adherent devotee well-wisher stalwart confederate mentor financier bankroller funder saviour rescuer
                worshipper flatterer toady partisan believer guardian
            """
        ),
        (1, False),
    ),
    "friend": (1, False),
    **dict.fromkeys(
        words(
            """
            critic opponent detractor accuser challenger hater antagonist scourge persecutor denouncer tormentor
            oppressor doubter sceptic skeptic naysayer basher slanderer heckler betrayer usurper mocker assailant
            attacker
            """
        ),
        (-1, False),
    ),
}
#: "at odds with", "at war with": preposition and noun.
STANDING: dict[tuple[str, str], Sign] = {
    ("at", "odd"): -1,
    ("at", "odds"): -1,
    ("at", "war"): -1,
    ("at", "loggerhead"): -1,
    ("at", "loggerheads"): -1,
    ("in", "conflict"): -1,
    ("on", "term"): -1,
    ("in", "league"): 1,
    ("in", "dispute"): -1,
    ("at", "variance"): -1,
    ("in", "cahoots"): 1,
    ("in", "solidarity"): 1,
    ("at", "dagger"): -1,
    ("at", "daggers"): -1,
    ("in", "lockstep"): 1,
}

#: Prepositional verbs that hold of both alike.
BOTH_WAYS = words("clash feud quarrel spar fall bicker squabble tangle skirmish wrangle scuffle")
#: Who stands for a state where they are summoned.
ENVOYS = words("ambassador envoy consul diplomat ambassadors")
#: "Took X to court".
BROUGHT = frozenset(
    {("take", "court"), ("drag", "court"), ("haul", "court"), ("bring", "justice"), ("hold", "account")}
    | {("call", "account"), ("take", "task"), ("bring", "account"), ("bring", "court"), ("put", "shame")}
)
LEAVE = words("leave quit withdraw walk resign pull storm exit boycott")
#: What somebody is who gets it all: "a target of X's anger".
BUTT = words("target object subject focus butt brunt victim recipient")
#: What a feeling does that ends.
FADE = words("fade wane evaporate vanish disappear cool drain dwindle crumble collapse erode shrink die melt falter")
#: What somebody is asked to do who does wrong.
UNDO = words(
    "resign quit stop halt end cease withdraw release apologise apologize leave lift drop retract reverse scrap go step"
)
#: What is asked for somebody by whoever is for them, and how it is asked.
FREEDOM = words("release freedom pardon acquittal reinstatement rehabilitation freeing")
DEMANDING = dict.fromkeys(
    (
        *words("demand seek urge request"),
        *(f"{verb} for" for verb in words("call appeal press push campaign plead lobby petition pray")),
    ),
    1,
)
#: Verbs whose "for" tells a deed of their own subject: "apologised to X for insulting Y".
OWN_DEED = words("apologise apologize use need wait vote fight campaign")
#: Texts whose author acts through them: "a letter by X attacking Y".
WRITINGS = words("letter report article column statement book study paper essay editorial speech memo email tweet post")
#: Texts of a body, or of those who sign them.
MOTIONS = words("resolution motion bill petition declaration amendment communique brief op-ed film song placard banner")
#: Who does this to a text says what it says.
STANDS_BEHIND = words(
    """sign publish issue release write pass adopt approve table introduce submit move propose second back support
    endorse draft send post deliver circulate file unveil wave record co-sign cosign author pen carry hold file"""
)
#: "Loved working with Y".
LIKED: dict[str, Sign] = {"love": 1, "enjoy": 1, "adore": 1, "like": 1, "hate": -1, "loathe": -1, "dislike": -1}
#: "Kind words for", "nothing good to say about".
WORDS_FOR: dict[str, Sign] = {
    **dict.fromkeys(words("kind warm generous nice good warmest kindest high flattering positive encouraging"), 1),
    **dict.fromkeys(
        words(
            """harsh harsher harshest sharp sharpest tough toughest strong strongest stern bitter scathing choice unkind
            angry cutting withering acid hard bad negative critical blistering caustic choicest"""
        ),
        -1,
    ),
}
#: What an agent stands behind without a by-phrase: "on X's orders".
BY_ORDER = words(
    "order orders behest bidding urging insistence instigation initiative hand "
    "instruction command request direction decree letter gift"
)
#: Measures and shapes of a noun cue: "a word of praise".
MEASURES = words(
    "word message motion vote expression note gesture act wave torrent sign show barrage storm chorus letter shred "
    "lot deal package round set series raft slew string"
)
#: What befalls somebody; who welcomes it is against them.
HARM = words(
    """
        ruin defeat death collapse downfall failure removal arrest resignation fall demise killing
        humiliation conviction ouster ousting overthrow expulsion dismissal sacking firing impeachment prosecution
        imprisonment jailing suspension censure disqualification eviction deportation demotion disbarment
        """
)


def _idioms(text: str) -> dict[str, dict[str, tuple[frozenset[str], Sign, Act]]]:
    out: dict[str, dict[str, tuple[frozenset[str], Sign, Act]]] = {}
    for line in text.strip().splitlines():
        verb, noun, preps, sign, act = line.split()
        for one in verb.split("/"):
            frame = (frozenset(preps.split("/")), 1 if sign == "+" else -1, act)
            for each in noun.split("/"):
                out.setdefault(one, {})[each] = frame  # type: ignore[assignment]
    return out


#: Verb, noun, prepositions to the target (``'s``: its owner), sign, act.
IDIOMS = _idioms(
    """
run patience with - attitude
rule talk/negotiation/meeting/deal/alliance/coalition/pact/compromise/dialogue with - attitude
refuse talk/negotiation/dialogue with - attitude
shake hand with/'s + attitude
share stage/platform/table/room with + attitude
take call from/'s + attitude
look eye in/dat + attitude
lose patience with - attitude
lose faith in - attitude
turn back on - material
throw weight behind + attitude
throw support behind + attitude
put weight behind + attitude
take side with + attitude
rally side of/'s + attitude
come side of/'s + attitude
spring defence of/'s + verbal
spring defense of/'s + verbal
rush defence of/'s + verbal
leap defence of/'s + verbal
pull plug on - material
put trust in + attitude
put faith in + attitude
place trust in + attitude
mince word about - verbal
level charge at/against - verbal
lay blame on/at/with - verbal
pin blame on - verbal
have stomach for + attitude
give support to + attitude
ride roughshod over - material
take side against - attitude
point finger at - verbal
take aim at - verbal
take issue with - verbal
take exception to - verbal
take offence at - attitude
take offense at - attitude
take umbrage at - attitude
pour scorn on/upon - verbal
heap scorn on/upon - verbal
close rank behind/around + attitude
come defence of/'s + verbal
come defense of/'s + verbal
come aid of/'s + material
come rescue of/'s + material
wash hand of - attitude
put/pile/heap pressure on/upon - material
declare war on/against - material
sever/cut/break tie with/to - material
sever/cut/break relation with - material
sever/cut/break link with/to - material
restore/deepen/strengthen/forge/establish tie with + relation
restore/deepen/strengthen/forge/establish relation with + relation
cast/raise doubt on/upon/about - verbal
raise/voice/express concern about/over - verbal
close/shut/slam door on/to - material
close/shut canal to - material
close/shut border to/with - material
close/shut road to - material
close/shut airspace to - material
close/shut port to - material
lead charge against - verbal
take side of/'s + attitude
call head of/'s - verbal
bring/take/start/launch/begin/threaten action against - material
withhold vote from - attitude
bear grudge against - attitude
hold grudge against - attitude
hold accident against - attitude
hold it against - attitude
wage campaign against - material
bring charge against - material
file charge against - material
raise voice against - verbal
do justice to + verbal
make mockery of - verbal
make case against - verbal
give vote to + material
cast vote for + material
cast vote against - material
have regard for + attitude
have time for + attitude
sing praise of/'s + verbal
sing praises of/'s + verbal
stand shoulder with + attitude
take action against - material
take measure against - material
keep distance from - attitude
extend hand to + attitude
lay siege to - material
mount challenge to/against - verbal
open fire on/at - material
draw line at - verbal
give shrift dat/to - verbal
read riot dat - verbal
read act dat - verbal
give shoulder dat/to - verbal
give welcome dat/to + verbal
give ovation dat/to + verbal
give dressing dat/to - verbal
give tongue dat - verbal
give backing dat/to + attitude
give benefit dat/to + attitude
give hand dat/to + material
lend hand dat/to + material
lend ear dat/to + attitude
turn ear to - attitude
turn nose at - attitude
do disservice dat/to - material
do injustice dat/to - verbal
bear grudge dat/against - attitude
bear malice dat/towards/toward/against - attitude
bear ill dat/towards/toward - attitude
owe gratitude dat/to + attitude
pay compliment dat/to + verbal
deal blow dat/to - material
deal slap dat/to - verbal
show contempt dat/for - attitude
tip/doff/raise/take hat to + verbal
raise glass to + verbal
roll eye at - verbal
shake fist at - verbal
look nose at - attitude
pour water on/over - verbal
throw water on/over - verbal
take swipe at - verbal
take dig at - verbal
take jab at - verbal
take potshot at - verbal
take shot at - verbal
pick fight with - verbal
pick quarrel with - verbal
pick hole in - verbal
rise defence of/'s + verbal
rise defense of/'s + verbal
jump defence of/'s + verbal
jump defense of/'s + verbal
jump/leap/rush/spring/rally aid of/'s + material
rush/ride/go rescue of/'s + material
pin hope on + attitude
nail colour to + attitude
question/doubt fitness/judgment/judgement/competence/credibility/integrity/loyalty/honesty/motive 's/of - verbal
question/doubt sanity/commitment/patriotism/character/temperament/ability/qualification 's/of - verbal
question/doubt impartiality/legitimacy/sincerity/independence/stability/suitability 's/of - verbal
hold/host/throw/headline fundraiser for + material
throw lot with + attitude
cast lot with + attitude
refuse hand 's/of - verbal
refuse/deny/withhold entry/entrance/visa/admission/access/asylum to/dat - material
refuse/deny/withhold accreditation/passage/shelter/refuge/audience to/dat - material
recall/withdraw ambassador from - material
recall/withdraw envoy from - material
recall/withdraw diplomat from - material
sever/break relations with - material
sever/cut/break ties with/to - material
expel diplomat from - material
turn gun on/against - material
turn fire on/against - verbal
train gun on - material
hurl/shout/scream/heap abuse at/on - verbal
show door dat/to - material
take knife to - verbal
put boot into - verbal
stab back * - material
throw bus * - material
throw wolf * - material
hold regard * + attitude
hold esteem * + attitude
hold affection * + attitude
hold disdain * - attitude
take wing * + material
put pedestal * + attitude
leave lurch * - material
keep/put/place blacklist * - material
report police * - material
report league * - material
report authority * - material
report regulator * - material
drum/hound office * - material
hold contempt * - attitude
leave/keep/strike/drop list * - material
run/chase/drive/hound/bundle/march land/property/farm/estate/premises * - material
wish luck/success/strength/recovery/happiness dat + attitude
wish ill/harm/misfortune dat - attitude
hear word/syllable against - attitude
brook/tolerate/stand criticism of - attitude
say word against - verbal
"""
)
#: Verb and particle with an object.
_PHRASAL: tuple[tuple[Sign, Act, str], ...] = (
    (
        -1,
        "verbal",
        """
            write_off call_out dress_down put_down run_down tell_off shout_down tear_apart take_apart
            brush_off slap_down shoot_down play_down tick_off chew_out
            """,
    ),
    (
        -1,
        "material",
        """
            freeze_out kick_out throw_out drive_out shut_out push_out force_out vote_out wipe_out lock_out let_down
            ~turn_away beat_up cut_off cut_loose sell_out ~turn_down fight_off shake_down rip_off ~take_on stab_in
            hunt_down gun_down cast_out root_out
            """,
    ),
    (1, "material", "prop_up bail_out back_up build_up shore_up help_out"),
    (1, "verbal", "talk_up cheer_on egg_on urge_on"),
)
PHRASAL = {
    tuple(pair.removeprefix("~").split("_")): Cue(pair.split("_")[0], sign, act, weak=pair.startswith("~"))
    for sign, act, text in _PHRASAL
    for pair in text.split()
}
#: "The feud between X and Y".
MUTUAL_NOUNS: dict[str, Sign] = {
    **dict.fromkeys(
        words(
            "feud rivalry quarrel enmity spat rift conflict war standoff hostility animosity row clash tension dispute"
        ),
        -1,
    ),
    **dict.fromkeys(words("friendship alliance reconciliation rapprochement camaraderie"), 1),
}
#: "X and Y have quarrelled": sign and particle.
MUTUAL_VERBS: dict[str, tuple[Sign, str]] = {
    **dict.fromkeys(
        words("quarrel feud clash argue spar bicker squabble wrangle tussle skirmish scuffle brawl"), (-1, "")
    ),
    "fall": (-1, "out"),
    "make": (1, "up"),
    "reconcile": (1, ""),
    "embrace": (1, ""),
    "hug": (1, ""),
}

#: What one may reject without judging who said it.
CLAIMS = words("claim allegation accusation report rumour rumor suggestion charge assertion")
#: Favour that one has of somebody: "won the backing of X".
HAD = words("receive win get have enjoy retain secure gain lose command keep earn promise offer give grant deny count")


# Verbs that govern the cue's clause.
REFUSE = words("refuse decline fail neglect hesitate forget")
#: Of these and of STOP, the ones that, negated, leave the plain fact: "did not hesitate to back".
UNDONE = words("fail neglect hesitate forget stop cease quit halt wait waver")
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

#: Nouns that only count those after them.
QUANTITIES = words("number majority handful dozen hundred thousand couple series string group wave host raft")
#: Nouns by which a state or body acts: whoever is named beside them is meant.
GROUPS = words(
    """
    government administration regime force forces army military troops troop authority authorities ministry
    parliament navy leadership junta cabinet official officials soldier soldiers fighter fighters militant
    militants warplane warplanes jet jets artillery missile missiles drone drones state republic airstrike
    diplomat diplomats commander commanders negotiator negotiators delegation mediator mediators officer mediators
    officers envoy envoys member members ruler rulers
    ship ships vessel vessels trawler trawlers embassy consulate broadcaster team rebels citizen citizens
    representative representatives senator senators deputy deputies ambassador consul chief chiefs boss bosses
    spokespeople minister ministers regulator regulators union council court air-force policeman policemen
    rebel insurgent executive executives management
    board lawmaker lawmakers security police spokesman spokeswoman spokesperson rebels insurgents gunmen gunman
    group movement party company firm giant maker carmaker planemaker agency people campaign team camp activist
    politician politicians activists prosecutor prosecutors newspaper
    """
)
#: Of these, the ones that stand for the person named beside them; a person's party is another entity.
PERSONAL_GROUPS = words("government administration regime cabinet campaign team camp force forces army troops junta")
#: Of these, only as holder: harm to a jet is not harm to the state in the sense of a stance.
SPOKESPEOPLE = words("spokesman spokeswoman spokesperson official officials")
#: Deeds that can be done for or against a policy, a deal or a law.
TOPIC_DEEDS = words(
    "fund finance block obstruct veto sabotage undermine boycott ban outlaw sink scupper derail torpedo"
)
#: Conduct that verbs of support and opposition take as a topic of its own.
TOPICS = words("policy proposal plan campaign strategy demand offer")

#: Deeds that reach the owner of the thing they are done to: "froze X's deposits", "rebuilt X's bridges".
ON_THINGS = words(
    """
    bomb bombard shell raid hack jam seize impound confiscate commandeer expropriate nationalise nationalize freeze
    loot plunder pillage ransack ravage raze destroy dynamite firebomb torch burn vandalise vandalize sabotage sink ram
    torpedo strafe intercept blockade besiege storm invade annex occupy strike hit pound attack flatten obliterate
    wreck cripple bug wiretap infiltrate burgle steal hijack expel boycott ban rebuild repair restore airlift subsidise
    subsidize bankroll fund finance arm rearm train equip resupply ambush overrun rocket mortar picket
    """
)
#: What one owns in name only, or is no thing: a deed to it is none to the owner.
NO_THINGS = words(
    """
    record chance hope ambition plan bid brother sister mother father son daughter wife husband cousin driver friend
    neighbour neighbor colleague film book song album novel play show team-mate rival enemy critic opponent
    """
)
#: Verbs that mean a stance only where they are done to a person.
ON_PERSONS = words("fire axe dump boot eject slap punch frame con discard jettison finger hug knife jilt")
#: Verbs that are procedure for courts and police, and coercion by a state.
BY_STATES = words("jail detain incarcerate imprison capture")
#: What two do to each other by verb and noun: "locked horns", "came to blows", "buried the hatchet".
MUTUAL_IDIOMS: dict[tuple[str, str], Sign] = {
    **dict.fromkeys(
        [
            ("lock", "horn"),
            ("lock", "horns"),
            ("cross", "sword"),
            ("butt", "head"),
            ("come", "blow"),
            ("part", "way"),
            ("part", "company"),
            ("trade", "barb"),
            ("trade", "insult"),
            ("trade", "blow"),
            ("trade", "accusation"),
            ("trade", "jibe"),
            ("exchange", "insult"),
            ("exchange", "barb"),
            ("exchange", "blow"),
            ("exchange", "accusation"),
            ("exchange", "fire"),
            ("exchange", "gunfire"),
            ("exchange", "strike"),
            ("exchange", "threat"),
            ("trade", "fire"),
            ("trade", "threat"),
            ("go", "war"),
            ("do", "battle"),
        ],
        -1,
    ),
    **dict.fromkeys(
        [
            ("bury", "hatchet"),
            ("mend", "fence"),
            ("join", "force"),
            ("make", "peace"),
            ("make", "cause"),
            ("patch", "difference"),
            ("patch", "quarrel"),
            ("settle", "quarrel"),
            ("settle", "difference"),
            ("restore", "relation"),
            ("restore", "tie"),
            ("renew", "friendship"),
            ("sign", "alliance"),
        ],
        1,
    ),
}
