/**
 * Whether a principal may do something that nobody has tried: with its policies, and those of the resource, as they are
 * now. What is not known of the request stays open, and the answer says what it depends on.
 */
import { nearestName } from '../../aws/nearest-name.ts';
import { presentConditions } from '../../invoke/condition-lookup.ts';
import type { ResourceFacts } from '../../invoke/ports/resource-facts.ts';
import type { Registry } from '../../invoke/registry.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { NamedPolicy, PolicyInputs } from '../../policy/decision.ts';
import { decide } from '../../policy/evaluate.ts';
import { GRANT_ACTIONS } from '../../policy/grants.ts';
import { granteeNames } from '../../policy/principals.ts';
import { allActions, KEY_ACTIONS } from '../../services/kms/index.ts';
import type { Said } from '../denial/as-recorded.ts';
import { explainedCheck, namedResource } from '../denial/explained-check.ts';
import { remediesOf } from '../denial/explained-remedies.ts';
import { type Explanation, NO_REMEDIES } from '../denial/explanation.ts';
import { asInMessage, refusedUnread, withPoliciesOfCall } from '../denial/policies-of-call.ts';
import { askedNext } from '../question/asked-next.ts';
import type { AskedPrincipal } from '../question/asked-principals.ts';
import { isRefusedAnyway } from '../question/asked-together.ts';
import { keyOf, NoAnswer } from '../question/key-question.ts';
import type { Reading } from '../question/reading.ts';
import { gainsByOthers } from '../remedies/risk.ts';
import { findRemedies } from '../remedies/search.ts';
import { type Decision, decisionSubject } from '../remedies/subject.ts';
import { groundsInWords } from '../rights/grounds-in-words.ts';
import {
  asRequest,
  factsOf,
  type HypotheticalCall,
  type OpenRequest,
  principalAsked,
} from '../rights/hypothetical-call.ts';
import { lettingThrough } from '../rights/letting-through.ts';
import { type Ground, groundsFor } from '../rights/rights.ts';
import { isSameName, originText, resourceName } from '../words/names.ts';
import { type PassedCall, type PassedCalls, provedByRecords } from './passed-calls.ts';

export interface CanQuestion extends HypotheticalCall {
  readonly principal: string;
  /** `kms:Decrypt` */
  readonly action: string;
  /** The caller's, for which a service asks: `SendMessage`. */
  readonly operation?: string;
  /** What AWS says of such a call that it refused. */
  readonly said?: Said;
  /** Of a real account: the like of it among its records. */
  readonly passed?: PassedCalls;
}

export interface CanAnswer extends Explanation {
  /** Of an answer that is allowed or depends: what allows it, and on which conditions. */
  readonly grounds: readonly Ground[];
  /** What it rests on: ARNs of who and what is asked about, and the names of the policies. */
  readonly restsOn: readonly string[];
  /** Of a real account: a recorded call that got past what was not read. */
  readonly passed?: PassedCall;
}

export async function can(runtime: Runtime, given: CanQuestion): Promise<CanAnswer> {
  const { store, ports, registry } = runtime;
  const question = { ...given, action: properAction(given.action, registry) };
  requireKnown(question.action);
  const answer = await store.read((tx) => answered({ tx, ports }, question));
  // Nothing can be tried on what nobody has read.
  const isOpen = answer.verdict === 'denied' && !answer.open;
  if (!isOpen && answer.verdict !== 'allowed') return answer;
  const next = await refusedNext(runtime, question);
  if (!isOpen && next.length === 0) return answer;
  const remedied = { ...answer, ...(await remediesFor(runtime, question, next)) };
  if (isOpen) return remedied;
  const actions = next.map(({ action }) => action).join(' and ');
  const [first] = next;
  const headline = `${answer.headline} For ${first?.through} the service calls ${actions} on ${onWhat(question, first)} as well, and that is refused.`;
  return { ...remedied, headline };
}

const onWhat = ({ resource }: CanQuestion, next: CanQuestion | undefined): string =>
  next?.resource === undefined || next.resource === resource ? 'it' : resourceName(next.resource);

/** What would allow it and what is asked next, made and asked again in a rehearsal. */
async function remediesFor(
  runtime: Runtime,
  question: CanQuestion,
  next: readonly CanQuestion[],
): Promise<Partial<CanAnswer>> {
  const decisionOf =
    (one: CanQuestion): Decision =>
    ({ runtime: { store, ports } }, more) =>
      store.read(async (tx) => {
        const context = { ...one.context, ...presentConditions(more) };
        return (await asked({ tx, ports }, { ...one, context })).open;
      });
  const decisions = [question, ...next].map(decisionOf);
  const isOwnCall = (at: number) => [question, ...next][at]?.through === undefined;
  const found = await findRemedies(runtime, decisionSubject(decisions, isOwnCall));
  const rulings = await Promise.all(decisions.map((decision) => decision(found.stage, {})));
  const [, ...following] = rulings;
  return {
    following: following.map(({ request: { action, resource } }) => ({ action, resource })),
    ...remediesOf(found),
    gains: await gainsByOthers(found.world, found.stage.runtime, rulings),
  };
}

/** What a service would ask for next, and be refused. AWS's sentence says nothing of it. */
function refusedNext({ store, ports }: Runtime, question: CanQuestion): Promise<CanQuestion[]> {
  return store.read(async (tx) => {
    const next = await askedNext(tx, question);
    const answers = await Promise.all(next.map((each) => asked({ tx, ports }, each)));
    return next.filter((_, at) => isRefusedAnyway(answers[at]!.open));
  });
}

async function asked(from: Reading, question: CanQuestion) {
  const { action } = question;
  const resource = await factsOf(from, question, action);
  const principal = await principalAsked(from.tx, question, resource);
  const open = await asRequest(from, question, action, principal, resource);
  const inputs = withPoliciesOfCall(open.inputs, open.request, question.said);
  return { action, resource, principal, open: { ...open, inputs } };
}

/** Whether a grant that nobody has read may give it: what is denied to one who holds any grant is denied. */
function mayBeGranted({ inputs, request, isOpen, valuesOf }: OpenRequest): boolean {
  const { principal, action, resourceAccount, childGrant = { actions: [] } } = request;
  if (!inputs.unknownGrants || !GRANT_ACTIONS.has(action)) return false;
  const [grantee = ''] = granteeNames(principal);
  const actions = [action, ...childGrant.actions];
  const any = { grantId: 'unknown', grantee, issuingAccount: resourceAccount, actions };
  const granted = { ...inputs, grants: [...(inputs.grants ?? []), any], unknownGrants: undefined };
  return groundsFor(granted, { ...request, childGrant }, isOpen, { valuesOf }).length > 0;
}

async function answered(from: Reading, question: CanQuestion): Promise<CanAnswer> {
  const { action, resource, principal, open: asking } = await asked(from, question);
  const { inputs, request, isOpen, valuesOf, conditions } = asking;
  const { grounds, passed, words } = provedByRecords(
    groundsFor(inputs, request, isOpen, { valuesOf }),
    inputs,
    Object.keys(question.context).length === 0,
    () => question.passed?.({ request, region: question.region, through: question.through }),
  );
  const about = await headline(from, principal, action, resource);
  const policies = policiesOf(inputs).map(({ name }) => name);
  const restsOn = [...new Set([principal.name, resource.arn, ...policies])];
  const common = { ...NOTHING, subject: `${question.principal} ${question.action}`, grounds, restsOn };
  const [first] = grounds;
  const [service = ''] = action.split(':');
  const decision = decide(inputs, request);
  const isForbidden = !decision.allowed && decision.explicit;
  if (!SERVED.has(service) && (first || !isForbidden)) {
    const own = `${principal.who}'s own policies ${first ? 'allow' : 'do not allow'} ${action}`;
    const but = `${first ? 'but' : 'and'} the policies of ${service}'s resources are not known here.`;
    return { ...common, verdict: 'unknown', headline: `${own}, ${but}` };
  }
  const open = first && refusedUnread(inputs, question.said, action);
  if (first && open === undefined)
    return {
      ...common,
      ...letThrough(about.may, { action, resource }, grounds, words),
      ...(passed && { passed }),
    };
  if (!first && inputs.unknownGrants && mayBeGranted(asking)) {
    const { name, why } = inputs.unknownGrants;
    return {
      ...common,
      verdict: 'unknown',
      headline: `It cannot be said whether ${about.may}: no policy allows it, and ${name} are not known (${why}).`,
    };
  }
  const made = open === undefined ? request : asInMessage(request, isOpen, grounds);
  const check = await explainedCheck(from, inputs, made, conditions);
  const others = await lettingThrough(
    [...policiesOf(inputs), ...(inputs.resourcePolicy ? [inputs.resourcePolicy] : [])],
    question,
    async (through) => (await asked(from, { ...question, through })).open,
  );
  return {
    ...common,
    verdict: 'denied',
    headline: `${about.mayNot}${elsewhere(asking, question)}.${others}`,
    checks: check ? [check] : [],
    ...(open !== undefined && { open }),
  };
}

function letThrough(
  may: string,
  { action, resource }: { readonly action: string; readonly resource: ResourceFacts },
  grounds: readonly Ground[],
  words: string | undefined,
): Pick<CanAnswer, 'verdict' | 'headline' | 'allowedBy'> {
  const [first] = grounds;
  const after = words === undefined ? '' : ` ${words}`;
  if (first && first.where.length === 0 && first.unless.length === 0 && !first.provided) {
    const by = originText(first.by);
    return {
      verdict: 'allowed',
      headline: `${may}: ${by} ${first.by === 'root' ? 'allow' : 'allows'} it.${after}`,
      allowedBy: [{ action, resource: resource.arn, by }],
    };
  }
  const where = groundsInWords(grounds);
  return {
    verdict: 'depends',
    headline: `${may} ${where.startsWith('where ') ? 'only ' : ''}${where}.${after}`,
  };
}

/** Of a call whose circumstances are given: the ones under which it would be allowed. */
function elsewhere({ inputs, request, isOpen, valuesOf }: OpenRequest, { context }: CanQuestion): string {
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  if (given.size === 0) return '';
  const grounds = groundsFor(inputs, request, (key) => given.has(key) || isOpen(key), { valuesOf });
  return grounds.length === 0 ? '' : `: it may ${groundsInWords(grounds)}`;
}

/** Services whose resources are known with their policies; of others only the caller's side can be said. */
const SERVED: ReadonlySet<string> = new Set([
  ...[
    'autoscaling',
    'cloudformation',
    'cloudtrail',
    'cloudwatch',
    'ebs',
    'ec2',
    'events',
    'iam',
    'kms',
    'logs',
  ],
  ...['organizations', 'ssm', 'sts'],
]);

const policiesOf = (inputs: PolicyInputs): readonly NamedPolicy[] =>
  [
    ...inputs.identity,
    inputs.boundary,
    ...(inputs.serviceControl ?? []).flat(),
    ...(inputs.resourceControl ?? []).flat(),
  ].filter((policy) => policy !== undefined);

const NOTHING = {
  version: 1,
  found: true,
  checks: [],
  ...NO_REMEDIES,
} as const;

/** Policies compare actions without regard to case; the evaluator is asked with AWS's spelling where it is known. */
function properAction(given: string, registry: Registry): string {
  const action = given.replace(/^[^:]+:/, (service) => service.toLowerCase());
  if (!/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action)) {
    throw new NoAnswer(
      `${given} is not an action. Write it as policies do: kms:Decrypt, ec2:StartInstances.`,
    );
  }
  const [service = '', name = ''] = action.split(':');
  const operations = registry.service(service)?.shapes.operationNames ?? [];
  const known = operations.find((operation) => isSameName(operation, name));
  return KEY_ACTIONS.get(action.toLowerCase()) ?? (known ? `${service}:${known}` : action);
}

/** A statement that allows what KMS has not would mend nothing. Of other services the permissions without an operation are not known. */
function requireKnown(action: string): void {
  const [service, name = ''] = action.split(':');
  if (service !== 'kms') return;
  const known = allActions();
  if (known.some((one) => isSameName(one, action))) return;
  const begun = known.find((one) => one.startsWith(action));
  const names = known.map((one) => one.slice('kms:'.length));
  const hint = begun ? `; the nearest name is ${begun}` : nearestName(name, names, 'kms:');
  throw new NoAnswer(`KMS has no action kms:${name}${hint}.`);
}

async function headline(
  { tx }: Reading,
  { who, name, isKnown }: AskedPrincipal,
  action: string,
  { arn }: ResourceFacts,
): Promise<{ may: string; mayNot: string }> {
  const key = await keyOf(tx, arn);
  const on = arn === '*' ? '' : ` on ${namedResource(arn, key)}`;
  const state =
    key && key.state !== 'Enabled' ? ` (the key is ${key.state}, and cannot be used until that changes)` : '';
  const subject = isKnown ? who : name.replace(/^(?=\d{12}$)/, 'account ');
  return { may: `${subject} may ${action}${on}${state}`, mayNot: `${subject} may not ${action}${on}` };
}
