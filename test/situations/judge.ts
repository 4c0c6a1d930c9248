/** What an explanation says, compared with what an expert expects of it. */
import { isDeepStrictEqual } from 'node:util';
import type { ExplainedRemedy } from '../../src/explain/denial/explanation.ts';
import type { Explained } from '../worlds/remedies.ts';
import type { Scene } from './scene.ts';
import type { Expectation, ExpectedFix } from './situation.ts';

/** Every way in which it falls short, in words; none: it is right. */
export function judge(scene: Scene, expected: Expectation, found: Explained): string[] {
  const faults: string[] = [];
  const expect = (what: string, wanted: string | undefined, is: string | undefined, same = wanted === is) => {
    if (wanted !== undefined && !same) faults.push(`${what} is ${is ?? 'missing'}, not ${wanted}`);
  };
  const [check] = found.checks;
  expect('the verdict', expected.verdict, found.verdict);
  const who = expected.who && scene.text(expected.who);
  const named = check?.principal.arn ?? found.call?.arn ?? check?.principal.who;
  expect('the principal', who, named, who !== undefined && isSessionOf(named, who));
  expect('the action', expected.action, check?.action ?? found.call?.action);
  const resource = expected.resource && scene.text(expected.resource);
  expect('the resource', resource, check?.resource ?? found.call?.resource);
  expect('the kind of policy', expected.policyType, check?.policyType);
  expect('the denying statement', expected.denies, check?.by?.sid);
  const statements = check?.policies.flatMap((policy) => policy.statements) ?? [];
  const near = statements.filter(({ isNearMiss }) => isNearMiss).map(({ sid }) => sid);
  const { nearMiss } = expected;
  expect('the near miss', nearMiss, near.join(', '), nearMiss !== undefined && near.includes(nearMiss));
  for (const pattern of [expected.says ?? []].flat()) {
    if (!pattern.test(found.text)) faults.push(`it does not say ${pattern}`);
  }
  if (expected.neverSays?.test(found.text)) faults.push(`it says ${expected.neverSays}`);
  return [...faults, ...judgeFixes(scene, expected, found), ...judgeRisk(scene, expected, found)];
}

function isSessionOf(arn: string | undefined, principal: string): boolean {
  if (arn === principal || arn === `the service ${principal}`) return true;
  const [, account, role] = /^arn:aws:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(principal) ?? [];
  return role !== undefined && (arn?.startsWith(`arn:aws:sts::${account}:assumed-role/${role}/`) ?? false);
}

function judgeFixes(scene: Scene, { fixes }: Expectation, { remedies }: Explained): string[] {
  if (!fixes) return [];
  const faults: string[] = [];
  const left = [...remedies];
  for (const fix of fixes) {
    const at = left.findIndex((remedy) => misses(scene, fix, remedy).length === 0);
    if (at >= 0) left.splice(at, 1);
    else {
      const nearest = left.toSorted((a, b) => misses(scene, fix, a).length - misses(scene, fix, b).length)[0];
      const why = nearest ? misses(scene, fix, nearest).join('; ') : 'nothing is left';
      faults.push(`the fix "${fix.kind}" is missing: ${why}`);
    }
  }
  const unasked = fixes.length < remedies.length ? left : [];
  return [...faults, ...unasked.map(({ kind, sentence }) => `it proposes more (${kind}): ${sentence}`)];
}

function misses(scene: Scene, fix: ExpectedFix, remedy: ExplainedRemedy): string[] {
  const found: string[] = [];
  if (fix.kind !== remedy.kind) found.push(`its kind is ${remedy.kind}`);
  if (fix.target && scene.text(fix.target) !== remedy.target) found.push(`its target is ${remedy.target}`);
  if (fix.account && scene.text(fix.account) !== remedy.account)
    found.push(`its account is ${remedy.account}`);
  if (fix.says && !fix.says.test(remedy.sentence)) found.push(`it says ${remedy.sentence}`);
  const calls = remedy.calls?.map(({ service, operation }) => `${service}:${operation}`);
  if (fix.calls && !isDeepStrictEqual(fix.calls, calls)) found.push(`its calls are ${calls}`);
  if (fix.document && !sameDocument(scene.filled(fix.document), essential(remedy)))
    found.push(`its document is ${JSON.stringify(essential(remedy))}`);
  return found;
}

/** Of a policy to attach, its statements. */
function essential({ document }: ExplainedRemedy): object | undefined {
  const { Statement } = (document ?? {}) as { Statement?: readonly object[] };
  return Statement ?? document;
}

/** Lists compare as sets, and one value as the list of it; a Sid says nothing. */
function sameDocument(wanted: object, is: object | undefined): boolean {
  return isDeepStrictEqual(plain(wanted), plain(is));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(plain).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return all.length === 1 ? all[0] : all;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(([name, each]) => name !== 'Sid' && each !== undefined);
  return Object.fromEntries(entries.map(([name, each]) => [name, plain(each)]));
}

function judgeRisk(scene: Scene, { gains, fixes }: Expectation, found: Explained): string[] {
  if (gains === undefined && (fixes?.length ?? 0) === 0) return [];
  const wanted = (gains ?? []).map((each) => scene.text(each)).sort();
  if (found.gains === undefined) return gains ? ['it does not say who else gains'] : [];
  const said = [...new Set(found.gains.map(({ principal }) => principal))].sort();
  return isDeepStrictEqual(wanted, said) ? [] : [`it says that ${said.join(', ') || 'nobody'} gains`];
}
