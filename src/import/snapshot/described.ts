/** One form for what the SDK, both versions of the AWS CLI and other tools give for the same call. */
import { asText } from '../../aws/as-text.ts';
import { LEFT_OUT } from '../../aws/left-out.ts';
import type { ReadRow } from '../read-row.ts';
import { rowOf } from '../reads.ts';
import { isCalledSecret, withoutSecrets } from './secrets.ts';
import { templateWithoutSecrets } from './template-secrets.ts';

/** Of the transport, not of the account. */
const ENVELOPE: ReadonlySet<string> = new Set([
  '$metadata',
  'ResponseMetadata',
  'IsTruncated',
  'Truncated',
  'Marker',
  'NextMarker',
  'NextToken',
]);

const DOCUMENTS: ReadonlySet<string> = new Set(['PolicyDocument', 'AssumeRolePolicyDocument', 'Document']);

type Output = Readonly<Record<string, unknown>>;

/** What else may be secret in an answer than what its members' names say. */
const CLEANED: Readonly<Record<string, (output: Output) => Output>> = {
  'cloudformation:GetTemplate': withCleanTemplate,
  'cloudformation:DescribeStacks': withCleanStacks,
  // Not AWS, but what takes its place, gives some as an object.
  'kms:GetKeyPolicy': ({ Policy, ...others }) => ({ ...others, Policy: documentText(Policy) }),
};

export function describedOutput(operation: string, output: object): Record<string, unknown> {
  const omit: ReadRow['omit'] = rowOf(operation)?.omit;
  const kept = Object.fromEntries(Object.entries(output).filter(([name]) => !ENVELOPE.has(name)));
  const plain = withoutSecrets(CLEANED[operation]?.(kept) ?? kept, omit);
  return (operation.startsWith('iam:') ? withDocuments(plain) : plain) as Record<string, unknown>;
}

/** The AWS CLI shows a template that is JSON as an object. */
function withCleanTemplate({ TemplateBody, ...others }: Output): Output {
  const text = typeof TemplateBody === 'object' ? JSON.stringify(TemplateBody, undefined, 2) : TemplateBody;
  return { ...others, TemplateBody: typeof text === 'string' ? templateWithoutSecrets(text) : undefined };
}

/** Of parameters AWS hides what NoEcho says; others, and outputs, may be secrets by their names. */
function withCleanStacks({ Stacks, ...others }: Output): Output {
  const cleaned = ({ Parameters, Outputs, ...stack }: Output): Output => ({
    ...stack,
    Parameters: withoutValues(Parameters, 'ParameterKey', ['ParameterValue', 'ResolvedValue']),
    Outputs: withoutValues(Outputs, 'OutputKey', ['OutputValue']),
  });
  return { ...others, Stacks: Array.isArray(Stacks) ? Stacks.map(cleaned) : Stacks };
}

function withoutValues(entries: unknown, key: string, values: readonly string[]): unknown {
  if (!Array.isArray(entries)) return entries;
  return entries.map((entry: Output) => {
    if (!isCalledSecret(asText(entry?.[key]))) return entry;
    const hidden = values.filter((name) => typeof entry[name] === 'string' && !isReference(entry[name]));
    return { ...entry, ...Object.fromEntries(hidden.map((name) => [name, LEFT_OUT])) };
  });
}

/** What AWS has hidden, and what says where a secret is. */
const isReference = (value: unknown): boolean => /^(?:arn:|\*+$)/.test(asText(value));

/** IAM's answers have documents URL-encoded, and the AWS CLI shows them as JSON. */
function withDocuments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDocuments);
  if (!value || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      DOCUMENTS.has(name) ? documentText(inner) : withDocuments(inner),
    ]),
  );
}

export function documentText(document: unknown): unknown {
  if (document && typeof document === 'object') return JSON.stringify(document, undefined, 2);
  if (typeof document !== 'string' || !document.startsWith('%7B')) return document;
  try {
    return decodeURIComponent(document.replaceAll('+', '%20'));
  } catch {
    return document;
  }
}
