/** The call behind an error message that was pasted as it was printed, or behind an encoded authorization message. */
import type { Scope } from '../../aws/scope.ts';
import { auditLog } from '../../invoke/audit/audit.ts';
import { decodeDenial } from '../../invoke/encoded-denial.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { byLabel, isDenied, isFailed, type Recorded } from '../history/recorded-calls.ts';
import type { Reading } from '../question/reading.ts';
import {
  decodedMessageIn,
  encodedMessageIn,
  type Refusal,
  refusalIn,
  refusalOf,
  requestIdIn,
} from './message-text.ts';
import { plainText } from './plain-text.ts';

/** Calls that are searched for a message. */
const REACH = 3000;

export async function callOfMessage(
  { tx, ports }: Reading,
  text: string,
  scope: Scope,
): Promise<Recorded | undefined> {
  const encoded = encodedMessageIn(text);
  const opened = encoded === undefined ? undefined : decodeDenial(ports.sealer, scope.account, encoded);
  const decoded = decodedMessageIn(opened ?? text);
  const refused = decoded && (await callOfRefusal(tx, refusalOf(decoded)));
  if (refused) return refused;
  const requestId = requestIdIn(text);
  if (requestId) {
    const calls = await byLabel(tx, 'RequestId', requestId);
    const found = calls.find(isDenied) ?? calls.find(isFailed) ?? calls[0];
    if (found) return found;
  }
  return callWithMessage(tx, text, scope.account);
}

/** The latest denial of that action on that resource to that principal. */
async function callOfRefusal(
  tx: ReadTransaction,
  { principal, action, resource = '*' }: Refusal,
): Promise<Recorded | undefined> {
  const calls =
    resource === '*' ? await tx.scan(auditLog, { limit: REACH }) : await byLabel(tx, 'About', resource);
  return calls.find(
    ({ body: { event, decisions } }) =>
      event.userIdentity?.arn === principal &&
      decisions.some(
        (each) => !each.decision.allowed && each.action === action && each.resource === resource,
      ),
  );
}

/** Compared without white space: terminals wrap. */
const squeezed = (text: string): string => text.replace(/\s+/g, '').toLowerCase();

/** The latest call whose message is in the text, or has the text in it; else the latest that was denied alike. */
async function callWithMessage(
  tx: ReadTransaction,
  text: string,
  account: string,
): Promise<Recorded | undefined> {
  const wanted = squeezed(plainText(text));
  const { principal, action, resource } = refusalIn(text, account) ?? {};
  // AWS does not name a key of another account: it is not among those that it names.
  const isUnnamed = /on\s+th(?:is|e)\s+resource\b/.test(text);
  const messageOf = ({ body: { event } }: Recorded) => squeezed(event.errorMessage ?? '');
  const isIt = (call: Recorded): boolean => {
    const message = messageOf(call);
    return message.length > 20 && (wanted.includes(message) || message.includes(wanted));
  };
  const isAlike = (call: Recorded): boolean =>
    action !== undefined &&
    messageOf(call).includes(squeezed(`User: ${principal} is not authorized to perform: ${action}`)) &&
    (resource === undefined
      ? !isUnnamed || !messageOf(call).includes('onresource:')
      : messageOf(call).includes(squeezed(resource)));
  const about = resource?.startsWith('arn:') ? await byLabel(tx, 'About', resource) : [];
  const found = about.find(isIt);
  if (found) return found;
  const all = await tx.scan(auditLog, { limit: REACH });
  return all.find(isIt) ?? about.find(isAlike) ?? all.find(isAlike);
}
