import type { Use } from '../../src/import/cloudtrail/use.ts';

/** What a recorded use has of its own beside whose it was, of what, where and when: one call, of which nothing more is known. */
export const ONE_USE = {
  ...{ invokedBy: '', context: '', grant: '', error: '', denied: '', reason: '', lastEvent: 'e-1' },
  ...{ count: 1, sessions: [], addresses: [], vpcEndpoints: [], mfa: [] },
} satisfies Partial<Use>;
