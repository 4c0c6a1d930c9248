/** VPC endpoints that policies name, and through which a call cannot come: an endpoint is one service's. */
import type { Runtime } from '../../invoke/runtime.ts';
import type { PolicyInputs } from '../../policy/decision.ts';
import { policiesOf } from './near-miss.ts';

/** Of those that are known here: whose account is another's may be any service's. */
export async function endpointsOfOthers(
  { store, ports, registry }: Runtime,
  inputs: PolicyInputs,
  action: string,
): Promise<ReadonlySet<string>> {
  const [service = ''] = action.split(':');
  const signingName = registry.service(service)?.shapes.signingName;
  const named = policiesOf(inputs)
    .flatMap(({ policy }) => policy.statements)
    .flatMap(({ conditions }) => conditions.flatMap(({ values }) => values))
    .filter((value) => value.startsWith('vpce-'));
  if (named.length === 0 || signingName === undefined) return new Set();
  return store.read(async (tx) => {
    const found = new Set<string>();
    for (const id of new Set(named)) {
      const endpoint = await ports.vpcEndpoints.endpoint(tx, id);
      if (endpoint && endpoint.signingName !== signingName) found.add(id);
    }
    return found;
  });
}
