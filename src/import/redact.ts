/**
 * A snapshot under pseudonyms: accounts, names and addresses, each always by the same. Patterns go on to match what they
 * matched: names are replaced word by word, a word is cut where some pattern cuts it, and addresses keep their networks.
 * Words that AWS itself uses stay. Ids are replaced so that what begins alike goes on to.
 */
import { hash } from 'node:crypto';
import { asText } from '../aws/as-text.ts';
import { PatternCuts } from './pattern-cuts.ts';
import { ADDRESS, addressBits, bitsAddress, pseudonymousBits } from './redact-address.ts';
import type { Reads } from './snapshot/snapshot.ts';
import { isUnredacted } from './unredacted.ts';

/** Members whose values people choose, in any capitals. */
const NAME_MEMBERS: ReadonlySet<string> = new Set(
  `username rolename groupname policyname instanceprofilename path grouplist sessionname rolesessionname sessions
aliasname name description groupdescription email keyname keypairname stackname autoscalinggroupname launchtemplatename
launchconfigurationname versiondescription cause sid id key value tagkey tagvalue logicalresourceid changesetname loggroupname
logstreamname rulename alarmname trailname comment useragent sourceipaddress addresses sourceidentity externalid rootdomain
displayname domainname hostname s3bucketname bucketname imagelocation`.split(/\s+/),
);

/** Members whose values are AWS's own words, which stay even where somebody uses one as a name. */
const AWS_MEMBER =
  /^(?:reason|identity|endpoint|filter|denied|mfa|format|invokedby|attribute|owners|ownerids|eventname|usageoperation)$|(?:state|status|types?|code|error|tenancy|protocol|mode|spec|usage|manager|origin|algorithms?|architecture|hypervisor|operations?|action|region|regionname|zone|zoneid|service|servicename|^source|eventsource|platform|platformdetails|version|versionid|behavior|preference|tokens|support|tier|owneralias|category|device|devicename|weighting|autorecovery)$/i;
/** An object `{Code, Name}` under such a member names a state. */
const STATE_MEMBER = /(?:state|status)$/i;
/** Objects whose member names and values people choose. */
const CHOSEN_MEMBER = /^(?:encryptionContext.*|tags)$/i;
/** AWS's sentences. */
const SENTENCE_MEMBER = /(?:message|reason|why|title)$/i;
/** Quoted, or of several parts. */
const NAME_IN_SENTENCE = /(["'`]).{1,200}?\1|(?<![A-Za-z0-9])[A-Za-z0-9]+(?:[-_.@+=,/][A-Za-z0-9]+)+/g;
const SERVICE_HOST = /^[a-z0-9-]+(?:\.[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com$/;
/** What AWS gives to the resource that it names (`sgr-…`): the word before it is AWS's. */
const RESOURCE_ID =
  /(?<![A-Za-z0-9])[a-z]{1,10}(?:-[a-z]{1,10}){0,2}-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![A-Za-z0-9-])/g;
const AWS_NAME = /\bAWSServiceRoleFor\w+|(?<=\balias\/aws\/)\w+|^aws:[\w:-]+/g;

const WORD = /[A-Za-z0-9]+/g;
/** Numbers, and the parts of a time: `01T09`, `48Z`. */
const NUMBER = /^\d+(?:T\d+)?Z?$/;
const UUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
/** Of a word's start: nothing of a word before it, or a character of JSON that is written as two. */
const START = '(?<=^|[^A-Za-z0-9]|\\\\[bfnrt])';
/** Of a key pair. */
const FINGERPRINT = '[0-9a-f]{2}(?::[0-9a-f]{2}){15,31}';
/** What AWS makes up at random; of a pattern, the beginning of it. */
const ID = new RegExp(
  `${START}(?:${FINGERPRINT}|(?:[a-z][a-z-]{0,20}-)?(?:${UUID}|[0-9a-f]{64}|[0-9a-f]{32})|[a-z][a-z-]{0,20}-(?:[0-9a-f]{17}|[0-9a-f]{8})` +
    `|A(?:IDA|ROA|GPA|NPA|IPA|KIA|SIA)[A-Z0-9]{10,})(?![A-Za-z0-9])` +
    `|(?<=[:/"](?:key/|i-|vol-|snap-|ami-|lt-|vpce?-|subnet-|sg-))[0-9a-f][0-9a-f-]*(?=\\*)`,
  'g',
);
/** What of an id is not random. */
const ID_PREFIX = /^(?:[a-z][a-z-]*-(?=[0-9a-f-]{8,}$)|A[A-Z]{3}(?=[A-Z0-9]{10,}$))/;
/** What AWS itself puts before it. */
const AWS_PREFIXES: ReadonlySet<string> = new Set(
  `i vol snap ami aki ari import-ami import-snap export-ami export-i eni eni-attach eni-perm lt r sg sgr subnet subnet-cidr-assoc
vpc vpc-cidr-assoc vpce vpce-svc acl aclassoc rtb rtbassoc igw eigw nat eipalloc eipassoc pl dopt pcx fl tgw tgw-attach tgw-rtb vgw
cgw vpn lgw fleet sir sfr sir-fleet cr pg key h eic replacevol bpa iip-assoc ipam ipam-pool ipam-scope mrk`.split(
    /\s+/,
  ),
);
const UUID_VERSION = 14;
const HEX = '0123456789abcdef';
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Condition keys of AWS itself and of its services, as policies write them. */
const AWS_KEY =
  /^(?:aws|kms|ec2|ebs|iam|sts|s3|autoscaling|cloudformation|cloudtrail|events|logs|ssm|organizations|saml|sns|sqs|lambda|rds|dynamodb|secretsmanager|token\.actions\.githubusercontent\.com|accounts\.google\.com|cognito-identity\.amazonaws\.com):[A-Za-z0-9]+$/;
/** Of those, the ones whose values are AWS's own words. */
const AWS_VALUED_KEY =
  /^(?:aws|kms|ec2|ebs|iam|sts|autoscaling|organizations):\w*?(?:ViaService|CalledVia\w*|Service|ServiceNames?|ServiceNamesList|ServicePrincipal|PrincipalType|Region|GrantOperations|ConstraintType|Spec|Usage|Origin|Algorithm|Type|Tenancy|CreateAction|PolicyType|PrincipalIsAWSService|ViaAWSService|ForAWSResource|SecureTransport|MultiFactorAuthPresent|Encrypted|MultiRegion|BypassPolicyLockoutSafetyCheck)$/i;
/** Of a policy variable, the name: its default is people's. */
const VARIABLE = /\$\{(?:aws|kms|ec2|iam|sts|s3|saml):[A-Za-z0-9]+|\$\{[*?$]\}/g;

interface Recorded {
  readonly uses: Iterable<{ readonly name: string }>;
  readonly events: Iterable<object>;
}

export class Redaction {
  readonly #secret: string;
  readonly #names = new Set<string>();
  readonly #vocabulary = new Set<string>();
  readonly #accounts = new Set<string>();
  readonly #cuts = new PatternCuts();
  readonly #ids = new Map<string, string>();
  readonly #words = new Map<string, string>();

  /** With another secret the pseudonyms are others. */
  constructor(secret: string) {
    this.#secret = secret;
  }

  learn(reads: Reads, { uses, events }: Recorded): void {
    for (const account of reads.accounts()) this.#accounts.add(account);
    for (const read of reads.all()) if (!isUnredacted(read.operation)) this.#see('', read);
    for (const { name: eventName, ...use } of uses) this.#see('', { ...use, eventName });
    for (const event of events) this.#see('', event);
    for (const word of AWS_WORDS) this.#vocabulary.add(word);
    this.#cuts.settle(this.#names);
  }

  #see(member: string, value: unknown, isListed = false): void {
    if (Array.isArray(value)) {
      if (member === '$lines') this.#seeText(member, value.join('\n'));
      else for (const each of value) this.#see(member, each, true);
    } else if (value && typeof value === 'object') {
      const isChosen = !isListed && CHOSEN_MEMBER.test(member);
      for (const [name, inner] of Object.entries(value)) {
        this.#note(name, isChosen ? this.#names : this.#vocabulary);
        if (isChosen && typeof inner === 'string') this.#note(inner, this.#names);
        else this.#see(/^name$/i.test(name) && STATE_MEMBER.test(member) ? member : name, inner);
      }
    } else if (typeof value === 'string') this.#seeText(member, value);
  }

  #seeText(member: string, text: string): void {
    for (const [name] of text.matchAll(AWS_NAME)) this.#note(name, this.#vocabulary);
    for (const [, account] of text.matchAll(/(?<![0-9a-f-])(\d{12})(?![0-9a-f])/g))
      this.#accounts.add(account as string);
    if (text.startsWith('{') && (member === 'context' || member === 'grant')) {
      const recorded = JSON.parse(text) as object;
      this.#see(member === 'context' ? 'encryptionContext' : '', recorded);
    } else if (text.startsWith('{')) {
      this.#cuts.learn(text);
      this.#seeDocument(text);
    } else if (text.startsWith('arn:')) this.#seeArn(text);
    else if (AWS_MEMBER.test(member) || SERVICE_HOST.test(text)) this.#note(text, this.#vocabulary);
    else if (NAME_MEMBERS.has(member.toLowerCase())) this.#note(text, this.#names);
    else if (SENTENCE_MEMBER.test(member)) this.#seeSentence(text);
    // Of a member that is on no list, what is not AWS's word elsewhere is people's.
    else this.#note(text, this.#names);
  }

  /** What AWS says, and in it the names that it was told. */
  #seeSentence(text: string): void {
    for (const [name] of text.matchAll(NAME_IN_SENTENCE)) this.#note(name, this.#names);
  }

  /** The kind of the resource is AWS's word, where there is one; a bucket or a topic is only named. */
  #seeArn(text: string): void {
    const [, , service = '', , account, ...rest] = text.split(':');
    const resource = rest.join(':');
    const kind = /^s3|^sns$|^sqs$/.test(service)
      ? ''
      : (/^[a-z][A-Za-z-]*(?=[:/])/.exec(resource)?.[0] ?? '');
    this.#note(`${service} ${kind}`, this.#vocabulary);
    this.#note(resource.slice(kind.length), account === 'aws' ? this.#vocabulary : this.#names);
  }

  /** Actions and AWS's condition keys are AWS's words; all else that a policy says is people's. */
  #seeDocument(text: string): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      // What is no document has no words to learn from.
      return;
    }
    const { Statement, ...others } = Object(parsed) as Record<string, unknown>;
    this.#seeChosen(others);
    for (const statement of [Statement].flat()) {
      const { Action, NotAction, Condition, ...rest } = Object(statement) as Record<string, unknown>;
      for (const action of [Action ?? [], NotAction ?? []].flat())
        this.#note(asText(action), this.#vocabulary);
      for (const [operator, keys] of Object.entries(Object(Condition) as object)) {
        this.#note(operator, this.#vocabulary);
        for (const [key, values] of Object.entries(Object(keys) as object)) this.#seeCondition(key, values);
      }
      this.#seeChosen(rest);
    }
  }

  /** What is said of a key that is not AWS's, or whose values people choose, is people's. */
  #seeCondition(key: string, values: unknown): void {
    const [known = '', chosen = ''] = key.split(/\/|(?<=Context):/);
    this.#note(known, AWS_KEY.test(known) ? this.#vocabulary : this.#names);
    this.#note(chosen, this.#names);
    if (AWS_VALUED_KEY.test(known))
      for (const value of [values].flat()) this.#note(asText(value), this.#vocabulary);
    else this.#seeChosen(values);
  }

  #seeChosen(value: unknown): void {
    if (typeof value === 'string') {
      if (value.startsWith('arn:')) this.#seeArn(value);
      else if (SERVICE_HOST.test(value)) this.#note(value, this.#vocabulary);
      else this.#note(value.replace(VARIABLE, ' '), this.#names);
    } else if (value && typeof value === 'object') {
      for (const inner of Object.values(value)) this.#seeChosen(inner);
    }
  }

  #note(text: string, words: Set<string>): void {
    for (const [word] of text.replace(RESOURCE_ID, '').matchAll(WORD)) words.add(word);
  }

  /** What an address becomes is no word: some of its parts are words that people use. */
  apply(text: string): string {
    let applied = '';
    let at = 0;
    for (const match of text.matchAll(ADDRESS)) {
      const address = this.#address(match[0]);
      if (address === undefined) continue;
      applied += this.#withoutAddresses(text.slice(at, match.index)) + address;
      at = match.index + match[0].length;
    }
    return applied + this.#withoutAddresses(text.slice(at));
  }

  #withoutAddresses(text: string): string {
    let applied = '';
    let at = 0;
    for (const match of text.matchAll(ID)) {
      applied += this.#text(text.slice(at, match.index)) + this.#id(match[0]);
      at = match.index + match[0].length;
    }
    return applied + this.#text(text.slice(at));
  }

  /** A backslash and a letter are one character of JSON. */
  #text(text: string): string {
    return text.replace(/\\.|[A-Za-z0-9]+/g, (word) => (word.startsWith('\\') ? word : this.#word(word)));
  }

  /** Character by character, each by those before it: what begins alike goes on to, so that patterns match still. */
  #id(id: string): string {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const [prefix = ''] = ID_PREFIX.exec(id) ?? [];
    const alphabet = /^A[A-Z]{3}$/.test(prefix) ? CAPITALS : HEX;
    const random = id.slice(prefix.length);
    // Somebody's image may be called "al2023-ami": what AWS puts before its ids stays, or nothing finds them.
    let mapped = AWS_PREFIXES.has(prefix.slice(0, -1)) ? prefix : this.#text(prefix);
    for (const [place, char] of [...random].entries()) {
      const value = alphabet.indexOf(char);
      const shift = this.#number(random.slice(0, place));
      // Dashes stay, and the digit of a UUID that says which kind it is.
      const isFixed = value < 0 || (place === UUID_VERSION && random[place - 1] === '-');
      mapped += isFixed ? char : alphabet[(value + shift) % alphabet.length];
    }
    this.#ids.set(id, mapped);
    return mapped;
  }

  #word(word: string): string {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const mapped = this.#mapped(word);
    this.#words.set(word, mapped);
    return mapped;
  }

  #mapped(word: string): string {
    if (this.#accounts.has(word)) return this.#digits(word);
    if (!this.#names.has(word) || this.#vocabulary.has(word) || NUMBER.test(word)) return word;
    const cuts = this.#cuts.of(word);
    return [0, ...cuts].map((from, i) => this.#pseudonym(word.slice(from, cuts[i]))).join('');
  }

  #pseudonym(word: string): string {
    return this.#vocabulary.has(word) ? word : `x${hash('sha256', `${this.#secret} ${word}`).slice(0, 7)}`;
  }

  #digits(account: string): string {
    const number =
      BigInt(`0x${hash('sha256', `${this.#secret} ${account}`).slice(0, 15)}`) % 899_999_999_999n;
    return String(100_000_000_000n + number);
  }

  /** Addresses of one network stay in one network, and a network's own address is the first in it still. */
  #address(text: string): string | undefined {
    const [address = '', length] = text.split('/');
    const known = addressBits(address);
    if (!known) return undefined;
    const { kind, bits } = known;
    const all = pseudonymousBits(kind, bits, (before) => this.#number(`${kind} ${before}`) & 1);
    const hostBits = bits.slice(Number(length ?? bits.length));
    const mapped = /1/.test(hostBits)
      ? all
      : all.slice(0, bits.length - hostBits.length).padEnd(bits.length, '0');
    return bitsAddress(kind, mapped, address) + (length === undefined ? '' : `/${length}`);
  }

  #number(seed: string): number {
    return Number.parseInt(hash('sha256', `${this.#secret} ${seed}`).slice(0, 6), 16);
  }
}

const AWS_WORDS =
  `r o ou p arn aws AWS Internal infrastructure ebs id iam sts kms ec2 user role group policy profile alias key root service amazonaws com assumed true false
instance volume snapshot image latchkey default AWSServiceRoleForAutoScaling autoscaling organizations global Statement Effect
Allow Deny Principal Action Resource Condition Version Sid amazon internal compute reserved sso autoScalingGroupName
snapshot json format version operation account region reads input at by from output refused code message lines lookup
User is not authorized to perform on resource because no identity based VPC endpoint permissions boundary session
control with an explicit deny in a the The allows and or of for`.split(/\s+/);
