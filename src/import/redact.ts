/**
 * A snapshot under pseudonyms: accounts, names and addresses, each always by the same. Patterns go on to match what they
 * matched: names are replaced word by word, a word is cut where some pattern cuts it, and addresses keep their networks.
 * Words that AWS itself uses stay. Ids are replaced so that what begins alike goes on to.
 */
import { hash } from 'node:crypto';
import type { Reads } from './snapshot/snapshot.ts';

/** Members whose values people choose. */
const NAME_MEMBERS: ReadonlySet<string> = new Set([
  ...[
    'UserName',
    'RoleName',
    'GroupName',
    'PolicyName',
    'InstanceProfileName',
    'Path',
    'GroupList',
    'SessionName',
  ],
  ...['AliasName', 'Name', 'Description', 'Email', 'KeyName', 'StackName', 'AutoScalingGroupName'],
  ...['LaunchTemplateName', 'LaunchConfigurationName', 'VersionDescription', 'Cause', 'Sid', 'Id'],
  ...[
    'Key',
    'Value',
    'TagKey',
    'TagValue',
    'userName',
    'roleName',
    'policyName',
    'groupName',
    'aliasName',
    'sessions',
  ],
]);

const WORD = /[A-Za-z0-9]+/g;
const ADDRESS = /\b(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b/g;
const NUMBER = /^[0-9]+$/;
const UUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
/** Of a word's start: nothing of a word before it, or a character of JSON that is written as two. */
const START = '(?<=^|[^A-Za-z0-9]|\\\\[bfnrt])';
/** What AWS makes up at random; of a pattern, the beginning of it. */
const ID = new RegExp(
  `${START}(?:(?:[a-z][a-z-]{0,20}-)?(?:${UUID}|[0-9a-f]{64}|[0-9a-f]{32})|[a-z][a-z-]{0,20}-(?:[0-9a-f]{17}|[0-9a-f]{8})` +
    `|A(?:IDA|ROA|GPA|NPA|IPA|KIA|SIA)[A-Z0-9]{10,})(?![A-Za-z0-9])` +
    `|(?<=[:/"](?:key/|i-|vol-|snap-|ami-|lt-|vpce?-|subnet-|sg-))[0-9a-f][0-9a-f-]*(?=\\*)`,
  'g',
);
/** What of an id is not random. */
const ID_PREFIX = /^(?:[a-z][a-z-]*-(?=[0-9a-f-]{8,}$)|A[A-Z]{3}(?=[A-Z0-9]{10,}$))/;
const UUID_VERSION = 14;
const HEX = '0123456789abcdef';
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export class Redaction {
  readonly #secret: string;
  readonly #names = new Set<string>();
  readonly #vocabulary = new Set<string>();
  readonly #accounts = new Set<string>();
  /** Where patterns cut words: `app-w*` cuts whatever begins with w. */
  readonly #beginnings = new Set<string>();
  readonly #endings = new Set<string>();
  readonly #ids = new Map<string, string>();

  /** With another secret the pseudonyms are others. */
  constructor(secret: string) {
    this.#secret = secret;
  }

  learn(reads: Reads, history: readonly Iterable<object>[]): void {
    for (const account of reads.accounts()) this.#accounts.add(account);
    for (const { output } of reads.all()) this.#see('', output);
    for (const part of history) for (const each of part) this.#see('', each);
    for (const word of AWS_WORDS) this.#vocabulary.add(word);
  }

  #see(member: string, value: unknown): void {
    if (Array.isArray(value)) {
      for (const each of value) this.#see(member, each);
    } else if (value && typeof value === 'object') {
      const isChosen = /^encryptionContext/i.test(member);
      for (const [name, inner] of Object.entries(value)) {
        this.#note(name, isChosen ? this.#names : this.#vocabulary);
        if (isChosen && typeof inner === 'string') this.#note(inner, this.#names);
        else this.#see(name, inner);
      }
    } else if (typeof value === 'string') this.#seeText(member, value);
  }

  #seeText(member: string, text: string): void {
    for (const [, account] of text.matchAll(/(?<![0-9a-f-])(\d{12})(?![0-9a-f])/g))
      this.#accounts.add(account as string);
    if (text.startsWith('{') && (member === 'context' || member === 'grant')) {
      const recorded = JSON.parse(text) as object;
      this.#see(member === 'context' ? 'encryptionContext' : '', recorded);
    } else if (text.startsWith('{')) {
      for (const [, beginning] of text.matchAll(/([A-Za-z0-9]+)[*?]/g))
        this.#beginnings.add(beginning as string);
      for (const [, ending] of text.matchAll(/[*?]([A-Za-z0-9]+)/g)) this.#endings.add(ending as string);
      this.#seeDocument(text);
    } else if (NAME_MEMBERS.has(member)) this.#note(text, this.#names);
    else if (text.startsWith('arn:')) this.#note(text.split(':').slice(5).join(':'), this.#names);
    else if (!text.includes(' ') && text.length < 64) this.#note(text, this.#vocabulary);
  }

  /** Actions and condition keys are AWS's words; what else a policy says is people's. */
  #seeDocument(text: string): void {
    try {
      const parsed = JSON.parse(text) as { Statement?: unknown };
      for (const statement of [parsed.Statement ?? []].flat()) {
        const { Action, NotAction, Condition } = Object(statement) as Record<string, unknown>;
        for (const action of [Action ?? [], NotAction ?? []].flat())
          this.#note(String(action), this.#vocabulary);
        for (const [operator, keys] of Object.entries(Object(Condition) as object)) {
          this.#note(operator, this.#vocabulary);
          for (const [key, values] of Object.entries(Object(keys) as object)) {
            const [known = '', chosen = ''] = key.split(/\/|(?<=Context):/);
            this.#note(known, this.#vocabulary);
            this.#note(chosen, this.#names);
            const isNamed =
              /tag|alias|arn|userid|username|encryptioncontext|sourceidentity|externalid|session/i.test(
                known,
              );
            for (const value of [values].flat())
              this.#note(String(value), isNamed ? this.#names : this.#vocabulary);
          }
        }
      }
    } catch {
      // What is no document has no words to learn from.
    }
  }

  #note(text: string, words: Set<string>): void {
    for (const [word] of text.matchAll(WORD)) words.add(word);
  }

  apply(text: string): string {
    const addresses = text.replace(ADDRESS, (whole, ...octets: string[]) =>
      this.#address(whole, octets.slice(0, 4)),
    );
    let applied = '';
    let at = 0;
    for (const match of addresses.matchAll(ID)) {
      applied += this.#words(addresses.slice(at, match.index)) + this.#id(match[0]);
      at = match.index + match[0].length;
    }
    return applied + this.#words(addresses.slice(at));
  }

  /** A backslash and a letter are one character of JSON. */
  #words(text: string): string {
    return text.replace(/\\.|[A-Za-z0-9]+/g, (word) => (word.startsWith('\\') ? word : this.#word(word)));
  }

  /** Character by character, each by those before it: what begins alike goes on to, so that patterns match still. */
  #id(id: string): string {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const [prefix = ''] = ID_PREFIX.exec(id) ?? [];
    const alphabet = /^A[A-Z]{3}$/.test(prefix) ? CAPITALS : HEX;
    const random = id.slice(prefix.length);
    let mapped = this.#words(prefix);
    for (const [place, char] of [...random].entries()) {
      const value = alphabet.indexOf(char);
      const shift = Number.parseInt(
        hash('sha256', `${this.#secret} ${random.slice(0, place)}`).slice(0, 6),
        16,
      );
      // Dashes stay, and the digit of a UUID that says which kind it is.
      const isFixed = value < 0 || (place === UUID_VERSION && random[place - 1] === '-');
      mapped += isFixed ? char : alphabet[(value + shift) % alphabet.length];
    }
    this.#ids.set(id, mapped);
    return mapped;
  }

  #word(word: string): string {
    if (this.#accounts.has(word)) return this.#digits(word);
    if (!this.#names.has(word) || this.#vocabulary.has(word) || NUMBER.test(word)) return word;
    for (const part of this.#beginnings) {
      if (word.startsWith(part) && word !== part)
        return this.#pseudonym(part) + this.#partsOf(word.slice(part.length));
    }
    return this.#partsOf(word);
  }

  #partsOf(word: string): string {
    for (const part of this.#endings) {
      if (word.endsWith(part) && word !== part)
        return this.#pseudonym(word.slice(0, -part.length)) + this.#pseudonym(part);
    }
    return this.#pseudonym(word);
  }

  #pseudonym(word: string): string {
    return this.#vocabulary.has(word) ? word : `x${hash('sha256', `${this.#secret} ${word}`).slice(0, 7)}`;
  }

  #digits(account: string): string {
    const number =
      BigInt(`0x${hash('sha256', `${this.#secret} ${account}`).slice(0, 15)}`) % 899_999_999_999n;
    return String(100_000_000_000n + number);
  }

  /** Addresses of one network stay in one network: each octet by those before it. */
  #address(whole: string, octets: readonly string[]): string {
    if (octets.some((octet) => Number(octet) > 255) || whole === '0.0.0.0') return whole;
    let before = '';
    const mapped = octets.map((octet) => {
      const seed = before;
      before += `${octet}.`;
      return this.#octet(Number(octet), seed);
    });
    return mapped.join('.');
  }

  /** Bit by bit, so that networks of any length are kept. */
  #octet(octet: number, before: string): number {
    let mapped = 0;
    for (let bit = 7; bit >= 0; bit--) {
      const prefix = octet >> (bit + 1);
      const flip =
        Number.parseInt(hash('sha256', `${this.#secret} ${before}${bit}/${prefix}`).slice(0, 2), 16) & 1;
      mapped |= (((octet >> bit) & 1) ^ flip) << bit;
    }
    return mapped;
  }
}

const AWS_WORDS =
  `arn aws AWS Internal infrastructure ebs id iam sts kms ec2 user role group policy alias key root service amazonaws com assumed true false
instance volume snapshot image latchkey default AWSServiceRoleForAutoScaling autoscaling organizations global Statement Effect
Allow Deny Principal Action Resource Condition Version Sid`.split(/\s+/);
