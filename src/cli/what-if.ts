/** `latchkey what-if`: what a change of policies, grants or keys would break, and whom it would let in. */
import { text as textOf } from 'node:stream/consumers';
import { renderRecordedWhatIf } from '../explain/recorded/render-recorded.ts';
import type { RecordedWhatIf } from '../explain/recorded/what-if-recorded.ts';
import { renderWhatIf } from '../explain/what-if/render-what-if.ts';
import type { WhatIf } from '../explain/what-if/what-if.ts';
import { type Command, printAnswer, UsageError } from './command.ts';
import { ask, FROM_USAGE, PLACE_OPTIONS, placeOf, requireWorld } from './server-connection.ts';

/** As `explain` answers where nothing is known. */
const NO_VERDICT = 3;

const EXAMPLE = 'latchkey what-if alias/app < policy.json';

export const whatIf: Command = {
  summary: 'show what a change of policy, grant or key would break',
  usage: `
Usage: latchkey what-if KEY < policy.json                             another key policy
       latchkey what-if KEY --disable | --schedule-deletion | --revoke-grant ID
       latchkey what-if POLICY_ARN < policy.json                      another version of a managed policy
       latchkey what-if p-ID < policy.json                            another SCP or RCP
       latchkey what-if user/NAME|role/NAME --inline NAME < policy.json
       latchkey what-if user/NAME|role/NAME --boundary < policy.json
       latchkey what-if user/NAME|role/NAME --remove-inline NAME | --attach POLICY_ARN | --detach POLICY_ARN

Every recorded decision that the change reaches, on calls of users, roles and services for them, is made again as it was, but
under the change: what would be denied is listed with the statement that decides. Beside it stands who would gain and lose
rights on keys, used or not. Nothing is changed.

Exit code: 0 when nothing that worked would be denied, 1 when something would, 2 when the policy is malformed (said with line
and column) or there is no such key, policy or principal, 3 when a snapshot's history does not agree with AWS well enough to say.

  -v, --verbose    name every principal
  --json           the answer as JSON
  --account ID     where the target is (default: the account of this shell, or the server's default account)
  --region REGION  (default: the region of this shell, or us-east-1)
${FROM_USAGE}`,
  asksServer: true,
  answersByCode: true,
  maxWords: 1,
  options: {
    json: { type: 'boolean' },
    verbose: { type: 'boolean', short: 'v' },
    disable: { type: 'boolean' },
    'schedule-deletion': { type: 'boolean' },
    'revoke-grant': { type: 'string' },
    inline: { type: 'string' },
    'remove-inline': { type: 'string' },
    attach: { type: 'string' },
    detach: { type: 'string' },
    boundary: { type: 'boolean' },
    ...PLACE_OPTIONS,
  },
  async run({ values, words: [target] }) {
    const isWithoutPolicy = WITHOUT_POLICY.some((name) => values[name] !== undefined);
    if (!target || (!isWithoutPolicy && process.stdin.isTTY)) {
      throw new UsageError(`what is to change, and to which policy? Try: ${EXAMPLE}`);
    }
    const server = await requireWorld(values);
    const answer = await ask<WhatIf>(server, 'what-if', {
      target,
      policy: isWithoutPolicy ? undefined : await textOf(process.stdin),
      state: values.disable ? 'disabled' : values['schedule-deletion'] ? 'pending-deletion' : undefined,
      revokeGrant: values['revoke-grant'],
      inline: values.inline,
      removeInline: values['remove-inline'],
      attach: values.attach,
      detach: values.detach,
      boundary: values.boundary,
      ...placeOf(server, values),
    });
    const isRecorded = values.from !== undefined;
    const options = { verbose: values.verbose === true };
    const text = () =>
      isRecorded ? renderRecordedWhatIf(answer as RecordedWhatIf, options) : renderWhatIf(answer, options);
    printAnswer(values, answer, text);
    if (isRecorded && !(answer as RecordedWhatIf).hasVerdict) return NO_VERDICT;
    return answer.denied.length > 0 ? 1 : 0;
  },
};

/** Options that say the whole change. */
const WITHOUT_POLICY = ['disable', 'schedule-deletion', 'revoke-grant', 'remove-inline', 'attach', 'detach'];
