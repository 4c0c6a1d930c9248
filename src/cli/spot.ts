/** `latchkey spot`: EC2 takes a Spot Instance back. */
import { durationMs } from './clock.ts';
import { type Command, UsageError } from './command.ts';
import { ask, PLACE_OPTIONS, placeOf, requireServer } from './server-connection.ts';

const ENDS = { hibernate: 'hibernates', stop: 'is stopped', terminate: 'is terminated' } as const;

export const spot: Command = {
  summary: 'have EC2 take a Spot Instance back',
  usage: `
Usage: latchkey spot interrupt INSTANCE [--notice 2m]

EC2 sends EventBridge a rebalance recommendation and an interruption warning, and after the notice ends the instance as its
Spot request says: it is terminated, stopped or hibernated. Auto Scaling groups and fleets replace it, and KMS is asked
again for what they launch. What EC2 has stopped it starts again a minute later.

  --notice TIME    how long the instance runs on (0s, 30s, 2m, 1h; default: 2m, as on AWS)
  --account ID     the account of the instance (default: the server's, or that of the shell's credentials)
  --region NAME    its Region (default: the server's)
`,
  options: { notice: { type: 'string' }, account: PLACE_OPTIONS.account, region: PLACE_OPTIONS.region },
  asksServer: true,
  maxWords: 2,
  async run({ values, words: [verb, instanceId] }) {
    if (verb !== 'interrupt' || !instanceId) throw new UsageError('try: latchkey spot interrupt i-…');
    const noticeMs = values.notice === undefined ? undefined : durationMs(String(values.notice));
    if (values.notice !== undefined && noticeMs === undefined) {
      throw new UsageError('how long is the notice? --notice 2m, or 30s, 1h');
    }
    const server = requireServer(values);
    const body = { ...placeOf(server, values), instanceId, noticeMs };
    const { action, atMs } = await ask<{ action: keyof typeof ENDS; atMs: number }>(
      server,
      'spot-interrupt',
      body,
    );
    process.stdout.write(
      `${instanceId} has its notice, and ${ENDS[action]} at ${new Date(atMs).toISOString()}.\n`,
    );
    return 0;
  },
};
