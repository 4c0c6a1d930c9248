/**
 * A server with a data directory is killed again and again while clients write to it. What was acknowledged is there
 * after each restart, once and whole, and what was under way goes on.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudTrailClient, paginateLookupEvents } from '@aws-sdk/client-cloudtrail';
import {
  CreateVolumeCommand,
  DescribeImagesCommand,
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeVolumes,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  paginateListAccessKeys,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  paginateListAliases,
  paginateListGrants,
} from '@aws-sdk/client-kms';
import { exported, type Place, placeFor, type Started } from '../worlds/cli-process.ts';

const KILLS = 16;
const CLIENTS = 4;
/** After how many acknowledged writes the server is killed: more each time, so that any of them may be under way. */
const writesBefore = (kill: number) => 3 + 5 * kill;

interface Acknowledged {
  readonly keys: { keyId: string; ciphertext?: Uint8Array; text: string }[];
  readonly aliases: { name: string; keyId: string }[];
  readonly grants: { grantId: string; keyId: string }[];
  readonly users: { name: string; accessKeyId?: string }[];
  readonly volumes: string[];
  readonly instances: string[];
  /** Request id and event name of each acknowledged write. */
  readonly writes: Map<string, string>;
}

interface Clients {
  readonly kms: KMSClient;
  readonly iam: IAMClient;
  readonly ec2: EC2Client;
  readonly cloudtrail: CloudTrailClient;
}

type Sent = { $metadata: { requestId?: string } };

async function clientsOf(place: Place): Promise<Clients & { close(): void }> {
  const variables = exported((await place.run(['env'])).stdout);
  const config = {
    endpoint: variables.AWS_ENDPOINT_URL as string,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY as string,
    },
  };
  const clients = {
    kms: new KMSClient(config),
    iam: new IAMClient(config),
    ec2: new EC2Client(config),
    cloudtrail: new CloudTrailClient(config),
  };
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** One client's writes until the server is gone. Each result is noted only once the answer is in hand. */
async function write(clients: Clients, noted: Acknowledged, imageId: string, mark: string): Promise<void> {
  const { kms, iam, ec2 } = clients;
  const note = <O extends Sent>(eventName: string, output: O): O => {
    noted.writes.set(output.$metadata.requestId as string, eventName);
    return output;
  };
  for (let round = 0; ; round++) {
    const text = `${mark}-${round}`;
    const { KeyMetadata } = note('CreateKey', await kms.send(new CreateKeyCommand({ Description: text })));
    const keyId = KeyMetadata?.KeyId as string;
    const key: Acknowledged['keys'][number] = { keyId, text };
    noted.keys.push(key);
    const { CiphertextBlob } = note(
      'Encrypt',
      await kms.send(new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from(text) })),
    );
    key.ciphertext = CiphertextBlob;
    note(
      'CreateAlias',
      await kms.send(new CreateAliasCommand({ AliasName: `alias/${text}`, TargetKeyId: keyId })),
    );
    noted.aliases.push({ name: `alias/${text}`, keyId });
    const { VolumeId } = note(
      'CreateVolume',
      await ec2.send(
        new CreateVolumeCommand({
          AvailabilityZone: 'us-east-1a',
          Size: 1,
          Encrypted: true,
          KmsKeyId: keyId,
        }),
      ),
    );
    noted.volumes.push(VolumeId as string);
    const { GrantId } = note(
      'CreateGrant',
      await kms.send(
        new CreateGrantCommand({
          KeyId: keyId,
          GranteePrincipal: 'arn:aws:iam::123456789012:root',
          Operations: ['Decrypt'],
        }),
      ),
    );
    noted.grants.push({ grantId: GrantId as string, keyId });
    const user: Acknowledged['users'][number] = { name: text };
    note('CreateUser', await iam.send(new CreateUserCommand({ UserName: text })));
    noted.users.push(user);
    const { AccessKey } = note(
      'CreateAccessKey',
      await iam.send(new CreateAccessKeyCommand({ UserName: text })),
    );
    user.accessKeyId = AccessKey?.AccessKeyId;
    const { Instances } = note(
      'RunInstances',
      await ec2.send(
        new RunInstancesCommand({
          ImageId: imageId,
          InstanceType: 't3.micro',
          MinCount: 1,
          MaxCount: 1,
          BlockDeviceMappings: [
            { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: keyId } },
          ],
        }),
      ),
    );
    noted.instances.push(Instances?.[0]?.InstanceId as string);
  }
}

const elapsed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const isGone = (error: unknown) =>
  /ECONNRESET|ECONNREFUSED|EPIPE|socket hang up|aborted/.test(
    `${(error as NodeJS.ErrnoException).code} ${error}`,
  );

async function assertKept(clients: Clients, noted: Acknowledged): Promise<void> {
  const { kms, iam, ec2 } = clients;
  await Promise.all(
    noted.keys.map(async ({ keyId, ciphertext, text }) => {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
      assert.equal(KeyMetadata?.KeyState, 'Enabled');
      if (!ciphertext) return;
      const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob: ciphertext }));
      assert.equal(Buffer.from(Plaintext as Uint8Array).toString(), text);
    }),
  );
  const targets = new Map<string, string>();
  for await (const { Aliases } of paginateListAliases({ client: kms }, {})) {
    for (const { AliasName, TargetKeyId } of Aliases ?? [])
      targets.set(AliasName as string, TargetKeyId as string);
  }
  for (const { name, keyId } of noted.aliases) assert.equal(targets.get(name), keyId, name);
  await Promise.all(
    noted.grants.map(async ({ grantId, keyId }) => {
      const ids: unknown[] = [];
      for await (const { Grants } of paginateListGrants({ client: kms }, { KeyId: keyId })) {
        ids.push(...(Grants ?? []).map(({ GrantId }) => GrantId));
      }
      assert.ok(ids.includes(grantId), `grant ${grantId} is lost`);
    }),
  );
  const users = new Set<string>();
  for await (const { Users } of paginateListUsers({ client: iam }, {})) {
    for (const { UserName } of Users ?? []) users.add(UserName as string);
  }
  for (const { name, accessKeyId } of noted.users) {
    assert.ok(users.has(name), `user ${name} is lost`);
    if (!accessKeyId) continue;
    for await (const { AccessKeyMetadata } of paginateListAccessKeys({ client: iam }, { UserName: name })) {
      assert.deepEqual(
        AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId),
        [accessKeyId],
      );
    }
  }
  const volumes = new Map<string, string>();
  for await (const page of paginateDescribeVolumes({ client: ec2 }, {})) {
    for (const { VolumeId, State } of page.Volumes ?? []) volumes.set(VolumeId as string, State as string);
  }
  for (const id of noted.volumes) assert.match(volumes.get(id) ?? 'lost', /^(creating|available)$/, id);
  const instances = new Map<string, string>();
  for await (const { Reservations } of paginateDescribeInstances({ client: ec2 }, {})) {
    for (const { InstanceId, State } of (Reservations ?? []).flatMap((each) => each.Instances ?? [])) {
      instances.set(InstanceId as string, State?.Name as string);
    }
  }
  for (const id of noted.instances) assert.match(instances.get(id) ?? 'lost', /^(pending|running)$/, id);
}

/** No half state: whatever is there, acknowledged or not, has all of its parts. */
async function assertWhole(clients: Clients): Promise<void> {
  const volumes = new Map<string, { state: string; instances: string[] }>();
  for await (const page of paginateDescribeVolumes({ client: clients.ec2 }, {})) {
    for (const { VolumeId, State, Attachments, Encrypted, KmsKeyId } of page.Volumes ?? []) {
      assert.equal(State, Attachments?.length ? 'in-use' : 'available', `${VolumeId} is still ${State}`);
      if (Encrypted) assert.ok(KmsKeyId);
      volumes.set(VolumeId as string, {
        state: State as string,
        instances: (Attachments ?? []).map(({ InstanceId }) => InstanceId as string),
      });
    }
  }
  const seen = new Set<string>();
  for await (const { Reservations } of paginateDescribeInstances({ client: clients.ec2 }, {})) {
    for (const instance of (Reservations ?? []).flatMap((each) => each.Instances ?? [])) {
      const { InstanceId, State, StateReason, BlockDeviceMappings = [] } = instance;
      assert.equal(State?.Name, 'running', `${InstanceId}: ${JSON.stringify(StateReason)}`);
      assert.equal(BlockDeviceMappings.length, 2, `${InstanceId} has its root and its data volume`);
      for (const { Ebs } of BlockDeviceMappings) {
        const volume = volumes.get(Ebs?.VolumeId as string);
        assert.deepEqual(volume, { state: 'in-use', instances: [InstanceId] });
        assert.equal(Ebs?.Status, 'attached');
        seen.add(Ebs?.VolumeId as string);
      }
    }
  }
  for (const [id, { instances }] of volumes) {
    if (instances.length > 0)
      assert.ok(seen.has(id), `${id} is attached to an instance that does not know of it`);
  }
}

/** CloudTrail has each acknowledged write exactly once, and no event twice. */
async function assertRecorded({ cloudtrail }: Clients, { writes }: Acknowledged): Promise<void> {
  const recorded = new Map<string, number>();
  const ids = new Set<string>();
  for await (const { Events } of paginateLookupEvents({ client: cloudtrail, pageSize: 50 }, {})) {
    for (const { CloudTrailEvent } of Events ?? []) {
      const { eventID, requestID, eventName, errorCode, userIdentity } = JSON.parse(
        CloudTrailEvent as string,
      );
      assert.ok(!ids.has(eventID), `event ${eventID} is there twice`);
      ids.add(eventID);
      if (errorCode || userIdentity.invokedBy || writes.get(requestID) !== eventName) continue;
      recorded.set(requestID, (recorded.get(requestID) ?? 0) + 1);
    }
  }
  const wrong = [...writes].filter(([id]) => recorded.get(id) !== 1);
  assert.deepEqual(wrong, []);
}

test(`nothing that was acknowledged is lost when the server is killed ${KILLS} times under load`, {}, async (t) => {
  const place = placeFor(t);
  const noted: Acknowledged = {
    keys: [],
    aliases: [],
    grants: [],
    users: [],
    volumes: [],
    instances: [],
    writes: new Map(),
  };
  const start = (): Promise<Started> => place.start(['--port', '0', '--data', 'd', '--delays', '0.05']);
  let imageId = '';
  let errors = '';
  for (let kill = 0; kill < KILLS; kill++) {
    const server = await start();
    const clients = await clientsOf(place);
    imageId ||= (await clients.ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))).Images?.[0]
      ?.ImageId as string;
    const writers = Array.from({ length: CLIENTS }, (_, index) =>
      write(clients, noted, imageId, `k${kill}c${index}`).catch((error) => {
        if (!isGone(error)) throw error;
      }),
    );
    const enough = noted.writes.size + writesBefore(kill);
    while (noted.writes.size < enough) await Promise.race([...writers, elapsed(5)]);
    errors += (await server.stop('SIGKILL')).stderr;
    await Promise.all(writers);
    clients.close();
    if (kill % 5 !== 4) continue;
    const survivor = await start();
    const readers = await clientsOf(place);
    await assertKept(readers, noted);
    readers.close();
    errors += (await survivor.stop('SIGKILL')).stderr;
  }
  t.diagnostic(`${noted.writes.size} writes were acknowledged, ${noted.instances.length} of them launches`);
  assert.ok(noted.instances.length >= KILLS, 'too few to tell anything');

  const server = await start();
  const clients = await clientsOf(place);
  await assertKept(clients, noted);
  await assertRecorded(clients, noted);
  await settled(clients);
  await assertWhole(clients);
  clients.close();
  errors += (await server.stop()).stderr;
  assert.equal(errors, '', 'the server had errors of its own');
});

/** Waits until simulated work has come to rest, which it does only if restarts took it up again. */
async function settled({ ec2 }: Clients): Promise<void> {
  for (;;) {
    const states: unknown[] = [];
    for await (const { Reservations } of paginateDescribeInstances({ client: ec2 }, {})) {
      states.push(
        ...(Reservations ?? []).flatMap((each) => each.Instances ?? []).map(({ State }) => State?.Name),
      );
    }
    for await (const { Volumes } of paginateDescribeVolumes({ client: ec2 }, {})) {
      states.push(...(Volumes ?? []).map(({ State }) => State));
    }
    if (!states.includes('pending') && !states.includes('creating')) return;
    await elapsed(100);
  }
}
