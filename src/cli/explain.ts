/** `latchkey explain`: why a call was denied, and what would allow it. */
import type { Explanation } from '../explain/explain.ts';
import { type Command, UsageError } from './command.ts';
import { ask, PLACE_OPTIONS, placeOf, requireServer } from './server-connection.ts';

export const explain: Command = {
  summary: 'explain why a call was denied, and the least that would fix it',
  usage: `
Usage: latchkey explain SUBJECT [--json] [--account ID] [--region REGION]

SUBJECT is an instance, volume or snapshot (i-…, vol-…, snap-…), an Auto Scaling group or one of its activities, a key or
any resource's ARN, a CloudTrail event id or an AWS request id. Shows which call by whom was refused, which policies were looked at, what was missing, and the least
policy that would allow it, verified with the evaluator.

  --json           the explanation as JSON, with the full trace
  --account ID     where SUBJECT is (default: the account of this shell, or the server's default account)
  --region REGION  (default: the region of this shell, or us-east-1)
`,
  maxWords: 1,
  options: { json: { type: 'boolean' }, ...PLACE_OPTIONS },
  async run({ values, words: [subject] }) {
    if (!subject) throw new UsageError('explain what? latchkey explain i-…');
    const server = requireServer();
    const explanation = await ask<Explanation>(server, 'explain', {
      subject,
      ...placeOf(server, values),
    });
    const { text, ...rest } = explanation;
    process.stdout.write(values.json ? `${JSON.stringify(rest, null, 2)}\n` : `${text}\n`);
    return explanation.found ? 0 : 1;
  },
};
