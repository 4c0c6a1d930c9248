/** The policies of a simulation, each with what its answer calls it. */
import type { NamedPolicy, PolicyInputs } from '../../../policy/decision.ts';
import { internPolicy } from '../../../policy/intern.ts';
import type { PolicyKind } from '../../../policy/parse.ts';
import { invalidInput } from '../errors.ts';

export interface SourcePolicy {
  /** `PolicyInputList.1`, `user_john_inline`, the name of a managed policy. */
  readonly id: string;
  readonly type: 'IAM Policy' | 'Resource Policy' | 'Permissions Boundary Policy';
  readonly named: NamedPolicy;
}

export interface SimulatedPolicies {
  readonly inputs: PolicyInputs;
  /** Those that answers speak of; Organizations' are not among them. */
  readonly sources: readonly SourcePolicy[];
}

export interface SimulationDocuments {
  readonly PolicyInputList?: readonly string[];
  readonly PermissionsBoundaryPolicyInputList?: readonly string[];
  readonly ResourcePolicy?: string;
}

const MAX_BOUNDARIES = 1;

/** The policies that a request brings, or IAM's error for those that are none. */
export function requestedPolicies(documents: SimulationDocuments): {
  readonly identity: readonly SourcePolicy[];
  readonly boundary?: SourcePolicy;
  readonly resource?: SourcePolicy;
} {
  const {
    PolicyInputList = [],
    PermissionsBoundaryPolicyInputList: boundaries = [],
    ResourcePolicy,
  } = documents;
  if (boundaries.length > MAX_BOUNDARIES) {
    throw invalidInput(`The list of Permissions Boundary policies cannot exceed ${MAX_BOUNDARIES} items.`);
  }
  const identity = PolicyInputList.map((document, index) =>
    source(
      `PolicyInputList.${index + 1}`,
      'IAM Policy',
      document,
      'identity',
      'Policy input list item',
      index,
    ),
  );
  const [boundary] = boundaries.map((document, index) =>
    source(
      `PermissionsBoundaryPolicyInputList.${index + 1}`,
      'Permissions Boundary Policy',
      document,
      'identity',
      'Permissions boundary policy input list item',
      index,
    ),
  );
  return {
    identity,
    ...(boundary && { boundary }),
    ...(ResourcePolicy !== undefined && {
      resource: source('ResourcePolicy', 'Resource Policy', ResourcePolicy, 'resource', 'Resource policy', 0),
    }),
  };
}

function source(
  id: string,
  type: SourcePolicy['type'],
  document: string,
  kind: PolicyKind,
  calledInErrors: string,
  index: number,
): SourcePolicy {
  const parsed = internPolicy(document, kind);
  if (!parsed.ok) throw invalidInput(`${calledInErrors} ${index + 1} has invalid content`);
  return { id, type, named: { policy: parsed.policy, name: id } };
}

/** Everything that takes part, in the form that the evaluator asks for. */
export function simulatedPolicies(taking: {
  readonly identity: readonly SourcePolicy[];
  readonly boundary?: SourcePolicy;
  readonly resource?: SourcePolicy;
  readonly serviceControl?: readonly (readonly NamedPolicy[])[];
}): SimulatedPolicies {
  const { identity, boundary, resource, serviceControl } = taking;
  return {
    inputs: {
      identity: identity.map(({ named }) => named),
      boundary: boundary?.named,
      serviceControl,
      resourceRule: resource ? 'standard' : 'none',
      resourcePolicy: resource?.named,
    },
    sources: [...(resource ? [resource] : []), ...identity, ...(boundary ? [boundary] : [])],
  };
}
