/** Who else gains by remedies: the difference of who may use the keys, before and with them. */
import { parseArn } from '../../aws/arn.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import type { Asked } from '../../rehearsal/transcript.ts';
import { NoAnswer } from '../key-question.ts';
import { whoCan } from '../who-can.ts';

export interface Gain {
  /** `user john` */
  readonly who: string;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

/** So many questions are asked of everybody. */
const MAX_QUESTIONS = 6;

/** Undefined where it cannot be told: of what is no key. */
export async function gainsByOthers(
  before: Runtime,
  after: Runtime,
  denied: readonly Asked[],
): Promise<readonly Gain[] | undefined> {
  const questions = new Map<string, { key: string; action: string }>();
  const callers = new Set<string>();
  for (const { ruling } of denied) {
    const { action, resource, principal } = ruling.request;
    if (!action.startsWith('kms:') || !parseArn(resource)?.resource.startsWith('key/')) return undefined;
    questions.set(`${action} ${resource}`, { key: resource, action });
    callers.add(callerName(principal));
  }
  if (questions.size === 0 || questions.size > MAX_QUESTIONS) return undefined;
  const gains: Gain[] = [];
  for (const { key, action } of questions.values()) {
    const had = await usersOf(before, key, action);
    const have = await usersOf(after, key, action);
    if (!had || !have) return undefined;
    for (const [principal, who] of have) {
      if (!had.has(principal) && !callers.has(principal))
        gains.push({ who, principal, action, resource: key });
    }
  }
  return gains;
}

/** As who-can names it. */
function callerName(principal: PolicyPrincipal): string {
  if (principal.kind === 'role-session') return principal.roleArn;
  if (principal.kind === 'service') return principal.service;
  return 'arn' in principal ? principal.arn : '';
}

async function usersOf(
  { store, ports }: Runtime,
  key: string,
  action: string,
): Promise<Map<string, string> | undefined> {
  const { account = '', region = '' } = parseArn(key) ?? {};
  try {
    const { users } = await store.read((tx) => whoCan({ tx, ports }, { key, action, account, region }));
    return new Map(users.map(({ principal, who }) => [principal, who]));
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
}
