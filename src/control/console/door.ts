/** The console's side of the control door: its page, the exchange of a ticket for a session, and what a session may ask. */
import type { ConsoleFiles } from '../../platform/node/console-files.ts';
import type { Clock, Entropy } from '../../platform/ports.ts';
import type { HttpRequest, HttpResponse } from '../../wire/http.ts';
import { consolePage } from './page.ts';
import { ConsoleSessions } from './sessions.ts';

export const CONSOLE_PATH = 'console/';

/** What the page may ask. What gives out credentials or root keys is for the holder of the server's token alone. */
const ASKED_BY_PAGE: ReadonlySet<string> = new Set([
  'activity',
  'audit',
  'call-stream',
  'can',
  'check',
  'clock',
  'decide',
  'decision',
  'deliveries',
  'describe',
  'explain',
  'johns-story',
  'key-users',
  'key-uses',
  'paths',
  'perform',
  'problems',
  'repeat',
  'timeline',
  'try',
  'what-can',
  'what-if',
  'who-can',
  'world',
]);

export class ConsoleDoor {
  readonly #sessions: ConsoleSessions;
  readonly #entropy: Entropy;
  readonly #files: ConsoleFiles;

  /** @param clock the machine's */
  constructor(clock: Clock, entropy: Entropy, files: ConsoleFiles) {
    this.#sessions = new ConsoleSessions(clock, entropy);
    this.#files = files;
    this.#entropy = entropy;
  }

  /** The path under the server's address that opens the console once. After `#`, it is sent to nobody. */
  ticketPath(): string {
    return `/_latchkey/${CONSOLE_PATH}#ticket=${this.#sessions.issueTicket()}`;
  }

  admits(request: HttpRequest, question: string): boolean {
    return ASKED_BY_PAGE.has(question) && this.#sessions.admits(request);
  }

  /** `name` is what follows CONSOLE_PATH; `ticket` is the body's, where there is one. */
  async answer(name: string, request: HttpRequest, ticket: string | undefined): Promise<HttpResponse> {
    if (request.method === 'GET' || request.method === 'HEAD')
      return consolePage(name, this.#files, this.#entropy);
    if (name !== 'session' || request.method !== 'POST') return json(405, { message: 'use GET' });
    // A page of another origin may send a form here, and would sign its reader in as somebody else.
    const isOwn = request.headers.origin !== undefined;
    const opened = isOwn && ticket !== undefined ? this.#sessions.open(ticket, request) : undefined;
    if (!opened)
      return json(403, { message: 'This address was used before, or is too old. Run: latchkey console' });
    return json(200, { key: opened.key }, { 'set-cookie': opened.cookie });
  }
}

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
