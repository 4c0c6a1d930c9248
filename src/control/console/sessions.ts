/**
 * Who may use the console: a ticket that works once is exchanged for a session. A session is two secrets: a cookie that no
 * script can read, and a key that only the page's own origin has, which the page sends in a header. A cookie alone is sent
 * to every port of a host, and with requests that other pages make.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { HOUR_MS, MINUTE_MS } from '../../platform/durations.ts';
import { uuid } from '../../platform/identifiers.ts';
import type { Clock, Entropy } from '../../platform/ports.ts';
import type { HttpRequest } from '../../wire/http.ts';

const SESSION_HEADER = 'x-latchkey-console';

/** Long enough to click on it, too short to be found in a terminal's history and still work. */
const TICKET_MS = 10 * MINUTE_MS;
const SESSION_MS = 12 * HOUR_MS;
/** The oldest goes where there are more. */
const MAX_HELD = 100;

interface Session {
  readonly key: string;
  readonly endsAtMs: number;
}

export interface OpenedSession {
  /** For the page to send in SESSION_HEADER. */
  readonly key: string;
  /** Set-Cookie */
  readonly cookie: string;
}

const digest = (text: string) => hash('sha256', text);

/** `clock` is the machine's: moving the server's on ends no session. */
export class ConsoleSessions {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  /** By the hash of the secret, so that finding one takes no comparison of secrets. */
  readonly #tickets = new Map<string, number>();
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock, entropy: Entropy) {
    this.#clock = clock;
    this.#entropy = entropy;
  }

  issueTicket(): string {
    const ticket = this.#secret();
    hold(this.#tickets, digest(ticket), this.#clock.nowMs() + TICKET_MS);
    return ticket;
  }

  /** Undefined for a ticket that was used, is too old, or was never issued. */
  open(ticket: string, request: HttpRequest): OpenedSession | undefined {
    const name = digest(ticket);
    const endsAtMs = this.#tickets.get(name) ?? 0;
    this.#tickets.delete(name);
    const nowMs = this.#clock.nowMs();
    if (endsAtMs < nowMs) return undefined;
    const [id, key] = [this.#secret(), this.#secret()];
    hold(this.#sessions, digest(id), { key: digest(key), endsAtMs: nowMs + SESSION_MS });
    const overTls = request.secureTransport ? '; Secure' : '';
    return {
      key,
      cookie: `${cookieName(request)}=${id}; HttpOnly; SameSite=Strict; Path=/_latchkey/${overTls}`,
    };
  }

  /** Whether the request is the page's own: both secrets, and an Origin, which the host policy has found to be ours. */
  admits(request: HttpRequest): boolean {
    const { origin, cookie = '' } = request.headers;
    const key = request.headers[SESSION_HEADER];
    const prefix = `${cookieName(request)}=`;
    const held = cookie.split('; ').find((each) => each.startsWith(prefix));
    const session = held && this.#sessions.get(digest(held.slice(prefix.length)));
    if (!session || origin === undefined || key === undefined) return false;
    if (session.endsAtMs < this.#clock.nowMs()) return false;
    return timingSafeEqual(Buffer.from(digest(key)), Buffer.from(session.key));
  }

  #secret(): string {
    return `${uuid(this.#entropy)}${uuid(this.#entropy)}`.replaceAll('-', '');
  }
}

/** Two servers on one host share its cookies: each has a name of its own. */
const cookieName = ({ headers }: HttpRequest) =>
  `latchkey-console-${/:(\d+)$/.exec(headers.host ?? '')?.[1] ?? '80'}`;

function hold<V>(map: Map<string, V>, name: string, value: V): void {
  map.set(name, value);
  for (const oldest of map.keys()) {
    if (map.size <= MAX_HELD) return;
    map.delete(oldest);
  }
}
