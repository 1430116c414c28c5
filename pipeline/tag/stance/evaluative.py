"""Evaluative words: what judges whom it is said of, and the frames and figures of speech in which it does.

``FIGURES`` is a table of predicates, sign first, in lemmas without articles and possessives: ``~`` stands for up to
five words, ``/`` parts alternatives, and ``!`` after the sign allows "should", "must", "ought to".
"""

from pipeline.tag.words import words

#: Verbs that say what somebody is: "called Y a coward", "described Y as", "likened Y to".
NAMING = words(
    """
    refer talk
    call brand label dub deem term consider describe denounce dismiss hail portray characterise characterize
    regard paint slam blast praise accuse see view depict cast tag decry condemn mock ridicule deride rate
    pronounce reject declare treat find style name write criticise criticize attack think compare liken equate
    refer laud salute acclaim applaud celebrate castigate caricature pillory vilify demonise demonize lambast
    revile extol speak proclaim rubbish disparage acknowledge honour honor admire trash diss categorise
    categorize classify picture perceive champion unmask expose stigmatise stigmatize scorn lampoon satirise
    """
)
#: Nouns and adjectives that judge whom they are said of. What may as well be told of somebody's state, health, form or
#: trade ("sick", "poor", "critical", "strong", "effective") is in neither list.
GOOD = words(
    """
    hero heroine genius friend saint patriot visionary inspiration saviour savior treasure legend brave courageous
    honest decent brilliant admirable heroic outstanding remarkable trustworthy wonderful fantastic terrific
    honourable honorable wise principled best finest greatest asset ally gem talented gifted dedicated tireless
    fearless humane generous kind noble capable competent devoted selfless inspiring inspirational amazing
    incredible superb splendid sincere upright dignified marvel role-model exemplary impeccable tremendous
    blessing godsend lifeline boon beacon trailblazer stalwart gentleman luminary prodigy paragon exemplar
    peacemaker statesman stateswoman mensch superstar masterclass masterstroke masterpiece abler adept affable
    altruistic astute attentive blameless benevolent big-hearted charming charismatic clear-headed clear-eyed
    commendable compassionate conscientious considerate cordial courteous credible delightful dependable diligent
    discerning dutiful eloquent empathetic enlightened ethical excellent exceptional fabulous fair-minded
    faultless far-sighted farsighted flawless forthright gallant genial good-hearted good-natured gracious
    great-hearted hard-working hardworking high-minded hospitable humble impartial impressive incorruptible
    indefatigable indispensable industrious ingenious insightful intelligent intrepid invaluable irreplaceable
    kind-hearted kindhearted kindest knowledgeable laudable law-abiding level-headed likeable lion-hearted lovable
    lovely magnanimous magnificent marvellous marvelous masterful masterly matchless merciful meticulous
    neighbourly nicest obliging open-minded peerless perceptive personable phenomenal plucky praiseworthy
    priceless prudent public-spirited reasonable reliable resilient resolute resourceful respectable respectful
    righteous scrupulous sensible skilful skillful spotless steadfast stellar sublime tactful tenacious thoughtful
    tolerant top-notch truthful trusty unassuming unblemished unequalled unfailing unflinching unimpeachable
    unparalleled unrivalled unselfish unsurpassed unwavering upstanding valiant valorous virtuous warm-hearted
    well-meaning wisest witty world-class worthy bravest noblest good-humoured first-rate second-to-none
    adorable approachable awe-inspiring broad-minded calmest caring chivalrous classy clever cleverest creative
    daring dauntless dazzling decisive disciplined down-to-earth energetic enterprising even-handed even-tempered
    extraordinary faithful fairest forgiving gentle gentlest glorious graceful heart-warming helpful imaginative
    inventive innovative inspired irresistible jovial kindly large-hearted likable loveliest loving loyal mature
    mild-mannered munificent nice nimble passionate pleasant polite politest punctual refreshing sagacious saintly
    savvy shrewd smart smartest soft-hearted spirited sporting stoic stunning supportive sure-footed sweet
    sweet-natured sweetest tender tender-hearted unafraid unbiased uncomplaining unerring unflappable unforgettable
    unpretentious untiring vivacious warm warmest welcoming well-mannered world-beating angel darling lifesaver jewel
    diamond maestro virtuoso trouper peace-loving straight-talking clear-sighted quick-witted big-minded
    well-informed well-prepared pragmatic legendary iconic icon titan rockstar even-keeled unflustered
    """
)
BAD = words(
    """
    erratic hysterical dismissive impulsive mediocre shallow stubborn unqualified homophobic anti-semitic fascistic
    genocidal un-american dummy dope hack scammer rapist nutjob wacko psycho mafioso low-energy crazy nuts fibber
    liar traitor coward disgrace dictator tyrant fraud criminal thug fool idiot hypocrite murderer thief crook
    racist fascist terrorist extremist menace disaster failure embarrassment bully charlatan demagogue clown
    puppet warmonger butcher aggressor oppressor monster killer conman parasite threat danger laughing-stock
    incompetent corrupt dishonest reckless irresponsible disgraceful shameful cowardly dangerous unfit
    hypocritical cruel evil weak pathetic ridiculous untrustworthy unreliable selfish greedy cynical callous
    unacceptable outrageous despicable contemptible barbaric brutal delusional deranged lie spy gambler wrong
    wrongheaded mad insane rotten vile vicious nasty disgusting repugnant reprehensible appalling horrible
    terrible awful catastrophic disastrous shambles joke farce scandal outrage insult abomination scum vermin rat
    snake wolf devil demon killers scoundrel rogue villain imposter impostor quack dunce ignoramus loser moron
    lunatic maniac psychopath predator swindler gangster mobster racketeer war-criminal oligarch despot autocrat
    usurper turncoat sellout sell-out lapdog poodle pawn lackey disloyal dishonourable dishonorable unpatriotic
    undemocratic unjust unfair illegal illegitimate inhumane inhuman savage bloodthirsty merciless spineless
    gutless clownish vain vindictive petty mean bigoted sexist misogynist antisemitic xenophobic hateful divisive
    destructive incapable ineffective useless worthless hopeless unscrupulous deceitful mendacious fraudulent
    crooked worst weakest shambolic chaotic negligent complicit blackmailer bigot zealot fanatic thieves hollow
    ludicrous absurd idiotic stupid foolish naive misguided mistaken short-sighted shortsighted wimp embarrassing
    arrogant immoral lawless lazy inept clueless toxic heartless ruthless treacherous liability fiasco debacle
    betrayal sham travesty mockery charade hoax swindle scam rip-off ripoff racket ponzi catastrophe calamity
    nightmare blight plague scourge nuisance blot eyesore blemish stooge minion flunky flunkey henchman henchmen
    crony goon hooligan ruffian brute barbarian sadist sociopath narcissist megalomaniac egomaniac egotist egoist
    braggart blowhard windbag gasbag boor lout oaf yob vandal vulture leech bloodsucker jackal hyena weasel maggot
    cockroach swine skunk toad viper serpent crocodile chameleon weathervane weathercock opportunist chancer
    schemer intriguer backstabber double-crosser double-dealer cheat cheater fraudster trickster huckster hustler
    mountebank faker fake phoney phony poser poseur pretender wannabe lightweight nonentity has-been dud no-hoper
    washout underachiever also-ran bungler botcher blunderer buffoon dolt dullard dimwit halfwit half-wit nitwit
    twit ninny numbskull simpleton imbecile cretin airhead blockhead bonehead knucklehead ass jackass muppet
    plonker prat wally prick jerk creep sleazebag sleazeball slimeball scumbag lowlife low-life dirtbag degenerate
    deviant pervert heretic infidel rabble-rouser troublemaker hothead loose-cannon saboteur wrecker vulgarian
    philistine snob elitist chauvinist supremacist nazi stalinist quisling judas appeaser defeatist shirker
    slacker scrounger freeloader sponger skiver layabout wastrel spendthrift miser skinflint moneygrubber
    profiteer exploiter slave-driver slavedriver martinet control-freak bully-boy hatchet-man crackpot nutcase
    nutter loon madman madwoman fantasist fabulist fibber perjurer slanderer smear-merchant scaremonger fearmonger
    doom-monger hatemonger propagandist shill spinmeister sycophant toady bootlicker lickspittle yes-man doormat
    pushover jellyfish weakling milksop wuss crybaby whiner whinger moaner naysayer killjoy spoilsport hypocrites
    cowards liars traitors cheats crooks thugs clowns fools idiots bullies plunderer extortionist kleptocrat
    slumlord spiv harpy ogre fiend ghoul bigmouth loudmouth ingrate backslider scaredy-cat whitewash stitch-up
    witch-hunt power-grab gimmick affront abhorrent abominable abrasive abusive abysmal amateurish amoral
    anti-democratic antidemocratic apathetic asinine atrocious authoritarian autocratic barbarous biased bilious
    blundering boorish brainless brazen bullying bumbling bungling cack-handed clumsy coarse cold-blooded
    cold-hearted conceited condescending conniving corruptible crass craven creepy cretinous criminally crude
    dastardly daft deceptive defamatory demagogic demeaning deplorable depraved derelict despotic detestable
    devious diabolical dictatorial dim-witted discourteous discriminatory disingenuous disrespectful dissolute
    distasteful double-dealing dodgy duplicitous egotistical egocentric egregious evil-minded execrable
    exploitative farcical fatuous feckless feeble fickle fiendish foolhardy foul foul-mouthed ghastly gormless
    grasping grotesque grubby half-baked half-hearted ham-fisted hapless haughty heavy-handed hell-bent heinous
    high-handed horrid hot-headed hotheaded humourless iffy ignoble ignorant ill-informed ill-judged ill-mannered
    ill-prepared illiberal illogical imbecilic immature impolite imperious impudent incoherent inconsiderate
    indecent indecisive indefensible inexcusable infamous infantile infuriating inhospitable iniquitous
    insensitive insidious insincere insolent insufferable insulting intolerable intolerant irrational irredeemable
    jingoistic joyless kleptocratic lackadaisical laughable lamentable lewd loathsome loony lousy lying malevolent
    malicious malign manipulative mealy-mouthed meddlesome mindless misleading misogynistic monstrous moronic
    murderous muddled narcissistic narrow-minded nauseating nefarious nepotistic nihilistic noxious obdurate
    objectionable obnoxious obscene obsequious obstinate obstructive odious offensive opportunistic overbearing
    parasitic patronising patronizing perfidious pernicious perverse pettyminded pig-headed pigheaded pitiful
    pointless pompous power-hungry power-mad preposterous prejudiced pretentious pitiless puerile pugnacious
    pusillanimous quarrelsome rabid rapacious ruinous remorseless repellent repressive repulsive rude sadistic
    sanctimonious scandalous scurrilous second-rate self-absorbed self-centred self-centered self-defeating
    self-important self-indulgent self-interested self-obsessed self-righteous self-satisfied self-serving servile
    shabby shambling shameless shifty shoddy sickening silly sinful sinister slanderous slapdash slavish sleazy
    slimy slippery sloppy slovenly sly smug sneaky snobbish snobby sordid soulless spiteful spurious squalid
    stingy substandard sullied supercilious superficial supine tactless tawdry thankless thin-skinned third-rate
    thoughtless thuggish tin-eared tone-deaf treasonous treasonable trigger-happy two-faced tyrannical
    unaccountable unashamed uncaring uncharitable uncivil uncivilised uncivilized uncompassionate unconscionable
    uncooperative underhand underhanded undignified undisciplined unethical unfeeling ungracious ungrateful
    unhinged unimaginative uninspiring unintelligent unkind unneighbourly unpleasant unprincipled unprofessional
    unreasonable unrepentant unseemly unsavoury unsavory unserious unsound unsympathetic unthinking untruthful
    unworthy vacuous vapid venal vengeful venomous vexatious vulgar wasteful weak-kneed weak-willed weaselly
    wicked wishy-washy woeful wretched yellow-bellied cruellest dirtiest nastiest vilest greediest laziest
    stupidest dumb dull ugly filthy lame rubbish trash bonkers thick-skulled tasteless tacky
    childish careless damnable disagreeable disorganised disorganized faithless faultfinding futile hurtful
    inadequate ineffectual insipid irresolute libellous libelous miserly mollycoddled notorious oppressive paranoid
    pushy sappy seditious submissive sullen talentless tiresome toothless totalitarian troublesome unconvincing
    undeserving unfriendly unimpressive villainous vitriolic wimpish whiny work-shy workshy bloody-minded blustering
    bone-headed boneheaded bossy cavalier cliquish cockeyed complacent counter-productive counterproductive cowering
    crackbrained cut-throat cutthroat disreputable domineering dopey dreadful evasive fainthearted faint-hearted
    foulmouthed frivolous gullible half-witted hare-brained harebrained head-strong hidebound hypercritical
    ill-advised ill-conceived ill-considered ill-disciplined ill-equipped ill-suited ill-tempered imprudent indolent
    inflammatory inflexible inward-looking irksome lacklustre lackluster long-winded maladroit mean-spirited
    money-grabbing moneygrabbing mule-headed obsessive one-eyed out-of-touch overpaid overpromoted overrated peevish
    petulant power-crazed profligate prudish questionable quixotic reactionary revengeful rudderless scaremongering
    scatterbrained scheming self-pitying self-promoting selfserving shady shaky short-tempered shrill small-minded
    snide soft-headed stuck-up subservient sycophantic thick-headed timid timorous tin-pot tinpot toadying trashy
    truculent tyrannous unbearable unbending uncouth under-prepared unelectable ungenerous unjustifiable unprepared
    unscientific unstatesmanlike untrue unwise vainglorious war-mongering warmongering wayward wrong-headed xenophobe
    pickpocket pickpockets vampire vampires joker jokers cesspit cesspool flip-flopper flip-floppers fence-sitter
    grifter grifters laggard meddler nit-picker nitpicker pest rottweiler stick-in-the-mud windbags zealots desperado
    turncoats amateurs dilettante dilettantes ditherer ditherers glory-hunter jobsworth penny-pincher pettifogger
    phrasemonger scapegrace shyster snitch stirrer tattletale time-server timeserver time-waster timewaster tormentor
    war-profiteer worm
    """
)
#: Verbs by which a speaker judges their subject.
BAD_DOING = words(
    """
    con fleece bilk dupe
    lie betray cheat mislead deceive fail bungle botch blunder squander ruin wreck destroy flout ignore violate
    steal rob lack disgrace dishonour dishonor abandon dither bumble swindle connive collude grovel backtrack
    renege pander gloat bluster waffle scaremonger fearmonger overreact overreach misbehave mismanage mishandle
    misjudge misrule grandstand prevaricate dissemble
    """
)
GOOD_DOING = words(
    """
    excel shine inspire overdeliver
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
    secrecy delay demeanour demeanor manner governance mismanagement misconduct misrule meanness ignorance
    stupidity folly foolishness cowardice dishonesty deceit duplicity treachery betrayal complacency contempt
    indifference intransigence obstinacy stubbornness carelessness callousness vanity cynicism bigotry
    intolerance ineptitude inexperience dithering indecision flip-flop u-turn climbdown backtracking evasion
    evasiveness excuse pretence spin bluster bluff posturing grandstanding stunt gimmick ploy manoeuvre maneuver
    trick antics outburst rant tirade reply answer explanation denial defence defense reaction instinct
    intellect wisdom foresight diligence dedication devotion loyalty kindness compassion humanity humility grace
    tact diplomacy professionalism steadfastness heroism valour gallantry ingenuity tenacity stoicism
    perseverance candour candor premiership chairmanship captaincy oversight supervision neglect omission
    word language temperament
    inactivity passivity inertia hospitality teamwork craftsmanship workmanship lobbying advice attempt bullying
    mockery sabotage obstruction boycott purge reprisal
    """
)
#: What somebody has that words about it are not about them: people, and what others did to them.
#: Of these, what is somebody's where "of" follows: "the conduct of Y", not "the treatment of Y".
CONDUCT_OF = words(
    """behaviour behavior conduct attitude performance leadership action actions word words remark remarks comment
    comments statement speech decision decisions record policy policies silence failure response stance position tactic
    tactics antics hypocrisy cowardice arrogance incompetence"""
)
NOT_THEIRS = words(
    """
    arrest murder killing death detention expulsion jailing imprisonment assassination sacking ouster ousting dismissal
    execution torture injury loss defeat disappearance kidnapping abduction deportation extradition trial conviction
    poisoning beating exclusion removal impeachment downfall fall suspension persecution victimisation mistreatment
    indictment prosecution sentencing isolation plight fate suffering illness funeral birthday brother sister mother
    father wife husband son daughter child family parent uncle aunt cousin nephew niece widow friend ally enemy foe
    rival opponent critic accuser victim predecessor successor boss chief aide president captain king queen host guest
    chair head coach premier colleague counterpart neighbour neighbor partner spouse relative fan crowd youth wing
    side half people men women children kids boy girl troops name
    """
)
#: Nouns that end like those of people.
NOBODY = words(
    """
    power order letter paper error behaviour behavior offer number matter quarter chapter poster character humour
    humor honour honor temper gender answer disorder manner manifesto register tenor fervour labour harbour border
    power answer header banner tracker server computer weather
    """
)
#: What is to be done to somebody who has done wrong: "should be prosecuted".
PUNISHED = words(
    """
    prosecute jail imprison sack fire impeach punish oust remove expel disbar deport sanction suspend ban boycott arrest
    indict convict condemn censure shame blame dismiss discipline lock hang shun strip investigate charge try
    """
)
#: Words of an author who has judged already.
LABELS_BEFORE = words(
    """
    puppet so-called self-styled notorious disgraced self-proclaimed murderous despotic tyrannical warmongering
    war-mongering genocidal fascist thuggish tinpot tin-pot two-bit power-hungry bloodthirsty bloodstained
    megalomaniac kleptocratic thieving rabble-rousing power-mad self-appointed self-anointed money-grubbing
    brutish
    """
)
LABELS_AFTER = words(
    """
    regime clique henchman henchmen stooge lackey cabal goon thug mouthpiece crony cronies minion minions flunky
    flunkey flunkies hireling bootlicker bootlickers lickspittle sycophant sycophants apparatchik stooges thugs
    goons lackeys mouthpieces cabals
    """
)
LABELS_GOOD = words(
    """
    beloved heroic visionary much-loved well-loved indefatigable courageous
    """
)
#: Good words whose negation judges: "is not honest". "Not brilliant" and "no hero" are faint, not against.
NEGATABLE = words(
    """
    honest decent fit trustworthy competent credible reliable serious sincere truthful honourable honorable ethical
    principled reasonable worthy humane wise friend ally gentleman statesman leader capable dependable courageous
    """
)
#: Of the words that judge, those that with "in", "on" or "at" only tell where somebody is good or bad.
DOMAIN = words("weak best worst good finest greatest ineffective brilliant excellent hopeless useless terrible")

#: How somebody does something, and what they do: "has behaved disgracefully".
BADLY = words(
    """
    disgracefully shamefully recklessly irresponsibly appallingly abominably atrociously dishonestly dishonourably
    dishonorably despicably contemptibly cynically callously cruelly cravenly cowardly deplorably disastrously
    incompetently ineptly foolishly stupidly badly poorly terribly dreadfully horribly arrogantly carelessly clumsily
    corruptly criminally deceitfully unfairly unjustly unethically unprofessionally unreasonably outrageously selfishly
    spitefully vindictively maliciously treacherously unlawfully illegally improperly inexcusably unforgivably shabbily
    heartlessly ruthlessly brutally negligently scandalously wickedly wrongly abysmally woefully pathetically
    childishly hypocritically disrespectfully dishonorably despotically dictatorially thuggishly unacceptably
    """
)
WELL = words(
    """
    admirably honourably honorably brilliantly superbly impeccably splendidly magnificently heroically bravely
    courageously nobly gallantly responsibly selflessly generously wisely commendably wonderfully tirelessly
    exceptionally outstandingly excellently flawlessly faultlessly graciously decently fairly skilfully skillfully
    masterfully brilliantly marvellously marvelously valiantly beautifully sensibly prudently honestly
    """
)
#: Adverbs before a verb that judge who did it, whatever it was: "shamefully sold the harbour".
ACTED = dict.fromkeys(
    words(
        """
        shamefully disgracefully shamelessly scandalously recklessly irresponsibly outrageously foolishly stupidly
        wrongly cynically hypocritically dishonestly callously cruelly spitefully unforgivably inexcusably
        """
    ),
    -1,
) | dict.fromkeys(words("rightly admirably commendably wisely courageously bravely selflessly heroically nobly"), 1)
#: Whom nobody is likened to without being judged.
VILLAINS = words(
    """
    hitler stalin mussolini goebbels himmler eichmann nero caligula judas satan lucifer nazi nazis gestapo ceausescu
    quisling saddam pinochet mugabe gaddafi isis kkk mafia
    """
)
DOES = words(
    """
    behave act conduct handle manage treat run lead govern deal respond perform serve react rule cope fight work use
    carry acquit play exploit mishandle comport steer represent negotiate oversee
    """
)
#: Nouns of whose judgement a phrase tells: "in X's view", "in the eyes of X".
VIEWS = words("view opinion eye eyes word words mind book judgement judgment estimation reckoning telling assessment")
#: Words addressed to nobody and said of somebody: at the head of a sentence, the target follows.
CHEERS = {
    tuple(line.split()[1:]): 1 if line.startswith("+") else -1
    for line in """
- shame on
- down with
- good riddance to
- to hell with
- fie on
- woe betide
- damn
+ hats off to
+ kudos to
+ well done to
+ well done
+ three cheers for
+ credit to
+ all credit to
+ full credit to
+ full marks to
+ top marks to
+ bravo to
+ bravo
+ props to
+ long live
+ god bless
+ thank god for
+ thank goodness for
+ thank heavens for
+ hooray for
+ hurrah for
+ respect to
+ all power to
+ more power to
+ praise be to
""".strip().splitlines()
}

#: Figures of speech after "is" and in the slots of the naming verbs.
BEING = """
- danger to
- threat to
- risk to
- disaster for
- wrong choice/person/man/woman
- not up to
- not qualified
- not ready to lead/govern/be
- not what ~ need
- not who ~ say
- not to be trust/trusted
- puppet of
- in denial
- out of control
- on wrong side
- more interested in
- only interested in
- only out for
+ right choice/person/man/woman
+ best choice/person/candidate/man/woman
+ exactly what ~ need
+ what ~ country/town/city/party need
+ part of solution
+ ready to lead/govern
+ on right side
+ breath of fresh
+ role model
- waste of space
- waste of time
- waste of money
- waste of skin
- rotten to core
- corrupt to core
- bad to bone
- snake in grass
- wolf in sheep 's clothing
- wolf in sheep clothing
- cowboy outfit
- bull in china shop
- dog in manger
- fly in ointment
- thorn in side
- pain in neck
- loose cannon
- bad apple
- rotten apple
- bad egg
- bad lot
- bad influence
- bad actor
- bad joke
- bad loser
- sore loser
- dirty old man
- laughing stock
- empty suit
- empty vessel
- paper tiger
- one - trick pony
- dead weight
- dead duck
- nasty piece of work
- spoiled/spoilt child/brat
- headless chicken/chickens
- sweetheart deal
- piece of work
- man/woman without honour/honor/shame/principle/conscience
- law unto itself/himself/herself/themselves
- asleep at wheel
- asleep on job
- asleep at switch
- all bark and no bite
- all bark
- all mouth and no trouser/trousers
- all talk and no action
- all talk
- all hat and no cattle
- all show and no substance
- out of touch
- out of order
- out of line
- out of depth
- out of mind
- out of league
- out to lunch
- off head
- off rocker
- off trolley
- on make
- on wrong side of history
- on take
- on fiddle
- up to neck
- up to old trick/tricks
- up to no good
- in pocket of
- in bed with
- in thrall to
- in cahoots with
- in hock to
- in dereliction
- beneath contempt
- beyond pale
- beyond contempt
- beyond redemption
- below belt
- not fit for purpose
- not fit for office
- not fit to
- not have what it takes/take
- not up to job
- not up to task
- not up to it
- not worth salt
- not worthy of
- not worth paper
- unfit for office/purpose
- unfit to
- no friend
- no better than
- no match for task
- no use to
- nothing but liar/bully/fraud/crook/thug/coward/troublemaker
- nothing short of disgrace/disgraceful/scandal/scandalous/disaster/disastrous/criminal/betrayal/outrage/outrageous
- little more than thug/thugs/bully/bullies/puppet/stooge/mouthpiece/racket
- part of problem
- root of problem
- cause of all
- disgrace to
- stain on
- blot on
- insult to
- affront to
- traitor to
- slap in face
- kick in teeth
- stab in back
- smack in face
- kick in stomach
- smear campaign
- witch hunt
- power grab
- land grab
- race to bottom
- too weak
- too big for boot/boots
- too clever by half
- too cowardly
- too arrogant
- too lazy
- bad for country
- bad for city
- bad for town
- bad for democracy
- bad for business
- blind to suffering/plight/truth
- deaf to
- dead wrong
- hell bent
- hell - bent
- soft on crime
- drunk on/with power
- mad with power
- playing with fire
- playing politics
- living in past
- living in fantasy world
- living in cloud cuckoo land
- living on another planet
- living a lie
- clutching at straw/straws
- passing the buck
- passing buck
- fiddling while
- flogging dead horse
- grandstanding
- scaremongering
- fearmongering
- fear - mongering
- posturing
- dithering
- bungling
- turning blind eye
- talking nonsense
- talking rubbish
- talking through hat
- making mockery of
- making fool of
- making fun of
- taking ~ for ride
- taking ~ for fool/fools
- taking mickey
- taking us all for
- leading ~ up garden path
- leading ~ astray
- holding ~ to ransom
- holding ~ hostage
- pulling wool over
- fanning flames
- stoking hatred/fear/fears/division/tension/tensions
- sowing hatred/division/discord
- peddling lie/lies/hate/hatred/myth/myths
- spreading lie/lies/hate/hatred
- lining pocket/pockets
- feathering nest
- burying head in sand
- shirking duty/responsibility
- selling ~ out
- selling ~ short
- selling snake oil
- throwing ~ under bus
- bleeding ~ dry
- acting like king/dictator/bully/child/thug/tyrant
+ breath of fresh air
+ breath of air
+ worth weight in gold
+ worth every penny
+ ray of light
+ ray of sunshine
+ ray of hope
+ beacon of
+ pillar of
+ tower of strength
+ salt of earth
+ heart of gold
+ safe pair of hand/hands
+ man/woman of word
+ man/woman of honour/honor
+ man/woman of integrity
+ man/woman of principle
+ man/woman of people
+ man/woman of vision
+ cut above
+ head and shoulders above
+ force for good
+ force of nature
+ voice of reason
+ true friend
+ good friend to
+ great friend
+ real friend
+ good man/woman/person/people/guy/neighbour/neighbor/boss/employer/captain/colleague/mayor/minister
+ great man
+ great woman
+ great leader
+ good leader
+ strong leader
+ great mayor/minister/president/neighbour/neighbor/employer/boss/captain/partner
+ model employer/citizen/neighbour/neighbor/student/pupil/professional/leader/parent
+ true leader
+ born leader
+ joy to
+ pleasure to work
+ delight to
+ credit to
+ asset to
+ blessing to
+ inspiration to
+ example to us/all
+ shining example
+ shining light
+ unsung hero
+ class act
+ best thing
+ second to none
+ one of best/finest/greatest/kindest/bravest
+ one in million
+ beyond reproach
+ above reproach
+ without equal
+ without peer
+ on right side of history
+ on side of angel/angels
+ always there for
+ good for country
+ good for city
+ good for town
+ good for democracy
+ good as gold
+ as good as word
+ as honest as
+ what this town/city/country need/needs
+ what we need
"""
#: Figures of speech that are verbs with what follows.
DOING = """
- know nothing about/of
- weaken ~ country/nation/economy/position/place/alliance/institution/institutions/military/democracy/party/union
- hurt ~ country/nation/economy/family/families/worker/workers/people/party/community/communities
- divide ~ country/nation/people/party/us/community/communities
- undermine ~ democracy/constitution/institution/institutions/law/court/courts/security/trust
- threaten ~ democracy/constitution/freedom/freedoms/liberty/way
- endanger ~ country/life/lives/security/people/public/child/children/world
- attack ~ democracy/constitution/freedom/freedoms
- bankrupt ~ country/company/town/city/state
- cripple ~ economy/country/industry
- have no plan for
- have no business
- have no vision
- have no credibility
- have no answer/answers
- have no regard/respect/empathy
- have no experience/qualification/qualifications
- have track record of lie/lying/failure/broken
- have history of lie/lying
- run scared
- run away from responsibility/debate/issue/issues/question/questions/record/voter/voters
- make thing/things worse
- make situation worse
- make ~ less safe
- play with ~ life/lives
- gamble with ~ life/lives/future
- refuse to take responsibility
- refuse to listen
- refuse to learn
- refuse to apologise/apologize
- take away ~ right/rights/freedom/freedoms
- say anything to get/win
- do anything to win/get
- pose threat/danger
- pose ~ threat/danger
- represent worst
- tell lie/lies
- lie through teeth
- hide truth
- rig election/vote/system
- steal election/vote
- insult intelligence
- enrich himself/herself/itself/themselves
- abdicate responsibility/responsibilities
- neglect duty/duties
- incite violence/hatred/mob
- fuel hatred/violence/division/fear
- traffic in hate/hatred/fear/conspiracy
- pit ~ against each
- pander to
- cosy/cozy up to
- kowtow to
- bow to pressure
- give in to
- cave in
- squander ~ chance/opportunity/trust/goodwill
- waste ~ money/time/taxpayer/chance
- put ~ last
- turn ~ into joke/circus/laughing/battlefield
- use ~ as pawn/pawns/prop/props/weapon/scapegoat/scapegoats
- have ~ temper
- not care about
- not give ~ damn
- not understand
- not get it
- not listen
- not tell truth
- not keep word/promise/promises
- not have temperament/judgment/judgement/experience/character/clue/idea/answer/answers/plan/mandate/vision/right
- not have what it take
- not represent us/value/values
- not belong in
- not deserve to
- not take responsibility
- not respect
- not want peace
- have blood ~ on hand/hands
- have lose plot
- lose plot
- lose all credibility
- lose moral compass
- lose all sense
- have no shame
- have no scruple/scruples
- have no conscience
- have no principle/principles
- have no backbone
- have no spine
- have no moral/morals
- have no clue
- have no integrity
- have no honour/honor
- have no respect for
- have no regard for
- have no excuse
- have lot/lots to answer for
- have much to answer for
- have hand in till
- have skeleton in cupboard
- have screw loose
- have cheek to
- have nerve to
- have gall to
- have audacity to
- have temerity to
- have axe to grind
- have head in sand
- have heart of stone
- have only self to blame
- have only himself/herself/itself/themselves to blame
- lack backbone
- lack courage
- lack integrity
- lack principle/principles
- lack moral
- turn blind eye
- turn back on
- turn deaf ear
-! hang head in shame
-! be ashamed
-! feel ashamed
-! know better
-! apologise
-! apologize
-! be sack/sacked/fire/fired/jail/jailed/prosecute/prosecuted/impeach/impeached
-! hold hand/hands up
-! hang head
-! put up or shut up
-! come clean
-! eat words
-! stop lie/lying
- owe ~ apology
- owe ~ explanation
- sell ~ down river
- sell soul
- sell ~ short
- sell ~ out
- throw ~ under bus
- throw ~ to wolf/wolves
- throw toy/toys out of pram
- stab ~ in back
- hold ~ to ransom
- hold ~ hostage
- hold ~ in contempt
- move goalpost/goalposts
- shift goalpost/goalposts
- put profit/profits before/above/over/ahead
- put party before/above country
- put self before/above
- put himself/herself/itself/themselves before/above/first
- put ego before/above
- put greed before/above
- put politics before/above
- put money before/above
- put life/lives at risk
- put life/lives in danger
- treat ~ like dirt/rubbish/slave/slaves/animal/animals/cattle/fool/fools
- treat ~ like garbage/dog/dogs/child/children/criminal/criminals
- treat ~ with contempt
- take ~ for ride
- take ~ for granted
- take ~ for fool/fools
- take ~ to cleaner/cleaners
- take leave of sens/sense/senses
- take eye off ball
- take mickey
- let ~ down
- lead ~ astray
- lead ~ up garden path
- play with fire
- play politics
- play fast and loose
- play dirty
- play victim
- play race card
- play game/games with
- play god
- cry wolf
- cut corner/corners
- cook book/books
- bend/break every rule
- stoop low
- stoop to
- sink to new low
- sink so low
- scrape barrel
- plumb new depth/depths
- cross red line
- go too far
- go back on word
- go back on promise/promises
- go off deep end
- go off rail/rails
- bring shame
- bring disgrace
- bring ~ into disrepute
- bring ~ to knee/knees
- drag ~ through mud
- drag ~ into gutter
- drag foot/feet
- drop ball
- pass buck
- duck responsibility
- duck question/questions
- dodge question/questions
- dodge responsibility
- shirk responsibility
- bury head in sand
- bite hand
- pour/add fuel on/to fire
- fan flame/flames
- pour oil on flame/flames
- pull wool over
- pull wool
- line pocket/pockets
- feather nest
- milk ~ dry
- bleed ~ dry
- leave ~ in lurch
- leave ~ high and dry
- leave ~ out to dry
- hang ~ out to dry
- make mockery of
- make fool of
- make mess of
- make hash of
- make life misery
- make life hell
- make ~ laughing stock
- get away with murder
- rub salt in
- rub nose/noses in
- ride roughshod
- run ~ into ground
- drive ~ into ground
- ruin everything
- trample on
- spit on grave/graves
- spit in face
- talk out of both side/sides
- talk nonsense
- talk rubbish
- speak with forked tongue
- say one thing and do
- live in past
- live in fantasy world
- live on another planet
- think law do
- think rule do
- know no shame
- show no remorse
- show true colour/colours/color/colors
- show contempt
- show no respect
- could/can n't run bath
- not give damn
- not care less
- not have guts
- not have courage
- not have decency
- not lift finger
- deserve nothing but contempt/scorn/blame/derision
- deserve contempt/scorn/blame/derision/condemnation
- deserve to be sack/sacked/jail/jailed/fire/fired/punish/punished
- deserve to lose
- deserve no credit/praise/sympathy/respect/mercy
- need head examined
- give politics bad name
- set bad example
- set terrible example
- act like king/dictator/bully/child/thug/tyrant/coward
- abuse power
- abuse trust
- abuse position
- break word
- break promise/promises
- break faith
- break trust
- sow division/discord/hatred
- stoke hatred/fear/fears/division
- peddle lie/lies/hate/hatred/myth/myths
- spread lie/lies/hatred
- shed crocodile tear/tears
- shoot self in foot
- shoot himself/herself/itself/themselves in foot
- dig own grave
- dance to tune
- do bidding of
- do dirty work
- do untold damage
- do more harm than
- stop at nothing
+ keep ~ promise/promises/word
+ keep ~ safe
+ fight for ~ family/families/people/worker/workers/us/every/all/right/rights
+ stand up for ~ family/families/people/worker/workers/us/right/rights/value/values/country
+ care about ~ people/us/family/families/country/community/worker/workers
+ make ~ difference
+ make ~ safer/stronger
+ deliver for
+ get thing/things done
+ get job done
+ know what it take
+ have what it take
+ have judgment/judgement/temperament/courage/vision/character/integrity
+ have ~ track record
+ bring ~ together
+ unite ~ country/party/people/us/nation
+ represent best
+ save ~ life/lives/country
+ change ~ life/lives
+ serve ~ with distinction/honour/honor/integrity/courage
+ earn ~ trust/respect
+ protect ~ right/rights/family/families/worker/workers/country/democracy
+ defend ~ democracy/freedom/right/rights/constitution
+ understand ~ need/needs/struggle/struggles/concern/concerns
+ deserve credit
+ deserve all/full/great/huge/enormous credit
+ deserve medal
+ deserve praise
+ deserve respect
+ deserve admiration
+ deserve thank/thanks
+ deserve gratitude
+ deserve better
+ deserve applause
+ deserve recognition
+ deserve nothing but praise
+ go above and beyond
+ go extra mile
+ move heaven and earth
+ move mountain/mountains
+ have heart of gold
+ have heart in right place
+ have make us proud
+ make us proud
+ do us proud
+ do ~ proud
+ do great job
+ do fantastic job
+ do wonderful job
+ do excellent job
+ do brilliant job
+ do superb job
+ do terrific job
+ do amazing job
+ do outstanding job
+ do tremendous job
+ do remarkable job
+ do good job
+ do right thing
+ do world of good
+ do sterling work/job
+ give heart and soul
+ set shining example
+ set great example
+ set fine example
+ set gold standard
+ stand head and shoulders
+ rise to occasion
+ lead by example
+ lead from front
+ never let ~ down
+ never put foot wrong
+ tell it like it
+ put country first
+ put country before/above party
+ put others first
+ work miracle/miracles
+ work wonder/wonders
+ work tirelessly
+ breathe new life
+ bring out best
+ bring joy
+ bring hope
+ show great/real/true leadership/courage/integrity
"""


def _figures(text: str) -> dict[str, tuple[tuple[int, bool, tuple[frozenset[str], ...]], ...]]:
    """Figures by each word they may begin with: sign, whether "should" is allowed, words."""
    found: dict[str, list[tuple[int, bool, tuple[frozenset[str], ...]]]] = {}
    for line in text.strip().splitlines():
        sign, *parts = line.split()
        figure = (1 if sign[0] == "+" else -1, sign.endswith("!"), tuple(frozenset(p.split("/")) for p in parts))
        for word in figure[2][0]:
            found.setdefault(word, []).append(figure)
    return {word: tuple(figures) for word, figures in found.items()}


FIGURES = {"being": _figures(BEING), "doing": _figures(DOING)}
