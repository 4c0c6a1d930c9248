/**
 * Calls with their whole answers, and what was recorded and sent of them, compared with a file that is kept beside the tests.
 * What differs from run to run is named: the second volume is `<vol 2>`, a time is so many minutes, by fives, from the start of the run.
 * `npm run golden` writes the files anew: each changed line is a change of what users see, and is looked at.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, type TestContext } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import { DAY_MS, emittedEvents, lookupEvents, type TrailEvent } from './account.ts';
import { anyCall } from './any-call.ts';
import { type Credentials, startServerFor, type TestServer } from './server.ts';

type Output = Readonly<Record<string, unknown>>;

/** What a call answered. */
class Answer {
  readonly output: Output;

  constructor(output: Output) {
    this.output = output;
  }

  /** An id, or another text, somewhere in it: `answer.at('Volumes', 0, 'VolumeId')`. */
  at(...path: readonly (string | number)[]): string {
    return String(
      path.reduce<unknown>((value, member) => (value as Output | undefined)?.[member], this.output),
    );
  }

  /** The members of this name of all things in a list. */
  all(list: string, member: string): unknown {
    const things = this.output[list] as Output[] | undefined;
    return things?.map((each) => each[member]) ?? this.output;
  }
}

interface Caller {
  readonly as?: Credentials;
  readonly region?: string;
}

const STEP = '\n### ';
const MINUTE_MS = 60_000;
/** Longer than any name that a test gives, without a blank: a token or bytes as text. */
const OPAQUE = /^[\w+/=.:-]{90,}$/;
const ISO_TIME = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| GMT)?/g;
/** As CloudTrail writes it of requests and replies. */
const RECORDED_TIME = /\b[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d [AP]M\b/g;
const IDS = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/,
  /\bmrk-[0-9a-f]{32}\b/,
  /\b[a-z]{1,10}(?:-[a-z]{1,8})*-[0-9a-f]{17}\b/,
  /\bou-[0-9a-z]{4,32}-[0-9a-z]{8,32}\b/,
  /\b(?:o|p|h|car)-[0-9a-z]{8,32}\b/,
  /\br-[0-9a-z]{4}\b/,
  /\bA(?:KIA|SIA|IDA|ROA|NPA|GPA|IPA|SCA|PKA|CCA)[A-Z0-9]{16,17}\b/,
  /\bSAMLPK[A-Z0-9]{17,24}\b/,
  /\b[0-9a-f]{64}\b/,
  /\b[0-9a-f]{32}\b/,
];
/** Addresses, drawn at random in their network, and what holds a time in a form of its own. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/\b02(?::[0-9a-f]{2}){5}\b/g, '<mac>'],
  [/\b[fb]\/\d{40,}\/s\b/g, '<token>'],
  [/\b1[789]\d{8}\b/g, '<epoch>'],
  [/\b(grant) [0-9a-f]{8,12}…/gi, '$1 <id>…'],
  [/(:secret:events!connection\/[^/]+\/[0-9a-f-]{36}-)[0-9a-f]{6}\b/g, '$1<suffix>'],
  [/(failure message: )[\w=-]+/g, '$1<message>'],
  [/-[0-9a-f]{8}(?=\.[\w.-]+\.vpce\.amazonaws\.com)/g, '-<id>'],
  [/\.[0-9a-f]{8}(?=(?:\.fips)?\.ec2-instance-connect-endpoint\.)/g, '.<id>'],
  [/\b169\.254\.\d+\.\d+\b/g, '<inside>'],
  [/\bk[\da-f]{31}\b/g, '<tunnel key>'],
  [/created on [\d,]+\d/g, 'created on <now>'],
  [/\b\w+day \d\d \w+, \d{4} [\d:]{8} UTC/g, '<now>'],
  [/\b198[.-]1[89][.-]\d+[.-]\d+\b(?!\/)/g, '<public ip>'],
  [/\b172[.-]31[.-]\d+[.-]\d+\b(?!\/)/g, '<ip>'],
  [/\b(os\/\w+#)[\w.-]+/g, '$1<kernel>'],
  [/\b(md\/nodejs#)[\w.-]+/g, '$1<node>'],
];
const ID = new RegExp(IDS.map(({ source }) => source).join('|'), 'g');

export class Transcript {
  readonly #server: TestServer;
  readonly #account: string;
  readonly #file: URL;
  readonly #names = new Map<string, string>();
  readonly #hidden = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #steps: string[] = [];
  /** By the server's clock, which other tests of the file may have moved. */
  #beganMs = 0;
  #givesNames = true;
  #root: Credentials | undefined;

  /** Of calls in this account, which no other test uses. */
  constructor(server: TestServer, account: string, file: URL) {
    this.#server = server;
    this.#account = account;
    this.#file = file;
  }

  /** A step: the answer, or the refusal, of a call as root of the account unless somebody else is named. */
  async call(name: string, input: object = {}, caller: Caller = {}): Promise<Answer> {
    const answer = await this.silent(name, input, caller);
    this.step(name, answer.output, input);
    return answer;
  }

  /** The same for calls that are many, and of which a step tells the sum. */
  async silent(name: string, input: object = {}, { as, region }: Caller = {}): Promise<Answer> {
    const [service = '', operation = ''] = name.split(':');
    await this.#begin();
    this.#root ??= await this.#server.root(this.#account);
    const output = await anyCall(this.#server, as ?? this.#root, { service, operation, input }, region).then(
      ({ $metadata, ...output }) => output,
      refusalOf,
    );
    return new Answer(output);
  }

  /** A question to the control door, with its whole answer. */
  async ask(question: string, body: object = {}): Promise<Answer> {
    const answer = await this.silentAsk(question, body);
    this.step(question, answer.output, body);
    return answer;
  }

  /** The same, of whose answer a step tells a part. */
  async silentAsk(question: string, body: object = {}): Promise<Answer> {
    await this.#begin();
    const output = await this.#server
      .ask<Output>(question, { accountId: this.#account, ...body })
      .catch((error: Error) => ({ refused: error.message }));
    return new Answer(output);
  }

  /** Gives a name to what is drawn at random and looks like nothing in particular: the number of an account. */
  hide(id: string, kind: string): void {
    this.#hidden.set(id, `<${kind}>`);
  }

  /** From here on: which of several it is depends on haste. */
  nameNothing(): void {
    this.#givesNames = false;
  }

  step(title: string, what: unknown, input?: object): void {
    const asked = input ? ` ${abridged(JSON.stringify(this.#named(input)))}` : '';
    const shown = inspect(this.#named(what), {
      depth: null,
      breakLength: 118,
      maxArrayLength: null,
      maxStringLength: null,
    });
    this.#steps.push(`${title}${asked}\n${shown}`);
  }

  /**
   * What CloudTrail has recorded of the account, and what EventBridge was sent of it and of others that take part, in an order
   * that does not depend on haste.
   */
  async recorded(...others: readonly string[]): Promise<void> {
    await this.#server.settled();
    this.nameNothing();
    const trail = (await lookupEvents(this.#server, undefined, this.#account)).reverse();
    const first = trail.find(({ userIdentity }) => userIdentity.invokedBy === undefined) ?? trail[0];
    const from = this.#steps.length;
    for (const event of trail)
      this.step(`CloudTrail ${event.eventSource} ${event.eventName}`, differing(event, first as TrailEvent));
    const accounts = [this.#account, ...others];
    const events = await emittedEvents(this.#server);
    for (const { id, time, ...event } of events.filter(({ account }) => accounts.includes(account)))
      this.step(`EventBridge ${event['detail-type']}`, { id: typeof id, time: typeof time, ...event });
    this.#steps.push(...this.#steps.splice(from).sort());
  }

  /** Fails at the first step that is not as it is kept. */
  compare(): void {
    compareSteps(this.#file, this.#steps);
  }

  async #begin(): Promise<void> {
    this.#beganMs ||= (await this.#server.ask<{ nowMs: number }>('clock')).nowMs;
  }

  #named(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') return this.#number(value);
    if (value instanceof Date) return this.#time(value.getTime());
    if (value instanceof Uint8Array) return `<${value.length} bytes>`;
    if (Array.isArray(value)) return this.#list(value);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(
      members.map(([key, each]) => [
        this.#text(key),
        isPageToken(key, each) ? '<token>' : isSizeOfRecords(key, each) ? '<size>' : this.#named(each),
      ]),
    );
  }

  /** Things that are kept by a random id come in a random order. */
  #list(values: readonly unknown[]): unknown[] {
    if (values.length < 2) return values.map((each) => this.#named(each));
    const wereNames = this.#givesNames;
    this.#givesNames = false;
    const shown = values.map((each) => inspect(this.#named(each), { depth: null }));
    this.#givesNames = wereNames;
    const isRandom = shown.some((each) => /^\{.*<[a-z]+(?:-[a-z]+)*(?: \d+)?>/is.test(each));
    const order = [...values.keys()];
    if (isRandom) order.sort((one, other) => ((shown[one] as string) < (shown[other] as string) ? -1 : 1));
    return order.map((index) => this.#named(values[index]));
  }

  #text(text: string): string {
    if (OPAQUE.test(text) && !text.startsWith('arn:')) return '<opaque>';
    let shown = text;
    for (const [id, name] of this.#hidden) shown = shown.replaceAll(id, name);
    return OTHERS.reduce((left, [other, name]) => left.replace(other, name), shown)
      .replace(ID, (id) => this.#nameOf(id))
      .replace(ISO_TIME, (time) => this.#time(Date.parse(time)))
      .replace(RECORDED_TIME, (time) => this.#time(Date.parse(`${time} UTC`)));
  }

  #nameOf(id: string): string {
    const known = this.#names.get(id);
    if (known) return known;
    const kind = /^[0-9a-f-]+$/.test(id)
      ? 'id'
      : (/^(?:ou|[a-z]+(?:-[a-z]+)*)(?=-)/.exec(id)?.[0] ?? /^A[A-Z]{3}/.exec(id)?.[0] ?? 'id');
    if (!this.#givesNames) return `<${kind}>`;
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    const name = `<${kind} ${number}>`;
    this.#names.set(id, name);
    return name;
  }

  #number(value: number): unknown {
    const ms = value > 1e12 ? value : value * 1000;
    return ms > 1.6e12 && ms < 4e12 ? this.#time(ms) : value;
  }

  #time(ms: number): string {
    // Not of this run: the day on which AWS published something.
    if (ms < this.#beganMs - 60 * DAY_MS) return new Date(ms).toISOString();
    // However slow the machine is: what is due at once may come four minutes later.
    const minutes = 5 * Math.floor((ms - this.#beganMs + MINUTE_MS) / (5 * MINUTE_MS));
    return minutes === 0 ? '<now>' : `<now ${minutes > 0 ? '+' : '-'} ${Math.abs(minutes)} min>`;
  }
}

/** With the steps that a file keeps; writes them anew for `npm run golden`. */
export function compareSteps(file: URL, steps: readonly string[]): void {
  if (process.env.GOLDEN === 'write') {
    mkdirSync(dirname(file.pathname), { recursive: true });
    writeFileSync(file, `${steps.map((step) => `${STEP}${step}`).join('')}\n`.slice(1));
    return;
  }
  const kept = `\n${readFileSync(file, 'utf8').trimEnd()}`.split(STEP).slice(1);
  for (const [index, step] of steps.entries()) assert.equal(step.trimEnd(), kept[index]?.trimEnd());
  assert.equal(steps.length, kept.length);
}

/** Of an archive that holds records of calls, whose times are of more or fewer letters by the hour. */
const isSizeOfRecords = (key: string, value: unknown) => key === 'SizeBytes' && Number(value) > 1000;

/** Some hold a time, and all are the server's own affair. */
const isPageToken = (name: string, value: unknown) =>
  /^(?:[Nn]extToken|(?:First|Second)?[Bb]lockToken|Marker)$/.test(name) &&
  typeof value === 'string' &&
  value.length > 9;

const abridged = (text: string) => (text.length > 400 ? `${text.slice(0, 400)}…` : text);

/** Whole where it is the first that nobody made for another; of others what is not as in that one. */
function differing(event: TrailEvent, first: TrailEvent): object {
  const { eventID, requestID, eventTime, userAgent, ...members } = event;
  const shown = {
    ...members,
    eventID: typeof eventID,
    requestID: typeof requestID,
    userAgent: typeof userAgent,
  };
  if (event === first) return shown;
  const isNew = ([name, value]: [string, unknown]) => !isDeepStrictEqual(value, first[name]);
  const missing = Object.keys(first).filter((name) => !Object.hasOwn(event, name));
  const rest = Object.fromEntries(Object.entries(members).filter(isNew));
  return missing.length > 0 ? { ...rest, missing } : rest;
}

function refusalOf(error: Error): Output {
  const { name, message, stack, $fault, $metadata, $service, $response, $retryable, ...members } =
    error as Error & Output;
  const shown: Record<string, unknown> = {
    refused: name,
    message: abridged(message),
    status: ($metadata as Output).httpStatusCode,
  };
  // The code once more, as the protocol has it.
  for (const [member, value] of Object.entries(members))
    if (value !== name && member !== 'Error') shown[member] = value;
  return shown;
}

/** `golden/NAME.txt` beside a file of tests. */
export const goldenOf = (file: string, name: string) => new URL(`golden/${name}.txt`, file);

/**
 * For a file of tests, by its URL: a server that ends with it, and what begins a transcript in an account that no other test
 * uses, to be compared with `golden/NAME.txt` beside the file.
 */
export async function transcripts(file: string) {
  const server = await startServerFor(undefined);
  after(() => server.close());
  return {
    server,
    transcript: (account: string, name: string) => new Transcript(server, account, goldenOf(file, name)),
  };
}

/** The same with a server of its own, for answers that speak of all accounts. */
export async function transcriptAlone(
  context: Pick<TestContext, 'after'>,
  file: string,
  account: string,
  name: string,
) {
  const server = await startServerFor(context);
  return { server, t: new Transcript(server, account, goldenOf(file, name)) };
}
