/** A parameter is read with its value, or given another: of a secret, its key is asked for as well. */
import type { ParameterMetadata } from '../../shapes/generated/ssm.ts';
import type { Asking, SubjectKind } from './planned-subject.ts';

/** What is no path may be the name of anything: it is one of a parameter by its ARN. */
const NAMED = /^(?:arn:[^:]+:ssm:[^:]*:\d*:parameter)?(\/.+)$/;

async function parameterOf({ subject, describe }: Asking): Promise<ParameterMetadata | undefined> {
  const [, path] = NAMED.exec(subject) ?? [];
  if (path === undefined) return undefined;
  // In the ARN of one of a single level the slash belongs to the ARN, or to the name.
  const Values = path.lastIndexOf('/') === 0 ? [path, path.slice(1)] : [path];
  const input = { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }] };
  const output = await describe('ssm:DescribeParameters', input);
  return (output?.Parameters as readonly ParameterMetadata[] | undefined)?.[0];
}

export const PARAMETER: SubjectKind = {
  noun: 'parameter',
  service: 'ssm',
  matches: async (asking) => !!(await parameterOf(asking)),
  calls: {
    GetParameter: {
      verb: 'read the value of',
      input: async (asking) => ({ Name: (await parameterOf(asking))?.Name, WithDecryption: true }),
    },
    PutParameter: {
      verb: 'give another value to',
      input: async (asking) => {
        const { Name, Type, KeyId } = (await parameterOf(asking)) ?? {};
        return { Name, Type, KeyId, Value: 'x', Overwrite: true };
      },
    },
  },
};
