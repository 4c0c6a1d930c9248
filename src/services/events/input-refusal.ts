/** PutEvents with too many entries shows them as AWS's own record of an entry prints itself, in Java. */
import { AwsError } from '../../aws/aws-error.ts';
import type { InputRefusal } from '../../shapes/validate.ts';
import { violationMessage } from '../../shapes/violation.ts';

/** Members of AWS's record, in its order; two of them no request has. */
const MEMBERS =
  'time source resources detailType detail eventBusName traceHeader kmsKeyIdentifier internalMetadata'.split(
    ' ',
  );

function printed(entry: Readonly<Record<string, unknown>>): string {
  const parts = MEMBERS.map((member) => {
    const value = entry[`${member.charAt(0).toUpperCase()}${member.slice(1)}`];
    return `${member}=${Array.isArray(value) ? `[${value.join(', ')}]` : (value ?? 'null')}`;
  });
  return `PutEventsRequestEntry(${parts.join(', ')})`;
}

export const inputRefused: InputRefusal = ([first, ...others]) => {
  if (first?.kind !== 'constraint' || first.path !== 'entries' || others.length > 0) return undefined;
  const value = `[${(first.value as Record<string, unknown>[]).map(printed).join(', ')}]`;
  return new AwsError('ValidationException', violationMessage([{ ...first, value }]));
};
