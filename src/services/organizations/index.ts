import type { Operation } from '../../invoke/operation.ts';
import type { GuardrailSource } from '../../invoke/ports.ts';

/** No account is in an organization, so none is held by a policy of one. */
export const guardrailSource: GuardrailSource = {
  serviceControl: async () => undefined,
  resourceControl: async () => undefined,
  membership: async () => undefined,
};

export const operations: readonly Operation[] = [];
