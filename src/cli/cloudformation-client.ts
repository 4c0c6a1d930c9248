/** Just enough of a CloudFormation client for a command of ours: signed requests, and the texts of their answers. */
import { createHash, createHmac } from 'node:crypto';
import type { AccountAnswer } from './client-environment.ts';
import type { Connection } from './server-connection.ts';

export class RefusedError extends Error {}

export type Parameters = Readonly<Record<string, string>>;

/** Gives the body of the answer. Rejects with a RefusedError that has AWS's sentence. */
export async function callCloudFormation(
  server: Connection,
  account: AccountAnswer,
  action: string,
  parameters: Parameters,
): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: '2010-05-15', ...parameters }).toString();
  const response = await fetch(server.url, { method: 'POST', headers: sign(server, account, body), body });
  const text = await response.text();
  if (response.ok) return text;
  throw new RefusedError(textsOf(text, 'Message')[0] ?? `${action}: HTTP ${response.status}`);
}

/** The texts of all elements of this name. */
export const textsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => unescaped(text));

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:#(x?)([0-9a-fA-F]+)|(\w+));/g, (whole, hex: string, code?: string, name?: string) =>
    code ? String.fromCodePoint(Number.parseInt(code, hex ? 16 : 10)) : (ENTITIES[name as string] ?? whole),
  );

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function sign({ url }: Connection, account: AccountAnswer, body: string): Record<string, string> {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${account.region}/cloudformation/aws4_request`;
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    host: new URL(url).host,
    'x-amz-date': time,
    ...(account.sessionToken && { 'x-amz-security-token': account.sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${account.secretAccessKey}`);
  const signature = hmac(key, toSign).toString('hex');
  return {
    ...headers,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${account.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, ` +
      `Signature=${signature}`,
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
