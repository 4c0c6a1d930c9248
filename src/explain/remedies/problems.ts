/** What stands in the way of a rehearsed call: denials, keys whose state does not let them be used, and what cannot be. */
import type { Ruling } from '../../invoke/authorize.ts';
import type { AccessRequest, PolicyInputs } from '../../policy/decision.ts';
import type { Outcome, Rehearsal } from '../../rehearsal/rehearsal.ts';
import { denyCandidates } from './deny.ts';
import { endpointsOfOthers } from './endpoints-of-others.ts';
import { failedRequest } from './failed-request.ts';
import { keyStateCandidates } from './key-state.ts';
import { nearGrantCandidates } from './near-grant.ts';
import { nearMissCandidates, type Question } from './near-miss.ts';
import { lackingLevel, newStatementCandidates } from './new-statement.ts';
import type { Candidate } from './remedy.ts';

export interface Problem {
  /** The same in the next rehearsal. */
  readonly id: string;
  /** What stands in the way now: another reason is progress. */
  readonly reason: string;
  candidates(stage: Rehearsal): Promise<readonly Candidate[]>;
}

export function problemsOf(stage: Rehearsal, { transcript }: Outcome): Problem[] {
  const states = transcript.obstacles.map(({ invocation, error }): Problem => {
    const keyArn =
      transcript.asked.find((each) => each.invocation === invocation)?.ruling.request.resource ?? '';
    return {
      id: `state ${keyArn}`,
      reason: error.message,
      candidates: () => keyStateCandidates(stage, keyArn),
    };
  });
  const denials = transcript.denied.map(({ invocation, ruling }) =>
    denialProblem(stage, ruling, invocation.caller.kind === 'external', invocation.operation.name),
  );
  const requests = transcript.requestFailures.flatMap((obstacle): Problem[] => {
    const failed = failedRequest(obstacle);
    if (!failed) return [];
    const { service, name } = obstacle.invocation.operation;
    return [
      {
        id: `request ${service.id}:${name} ${failed.key}`,
        reason: failed.reason,
        candidates: () => failed.candidates(stage),
      },
    ];
  });
  return [...states, ...requests, ...denials];
}

type Decided = Pick<Ruling, 'inputs' | 'request' | 'decision'>;

/** `operation`: in the course of which it was asked. */
export function denialProblem(
  stage: Rehearsal,
  ruling: Decided,
  isOwnCall: boolean,
  operation = '',
): Problem {
  const { clock, store, ports } = stage.runtime;
  const { inputs, request, decision } = ruling;
  return {
    id: problemId(request, operation),
    reason: JSON.stringify([decision, lackingLevel(ruling)]),
    async candidates() {
      const gone = new Map<string, boolean>();
      for (const id of uniqueIdsIn(inputs)) {
        gone.set(id, (await store.read((tx) => ports.principals.arn(tx, id))) === undefined);
      }
      const isGone = (id: string) => gone.get(id) ?? false;
      const elsewhere = await endpointsOfOthers(stage.runtime, inputs, request.action);
      const leadsElsewhere = (id: string) => elsewhere.has(id);
      const asking = { request, isOwnCall, nowMs: clock.nowMs(), leadsElsewhere };
      const grants = await nearGrantCandidates(stage, ruling, isOwnCall);
      return [...grants, ...candidatesFor(ruling, { ...asking, inputs, isGone })];
    },
  };
}

function candidatesFor({ decision }: Decided, question: Question): readonly Candidate[] {
  if (decision.allowed) return [];
  if (decision.explicit) return denyCandidates(question, decision);
  return [...nearMissCandidates(question), ...newStatementCandidates(question, decision)];
}

function problemId({ principal, action, resource }: AccessRequest, operation: string): string {
  const who =
    principal.kind === 'role-session'
      ? principal.roleArn
      : 'arn' in principal
        ? principal.arn
        : principal.kind;
  return `${who} ${action} ${resource} ${operation}`;
}

const UNIQUE_ID = /^A(?:IDA|ROA)[A-Z0-9]+$/;

/** Unique ids that the resource's policy names. */
function uniqueIdsIn(inputs: PolicyInputs): string[] {
  return (inputs.resourcePolicy?.policy.statements ?? []).flatMap(({ principals }) =>
    (principals?.patterns ?? []).map(({ value }) => value).filter((value) => UNIQUE_ID.test(value)),
  );
}
