/**
 * What a change would do: every recorded decision that it reaches is made again, as it was but for the change; and who
 * would gain and lose rights, used or not. Nothing is guessed: what has not been done here is told by rights alone.
 */
import type { Scope } from '../../aws/scope.ts';
import { auditLog, type CloudTrailEvent } from '../../invoke/audit/audit.ts';
import { type Evidence, reviveEvidence } from '../../invoke/audit/evidence.ts';
import type { AccessRequest, Decision, NamedPolicy } from '../../policy/decision.ts';
import { denialReason } from '../../policy/denial-reason.ts';
import { decide } from '../../policy/evaluate.ts';
import { rootUser } from '../../policy/root-user.ts';
import type { KeyFacts } from '../../services/kms/index.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { explainedCheck } from '../denial/explained-check.ts';
import { actionOf, outerCall, type Recorded } from '../history/recorded-calls.ts';
import type { Reading } from '../question/reading.ts';
import { originText, principalName } from '../words/names.ts';
import { isUse, type PolicyChange, type ProposedChange, readChange } from './policy-change.ts';
import { type Differences, rightsDifference } from './rights-difference.ts';

/** Uses by one principal, for one purpose, that the change would decide otherwise. */
export interface ChangedUse {
  /** `user john` */
  readonly who: string;
  /** ARN, or the service's name. */
  readonly principal: string;
  /** `kms:CreateGrant` */
  readonly action: string;
  readonly resource: string;
  /** The service that asked for the principal, and the call of the principal's that it was for: `ec2:StartInstances`. */
  readonly invokedBy?: string;
  readonly inCourseOf?: string;
  /** Of a use that would be denied: as AWS words it, "because no … allows the kms:CreateGrant action". */
  readonly reason?: string;
  /** What would decide, in plain words: the statement that denies or fails to allow; or that allows. */
  readonly decidedBy?: string;
  count: number;
  /** The latest of them in CloudTrail. */
  readonly event: Pick<CloudTrailEvent, 'eventID' | 'eventTime'>;
}

export interface WhatIf extends Differences {
  /** `If this were the policy of key … (alias/app)` */
  readonly title: string;
  readonly key?: string;
  readonly alias?: string;
  /** Recorded decisions that were made again, and the time of the first. */
  readonly judged: number;
  readonly since?: string;
  /** Decisions of which it was not kept what they were made of: allowed ones about what has no policy of its own. */
  readonly unjudged: number;
  /** Allowed as it was, denied under the change. */
  readonly denied: readonly ChangedUse[];
  /** Denied as it was, allowed under the change. */
  readonly allowed: readonly ChangedUse[];
  /** The account's root user, and with it everyone whom only IAM lets in, could not change the policy any more. */
  readonly leavesAccountOut: boolean;
}

/** Calls read at a time, and in all where no key narrows them. */
const PAGE = 500;
const MAX_CALLS = 50_000;

export async function whatIf(from: Reading, change: ProposedChange, scope: Scope): Promise<WhatIf> {
  const { tx } = from;
  const applied = await readChange(from, change, scope);
  const { key } = applied;
  const replay = new Replay(from, applied);
  let unjudged = 0;
  const calls = key ? callsAbout(tx, key) : allCalls(tx);
  for await (const call of calls) {
    for (const { resource, decision, evidence } of call.body.decisions) {
      if (!evidence && !key) unjudged++;
      if (!evidence || (key && (resource !== key.arn || !evidence.resourcePolicy))) continue;
      await replay.judge(call, decision, evidence);
    }
  }
  return {
    title: applied.title,
    key: key?.arn,
    alias: key?.alias,
    judged: replay.judged,
    since: replay.since,
    unjudged,
    denied: [...replay.denied.values()],
    allowed: [...replay.allowed.values()],
    ...(await rightsDifference(from, applied)),
    leavesAccountOut: leavesAccountOut(applied),
  };
}

/** Recorded decisions, made again. */
class Replay {
  readonly denied = new Map<string, ChangedUse>();
  readonly allowed = new Map<string, ChangedUse>();
  judged = 0;
  since: string | undefined;
  readonly #from: Reading;
  readonly #change: PolicyChange;

  constructor(from: Reading, change: PolicyChange) {
    this.#from = from;
    this.#change = change;
  }

  async judge(call: Recorded, decision: Decision, evidence: Evidence): Promise<void> {
    const { stopsUse } = this.#change;
    const { inputs, request } = await reviveEvidence(this.#from.tx, evidence);
    const changed = this.#change.inputs(inputs, request);
    // What the change does not reach is not counted as judged.
    if (changed === inputs && !stopsUse) return;
    this.judged++;
    this.since = call.body.event.eventTime;
    if (stopsUse) {
      if (decision.allowed && isUse(request.action))
        await this.#count(this.denied, call, request, stopsUse, stopsUse);
      return;
    }
    const other = decide(changed, request);
    if (other.allowed === decision.allowed) return;
    if (other.allowed) {
      await this.#count(this.allowed, call, request, undefined, originText(other.by));
    } else {
      const check = await explainedCheck(this.#from, changed, request, evidence.conditions);
      await this.#count(this.denied, call, request, denialReason(other, request.action), check?.summary);
    }
  }

  async #count(
    uses: Map<string, ChangedUse>,
    call: Recorded,
    { principal, action, resource }: AccessRequest,
    reason: string | undefined,
    decidedBy: string | undefined,
  ): Promise<void> {
    const { event } = call.body;
    const { invokedBy } = event.userIdentity ?? {};
    const outer = (await outerCall(this.#from.tx, call))?.body.event;
    const inCourseOf = outer && actionOf(outer);
    const who = principalName(principal);
    const name = JSON.stringify([who, action, resource, invokedBy, inCourseOf, reason]);
    const known = uses.get(name);
    if (known) {
      known.count++;
      return;
    }
    uses.set(name, {
      who,
      principal: 'arn' in principal ? principal.arn : who,
      action,
      resource,
      invokedBy,
      inCourseOf,
      reason,
      decidedBy,
      count: 1,
      event: { eventID: event.eventID, eventTime: event.eventTime },
    });
  }
}

/** Newest first, from the trail of the key's own account: uses by other accounts are recorded there too. */
function callsAbout(tx: ReadTransaction, { arn, account, region }: KeyFacts): AsyncGenerator<Recorded> {
  return pages(
    tx,
    { stream: `${account}/${region}`, label: { name: 'About', value: arn } },
    Number.POSITIVE_INFINITY,
  );
}

const allCalls = (tx: ReadTransaction): AsyncGenerator<Recorded> => pages(tx, {}, MAX_CALLS);

async function* pages(
  tx: ReadTransaction,
  range: { readonly stream?: string; readonly label?: { name: string; value: string } },
  most: number,
): AsyncGenerator<Recorded> {
  let before: number | undefined;
  let read = 0;
  do {
    const page: Recorded[] = await tx.scan(auditLog, { ...range, before, limit: PAGE });
    yield* page;
    read += page.length;
    before = page.length < PAGE || read >= most ? undefined : page.at(-1)?.sequence;
  } while (before !== undefined);
}

export function leavesAccountOut({ key, proposedKeyPolicy }: PolicyChange): boolean {
  return key !== undefined && proposedKeyPolicy !== undefined && !rootMayPutPolicy(key, proposedKeyPolicy);
}

function rootMayPutPolicy({ arn, account }: KeyFacts, resourcePolicy: NamedPolicy): boolean {
  return decide(
    { identity: [], resourceRule: 'kms', resourcePolicy },
    {
      principal: rootUser(account),
      action: 'kms:PutKeyPolicy',
      resource: arn,
      resourceAccount: account,
      condition: () => undefined,
    },
  ).allowed;
}
