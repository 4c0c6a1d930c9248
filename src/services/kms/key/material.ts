/**
 * Key material: made here or imported, sealed at rest, opened only for somebody who was allowed to use the key.
 * One record for each version of a key's material; destroying a version deletes its record.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext, ExecuteContext } from '../../../invoke/context.ts';
import type { Reseal } from '../../../invoke/identity/account.ts';
import type { Verdict } from '../../../invoke/verdict.ts';
import type { Entropy, Sealer } from '../../../platform/ports.ts';
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';
import type { KeyRecord } from './key.ts';
import { factsOf, type SpecFacts, specFacts } from './key-spec.ts';

export interface MaterialRecord extends Scope {
  readonly keyId: string;
  /** 64 hexadecimal digits. */
  readonly materialId: string;
  readonly createdAtMs: number;
  /** Secret bytes, or a private key as PKCS #8. Absent once imported material was deleted or has expired. */
  readonly sealed?: string;
  /** SubjectPublicKeyInfo of an asymmetric key, base64. */
  readonly publicKey?: string;
  /** How this version became the current one; the first did not rotate in. */
  readonly rotation?: { readonly atMs: number; readonly type: 'AUTOMATIC' | 'ON_DEMAND' };
  readonly imported?: { readonly description?: string; readonly expiresAtMs?: number };
}

export const materials = table<MaterialRecord>()({
  name: 'kms.materials',
  key: ({ account, region, keyId, materialId }) => [account, region, keyId, materialId],
});

/** Material on its way into the store. The secret is wiped once it is sealed. */
export interface FreshMaterial {
  readonly secret: Buffer;
  readonly publicKey?: Buffer;
}

/** For what was made and not sealed. */
export function wipeMaterial({ secret }: FreshMaterial): void {
  secret.fill(0);
}

type KeyName = Pick<KeyRecord, 'account' | 'region' | 'keyId'>;

const sealContext = ({ account, region, keyId, materialId }: KeyName & { materialId: string }) =>
  `kms.material:${account}/${region}/${keyId}/${materialId}`;

const generatePair = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;

/**
 * New material for a spec. RSA and elliptic keys come from OpenSSL's own generator, which takes no seed; generating RSA
 * keys takes long enough to be done outside transactions.
 */
export async function generateMaterial(entropy: Entropy, spec: string): Promise<FreshMaterial> {
  const facts = specFacts(spec) as SpecFacts;
  if (facts.family === 'symmetric' || facts.family === 'hmac') {
    return { secret: entropy.bytes((facts.bits as number) / 8) };
  }
  if (facts.family === 'ml-dsa') {
    const { generateMlDsa } = await import('../crypto/ml-dsa.ts');
    return generateMlDsa(entropy, spec);
  }
  const { privateKey, publicKey } =
    facts.family === 'rsa'
      ? await generatePair('rsa', { modulusLength: facts.bits, publicExponent: 65_537 })
      : facts.openssl === 'ed25519'
        ? await generatePair('ed25519', {})
        : await generatePair('ec', { namedCurve: facts.openssl });
  return {
    secret: privateKey.export({ type: 'pkcs8', format: 'der' }),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
  };
}

/** The same material of the same key has the same id, as AWS promises for material imported again. */
export function materialIdOf(key: Pick<KeyRecord, 'account' | 'keyId'>, secret: Uint8Array): string {
  return createHash('sha256')
    .update(`latchkey kms material\0${key.account}\0${key.keyId}\0`)
    .update(secret)
    .digest('hex');
}

/** Seals the material for the key, and for its relatives in other Regions, and empties the buffer that held it. */
export function sealMaterial(
  { ports, nowMs }: Pick<EffectContext, 'ports' | 'nowMs'>,
  key: KeyName,
  { secret, publicKey }: FreshMaterial,
  regions: readonly string[] = [key.region],
): MaterialRecord[] {
  const { account, keyId } = key;
  const materialId = materialIdOf(key, secret);
  const sealedFor = (region: string): MaterialRecord => {
    const name = { account, region, keyId, materialId };
    const sealed = ports.sealer.seal(secret, sealContext(name));
    return { ...name, createdAtMs: nowMs, sealed, publicKey: publicKey?.toString('base64') };
  };
  const records = regions.map(sealedFor);
  secret.fill(0);
  return records;
}

export async function materialOf(
  tx: ReadTransaction,
  { account, region, keyId }: KeyName,
  materialId: string | undefined,
): Promise<MaterialRecord | undefined> {
  return materialId === undefined ? undefined : tx.get(materials, [account, region, keyId, materialId]);
}

/** All versions, in no order. */
export async function materialsOf(
  tx: ReadTransaction,
  { account, region, keyId }: KeyName,
): Promise<MaterialRecord[]> {
  return tx.list(materials, { prefix: [account, region, keyId] });
}

/** Opened keys, for as long as the store keeps their record at hand. */
const opened = new WeakMap<MaterialRecord, KeyObject>();

/** The secret or private key; the verdict is the proof that the caller may use it. */
export function openMaterial(
  { ports }: Pick<ExecuteContext, 'ports'>,
  verdict: Verdict<KeyRecord>,
  material: MaterialRecord,
): KeyObject {
  const { account, keyId } = verdict.record;
  if (material.account !== account || material.keyId !== keyId) {
    throw new Error('the verdict is about another key');
  }
  let key = opened.get(material);
  if (!key) {
    key = openWithoutVerdict(ports.sealer, verdict.record, material);
    opened.set(material, key);
  }
  return key;
}

/** But for `openMaterial` for adoption alone, which passes no front door: no caller is there whose right could be asked about. */
export function openWithoutVerdict(sealer: Sealer, key: KeyRecord, material: MaterialRecord): KeyObject {
  const secret = openForkedMaterial(sealer, material);
  const object =
    isKeyPair(key) && isKnownToNode(key)
      ? createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
      : createSecretKey(secret);
  secret.fill(0);
  return object;
}

/** The bytes, for whoever seals them for a relative of the key and so wipes them. */
export function openForkedMaterial(sealer: Sealer, material: MaterialRecord): Buffer {
  if (material.sealed === undefined) throw new Error('this material is gone');
  return sealer.open(material.sealed, sealContext(material));
}

const openedPublic = new WeakMap<MaterialRecord, KeyObject>();

export function publicKeyOf(of: Pick<KeyRecord, 'keySpec'>, material: MaterialRecord): KeyObject {
  let key = openedPublic.get(material);
  if (!key) {
    const spki = Buffer.from(material.publicKey as string, 'base64');
    key = isKnownToNode(of)
      ? createPublicKey({ key: spki, format: 'der', type: 'spki' })
      : createSecretKey(spki);
    openedPublic.set(material, key);
  }
  return key;
}

/** Node 22 has no keys of ML-DSA: what is opened holds the encoding of one. */
const isKnownToNode = (key: Pick<KeyRecord, 'keySpec'>) => factsOf(key).family !== 'ml-dsa';

export function isKeyPair(key: Pick<KeyRecord, 'keySpec'>): boolean {
  const { family } = factsOf(key);
  return family !== 'symmetric' && family !== 'hmac';
}

/** The material as a related multi-Region key has it, under a seal of its own; the verdict is about replicating. */
export function replicateMaterial(
  { ports }: Pick<ExecuteContext, 'ports'>,
  verdict: Verdict<KeyRecord>,
  material: MaterialRecord,
  region: string,
): MaterialRecord {
  if (verdict.action !== 'kms:ReplicateKey') throw new Error('the verdict is about something else');
  const replica = { ...material, region };
  if (material.sealed === undefined) return replica;
  const secret = ports.sealer.open(material.sealed, sealContext(material));
  const sealed = ports.sealer.seal(secret, sealContext(replica));
  secret.fill(0);
  return { ...replica, sealed };
}

/** What related keys in other Regions know of imported material that they have yet to be given. */
export function unimported(material: MaterialRecord, region: string): MaterialRecord {
  const { account, keyId, materialId, createdAtMs, rotation, imported } = material;
  const known = { description: imported?.description };
  return { account, region, keyId, materialId, createdAtMs, rotation, imported: known };
}

/** Puts all material under the current root key; returns how many were sealed anew. */
export async function resealKeys(tx: Transaction, reseal: Reseal): Promise<number> {
  let count = 0;
  for (const material of await tx.list(materials)) {
    if (material.sealed === undefined) continue;
    tx.put(materials, { ...material, sealed: reseal(material.sealed, sealContext(material)) });
    count++;
  }
  return count;
}
