/**
 * What AWS documents of each type that stacks may have here, by the service specification that CDK is made of: each property
 * and each attribute is served or refused by name, and a change does what AWS says it does.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type {
  Property as DocumentedProperty,
  PropertyType as DocumentedType,
  Resource,
} from '@aws-cdk/service-spec-types';
import { importableOf } from '../../src/services/cloudformation/resource-type/importable.ts';
import type {
  Properties,
  Property,
  PropertyType,
} from '../../src/services/cloudformation/resource-type/properties.ts';
import type { ResourceType } from '../../src/services/cloudformation/resource-type/resource-type.ts';
import { TYPES } from '../../src/services/cloudformation/resource-type/resource-types.ts';

const spec = loadAwsServiceSpecSync();
const documented: ReadonlyMap<string, Resource> = new Map(
  [...spec.all('resource')].map((resource) => [resource.cloudFormationType, resource]),
);

/** Made by CDK, known to no page. */
const UNDOCUMENTED = ['AWS::CDK::Metadata'];

/** Served although the specification does not have them: their pages do, or did. */
const ON_PAGES_ALONE = [
  'AWS::CloudFormation::Stack.Outputs.*',
  'AWS::EC2::Instance.State.Code',
  'AWS::EC2::Instance.State.Name',
  'AWS::Events::Archive.ArchiveName',
];

/** Members of properties that the specification has, and neither their pages nor EC2's API. */
const IN_NO_API = [
  'AWS::EC2::EC2Fleet.LaunchTemplateConfigs.Overrides.BlockDeviceMappings.Ebs.MultiAvailabilityZoneConfiguration',
  'AWS::EC2::EC2Fleet.LaunchTemplateConfigs.Overrides.NetworkInterfaces',
  'AWS::Events::Connection.AuthParameters.ConnectivityParameters.ResourceParameters.ResourceAssociationArn',
];

/** Changes that the specification calls possible in place. Their pages, or their services, say otherwise. */
const OTHER_CHANGES: Readonly<Record<string, string>> = {
  'AWS::CloudFormation::WaitCondition.Count': 'Updates are not supported.',
  'AWS::CloudFormation::WaitCondition.Handle': 'Updates are not supported.',
  'AWS::CloudFormation::WaitCondition.Timeout': 'Updates are not supported.',
  'AWS::EC2::EIP.PublicIpv4Pool': 'an address cannot change its pool',
  'AWS::EC2::PrefixList.AddressFamily': 'a prefix list cannot change its family',
  'AWS::EC2::Volume.AvailabilityZone': 'Updates are not supported.',
  'AWS::EC2::Volume.AvailabilityZoneId': 'Updates are not supported.',
  'AWS::EC2::Volume.Encrypted': 'Updates are not supported.',
  'AWS::EC2::Volume.KmsKeyId': 'Updates are not supported.',
  'AWS::EC2::Volume.SnapshotId': 'Updates are not supported.',
  'AWS::EC2::Volume.SourceVolumeId': 'what a volume was copied from cannot change',
  'AWS::IAM::SAMLProvider.AddPrivateKey': 'UpdateSAMLProvider adds it',
  'AWS::IAM::SAMLProvider.RemovePrivateKey': 'UpdateSAMLProvider removes it',
  'AWS::KMS::Key.KeySpec': 'the update fails: a key is not replaced',
  'AWS::KMS::Key.KeyUsage': 'the update fails: a key is not replaced',
  'AWS::KMS::Key.MultiRegion': 'the update fails: a key is not replaced',
  'AWS::KMS::Key.Origin': 'the update fails: a key is not replaced',
  'AWS::Logs::LogGroup.LogGroupClass': 'the update fails: a class cannot be changed',
  'AWS::Organizations::Organization.FeatureSet': 'EnableAllFeatures needs the consent of all accounts',
};

/** Required although the specification leaves them out: without them the service refuses the call. */
const REQUIRED: Readonly<Record<string, string>> = {
  'AWS::CloudFormation::Stack.TemplateURL': 'TemplateBody is not served',
  'AWS::CloudWatch::Alarm.ComparisonOperator': 'PutMetricAlarm requires it',
  'AWS::CloudWatch::Alarm.EvaluationPeriods': 'PutMetricAlarm requires it',
  'AWS::EC2::VolumeAttachment.Device': 'AttachVolume requires it',
  'AWS::IAM::ServiceLinkedRole.AWSServiceName': 'CreateServiceLinkedRole requires it',
  'AWS::Logs::LogAnomalyDetector.LogGroupArnList': 'CreateLogAnomalyDetector requires it',
};

const each = TYPES.flatMap((type) => {
  const of = documented.get(type.name);
  return of ? [{ type, of }] : [];
});

/** What `wrong` names of each type. */
const all = (wrong: (type: ResourceType, of: Resource) => readonly string[]) =>
  each.flatMap(({ type, of }) => wrong(type, of).map((name) => `${type.name}.${name}`));

test('each documented attribute is served, or refused by name', () => {
  const missing = all((type, of) =>
    Object.keys(of.attributes).filter((name) => !attributesOf(type).some((known) => isNamed(known, name))),
  );
  assert.deepEqual(missing, []);
});

test('no attribute is served that is not documented', () => {
  const made = all((type, of) => attributesOf(type).filter((name) => !of.attributes[name]));
  assert.deepEqual(made.sort(), ON_PAGES_ALONE);
});

test('each documented property is served, or refused by name, and no other is', () => {
  const names = ({ properties, unserved = [] }: ResourceType) => [...Object.keys(properties), ...unserved];
  assert.deepEqual(
    all((type) => names(type).sort()),
    all((_type, of) => Object.keys(of.properties).sort()),
  );
});

test('each documented member of a property that is served may be given', () => {
  const lacking = all((type, of) =>
    Object.entries(of.properties).flatMap(([name, { type: wanted }]) =>
      lackingMembers(name, type.properties[name]?.type, wanted),
    ),
  );
  assert.deepEqual([...new Set(lacking)].sort(), IN_NO_API);
});

test('a change of a property does what AWS documents', () => {
  const otherwise = all((type, of) =>
    Object.entries(type.properties)
      .filter(([name, property]) => !hasEffect(type, property, of.properties[name] as DocumentedProperty))
      .map(([name]) => name),
  );
  assert.deepEqual(otherwise.sort(), Object.keys(OTHER_CHANGES));
});

test('a property is required where AWS documents that it is', () => {
  const otherwise = all((type, of) =>
    Object.entries(type.properties)
      .filter(([name, { required = false }]) => required !== (of.properties[name]?.required ?? false))
      .map(([name]) => name),
  );
  assert.deepEqual(otherwise.sort(), Object.keys(REQUIRED));
});

test('what is imported is known by the property that AWS documents', () => {
  const otherwise = all((type, { primaryIdentifier }) => {
    const identifier = importableOf(type.name)?.identifier;
    return identifier === undefined || primaryIdentifier?.join() === identifier ? [] : [identifier];
  });
  assert.deepEqual(otherwise, []);
});

test('all types but CDK’s are documented', () => {
  const unknown = TYPES.map(({ name }) => name).filter((name) => !documented.has(name));
  assert.deepEqual(unknown, UNDOCUMENTED);
});

const attributesOf = ({ attributes, unservedAttributes = [] }: ResourceType): readonly string[] => [
  ...attributes,
  ...unservedAttributes,
];

const isNamed = (known: string, name: string) =>
  known === name || (known.endsWith('.*') && known.slice(0, -2) === name);

function hasEffect(
  { update }: ResourceType,
  { change }: Property,
  { causesReplacement }: DocumentedProperty,
) {
  // What depends on the value, on AWS or here, has tests of its own.
  if (causesReplacement === 'maybe' || typeof change === 'function') return true;
  const effect = update ? (change ?? 'in-place') : 'replacement';
  return effect === (causesReplacement === 'yes' ? 'replacement' : 'in-place');
}

/** The members that the documented type has anywhere within it, and ours has not. */
function lackingMembers(
  path: string,
  ours: PropertyType | undefined,
  wanted: DocumentedType,
  within: readonly string[] = [],
): string[] {
  if (ours === undefined || typeof ours === 'string') return [];
  if ('form' in ours) return lackingMembers(path, ours.form(), wanted, within);
  if ('list' in ours) {
    return wanted.type === 'array' ? lackingMembers(path, ours.list, wanted.element, within) : [];
  }
  if (wanted.type === 'union') {
    return wanted.types.flatMap((each) => lackingMembers(path, ours, each, within));
  }
  if (wanted.type !== 'ref') return [];
  const { name: typeName, properties } = spec.get('typeDefinition', wanted.reference.$ref);
  if (within.includes(typeName)) return [];
  return Object.entries(properties).flatMap(([name, { type }]) => {
    const member = (ours.object as Properties)[name];
    const at = `${path}.${name}`;
    return member ? lackingMembers(at, member.type, type, [...within, typeName]) : [at];
  });
}
