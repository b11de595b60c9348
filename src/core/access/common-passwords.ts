/**
 * What is tried first, bare: lower case, look-alikes as letters, nothing in front or behind. Lists
 * of leaked passwords agree on these; `password1!` and `P@ssw0rd` are `password` here. Sentences
 * are in it because at 15 characters people choose them.
 */
const words = `
password passwort passwoord motdepasse contrasena contrasenia senha wachtwoord parola kennwort
passphrase passpass passpassword passwordpassword secret geheim letmein letmeinnow
letmeinplease welcome welcometo willkommen bienvenido bemvindo benvenuto welkom admin
administrator adminadmin root toor user guest login signin access default changeme changemenow
changeit temp temporary test testtest testing tester demo example sample master superuser
qwerty qwertz azerty qwertyuiop qwertyuiopasdfghjkl asdfgh asdfghjkl zxcvbn zxcvbnm
qazwsx qazwsxedc qwerasdf qweasd qweasdzxc iqazxswz iqaz zaqixsw poiuytrewq
iloveyou iloveyouforever iloveu tequiero teamo jetaime ichliebedich tiamo amoteforever sunshine
princess princesa prinzessin dragon monkey monkeymonkey shadow football baseball basketball
soccer hockey superman batman spiderman pokemon starwars trustnoone trustnoi whatever freedom
michael jennifer jessica ashley daniel charlie thomas andrea maria angela hello hellohello
helloworld hallo hallohallo bonjour hola ciao computer internet samsung iphone google facebook
linkedin microsoft windows android mustang ferrari porsche mercedes killer hunter ranger buster
summer sommer winter spring fruehling herbst autumn january february august september october
november december monday friday montag freitag liverpool chelsea arsenal barcelona realmadrid
juventus benfica flamengo corinthians ajaxajax callcenter callcentre contactcenter contactcentre
telephone telefon telefono recording consent company companyname customer customerservice
correcthorsebatterystaple correct horse battery staple thisismypassword thisisapassword
mypasswordispassword myvoiceismypassword mysecretpassword thequickbrownfox
thequickbrownfoxjumpsoverthelazydog tobeornottobe tobeornottobethatisthequestion
itwasthebestoftimes maytheforcebewithyou onceuponatime
`;

export const commonPasswords: ReadonlySet<string> = new Set(words.trim().split(/\s+/));
