/** Every answer that an account gives about itself: all operations that read, about whatever their answers name. */
import type { Operation } from '../../src/invoke/operation.ts';
import { emptyListingNames } from '../../src/service-kit/empty-listings.ts';
import type { Member } from '../../src/shapes/shape.ts';
import { type AnyClient, callByName, clientsOf } from '../whole/operations/any-client.ts';
import type { TestServer } from '../worlds/server.ts';

export interface Difference {
  /** `kms:DescribeKey KeyMetadata.Origin`: where in which answer. */
  readonly at: string;
  readonly about: object;
  readonly account: unknown;
  readonly fork: unknown;
}

/** What reads nothing of the account: it works with keys, decides, or tells of AWS and of the server's own history. */
const NO_ANSWERS =
  /^(?:ebs:|sts:|kms:(?:Decrypt|Derive|Encrypt|Generate|GetParametersFor|GetPublicKey|ReEncrypt|Sign|Verify)|iam:(?:Simulate|GetContextKeys)|ec2:(?:DescribeInstanceType|DescribeSpotPrice|GetInstanceTypes|GetConsoleOutput)|cloudformation:Validate|cloudtrail:LookupEvents|events:TestEventPattern|logs:(?:Filter|Get)LogEvents|cloudwatch:DescribeAlarmsForMetric)/;

/** Names of members under which an answer gives what this one asks about. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  childid: ['id'],
  name: ['name'],
  openidconnectproviderarn: ['arn'],
  parentid: ['id'],
  policyarn: ['arn'],
  policyname: ['policynames'],
  resourcearn: ['arn'],
  resourceid: ['id', 'name'],
  rule: ['name'],
  stackname: ['stackid'],
  targetid: ['id'],
};
/** Not required, but what a call is about. */
const NAMED = new Set([
  'iam:GetUser UserName',
  'iam:ListAccessKeys UserName',
  'iam:ListServiceSpecificCredentials UserName',
  'cloudformation:GetTemplate StackName',
  'cloudformation:DescribeStackResources StackName',
  'logs:DescribeLogStreams logGroupName',
]);
/** More than there are of anything in one place. */
const MAX_INPUTS = 24;

export async function differences(account: TestServer, fork: TestServer): Promise<Difference[]> {
  const clients = [await clientsOf(account, await account.root()), await clientsOf(fork, await fork.root())];
  const all = [...account.latchkey.runtime.registry.operations()].filter(({ definition, service, name }) => {
    const called = `${service.id}:${name}`;
    return definition.readOnly && !NO_ANSWERS.test(called) && !emptyListingNames(service.id).includes(name);
  });
  const asking = new Asking(clients as [Clients, Clients]);
  // What is listed first names what is asked about then.
  for (const operation of all) if (needed(operation).length === 0) await asking.ask(operation, {});
  for (const operation of all)
    for (const input of asking.inputs(operation)) await asking.ask(operation, input);
  return asking.found;
}

type Clients = Readonly<Record<string, AnyClient>>;

const needed = ({ shape, service, name }: Operation): Member[] =>
  shape.input.members.filter(
    (member) => member.required || NAMED.has(`${service.id}:${name} ${member.name}`),
  );

class Asking {
  readonly found: Difference[] = [];
  readonly #clients: readonly [Clients, Clients];
  /** What stands in the answers, by the member's name; those of each service under its id, too. */
  readonly #named = new Map<string, Set<string>>();

  constructor(clients: readonly [Clients, Clients]) {
    this.#clients = clients;
  }

  async ask(operation: Operation, input: object): Promise<void> {
    const answers = await Promise.all(this.#clients.map((each) => callByName(each, operation, input)));
    const [account, fork] = answers.map(({ output, code, message }) =>
      output ? plain(output) : { refused: `${code}: ${message}` },
    );
    this.#learn(operation.service.id, account);
    const at = `${operation.service.id}:${operation.name}`;
    for (const [path, one, other] of unequal('', account, fork))
      this.found.push({ at: `${at} ${path}`, about: input, account: one, fork: other });
  }

  /** Inputs about what has been named, in all combinations up to a bound. */
  inputs(operation: Operation): object[] {
    const members = needed(operation);
    if (members.length === 0) return [];
    return members.reduce<object[]>(
      (inputs, member) =>
        this.#values(operation, member)
          .flatMap((value) => inputs.map((input) => ({ ...input, [member.name]: value })))
          .slice(0, MAX_INPUTS),
      [{}],
    );
  }

  #values({ service }: Operation, { name, shape }: Member): unknown[] {
    if (shape.type === 'string' && shape.enum) return [...shape.enum];
    const names = [name.toLowerCase(), ...(ALSO[name.toLowerCase()] ?? [])];
    // What the service itself has named comes before its namesakes.
    const known = [...names.map((each) => `${service.id} ${each}`), ...names];
    const values = [...new Set(known.flatMap((each) => [...(this.#named.get(each) ?? [])]))].filter(
      (value) => (/arn$/i.test(name) ? value.includes(`:${service.id}:`) : !value.startsWith('arn:')),
    );
    const fitting = values.filter((value) => fits(value, shape)).slice(0, MAX_INPUTS);
    return shape.type === 'list' ? fitting.map((value) => [value]) : fitting;
  }

  #learn(service: string, answer: unknown, name = ''): void {
    if (Array.isArray(answer)) for (const each of answer) this.#learn(service, each, name);
    else if (answer && typeof answer === 'object')
      for (const [inner, each] of Object.entries(answer)) this.#learn(service, each, inner.toLowerCase());
    else if (typeof answer === 'string')
      for (const key of [name, `${service} ${name}`])
        this.#named.set(key, (this.#named.get(key) ?? new Set()).add(answer));
  }
}

function fits(value: string, shape: Member['shape']): boolean {
  if (shape.type !== 'string' || shape.pattern === undefined) return true;
  try {
    return new RegExp(`^(?:${shape.pattern})$`, 'u').test(value);
  } catch {
    return true;
  }
}

/** As JSON has it, and without what the transport adds. */
const plain = (output: object): unknown =>
  JSON.parse(JSON.stringify(output, (name, value) => (name === '$metadata' ? undefined : value)));

/** By which entries of two lists are held beside each other. */
const IDENTITY =
  /^(?:(?:Key|Grant|Alias|Instance|Volume|Snapshot|Group|NetworkInterface|RouteTable|Vpc|Subnet|Resource|Activity|Allocation|LaunchTemplate|Image|Policy|Stack|Event|Reservation|VpnConnection)?Id|Arn|Name|Key|TagKey|DeviceName|OutsideIpAddress|(?:Alias|AutoScalingGroup|LaunchConfiguration|Policy|Role|User|Rule)Name|VersionId)$/;

const identityOf = (entry: unknown): string => {
  if (!entry || typeof entry !== 'object') return JSON.stringify(entry);
  const named = Object.entries(entry).filter(
    ([name, value]) => IDENTITY.test(name) && typeof value === 'string',
  );
  return JSON.stringify(named.length > 0 ? named : entry);
};

/** Where two answers are not the same, and what stands there in each. */
export function* unequal(path: string, one: unknown, other: unknown): Generator<[string, unknown, unknown]> {
  if (JSON.stringify(one) === JSON.stringify(other)) return;
  if (Array.isArray(one) && Array.isArray(other)) {
    const left = new Map(other.map((entry) => [identityOf(entry), entry]));
    for (const entry of one) {
      const name = identityOf(entry);
      if (left.has(name)) yield* unequal(`${path}[]`, entry, left.get(name));
      else yield [`${path}[]`, entry, undefined];
      left.delete(name);
    }
    for (const entry of left.values()) yield [`${path}[]`, undefined, entry];
  } else if (isPlainObject(one) && isPlainObject(other)) {
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)]))
      yield* unequal(path === '' ? name : `${path}.${name}`, one[name], other[name]);
  } else yield [path, one, other];
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
