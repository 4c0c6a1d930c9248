/** Whose credentials an access key id and a session token are. */
import { accountOfAccessKeyId } from '../aws/access-key-id.ts';
import { formatArn } from '../aws/arn.ts';
import { type Identity, standsFor } from '../invoke/caller.ts';
import { accountExists, accounts, ensureAccount, rootCredentials } from '../invoke/identity/account.ts';
import { openSession } from '../invoke/identity/session-token.ts';
import type { CredentialSource, PrincipalDirectory } from '../invoke/ports/ports.ts';
import type { Clock, Entropy, Sealer } from '../platform/ports.ts';
import type { ReadTransaction, Store } from '../store/store.ts';
import { RecentEntries } from './recent-entries.ts';
import type { Credential, CredentialLookup } from './sigv4.ts';

export interface CredentialSources {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly principals: Pick<PrincipalDirectory, 'arn'>;
  readonly userKeys: CredentialSource;
}

interface Known {
  readonly credential: Credential<Identity>;
  readonly generation: number;
}

/** Finds the credentials that this server gave out: root keys, users' access keys, STS's session tokens. */
export function credentialLookup(sources: CredentialSources): CredentialLookup<Identity> {
  const { store, userKeys } = sources;
  // While no table changes on which an answer depends, it is not asked for twice.
  const tables = [accounts.name, ...userKeys.tables];
  const known = new RecentEntries<Known>(1024);
  return async (accessKeyId, sessionToken) => {
    let generation = 0;
    for (const table of tables) generation += store.generation(table);
    const name = sessionToken === undefined ? accessKeyId : `${accessKeyId} ${sessionToken}`;
    const before = known.get(name);
    if (before?.generation === generation) return before.credential;
    const credential = await store.readAhead((tx) =>
      sessionToken === undefined
        ? longTermCredential(tx, sources, accessKeyId)
        : sessionCredential(tx, sources, accessKeyId, sessionToken),
    );
    if (credential) known.set(name, { credential, generation });
    return credential;
  };
}

async function longTermCredential(
  tx: ReadTransaction,
  { sealer, userKeys }: CredentialSources,
  accessKeyId: string,
): Promise<Credential<Identity> | undefined> {
  const root = await rootCredentials(tx, sealer, { accessKeyId });
  if (root) return { secret: root.secretAccessKey, identity: rootIdentity(root.accountId, accessKeyId) };
  const user = await userKeys.find(tx, sealer, accessKeyId);
  return user && { secret: user.secretAccessKey, identity: user.identity };
}

/** A session lives no longer than the user or role it stands for, whose deletion makes its token invalid. */
async function sessionCredential(
  tx: ReadTransaction,
  { sealer, principals }: CredentialSources,
  accessKeyId: string,
  sessionToken: string,
): Promise<Credential<Identity> | undefined> {
  const session = openSession(sealer, sessionToken);
  if (session?.identity.accessKeyId !== accessKeyId) return undefined;
  const { identity, secretAccessKey, expiresAtMs } = session;
  const id = standsFor(identity.principal);
  if (id !== undefined && (await principals.arn(tx, id)) === undefined) return undefined;
  return { secret: secretAccessKey, sessionToken, expiresAtMs, identity };
}

/**
 * `--auth open`: an unknown access key is the root of the default account, and one of twelve digits that of the
 * account it names, which is created when it is new. A key whose id says that it was made here is not unknown
 * but inactive, deleted or without its token, and stays refused.
 */
export function openIdentity(
  world: {
    readonly store: Store;
    readonly sealer: Sealer;
    readonly clock: Clock;
    readonly entropy: Entropy;
  },
  defaultAccount: string,
): (accessKeyId: string) => Promise<Identity | undefined> {
  const { store, clock } = world;
  const exists = (account: string) => store.readAhead((tx) => accountExists(tx, account));
  return async (accessKeyId) => {
    const maker = accountOfAccessKeyId(accessKeyId);
    if (maker !== undefined && (await exists(maker))) return undefined;
    if (!/^\d{12}$/.test(accessKeyId)) return rootIdentity(defaultAccount, accessKeyId);
    if (!(await exists(accessKeyId))) {
      await store.transact((tx) => ensureAccount(tx, { ...world, nowMs: clock.nowMs() }, accessKeyId));
    }
    return rootIdentity(accessKeyId, accessKeyId);
  };
}

function rootIdentity(account: string, accessKeyId: string): Identity {
  const arn = formatArn({ service: 'iam', region: '', account, resource: 'root' });
  return { principal: { kind: 'root', account, arn }, account, accessKeyId };
}
