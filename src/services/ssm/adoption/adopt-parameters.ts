/**
 * Parameters of real accounts. No value is read, since any may be a secret; those that stacks were made with are known, for
 * CloudFormation shows them.
 */
import type { Scope } from '../../../aws/scope.ts';
import { adoptedKind, adoptKinds, recordsIn } from '../../../invoke/imported/adopted-kind.ts';
import { type Adoption, entriesOf, noteOrigin, timeOf } from '../../../invoke/imported/described.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import type { Stack } from '../../../shapes/generated/cloudformation.ts';
import type { ParameterMetadata, Tag } from '../../../shapes/generated/ssm.ts';
import { arnOf, parameters } from '../parameter/parameter.ts';
import type { ParameterRecord, ParameterType, Tier } from '../parameter/parameter-record.ts';
import { type VersionRecord, versions } from '../version/version.ts';

type DescribedParameter = Omit<ParameterMetadata, 'LastModifiedDate'> & {
  readonly LastModifiedDate?: unknown;
};

interface Adopted {
  readonly parameter: ParameterRecord;
  readonly version: VersionRecord;
}

const OPERATION = 'ssm:DescribeParameters';

export const adoptParameters = adoptKinds([
  adoptedKind<DescribedParameter, Adopted>(
    OPERATION,
    'Parameters',
    {
      put(tx, { parameter, version }) {
        recordsIn(parameters).put(tx, parameter);
        recordsIn(versions).put(tx, version);
      },
    },
    adoptedOf,
    (adoption, { parameter }, answer) => noteOrigin(adoption, arnOf(parameter), OPERATION, answer),
  ),
]);

/** Undefined where another account shares it. */
function adoptedOf(described: DescribedParameter, scope: Scope, adoption: Adoption): Adopted | undefined {
  const { Name: name = '', Version: latestVersion = 1 } = described;
  const tags = adoption.described.get('ssm:ListTagsForResource', scope, {
    ResourceType: 'Parameter',
    ResourceId: name,
  })?.output?.TagList as readonly Tag[] | undefined;
  const tier: Tier = described.Tier === 'Advanced' ? 'Advanced' : 'Standard';
  const type = (described.Type ?? 'String') as ParameterType;
  const parameter = { ...scope, name, type, tier, dataType: described.DataType ?? 'text', latestVersion };
  if (described.ARN !== undefined && described.ARN !== arnOf({ ...parameter, tags: {} })) return undefined;
  return {
    parameter: { ...parameter, tags: tagRecord(tags) },
    version: {
      ...scope,
      name,
      version: latestVersion,
      ...(type !== 'SecureString' && { value: valueInStacks(adoption, scope, name) }),
      keyId: described.KeyId,
      tier,
      description: described.Description,
      allowedPattern: described.AllowedPattern,
      labels: [],
      atMs: timeOf(described.LastModifiedDate),
      by: described.LastModifiedUser ?? '',
    },
  };
}

/** What a parameter of a template stood for that takes its value from this one. */
function valueInStacks(adoption: Adoption, scope: Scope, name: string): string | undefined {
  const stacks = entriesOf<Stack>(adoption, 'cloudformation:DescribeStacks', scope, 'Stacks');
  const taken = stacks.flatMap(({ Parameters = [] }) => Parameters);
  return taken.find(
    ({ ParameterValue, ResolvedValue }) => ParameterValue === name && ResolvedValue !== undefined,
  )?.ResolvedValue;
}
