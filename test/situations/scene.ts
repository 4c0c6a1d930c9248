/**
 * The stage of one situation on a server: accounts of its own, so that many situations share a server; what is called by
 * which name in it; and its callers.
 */
import { credentialsOf, policy, REGION } from '../worlds/account.ts';
import { anyCall } from '../worlds/any-call.ts';
import { mfaCode, seedBytes } from '../worlds/mfa.ts';
import type { Credentials, TestServer } from '../worlds/server.ts';
import type { Call } from './situation.ts';

type Output = Readonly<Record<string, unknown>>;

/** Members that take a document as text. */
const DOCUMENTS = new Set([
  ...['AssumeRolePolicyDocument', 'Content', 'EventPattern', 'Policy', 'PolicyDocument', 'policyDocument'],
  'TemplateBody',
]);
const BYTES = new Set(['Plaintext', 'CiphertextBlob']);

/** What a call made is referred to by, where it is not the first of its answer's members. */
const MADE: Readonly<Record<string, string>> = {
  AttachVolume: 'VolumeId',
  CreateAlias: 'AliasName',
  CreateAutoScalingGroup: 'AutoScalingGroupName',
  CreateGrant: 'GrantId',
  CreateKey: 'KeyMetadata.Arn',
  CreateLaunchTemplate: 'LaunchTemplate.LaunchTemplateId',
  CreatePolicy: 'Policy.Arn',
  CreateStack: 'StackId',
  CreateVolume: 'VolumeId',
  CreateVpc: 'Vpc.VpcId',
  CreateVpcEndpoint: 'VpcEndpoint.VpcEndpointId',
  CopyImage: 'ImageId',
  CopySnapshot: 'SnapshotId',
  CreateSnapshot: 'SnapshotId',
  Encrypt: 'CiphertextBlob',
  ReplicateKey: 'ReplicaKeyMetadata.Arn',
  RequestSpotFleet: 'SpotFleetRequestId',
  RequestSpotInstances: 'SpotInstanceRequests.0.SpotInstanceRequestId',
  RunInstances: 'Instances.0.InstanceId',
  StartInstances: 'InstanceIds.0',
};

const at = (from: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Output | undefined)?.[name], from);

const nextAccount = new WeakMap<TestServer, number>();
const publicImages = new WeakMap<TestServer, Map<string, string>>();

type Session = Pick<Call, 'session' | 'sessionPolicy' | 'sessionTags' | 'sourceIdentity' | 'withMfa'>;

export class Scene {
  readonly server: TestServer;
  readonly #pauseMs: number;
  readonly #names = new Map<string, unknown>();
  readonly #users = new Map<string, Credentials>();

  /** `pauseMs`: how long what is made takes, where simulated work takes its time. */
  static async on(server: TestServer, pauseMs = 0): Promise<Scene> {
    const scene = new Scene(server, pauseMs);
    await scene.newAccount('home');
    scene.name('public-image', await scene.publicImage());
    return scene;
  }

  private constructor(server: TestServer, pauseMs: number) {
    this.server = server;
    this.#pauseMs = pauseMs;
  }

  get takesItsTime(): boolean {
    return this.#pauseMs > 0;
  }

  async settled(): Promise<void> {
    if (this.#pauseMs > 0) await this.server.advance(this.#pauseMs);
    await this.server.settled();
  }

  async newAccount(name: string): Promise<void> {
    const next = nextAccount.get(this.server) ?? 700_000_000_001;
    nextAccount.set(this.server, next + 1);
    await this.server.root(String(next));
    this.#names.set(name, String(next));
  }

  account(name = 'home'): string {
    return this.text(`<${name}>`);
  }

  /** All that it is played in. */
  get accounts(): string[] {
    return [...this.#names.values()].map(String).filter((value) => /^\d{12}$/.test(value));
  }

  async nowMs(): Promise<number> {
    return (await this.server.ask<{ nowMs: number }>('clock')).nowMs;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  name(name: string, value: unknown): void {
    this.#names.set(name, value);
  }

  /** What the text says with every `<name>` in it replaced. */
  text(text: string): string {
    return text.replace(/<([\w.-]+)>/g, (_, name: string) => String(this.#named(name)));
  }

  #named(name: string): unknown {
    const arn = name.endsWith('.id') && this.#names.get(name.slice(0, -'.id'.length));
    if (typeof arn === 'string') return arn.slice(arn.lastIndexOf('/') + 1);
    if (!this.#names.has(name)) throw new Error(`nothing is called <${name}>`);
    return this.#names.get(name);
  }

  /** The same value with every `<name>` in it replaced. */
  filled<T>(value: T): T {
    if (typeof value === 'string') {
      const [, name] = /^<([\w.-]+)>$/.exec(value) ?? [];
      return (name === undefined ? this.text(value) : this.#named(name)) as T;
    }
    if (Array.isArray(value)) return value.map((each) => this.filled(each)) as T;
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Date)
      return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [this.text(key), this.filled(each)]),
    ) as T;
  }

  /** As a client takes it: documents as text, data as bytes. */
  #input(given: object | undefined): Output {
    const entries = Object.entries(this.filled(given ?? {})).map(([name, value]) => {
      if (DOCUMENTS.has(name) && typeof value !== 'string') {
        return [name, Array.isArray(value) ? policy(...(value as object[])) : JSON.stringify(value)];
      }
      return [name, BYTES.has(name) && typeof value === 'string' ? Buffer.from(value) : value];
    });
    return Object.fromEntries(entries);
  }

  async call(call: Call): Promise<unknown> {
    const [service = '', operation = ''] = call.call.split(':');
    const input = this.#input(call.with);
    const output = await anyCall(
      this.server,
      await this.#credentials(call),
      { service, operation, input },
      call.region ?? REGION,
      call.through && this.text(call.through),
    );
    const path = MADE[operation];
    const made = path && (at(output, path) ?? at(input, path));
    if (call.name) this.#names.set(call.name, made);
    return made;
  }

  /** A public x86_64 image of Linux with an unencrypted root volume. */
  async publicImage(region = REGION): Promise<string> {
    const known = publicImages.get(this.server) ?? new Map<string, string>();
    publicImages.set(this.server, known);
    const Filters = [
      { Name: 'architecture', Values: ['x86_64'] },
      { Name: 'name', Values: ['al2023-*'] },
    ];
    if (!known.has(region)) {
      const { Images } = await this.root('ec2:DescribeImages', { Owners: ['amazon'], Filters }, { region });
      known.set(region, (Images as { ImageId: string }[])[0]!.ImageId);
    }
    return known.get(region)!;
  }

  /** As root of the account. */
  async root(
    name: string,
    input: object,
    { in: account, region }: { in?: string; region?: string } = {},
  ): Promise<Output> {
    const [service = '', operation = ''] = name.split(':');
    const root = await this.server.root(this.account(account));
    return anyCall(this.server, root, { service, operation, input: this.#input(input) }, region ?? REGION);
  }

  #credentials(call: Call): Promise<Credentials> {
    const { as, in: account } = call;
    const arn = as === 'root' ? undefined : this.text(`<${as}>`);
    return this.credentialsOf(arn, this.account(account), call);
  }

  /** Of a user or role, and else of the account's root. */
  credentialsOf(arn: string | undefined, account: string, session: Session = {}): Promise<Credentials> {
    if (arn && /:user\//.test(arn)) return this.#ofUser(arn, session);
    if (arn && /:role\//.test(arn)) return this.#ofRole(arn, session);
    return this.server.root(account);
  }

  async #ofUser(arn: string, { withMfa }: Pick<Call, 'withMfa'>): Promise<Credentials> {
    const known = this.#users.get(`${arn} ${withMfa ?? false}`);
    if (known) return known;
    const made = withMfa ? await this.#withMfa(arn) : await this.#longTerm(arn);
    this.#users.set(`${arn} ${withMfa ?? false}`, made);
    return made;
  }

  async #asRootOf(arn: string, operation: string, input: object): Promise<Output> {
    const account = arn.split(':')[4] as string;
    return anyCall(this.server, await this.server.root(account), { service: 'iam', operation, input });
  }

  async #longTerm(arn: string): Promise<Credentials> {
    const UserName = arn.slice(arn.lastIndexOf('/') + 1);
    const { AccessKey } = await this.#asRootOf(arn, 'CreateAccessKey', { UserName });
    return credentialsOf(AccessKey as object);
  }

  async #withMfa(arn: string): Promise<Credentials> {
    const call = { service: 'sts', operation: 'GetSessionToken', input: await this.#mfaOf(arn) };
    const { Credentials } = await anyCall(this.server, await this.#ofUser(arn, {}), call);
    return credentialsOf(Credentials as object);
  }

  /** A device of the user's, new, and its code of now. */
  async #mfaOf(arn: string): Promise<{ SerialNumber: string; TokenCode: string }> {
    const UserName = arn.slice(arn.lastIndexOf('/') + 1);
    const { VirtualMFADevice } = await this.#asRootOf(arn, 'CreateVirtualMFADevice', {
      VirtualMFADeviceName: UserName,
    });
    const { SerialNumber, Base32StringSeed } = VirtualMFADevice as {
      SerialNumber: string;
      Base32StringSeed: Uint8Array;
    };
    const seed = seedBytes(Buffer.from(Base32StringSeed).toString());
    const nowMs = await this.nowMs();
    const code = (steps: number) => mfaCode(seed, nowMs + steps * 30_000);
    const codes = { AuthenticationCode1: code(-1), AuthenticationCode2: code(0) };
    await this.#asRootOf(arn, 'EnableMFADevice', { UserName, SerialNumber, ...codes });
    return { SerialNumber, TokenCode: code(0) };
  }

  /** A new session, started by a user of the role's account who may assume any. */
  async #ofRole(
    RoleArn: string,
    { session = 'session', sessionPolicy, sessionTags, sourceIdentity, withMfa }: Session,
  ): Promise<Credentials> {
    const account = RoleArn.split(':')[4] as string;
    const starter = `arn:aws:iam::${account}:user/starter-of-sessions`;
    if (!this.#users.has(`${starter} false`)) {
      await this.#asRootOf(starter, 'CreateUser', { UserName: 'starter-of-sessions' });
      await this.#asRootOf(starter, 'PutUserPolicy', {
        UserName: 'starter-of-sessions',
        PolicyName: 'policy',
        PolicyDocument: policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }),
      });
    }
    const input = {
      RoleArn,
      RoleSessionName: session,
      Policy: sessionPolicy && policy(...(this.filled(sessionPolicy) as object[])),
      Tags: sessionTags && Object.entries(sessionTags).map(([Key, Value]) => ({ Key, Value })),
      SourceIdentity: sourceIdentity,
      ...(withMfa && (await this.#mfaOf(starter))),
    };
    const { Credentials } = await anyCall(this.server, await this.#ofUser(starter, {}), {
      service: 'sts',
      operation: 'AssumeRole',
      input,
    });
    return credentialsOf(Credentials as object);
  }
}
