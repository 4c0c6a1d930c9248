/** Filters of listings (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ParameterStringFilter } from '../../../shapes/generated/ssm.ts';
import type { VersionRecord } from '../version/version.ts';
import type { ParameterRecord } from './parameter-record.ts';

/** A parameter with its latest version, or with the one that a filter asks for by its label. */
export interface Listed {
  readonly parameter: ParameterRecord;
  readonly version: VersionRecord;
}

type Option = 'Equals' | 'BeginsWith' | 'Contains' | 'Recursive' | 'OneLevel';

interface Filter {
  readonly options: readonly Option[];
  readonly values: (listed: Listed) => readonly string[];
}

const bare = (name: string) => (name.startsWith('/') ? name.slice(1) : name);

const FILTERS: Readonly<Record<string, Filter>> = {
  Name: { options: ['Equals', 'BeginsWith', 'Contains'], values: ({ parameter }) => [parameter.name] },
  Type: { options: ['Equals', 'BeginsWith'], values: ({ parameter }) => [parameter.type] },
  KeyId: {
    options: ['Equals', 'BeginsWith'],
    values: ({ version }) => (version.keyId ? [version.keyId] : []),
  },
  Path: { options: ['Recursive', 'OneLevel'], values: ({ parameter }) => [parameter.name] },
  Label: { options: ['Equals', 'BeginsWith'], values: ({ version }) => version.labels },
  Tier: { options: ['Equals', 'BeginsWith'], values: ({ parameter }) => [parameter.tier] },
  DataType: { options: ['Equals', 'BeginsWith'], values: ({ parameter }) => [parameter.dataType] },
};

const MATCHES: Readonly<Record<Option, (value: string, wanted: string) => boolean>> = {
  Equals: (value, wanted) => value === wanted,
  BeginsWith: (value, wanted) => value.startsWith(wanted) || bare(value).startsWith(bare(wanted)),
  Contains: (value, wanted) => value.includes(wanted),
  Recursive: (value, wanted) => value.startsWith(directory(wanted)),
  OneLevel: (value, wanted) =>
    value.startsWith(directory(wanted)) && !value.slice(directory(wanted).length).includes('/'),
};

const directory = (path: string) => (path.endsWith('/') ? path : `${path}/`);

/** The test of all filters together. Throws AWS's error for one that the operation does not take. */
export function parameterFilter(
  filters: readonly ParameterStringFilter[],
  allowed: readonly string[],
): (listed: Listed) => boolean {
  const tests = filters.map((filter) => filterTest(filter, allowed));
  return (listed) => tests.every((test) => test(listed));
}

function filterTest({ Key, Option, Values = [] }: ParameterStringFilter, allowed: readonly string[]) {
  const tagName = /^tag:(.+)$/.exec(Key)?.[1];
  const filter: Filter | undefined =
    tagName !== undefined && allowed.includes('tag')
      ? {
          options: ['Equals', 'BeginsWith'],
          values: ({ parameter }) =>
            Object.hasOwn(parameter.tags, tagName) ? [parameter.tags[tagName] as string] : [],
        }
      : allowed.includes(Key)
        ? FILTERS[Key]
        : undefined;
  if (!filter) {
    throw new AwsError(
      'InvalidFilterKey',
      `The following filter key is not valid: ${Key}. Valid filter keys include: [${allowed.join(', ')}].`,
    );
  }
  const option = (Option ?? filter.options[Key === 'Path' ? 1 : 0]) as Option;
  if (!filter.options.includes(option)) {
    throw new AwsError(
      'InvalidFilterOption',
      `The following filter option is not valid: ${option}. Valid options include: [${filter.options.join(', ')}].`,
    );
  }
  if (Values.length === 0 && tagName === undefined) {
    throw new AwsError(
      'InvalidFilterValue',
      `The following filter values are missing : null for filter key ${Key}`,
    );
  }
  return (listed: Listed) => {
    const values = filter.values(listed);
    if (Values.length === 0) return values.length > 0;
    return values.some((value) => Values.some((wanted) => MATCHES[option](value, wanted)));
  };
}
