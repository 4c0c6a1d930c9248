/** `latchkey what-can`: what a principal may do with each key. */
import { renderWhatCan } from '../explain/rights/render-what-can.ts';
import type { WhatCan } from '../explain/rights/what-can.ts';
import { type Command, printAnswer, UsageError } from './command.ts';
import { ask, FROM_USAGE, PLACE_OPTIONS, placeOf, requireWorld } from './server-connection.ts';

export const whatCan: Command = {
  summary: 'show what a principal may do with each key',
  usage: `
Usage: latchkey what-can PRINCIPAL [--verbose] [--json] [--account ID] [--region REGION] [--from DIR]

PRINCIPAL is an ARN, user/NAME, role/NAME, root, or the name of a service that a key policy or grant names. The keys of all
accounts and Regions that are known are asked about, with the current policies and grants.

  --verbose        what each right comes from
  --json           the answer as JSON
  --account ID     whose PRINCIPAL is (default: the account of this shell, or the server's default account)
${FROM_USAGE}`,
  asksServer: true,
  answersByCode: true,
  maxWords: 1,
  options: { json: { type: 'boolean' }, verbose: { type: 'boolean', short: 'v' }, ...PLACE_OPTIONS },
  async run({ values, words: [principal] }) {
    if (!principal) throw new UsageError('what may which principal do? latchkey what-can user/john');
    const server = await requireWorld(values);
    const answer = await ask<WhatCan>(server, 'what-can', { principal, ...placeOf(server, values) });
    printAnswer(values, answer, () => renderWhatCan(answer, { verbose: values.verbose === true }));
    return 0;
  },
};
