/** An issuer of web identity tokens, its provider in the account, and a role that trusts it and may list users. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  STSClient,
} from '@aws-sdk/client-sts';
import { ACCOUNT, allow, policy } from './account.ts';
import { type Credentials, startServerFor, type TestServer } from './server.ts';

export const HOST = 'token.example.com/tenant';
export const ISSUER = `https://${HOST}`;
export const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST}`;
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/deployer`;
export const AUDIENCE = 'sts.amazonaws.com';
/** A client that signs nothing. */
export const NOBODY: Credentials = { accessKeyId: '', secretAccessKey: '' };

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const keySet = {
  keys: [
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa', alg: 'RS256', use: 'sig' },
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'ec', use: 'sig' },
  ],
};

/** A part of a token: JSON, or what is not. */
export const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** The claims that every token has, with others. */
export function claimsOf(claims: object = {}): object {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return {
    ...{ iss: ISSUER, sub: 'repo:app', aud: AUDIENCE, iat: nowSeconds, exp: nowSeconds + 600 },
    ...claims,
  };
}

/** A token of any header and payload, JSON or not, signed by a hash and a key. */
export function signedToken(header: unknown, payload: unknown, key?: KeyObject, hash = 'sha256'): string {
  const signed = `${part(header)}.${part(payload)}`;
  const signature = key
    ? sign(hash, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
    : Buffer.alloc(0);
  return `${signed}.${signature.toString('base64url')}`;
}

export const token = (
  claims: object = {},
  { alg = 'RS256', kid = 'rsa', key = rsa.privateKey as KeyObject | undefined } = {},
): string => signedToken({ alg, kid, typ: 'JWT' }, claimsOf(claims), key);

export const trustIn = (
  Condition: object = {},
  Action: string | string[] = 'sts:AssumeRoleWithWebIdentity',
) => policy({ Effect: 'Allow', Principal: { Federated: PROVIDER }, Action, Condition });

export interface Federation {
  readonly server: TestServer;
  readonly iam: IAMClient;
  readonly assume: (
    WebIdentityToken: string,
    more?: Partial<AssumeRoleWithWebIdentityCommandInput>,
  ) => ReturnType<typeof assumeRole>;
}

const assumeRole = (sts: STSClient, input: Partial<AssumeRoleWithWebIdentityCommandInput>) =>
  sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: ROLE,
      RoleSessionName: 'run-1',
      WebIdentityToken: '',
      ...input,
    }),
  );

/** A provider, its keys, a role that trusts it and may list users, and a client without credentials. */
export async function federation(
  t: Parameters<typeof startServerFor>[0],
  trustDocument = trustIn(),
): Promise<Federation> {
  const server = await startServerFor(t);
  const iam = server.client(IAMClient);
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: [AUDIENCE] }));
  await server.ask('issuer', { url: ISSUER, keySet });
  await iam.send(new CreateRoleCommand({ RoleName: 'deployer', AssumeRolePolicyDocument: trustDocument }));
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'deployer',
      PolicyName: 'list',
      PolicyDocument: allow('iam:ListUsers'),
    }),
  );
  const sts = server.client(STSClient, NOBODY);
  return {
    server,
    iam,
    assume: (WebIdentityToken, more = {}) => assumeRole(sts, { WebIdentityToken, ...more }),
  };
}
