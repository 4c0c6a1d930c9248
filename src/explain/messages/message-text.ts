/** What stands in a text that was pasted: an error message as some client, tool or log printed it. */
import { parseArn } from '../../aws/arn.ts';
import { inWords, plainText } from './plain-text.ts';
import { serviceInMessage } from './service-in-message.ts';

/** What a message says of who was refused what. */
export interface Refusal {
  readonly principal: string;
  /** `kms:Decrypt` */
  readonly action: string;
  readonly resource?: string;
  /** What the client called, where it says so: `GetObject`. */
  readonly operation?: string;
  /** Which asked for it with the caller's rights, where it says so: `s3`. */
  readonly service?: string;
  /** What was known of the request, where it says so. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html: no ARN is longer. */
const MAX_NAME_CHARS = 2048;

/** `user john`, `key 1234…`: as explanations call things, whose name alone is asked about. */
export const subjectIn = (text: string): string => {
  const [, noun = '', name] =
    /^(?:the )?(user|role|key|volume|instance|snapshot|image|stack|group) ([^\s{]+)$/i.exec(text.trim()) ??
    [];
  if (name === undefined) return text;
  return /user|role/i.test(noun) && !name.includes('/') ? `${noun.toLowerCase()}/${name}` : name;
};

/** No id, name or ARN is two words, or has braces. */
export const isMessage = (subject: string): boolean =>
  subject.length > MAX_NAME_CHARS ||
  /[\s{]/.test(inWords(subject)) ||
  encodedMessageIn(subject) !== undefined;

const ENCODED = /(?:^|failure message:\s*)([A-Za-z0-9_-]{120,}={0,2})(?![\w/+=-])/;
const REQUEST_ID = /Request ?ID:? ?([0-9a-f]{8}-[0-9a-f-]{27})/i;

export const encodedMessageIn = (text: string): string | undefined => ENCODED.exec(text)?.[1];
export const requestIdIn = (text: string): string | undefined => REQUEST_ID.exec(text)?.[1];

/** AWS's sentence, and as services and tools retell it: without the colons, in quotes, of whom they do not call a user. */
const NOT_AUTHORIZED =
  / is not authori[sz]ed to perform ?:? ["'`]?([a-z0-9-]+:\w+)(?:["'`]? on (?:resource ?:? ["'`]?(?:policy (?=arn:))?((?:user|role|group|policy|instance profile) (?!because |with )[\w+=,.@-]+|[^\s"'`]+)|["'`]?(arn:aws[^\s"'`]+)))?/gi;
const IS_PRINCIPAL = /^arn:aws|\.amazonaws\.com$/i;
/** What else was asked for in the call, and is what was refused: `because no identity-based policy allows the vpce:AllowMultiRegion action`. */
const MEANT_ACTION = /^[^.]{0,200} allows the ([a-z0-9-]+:\w+) action/i;
/** As boto3 and the AWS CLI have it, Go's and Terraform's. */
const CALLING = /when calling the (\w+) operation|operation error [\w -]{1,60}: (\w+),/;

/** `account`: for one that whoever pasted the text has hidden. */
export function refusalIn(text: string, account: string): Refusal | undefined {
  const line = unmasked(plainText(text).replace(/\s+/g, ' '), account);
  for (const { 0: sentence, 1: action = '', 2: named, 3: alone, index } of line.matchAll(NOT_AUTHORIZED)) {
    const resource = named ?? alone;
    const principal = principalBefore(line.slice(Math.max(0, index - MAX_NAME_CHARS), index));
    if (principal === undefined) continue;
    const rest = line.slice(index + sentence.length, index + sentence.length + 300);
    const [, called, calledByGo] = CALLING.exec(line) ?? [];
    const operation = called ?? calledByGo;
    return {
      principal,
      action: MEANT_ACTION.exec(rest)?.[1] ?? action,
      resource: resource?.replace(/[.,…]+$/, ''),
      operation,
      service: serviceInMessage(line, operation),
    };
  }
  return undefined;
}

function principalBefore(text: string): string | undefined {
  const words = text.split(' ');
  const principal = words.at(-1)?.replace(/["'`]/g, '') ?? '';
  return /^user:$/i.test(words.at(-2) ?? '') || IS_PRINCIPAL.test(principal) ? principal : undefined;
}

/** Of each sentence the reason behind it, and what SDKs put there; what stands before one was printed for it. */
const REST =
  /^["'`]?(?: on this resource| on the resource associated with (?:this ciphertext|it))?["'`]?(?: because no [^.]{1,80}? allows the [\w:-]+ action| because the resource does not exist in this Region[^.]{0,120}? denies access| with an explicit deny(?: in an? [A-Za-z -]{1,40}(?:: arn:[^\s"'`]+)?)?)?(?:\.? Encoded authorization failure message: [\w-]+)?(?: \((?:Service|Request)[^)]{0,400}\))?(?:,? status code: \d+, request id: [\w-]+)?/;
const MAX_REST = 8000;
const MAX_BEFORE = 8000;

/** Each denial of which the text speaks, once, with what was printed for it. */
export function denialsIn(text: string, account: string): string[] {
  const line = plainText(text).replace(/\s+/g, ' ');
  const found = new Map<string, string>();
  let from = 0;
  for (const { 0: sentence, index } of line.matchAll(NOT_AUTHORIZED)) {
    const before = line.slice(Math.max(0, index - MAX_NAME_CHARS), index);
    if ((principalBefore(before) ?? principalBefore(unmasked(before, account))) === undefined) continue;
    const at = index + sentence.length;
    const to = at + (REST.exec(line.slice(at, at + MAX_REST))?.[0].length ?? 0);
    const part = line.slice(Math.max(from, index - MAX_BEFORE), to);
    const refusal = refusalIn(part, account);
    if (!refusal) continue;
    from = to;
    const { principal, action, resource = '' } = refusal;
    const name = `${principal} ${action} ${resource}`;
    if (!found.has(name)) found.set(name, part);
  }
  return [...found.values()];
}

/** `arn:aws:sts::***:…`, `arn:aws:kms:eu-west-1:XXXXXXXXXXXX:…`, `arn:aws:iam::{account}:…` */
const MASKED =
  /(arn:aws[\w-]*:[a-z0-9-]+:[a-z0-9-]*:)(?!\d{12}:|aws:)([^\s:"]{1,40}|[{<[(][^:"]{1,40}[\]})>])(?=:)/g;

const unmasked = (text: string, account: string): string => text.replace(MASKED, `$1${account}`);

export const hidesAccount = (text: string): boolean => plainText(text).search(MASKED) >= 0;

/** An authorization message as STS decodes it. */
export interface DecodedMessage {
  readonly context: {
    readonly principal: { readonly arn: string };
    readonly action: string;
    readonly resource: string;
    readonly conditions?: {
      readonly items?: readonly {
        readonly key: string;
        readonly values?: { readonly items?: readonly { readonly value: string }[] };
      }[];
    };
  };
}

/** By itself, or in the answer of DecodeAuthorizationMessage. */
export function decodedMessageIn(text: string): DecodedMessage | undefined {
  const read = jsonOf(text) as Partial<DecodedMessage> & { readonly DecodedMessage?: unknown };
  if (typeof read?.DecodedMessage === 'string') return decodedMessageIn(read.DecodedMessage);
  const { principal, action, resource } = read?.context ?? {};
  const isWhole = [principal?.arn, action, resource].every((each) => typeof each === 'string');
  return isWhole ? (read as DecodedMessage) : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** EC2 names the action without its service, which is that of the resource, or its own where there is none. */
export function refusalOf({ context }: DecodedMessage): Refusal {
  const { principal, action, resource, conditions } = context;
  const service = action.includes(':') ? undefined : (parseArn(resource)?.service ?? 'ec2');
  const given = (conditions?.items ?? []).map(
    ({ key, values }) => [key, (values?.items ?? []).map(({ value }) => value)] as const,
  );
  return {
    principal: principal.arn,
    action: service ? `${service}:${action}` : action,
    ...(resource !== '*' && { resource }),
    context: Object.fromEntries(given),
  };
}

const ARN = /arn:aws[\w-]*:[^\s"'()[\],<>]+/g;
const ID = /\b(?:i|vol|snap|ami|lt|sir|sfr|fleet)-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g;
/** In quotes or brackets, or with a digit and a hyphen: no word of a sentence. The id of a key may begin with a digit. */
const NAME =
  /[("'[]([\w.:/@+=-]{1,128})[)"'\]]|(?<![\w-])(?=[\w-]*\d)(?=[\w-]*-)([A-Za-z][\w-]{4,127}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g;
/** Perhaps of a group. */
const HYPHENATED = /(?<![\w-])[A-Za-z](?=\w{0,60}[-_])[\w-]{3,127}(?![\w-])/g;
const MAX_NAMES = 20;

export interface Named {
  /** Ids, then ARNs. */
  readonly things: readonly string[];
  /** What may be a name. */
  readonly words: readonly string[];
}

/** What a plain text names, whose failure it may be about. */
export function namedIn(line: string): Named {
  const arns = (line.match(ARN) ?? []).map((arn) => arn.replace(/(?<![.,;:])[.,;:]+$/, ''));
  const others = line.replace(ARN, ' ');
  const named = [...others.matchAll(NAME)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const words = [...named, ...(others.match(HYPHENATED) ?? [])];
  const things = firstOf([...(others.match(ID) ?? []), ...arns]);
  return { things, words: firstOf(words.filter((word) => !things.includes(word))) };
}

const firstOf = (names: readonly string[]): string[] =>
  [...new Set(names.filter(({ length }) => length <= MAX_NAME_CHARS))].slice(0, MAX_NAMES);
