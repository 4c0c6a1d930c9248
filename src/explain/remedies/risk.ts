/** Who else gains by remedies: who else may do what was denied, with them in place and before. */
import { parseArn } from '../../aws/arn.ts';
import type { Ruling } from '../../invoke/authorize.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { AccessRequest, PolicyPrincipal } from '../../policy/decision.ts';
import { unknownAsAbsent } from '../../policy/unknown.ts';
import { keyFacts } from '../../services/kms/index.ts';
import { knownPrincipals } from '../question/asked-principals.ts';
import { NoAnswer } from '../question/key-question.ts';
import type { Reading } from '../question/reading.ts';
import { asRequest, factsOf } from '../rights/hypothetical-call.ts';
import { groundsFor } from '../rights/rights.ts';
import { servicesNamed } from '../rights/ways.ts';
import { whoCan } from '../rights/who-can.ts';

export interface Gain {
  /** `user john` */
  readonly who: string;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

/** So many questions are asked of everybody. */
const MAX_QUESTIONS = 6;

/** Undefined where it cannot be said. */
export async function gainsByOthers(
  before: Runtime,
  after: Runtime,
  denied: readonly Pick<Ruling, 'request'>[],
): Promise<readonly Gain[] | undefined> {
  const callers = new Set(denied.map(({ request }) => callerName(request.principal)));
  const questions = new Map(denied.map(({ request }) => [`${request.action} ${request.resource}`, request]));
  if (questions.size === 0 || questions.size > MAX_QUESTIONS) return undefined;
  const gains: Gain[] = [];
  for (const request of questions.values()) {
    const services = await servicesOf([before, after], request);
    const had = await usersOf(before, request, services);
    const have = await usersOf(after, request, services);
    if (!had || !have) return undefined;
    const { action, resource } = request;
    for (const [way, { who, principal }] of have) {
      const isKnown = gains.some((each) => each.principal === principal && each.action === action);
      if (!had.has(way) && !callers.has(principal) && !isKnown)
        gains.push({ who, principal, action, resource });
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

/** By principal and way: `arn:… directly`. */
type Users = ReadonlyMap<string, { readonly who: string; readonly principal: string }>;

const isOnKey = ({ action, resource }: AccessRequest): boolean =>
  action.startsWith('kms:') && (parseArn(resource)?.resource.startsWith('key/') ?? false);

/** That a remedy lets a service's calls in is no gain of those who had the right through it all along. */
async function servicesOf(worlds: readonly Runtime[], request: AccessRequest): Promise<string[]> {
  const { account = '', region = '' } = parseArn(request.resource) ?? {};
  if (!isOnKey(request)) return [];
  const all = worlds.map(({ store }) =>
    store.read(async (tx) => {
      const key = await keyFacts({ tx, account, region }, request.resource).catch(() => undefined);
      return key ? [...servicesNamed([key.policy])] : [];
    }),
  );
  return (await Promise.all(all)).flat();
}

function usersOf(
  { store, ports }: Runtime,
  request: AccessRequest,
  services: readonly string[],
): Promise<Users | undefined> {
  return store
    .read((tx) =>
      isOnKey(request) ? usersOfKey({ tx, ports }, request, services) : usersOfOther({ tx, ports }, request),
    )
    .catch((error: unknown) => {
      if (error instanceof NoAnswer) return undefined;
      throw error;
    });
}

async function usersOfKey(
  from: Reading,
  { resource: key, action }: AccessRequest,
  services: readonly string[],
): Promise<Users> {
  const { account = '', region = '' } = parseArn(key) ?? {};
  const { users } = await whoCan(from, { key, action, account, region, services });
  return new Map(
    users.flatMap(({ principal, who, rights }) =>
      rights.map(({ way }) => [`${principal} ${way}`, { who, principal }] as const),
    ),
  );
}

/** Everybody of the accounts here is asked, the way the call came. */
async function usersOfOther(from: Reading, request: AccessRequest): Promise<Users> {
  const { action, resource, resourceAccount: account, condition } = unknownAsAbsent(request);
  const region = parseArn(resource)?.region || (condition('aws:requestedregion')?.[0] ?? '');
  const question = { account, region, resource, context: {}, nowMs: 0, through: throughOf(request) };
  const facts = await factsOf(from, question, action);
  const found = new Map<string, { who: string; principal: string }>();
  for (const asked of (await knownPrincipals(from.tx)).asked) {
    const {
      inputs,
      request: theirs,
      isOpen,
      valuesOf,
    } = await asRequest(from, question, action, asked, facts);
    if (groundsFor(inputs, theirs, isOpen, { valuesOf }).length > 0)
      found.set(asked.name, { who: asked.who, principal: asked.name });
  }
  return found;
}

const throughOf = (request: AccessRequest) =>
  unknownAsAbsent(request).condition('aws:calledvialast')?.[0]?.split('.')[0];
