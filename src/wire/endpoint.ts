/**
 * From an HTTP request to the front door and back: route, authenticate, read the input, invoke, write the answer.
 * Nothing is decided here about what the caller may do.
 */
import type { Credential } from '../authn/sigv4.ts';
import { SigV4Verifier } from '../authn/sigv4.ts';
import { AwsError } from '../aws/aws-error.ts';
import { rootCredentials } from '../invoke/account.ts';
import { type Identity, mintExternalCaller } from '../invoke/caller.ts';
import { type House, invoke } from '../invoke/invoke.ts';
import { openSession } from '../invoke/session-token.ts';
import { uuid } from '../platform/identifiers.ts';
import type { Clock } from '../platform/ports.ts';
import type { ReadTransaction } from '../store/store.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { notServed, route } from './route.ts';

/** Finds IAM users' access keys; services/iam implements it. */
export type UserCredentials = (
  tx: ReadTransaction,
  sealer: House['ports']['sealer'],
  accessKeyId: string,
) => Promise<Credential<Identity> | undefined>;

export interface EndpointOptions {
  readonly house: House;
  readonly userCredentials: UserCredentials;
  /** The machine's clock, by which clients sign, however far the server's own was moved on. */
  readonly signingClock: Clock;
  /** `--auth open`: the account as whose root unknown access keys are let in. */
  readonly openAccount?: string;
  /** Makes the account that an open access key of twelve digits names. */
  readonly ensureAccount: (accountId: string) => Promise<void>;
}

export function createEndpoint(options: EndpointOptions): (http: HttpRequest) => Promise<HttpResponse> {
  const { house, openAccount } = options;
  const verifier = new SigV4Verifier();

  const open = openAccount
    ? async (accessKeyId: string) => {
        const account = isAccountId(accessKeyId) ? accessKeyId : openAccount;
        await options.ensureAccount(account);
        return rootIdentity(account, accessKeyId);
      }
    : undefined;

  return async (http) => {
    const requestId = uuid(house.entropy);
    const found = route(http);
    const { protocol, service } = found;
    if (found.error) return protocol.writeError(service, found.error, requestId);
    try {
      const operation = house.registry.operation(found.service.id, found.operation.name);
      if (!operation) throw notServed(found.service, found.operation.name);
      const nowMs = house.clock.nowMs();
      const verified = await verifier.verify(http, {
        protocol: found.service.protocol,
        service: found.service.signingName,
        nowMs: options.signingClock.nowMs(),
        sessionNowMs: nowMs,
        credential: (accessKeyId, token) => findCredential(options, accessKeyId, token),
        open,
      });
      if (!verified.verified) throw verified.error;
      const { identity, region } = verified;
      const input = protocol.readRequest(found.operation, http);
      const caller = mintExternalCaller(identity, region, {
        sourceIp: http.remoteAddress ?? '127.0.0.1',
        userAgent: http.headers['user-agent'] ?? '',
        secureTransport: false,
      });
      const output = await invoke(house, { caller, operation, input, requestId, atMs: nowMs });
      return protocol.writeResponse(found.service, found.operation, output, requestId);
    } catch (error) {
      if (error instanceof AwsError) return protocol.writeError(found.service, error, requestId);
      throw error;
    }
  };
}

const isAccountId = (text: string) => /^\d{12}$/.test(text);

function rootIdentity(account: string, accessKeyId: string): Identity {
  return { principal: { kind: 'root', account, arn: `arn:aws:iam::${account}:root` }, account, accessKeyId };
}

async function findCredential(
  { house, userCredentials }: EndpointOptions,
  accessKeyId: string,
  token: string | undefined,
): Promise<Credential<Identity> | undefined> {
  const { sealer } = house.ports;
  if (token !== undefined) {
    const session = openSession(sealer, token);
    if (!session || session.identity.accessKeyId !== accessKeyId) return undefined;
    const { identity, secretAccessKey: secret, expiresAtMs } = session;
    return { secret, sessionToken: token, expiresAtMs, identity };
  }
  return house.store.read(async (tx) => {
    const root = await rootCredentials(tx, sealer, { accessKeyId });
    if (root) return { secret: root.secretAccessKey, identity: rootIdentity(root.accountId, accessKeyId) };
    return userCredentials(tx, sealer, accessKeyId);
  });
}
