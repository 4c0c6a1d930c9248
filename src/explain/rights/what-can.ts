/** What a principal may do with each key: who-can, the other way round. */
import { parseArn } from '../../aws/arn.ts';
import type { Scope } from '../../aws/scope.ts';
import { areIdentitiesKnown } from '../../invoke/imported/imported-world.ts';
import { allKeyFacts, type KeyFacts } from '../../services/kms/index.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { ChangedSinceRead } from '../history/changed-since-read.ts';
import {
  type AskedPrincipal,
  knownPrincipals,
  namedByKey,
  serviceLinkedRole,
  sessionNamed,
} from '../question/asked-principals.ts';
import { NoAnswer } from '../question/key-question.ts';
import type { Reading } from '../question/reading.ts';
import { isSameName, lastSegment } from '../words/names.ts';
import { KeyRights, type Right } from './rights.ts';

export interface UsableKey {
  readonly key: string;
  readonly alias?: string;
  readonly state: KeyFacts['state'];
  readonly rights: readonly Right[];
}

export interface WhatCan {
  readonly who: string;
  readonly principal: string;
  readonly keys: readonly UsableKey[];
  /** How many keys were checked. */
  readonly asked: number;
  /** Of an imported account: what of the principal, the keys and the policies was changed after it was read. */
  readonly changedSince?: readonly ChangedSinceRead[];
}

export async function whatCan(
  from: Reading,
  question: Scope & { readonly principal: string },
): Promise<WhatCan> {
  const known = await knownPrincipals(from.tx);
  const all = await allKeyFacts(from.tx);
  const candidates = [...known.asked, ...all.flatMap((key) => namedByKey(key, known))];
  const asked = await findPrincipal(from.tx, candidates, question.principal, question.account);
  const keys: UsableKey[] = [];
  for (const key of all) {
    const rights = await new KeyRights(from, key, known.accounts).of(asked, key.actions);
    if (rights.length > 0) keys.push({ key: key.arn, alias: key.alias, state: key.state, rights });
  }
  return { who: asked.who, principal: asked.name, keys, asked: all.length };
}

/**
 * By ARN (of a session, too), unique id, account id, `user/john`, `role/app` (with or without its path), `root`, service name, or bare
 * name where it is one principal's. Two names never differ in their case alone:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
 */
export async function findPrincipal(
  tx: ReadTransaction,
  candidates: readonly AskedPrincipal[],
  text: string,
  account: string,
): Promise<AskedPrincipal> {
  const exact =
    candidates.find(({ name, principal }) => name === text || idOf(principal) === text) ??
    candidates.find(({ principal }) => principal.kind === 'root' && principal.account === text) ??
    candidates.find(({ name }) => isSameName(name, text)) ??
    sessionNamed(candidates, text);
  if (exact) return exact;
  const wanted = text.replace(/^(user|role)[/: ]/i, '$1 ');
  const here = candidates.filter((each) => each.account === account);
  const found = here.filter(
    ({ who, name, principal }) =>
      isSameName(who, wanted) ||
      isSameName(lastSegment(name), text) ||
      isSameName(parseArn(name)?.resource ?? '', text) ||
      (principal.kind === 'root' && text === 'root'),
  );
  if (found.length === 1) return found[0] as AskedPrincipal;
  if (found.length > 1) {
    throw new NoAnswer(
      `${text} is the name of ${found.map(({ who }) => who).join(' and of ')}. Say which: user/${text} or role/${text}.`,
    );
  }
  if (!(await areIdentitiesKnown(tx, account))) {
    const linked = serviceLinkedRole(text, account);
    if (linked) return linked;
    throw new NoAnswer(
      `Of ${text} nothing is known: the identities of account ${account} were not read (iam:GetAccountAuthorizationDetails). "latchkey check" says what else is missing.`,
    );
  }
  throw new NoAnswer(
    `There is no principal ${text} in account ${account}. Give an ARN, user/NAME, role/NAME or root.`,
  );
}

function idOf(principal: AskedPrincipal['principal']): string | undefined {
  if (principal.kind === 'role-session') return principal.roleId;
  return 'id' in principal ? principal.id : undefined;
}
