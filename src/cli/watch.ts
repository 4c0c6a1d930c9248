/** `latchkey watch`: the calls on a running server, as they happen. */
import type { LoggedCall } from '../control/call-log.ts';
import { CallLines } from './call-lines.ts';
import type { Command } from './command.ts';
import { outputIsUnread } from './output.ts';
import { ask, requireServer } from './server-connection.ts';

const POLL_MS = 200;

interface Calls {
  readonly calls: readonly LoggedCall[];
  readonly sequence: number;
}

export const watch: Command = {
  summary: 'follow the calls on a running server: who, what, allowed or denied and by what',
  usage: `
Usage: latchkey watch [--denied] [--key KEY] [--principal WHO] [--json]

Prints a line for each call as it happens, until Ctrl-C; what a service does for a caller is indented under the call
that it was for.

  --denied         only denied calls, and those in which a service was denied
  --key KEY        only calls about a key: its id, or a part of its ARN
  --principal WHO  only calls by a principal whose ARN contains this
  --json           a JSON object a line
`,
  asksServer: true,
  maxWords: 0,
  options: {
    denied: { type: 'boolean' },
    key: { type: 'string' },
    principal: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ values }) {
    const server = requireServer(values);
    const write = (line: string) => process.stdout.write(`${line}\n`);
    const lines = new CallLines(write, { deniedOnly: values.denied === true });
    const key = values.key as string | undefined;
    const principal = values.principal as string | undefined;
    const isWanted = (call: LoggedCall) =>
      (key === undefined || (call.resource?.includes(key) ?? false)) &&
      (principal === undefined || call.principal.includes(principal));
    let stopped = false;
    const stop = () => {
      stopped = true;
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
    let { sequence } = await ask<Calls>(server, 'call-log');
    while (!stopped && !outputIsUnread()) {
      const answer = await ask<Calls>(server, 'call-log', { after: sequence });
      sequence = answer.sequence;
      const wanted = answer.calls.filter(isWanted);
      if (!values.json) lines.add(wanted);
      else {
        for (const call of wanted) {
          if (!values.denied || call.outcome === 'denied') write(JSON.stringify(call));
        }
      }
      await new Promise((resume) => setTimeout(resume, POLL_MS));
    }
    lines.flush();
    return 0;
  },
};
