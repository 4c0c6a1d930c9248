/** `latchkey can`: whether a principal may do something, and on what it depends. */
import type { WithBasis } from '../control/explanations.ts';
import type { CanAnswer } from '../explain/planned/can.ts';
import { renderExplanation } from '../explain/why/render.ts';
import { type Command, printAnswer, UsageError } from './command.ts';
import { EXIT_CODES, withBasis } from './explain.ts';
import { ask, FROM_USAGE, PLACE_OPTIONS, placeOf, requireWorld } from './server-connection.ts';
import { terminal } from './style.ts';

const EXAMPLE = 'latchkey can user/john kms:Decrypt alias/app';

export const can: Command = {
  summary: 'show whether a principal may do something, and why not',
  usage: `
Usage: latchkey can PRINCIPAL ACTION [RESOURCE] [--context KEY=VALUE]... [--through SERVICE:CALL] [--verbose] [--json]

PRINCIPAL is an ARN, user/NAME, role/NAME, root or a service; ACTION is written as in policies (kms:Decrypt); RESOURCE is an
ARN, a key or alias, or an id (i-…, vol-…). Decided with the current policies and grants. Whatever is not given about the
request (an address, MFA, an encryption context) stays open: the answer then says what it depends on.

  --context KEY=VALUE  a condition key of the request; repeat it for more keys, or for more values of one
  --through CALL       the service that asks for PRINCIPAL: ec2:StartInstances
  -v, --verbose        every statement of every policy
  --json               the answer as JSON (docs/explain-json.md)
  --account ID         whose PRINCIPAL is (default: the account of this shell, or the server's default account)
  --region REGION      (default: the region of this shell, or us-east-1)
${FROM_USAGE}
Exit code: 0 when it is allowed, 1 when it is denied, 2 for a wrong command line, 3 when it depends on what is not given.
`,
  asksServer: true,
  answersByCode: true,
  maxWords: 3,
  options: {
    context: { type: 'string', multiple: true },
    through: { type: 'string' },
    json: { type: 'boolean' },
    verbose: { type: 'boolean', short: 'v' },
    ...PLACE_OPTIONS,
  },
  async run({ values, words: [principal, action, resource] }) {
    if (!principal || !action) throw new UsageError(`who may do what? ${EXAMPLE}`);
    const server = await requireWorld(values);
    const answer = await ask<CanAnswer & WithBasis>(server, 'can', {
      principal,
      action,
      resource,
      through: values.through,
      context: contextOf(values.context as unknown as string[] | undefined),
      ...placeOf(server, values),
    });
    const text = () =>
      withBasis(
        renderExplanation(answer, { verbose: values.verbose === true, style: terminal }),
        answer.basis,
      );
    printAnswer(values, answer, text);
    return EXIT_CODES[answer.verdict];
  },
};

/** `aws:SourceIp=10.0.0.1`; a key that is given again has several values. */
function contextOf(pairs: readonly string[] = []): Record<string, string[]> {
  const context: Record<string, string[]> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--context takes KEY=VALUE, not ${pair}`);
    const key = pair.slice(0, at);
    context[key] = [...(context[key] ?? []), pair.slice(at + 1)];
  }
  return context;
}
