/** `latchkey what-if`: what a changed policy would break. */
import { text as textOf } from 'node:stream/consumers';
import { renderWhatIf } from '../explain/render-what-if.ts';
import type { WhatIf } from '../explain/what-if.ts';
import { type Command, UsageError } from './command.ts';
import { ask, PLACE_OPTIONS, placeOf, requireServer } from './server-connection.ts';

const EXAMPLE = 'latchkey what-if alias/app < policy.json';

export const whatIf: Command = {
  summary: 'show what another key policy would break',
  usage: `
Usage: latchkey what-if KEY < policy.json [--json] [--account ID] [--region REGION]

KEY is a key id, an alias, or the ARN of either; policy.json the key policy that you are about to put. Every use of the key
that this server has recorded, by users, roles and services for them, is decided again as it was, but under that policy.
Nothing is changed.

Exit code: 0 when nothing that worked would be denied, 1 when something would, 2 when the policy is malformed or there is no such key.

  --json           the answer as JSON
  --account ID     where KEY is (default: the account of this shell, or the server's default account)
  --region REGION  (default: the region of this shell, or us-east-1)
`,
  asksServer: true,
  maxWords: 1,
  options: { json: { type: 'boolean' }, ...PLACE_OPTIONS },
  async run({ values, words: [key] }) {
    if (!key || process.stdin.isTTY) throw new UsageError(`a key and a policy. Try: ${EXAMPLE}`);
    const server = requireServer(values);
    const answer = await ask<WhatIf>(server, 'what-if', {
      key,
      policy: await textOf(process.stdin),
      ...placeOf(server, values),
    });
    process.stdout.write(values.json ? `${JSON.stringify(answer, null, 2)}\n` : `${renderWhatIf(answer)}\n`);
    return answer.denied.length > 0 ? 1 : 0;
  },
};
