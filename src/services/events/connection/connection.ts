/**
 * Connections: how an API destination would be authorized. Nothing is called here, so of what they are given the secrets
 * are not kept at all, neither in plain text nor sealed: AWS keeps them in Secrets Manager
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection.html).
 */
import { formatArn, parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, resolved } from '../../../invoke/verdict.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import type {
  Connection,
  ConnectionAuthResponseParameters,
  ConnectionHttpParameters,
  CreateConnectionAuthRequestParameters,
  UpdateConnectionAuthRequestParameters,
} from '../../../shapes/generated/events.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { notFound, notFoundFor, notServed, validation } from '../errors.ts';

export type AuthorizationType = 'API_KEY' | 'BASIC' | 'OAUTH_CLIENT_CREDENTIALS';

export interface ConnectionRecord extends Scope {
  readonly name: string;
  readonly uuid: string;
  /** At the end of its secret's ARN. */
  readonly secretSuffix: string;
  readonly description?: string;
  readonly authorizationType: AuthorizationType;
  readonly state: 'AUTHORIZED' | 'DEAUTHORIZED';
  /** Without secrets. */
  readonly parameters?: ConnectionAuthResponseParameters;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly authorizedAtMs?: number;
}

export const connections = table<ConnectionRecord>()({
  name: 'events.connections',
  key: ({ account, region, name }) => [account, region, name],
});

const connectionArn = ({ account, region, name, uuid }: Scope & { name: string; uuid: string }) =>
  formatArn({ service: 'events', region, account, resource: `connection/${name}/${uuid}` });

const secretArn = ({ account, region, name, uuid, secretSuffix }: ConnectionRecord): string =>
  formatArn({
    service: 'secretsmanager',
    region,
    account,
    resource: `secret:events!connection/${name}/${uuid}-${secretSuffix}`,
  });

/** A missing one is reported after authorization on its name. */
export async function connectionCheck(
  context: ResolveContext,
  operation: string,
  name: string,
): Promise<Check<ConnectionRecord>> {
  const { tx, account, region } = context;
  const found = await tx.get(connections, [account, region, name]);
  const resource = connectionArn(found ?? { account, region, name, uuid: '*' });
  return resolved({ ...accountCheck(context, `events:${operation}`), resource }, found, () =>
    notFoundFor(operation, 'connection', `Connection '${name}' does not exist.`),
  );
}

export async function connectionOfArn(
  tx: ReadTransaction,
  { account, region }: Scope,
  arn: string,
): Promise<ConnectionRecord> {
  const [, name = ''] = parseArn(arn)?.resource.split('/') ?? [];
  const found = await tx.get(connections, [account, region, name]);
  if (found && connectionArn(found) === arn) return found;
  throw notFound(`Connection '${arn}' does not exist.`);
}

type Given = CreateConnectionAuthRequestParameters | UpdateConnectionAuthRequestParameters;

export function requireServedConnection({
  AuthParameters: given,
  InvocationConnectivityParameters: invocation,
  KmsKeyIdentifier: key,
}: {
  readonly AuthParameters?: Given;
  readonly InvocationConnectivityParameters?: object;
  readonly KmsKeyIdentifier?: string;
}): void {
  if (key) throw notServed('KmsKeyIdentifier of connections');
  if (invocation || given?.ConnectivityParameters) throw notServed('private connectivity of connections');
}

const MEMBERS: Readonly<
  Record<AuthorizationType, 'ApiKeyAuthParameters' | 'BasicAuthParameters' | 'OAuthParameters'>
> = {
  API_KEY: 'ApiKeyAuthParameters',
  BASIC: 'BasicAuthParameters',
  OAUTH_CLIENT_CREDENTIALS: 'OAuthParameters',
};

export function requireParametersOf(type: AuthorizationType, given: Given | undefined): void {
  if (!given || given[MEMBERS[type]]) return;
  throw validation(
    `Parameter AuthParameters is not valid. Reason: ${MEMBERS[type]} is required for ${type}.`,
  );
}

/** What is kept of them, and shown. */
export function withoutSecrets(given: Given): ConnectionAuthResponseParameters {
  const { BasicAuthParameters: basic, OAuthParameters: oauth, ApiKeyAuthParameters: key } = given;
  return {
    ...(basic && { BasicAuthParameters: { Username: basic.Username } }),
    ...(key && { ApiKeyAuthParameters: { ApiKeyName: key.ApiKeyName } }),
    ...(oauth && {
      OAuthParameters: {
        ClientParameters: { ClientID: oauth.ClientParameters?.ClientID },
        AuthorizationEndpoint: oauth.AuthorizationEndpoint,
        HttpMethod: oauth.HttpMethod,
        OAuthHttpParameters: oauth.OAuthHttpParameters && plainParts(oauth.OAuthHttpParameters),
      },
    }),
    ...(given.InvocationHttpParameters && {
      InvocationHttpParameters: plainParts(given.InvocationHttpParameters),
    }),
  };
}

const plainParts = ({
  HeaderParameters: header,
  QueryStringParameters: query,
  BodyParameters: body,
}: ConnectionHttpParameters): ConnectionHttpParameters => ({
  HeaderParameters: header?.map(plain),
  QueryStringParameters: query?.map(plain),
  BodyParameters: body?.map(plain),
});

/** Terraform says nothing where a value is no secret, and sees no difference afterwards. */
const plain = ({
  Key,
  Value,
  IsValueSecret = false,
}: {
  Key?: string;
  Value?: string;
  IsValueSecret?: boolean;
}) => ({
  Key,
  ...(!IsValueSecret && { Value }),
  IsValueSecret,
});

export const connectionEntry = (connection: ConnectionRecord): Connection => ({
  ConnectionArn: connectionArn(connection),
  Name: connection.name,
  ConnectionState: connection.state,
  AuthorizationType: connection.authorizationType,
  CreationTime: connection.createdAtMs,
  LastModifiedTime: connection.modifiedAtMs,
  LastAuthorizedTime: connection.authorizedAtMs,
});

export const describedConnection = (connection: ConnectionRecord) => ({
  ...connectionEntry(connection),
  Description: connection.description,
  SecretArn: secretArn(connection),
  AuthParameters: connection.parameters,
});
