/** What the script of `latchkey import plan --script` left: for each call its name, and its output or its error. */
import { asText } from '../../aws/as-text.ts';
import { withPage } from '../read-row.ts';
import { rowOf } from '../reads.ts';
import { describedOutput } from '../snapshot/described.ts';
import { type Read, SnapshotError } from '../snapshot/snapshot.ts';

type Output = Readonly<Record<string, unknown>>;

interface NotedCall {
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly input?: Read['input'];
  readonly at: string;
  readonly by?: string;
}

export const isNotedCall = (name: string): boolean => name.endsWith('.call');

/** `An error occurred (Throttling) when calling the GetKeyPolicy operation (reached max retries: 4): …` */
const CLI_ERROR =
  /An error occurred \(([A-Za-z0-9.]+)\) when calling the \w+ operation(?: \([^)]*\))?: *([\s\S]*)/;

function isNote(note: unknown): note is NotedCall {
  const { operation, account, region, input = {}, at, by = '' } = Object(note) as Partial<NotedCall>;
  return (
    typeof operation === 'string' &&
    rowOf(operation) !== undefined &&
    /^\d{12}$/.test(asText(account)) &&
    /^(?:global|[a-z]{2}(?:-[a-z]+)+-\d)$/.test(asText(region)) &&
    typeof input === 'object' &&
    input !== null &&
    !Array.isArray(input) &&
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    typeof by === 'string'
  );
}

export function readOfCall(
  name: string,
  note: unknown,
  pages: readonly unknown[],
  error: string | undefined,
): Read | undefined {
  if (!isNote(note))
    throw new SnapshotError(`${name} does not say which call it is of; run the script again`);
  const { operation, account, region, input = {}, at, by } = note;
  const about = { operation, account, region, input, at, by, from: name };
  const [first] = pages;
  if (first && typeof first === 'object') {
    const row = rowOf(operation);
    const [, ...further] = pages;
    const output = further.reduce<Output>(
      (sofar, page) => withPage(row, sofar, Object(page)),
      first as Output,
    );
    return { ...about, output: describedOutput(operation, output) };
  }
  const [, code = 'Unknown', message = (error ?? '').trim().slice(0, 500)] =
    CLI_ERROR.exec(error ?? '') ?? [];
  if (rowOf(operation)?.absent?.includes(code)) return { ...about, output: {} };
  return { ...about, refused: { code, message: message.trim().slice(0, 500) || 'the call gave no output' } };
}
