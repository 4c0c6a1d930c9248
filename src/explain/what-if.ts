/**
 * What another key policy would change: every recorded use of the key is decided again, as it was but for that policy.
 * So nothing is guessed, and what has not been done here yet cannot be told.
 */
import { auditLog, type CloudTrailEvent } from '../invoke/audit/audit.ts';
import { reviveEvidence } from '../invoke/audit/evidence.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { denialReason } from '../policy/denial-reason.ts';
import { decide } from '../policy/evaluate.ts';
import { proposedKeyPolicy } from '../services/kms/index.ts';
import type { ReadTransaction } from '../store/store.ts';
import { factsOf, inWordsOfKms } from './key-question.ts';
import { principalName } from './names.ts';
import { outerCall, type Recorded } from './recorded-calls.ts';
import type { Need } from './remedy.ts';

/** Uses of the key by one principal, for one purpose, that the policy would decide otherwise. */
export interface ChangedUse {
  /** `user john` */
  readonly who: string;
  /** ARN, or the service's name. */
  readonly principal: string;
  /** `kms:CreateGrant` */
  readonly action: string;
  /** The service that asked for the principal, and the call of the principal's that it was for: `ec2:StartInstances`. */
  readonly invokedBy?: string;
  readonly inCourseOf?: string;
  /** Of a use that would be denied: as AWS words it, "because no … allows the kms:CreateGrant action". */
  readonly reason?: string;
  count: number;
  /** The latest of them in CloudTrail. */
  readonly event: Pick<CloudTrailEvent, 'eventID' | 'eventTime'>;
}

export interface WhatIf {
  readonly key: string;
  readonly alias?: string;
  /** Recorded decisions about the key that were decided again, and the time of the first. */
  readonly judged: number;
  readonly since?: string;
  /** Allowed as it was, denied under the policy. */
  readonly denied: readonly ChangedUse[];
  /** Denied as it was, allowed under the policy. */
  readonly allowed: readonly ChangedUse[];
  /** The account's root user, and with it everyone whom only IAM lets in, could not change the policy any more. */
  readonly leavesAccountOut: boolean;
}

/** Calls read at a time. */
const PAGE = 500;

export async function whatIf(
  runtime: Runtime,
  question: {
    readonly key: string;
    readonly policy: string;
    readonly account: string;
    readonly region: string;
  },
): Promise<WhatIf> {
  const { account, region } = question;
  return runtime.store.read(async (tx) => {
    const where = { tx, ports: runtime.ports, account, region };
    const key = await factsOf(where, question.key);
    const policy = await proposedKeyPolicy(where, question.policy).catch(inWordsOfKms);
    const { arn, alias } = key;

    const denied = new Map<string, ChangedUse>();
    const allowed = new Map<string, ChangedUse>();
    let judged = 0;
    let since: string | undefined;
    for await (const call of callsAbout(tx, arn, `${key.account}/${key.region}`)) {
      for (const { resource, decision, evidence } of call.body.decisions) {
        if (resource !== arn || !evidence?.resourcePolicy) continue;
        const { inputs, request } = await reviveEvidence(tx, evidence);
        const other = decide({ ...inputs, resourcePolicy: policy }, request);
        judged++;
        since = call.body.event.eventTime;
        if (other.allowed === decision.allowed) continue;
        const reason = other.allowed ? undefined : denialReason(other, request.action);
        await count(tx, other.allowed ? allowed : denied, call, request, reason);
      }
    }
    return {
      key: arn,
      alias,
      judged,
      since,
      denied: [...denied.values()],
      allowed: [...allowed.values()],
      leavesAccountOut: !rootMayPutPolicy(arn, key.account, policy),
    };
  });
}

/** Newest first, from the trail of the key's own account: uses by other accounts are told there too. */
async function* callsAbout(tx: ReadTransaction, arn: string, stream: string): AsyncGenerator<Recorded> {
  let before: number | undefined;
  do {
    const label = { name: 'About', value: arn };
    const page: Recorded[] = await tx.scan(auditLog, { stream, label, before, limit: PAGE });
    yield* page;
    before = page.length < PAGE ? undefined : page.at(-1)?.sequence;
  } while (before !== undefined);
}

async function count(
  tx: ReadTransaction,
  uses: Map<string, ChangedUse>,
  call: Recorded,
  { principal, action }: Need['request'],
  reason: string | undefined,
): Promise<void> {
  const { event } = call.body;
  const { invokedBy } = event.userIdentity as { invokedBy?: string };
  const outer = (await outerCall(tx, call))?.body.event;
  const inCourseOf = outer && `${outer.eventSource.split('.')[0]}:${outer.eventName}`;
  const who = principalName(principal);
  const name = JSON.stringify([who, action, invokedBy, inCourseOf, reason]);
  const known = uses.get(name);
  if (known) {
    known.count++;
    return;
  }
  uses.set(name, {
    who,
    principal: 'arn' in principal ? principal.arn : who,
    action,
    invokedBy,
    inCourseOf,
    reason,
    count: 1,
    event: { eventID: event.eventID, eventTime: event.eventTime },
  });
}

function rootMayPutPolicy(
  resource: string,
  account: string,
  resourcePolicy: NonNullable<Need['inputs']['resourcePolicy']>,
): boolean {
  const principal = { kind: 'root', account, arn: `arn:aws:iam::${account}:root` } as const;
  return decide(
    { identity: [], resourceRule: 'kms', resourcePolicy },
    { principal, action: 'kms:PutKeyPolicy', resource, resourceAccount: account, condition: () => undefined },
  ).allowed;
}
