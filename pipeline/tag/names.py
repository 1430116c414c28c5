"""Words about people: titles, roles, given names by gender.

Given names of both, and those that are rather a word, a place or a surname, are left out: they stay open.
"""

from typing import Protocol

from pipeline.tag.words import words

TITLES_F = words(
    """ms mrs miss madam lady dame queen princess duchess baroness sister chairwoman congresswoman spokeswoman"""
)
TITLES_M = words("mr sir lord king prince duke baron brother father chairman congressman spokesman")
#: Words that stand before a person's name and are no part of it.
TITLES = (
    TITLES_F
    | TITLES_M
    | words(
        """
        president vice-president prime minister chancellor premier senator sen sen. rep rep. representative gov
        gov. governor mayor secretary general gen gen. colonel col col. captain capt capt. major lieutenant lt
        lt. sergeant sgt sgt. admiral adm adm. commander marshal dr dr. prof prof. professor doctor judge
        justice chief director minister ambassador commissioner councillor deputy speaker leader mr. mrs. ms.
        rev rev. reverend pastor bishop archbishop cardinal rabbi imam ayatollah sheikh sheik emir sultan pope
        chairperson chair spokesperson abbess abbot sheriff inspector detective officer coach foreign defence defense
        finance interior vice ex-president former acting then-president mp ceo president-elect attorney economy justice
        """
    )
)
#: Nouns that name a person by office; "the president" may stand for whoever holds it in the document.
ROLES = words(
    """president vice-president minister chancellor premier senator representative congressman congresswoman
    governor mayor secretary general colonel captain admiral commander professor doctor judge director
    ambassador commissioner councillor speaker leader chairman chairwoman chair chairperson spokesman
    spokeswoman spokesperson bishop archbishop cardinal pope king queen prince princess lawmaker politician
    activist journalist lawyer prosecutor economist analyst author singer actor actress businessman
    businesswoman billionaire founder candidate head chief boss executive ceo coach dissident diplomat official
    deputy treasurer whip clerk mediator editor columnist reporter writer novelist poet painter historian
    scientist chemist physicist biologist researcher engineer teacher nurse doctor surgeon psychologist farmer
    fisherman captain pilot driver player striker goalkeeper sprinter skater runner swimmer champion winner
    medallist medalist umpire referee owner manager spokesperson undersecretary adviser advisor aide strategist
    consultant banker trader investor developer designer architect chef cook restaurateur priest abbess abbot
    nun monk vicar rector dean principal headteacher student widow widower survivor witness victim suspect
    defendant plaintiff attorney solicitor barrister magistrate sergeant lieutenant soldier veteran rebel
    warlord strongman dictator emperor sultan sheikh caliph ayatollah cleric preacher comedian actor director
    producer filmmaker composer conductor pianist violinist guitarist rapper model presenter broadcaster host
    anchor blogger entrepreneur tycoon magnate landowner shopkeeper butcher baker carpenter midwife pharmacist
    dentist vet librarian archaeologist astronomer geologist meteorologist volunteer campaigner organizer
    organiser unionist treasurer envoy predecessor successor negotiator commander marshal premier cofounder co-
    founder trustee ombudsman biographer essayist playwright dramatist screenwriter choreographer sculptor soprano
    tenor baritone cellist organist curator dancer ballerina boxer wrestler jockey cyclist golfer gymnast rower
    midfielder winger quarterback podcaster lobbyist pensioner laird skipper translator philosopher theologian
    sociologist anthropologist virologist epidemiologist psychiatrist cardiologist paramedic firefighter constable
    ranger provost chaplain deacon vice-chancellor vice-chairman whistleblower stockbroker financier
    oligarch impresario auctioneer winemaker photographer illustrator cartoonist commentator pundit"""
)
#: Of these, offices that speak for the body named beside them.
OFFICES = ROLES - words(
    """professor doctor judge politician activist journalist lawyer economist analyst author singer actor actress
    businessman businesswoman billionaire candidate coach dissident captain colonel"""
)
#: Nouns that name a body; "the company" may stand for the one that was last named.
BODIES = words(
    """
    company firm group giant planemaker chipmaker drugmaker
    movement party union agency organisation organization alliance bank ministry charity
    carmaker airline manufacturer bloc coalition federation association committee council institute foundation
    regulator faction militia maker haulier broadcaster newspaper magazine journal paper publisher station club team
    league guild hospital university school college museum brewery chain retailer supplier operator developer bookmaker
    startup start-up fund think-tank institute lender insurer cooperative co-operative network orchestra band choir
    academy board commission court parliament senate force army brigade congress church mosque society trust front
    bureau department authority
    """
)
#: Nouns that stand before the name of a body that they describe, and seldom alone for one.
FIRMS = words(
    """platform website site app portal outlet foundation pollster dairy mill shipyard steelmaker watchmaker brewer
    insurer builder utility consultancy law-firm start-up nonprofit non-profit agency sect parish choir troupe theatre
    gallery label studio festival laboratory militia gang cartel tribe daily weekly monthly tabloid trade-union"""
)
#: Nouns for those through whom a body or a state speaks: what they say is its word.
VOICES = words(
    """spokesman spokeswoman spokesperson spokespeople spokesmen official authority statement ministry office
    police government army military administration agency court embassy mission delegation campaign company
    press-service communique communiqué release website negotiator source aide diplomat team side officials
    authorities army navy department bureau parliament council cabinet forces letter memo report study dossier
    analysis investigation inquiry survey editorial lawsuit filing petition manifesto review"""
)
#: Of these, the ones that speak for whoever was named last where nobody is named beside them.
SPOKESPEOPLE = words("spokesman spokeswoman spokesperson spokespeople spokesmen statement")
GIVEN_F = words(
    """
    Aisha Alice Alexandra Amanda Amy Ana Angela Anita Anna Anne Annie Astrid Barbara Beatrice Beth Betty Camilla
    Carla Carmen Carol Caroline Catherine Cecilia Charlotte Chloe Christina Christine Claire Clara Claudia
    Cristina Cynthia Daniela Deborah Diana Donna Dorothy Elena Elisabeth Elizabeth Ella Ellen Emily Emma Erika
    Eva Eve Fatima Fiona Florence Frances Gabriela Giorgia Gloria Grace Greta Hanna Hannah Heather Heidi Helen
    Helena Hillary Ida Ines Ingrid Irina Irene Iris Isabel Isabella Jana Jane Janet Jacinda Jennifer Jessica
    Joan Joanna Jodie Julia Julie Kamala Karen Karin Kate Katherine Kathleen Katja Katrin Khadija Kirsten Klara
    Lara Laura Lea Leila Lena Leyla Lily Linda Lisa Liz Louise Lucia Lucy Lydia Magdalena Margaret Maria Marie
    Marina Marta Martha Mary Melissa Mia Michelle Mila Miriam Monica Monika Nadia Nancy Naomi Natalia Natasha
    Nicole Nina Nora Olga Olivia Pamela Patricia Paula Petra Priya Rachel Rania Rebecca Rita Rosa Rose Ruth
    Sabine Sally Samira Sandra Sara Sarah Silvia Sofia Sonia Sophia Sophie Stella Stephanie Susan Susanne
    Svetlana Sylvia Tamara Tanja Tatiana Teresa Theresa Tina Ursula Valentina Vera Veronica Victoria Virginia
    Yasmin Yulia Yvonne Zainab Zoe Sigrid Ada Solveig Freya Ines Noor Amina Elin Maja Dana Vesna Jelena Milena
    Abigail Adaeze Adele Agnes Akiko Alba Alejandra Alessandra Alessia Alexa Alicia Alina Alison Alma Alyssa
    Amelia Amira Anastasia Angelina Anja Annabel Annalena Annette Antonia Anya Ariana Asma Audrey Ava Aya Ayako
    Ayesha Ayse Benazir Bianca Birgit Bridget Brigitte Carolina Carrie Cassandra Cate Cathy Celine Cheryl
    Chimamanda Christiane Christie Cindy Claudine Colette Connie Corinne Danielle Daphne Debbie Deepika Delphine
    Denise Desiree Dilma Doris Dorothea Ebba Edith Edna Eileen Ekaterina Elaine Eleanor Eleonora Elisa Elise
    Eliza Elke Elly Elsa Elvira Emilia Emine Erica Erin Esther Ethel Eugenia Evelyn Farah Fatma Federica
    Felicity Folake Francesca Francoise Franziska Freda Frida Gail Gemma Genevieve Georgina Geraldine Gillian
    Gina Gisela Giulia Gleisi Graça Gretchen Gwen Hailey Hala Harriet Hazel Henrietta Hilary Hilda Hina Huda
    Imogen Indira Inga Inge Ingeborg Isabelle Isobel Itziar Ivana Jacqueline Jada Janice Jasmine Jayne Jeanette
    Jeanne Jenna Jenny Jill Jillian Joanne Jocelyn Josephine Joyce Juana Judith Judy Juliana Juliet Juliette
    Justine Karina Karla Kathryn Kathy Katy Kayla Khadijah Kimberly Kristen Kristin Kristina Krystal Kylie
    Lakshmi Lana Larissa Lauren Leanne Leticia Liliana Lina Lisbeth Lois Lola Loretta Lorraine Lotte Louisa
    Luana Luciana Lucie Ludmila Luisa Mabel Madeleine Maggie Maia Malala Malin Mamata Mandy Manuela Marcia
    Margarita Margot Margrethe Mariam Mariana Marianne Marielle Marilyn Marine Marissa Marjorie Marlene Maryam
    Matilda Maureen Maya Megan Meghan Melania Melanie Melinda Meral Meredith Mette Michaela Mildred Millie Minna
    Mirjam Moira Molly Monique Muriel Myra Myriam Nadine Najla Natalie Nathalie Neha Nelly Ngozi Nigella Nirmala
    Nisha Noelle Noemi Noriko Nuria Odile Oksana Olena Ophelia Paige Palesa Pam Patty Paulina Pauline Peggy
    Penelope Penny Phoebe Phyllis Polly Priscilla Raquel Rebeca Regina Renata Renee Rhonda Rihanna Roberta Rocio
    Rosalie Roxana Sabrina Sadia Safiya Sahra Salma Samantha Sana Sanae Sanna Saskia Scarlett Selma Sharon Sheila
    Shelley Sherry Shireen Shirley Sigourney Silke Simone Simonetta Sinead Siobhan Sirje Smriti Sonali Stacey
    Stefania Stormy Sue Suella Sunita Susana Suzanne Suzy Sviatlana Tammy Tanya Tara Tessa Thandi Thelma Tracey
    Tracy Trine Trudy Ulrike Uma Vanessa Vicki Vicky Viola Virginie Vivian Viviane Vjosa Wanda Wangari Wendy
    Wilma Winnie Xana Xiaomei Xiomara Ylva Yoko Yolanda Yuliya Yuriko Zara Zehra Zendaya Zuzana
    Abby Abigael Adela Adelaide Adelina Adriana Adrienne Agatha Agnieszka Aileen Ailsa Aimee Aino Alana Alanna
    Aleksandra Alena Alexandria Alisha Alissa Allegra Allison Althea Amalia Amara Amber Amel Ananya Anastasiia
    Anette Angelica Angelique Angie Anika Anjali Anke Ann Annabelle Anneliese Annemarie Annika Antje Antoinette
    April Arlene Arundhati Asha Ashleigh Athena Aurelia Aurora Avril Babette Barbra Beatriz Belinda Bella
    Bernadette Bernice Bertha Bess Bessie Bethan Bethany Betsy Bettina Beverley Beverly Blanca Bonnie Bozena
    Brenda Brianna Britta Brittany Bronwyn Brooke Caitlin Caitlyn Candace Candice Carina Carlotta Carly Carmela
    Carole Carolyn Catalina Caterina Catharine Cathleen Catriona Cecile Celeste Celia Chandrika Chantal Charlene
    Charmaine Chiara Chioma Chrissy Christa Christabel Cilla Clare Clarissa Clementine Cleo Cora Coral Cordelia
    Corina Cornelia Crystal Dagmar Dahlia Daisy Dalia Daria Darlene Darya Davina Dawn Deanna Debora Debra
    Deirdre Delia Demi Diane Dianne Dina Dinah Divya Dolly Dolores Donatella Doreen Doria Dorothée Edwina Eilidh
    Ekaterini Elaina Elana Elen Eleni Elfriede Eliana Elinor Elisabetta Elissa Ellie Elodie Eloise Elspeth
    Embeth Emilie Emmanuelle Enid Erna Ernestine Esmeralda Esperanza Estelle Eudora Eunice Evangeline Faith
    Faiza Faye Felicia Fern Fiamma Filippa Flavia Fleur Flora Franca Francine Frederica Gabriella Gabrielle
    Galina Gertrude Ghislaine Gigi Ginny Giovanna Gisele Giselle Gita Glenda Glenys Goldie Gracie Graciela
    Guadalupe Gudrun Gulnara Gwendolyn Gwyneth Habiba Hadley Halima Halle Hana Hanan Hanneke Hatice Hayley
    Hedwig Heike Helene Helga Henriette Hermione Hester Holly Hope Ilana Ilona Ilse Iman Imelda Iolanda Iryna
    Isabela Isha Isla Ivanka Ivy Izabela Jacquelyn Jamila Jamilah Janelle Janette Janine Jeannie Jemima Jenn
    Jennie Jess Joanie Joann Jodi Joelle Johanna Jolene Josefina Josephina Josie Jovana Joy Judi Julianne
    Julieta Julissa June Kaitlin Kaitlyn Kaja Kaley Kalpana Karolina Kasia Katarina Katarzyna Katerina Katharina
    Katharine Katherina Kathie Kathrin Katia Katie Katrina Kavita Kaylee Kayleigh Keira Kellie Kellyanne Kelsey
    Kendra Keren Kerstin Kezia Kiara Kiera Kirsty Kitty Kornelia Krista Kristi Kristine Kristy Ksenia Kyra
    Kyrsten Lacey Laila Latifa Latoya Laurel Laverne Leah Leanna Lenore Leona Leonie Leonor Leonora Lesia
    Letitia Liesl Lila Lilian Lillian Lilly Lindiwe Linnea Liselotte Livia Liza Lizzie Lizzy Loredana Lorena
    Lori Lorna Lucille Lucinda Lucretia Ludivine Lupita Lynda Lyndsay Lynette Lynn Lynne Maddie Maddy Madeline
    Madison Mae Maeve Magda Maisie Malgorzata Mara Marcela Marcella Margareta Margarethe Margaux Margery
    Margherita Margie Margo Marguerite Mariama Maribel Marieke Mariella Marietta Marilena Marisa Marisol Mariya
    Marjan Marjory Marla Martina Maryanne Masha Mathilde Maud Maude Mavis Mayra Małgorzata Meena Meera Meg
    Meghann Meike Melina Melita Melody Mercedes Meryl Micaela Michèle Mikaela Millicent Mimi Mina Mindy Mira
    Miranda Mireille Mollie Mona Morag Moya Nadezhda Nadja Nadya Naledi Nandini Nanette Nataliya Natalya Nellie
    Nerissa Neve Niamh Nicolette Nigar Nikki Nkechi Nkosazana Noeline Nokuthula Nomvula Nonna Noreen Norma Nuala
    Odette Olive Olympia Oonagh Oprah Orla Ornella Ottilie Outi Padma Paloma Pandora Patrizia Patti Paulette
    Pearl Pernille Petronella Philippa Philomena Phumzile Pia Pilar Pippa Pooja Portia Pratibha Rabia Rachael
    Rachelle Radhika Ramona Rani Rayna Reba Reena Regine Rekha Renate Reshma Riane Rima Roisin Rosalia Rosalind
    Rosalyn Rosamund Rosanna Rosanne Roseanne Rosemarie Rosemary Rosie Rosita Rowena Roxane Roxanne Ruby
    Rukhsana Rupa Ruthie Sadie Sahar Saira Salome Samia Sanam Sania Sarai Savannah Seema Serena Shabana Shakira
    Shana Shania Shanice Sharmila Shauna Shazia Sheena Shelly Sherri Sheryl Shirin Shona Shreya Sienna Signe
    Sigrun Simona Sindiswa Sinéad Siti Siv Sneha Solange Sondra Sonja Sonya Soraya Steffi Stephany Suki Sumitra
    Susanna Susannah Susi Susie Suzan Suzana Suzie Svitlana Swati Sybil Sylvie Tabitha Tallulah Tamar Tamsin
    Tania Tasha Tatjana Tatyana Teri Terri Tess Thalia Thandeka Thandiwe Thea Theodora Therese Thérèse Tiffany
    Tilda Tilly Timea Tonya Tova Tove Tricia Trish Trisha Trudi Truus Tulsi Una Urszula Usha Ute Valeria Valerie
    Valérie Vandana Vasiliki Velma Verena Verity Verna Veronika Vidya Viktoria Viktoriia Viktoriya Vivien
    Vivienne Véronique Wallis Waltraud Whitney Wilhelmina Willa Winifred Winona Yael Yana Yara Yelena Yesenia
    Ylenia Yvette Zadie Zahra Zeinab Zelda Zelma Zena Zeynep Zinaida Zita Zooey Zora Zoé Zoë Zsuzsanna Zubaida
    """
)
GIVEN_M = words(
    """
    Aaron Abdul Abdullah Adam Adrian Ahmad Ahmed Alan Albert Aleksandar Alessandro Alexander Alexei Ali Amir
    Anders Andrei Andres Andrew Anthony Antonio Antony Arthur Barack Ben Benjamin Bernard Bernd Bernie Bill Bob
    Boris Brian Bruce Carl Carlos Charles Chris Christian Christoph Christopher Chuck Colin Craig Dan Daniel
    Dave David Denis Dennis Diego Dieter Dmitri Dmitry Donald Douglas Ed Edward Emmanuel Eric Erik Ethan Felix
    Fernando Francis Francisco Frank Franz Fred Frederick Friedrich Gary George Georg Gerald Giorgio Giovanni
    Giuseppe Gordon Graham Greg Gregory Gustav Hans Harold Harry Hassan Heinrich Helmut Henry Herbert Howard
    Hugo Hussein Ian Ibrahim Igor Ismail Ivan Jack Jacob Jake James Jan Jason Javier Jeff Jeffrey Jens Jeremy
    Jerome Jim Joachim Joe Joel Johan Johannes John Johnny Jonas Jonathan Jorge Jose José Joseph Juan Julian
    Jürgen Justin Karl Keir Keith Ken Kenneth Kevin Khaled Klaus Konrad Kurt Larry Lars Laurent Leo Leon Leonard
    Liam Lorenzo Louis Luca Lucas Luis Luke Magnus Manuel Marc Marcel Marco Marcus Mario Mark Markus Martin Matt
    Matteo Matthew Matthias Max Michael Michel Miguel Mike Mikhail Mohamed Mohammad Mohammed Muhammad Mustafa
    Narendra Nathan Neil Nick Nicholas Nicolas Nigel Nikolai Noah Oleg Olaf Oliver Omar Oscar Otto Pablo Pascal
    Patrick Paul Pavel Pedro Peter Phil Philip Philippe Pierre Piotr Rafael Ralph Raymond Recep Reza Ricardo
    Richard Rick Rishi Rob Robert Roberto Rodrigo Roger Roland Roman Ron Ronald Roy Ryan Salman Samuel Scott
    Sean Sebastian Sergei Sergey Sergio Simon Stefan Stephen Steve Steven Stuart Ted Terry Thomas Tim Timothy
    Tobias Tom Tomas Tony Viktor Victor Vincent Vladimir Volodymyr Walter Wayne Werner William Wolfgang Xavier
    Yusuf Yuri Zachary Marko Milan Goran Dragan Pavol Bogdan Radek Tomasz Jakub Janos Gabor Aleksander Emil Nils
    Sven Lorenz Rainer Anton Viggo Tariq Hamid Karim Rashid Samir
    Abbas Abdel Abdelaziz Abdelfattah Abiy Abraham Adel Adolfo Agustin Akira Alain Alasdair Alastair Alberto
    Aldo Alec Alejandro Aleksandr Aleksei Alex Alexandre Alexandros Alfonso Alfred Alfredo Alistair Allan Allen
    Alvaro Amit Amos Anatoly Andre Andreas Andriy Andrzej Andy Angelo Angus Anwar Armando Armin Arnaud Arnold
    Arturo Arvind Ashraf Asif Aurelien Axel Ayman Aziz Bakhtiar Baptiste Barry Bart Bashar Basil Bassem Benedict
    Benito Benny Bernardo Bertrand Bilal Binyamin Bjarne Bobby Bohdan Borge Brad Bradley Brandon Brendan Brett
    Bryan Byron Caleb Calvin Carlo Carsten Cedric Cesar Charlie Chester Chidi Christophe Clarence Claude Clemens
    Clement Clifford Clinton Clive Cody Conor Constantine Corey Cory Curtis Cyril Damian Damien Damon Danny
    Dario Darren Daryl Declan Demetrius Deng Denys Derek Dermot Desmond Dimitri Dirk Dmytro Dominic Dominik Don
    Doug Duncan Dustin Dwight Eamon Ebrahim Eddie Edgar Edmund Edouard Eduard Eduardo Edwin Egor Eike Elias
    Elijah Elliot Elon Emanuel Emilio Emir Enda Enoch Enrico Enrique Erdal Erich Ernest Ernesto Esmail Esteban
    Ettore Eugene Evan Evgeny Evo Ezra Fabian Fabio Fabrice Fahmi Faisal Farouk Federico Felipe Ferdinand Fidel
    Finn Florian Fouad Francesco Franco Francois Frankie François Frederic Fredrik Fritz Fumio Fyodor Gareth
    Gaston Gavin Geert Gene Geoff Geoffrey Georges Georgios Gerard Gerhard Giacomo Gideon Gilbert Giles Gilles
    Glenn Gonzalo Graeme Grigory Guillaume Guillermo Gunnar Gunther Gustavo Habib Haider Hakan Hakeem Hamza Hank
    Harald Haruki Harvey Hasan Hashim Hector Heiko Hendrik Henri Henrik Herman Hermann Hideki Hiroshi Horacio
    Hossein Hubert Iain Idris Ignacio Ihor Ilir Ilya Imran Ingo Isaac Isaiah Issam Istvan Itamar Ivo Jaafar
    Jacinto Jacques Jagan Jaime Jair Jakob Jamal Jared Jaroslaw Jarosław Javad Jeremiah Jerry Jesse Jesús Jimmy
    Joao Jock Joey Jon Josef Josep Josh Joshua João Juha Julien Julio Julius Junichiro Jurgen Kai Kamal Kaspar
    Keiji Kemal Kenji Kerem Kieran Kirill Knut Kofi Krzysztof Kwame Kwasi Kyle Kyriakos Kyrylo Lamar Laszlo
    Lazaro Leonardo Leonid Leopold Leroy Lewis Lionel Lloyd Lothar Luciano Ludwig Luigi Luiz Lyndon László
    Mahathir Mahmoud Malcolm Malik Manfred Manmohan Marek Mariano Marinus Marius Martín Marvin Marwan Masoud
    Massimo Mateo Mateusz Mathieu Maurice Mauricio Maxim Maxime Mehdi Mehmet Melvin Micah Michał Mick Mihail
    Miles Milos Mitch Mohamad Mohsen Mordechai Morris Moshe Mostafa Muammar Muhammadu Murat Mykhailo Mykola
    Nabih Naftali Najib Nangolo Nasser Naveen Nayib Neville Nicolae Nicolás Niels Nikola Nikos Nitish Norbert
    Norman Octavio Oleksandr Oleksii Oleksiy Olof Olu Olusegun Omer Oriol Osama Oswald Owen Paolo Patrice Patrik
    Paulo Pawel Paweł Pekka Percy Pete Petr Petro Petros Petteri Peyton Piers Pieter Pietro Piyush Qasem Quentin
    Rahul Rajiv Rajnath Rami Ramon Ramzan Randall Randy Rashad Rasmus Raul Ravi Raúl Reinhard Rene René Rhys
    Riccardo Rodney Rodolfo Rolf Romain Romano Ruben Rubén Rudolf Rudy Rufus Rupert Russell Rustam Rustem Saad
    Saddam Saeed Salvatore Sam Sami Sandro Sanjay Sargon Satoshi Sayed Sebastien Selim Serge Sergii Serhii
    Serhiy Seth Shane Shaun Shawn Sheldon Shigeru Shinzo Silvio Slobodan Sophocles Stan Stanislav Stanley
    Stavros Stefano Stelios Sten Stewart Subrahmanyam Sundar Sylvain Taha Takashi Tarik Taro Tayyip Tedros
    Terence Terrence Thabo Theo Theodore Thierry Thom Tidjane Timo Tito Toby Todd Toni Toomas Travis Trevoh
    Trevor Tristan Troy Tyler Tyrone Uhuru Ulf Ulrich Umar Umberto Uwe Vaclav Valentin Valerii Valery Vasily
    Vasyl Vaughan Vernon Viacheslav Vicente Vikram Vince Vitali Vitaly Vivek Vjekoslav Vladislav Vyacheslav
    Václav Waleed Walid Wendell Wes Wesley Wilhelm Willem Willy Winston Wladimir Wojciech Woody Yahya Yair Yanis
    Yannick Yaroslav Yasser Yevgeny Yitzhak Yoav Yoon Yoram Yorgos Yoshihide Yousef Youssef Yves Zac Zach Zack
    Zane Ziad Zoran
    Abdallah Abdulaziz Abdullahi Abdulrahman Abe Abel Abhishek Adebayo Aditya Adnan Ahmet Aidan Aiden Ajay Ajit
    Alaa Alaric Alban Albrecht Alek Alexandru Alf Alfie Alfons Algirdas Alhaji Alonso Aloysius Alphonse Alphonso
    Amadou Amar Ambrose Ammar Anand Anatole Anil Ankit Anouar Anselm Ansgar Antoine Antoni Antonin Antonis
    Anurag Aram Aravind Archie Aristide Arjun Arman Arne Arno Arsen Artem Artur Arun Asa Asher Ashok Atiku Atul
    August Auguste Augustin Augustine Augusto Aurelio Austin Avigdor Avraham Ayaan Ayub Azeem Babajide Balazs
    Baltasar Barnaby Barney Bartholomew Bartosz Basel Bastian Beau Bela Benedikt Benoit Benoît Benson Bert
    Berthold Bhupesh Bjorn Björn Blaine Blaise Blake Bongani Boniface Boyd Brady Branko Brayden Brent Brock
    Bruno Bryce Bud Burkhard Burt Buster Carlton Carmelo Carter Cassius Cathal Cecil Chad Chaim Chandrababu
    Charl Chas Chet Chinedu Christer Christos Chukwuma Ciaran Claudio Clay Clayton Cliff Clint Clyde Colm Colum
    Connor Conrad Cormac Cornelis Cornelius Cosmo Crispin Cristian Cristiano Cristobal Curt Cuthbert Cyrus Daan
    Dag Damir Daniele Daniil Danilo Darius Darrell Darryl Dashiell Davide Davor Dean Deepak Denzel Deon Derrick
    Desi Devendra Devin Dexter Dharmendra Dick Didier Dietmar Dietrich Dilip Dimitar Dimitris Dinesh Dingaan
    Dino Djibril Dmitrii Domenico Domingo Donal Donovan Dorian Dougie Dries Duarte Dudley Dylan Earl Eberhard
    Eckhard Edgardo Edi Edmond Efraim Ehud Einar Eitan Ekrem Eldar Eli Eliot Ellis Elmar Elton Emeka Emerson
    Emile Emmett Emre Endre Engin Ephraim Ercan Ernie Erol Errol Erwin Eugen Eugenio Evaristo Everett Evgenii
    Fabrizio Fahad Farid Farooq Faustino Fayez Fedor Feodor Ferenc Fergal Fergus Filip Filippo Flavio Florentino
    Floyd Franck Franjo Franklin Freddie Freddy Frederik Friedhelm Gabriel Gael Garrett Garry Garth Gautam Gavan
    Gennady Geordie Gerardo Gerd Gerry Gert Ghassan Giancarlo Gianluca Gianni Gil Gilberto Gino Giorgi Gleb
    Godfrey Godwin Goodluck Gopal Gottfried Govind Grant Gregor Gregorio Griffin Grigoris Grzegorz Guido Gus
    Guus Guy Gwyn Haakon Hadi Hafiz Hage Haim Hal Halvard Hamad Hamed Hamish Hani Hannes Hanno Hardeep Harish
    Harlan Haroon Harrison Harsh Hartmut Hashem Haydar Heath Hein Heinz Helge Hemant Henning Heribert Hernan
    Hichem Hilario Himanshu Hiro Hisham Holger Homer Horace Horst Howie Hrishikesh Hristo Huey Hugh Humberto
    Humphrey Husain Iaroslav Ibrahima Idriss Ike Ilham Ilias Ilkka Illia Immanuel Inigo Ioannis Ion Iqbal Ira
    Irving Irwin Isidor Itzhak Iurii Ivar Ivor Izaak Jacek Jackson Jagannath Jagdish Jairo Jamaal Jameel Jamil
    Janez Janusz Jasper Javed Jawad Jawaharlal Jay Jayden Jaydon Jed Jerald Jeroen Jerzy Jiri Jitendra Jiří
    Joakim Joaquin Jochen Jodok Joost Jordi Joris Josiah Josip Josue Jozef Juliano Juri Jurij Jyrki Józef Kacper
    Kader Kamil Kane Kareem Karel Karsten Kartik Kazuo Keanu Keenan Kelvin Kenny Kent Keyvan Khalid Khalil Kip
    Kirk Kjell Klaas Kolawole Konstantin Konstantinos Krishna Kristian Kristof Kristoffer Kumar Kunal Kurtis
    Kyran Ladislav Laith Lalit Lalu Lamine Lance Lando Laurence Lawrence Lazar Leander Leandro Leif Len Lenny
    Lester Leszek Levi Lex Liev Lino Linus Loic Lorne Louie Loïc Lubomir Ludovic Lukas Lukasz Luther Lyle
    Maarten Maciej Maher Mahesh Mahmood Mahmud Maksim Maksym Mamadou Manish Manoj Manolo Mansoor Mansour Manu
    Marcelo Marcin Marcio Marcos Mariusz Marlon Marshall Marten Marty Mathew Mathias Matias Mats Matthijs
    Mattias Maximilian Maximo Mbongeni Melchior Mervyn Michal Michalis Mikael Mikkel Miklos Milad Milton Mircea
    Miro Miroslav Mitchell Mlungisi Modibo Mogens Mohan Mohandas Moises Morten Mortimer Moses Mukesh Mukhtar
    Munir Murad Murray Murtaza Musa Nabil Nadav Nadeem Nadhim Nand Naresh Nasir Nat Nathaniel Nawaz Ned Neeraj
    Nestor Niall Niccolo Nico Nikhil Niklas Nikolaos Nikolaus Nikolay Nir Niranjan Nizar Noam Nolan Nuno Oded
    Odysseas Olav Ole Olivier Olle Omari Oren Orlando Orrin Orson Orville Osman Oswaldo Ousmane Ove Ozgur Paddy
    Padraig Pankaj Pape Paraic Pavlo Peer Per Perry Pervez Phillip Pinchas Pius Poul Pradeep Prakash Pranab
    Prasad Prashant Praveen Quincy Quinton Radoslaw Radosław Radovan Radu Rafal Rafał Raffaele Rafi Raghav
    Raghuram Raimund Raj Raja Rajan Rajeev Rajendra Rajesh Rajkumar Rakesh Raman Ramesh Ramin Ramiro Raphael
    Ratan Ray Rayan Reed Reggie Reginald Reinaldo Reinhold Reuben Reuven Rex Reynaldo Rezaul Riad Richie Ricky
    Rico Rishabh Ritchie Robbie Rocco Rod Roderick Roel Rogelio Rohan Rohit Romeo Ronaldo Ronen Ronnie Rory
    Roscoe Ross Rui Rune Rupesh Ryszard Saadi Sachin Sadiq Sajid Salah Saleh Salim Salvador Samer Samson Sandeep
    Sandor Sanjeev Santiago Santosh Sascha Satya Saul Saverio Selwyn Semyon Serhat Shafiq Shahbaz Shahid Shakir
    Shankar Sharad Sharif Shaukat Shehbaz Sherman Shimon Shivraj Shlomo Siddharth Sidney Siegfried Sigurd Simeon
    Sipho Siyabonga Soren Spencer Spiros Srinivas Stephan Stéphane Sudhir Sukhbir Suleiman Suleyman Sunil Suresh
    Sushil Syed Sylvester Søren Tadeusz Taiwo Talal Tamas Tanner Tapio Tarek Tarun Tauqeer Tawfik Teddy Tejashwi
    Terje Thabang Thaddeus Thamsanqa Thanos Theodor Theodoros Theunis Thiago Thibaut Thijs Thor Thorsten Tiago
    Tiberiu Tibor Tigran Tjeerd Tobin Tommaso Tommy Tomás Tomáš Tor Torsten Traian Trent Trey Tunde Tuomas
    Turgut Tushar Uday Udo Ugo Ulysses Umesh Uri Usman Uttam Vaibhav Valdis Valerio Varun Vasile Vasilis
    Venkaiah Venkatesh Vidar Vijay Viktoras Vinay Vinod Vipin Virgil Vishal Vito Vitold Vittorio Vitus Vladimír
    Volker Vuk Wade Waheed Waldemar Wallace Walt Warren Waseem Wasim Wilbur Wilfred Wilfried Willard Willie Wim
    Winfried Witold Wladyslaw Woodrow Wouter Yagub Yakov Yash Yasin Yevhen Yiannis Yigal Yisrael Yogesh Yogi
    Yohannes Yoshiro Youri Yunus Yusef Zachariah Zaheer Zahid Zaid Zaki Zakir Zbigniew Zdenek Zeke Zeljko Zhivko
    Ziya Zlatko Zoltan Zubair Łukasz
    """
)


KIN_F = words(
    """wife mother daughter sister widow queen actress chairwoman businesswoman spokeswoman congresswoman
    princess niece aunt grandmother girl woman bride heroine abbess nun midwife baroness duchess stateswoman"""
)
KIN_M = words(
    """husband father son brother widower king chairman businessman spokesman congressman prince nephew uncle
    grandfather boy man groom abbot monk baron duke statesman fisherman"""
)
_KINDS = {
    "company": words(
        """company firm haulier maker carmaker airline manufacturer supplier retailer chain operator publisher
    broadcaster lender bank insurer developer brewery startup start-up bookmaker planemaker chipmaker drugmaker giant"""
    ),
    "association": words("union guild league association alliance federation society confederation"),
    "party": words("party movement faction coalition front"),
    "bloc": words("bloc alliance"),
    "club": words("club team"),
    "paper": words("newspaper magazine journal paper publisher"),
    "station": words("station broadcaster network"),
    "learned": words("academy institute university college school museum hospital"),
    "authority": words("ministry agency committee council commission court senate parliament regulator board congress"),
    "bureau": words("bureau"),
    "department": words("department"),
    "public authority": words("authority"),
}
_LAST_WORDS = {
    "company": words(
        """Ferries Logistics Motors Air Airlines Airways Power Energy Press Inc Inc. Ltd Corp Corp. Company Group
    Holdings Industries Steel Mining Foods Dairy Brewery Breweries Pharmaceuticals Technologies Systems
    Stores Records Studios Pictures Partners Bank Insurance Railways Rail GmbH AG SE PLC plc SA NV Motor Oil
    Gas Telecom Electric"""
    ),
    "association": words("Union Guild League Association Alliance Federation Society Confederation"),
    "party": words(
        "Party Movement Front Greens Democrats Republicans Liberals Conservatives Socialists Coalition Bloc"
    ),
    "club": words("Club United Athletic Rovers Wanderers FC City Town County"),
    "paper": words("Times Post Herald Gazette Tribune Courier Chronicle Bell News Journal Telegraph Guardian"),
    "station": words("Radio TV Television Broadcasting"),
    "learned": words("Academy Institute University College School Museum Hospital Survey Observatory"),
    "authority": words("Ministry Agency Committee Council Commission Court Senate Parliament Board Congress Office"),
    "bureau": words("Bureau"),
    "department": words("Department"),
    "public authority": words("Authority"),
}


class _Body(Protocol):
    name: str
    body: str
    roles: set[str]


def body_kinds(lemma: str) -> frozenset[str]:
    """The kinds of body that a noun may stand for; empty where it may stand for any ("group", "organisation")."""
    return frozenset(kind for kind, nouns in _KINDS.items() if lemma in nouns)


def kind_of_body(body: _Body) -> str:
    """What kind of body one is by what the text calls it and by the words of its name; empty where neither says."""
    for kind, nouns in _KINDS.items():
        if body.roles & nouns:
            return kind
    if body.body:
        return body.body
    parts = body.name.replace("’", "'").partition(" for ")[0].partition(" of ")[0].split() or [body.name]
    for kind, endings in _LAST_WORDS.items():
        if parts[-1] in endings or (parts[0] in endings and kind in {"station", "learned", "authority"}):
            return kind
    if "&" in parts:
        return "company"
    return ""


def gender_of(name: str, title: str = "") -> str:
    """Return ``f``, ``m`` or, where name and title leave it open, an empty string."""
    word = title.lower().rstrip(".")
    if word in TITLES_F:
        return "f"
    if word in TITLES_M:
        return "m"
    first = name.split(" ", 1)[0]
    first = first if first in GIVEN_F | GIVEN_M else first.partition("-")[0]
    return "f" if first in GIVEN_F else "m" if first in GIVEN_M else ""
