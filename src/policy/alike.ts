/** Actions that the same statements and grants speak of are decided alike: it is enough to ask about one of them. */
import { compilePolicy } from './compile.ts';
import type { NamedPolicy, PolicyInputs } from './decision.ts';

const numbers = new WeakMap<object, number>();
let last = 0;

function numberOf(thing: object): number {
  const known = numbers.get(thing);
  if (known !== undefined) return known;
  last++;
  numbers.set(thing, last);
  return last;
}

/** The same text for two actions of which the inputs, under the same condition keys, say the same. */
export function whatSpeaksOf(inputs: PolicyInputs, action: string): string {
  const { identity, boundary, session, serviceControl, resourceControl, vpcEndpoint, resourcePolicy } =
    inputs;
  const statements = (all: readonly NamedPolicy[] = []): string =>
    all
      .map(({ policy }) => {
        if (policy.missing) return `?${numberOf(policy)}`;
        const { deny, allow } = compilePolicy(policy).forAction(action);
        return [...deny, ...allow].map(numberOf).join(' ');
      })
      .join(',');
  const levels = (all: readonly (readonly NamedPolicy[])[] = []) => all.map(statements).join(';');
  const one = (named: NamedPolicy | undefined) => statements(named && [named]);
  const grants = (inputs.grants ?? []).filter(({ actions }) => actions.includes(action)).map(numberOf);
  return [
    statements(identity),
    one(boundary),
    statements(session),
    levels(serviceControl),
    levels(resourceControl),
    one(vpcEndpoint),
    one(resourcePolicy),
    grants.join(' '),
  ].join('|');
}
