/** A signal that comes by HTTP, to the address of a wait condition's handle (wait-address.ts). */
import type { Ports } from '../../../invoke/port.ts';
import type { Store } from '../../../store/store.ts';
import { isObject } from '../template/json.ts';
import { WAIT_PATH } from '../wait-address.ts';
import { withSignal } from './kept-signals.ts';
import { stackResources } from './stack-resource.ts';
import { sealValue } from './vault.ts';

const STATUSES = ['SUCCESS', 'FAILURE'];
const MAX_BODY_CHARS = 16_384;

/** Takes a signal in; gives the HTTP status that S3 would answer. */
export async function receiveSignal(
  { store, ports }: { readonly store: Store; readonly ports: Ports },
  method: string,
  path: string,
  body: string,
): Promise<200 | 400 | 403 | 405> {
  const [account = '', region = ''] = path.slice(WAIT_PATH.length).split('/');
  if (method !== 'PUT') return 405;
  const signal = readSignal(body);
  if (!signal) return 400;
  return store.transact(async (tx) => {
    // The server may have listened elsewhere when the address was made.
    const rows = await tx.find(stackResources, 'waitPath', { prefix: [account, region, path], limit: 1 });
    const row = rows.find(({ status }) => status !== 'DELETE_COMPLETE');
    if (!row) return 403;
    const { id, isSuccess, reason, data } = signal;
    const sealedData = data === undefined ? undefined : sealValue({ ports }, data);
    const signalled = withSignal(row, { id, isSuccess, reason, sealedData });
    if (!signalled) return 400;
    tx.put(stackResources, signalled);
    return 200;
  });
}

function readSignal(body: string) {
  if (body.length > MAX_BODY_CHARS) return undefined;
  try {
    const signal: unknown = JSON.parse(body);
    if (!isObject(signal)) return undefined;
    const { Status, UniqueId, Reason, Data } = signal;
    if (typeof UniqueId !== 'string' || !STATUSES.includes(String(Status))) return undefined;
    return {
      id: UniqueId,
      isSuccess: Status === 'SUCCESS',
      reason: Reason === undefined ? undefined : String(Reason),
      data: Data === undefined ? undefined : String(Data),
    };
  } catch {
    return undefined;
  }
}
