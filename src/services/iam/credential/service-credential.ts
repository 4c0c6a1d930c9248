/**
 * Credentials of a user for a single service: a name and a password, or an alias and a key. Nothing here takes them, so the
 * secret is shown when it is made and kept nowhere (aws-facts G5.7).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_service-specific-creds.html
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { hex } from '../../../platform/identifiers.ts';
import type { Entropy } from '../../../platform/ports.ts';
import type {
  ServiceSpecificCredential,
  ServiceSpecificCredentialMetadata,
} from '../../../shapes/generated/iam.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { noSuchEntity } from '../errors.ts';
import { ownUserCheck, type UserRecord } from '../user/user.ts';

export interface ServiceCredentialRecord {
  readonly account: string;
  readonly userId: string;
  readonly id: string;
  readonly service: string;
  /** The name or alias that goes with the secret. */
  readonly alias: string;
  readonly status: 'Active' | 'Inactive' | 'Expired';
  readonly createdAtMs: number;
  readonly expiresAtMs?: number;
}

export const serviceCredentials = table<ServiceCredentialRecord>()({
  name: 'iam.service-credentials',
  key: ({ account, userId, id }) => [account, userId, id],
});

/** By service: whether its secret is a key, which may expire, and not a password. */
const SERVICES: Readonly<Record<string, { readonly isKey: boolean }>> = {
  'bedrock.amazonaws.com': { isKey: true },
  'cassandra.amazonaws.com': { isKey: false },
  'codecommit.amazonaws.com': { isKey: false },
  'logs.amazonaws.com': { isKey: true },
};

export function requireService(service: string): { readonly isKey: boolean } {
  const known = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  if (known) return known;
  throw noSuchEntity(`No such service ${service} is supported for Service Specific Credentials`);
}

export const newSecret = (entropy: Entropy): string =>
  Buffer.from(hex(entropy, 64), 'hex').toString('base64');

export const credentialsOf = (tx: ReadTransaction, user: UserRecord): Promise<ServiceCredentialRecord[]> =>
  tx.list(serviceCredentials, { prefix: [user.account, user.id] });

export async function requireCredential(
  tx: ReadTransaction,
  user: UserRecord,
  id: string,
): Promise<ServiceCredentialRecord> {
  const credential = await tx.get(serviceCredentials, [user.account, user.id, id]);
  if (!credential) throw noSuchEntity(`No such credential ${id} exists`);
  return credential;
}

interface NamedCredential {
  readonly UserName?: string;
  readonly ServiceSpecificCredentialId?: string;
}

/** The check for an action on a user's credentials: the named user's, or the caller's own. */
export async function credentialCheck(
  context: ResolveContext,
  { UserName, ServiceSpecificCredentialId: id }: NamedCredential,
  action: string,
): Promise<Check<UserRecord>> {
  const check = await ownUserCheck(context, UserName, action);
  const user = check.record;
  const credential = user && id && (await context.tx.get(serviceCredentials, [user.account, user.id, id]));
  if (!credential) return check;
  return {
    ...check,
    conditions: () => ({
      ...check.conditions?.(),
      'iam:ServiceSpecificCredentialServiceName': credential.service,
    }),
  };
}

export function shownCredential(
  credential: ServiceCredentialRecord,
  UserName: string,
): ServiceSpecificCredentialMetadata {
  const { service, alias, expiresAtMs } = credential;
  return {
    UserName,
    Status: credential.status,
    CreateDate: credential.createdAtMs,
    ServiceSpecificCredentialId: credential.id,
    ServiceName: service,
    ...(requireService(service).isKey ? { ServiceCredentialAlias: alias } : { ServiceUserName: alias }),
    ...(expiresAtMs !== undefined && { ExpirationDate: expiresAtMs }),
  };
}

/** As it is shown once, with its secret. */
export const newlyShown = (
  credential: ServiceCredentialRecord,
  userName: string,
  secret: string,
): ServiceSpecificCredential => ({
  ...shownCredential(credential, userName),
  ...(requireService(credential.service).isKey
    ? { ServiceCredentialSecret: secret }
    : { ServicePassword: secret }),
});
