/** Remedies that were made in a rehearsal, as an explanation shows them. */
import type { MadeRemedy } from '../remedies/apply.ts';
import { remedyCode } from '../remedies/as-code.ts';
import { cliCommand, terraformArgument } from '../remedies/instructions.ts';
import type { FoundRemedies } from '../remedies/search.ts';
import type { ExplainedRemedy } from './explanation.ts';

/** One entry for each document; what is done with one command is named at the first. */
export function explainedRemedies(made: MadeRemedy): ExplainedRemedy[] {
  const { kind, sentence, account, target, by, calls, changes, before, after } = made;
  const about = {
    ...{ kind, account, target, by, terraform: terraformArgument(made) },
    ...(made.isUntried && { isUntried: made.isUntried }),
  };
  const how = { calls, commands: calls.map(cliCommand), code: remedyCode(calls) };
  const added = changes.filter(({ index }) => index === undefined).map(({ statement }) => statement);
  const replaced = changes.flatMap(({ index, statement }) =>
    index === undefined ? [] : [{ index, statement }],
  );
  const patch = after && { target, replaced, added, ...(before && { before }), after };
  if (kind === 'grant') {
    return [{ ...about, sentence, shape: 'grant', document: calls[0]?.input, ...how }];
  }
  if (changes.length === 0) return [{ ...about, sentence, shape: 'none', ...how }];
  if (after && (before === undefined || changes.some(({ version }) => version))) {
    return [{ ...about, sentence, shape: 'policy', document: after, ...how, patch }];
  }
  const dead = made.dead?.length
    ? ` (Take out ${made.dead.join(', ')} as well: a deleted principal, with which the policy cannot be stored.)`
    : '';
  return changes.map((change, at) => ({
    ...about,
    sentence: withRemark(change.sentence ?? sentence, at === 0 ? dead : ''),
    shape: 'statement',
    document: change.statement,
    ...(at === 0 && { ...how, patch }),
  }));
}

/** Before the colon that leads to the document. */
const withRemark = (sentence: string, remark: string) =>
  remark && sentence.endsWith(':') ? `${sentence.slice(0, -1)}${remark}:` : sentence;

/** What was found, as the members of an explanation. */
export function remediesOf(found: FoundRemedies) {
  const { remedies, sufficient, isCutShort, provided, unmade } = found;
  return {
    remedies: remedies.flatMap(explainedRemedies),
    remediesVerified: sufficient && !provided,
    ...(isCutShort && { isCutShort }),
    ...(provided && { provided }),
    ...(unmade && { unmade }),
  };
}
