/**
 * For whose calls services made theirs, in requests of their own: CloudTrail links the two by nothing but what both name, the
 * key of a log group or the name of a group that launches.
 */
import { isDenialCode } from '../../aws/denial-code.ts';
import { type KeptEvent, serviceBehind } from './use.ts';

/** A service may have asked before the call that it asked for is recorded. */
const MAX_BEFORE_MS = 5000;

export class Courses {
  /** Calls that nobody made for somebody else, by service, account, Region and what they name. */
  readonly #made = new Map<string, KeptEvent[]>();
  readonly #taken = new Set<KeptEvent>();
  readonly #requests: Map<string | undefined, KeptEvent[]>;

  constructor(events: readonly KeptEvent[]) {
    this.#requests = Map.groupBy(events, ({ requestID }) => requestID);
    const refused = [...this.#requests.values()].filter((calls) => calls.some(isRefusal));
    const asking = new Set(refused.flat().map(serviceOf));
    const named = new Set(refused.flatMap(namesOf));
    for (const event of events) {
      if (!isOwn(event) || !asking.has(sourceOf(event))) continue;
      for (const name of namesIn(event.requestParameters)) {
        if (!named.has(name)) continue;
        const place = placeOf(sourceOf(event), event, name);
        const known = this.#made.get(place);
        if (known) known.push(event);
        else this.#made.set(place, [event]);
      }
    }
  }

  /** Of a call that a service was refused: request id of the call for which it was made; undefined where none is known. */
  of(refused: KeptEvent): string | undefined {
    if (!isRefusal(refused)) return undefined;
    const together = this.#requests.get(refused.requestID) ?? [];
    // Made in somebody's own request: that says it.
    if (together.some(isOwn)) return undefined;
    const services = [...new Set(together.flatMap((each) => serviceOf(each) ?? []))];
    const calls = namesOf(together).flatMap((name) =>
      services.flatMap((service) => this.#made.get(placeOf(service, refused, name)) ?? []),
    );
    const before = calls.filter((call) => timeOf(call) <= timeOf(refused) + MAX_BEFORE_MS);
    // Times are those of whole seconds: of calls alike, each has its own.
    const fresh = before.filter((call) => !this.#taken.has(call));
    const [nearest] = (fresh.length > 0 ? fresh : before).sort(
      (one, other) => distance(one, refused) - distance(other, refused),
    );
    if (nearest) this.#taken.add(nearest);
    return nearest?.requestID;
  }
}

const isRefusal = ({ errorCode }: KeptEvent): boolean => errorCode !== undefined && isDenialCode(errorCode);
const isOwn = ({ userIdentity: { type, invokedBy } = {} }: KeptEvent): boolean =>
  !invokedBy && type !== 'AWSService' && type !== 'AWSAccount';
const serviceOf = ({ userIdentity }: KeptEvent): string | undefined =>
  serviceBehind({ invokedBy: userIdentity?.invokedBy ?? '' });
const sourceOf = ({ eventSource = '' }: KeptEvent): string => eventSource.replace('.amazonaws.com', '');
const timeOf = ({ eventTime = '' }: KeptEvent): number => Date.parse(eventTime) || 0;
const distance = (one: KeptEvent, other: KeptEvent): number => Math.abs(timeOf(one) - timeOf(other));
const placeOf = (service: string, { recipientAccountId, awsRegion }: KeptEvent, name: string): string =>
  [service, recipientAccountId, awsRegion, name].join(' ');

/** The group or stack whose name the service tags its calls with; else what it was refused, and the role that it was lent. */
function namesOf(calls: readonly KeptEvent[]): string[] {
  const tagged = calls.flatMap(({ requestParameters }) => ownTagsIn(requestParameters));
  if (tagged.length > 0) return tagged;
  const arns = calls.flatMap(({ resources, errorMessage = '', userIdentity }) => [
    userIdentity?.sessionContext?.sessionIssuer?.arn ?? '',
    ...(resources ?? []).flatMap(({ ARN, arn }) => ARN ?? arn ?? []),
    ...(/ resource: (arn:[^ ,]+)/.exec(errorMessage)?.slice(1) ?? []),
  ]);
  return [...new Set(arns.filter(Boolean).map(lastPart))];
}

/** Values of tags that only AWS's services give: `aws:autoscaling:groupName`. */
function ownTagsIn(parameters: unknown): string[] {
  return valuesIn(parameters).flatMap((value) => {
    const { key, value: name } = Object(value) as { key?: unknown; value?: unknown };
    return typeof key === 'string' && key.startsWith('aws:') && typeof name === 'string' ? [name] : [];
  });
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const MAX_VALUES = 200;
/** Text that names nothing: a policy, a template. */
const MAX_NAME = 256;

/** What parameters name anywhere, by its last part: a key by ARN or id alike. */
const namesIn = (parameters: unknown): string[] => [
  ...new Set(
    valuesIn(parameters).flatMap((value) =>
      typeof value === 'string' && value.length <= MAX_NAME ? lastPart(value) : [],
    ),
  ),
];

/** Everything in it, on any level. */
function valuesIn(parameters: unknown): unknown[] {
  const values: unknown[] = [parameters];
  for (let at = 0; at < values.length && values.length < MAX_VALUES; at++) {
    const value = values[at];
    if (value && typeof value === 'object') values.push(...Object.values(value));
  }
  return values;
}
