/** What was denied while a command ran, each explained once: `latchkey exec --explain`. */
import type { LoggedCall } from '../control/call-log.ts';
import type { ExplanationAnswer } from '../control/explanations.ts';
import { ask, type Connection } from './server-connection.ts';

const MAX_EXPLAINED = 5;

interface Calls {
  readonly calls: readonly LoggedCall[];
  readonly sequence: number;
}

/** Where the log of calls ends now. */
export async function endOfLog(server: Connection): Promise<number> {
  return (await ask<Calls>(server, 'call-log')).sequence;
}

/** Explanations of what has been denied since, for the terminal; empty where nothing was. */
export async function explainDenials(server: Connection, since: number): Promise<string> {
  const { calls } = await ask<Calls>(server, 'call-log', { after: since });
  const denied = firstOfEach(calls.filter(({ outcome }) => outcome === 'denied'));
  if (denied.length === 0) return '';
  const explained: string[] = [];
  for (const { eventId, account, region } of denied.slice(0, MAX_EXPLAINED)) {
    const place = { accountId: account, region };
    const { text } = await ask<ExplanationAnswer>(server, 'explain', { subject: eventId, ...place });
    explained.push(text.trim());
  }
  const more = denied
    .slice(MAX_EXPLAINED)
    .map(({ eventId, action }) => `latchkey explain ${eventId}  # ${action}`);
  if (more.length > 0) explained.push(`And ${more.length} more:\n${more.join('\n')}`);
  const count = denied.length === 1 ? 'One call was denied' : `${denied.length} different calls were denied`;
  return `\n${count} while the command ran.\n\n${explained.join(`\n\n${'─'.repeat(20)}\n\n`)}\n`;
}

/** The same denial, met again by a client that tries again, says nothing new. */
function firstOfEach(denied: readonly LoggedCall[]): LoggedCall[] {
  const byWhat = new Map<string, LoggedCall>();
  for (const call of denied) {
    const what = [call.principal, call.invokedBy, call.action, call.resource, call.reason].join('\n');
    if (!byWhat.has(what)) byWhat.set(what, call);
  }
  return [...byWhat.values()];
}
