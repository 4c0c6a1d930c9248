/**
 * From an HTTP request to the front door and back: route, authenticate, read the input, invoke, write the answer.
 * Nothing is decided here about what the caller may do.
 */
import type { AuthenticationFault } from '../authn/authentication-error.ts';
import { type CredentialLookup, SigV4Verifier } from '../authn/sigv4.ts';
import { AwsError } from '../aws/aws-error.ts';
import { type Identity, mintExternalCaller, type Origin } from '../invoke/caller.ts';
import { isUnsigned, provenBearer } from '../invoke/identity/bearer.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { storeUnavailable } from '../invoke/store-unavailable.ts';
import { uuid } from '../platform/identifiers.ts';
import { CommonTurns } from '../platform/next-turn.ts';
import type { Clock } from '../platform/ports.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { type KnownRoute, notServed, olderSignature, route } from './route.ts';
import { endpointOrigin, throughEndpoint } from './vpc-endpoint.ts';

/** Requests that are not signed name no region; STS's global endpoint is in this one. */
const UNSIGNED_REGION = 'us-east-1';

export interface EndpointOptions {
  readonly runtime: Runtime;
  readonly credential: CredentialLookup<Identity>;
  /** `--auth open`: who an unknown access key is taken for. */
  readonly open?: (accessKeyId: string) => Promise<Identity | undefined>;
  /** Hears of each signature that is refused. */
  readonly onRefusal?: (fault: AuthenticationFault) => void;
  /** The machine's clock, by which clients sign, however far the server's own was moved on. */
  readonly signingClock: Clock;
}

export function createEndpoint(options: EndpointOptions): (http: HttpRequest) => Promise<HttpResponse> {
  const { runtime, credential, open, onRefusal, signingClock } = options;
  const verifier = new SigV4Verifier();
  // Requests that come in turns that follow one another go on side by side: a third less processor time than one by one.
  const together = new CommonTurns(runtime.turns);

  const verifySignature = async (http: HttpRequest, { service, protocolName }: KnownRoute, nowMs: number) => {
    const verified = await verifier.verify(http, {
      protocol: protocolName,
      service: service.signingName,
      nowMs: signingClock.nowMs(),
      sessionNowMs: nowMs,
      credential,
      open,
    });
    if (!verified.verified) {
      onRefusal?.(verified.fault);
      const older = verified.fault === 'missing' ? olderSignature(http) : undefined;
      throw older ?? verified.error;
    }
    return verified;
  };

  return async (signed) => {
    await together.next();
    const requestId = uuid(runtime.entropy);
    const { named, http } = throughEndpoint(signed);
    const found = route(http);
    const { protocol, service } = found;
    if (found.error) return protocol.writeError(service, found.error, requestId);
    try {
      const operation = runtime.registry.operation(found.service.id, found.operation.name);
      if (!operation) throw notServed(found.service, found.operation.name);
      const nowMs = runtime.clock.nowMs();
      const signer = isUnsigned(operation) ? undefined : await verifySignature(signed, found, nowMs);
      const call = {
        operation,
        input: protocol.readRequest(found.operation, http),
        requestId,
        atMs: nowMs,
      };
      const region = signer?.region ?? UNSIGNED_REGION;
      const vpcEndpoint = named && (await endpointOrigin(runtime, named, found.service.signingName, region));
      const mint = (identity: Identity) =>
        mintExternalCaller(identity, region, { ...originOf(http), vpcEndpoint });
      const caller = signer ? mint(signer.identity) : await provenBearer(runtime, call, mint);
      const output = await runtime.invoke({ ...call, caller });
      return protocol.writeResponse(found.service, found.operation, output, requestId);
    } catch (thrown) {
      const error = storeUnavailable(thrown) ?? thrown;
      if (error instanceof AwsError) return protocol.writeError(found.service, error, requestId);
      throw error;
    }
  };
}

const originOf = ({ remoteAddress, secureTransport, headers }: HttpRequest): Origin => ({
  sourceIp: remoteAddress,
  userAgent: headers['user-agent'] ?? '',
  secureTransport,
});
