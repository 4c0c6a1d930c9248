/** `latchkey issuer`: registers the keys of an issuer of web identity tokens. */
import { text } from 'node:stream/consumers';
import { counted } from '../explain/words/names.ts';
import { type Command, UsageError } from './command.ts';
import { ask, requireServer } from './server-connection.ts';

const EXAMPLE = 'latchkey issuer https://token.example.com < keys.json';

export const issuer: Command = {
  summary: 'give the keys of an issuer of web identity tokens',
  usage: `
Usage: ${EXAMPLE}

Reads a JSON Web Key Set, so that sts:AssumeRoleWithWebIdentity can verify tokens whose "iss" is this URL: Latchkey
fetches nothing from issuers. The account of the role needs an OpenID Connect provider of the same URL
(aws iam create-open-id-connect-provider). Keys given before for the URL are replaced.
`,
  options: {},
  asksServer: true,
  maxWords: 1,
  async run({ values, words: [url] }) {
    if (!url || process.stdin.isTTY) throw new UsageError(`a URL and a key set. Try: ${EXAMPLE}`);
    const keySet = readKeySet(await text(process.stdin));
    const { keys } = await ask<{ keys: number }>(requireServer(values), 'issuer', { url, keySet });
    process.stdout.write(`${counted(keys, 'key')} of ${url}\n`);
    return 0;
  },
};

function readKeySet(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw new UsageError('the key set is not JSON');
  }
}
