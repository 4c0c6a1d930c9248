/** How violated constraints are reported: paths, wording and error code, by family of services. */
import { AwsError } from '../aws/aws-error.ts';
import { lowerFirst } from '../aws/member-name.ts';
import type { Member, ProtocolName, Shape, StructureShape } from './shape.ts';

export type Violation = Missing | Broken;

interface Missing {
  readonly kind: 'missing';
  readonly path: string;
  readonly name: string;
  readonly shape: Shape;
}

interface Broken {
  readonly kind: 'constraint';
  readonly path: string;
  readonly value: unknown;
  readonly wording: string;
  readonly shape: Shape;
}

/** How a place in the input is written. */
export interface Path {
  readonly separator: string;
  member(member: Member): string;
  /** `index` counts from one. */
  item(list: string, index: number): string;
  entry(map: string, key: string): string;
}

interface Report {
  readonly path: Path;
  toError(violations: readonly Violation[]): AwsError;
}

export function reportFor(protocol: ProtocolName): Report {
  if (protocol === 'ec2Query') return { path: EC2_PATH, toError: ec2Error };
  const code = protocol === 'awsQuery' ? 'ValidationError' : 'ValidationException';
  return { path: COMMON_PATH, toError: (violations) => new AwsError(code, violationMessage(violations)) };
}

/** `tags.1.member.tagKey` */
const COMMON_PATH: Path = {
  separator: '.',
  member: ({ name }) => lowerFirst(name),
  item: (list, index) => `${list}.${index}.member`,
  entry: (map, key) => `${map}.${key}.member`,
};

/** Some services leave out the values, as if each were sensitive. */
export function violationMessage(violations: readonly Violation[], telling = { values: true }): string {
  const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  const sentences = violations.map((violation) => sentence(violation, telling.values));
  return `${count} detected: ${sentences.join('; ')}`;
}

function sentence(violation: Violation, showsValue: boolean): string {
  const isMissing = violation.kind === 'missing';
  const wording = isMissing ? 'Member must not be null' : violation.wording;
  const value = showsValue ? valueIn(violation) : '';
  return `Value${value} at '${violation.path}' failed to satisfy constraint: ${wording}`;
}

function valueIn(violation: Violation): string {
  if (violation.kind === 'missing') return ' null';
  return isSensitive(violation.shape) ? '' : ` '${display(violation.value, violation.shape)}'`;
}

/** A collection is as sensitive as what it holds. */
function isSensitive(shape: Shape): boolean {
  if ('sensitive' in shape && shape.sensitive) return true;
  if (shape.type === 'list') return isSensitive(shape.member);
  if (shape.type === 'map') return isSensitive(shape.key) || isSensitive(shape.value);
  return false;
}

/** Records that show their members in another order than the model's, or more than a request may have. */
const PRINTED: Readonly<Record<string, string>> = {
  MetricTransformation: 'metricName metricNamespace metricValue defaultValue unit dimensions',
  PutEventsRequestEntry:
    'time source resources detailType detail eventBusName traceHeader kmsKeyIdentifier internalMetadata',
};

function displayRecord(record: Readonly<Record<string, unknown>>, { name, members }: StructureShape): string {
  const byName = new Map(members.map((member) => [lowerFirst(member.name), member]));
  const shown = (PRINTED[name]?.split(' ') ?? [...byName.keys()]).map((each) => {
    const member = byName.get(each);
    return `${each}=${member ? display(record[member.name], member.shape) : 'null'}`;
  });
  return `${name}(${shown.join(', ')})`;
}

/** AWS's services are written in Java, and show values as it does: a record by its name, with all that it may have. */
function display(value: unknown, shape: Shape | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (value instanceof Uint8Array) {
    return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  }
  if (Array.isArray(value)) {
    const member = shape?.type === 'list' ? shape.member : undefined;
    return `[${value.map((each) => display(each, member)).join(', ')}]`;
  }
  if (typeof value !== 'object') return String(value);
  const record = value as Readonly<Record<string, unknown>>;
  if (shape?.type === 'structure') return displayRecord(record, shape);
  const of = shape?.type === 'map' ? shape.value : undefined;
  return `{${Object.entries(record)
    .map(([key, entry]) => `${key}=${display(entry, of)}`)
    .join(', ')}}`;
}

/** `BlockDeviceMapping.1.Ebs.VolumeSize` */
const EC2_PATH: Path = {
  separator: '.',
  member: ({ requestName }) => requestName,
  item: (list, index) => `${list}.${index}`,
  entry: (map, key) => `${map}.${key}`,
};

/** EC2 names one fault at a time. */
function ec2Error([first]: readonly Violation[]): AwsError {
  const violation = first!;
  if (violation.kind === 'missing') {
    const parameter = EC2_MISSING_NAMES[violation.path] ?? violation.path;
    return new AwsError('MissingParameter', `The request must contain the parameter ${parameter}`);
  }
  const name = violation.path.slice(violation.path.lastIndexOf('.') + 1);
  const value = isSensitive(violation.shape) ? '***' : display(violation.value, violation.shape);
  const special = EC2_OWN_ERRORS[name];
  if (special) return special(value);
  const parameter = lowerFirst(name);
  const message = `Value ( ${value} ) for parameter ${parameter} is invalid.${ec2Expectation(violation.wording)}`;
  return new AwsError('InvalidParameterValue', message);
}

/** EC2 says "greater than 5" where five itself will do. */
function ec2Expectation(wording: string): string {
  const [, side, bound] = /(less|greater) than or equal to (-?\d+)$/.exec(wording) ?? [];
  if (side === undefined) return '';
  return side === 'less'
    ? ` Expecting a value less than or equal to ${bound}.`
    : ` Expecting a value greater than ${bound}.`;
}

/** Names by which EC2 misses a parameter that is written otherwise (CreateTags, DeleteTags). */
const EC2_MISSING_NAMES: Readonly<Record<string, string>> = { ResourceId: 'resourceIdSet', Tag: 'tagSet' };

/** The words for an image's name of the wrong length or with other characters. */
export const malformedImageName = (): AwsError =>
  new AwsError(
    'InvalidAMIName.Malformed',
    `AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'`,
  );

/** Of enumerations, and of the one name in EC2 that has a length. */
const EC2_OWN_ERRORS: Readonly<Record<string, (value: string) => AwsError>> = {
  Name: malformedImageName,
  InstanceType: (value) =>
    new AwsError('InvalidParameterValue', `Invalid value '${value}' for InstanceType.`),
  VolumeType: (value) =>
    new AwsError('UnknownVolumeType', `Unsupported volume type '${value}' for volume creation.`),
};
