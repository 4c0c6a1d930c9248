/** Of what somebody may not do himself: through which services he may. */
import type { NamedPolicy } from '../../policy/decision.ts';
import type { HypotheticalCall, OpenRequest } from './hypothetical-call.ts';
import { groundsFor } from './rights.ts';
import { servicesNamed } from './ways.ts';

/** So many are asked. */
const MAX_SERVICES = 4;

/** A sentence; of the services that the policies speak of. `asked`: the same through one of them. */
export async function lettingThrough(
  policies: readonly NamedPolicy[],
  { action, through }: Pick<HypotheticalCall, 'through'> & { readonly action: string },
  asked: (service: string) => Promise<OpenRequest>,
): Promise<string> {
  if (through !== undefined || !/^kms:/i.test(action)) return '';
  const letting: string[] = [];
  for (const service of [...servicesNamed(policies)].slice(0, MAX_SERVICES)) {
    const { inputs, request, isOpen, valuesOf } = await asked(service);
    if (groundsFor(inputs, request, isOpen, { valuesOf }).length > 0) letting.push(service);
  }
  const [first] = letting;
  return first === undefined
    ? ''
    : ` It may be asked for through ${letting.join(' or ')}: --through ${first} tells under which conditions.`;
}
