/** Policies of a session: whoever begins it gives it others, and nothing of the account changes. */
import { parseArn } from '../../aws/arn.ts';
import type { NamedPolicy, StatementReference } from '../../policy/decision.ts';
import { internPolicy } from '../../policy/intern.ts';
import type { RehearsedCall } from '../../rehearsal/rehearsal.ts';
import { identityForm } from './identity-statement.ts';
import type { Question } from './near-miss.ts';
import type { Candidate } from './remedy.ts';

type Policies = readonly NamedPolicy[];

/** With one more statement. */
export function sessionStatement(question: Question): Candidate[] {
  const statement = identityForm(question);
  const sentence = `Start the session with a session policy that allows it too: ${JSON.stringify(statement)}`;
  return begunWith(question, sentence, ([first, ...others]) =>
    first ? [changed(first, (statements) => [...statements, statement]), ...others] : [],
  );
}

/** Without the one that denies. */
export function withoutSessionStatement(
  question: Question,
  { policyName, index, sid }: StatementReference,
): Candidate[] {
  const which = `statement ${sid ? `"${sid}"` : index + 1} of its ${policyName}`;
  const sentence = `Start the session without ${which}, or with one that spares the call: nothing that a session is given can outvote it.`;
  return begunWith(question, sentence, (policies) =>
    policies.map((policy) =>
      policy.name === policyName
        ? changed(policy, (statements) => statements.filter((_, at) => at !== index))
        : policy,
    ),
  );
}

function begunWith(
  { request: { principal, resource } }: Question,
  sentence: string,
  change: (policies: Policies) => Policies,
): Candidate[] {
  if (!('account' in principal)) return [];
  return [
    {
      kind: 'request',
      account: principal.account,
      region: parseArn(resource)?.region ?? '',
      target: resource,
      sentence,
      revise: (call) => inSessionOf(call, change),
      inSession: change,
    },
  ];
}

function inSessionOf(call: RehearsedCall, change: (policies: Policies) => Policies): RehearsedCall {
  if (!('identity' in call.caller)) return call;
  const { identity } = call.caller;
  const { session } = identity;
  if (!session?.policies) return call;
  const caller = {
    ...call.caller,
    identity: { ...identity, session: { ...session, policies: change(session.policies) } },
  };
  return { ...call, caller: caller as RehearsedCall['caller'] };
}

/** What was not read stays as it is. */
function changed(
  { name, policy }: NamedPolicy,
  change: (statements: readonly object[]) => readonly object[],
): NamedPolicy {
  if (policy.missing) return { name, policy };
  const document = JSON.parse(policy.source) as { Statement: object | object[] };
  const source = JSON.stringify({ ...document, Statement: change([document.Statement].flat()) });
  const parsed = internPolicy(source, 'session');
  return parsed.ok ? { name, policy: parsed.policy } : { name, policy };
}
