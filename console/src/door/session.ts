/** The page's own half of a session: the ticket in the address is exchanged once, and the key is kept for this origin only. */
const KEY = 'latchkey-session';
const TICKET = /^#ticket=([0-9a-f]+)$/;

export const sessionKey = (): string => localStorage.getItem(KEY) ?? '';

/** A sentence where the ticket was refused. */
export async function openSession(): Promise<string | undefined> {
  const [, ticket] = TICKET.exec(location.hash) ?? [];
  if (!ticket) return undefined;
  // It works once; what is left of it in the address is of no use to anybody.
  history.replaceState(null, '', location.pathname);
  const response = await fetch('/_latchkey/console/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticket }),
  });
  const answer = (await response.json()) as { key?: string; message?: string };
  if (!answer.key) return answer.message;
  localStorage.setItem(KEY, answer.key);
  return undefined;
}
