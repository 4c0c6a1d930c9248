/** What all failures of calls on a key have to do with: which key it is, and the call with another. */
import { parseArn } from '../../aws/arn.ts';
import type { Invocation } from '../../invoke/runtime.ts';
import type { Rehearsal, RehearsedCall } from '../../rehearsal/rehearsal.ts';
import { resourceName } from '../words/names.ts';
import type { Candidate } from './remedy.ts';

export interface FailedRequest {
  /** Why it failed, for the end of a sentence. */
  readonly reason: string;
  /** ARN of the key that was asked for. */
  readonly key?: string;
  candidates(stage: Rehearsal): Promise<readonly Candidate[]>;
}

export const isOwnCall = ({ caller }: Invocation) => caller.kind === 'external';
export const keyIn = ({ input }: Invocation) => (input as { KeyId?: string }).KeyId;

export function about(invocation: Invocation, key: string) {
  const { region } = invocation.caller;
  const account = parseArn(key)?.account ?? '';
  return { kind: 'request' as const, account, region, target: key };
}

/** Another key where the call names this one; where it does not (a launch template's), that can only be told. */
export function anotherKey(common: ReturnType<typeof about>, key: string, what: string): Candidate[] {
  const other = `${what} in place of ${resourceName(key)}`;
  return [
    {
      ...common,
      sentence: `Change no policy: give ${other}, or none, for the account's default key of EBS.`,
      revise: (call) => withKey(call, key, undefined),
    },
    { ...common, sentence: `Change no policy: name ${other}.` },
  ];
}

/** The call with another key, or none, wherever it names this one. */
export function withKey(call: RehearsedCall, key: string, other: string | undefined): RehearsedCall {
  const id = parseArn(key)?.resource.replace(/^key\//, '');
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return value === key || value === id ? other : value;
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
    const entries = Object.entries(value).map(([name, each]) => [name, replaced(each)] as const);
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
  };
  return { ...call, input: replaced(call.input) as object };
}
