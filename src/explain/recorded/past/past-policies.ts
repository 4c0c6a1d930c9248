/**
 * Recorded calls with the policies of their time: those of now, with every recorded change since taken back. What it was
 * before a change that nobody recorded is unknown, and the decision then says so.
 */
import { ATTACHED } from '../../../import/cloudtrail/changes/change.ts';
import {
  DEFAULT_VERSION_ID,
  identityOwner,
  ownerOfIdentity,
} from '../../../import/cloudtrail/changes/iam-changes.ts';
import { organizationOwner } from '../../../import/cloudtrail/changes/organizations-changes.ts';
import type { KeptEvent } from '../../../import/cloudtrail/use.ts';
import type { NamedPolicy, PolicyInputs, PolicyPrincipal } from '../../../policy/decision.ts';
import { storedPolicy } from '../../../policy/stored.ts';
import { unknownPolicy } from '../../../policy/unknown.ts';
import { readKeyPolicy } from '../../../services/kms/index.ts';
import { guardrailNames } from '../../../services/organizations/index.ts';
import type { PastChange, PastState } from '../../history/timelines.ts';
import { beforeChange, momentsOf, secondOf, Timelines } from '../../history/timelines.ts';
import { lastSegment, principalName } from '../../words/names.ts';
import type { RecordedQuestion } from '../recorded-question.ts';
import type { RecordedWorld } from '../recorded-world.ts';
import { grantsAt } from './past-grants.ts';

const INLINE = /^inline policy /;
const ATTACHMENT = /^attachment of /;
const MEMBERSHIP = /^membership of /;

export class PastPolicies {
  readonly #from: RecordedWorld;
  readonly #timelines: Timelines;
  readonly #levels = new Map<string, Promise<readonly string[]>>();

  constructor(from: RecordedWorld, events: Iterable<KeptEvent>) {
    this.#from = from;
    this.#timelines = new Timelines(events);
  }

  /** The first change after the time of anything that the call was decided on. */
  async changeSince(asked: readonly RecordedQuestion[], time: string): Promise<PastChange | undefined> {
    const owners = new Set<string>();
    for (const question of asked) for (const owner of await this.#ownersOf(question)) owners.add(owner);
    return this.#timelines.firstSince(owners, time);
  }

  /** As it may have been: what was changed within the second of the call came before or after it. */
  async possiblyAt(
    asked: readonly RecordedQuestion[],
    time: string,
    isIt: (then: readonly RecordedQuestion[]) => boolean,
  ): Promise<readonly RecordedQuestion[] | undefined> {
    for (const moment of momentsOf(time)) {
      const then = await Promise.all(asked.map((question) => this.#at(question, moment)));
      const changed = then.some(Boolean) && asked.map((question, i) => then[i] ?? question);
      if (changed && isIt(changed)) return changed;
    }
    return undefined;
  }

  /** Undefined where nothing that it was decided on has changed since. */
  async #at(question: RecordedQuestion, time: string): Promise<RecordedQuestion | undefined> {
    const owners = await this.#ownersOf(question);
    if (!this.#timelines.firstSince(owners, time)) return undefined;
    const { inputs } = question;
    const own = await this.#identityAt(question, time);
    const resource = await this.#resourceAt(question, time);
    const { principal, resourceAccount } = question.request;
    const account = 'account' in principal ? principal.account : undefined;
    return {
      ...question,
      inputs: {
        ...inputs,
        ...own,
        ...resource,
        serviceControl: await this.#levelsAt('service-control', inputs.serviceControl, account, time),
        resourceControl: await this.#levelsAt(
          'resource-control',
          inputs.resourceControl,
          resourceAccount,
          time,
        ),
      },
    };
  }

  async #ownersOf(question: RecordedQuestion): Promise<Set<string>> {
    const { about, inputs, request } = question;
    const { identity, boundary, serviceControl = [], resourceControl = [] } = inputs;
    const owners = new Set(identitiesOf(question).map(({ owner }) => owner));
    for (const { name } of [...identity, ...(boundary ? [boundary] : [])]) owners.add(name);
    if (about !== undefined) owners.add(ownerOfIdentity(about) ?? about);
    for (const { name } of [...serviceControl, ...resourceControl].flat())
      owners.add(organizationOwner(lastSegment(name)));
    const accounts = [
      'account' in request.principal ? request.principal.account : '',
      request.resourceAccount,
    ];
    for (const account of accounts)
      for (const id of await this.#levelIds(account)) owners.add(organizationOwner(id));
    return owners;
  }

  async #identityAt(
    question: RecordedQuestion,
    time: string,
  ): Promise<Pick<PolicyInputs, 'identity' | 'boundary'>> {
    let { identity, boundary } = question.inputs;
    const identities = identitiesOf(question);
    for (const each of identities) {
      for (const state of this.#timelines.statesAt(each.owner, time)) {
        if (MEMBERSHIP.test(state.what)) {
          const group = state.what.replace(MEMBERSHIP, '');
          identity = [...identity, ...(await this.#ofGroup(question, group, state))];
          identities.push(groupOf(question, group));
        } else if (state.what === 'permissions boundary') boundary = await this.#boundaryAt(state);
        else identity = await this.#changedAt(identity, each, state);
      }
    }
    return {
      identity: await Promise.all(identity.map((policy) => this.#versionAt(policy, time))),
      boundary: boundary && (await this.#versionAt(boundary, time)),
    };
  }

  async #changedAt(
    identity: readonly NamedPolicy[],
    { who }: Identity,
    state: PastState,
  ): Promise<readonly NamedPolicy[]> {
    const { what } = state;
    if (INLINE.test(what)) {
      const name = `${who}, ${what}`;
      return replaced(identity, name, documentAt(state, name, 'identity'));
    }
    if (!ATTACHMENT.test(what)) return identity;
    const arn = what.replace(ATTACHMENT, '');
    return replaced(identity, arn, await this.#attachedAt(state, arn));
  }

  /** Policies of a group that the user has left since. Whether he was in one that he has joined since is not known. */
  async #ofGroup(
    { request: { principal } }: RecordedQuestion,
    group: string,
    { value, changed }: PastState,
  ): Promise<readonly NamedPolicy[]> {
    const { tx, ports } = this.#from;
    const account = 'account' in principal ? principal.account : '';
    const policies = value === ATTACHED ? await ports.policies.groupPolicies(tx, account, group) : undefined;
    return policies ?? [unknownPolicy(`policies of group ${group}`, beforeChange(changed))];
  }

  async #boundaryAt({ what, value, changed }: PastState): Promise<NamedPolicy | undefined> {
    return value === undefined ? unknownPolicy(what, beforeChange(changed)) : this.#managed(value);
  }

  async #attachedAt(state: PastState, arn: string): Promise<NamedPolicy | undefined> {
    if (state.value === undefined) return unknownPolicy(arn, beforeChange(state.changed));
    return state.value === ATTACHED ? this.#managed(arn) : undefined;
  }

  async #managed(arn: string | null): Promise<NamedPolicy | undefined> {
    if (arn === null) return undefined;
    const { tx, ports } = this.#from;
    const [policy] = await ports.policies.managedPolicies(tx, [arn]);
    return policy ?? unknownPolicy(arn, 'the policy was not there when the account was read');
  }

  /** A managed policy as its default version was. */
  async #versionAt(policy: NamedPolicy, time: string): Promise<NamedPolicy> {
    const state = this.#timelines.statesAt(policy.name, time).find(({ what }) => what === 'default version');
    if (!state) return policy;
    const switchedTo = this.#timelines.valueAt(policy.name, DEFAULT_VERSION_ID, time);
    const document = state.value ?? this.#timelines.valueAt(policy.name, `version ${switchedTo}`, time);
    if (typeof document === 'string') return storedPolicy(document, 'identity', policy.name);
    const { tx, ports } = this.#from;
    const versions = await ports.policies.versions(tx, policy.name);
    const [only, ...others] = versions.filter(
      ({ createdAtMs }) => createdAtMs <= Date.parse(`${secondOf(time)}Z`),
    );
    return only && others.length === 0 && only.document !== ''
      ? storedPolicy(only.document, 'identity', policy.name)
      : unknownPolicy(policy.name, beforeChange(state.changed));
  }

  async #resourceAt(
    { about, inputs }: RecordedQuestion,
    time: string,
  ): Promise<Pick<PolicyInputs, 'resourcePolicy' | 'grants' | 'unknownGrants'>> {
    const { resourcePolicy, grants, unknownGrants } = inputs;
    if (about === undefined) return { resourcePolicy, grants, unknownGrants };
    const states = this.#timelines.statesAt(ownerOfIdentity(about) ?? about, time);
    const ofPolicy = states.find(({ what }) => what === 'key policy' || what === 'trust policy');
    return {
      resourcePolicy:
        ofPolicy && resourcePolicy ? await this.#documentOf(ofPolicy, resourcePolicy) : resourcePolicy,
      ...(inputs.resourceRule === 'kms'
        ? grantsAt(states, { grants, unknownGrants })
        : { grants, unknownGrants }),
    };
  }

  async #documentOf(state: PastState, now: NamedPolicy): Promise<NamedPolicy | undefined> {
    if (state.what === 'trust policy') return documentAt(state, now.name, 'trust');
    return typeof state.value === 'string'
      ? readKeyPolicy(this.#from, state.value)
      : unknownPolicy(now.name, beforeChange(state.changed));
  }

  async #levelsAt(
    kind: ControlKind,
    levels: PolicyInputs['serviceControl'],
    account: string | undefined,
    time: string,
  ): Promise<PolicyInputs['serviceControl']> {
    if (!levels || account === undefined) return levels;
    const ids = await this.#levelIds(account);
    return levels.map((level, i) => {
      let policies: readonly NamedPolicy[] = level.map((policy) => this.#contentAt(policy, kind, time));
      for (const state of this.#timelines.statesAt(organizationOwner(ids[i] ?? ''), time)) {
        if (!ATTACHMENT.test(state.what)) continue;
        const id = state.what.replace(ATTACHMENT, '');
        const name = level.find((policy) => lastSegment(policy.name) === id)?.name ?? id;
        const then = state.value === ATTACHED ? this.#detachedAt(state, id, kind, time) : undefined;
        policies = replaced(policies, name, then);
      }
      return policies;
    });
  }

  /** A policy that is attached no more: what it said is known where its making is recorded. */
  #detachedAt(state: PastState, id: string, kind: ControlKind, time: string): NamedPolicy {
    const content = this.#timelines.valueAt(organizationOwner(id), 'content', time);
    return content ? storedPolicy(content, kind, id) : unknownPolicy(id, beforeChange(state.changed));
  }

  #contentAt(policy: NamedPolicy, kind: ControlKind, time: string): NamedPolicy {
    const state = this.#timelines
      .statesAt(organizationOwner(lastSegment(policy.name)), time)
      .find(({ what }) => what === 'content');
    if (!state) return policy;
    return documentAt(state, policy.name, kind) ?? policy;
  }

  #levelIds(account: string): Promise<readonly string[]> {
    const known =
      this.#levels.get(account) ??
      guardrailNames(this.#from.tx, account).then((names) => names?.levels.map(({ id }) => id) ?? []);
    this.#levels.set(account, known);
    return known;
  }
}

interface Identity {
  readonly owner: string;
  /** As the names of its inline policies begin. */
  readonly who: string;
}

function identitiesOf(question: RecordedQuestion): Identity[] {
  const { request, groups } = question;
  const { principal } = request;
  const arn = arnOfIdentity(principal);
  const owner = arn === undefined ? undefined : ownerOfIdentity(arn);
  if (owner === undefined) return [];
  return [{ owner, who: principalName(principal) }, ...groups.map((name) => groupOf(question, name))];
}

function groupOf({ request: { principal } }: RecordedQuestion, name: string): Identity {
  const account = 'account' in principal ? principal.account : '';
  return { owner: identityOwner(account, 'group', name), who: `group ${name}` };
}

function arnOfIdentity(principal: PolicyPrincipal): string | undefined {
  if (principal.kind === 'role-session') return principal.roleArn;
  return principal.kind === 'user' ? principal.arn : undefined;
}

function replaced(
  policies: readonly NamedPolicy[],
  name: string,
  policy: NamedPolicy | undefined,
): readonly NamedPolicy[] {
  const others = policies.filter((each) => each.name !== name);
  return policy ? [...others, policy] : others;
}

type DocumentKind = Parameters<typeof storedPolicy>[1];
type ControlKind = 'service-control' | 'resource-control';

function documentAt(
  { value, changed }: PastState,
  name: string,
  kind: DocumentKind,
): NamedPolicy | undefined {
  if (value === null) return undefined;
  return value === undefined ? unknownPolicy(name, beforeChange(changed)) : storedPolicy(value, kind, name);
}
