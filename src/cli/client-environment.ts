/** What an AWS client needs to talk to a server as somebody: as variables of a shell, and as profiles of a config file. */
import { writePrivateFile } from '../platform/node/user-files.ts';
import { UsageError, type Values } from './command.ts';
import { ask, type Connection } from './server-connection.ts';

export interface AccountAnswer {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
}

/** Options by which a command is told as whom clients are to call. */
export const IDENTITY_OPTIONS = {
  account: { type: 'string' },
  region: { type: 'string' },
  as: { type: 'string' },
  admin: { type: 'boolean' },
} as const;

export const IDENTITY_USAGE = `
  --account ID     twelve digits; the account is created when it is new (default: the server's default account)
  --region REGION  (default: us-east-1)
  --as WHO         user/NAME, created when new, or role/NAME, a session of a role that is there (default: the root user)
  --admin          an administrator: the user admin with AdministratorAccess, created when new
`;

/** Whom the options mean. Root, the default, may do everything, and can assume no role. */
function identityOf({ as, admin }: Values): string | undefined {
  if (admin && as !== undefined) throw new UsageError('--admin or --as: which is it to be?');
  if (typeof as === 'string' && !/^(?:user|role)\/./.test(as)) {
    throw new UsageError('--as takes user/NAME or role/NAME');
  }
  return admin ? 'admin' : (as as string | undefined);
}

export function credentialsFor(server: Connection, values: Values): Promise<AccountAnswer> {
  return ask<AccountAnswer>(server, 'account', {
    accountId: values.account,
    region: values.region,
    as: identityOf(values),
  });
}

/** Where a server speaks TLS, that is how its clients are to call. JavaScript takes the certificate from a variable of Node's. */
function endpointOf({ url, secure }: Connection): Record<string, string> {
  const { certificateFile: file } = secure ?? {};
  return {
    AWS_ENDPOINT_URL: secure?.url ?? url,
    ...(file && { AWS_CA_BUNDLE: file, NODE_EXTRA_CA_CERTS: file }),
  };
}

/** AWS CLI v1 reads AWS_DEFAULT_REGION only. */
export function clientEnvironment(server: Connection, account: AccountAnswer): Record<string, string> {
  return {
    ...endpointOf(server),
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    ...(account.sessionToken ? { AWS_SESSION_TOKEN: account.sessionToken } : {}),
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
  };
}

const MISLEADING = [
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  // With it, clients call AWS.
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
];

/** What would lead a client past this server or these credentials; an endpoint for one service goes before that for all. */
export const misleadingVariables = (): string[] => [
  ...MISLEADING,
  ...Object.keys(process.env).filter((name) => name.startsWith('AWS_ENDPOINT_URL_')),
];

type Writer = (set: readonly (readonly [string, string])[], unset: readonly string[]) => string;

const lines = (all: readonly string[]) => `${all.join('\n')}\n`;
const posix = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;

/** A value is quoted by the rules of the shell that evaluates it: what answers at a URL must not become a command. */
const FORMATS: Readonly<Record<string, Writer>> = {
  sh: (set, unset) =>
    lines([
      ...set.map(([name, value]) => `export ${name}=${posix(value)}`),
      ...(unset.length > 0 ? [`unset ${unset.join(' ')}`] : []),
    ]),
  fish: (set, unset) =>
    lines([
      ...set.map(
        ([name, value]) => `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
      ),
      ...unset.map((name) => `set -e ${name}`),
    ]),
  powershell: (set, unset) =>
    lines([
      ...set.map(([name, value]) => `$Env:${name} = '${value.replaceAll("'", "''")}'`),
      ...unset.map((name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`),
    ]),
  json: (set) => `${JSON.stringify(Object.fromEntries(set), null, 2)}\n`,
  dotenv: (set) => lines(set.map(([name, value]) => `${name}=${value}`)),
};

export function formatEnvironment(
  format: string,
  environment: Readonly<Record<string, string>>,
  misleading: readonly string[] = misleadingVariables(),
): string {
  const write = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (!write) throw new UsageError(`--format is one of ${Object.keys(FORMATS).join(', ')}`);
  const set = Object.entries(environment);
  // A line break would end a dotenv line, and no variable of ours has one.
  if (set.some(([, value]) => /[\r\n\0]/.test(value))) {
    throw new Error('what answers there is not a Latchkey server: it sent a line break in a credential');
  }
  return write(
    set,
    misleading.filter((name) => !Object.hasOwn(environment, name)),
  );
}

/** A config file with a profile for each: for Terraform's and the CLI's `profile`, with several accounts at once. */
export function writeProfiles(
  file: string,
  server: Connection,
  profiles: readonly { readonly name: string; readonly account: AccountAnswer }[],
): void {
  const sections = profiles.map(({ name, account }) =>
    [
      name === 'default' ? '[default]' : `[profile ${name}]`,
      `endpoint_url = ${server.secure?.url ?? server.url}`,
      ...(server.secure?.certificateFile ? [`ca_bundle = ${server.secure.certificateFile}`] : []),
      `region = ${account.region}`,
      `aws_access_key_id = ${account.accessKeyId}`,
      `aws_secret_access_key = ${account.secretAccessKey}`,
      ...(account.sessionToken ? [`aws_session_token = ${account.sessionToken}`] : []),
    ].join('\n'),
  );
  writePrivateFile(file, `${sections.join('\n\n')}\n`);
}
