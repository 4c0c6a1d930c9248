/** All of Organizations that is served. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { createAccountWorkflow } from './account/account-creation.ts';
import { guardrailSource } from './guardrails.ts';
import { operations } from './operations.ts';

const module = {
  operations,
  workflows: [createAccountWorkflow],
  ports: { guardrails: guardrailSource },
} satisfies ServiceModule;

export default module;
