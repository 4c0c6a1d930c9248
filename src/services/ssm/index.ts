/** All of Systems Manager that is served: Parameter Store. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { operations } from './operations.ts';

const module = { operations } satisfies ServiceModule;

export default module;
