/** Latchkey in a process of yours: `import { start } from 'latchkey'`. Several servers in one process do not meet. */
import { startLatchkey } from '../assemble.ts';
import { type AccountAnswer, clientEnvironment } from '../cli/client-environment.ts';
import { durationMs } from '../cli/clock.ts';
import { ask } from '../cli/server-connection.ts';
import type {
  Answer,
  Credentials,
  EmittedEvent,
  Explanation,
  Identity,
  Place,
  Server,
  Start,
} from './api.ts';

export type * from './api.ts';

export const start: Start = async (options = {}) => {
  const latchkey = await startLatchkey({ delays: 0, ...options });
  const question = async <T>(name: string, body: object = {}): Promise<T> => {
    try {
      return await ask<T>(latchkey, name, body);
    } catch (error) {
      throw Object.assign(new Error((error as Error).message), { name: 'LatchkeyError' });
    }
  };
  const credentials = async (identity: Identity = {}): Promise<Credentials> => {
    const answer = await question<AccountAnswer>('account', { ...whereOf(identity), as: nameOf(identity) });
    return { ...answer, env: clientEnvironment(latchkey, answer) };
  };
  const server: Server = {
    url: latchkey.secure?.url ?? latchkey.url,
    env: (await credentials()).env,
    credentials,
    async settled() {
      await question('settle');
    },
    async advance(by) {
      const advanceMs = typeof by === 'number' ? by : durationMs(by);
      if (advanceMs === undefined) throw new TypeError('advance by milliseconds, or 30s, 15m, 12h, 7d');
      const { nowMs } = await question<{ nowMs: number }>('clock', { advanceMs });
      return new Date(nowMs);
    },
    explain: (subject, place) => question<Explanation>('explain', { subject, ...whereOf(place) }),
    can: (principal, action, resource, { context, through, ...place } = {}) =>
      question<Answer>('can', { principal, action, resource, context, through, ...whereOf(place) }),
    whoCan: (key, action, place) => question<Answer>('who-can', { key, action, ...whereOf(place) }),
    whatIf: (key, policy, place) =>
      question<Answer>('what-if', {
        key,
        policy: typeof policy === 'string' ? policy : JSON.stringify(policy),
        ...whereOf(place),
      }),
    events: async (place) => (await question<{ events: EmittedEvent[] }>('events', whereOf(place))).events,
    async reset() {
      await question('reset', { force: true });
    },
    close: () => latchkey.close(),
  };
  return server;
};

const whereOf = ({ account, region }: Place = {}) => ({ accountId: account, region });

function nameOf({ user, role, admin }: Identity): string | undefined {
  const names = [user && `user/${user}`, role && `role/${role}`, admin && 'admin'].filter(
    Boolean,
  ) as string[];
  if (names.length > 1) throw new TypeError('credentials of a user, a role or an administrator: one of them');
  return names[0];
}
