/** `latchkey who-can`: who may use a key. */
import { renderWhoCan } from '../explain/rights/render-who-can.ts';
import type { WhoCan } from '../explain/rights/who-can.ts';
import { type Command, printAnswer, UsageError } from './command.ts';
import { ask, FROM_USAGE, PLACE_OPTIONS, placeOf, requireWorld } from './server-connection.ts';

const ACTION = /^[a-z]+:[A-Za-z*]+$/;

export const whoCan: Command = {
  summary: 'show who may use a key, directly and through services',
  usage: `
Usage: latchkey who-can KEY [ACTION] [--verbose] [--json] [--account ID] [--region REGION] [--from DIR]

KEY is a key id, an alias, or the ARN of either; ACTION one such as Decrypt, kms:Decrypt or 'Generate*' (default: all by
which the key is used and controlled). Every principal that is known, and whoever else the key's policy and grants name, is
put to the evaluator with the current policies and grants. What depends on the request (an address, a time, MFA, an
encryption context) is printed as a condition.

  --verbose        name every principal, and the statement or grant that each right comes from
  --json           the answer as JSON
  --account ID     where KEY is (default: the account of this shell, or the server's default account)
  --region REGION  (default: the region of this shell, or us-east-1)
${FROM_USAGE}`,
  asksServer: true,
  answersByCode: true,
  maxWords: 2,
  options: { json: { type: 'boolean' }, verbose: { type: 'boolean', short: 'v' }, ...PLACE_OPTIONS },
  async run({ values, words: [key, action] }) {
    if (!key) throw new UsageError('who may use which key? latchkey who-can alias/app');
    // As `can` has them: first the action, then what it is on.
    if (action !== undefined && ACTION.test(key))
      throw new UsageError(`the key comes first: latchkey who-can ${action} ${key}`);
    const server = await requireWorld(values);
    const answer = await ask<WhoCan>(server, 'who-can', {
      key,
      action,
      ...placeOf(server, values),
    });
    printAnswer(values, answer, () => renderWhoCan(answer, { verbose: values.verbose === true }));
    return 0;
  },
};
