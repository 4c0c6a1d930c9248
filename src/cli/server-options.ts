/** The options that servers take, whichever command starts one. */
import { isRegionName } from '../aws/regions.ts';
import type { Latchkey, LatchkeyOptions } from '../latchkey.ts';
import { whatIsWrongWith } from '../platform/node/certificate.ts';
import { readText } from '../platform/node/folder.ts';
import { withSteadyYoung } from '../platform/node/heap.ts';
import { isFolder } from '../platform/node/is-folder.ts';
import { whyNotWritten } from '../platform/node/private-file.ts';
import { systemSentence } from '../platform/node/system-error.ts';
import { UsageError, type Values } from './command.ts';
import { ofSnapshot } from './snapshot-folder.ts';

export const DEFAULT_DATA_DIRECTORY = '.latchkey';
const MIN_TOKEN_CHARS = 16;

export function serverOptions(values: Values): LatchkeyOptions {
  const text = (name: string) => values[name] as string | undefined;
  const auth = text('auth') ?? 'strict';
  if (auth !== 'strict' && auth !== 'open') throw new UsageError('--auth is strict or open');
  const account = text('account');
  if (account !== undefined && !/^\d{12}$/.test(account))
    throw new UsageError('--account takes twelve digits');
  const region = text('region');
  if (region !== undefined && !isRegionName(region))
    throw new UsageError(`--region: ${region} is not a region`);
  const delays = Number(text('delays') ?? '1');
  if (!(delays >= 0 && delays <= 1000)) throw new UsageError('--delays takes a factor from 0 to 1000');
  const variable = text('passphrase-env');
  const passphrase = variable === undefined ? undefined : process.env[variable];
  if (variable !== undefined && !passphrase) throw new UsageError(`${variable} is not set`);
  return {
    auth,
    delays,
    anyImage: values['any-image'] === true,
    templates: templates(text('templates')),
    host: text('host'),
    hostnames: hostnames(values),
    account,
    region,
    passphrase,
    token: token(),
    tls: tls(values),
    onHint: (sentence) => console.error(`latchkey: ${sentence}`),
  };
}

function templates(folder: string | undefined): string | undefined {
  if (folder !== undefined && !isFolder(folder))
    throw new UsageError(`--templates: ${folder} is not a directory`);
  return folder;
}

/** `--hostname`, as often as there are names, and LATCHKEY_HOSTNAMES with commas between them. */
function hostnames(values: Values): string[] {
  // An option that may be given several times is a list.
  const named = [(values.hostname as string | string[] | undefined) ?? []].flat();
  const all = [...named, ...(process.env.LATCHKEY_HOSTNAMES ?? '').split(',')].map((name) => name.trim());
  const given = all.filter((name) => name !== '');
  const wrong = given.find((name) => !/^(?:\*\.)?[a-z0-9._-]+(?::\d{1,5})?$/i.test(name));
  if (wrong !== undefined) throw new UsageError(`--hostname takes NAME or NAME:PORT, not "${wrong}"`);
  return given;
}

/** `--tls`, or a certificate that is given with its key. */
function tls(values: Values): LatchkeyOptions['tls'] {
  const [certificate, privateKey] = ['tls-cert', 'tls-key'].map((name) => values[name] as string | undefined);
  if (certificate === undefined && privateKey === undefined) return values.tls === true ? true : undefined;
  if (certificate === undefined || privateKey === undefined)
    throw new UsageError('--tls-cert and --tls-key go together');
  const identity = { certificate: readText(certificate), privateKey: readText(privateKey) };
  const wrong = whatIsWrongWith(identity);
  if (wrong !== undefined)
    throw new UsageError(`--tls-cert ${certificate}, --tls-key ${privateKey}: ${wrong}`);
  return identity;
}

/** The token of the control API, where whoever starts the server chooses it, as in a container. */
function token(): string | undefined {
  const chosen = process.env.LATCHKEY_TOKEN;
  if (chosen !== undefined && chosen.length < MIN_TOKEN_CHARS) {
    throw new UsageError(`LATCHKEY_TOKEN must have at least ${MIN_TOKEN_CHARS} characters`);
  }
  return chosen;
}

/** Of a server upon a snapshot: shown as it is, or a fork of it that goes on here. */
export async function snapshotOptions(folder: string, isFork: boolean): Promise<Partial<LatchkeyOptions>> {
  const { servingOptions } = await import('../imported-world.ts');
  return ofSnapshot(folder, (named) => servingOptions(named, isFork));
}

export async function startOrSayWhy(options: LatchkeyOptions): Promise<Latchkey> {
  // The whole server is loaded by the commands that start one; the others answer in a third of the time.
  const { startLatchkey } = await withSteadyYoung(() => import('../assemble.ts'));
  return startLatchkey(options).catch((error) => {
    throw new Error(whyNotStarted(error, options), { cause: error });
  });
}

function whyNotStarted(error: NodeJS.ErrnoException, at: LatchkeyOptions): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${at.port} is taken by another program, or another Latchkey. Take a free one: --port 0`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `this machine has no address ${at.host} to listen on`;
    case 'EACCES':
      return error.syscall === 'listen'
        ? `cannot listen on port ${at.port}: permission denied`
        : error.message;
    case 'EEXIST':
    case 'ENOTDIR':
      return `${at.data} is not a directory`;
    default:
      return (
        (at.data !== undefined && whyNotWritten(at.data, error)) || systemSentence(error) || error.message
      );
  }
}

export function wholeNumber(option: string, value: string, most: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > most) {
    throw new UsageError(`${option} takes a whole number from 0 to ${most}`);
  }
  return number;
}
