"""Evaluative words: what judges whom it is said of, and the verbs that say so."""

from pipeline.tag.words import words

#: Verbs that say what somebody is: "called Y a coward", "described Y as".
NAMING = words(
    """
    call brand label dub deem term consider describe denounce dismiss hail portray characterise characterize
    regard paint slam blast praise accuse see view depict cast tag decry condemn mock ridicule deride rate
    pronounce reject declare treat find style name write criticise criticize attack
    """
)
#: Nouns and adjectives that judge whom they are said of.
GOOD = words(
    """
    hero heroine genius friend saint patriot visionary inspiration champion saviour savior treasure legend brave
    courageous honest decent brilliant admirable heroic outstanding remarkable trustworthy wonderful fantastic
    terrific honourable honorable wise principled best finest greatest asset ally leader gem star master
    talented gifted dedicated tireless fearless humane generous kind noble capable competent devoted selfless
    inspiring inspirational amazing incredible superb splendid sincere upright dignified marvel role-model
    exemplary impeccable tremendous
    """
)
BAD = words(
    """
    liar traitor coward disgrace dictator tyrant fraud criminal thug fool idiot hypocrite murderer thief crook
    racist fascist terrorist extremist menace disaster failure embarrassment bully charlatan demagogue clown
    puppet warmonger butcher aggressor oppressor monster killer conman parasite threat danger laughing-stock
    incompetent corrupt dishonest reckless irresponsible disgraceful shameful cowardly dangerous unfit
    hypocritical cruel evil weak pathetic ridiculous untrustworthy unreliable selfish greedy cynical callous
    unacceptable outrageous despicable contemptible barbaric brutal delusional deranged lie swamp spy gambler
    wrong wrongheaded mad insane rotten vile vicious nasty disgusting repugnant reprehensible appalling horrible
    terrible awful catastrophic disastrous shambles joke farce scandal outrage insult abomination scum vermin
    rat snake wolf devil demon killers scoundrel rogue villain imposter impostor quack dunce ignoramus loser
    moron lunatic maniac psychopath predator swindler gangster mobster racketeer war-criminal oligarch despot
    autocrat usurper turncoat sellout sell-out lapdog poodle pawn lackey disloyal dishonourable dishonorable
    unpatriotic undemocratic unjust unfair illegal illegitimate inhumane inhuman savage bloodthirsty merciless
    spineless gutless clownish vain vindictive petty mean bigoted sexist misogynist antisemitic xenophobic
    hateful divisive destructive incapable ineffective useless worthless hopeless unscrupulous deceitful
    mendacious fraudulent crooked worst weakest shambolic chaotic negligent complicit blackmailer bigot zealot
    fanatic thieves hollow ludicrous absurd idiotic stupid foolish naive misguided mistaken short-sighted
    shortsighted wimp embarrassing arrogant immoral lawless lazy inept clueless toxic heartless ruthless
    treacherous
    """
)
#: Verbs by which a speaker judges their subject.
BAD_DOING = words(
    """
    lie betray cheat mislead deceive fail bungle botch blunder squander ruin wreck destroy flout ignore violate
    steal rob lack disgrace dishonour dishonor abandon
    """
)
GOOD_DOING = words(
    """
    excel shine inspire
    """
)
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
    release interview apology vote version account failing mishandling tone firmness rule skill credibility
    integrity personality character tweet style legacy presidency tenure argument criticism appointment victory
    boast warning vision idea view politeness stewardship reign insult arrogance greed recklessness negligence
    secrecy delay
    """
)
#: Words of an author who has judged already.
LABELS_BEFORE = words(
    """
    puppet so-called self-styled notorious disgraced self-proclaimed murderous despotic tyrannical warmongering
    war-mongering genocidal fascist thuggish
    """
)
LABELS_AFTER = words(
    """
    regime clique henchman henchmen stooge lackey cabal goon thug mouthpiece crony cronies
    """
)
LABELS_GOOD = words(
    """
    beloved heroic visionary
    """
)
