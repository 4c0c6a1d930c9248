/** `latchkey explain`: why a call was denied, and what would allow it. */
import type { ExplanationAnswer } from '../control/explanations.ts';
import type { Explanation } from '../explain/denial/explanation.ts';
import { isMessage } from '../explain/messages/message-text.ts';
import { explanationPage, renderExplanation } from '../explain/why/render.ts';
import { pageHtml } from '../explain/words/page.ts';
import { textIfAny } from '../platform/node/user-files.ts';
import { type Command, UsageError, type Values } from './command.ts';
import { fileOfRecords } from './file-of-records.ts';
import { ask, FROM_USAGE, PLACE_OPTIONS, placeOf, requireWorld } from './server-connection.ts';
import { terminal } from './style.ts';

export const explain: Command = {
  summary: 'explain why a call was denied, and the least that would fix it',
  usage: `
Usage: latchkey explain SUBJECT [--verbose] [--json | --html] [--account ID] [--region REGION] [--from DIR]

SUBJECT is whatever you have: an instance, volume, snapshot or image (i-…, vol-…, snap-…, ami-…), a launch template, an
Auto Scaling group or one of its activities, a stack, a rule, a key or alias, a user or role (what it was denied), any
resource's ARN, a CloudTrail event id, an AWS request id, the error message as a client, Terraform or a log printed it, or an
authorization message, encoded or decoded. Shows who was refused what, how to fix it (verified with the evaluator), and which
policies decided. Where no call with the message is recorded, the current policies are asked about whoever was refused by it, as
"latchkey can" asks them; a message that does not say leads to what it names, or to the last failure with its reason. Of
several denials in one message each is explained, up to five. SUBJECT may be a file of CloudTrail records, too (FILE.json: one, a
log file, the output of lookup-events): the last call in it that failed is explained, by its records alone, or with --from,
--endpoint or --port by what is known there.

  -v, --verbose    every statement of every policy
  --json           the explanation as JSON (docs/explain-json.md)
  --html           the explanation as one page that needs nothing else: latchkey explain i-… --html > why.html
  --account ID     where SUBJECT is (default: the account of this shell, or the server's default account)
  --region REGION  (default: the region of this shell, or us-east-1)
${FROM_USAGE}  --as PRINCIPAL   where no call is recorded: rehearse the one that PRINCIPAL would make on SUBJECT, with all that follows from
                   it: start an instance (or launch one like it), make a volume like it, launch from an image or template,
                   have a group launch one more, recreate a stack, read a parameter with its value
  --call NAME      another call of that kind: RunInstances, AttachVolume, CreateSnapshot, CopySnapshot, CopyImage, …
  --input JSON     members of the call's input: '{"InstanceId": "i-…"}'
  --template FILE  the template of a stack

Exit code: 0 when the call was allowed, 1 when it was refused, 2 for a wrong command line, 3 when nothing is known of SUBJECT.
`,
  asksServer: true,
  answersByCode: true,
  maxWords: Number.POSITIVE_INFINITY,
  options: {
    json: { type: 'boolean' },
    html: { type: 'boolean' },
    verbose: { type: 'boolean', short: 'v' },
    as: { type: 'string' },
    call: { type: 'string' },
    input: { type: 'string' },
    template: { type: 'string' },
    ...PLACE_OPTIONS,
  },
  async run({ values, words }) {
    // An error message may be pasted without quotes.
    const subject = words.join(' ');
    if (!subject) throw new UsageError('explain what? latchkey explain i-…');
    const { text: _, ...explanation } = await explanationOf(subject, values);
    const verbose = values.verbose === true;
    const text = values.html
      ? pageHtml(explanationPage(explanation, { verbose }), explanation)
      : values.json
        ? JSON.stringify(explanation, null, 2)
        : withBasis(
            renderExplanation(explanation, { verbose, style: terminal }) + whereElse(explanation, values),
            explanation.basis,
          );
    process.stdout.write(`${text}\n`);
    return exitCodeOf(explanation);
  },
};

/** Of a thing that is nowhere: it may be in another account, Region or world than was asked. */
function whereElse({ found, subject }: Explanation, { from }: Values): string {
  if (found || isMessage(subject)) return '';
  const world =
    from === undefined
      ? 'and of a real account that was imported with --from DIR'
      : `unless it was not read (latchkey check --from ${from} says what was not)`;
  return `\nWhat is in another account or Region is found with --account ID and --region REGION, ${world}.`;
}

/** Of several denials in one text, whatever is wrong with any of them. */
function exitCodeOf({ verdict, further = [] }: Explanation): number {
  const codes = [verdict, ...further.map((each) => each.verdict)].map((each) => EXIT_CODES[each]);
  return codes.includes(1) ? 1 : Math.max(...codes);
}

async function explanationOf(subject: string, values: Values): Promise<ExplanationAnswer> {
  const records = await fileOfRecords(subject);
  const isAskedElsewhere = [values.from, values.endpoint, values.port].some((each) => each !== undefined);
  const server = records && !isAskedElsewhere ? await records.open() : await requireWorld(values);
  const asking = (given: string) => {
    const body = { subject: given, ...planOf(values), ...placeOf(server, values) };
    return ask<ExplanationAnswer>(server, 'explain', body);
  };
  const answer = await asking(records?.subject ?? subject);
  return records && !answer.found ? asking(records.message) : answer;
}

/** Of a call that nobody made. */
function planOf({ as, call, input, template }: Values): object {
  if (as === undefined) {
    if (call ?? input ?? template) throw new UsageError('who would make the call? --as user/NAME');
    return {};
  }
  const body = template === undefined ? {} : { TemplateBody: templateIn(String(template)) };
  return { as, call, input: { ...body, ...(input === undefined ? {} : jsonOf(String(input))) } };
}

function templateIn(file: string): string {
  const text = textIfAny(file);
  if (text === undefined) throw new UsageError(`there is no ${file}`);
  return text;
}

function jsonOf(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new UsageError(`--input takes JSON: ${(error as Error).message}`);
  }
}

/** Of `can` too. */
export const withBasis = (text: string, basis: readonly string[] = []): string =>
  basis.length === 0 ? text : `${text}\n\nBasis\n${basis.map((line) => `  ${line}`).join('\n')}`;

/** Of `can` too. */
export const EXIT_CODES: Readonly<Record<Explanation['verdict'], number>> = {
  allowed: 0,
  denied: 1,
  failed: 1,
  depends: 3,
  unknown: 3,
};
