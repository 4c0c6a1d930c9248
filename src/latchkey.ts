/** What a server is started with, and what there is of one that runs. */
import type { LoggedCall } from './control/call-log.ts';
import type { Questions, ScopeOf } from './control/control-api.ts';
import type { Runtime } from './invoke/runtime.ts';
import type { SecureAddress } from './platform/node/running-server.ts';
import type { TlsIdentity } from './platform/sockets.ts';

export interface LatchkeyOptions {
  /** Directory that keeps everything; in memory when absent. */
  readonly data?: string;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, a free one. */
  readonly port?: number;
  /** Names to answer to besides those of the loopback interface: `latchkey`, `latchkey:8080`, `*.aws.test`. */
  readonly hostnames?: readonly string[];
  /** Speaks HTTPS too: under a certificate of its own making, or one that is given. */
  readonly tls?: true | TlsIdentity;
  /** The token that the control API asks for. Default: a new one. */
  readonly token?: string;
  readonly auth?: 'strict' | 'open';
  readonly account?: string;
  readonly region?: string;
  /** Scales the time that simulated work takes. */
  readonly delays?: number;
  /** An image id that is unknown stands for an image like ours of the architecture that its use implies. */
  readonly anyImage?: boolean;
  /** The folder that stands for the buckets of template URLs: `<bucket>/<key>`. */
  readonly templates?: string;
  /** Seals keys under a passphrase instead of a root key file. */
  readonly passphrase?: string;
  /** Where the console's page is, as it was built. Default: beside this program. */
  readonly consoleFolder?: string;
  /** Receives errors that are ours. Default: standard error. */
  readonly onDefect?: (error: unknown) => void;
  /** Receives a sentence for each thing that begins or ceases to be wrong with the server. Default: standard error. */
  readonly onHealth?: (sentence: string) => void;
  /** Receives a sentence, once, where something is refused that clients of a local server are likely to send. Default: none. */
  readonly onHint?: (sentence: string) => void;
  /** Fills an empty store before the first request is answered, as with an imported account. */
  readonly prepare?: (runtime: Runtime) => Promise<void>;
  readonly refusal?: Runtime['refusal'];
  /** Of real accounts that are shown as they were: what is recorded is not forgotten, however long ago it was. */
  readonly keepsHistory?: boolean;
  /** What the control API answers beside its own questions, or in place of them. */
  readonly questions?: (runtime: Runtime, scopeOf: ScopeOf) => Questions;
  /** The disk has failed, so that nothing more is accepted until a new start. */
  readonly onFatal?: (error: Error) => void;
}

export interface Latchkey {
  readonly url: string;
  /** How clients reach it over TLS, where it speaks that. */
  readonly secure?: SecureAddress;
  /** For the control door. */
  readonly token: string;
  readonly runtime: Runtime;
  /** Hands over each call as it is recorded, until the returned function is called. */
  followCalls(onCalls: (calls: readonly LoggedCall[]) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
