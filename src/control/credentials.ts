/**
 * Credentials for whoever holds the server's token: an account's root, one of its users, an administrator, or a session
 * of one of its roles. What is made for that (a user, an access key, a session) is made by calls through the front door,
 * so that it is authorized and on record like any other.
 */
import { AwsError } from '../aws/aws-error.ts';
import { isRegionName } from '../aws/regions.ts';
import type { Scope } from '../aws/scope.ts';
import { type Identity, mintExternalCaller } from '../invoke/caller.ts';
import { workflowContext } from '../invoke/effects.ts';
import { ensureAccount, rootCredentials } from '../invoke/identity/account.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { uuid } from '../platform/identifiers.ts';
import { rootArn, rootUser } from '../policy/root-user.ts';
import { ControlError, type Questions, stringOf } from './control-api.ts';

/** The user that `--admin` means, made when it is new. */
const ADMINISTRATOR = 'admin';
const ADMINISTRATOR_POLICY = 'arn:aws:iam::aws:policy/AdministratorAccess';
const ORIGIN = { sourceIp: '127.0.0.1', userAgent: 'latchkey', secureTransport: false };

interface Credentials {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export type Ask = <T>(service: string, operation: string, input: object) => Promise<T>;

export function credentials(runtime: Runtime, defaults: Scope): Questions {
  return {
    /** `as`: `root` (the default), `admin`, `user/NAME` (made when new) or `role/NAME`. The account is made when new. */
    async account(body) {
      const accountId = stringOf(body, 'accountId') ?? defaults.account;
      const region = stringOf(body, 'region') ?? defaults.region;
      if (!/^\d{12}$/.test(accountId)) throw new ControlError('an account id is twelve digits');
      requireRegion(region);
      const as = stringOf(body, 'as') ?? 'root';
      return { ...(await credentialsFor(runtime, accountId, region, as)), region };
    },
  };
}

function requireRegion(region: string): void {
  if (!isRegionName(region)) throw new ControlError(`${region} is not a region`);
}

async function credentialsFor(
  runtime: Runtime,
  accountId: string,
  region: string,
  as: string,
): Promise<Credentials> {
  const root = await rootOf(runtime, accountId);
  if (as === 'root') return root;
  const asRoot = callsAs(runtime, region, rootIdentity(root));
  const [, kind, name] = /^(?:(user|role)\/)?(?:[^/]+\/)*([^/]+)$/.exec(as) ?? [];
  try {
    if (as === 'admin') return (await administrator(runtime, asRoot, accountId)).credentials;
    if (kind === 'user' && name) return (await user(runtime, asRoot, accountId, name)).credentials;
    if (kind === 'role' && name) return await roleSession(runtime, asRoot, { accountId, region, name });
  } catch (error) {
    if (error instanceof AwsError) throw new ControlError(`${as} in account ${accountId}: ${error.message}`);
    throw error;
  }
  throw new ControlError('credentials are for root, admin, user/NAME or role/NAME');
}

const rootIdentity = ({ accountId, accessKeyId }: Credentials): Identity => ({
  principal: rootUser(accountId),
  account: accountId,
  accessKeyId,
});

export async function callsAsRoot(runtime: Runtime, { account, region }: Scope): Promise<Ask> {
  return callsAs(runtime, region, rootIdentity(await rootOf(runtime, account)));
}

export interface Actor {
  readonly arn: string;
  readonly ask: Ask;
}

/** In whose name changes are made: `root`, `admin` or `user/NAME`. A user is made when new, and known from then on. */
export class Actors {
  readonly #runtime: Runtime;
  /** Access key ids by account and name. */
  readonly #known = new Map<string, string>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  async actor(scope: Scope, as: string): Promise<Actor> {
    if (as === 'root') {
      return { arn: rootArn(scope.account), ask: await callsAsRoot(this.#runtime, scope) };
    }
    const [, name] = /^(?:admin|user\/([^/]+))$/.exec(as) ?? [];
    if (name === undefined && as !== 'admin')
      throw new ControlError('changes are made by root, admin or user/NAME');
    const identity = await this.#userIdentity(scope, name);
    const { principal } = identity;
    if (principal.kind !== 'user') throw new Error(`${as} is no user`);
    return { arn: principal.arn, ask: callsAs(this.#runtime, scope.region, identity) };
  }

  /** @param name absent for the administrator */
  async #userIdentity(scope: Scope, name: string | undefined): Promise<Identity> {
    const { store, ports } = this.#runtime;
    const { account } = scope;
    const place = `${account}/${name ?? ''}`;
    const keyId = this.#known.get(place);
    const known =
      keyId && (await store.read((tx) => ports.credentials.find(tx, ports.sealer, keyId)))?.identity;
    if (known) return known;
    const asRoot = await callsAsRoot(this.#runtime, scope);
    const { identity } = await (name === undefined
      ? administrator(this.#runtime, asRoot, account)
      : user(this.#runtime, asRoot, account, name));
    this.#known.set(place, identity.accessKeyId);
    return identity;
  }
}

/** The user is made when new. */
export async function callsAsUser(runtime: Runtime, scope: Scope, name: string): Promise<Ask> {
  const { identity } = await user(runtime, await callsAsRoot(runtime, scope), scope.account, name);
  return callsAs(runtime, scope.region, identity);
}

async function rootOf({ store, entropy, clock, ports }: Runtime, accountId: string): Promise<Credentials> {
  const { sealer } = ports;
  await store.transact((tx) => ensureAccount(tx, { entropy, sealer, nowMs: clock.nowMs() }, accountId));
  const root = await store.read((tx) => rootCredentials(tx, sealer, { accountId }));
  return root as Credentials;
}

/** Calls through the front door, in the name of an identity whose secret the holder of the server's token could have anyway. */
function callsAs(runtime: Runtime, region: string, identity: Identity): Ask {
  return async <T>(service: string, name: string, input: object) => {
    const operation = runtime.registry.operation(service, name);
    if (!operation) throw new Error(`${service}:${name} is not served`);
    return (await runtime.invoke({
      caller: mintExternalCaller(identity, region, ORIGIN),
      operation,
      input,
      requestId: uuid(runtime.entropy),
      atMs: runtime.clock.nowMs(),
    })) as T;
  };
}

async function administrator(runtime: Runtime, asRoot: Ask, accountId: string) {
  const found = await user(runtime, asRoot, accountId, ADMINISTRATOR);
  await asRoot('iam', 'AttachUserPolicy', { UserName: ADMINISTRATOR, PolicyArn: ADMINISTRATOR_POLICY });
  return found;
}

interface AccessKeys {
  readonly AccessKeyMetadata: readonly { readonly AccessKeyId: string; readonly Status: string }[];
}

/** The user with an active key of its own: one that it has, else a new one. */
async function user(runtime: Runtime, asRoot: Ask, accountId: string, name: string) {
  await asRoot('iam', 'GetUser', { UserName: name }).catch(async (error) => {
    if (!(error instanceof AwsError) || error.code !== 'NoSuchEntity') throw error;
    await asRoot('iam', 'CreateUser', { UserName: name });
  });
  const { AccessKeyMetadata: keys } = await asRoot<AccessKeys>('iam', 'ListAccessKeys', { UserName: name });
  let accessKeyId = keys.find(({ Status }) => Status === 'Active')?.AccessKeyId;
  if (!accessKeyId) {
    const made = await asRoot<{ AccessKey: { AccessKeyId: string } }>('iam', 'CreateAccessKey', {
      UserName: name,
    });
    accessKeyId = made.AccessKey.AccessKeyId;
  }
  const id = accessKeyId;
  const { sealer, credentials: source } = runtime.ports;
  const credential = await runtime.store.read((tx) => source.find(tx, sealer, id));
  if (!credential) throw new ControlError(`user ${name} was changed at the same time: ask again`);
  const { identity, secretAccessKey } = credential;
  return { identity, credentials: { accountId, accessKeyId: id, secretAccessKey } };
}

interface AssumedRole {
  readonly Credentials: {
    readonly AccessKeyId: string;
    readonly SecretAccessKey: string;
    readonly SessionToken: string;
  };
}

/**
 * A session of a role, assumed by somebody whom its trust policy lets: the account's administrator, else a service that
 * the policy names, as EC2 does for its instances.
 */
async function roleSession(
  runtime: Runtime,
  asRoot: Ask,
  { accountId, region, name }: { accountId: string; region: string; name: string },
): Promise<Credentials> {
  const { Role } = await asRoot<{ Role: { Arn: string; AssumeRolePolicyDocument: string } }>(
    'iam',
    'GetRole',
    {
      RoleName: name,
    },
  );
  const input = { RoleArn: Role.Arn, RoleSessionName: 'latchkey' };
  const admin = await administrator(runtime, asRoot, accountId);
  const asAdmin = callsAs(runtime, region, admin.identity);
  const assumed = await asAdmin<AssumedRole>('sts', 'AssumeRole', input).catch(async (refusal) => {
    const [service] = servicesTrusted(decodeURIComponent(Role.AssumeRolePolicyDocument));
    if (!service) throw refusal;
    return assumeAsService(runtime, { accountId, region, service }, input);
  });
  const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials;
  return {
    accountId,
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
}

function assumeAsService(
  runtime: Runtime,
  { accountId, region, service }: { accountId: string; region: string; service: string },
  input: { RoleArn: string; RoleSessionName: string },
): Promise<AssumedRole> {
  const work = {
    account: accountId,
    region,
    requestId: uuid(runtime.entropy),
    nowMs: runtime.clock.nowMs(),
    entropy: runtime.entropy,
    turns: runtime.turns,
    ports: runtime.ports,
  };
  const sts = runtime.registry.service('sts');
  if (!sts) throw new Error('sts is not served');
  const { call } = workflowContext(runtime, work, sts).asService({ principal: service, invokedBy: service });
  return call('sts', 'AssumeRole', input) as Promise<AssumedRole>;
}

function servicesTrusted(document: string): string[] {
  const { Statement } = JSON.parse(document) as { Statement: object | object[] };
  return [Statement].flat().flatMap((statement) => {
    const { Effect, Principal } = statement as {
      Effect?: string;
      Principal?: { Service?: string | string[] };
    };
    return Effect === 'Allow' ? [Principal?.Service ?? []].flat() : [];
  });
}
