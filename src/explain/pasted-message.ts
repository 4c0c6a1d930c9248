/** The call behind an error message that was pasted as it was printed, or behind an encoded authorization message. */
import type { Scope } from '../aws/scope.ts';
import { auditLog } from '../invoke/audit/audit.ts';
import { decodeDenial } from '../invoke/encoded-denial.ts';
import type { Ports } from '../invoke/port.ts';
import type { ReadTransaction } from '../store/store.ts';
import { byLabel, isDenied, isFailed, type Recorded } from './recorded-calls.ts';

interface World {
  readonly tx: ReadTransaction;
  readonly ports: Pick<Ports, 'sealer'>;
}

/** Calls that are searched for a message. */
const REACH = 3000;

const ENCODED = /(?:^|failure message:\s*)([A-Za-z0-9_-]{120,}={0,2})\.?$/;
const REQUEST_ID = /Request ?ID:? ?([0-9a-f]{8}-[0-9a-f-]{27})/i;
const REFUSED = /User: (\S+) is not authorized to perform: ([a-z0-9-]+:\w+)(?: on resource: "?([^\s"]+))?/;
const CALLING = /when calling the (\w+) operation/;

/** What a message says of who was refused what. */
export interface Refusal {
  readonly principal: string;
  /** `kms:Decrypt` */
  readonly action: string;
  readonly resource?: string;
  /** What the client called, where it says so: `GetObject`. */
  readonly operation?: string;
}

export function refusalIn(text: string): Refusal | undefined {
  const line = text.replace(/\s+/g, ' ');
  const [, principal, action, resource] = REFUSED.exec(line) ?? [];
  if (!principal || !action) return undefined;
  const [, operation] = CALLING.exec(line) ?? [];
  return { principal, action, resource: resource?.replace(/[.,]$/, ''), operation };
}

export const encodedMessageIn = (text: string): string | undefined => ENCODED.exec(text)?.[1];

export async function callOfMessage(
  { tx, ports }: World,
  text: string,
  scope: Scope,
): Promise<Recorded | undefined> {
  const encoded = encodedMessageIn(text);
  const decoded = encoded === undefined ? undefined : decodeDenial(ports.sealer, scope.account, encoded);
  if (decoded !== undefined) return callOfDecoded(tx, JSON.parse(decoded));
  const requestId = REQUEST_ID.exec(text)?.[1];
  if (requestId) {
    const calls = await byLabel(tx, 'RequestId', requestId);
    const found = calls.find(isDenied) ?? calls.find(isFailed) ?? calls[0];
    if (found) return found;
  }
  return callWithMessage(tx, text);
}

interface DecodedMessage {
  readonly context: {
    readonly principal: { readonly arn: string };
    readonly action: string;
    readonly resource: string;
  };
}

/** The latest denial of that action on that resource to that principal. */
async function callOfDecoded(
  tx: ReadTransaction,
  { context }: DecodedMessage,
): Promise<Recorded | undefined> {
  const { principal, action, resource } = context;
  const calls =
    resource === '*' ? await tx.scan(auditLog, { limit: REACH }) : await byLabel(tx, 'About', resource);
  return calls.find(
    ({ body: { event, decisions } }) =>
      (event.userIdentity as { arn?: string }).arn === principal.arn &&
      decisions.some(
        // The message names the action without its service.
        (each) => !each.decision.allowed && each.action.endsWith(`:${action}`) && each.resource === resource,
      ),
  );
}

/** Compared without white space: terminals wrap. */
const squeezed = (text: string): string => text.replace(/\s+/g, '').toLowerCase();

/** The latest call whose message is in the text, or has the text in it; else the latest that was denied alike. */
async function callWithMessage(tx: ReadTransaction, text: string): Promise<Recorded | undefined> {
  const wanted = squeezed(text);
  const { principal, action, resource } = refusalIn(text) ?? {};
  const messageOf = ({ body: { event } }: Recorded) => squeezed(event.errorMessage ?? '');
  const isIt = (call: Recorded): boolean => {
    const message = messageOf(call);
    return message.length > 20 && (wanted.includes(message) || message.includes(wanted));
  };
  const isAlike = (call: Recorded): boolean =>
    action !== undefined &&
    messageOf(call).includes(squeezed(`User: ${principal} is not authorized to perform: ${action}`)) &&
    (resource === undefined || messageOf(call).includes(squeezed(resource)));
  const about = resource?.startsWith('arn:') ? await byLabel(tx, 'About', resource) : [];
  const found = about.find(isIt);
  if (found) return found;
  const all = await tx.scan(auditLog, { limit: REACH });
  return all.find(isIt) ?? about.find(isAlike) ?? all.find(isAlike);
}
