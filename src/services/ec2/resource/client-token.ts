/**
 * Idempotency: a repeated ClientToken answers with what its first call made
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Run_Instance_Idempotency.html).
 */
import { createHash } from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import { isObject } from '../../../platform/is-object.ts';
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';

interface ClientTokenRecord extends Scope {
  readonly operation: string;
  readonly token: string;
  readonly digest: string;
  readonly ids: readonly string[];
}

const clientTokens = table<ClientTokenRecord>()({
  name: 'ec2.client-tokens',
  key: ({ account, region, operation, token }) => [account, region, operation, token],
});

const MAX_TOKEN_LENGTH = 64;

interface TokenRequest {
  readonly ClientToken?: string;
}

/** The ids that the token's first call made; undefined where it is new. Throws where the parameters differ from that call's. */
export async function idsOfToken(
  tx: ReadTransaction,
  scope: Scope,
  operation: string,
  input: TokenRequest,
): Promise<readonly string[] | undefined> {
  if (!input.ClientToken) return undefined;
  if (input.ClientToken.length > MAX_TOKEN_LENGTH) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${input.ClientToken}) for parameter clientToken is invalid. Client tokens may have up to ${MAX_TOKEN_LENGTH} characters.`,
    );
  }
  const known = await tx.get(clientTokens, [scope.account, scope.region, operation, input.ClientToken]);
  if (!known) return undefined;
  if (known.digest !== digestOf(input)) {
    throw new AwsError(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  return known.ids;
}

export function rememberToken(
  tx: Transaction,
  scope: Scope,
  operation: string,
  input: TokenRequest,
  ids: readonly string[],
): void {
  if (!input.ClientToken) return;
  const { account, region } = scope;
  tx.put(clientTokens, {
    account,
    region,
    operation,
    token: input.ClientToken,
    digest: digestOf(input),
    ids,
  });
}

/** What a repeated token answers with once the resource of its first call has gone (aws-facts C3). */
export function tokenOfDeleted(): AwsError {
  return new AwsError(
    'IdempotentParameterMismatch',
    'The client token you have provided is associated with a resource that is already deleted. ' +
      'Please use a different client token.',
  );
}

/** The parameters as one value, whatever the order in which a client sent them. */
function digestOf(input: object): string {
  const { ClientToken: _token, ...parameters } = input as Record<string, unknown>;
  return createHash('sha256').update(JSON.stringify(parameters, sorted)).digest('base64');
}

const keyOf = (item: unknown): string => (item as { Key?: string } | null)?.Key ?? '';

/** The order of members does not count, nor that of tags. */
function sorted(name: string, value: unknown): unknown {
  if (name === 'Tags' && Array.isArray(value))
    return value.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
