/** What a recorded use asked of the policies: the same question that the front door would put, from what CloudTrail tells. */
import { parseArn } from '../../aws/arn.ts';
import type { Use } from '../../import/cloudtrail/use.ts';
import { type DecidingGuardrails, guardrailsOver, policyInputs } from '../../invoke/authorize.ts';
import { keysNotGiven, resourceKeys } from '../../invoke/given-keys.ts';
import { organizationKeys } from '../../invoke/organization-keys.ts';
import type { IdentityPolicies } from '../../invoke/ports/ports.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { AccessRequest, PolicyInputs, PolicyPrincipal } from '../../policy/decision.ts';
import { allKeyFacts, type KeyFacts } from '../../services/kms/index.ts';
import { recordedOutcome } from '../history/recorded-outcome.ts';
import { identityAbroad, isAmongRead, namedOn } from './callers-abroad.ts';
import { type Beside, recordedConditions, sideOf } from './recorded-conditions.ts';
import { bearerName, type NotAsked, principalOf } from './recorded-principal.ts';
import { requestOf } from './recorded-request.ts';
import { isAlias, recordedResource } from './recorded-resource.ts';
import type { RecordedWorld } from './recorded-world.ts';
import { type SessionStart, unrecordedPolicies } from './session-starts.ts';
import { throughEndpoint } from './through-endpoint.ts';

export interface RecordedQuestion {
  /** The key or role, `*` where it is about none; undefined where it is not known what it was about. */
  readonly about: string | undefined;
  /** Names of the user's groups. */
  readonly groups: readonly string[];
  readonly inputs: PolicyInputs;
  readonly request: AccessRequest;
  conditions(): ConditionValues;
  /** Where the record does not name the caller: the same, asked by each whom the resource's policies name. */
  readonly alternatives?: readonly RecordedQuestion[];
}

/** Services whose resources have no policies of their own that could let somebody in: the caller's side decides alone. */
const IDENTITY_ONLY: ReadonlySet<string> = new Set([
  'autoscaling',
  'cloudformation',
  'cloudtrail',
  'ebs',
  'ec2',
  'events',
  'iam',
  'logs',
  'organizations',
  'ssm',
]);

/** KMS operations about no key of their own: what a record of CreateKey names is what came of it. */
const KEYLESS: ReadonlySet<string> = new Set([
  'ListKeys',
  'ListAliases',
  'CreateKey',
  'GenerateRandom',
  'DescribeCustomKeyStores',
  'ListRetirableGrants',
]);

/** What they name is the alias itself, and not the key behind it. */
const OF_ALIASES: ReadonlySet<string> = new Set(['CreateAlias', 'DeleteAlias', 'UpdateAlias']);

/** `role app`, and not its ARN. */
const NAMED_BY_IAM = /^(?:user|role|group|policy|instance profile) /;

interface Asking {
  readonly use: Use;
  readonly principal: PolicyPrincipal;
  readonly beside: Beside;
}

export class RecordedQuestions {
  readonly #from: RecordedWorld;
  readonly #keys: ReadonlyMap<string, KeyFacts>;
  /** ARNs by id and by alias, where the key is. */
  readonly #byName: ReadonlyMap<string, string>;
  readonly #identities = new Map<string, Promise<IdentityPolicies>>();
  readonly #guardrails = new Map<string, Promise<DecidingGuardrails>>();

  static async open(from: RecordedWorld): Promise<RecordedQuestions> {
    const facts = await allKeyFacts(from.tx);
    return new RecordedQuestions(from, new Map(facts.map((key) => [key.arn, key])));
  }

  private constructor(from: RecordedWorld, keys: ReadonlyMap<string, KeyFacts>) {
    this.#from = from;
    this.#keys = keys;
    this.#byName = new Map(
      [...keys.values()].flatMap((key) =>
        [key.keyId, ...aliasesOf(key)].map((name) => [placedName(key.account, key.region, name), key.arn]),
      ),
    );
  }

  /** One question, or two: a ReEncrypt is one of the source and one of the destination. */
  async of(made: Use, beside: Beside = {}): Promise<readonly RecordedQuestion[] | NotAsked> {
    const use = asAskedOfKms(made);
    const principal = principalOf(use);
    if (typeof principal === 'string') return principal;
    if (use.identity === 'AWSAccount' && (await isAmongRead(this.#from, principal)))
      return 'calls from other accounts that were read: their own records of the calls are decided';
    if (this.#from.registry.operation(use.source, use.name)?.definition.exempt !== undefined)
      return 'calls that need no permission';
    const asking = { use, principal, beside };
    return use.source === 'kms' ? this.#ofKeys(asking) : this.#ofOthers(asking);
  }

  /** ARNs of the keys that a use names. */
  keysOf(use: Use): string[] {
    return namesIn(use).map((named) => this.#arnOf(named, use));
  }

  async #ofKeys(asking: Asking): Promise<readonly RecordedQuestion[] | NotAsked> {
    const { use } = asking;
    if (OF_ALIASES.has(use.name)) return this.#ofAlias(asking);
    if (KEYLESS.has(use.name)) return [await this.#ofNoKey(asking)];
    // In the course of a call on a key: a replica is made as a key is.
    const [, denied = ''] = use.denied.split(':');
    if (use.denied.startsWith('kms:') && KEYLESS.has(denied))
      return [await this.#question(asking, use.denied, '*')];
    const [source, destination = source] = this.keysOf(use);
    if (source === undefined) return 'calls that name no key';
    if (use.denied.startsWith('kms:')) return [await this.#question(asking, use.denied, source)];
    if (use.name !== 'ReEncrypt') return [await this.#question(asking, `kms:${use.name}`, source)];
    const from = { ...asking, use: sideOf(use, 'source') };
    const to = { ...asking, use: sideOf(use, 'destination') };
    return [
      await this.#question(from, 'kms:ReEncryptFrom', source),
      await this.#question(to, 'kms:ReEncryptTo', destination as string),
    ];
  }

  /** What is made with tags is tagged: its sentence names the action that was refused, on a key that came to nothing. */
  #ofNoKey(asking: Asking): Promise<RecordedQuestion> {
    const { account, region, denied, name } = asking.use;
    const own = `kms:${name}`;
    return denied.startsWith('kms:') && denied !== own
      ? this.#question(asking, denied, `arn:aws:kms:${region}:${account}:key/*`)
      : this.#question(asking, own, '*');
  }

  /** The alias is asked, and each key that is named beside it (aws-facts A2.6). */
  async #ofAlias(asking: Asking): Promise<readonly RecordedQuestion[] | NotAsked> {
    const { use } = asking;
    const named = namesIn(use).map((name) => (isAlias(name) ? name : this.#arnOf(name, use)));
    if (named.length === 0) return 'calls that name no key';
    return Promise.all(named.map((about) => this.#question(asking, `kms:${use.name}`, about)));
  }

  /** What a call was about is not folded, unless it was denied: then its sentence names action and resource. */
  async #ofOthers(asking: Asking): Promise<readonly RecordedQuestion[] | NotAsked> {
    const { use } = asking;
    const isDenied = recordedOutcome(use) === 'denied';
    // A call of STS asks for one action, and its denials do not always name it.
    if (isDenied && use.denied === '' && use.source !== 'sts') return 'denials that do not name the action';
    const action = use.denied || `${use.source}:${use.name}`;
    const [service = ''] = action.split(':');
    if (!IDENTITY_ONLY.has(service) && service !== 'sts')
      return 'calls of services whose resources have policies that are not read';
    return [await this.#question(asking, action, await this.#aboutOf(use, action))];
  }

  async #aboutOf({ resource, account, region }: Use, action: string): Promise<string | undefined> {
    const { tx, ports } = this.#from;
    if (NAMED_BY_IAM.test(resource)) {
      for (const source of ports.resourceFacts) {
        const facts = await source.resourceFacts(tx, { account, region }, resource, action);
        if (facts) return facts.arn;
      }
    }
    const named = resource.split(' ');
    // Beside the role, a call with a token names the provider.
    return named.find((arn) => arn.includes(':role/')) ?? (named[0] || undefined);
  }

  /** Denied calls may name an alias, or a key by its id. */
  #arnOf(named: string, { account, region }: Use): string {
    if (this.#keys.has(named)) return named;
    const arn = parseArn(named);
    const known = this.#byName.get(placedName(arn?.account ?? account, region, arn?.resource ?? named));
    if (known !== undefined) return known;
    return named.startsWith('arn:') ? named : `arn:aws:kms:${region}:${account}:key/${named}`;
  }

  async #question(asking: Asking, action: string, about: string | undefined): Promise<RecordedQuestion> {
    const question = await this.#questionOf(asking, action, about);
    if (asking.use.identity !== 'AWSAccount') return question;
    const named = namedOn(this.#keys.get(about ?? ''), asking.principal);
    const alternatives = await Promise.all(
      named.map((principal) => this.#questionOf({ ...asking, principal }, action, about)),
    );
    return { ...question, alternatives };
  }

  async #questionOf(
    { use, principal, beside }: Asking,
    action: string,
    about: string | undefined,
  ): Promise<RecordedQuestion> {
    const own = use.identity === 'AWSAccount' ? identityAbroad(use) : await this.#identity(principal);
    const resource = await recordedResource(this.#from, this.#keys, { use, principal, action, about });
    const { account: resourceAccount } = resource;
    const guardrails = await this.#guardrailsOver(use.account, resourceAccount);
    const { resourceRule, resourcePolicy, grants, unknownGrants, beyondResourceControl } = resource;
    const through = await throughEndpoint(this.#from, use);
    const { registry } = this.#from;
    const check = {
      action,
      resource: about ?? 'a resource',
      account: resourceAccount,
      record: undefined,
      resourceRule,
      resourcePolicy,
      grants,
      unknownGrants,
      beyondResourceControl,
    };
    const conditions = (): ConditionValues => ({
      ...organizationKeys('Principal', guardrails.caller?.membership),
      ...resourceKeys(action, resourceAccount, guardrails.resource?.membership),
      ...resource.conditions,
      ...recordedConditions(use, principal, own, { ...beside, registry }),
      ...through.conditions(action),
      ...keysNotGiven(action),
    });
    return {
      about,
      groups: own.groups ?? [],
      inputs: policyInputs(check, {
        principal,
        own,
        guardrails,
        session: beside.start ? await this.#policiesOf(beside.start) : unrecordedPolicies(use),
        vpcEndpoint: through.policy,
      }),
      request: requestOf(use, { principal, action, about, resourceAccount }, conditions),
      conditions,
    };
  }

  async #policiesOf({ policies, policyArns = [] }: SessionStart): Promise<PolicyInputs['session']> {
    const { tx, ports } = this.#from;
    return policies && [...policies, ...(await ports.policies.managedPolicies(tx, policyArns))];
  }

  #identity(principal: PolicyPrincipal): Promise<IdentityPolicies> {
    const name = bearerName(principal);
    const known =
      this.#identities.get(name) ?? this.#from.ports.policies.identityPolicies(this.#from.tx, principal);
    this.#identities.set(name, known);
    return known;
  }

  #guardrailsOver(account: string, resourceAccount: string): Promise<DecidingGuardrails> {
    const name = `${account} ${resourceAccount}`;
    const known = this.#guardrails.get(name) ?? guardrailsOver(this.#from, account, resourceAccount);
    this.#guardrails.set(name, known);
    return known;
  }
}

/**
 * What KMS refuses a service that asks for its caller is, in the trail of that service, in the error of the caller's call: the
 * record of S3's GetObject names kms:Decrypt and the key. That is what was asked, through the service.
 */
function asAskedOfKms(use: Use): Use {
  const [service, name = ''] = use.denied.split(':');
  if (service !== 'kms' || use.source === 'kms') return use;
  const invokedBy = `${use.source}.amazonaws.com`;
  return { ...use, source: 'kms', name, invokedBy, context: use.context || '?', grant: '' };
}

const namesIn = ({ resource }: Use): string[] => resource.split(' ').filter(Boolean);

const placedName = (account: string, region: string, name: string) => `${account} ${region} ${name}`;

function aliasesOf({ conditions }: KeyFacts): readonly string[] {
  const aliases = conditions['kms:ResourceAliases'];
  return Array.isArray(aliases) ? aliases : [];
}
