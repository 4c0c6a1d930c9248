/**
 * From an HTTP request to the front door and back: route, authenticate, read the input, invoke, write the answer.
 * Nothing is decided here about what the caller may do.
 */
import { type CredentialLookup, SigV4Verifier } from '../authn/sigv4.ts';
import { AwsError } from '../aws/aws-error.ts';
import { type Identity, mintExternalCaller } from '../invoke/caller.ts';
import { type House, invoke } from '../invoke/invoke.ts';
import { uuid } from '../platform/identifiers.ts';
import type { Clock } from '../platform/ports.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { notServed, route } from './route.ts';

export interface EndpointOptions {
  readonly house: House;
  readonly credential: CredentialLookup<Identity>;
  /** `--auth open`: who an unknown access key is taken for. */
  readonly open?: (accessKeyId: string) => Promise<Identity | undefined>;
  /** The machine's clock, by which clients sign, however far the server's own was moved on. */
  readonly signingClock: Clock;
}

export function createEndpoint(options: EndpointOptions): (http: HttpRequest) => Promise<HttpResponse> {
  const { house, credential, open, signingClock } = options;
  const verifier = new SigV4Verifier();

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
        nowMs: signingClock.nowMs(),
        sessionNowMs: nowMs,
        credential,
        open,
      });
      if (!verified.verified) throw verified.error;
      const input = protocol.readRequest(found.operation, http);
      const caller = mintExternalCaller(verified.identity, verified.region, {
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
