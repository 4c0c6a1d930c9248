/**
 * Calls that come through a VPC endpoint. Whoever makes one says so by the address that it goes to, as on AWS: by a host
 * name that begins with the endpoint's id (`vpce-….kms.us-east-1.localhost`), or, since not every resolver knows names
 * under localhost, by a path that does (`http://127.0.0.1:4566/vpce-…/`). An address of the VPC may follow the id in the
 * path, from which the call is to come (`/vpce-…/10.0.1.5/`).
 */
import { isIPv4 } from 'node:net';
import { AwsError } from '../aws/aws-error.ts';
import type { VpcEndpointOrigin } from '../invoke/caller.ts';
import type { Runtime } from '../invoke/runtime.ts';
import type { HttpRequest } from './http.ts';

export interface ThroughEndpoint {
  readonly id: string;
  readonly sourceIp?: string;
}

const HOST = /^(vpce-[0-9a-f]{8,17})[-.]/;
const PATH = /^\/(vpce-[0-9a-f]{8,17})(?:\/([0-9.]+))?(?=\/|$)/;

/** The endpoint that a request names, and the request as its service gets it. */
export function throughEndpoint(http: HttpRequest): {
  readonly named?: ThroughEndpoint;
  readonly http: HttpRequest;
} {
  const byPath = PATH.exec(http.path);
  if (byPath) {
    const [prefix, id = '', sourceIp] = byPath;
    const path = http.path.slice(prefix.length) || '/';
    return { named: { id, ...(sourceIp && isIPv4(sourceIp) && { sourceIp }) }, http: { ...http, path } };
  }
  const id = HOST.exec(http.headers.host ?? '')?.[1];
  return { named: id === undefined ? undefined : { id }, http };
}

/** Where the call comes from. Throws where there is no such endpoint, or it leads to another service or Region. */
export async function endpointOrigin(
  { store, ports }: Pick<Runtime, 'store' | 'ports'>,
  { id, sourceIp }: ThroughEndpoint,
  service: string,
  region: string,
): Promise<VpcEndpointOrigin> {
  const endpoint = await store.read((tx) => ports.vpcEndpoints.endpoint(tx, id));
  if (!endpoint || endpoint.region !== region) {
    throw new AwsError('AccessDenied', `There is no VPC endpoint ${id} in ${region} to come through.`, 403);
  }
  if (endpoint.signingName !== service) {
    throw new AwsError(
      'AccessDenied',
      `The VPC endpoint ${id} leads to ${endpoint.signingName}, and the request is for ${service}.`,
      403,
    );
  }
  const { account, vpcId, anyAddress } = endpoint;
  return { id, account, vpcId, sourceIp: sourceIp ?? anyAddress };
}
