/** `latchkey audit`: what is wrong with keys, and with whoever depends on them. */
import pkg from '../../package.json' with { type: 'json' };
import type { Audit } from '../explain/audit/audit.ts';
import { renderAudit } from '../explain/audit/render-audit.ts';
import { sarif } from '../explain/audit/sarif.ts';
import type { Command } from './command.ts';
import { ask, FROM_USAGE, placeOf, requireWorld } from './server-connection.ts';
import { terminal } from './style.ts';

export const audit: Command = {
  summary: 'find what is wrong with keys and their users',
  usage: `
Usage: latchkey audit [--json | --sarif] [--account ID]

Looks for keys that are open to everybody, grants that anybody may make, policies that name deleted principals, keys that nobody
can administer or that cannot be used while volumes are under them, and Auto Scaling groups whose keys do not admit their
service-linked roles. Each finding says why it matters and what to do.

  --json           the findings as JSON
  --sarif          the findings for code scanning (SARIF 2.1.0)
  --account ID     of this account only (default: all that are known)
${FROM_USAGE}
Exit code: 0 when no error was found, 1 when one was, 2 for a wrong command line.
`,
  asksServer: true,
  answersByCode: true,
  maxWords: 0,
  options: {
    json: { type: 'boolean' },
    sarif: { type: 'boolean' },
    account: { type: 'string' },
    from: { type: 'string' },
  },
  async run({ values }) {
    const server = await requireWorld(values);
    const { region } = placeOf(server, values);
    const answer = await ask<Audit>(server, 'audit', { accountId: values.account, region });
    const text = values.sarif
      ? JSON.stringify(sarif(answer, pkg.version), null, 2)
      : values.json
        ? JSON.stringify(answer, null, 2)
        : renderAudit(answer, terminal);
    process.stdout.write(`${text}\n`);
    return answer.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};
