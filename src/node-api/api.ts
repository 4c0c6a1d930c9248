/**
 * What `import { start } from 'latchkey'` gives, as types. Nothing is imported here: the package ships this file's
 * declarations as they are.
 */

export interface StartOptions {
  /** Directory that keeps everything. Default: nothing is kept, and everything is in memory. */
  readonly data?: string;
  /** Default: 0, a free one. */
  readonly port?: number;
  /** Default: 127.0.0.1, which only this machine reaches. */
  readonly host?: string;
  /** Names to answer to besides those of the loopback interface: `latchkey`, `latchkey:8080`, `*.aws.test`. */
  readonly hostnames?: readonly string[];
  /**
   * Speaks HTTPS too, under a certificate of its own making, which `env` has clients trust, or one that is given (PEM):
   * aws:SecureTransport is true for clients that use it.
   */
  readonly tls?: true | { readonly certificate: string; readonly privateKey: string };
  /** `strict` (the default) verifies every signature; `open` takes unknown access keys for the account's root. */
  readonly auth?: 'strict' | 'open';
  /** The default account, twelve digits. Default: 123456789012. */
  readonly account?: string;
  /** The default Region. Default: us-east-1. */
  readonly region?: string;
  /** Scales the time that simulated work takes. Default: 0, none, as a test wants it. */
  readonly delays?: number;
}

/** Where something is. Default: the server's default account and Region. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
}

/** Whose credentials are wanted; root's, where none of the three is given. */
export interface Identity extends Place {
  /** A user, made when it is new. */
  readonly user?: string;
  /** A session of a role that is there, assumed by somebody whom its trust policy lets. */
  readonly role?: string;
  /** An administrator: the user `admin` with AdministratorAccess, made when it is new. */
  readonly admin?: boolean;
}

export interface Credentials {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
  /** The same as environment variables, AWS_ENDPOINT_URL included: for a child process. */
  readonly env: Readonly<Record<string, string>>;
}

/** `docs/explain-json.md` describes the rest. */
export interface Explanation {
  /** The explanation as `latchkey explain` prints it. */
  readonly text: string;
  readonly [member: string]: unknown;
}

/** The answer as JSON, as the command of the same name prints it with `--json`. */
export type Answer = Readonly<Record<string, unknown>>;

/** An EventBridge event as it was emitted. */
export interface EmittedEvent {
  readonly source: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

export interface Server {
  /** For AWS_ENDPOINT_URL, or a client's `endpoint`. */
  readonly url: string;
  /** Root of the default account as environment variables: for a child process. */
  readonly env: Readonly<Record<string, string>>;
  /** For a client: `new KMSClient({ endpoint: server.url, region, credentials })`. An account is made when it is new. */
  credentials(identity?: Identity): Promise<Credentials>;
  /** Resolves once everything that is due is done: launches, attachments, copies, deliveries. */
  settled(): Promise<void>;
  /** Moves the server's clock on, in milliseconds or as `30s`, `15m`, `12h`, `7d`, and waits for what became due. */
  advance(by: number | string): Promise<Date>;
  /** Why a call was denied and the least that allows it: an instance, volume, group, key, event id, error message … */
  explain(subject: string, place?: Place): Promise<Explanation>;
  /** Whether a principal may do something, by the evaluator that serves. */
  can(
    principal: string,
    action: string,
    resource?: string,
    options?: Place & {
      readonly context?: Readonly<Record<string, string | readonly string[]>>;
      /** The call that a service is to make this one for: `ec2:StartInstances`. */
      readonly through?: string;
    },
  ): Promise<Answer>;
  /** Who may use a key, directly and through services. */
  whoCan(key: string, action?: string, place?: Place): Promise<Answer>;
  /** What another key policy would break. */
  whatIf(key: string, policy: string | object, place?: Place): Promise<Answer>;
  /** The events that services emitted, oldest first. */
  events(place?: Place): Promise<readonly EmittedEvent[]>;
  /** Forgets everything but the accounts and their root credentials; the clock is back at this machine's. */
  reset(): Promise<void>;
  /** Ends it; what it keeps in a directory is whole. */
  close(): Promise<void>;
}

export type Start = (options?: StartOptions) => Promise<Server>;

/** What the server refused, in its own words. */
export interface LatchkeyError extends Error {
  readonly name: 'LatchkeyError';
}
