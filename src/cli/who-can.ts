/** `latchkey who-can`: who may use a key. */
import type { Rendered } from '../control/explanations.ts';
import type { WhoCan } from '../explain/who-can.ts';
import { type Command, UsageError } from './command.ts';
import { ask, PLACE_OPTIONS, placeOf, requireServer } from './server-connection.ts';

export const whoCan: Command = {
  summary: 'show who may use a key, directly and through EC2',
  usage: `
Usage: latchkey who-can KEY [ACTION] [--json] [--account ID] [--region REGION]

KEY is a key id, an alias, or the ARN of either; ACTION one like kms:Decrypt (default: all by which the key is used and
controlled). Every principal that the server knows is put to the evaluator, with the key policy, grants and IAM policies of now.

  --json           the answer as JSON
  --account ID     where KEY is (default: the account of this shell, or the server's default account)
  --region REGION  (default: the region of this shell, or us-east-1)
`,
  maxWords: 2,
  options: { json: { type: 'boolean' }, ...PLACE_OPTIONS },
  async run({ values, words: [key, action] }) {
    if (!key) throw new UsageError('who may use which key? latchkey who-can alias/app');
    const server = requireServer();
    const { text, ...answer } = await ask<Rendered<WhoCan>>(server, 'who-can', {
      key,
      action,
      ...placeOf(server, values),
    });
    process.stdout.write(values.json ? `${JSON.stringify(answer, null, 2)}\n` : `${text}\n`);
    return 0;
  },
};
