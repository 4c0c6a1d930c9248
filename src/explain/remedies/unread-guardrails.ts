/**
 * Service and resource control policies that could not be read. A member of an organization cannot read them, so that of most accounts
 * nobody here knows whether they let a call through, or the change that would mend it.
 */
import type { Runtime } from '../../invoke/runtime.ts';
import type { NamedPolicy } from '../../policy/decision.ts';
import { takenToAllow } from '../../policy/unknown.ts';
import { withPolicies } from '../question/guardrails.ts';

export class UnreadGuardrails {
  /** Names of those that were asked for. */
  readonly met = new Set<string>();

  /** The world, in which they are noticed. */
  watching(world: Runtime): Runtime {
    return this.#withPolicies(world, (unread) => unread);
  }

  /** The world in which they are in nobody's way. */
  allowingAll(world: Runtime): Runtime {
    return this.#withPolicies(world, (unread) => takenToAllow(unread));
  }

  #withPolicies(world: Runtime, taken: (unread: NamedPolicy) => NamedPolicy): Runtime {
    const one = (named: NamedPolicy): NamedPolicy => {
      if (!named.policy.missing) return named;
      this.met.add(named.policy.missing.name);
      return taken(named);
    };
    const guardrails = withPolicies(world.ports.guardrails, one);
    return { ...world, ports: { ...world.ports, guardrails } };
  }
}
