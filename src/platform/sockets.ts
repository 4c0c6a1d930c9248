/** Sockets as a port: what a server of a stream protocol needs of them. Node's own sockets are such connections. */

export interface Connection {
  /** The bytes are the connection's own again when the listener returns: whoever needs them longer copies them. */
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  once(event: 'drain', listener: () => void): unknown;
  off(event: 'data', listener: (bytes: Buffer) => void): unknown;
  /** `sent` is called when the bytes may be overwritten. */
  write(bytes: Uint8Array, sent?: () => void): unknown;
  /** What was written and is not yet taken. */
  readonly writableLength: number;
  pause(): unknown;
  resume(): unknown;
  /** Once what was written is taken, whatever the other side does. */
  destroySoon(): unknown;
  destroy(): unknown;
}

export type ListenAddress = { readonly path: string } | { readonly host: string; readonly port: number };

export interface Listener {
  /** The port of a listener on one. */
  readonly port: number;
  /** Takes no further connection; a socket file is removed. */
  close(): void;
}

/** The server's side of TLS. All PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly privateKey: string;
  /** If given, clients must show a certificate that it has signed. */
  readonly clientAuthority?: string;
}

/** Turns a connection into a secure one, on which the handshake of TLS comes first. */
export type Secure = (connection: Connection) => Connection;

export interface Sockets {
  /** A socket file that a killed server left is replaced. */
  listen(address: ListenAddress, accept: (connection: Connection) => void): Promise<Listener>;
  tls(identity: TlsIdentity): Secure;
}
