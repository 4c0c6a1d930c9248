/**
 * What control policies that nobody here may read have let through, by the records of calls that went through: the very call that is
 * asked about, or the like of it, which proves it for that one alone. A later refusal by them, or a change of the organization, ends it.
 */
import { parseArn } from '../../aws/arn.ts';
import { recordedChanges } from '../../import/cloudtrail/changes/recorded-changes.ts';
import type { KeptHistory } from '../../import/cloudtrail/history.ts';
import { serviceBehind, type Use } from '../../import/cloudtrail/use.ts';
import type { AccessRequest, PolicyInputs, PolicyPrincipal } from '../../policy/decision.ts';
import { recordedOutcome } from '../history/recorded-outcome.ts';
import type { Ground } from '../rights/rights.ts';
import { capital, lastSegment, resourceName } from '../words/names.ts';

export interface PassedCall {
  /** ARN of the role or user. */
  readonly who: string;
  /** ARN of a key. */
  readonly resource?: string;
  /** The service that made it for him: `ec2`. */
  readonly through?: string;
  readonly at: string;
  readonly eventId: string;
  /** By the same principal, on the same resource, in the same way. */
  readonly isSame: boolean;
}

export interface AskedCall {
  readonly request: Pick<AccessRequest, 'principal' | 'action' | 'resource' | 'resourceAccount'>;
  readonly region: string;
  /** The service that asks for the principal; `*` is any. */
  readonly through: string | undefined;
}

export type PassedCalls = (asked: AskedCall) => PassedCall | undefined;

export const passedCalls =
  ({ uses, events }: Pick<KeptHistory, 'uses' | 'events'>): PassedCalls =>
  (asked) => {
    const alike: Use[] = [];
    for (const use of uses) if (isAlike(use, asked)) alike.push(use);
    const bearer = bearerArn(asked.request.principal);
    const changed = events.filter(isOfOrganization).map(({ eventTime = '' }) => eventTime);
    const isLater = (at: string, { isSame }: PassedCall) =>
      changed.some((each) => each >= at) ||
      alike.some(
        ({ reason, arn, last }) =>
          reason.includes('control policy') && last >= at && (!isSame || arn === bearer),
      );
    return alike
      .filter((use) => recordedOutcome(use) === 'allowed' && isHeld(use))
      .map((use) => passedCall(use, asked))
      .filter((passed) => !isLater(passed.at, passed))
      .sort((one, other) => Number(other.isSame) - Number(one.isSame) || (one.at < other.at ? 1 : -1))[0];
  };

const isOfOrganization = (event: KeptHistory['events'][number]): boolean =>
  recordedChanges(event).some(({ owner }) => owner.startsWith('organization:'));

/** Of somebody of the account, in the Region, on what the same account has. */
function isAlike(use: Use, { request: { principal, action, resourceAccount }, region }: AskedCall): boolean {
  const isOfAction = use.denied === action || `${use.source}:${use.name}` === action;
  const isTheirs = 'account' in principal && use.account === principal.account && use.region === region;
  return isOfAction && isTheirs && keysOf(use).every((arn) => parseArn(arn)?.account === resourceAccount);
}

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html: no service-linked role is, and what EC2 does for an instance proves nothing. */
const isHeld = ({ arn }: Use): boolean => arn !== '' && !/:role\/aws(?:-service-role\/|:)/.test(arn);

const keysOf = ({ resource }: Use): string[] =>
  resource.split(' ').filter((arn) => arn.startsWith('arn:aws'));

function passedCall(use: Use, { request: { principal, resource }, through }: AskedCall): PassedCall {
  const [key] = keysOf(use);
  const service = serviceBehind(use);
  const isSameWay = through === '*' || service === through?.split(':')[0];
  return {
    who: use.arn,
    ...(key && { resource: key }),
    ...(service && { through: service }),
    at: use.last,
    eventId: use.lastEvent,
    isSame: isSameWay && use.arn === bearerArn(principal) && keysOf(use).includes(resource),
  };
}

const bearerArn = (principal: PolicyPrincipal): string | undefined =>
  principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal ? principal.arn : undefined;

export interface Proved {
  readonly grounds: readonly Ground[];
  readonly passed?: PassedCall;
  /** A sentence after the answer. */
  readonly words?: string;
}

/** The grounds without what the very same call has got past. `isOpen`: nothing is given of the request that may differ from its. */
export function provedByRecords(
  grounds: readonly Ground[],
  { serviceControl = [], resourceControl = [] }: PolicyInputs,
  isOpen: boolean,
  find: () => PassedCall | undefined,
): Proved {
  const unread = [...serviceControl, ...resourceControl]
    .flat()
    .flatMap(({ policy }) => policy.missing?.name ?? []);
  const needed = new Set(grounds.flatMap(({ provided = [] }) => provided.map(({ name }) => name)));
  const names = [...new Set(unread)].filter((name) => needed.has(name));
  const passed = names.length > 0 ? find() : undefined;
  if (!passed) return { grounds };
  const when = `at ${passed.at} (CloudTrail event ${passed.eventId})`;
  const theirs = `${names.join(' and ')} were not read`;
  if (passed.isSame && isOpen)
    return {
      passed,
      grounds: grounds.map((ground) => without(ground, names)),
      words: `${capital(theirs)}, but let this very call through, last ${when}.`,
    };
  const by = passed.through ? ` through ${passed.through}` : '';
  const on = passed.resource ? ` on ${resourceName(passed.resource)}` : '';
  return {
    grounds,
    passed,
    words: `They let ${lastSegment(passed.who)} do so${on}${by}, last ${when}, which proves it for that call only.`,
  };
}

function without({ provided = [], ...ground }: Ground, names: readonly string[]): Ground {
  const left = provided.filter(({ name }) => !names.includes(name));
  return left.length > 0 ? { ...ground, provided: left } : ground;
}
