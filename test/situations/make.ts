/** How each thing of a situation's world is made: as its account's root would with the SDK. */
import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto';
import { DAY_MS, policy, REGION, rootOf, trust } from '../worlds/account.ts';
import type { Scene } from './scene.ts';
import type { NewKey, Statement, Thing } from './situation.ts';

type Of<Member extends string> = Extract<Thing, Readonly<Record<Member, unknown>>>;

export async function make(scene: Scene, things: readonly Thing[]): Promise<void> {
  for (const thing of things) {
    if ('call' in thing) await scene.call(thing);
    else await makers[kindOf(thing)](scene, thing as never);
    await scene.settled();
  }
}

type Kind = keyof typeof makers;

function kindOf(thing: Thing): Kind {
  const kind = (Object.keys(makers) as Kind[]).find((each) => Object.keys(thing)[0] === each);
  if (!kind) throw new Error(`what is ${JSON.stringify(thing)}?`);
  return kind;
}

const makers = {
  account: (scene: Scene, { account }: Of<'account'>) => scene.newAccount(account),
  unit: organizationalUnit,
  guardrail,
  user,
  role,
  key,
  volume,
  snapshot,
  image,
  instance,
  template,
  ciphertext,
  material,
  later: (scene: Scene, { later }: Of<'later'>) => scene.server.advance(later.days * DAY_MS),
};

async function organizationalUnit(scene: Scene, { unit, accounts }: Of<'unit'>): Promise<void> {
  const management = { in: 'management' };
  const organizations = (operation: string, input: object, where: { in?: string } = management) =>
    scene.root(`organizations:${operation}`, input, where);
  if (!scene.has('root')) {
    if (!scene.has('management')) await scene.newAccount('management');
    await organizations('CreateOrganization', { FeatureSet: 'ALL' });
    const { Roots } = await organizations('ListRoots', {});
    const [root] = Roots as { Id: string }[];
    scene.name('root', root!.Id);
    for (const PolicyType of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'])
      await organizations('EnablePolicyType', { RootId: root!.Id, PolicyType });
  }
  const made = await organizations('CreateOrganizationalUnit', { ParentId: '<root>', Name: unit });
  scene.name(unit, (made.OrganizationalUnit as { Id: string }).Id);
  for (const account of accounts) {
    if (!scene.has(account)) await scene.newAccount(account);
    const Target = { Id: `<${account}>`, Type: 'ACCOUNT' };
    const { Handshake } = await organizations('InviteAccountToOrganization', { Target });
    const HandshakeId = (Handshake as { Id: string }).Id;
    await organizations('AcceptHandshake', { HandshakeId }, { in: account });
    const move = { AccountId: `<${account}>`, SourceParentId: '<root>', DestinationParentId: `<${unit}>` };
    await organizations('MoveAccount', move);
  }
}

async function guardrail(scene: Scene, thing: Of<'guardrail'>): Promise<void> {
  const management = { in: 'management' };
  const Type = thing.type.toUpperCase().replaceAll(' ', '_');
  const input = { Name: thing.guardrail, Description: '', Type, Content: thing.policy };
  const { Policy } = await scene.root('organizations:CreatePolicy', input, management);
  const { Id, Arn } = (Policy as { PolicySummary: { Id: string; Arn: string } }).PolicySummary;
  scene.name(thing.guardrail, Arn);
  const TargetId = `<${thing.on}>`;
  await scene.root('organizations:AttachPolicy', { PolicyId: Id, TargetId }, management);
  if (!thing.isAllowList) return;
  const PolicyId = Type === 'SERVICE_CONTROL_POLICY' ? 'p-FullAWSAccess' : 'p-RCPFullAWSAccess';
  await scene.root('organizations:DetachPolicy', { PolicyId, TargetId }, management);
}

const tagList = (tags: Readonly<Record<string, string>> | undefined) =>
  tags && Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const statementsOf = ({ allow, policy: statements = [] }: Of<'user'> | Of<'role'>): Statement[] => [
  ...(allow ? [{ Effect: 'Allow', Action: allow, Resource: '*' }] : []),
  ...statements,
];

async function boundaryOf(
  scene: Scene,
  name: string,
  { boundary, in: account }: Of<'user'> | Of<'role'>,
): Promise<string | undefined> {
  if (!boundary) return undefined;
  const PolicyName = `boundary-of-${name}`;
  const { Policy } = await scene.root(
    'iam:CreatePolicy',
    { PolicyName, PolicyDocument: boundary },
    { in: account },
  );
  scene.name(PolicyName, (Policy as { Arn: string }).Arn);
  return (Policy as { Arn: string }).Arn;
}

async function user(scene: Scene, thing: Of<'user'>): Promise<void> {
  const { user: UserName, path: Path, tags, in: account } = thing;
  const PermissionsBoundary = await boundaryOf(scene, UserName, thing);
  const { User } = await scene.root(
    'iam:CreateUser',
    { UserName, Path, PermissionsBoundary, Tags: tagList(tags) },
    { in: account },
  );
  scene.name(UserName, (User as { Arn: string }).Arn);
  const statements = statementsOf(thing);
  if (statements.length === 0) return;
  const input = { UserName, PolicyName: 'policy', PolicyDocument: statements };
  await scene.root('iam:PutUserPolicy', input, { in: account });
}

async function role(scene: Scene, thing: Of<'role'>): Promise<void> {
  const { role: RoleName, path: Path, tags, profile, in: account } = thing;
  const PermissionsBoundary = await boundaryOf(scene, RoleName, thing);
  const anybody = trust(
    { AWS: rootOf(scene.account(account)) },
    { Action: ['sts:AssumeRole', 'sts:TagSession'] },
  );
  const { Role } = await scene.root(
    'iam:CreateRole',
    {
      RoleName,
      Path,
      PermissionsBoundary,
      AssumeRolePolicyDocument: thing.trust ? policy(...(scene.filled(thing.trust) as object[])) : anybody,
      Tags: tagList(tags),
    },
    { in: account },
  );
  scene.name(RoleName, (Role as { Arn: string }).Arn);
  const statements = statementsOf(thing);
  if (statements.length > 0) {
    const input = { RoleName, PolicyName: 'policy', PolicyDocument: statements };
    await scene.root('iam:PutRolePolicy', input, { in: account });
  }
  if (!profile) return;
  await scene.root('iam:CreateInstanceProfile', { InstanceProfileName: RoleName }, { in: account });
  await scene.root(
    'iam:AddRoleToInstanceProfile',
    { InstanceProfileName: RoleName, RoleName },
    { in: account },
  );
}

async function key(scene: Scene, thing: NewKey): Promise<void> {
  const { key: name, policy: statements, alias, spec, tags, in: account, region } = thing;
  const Tags = Object.entries(tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  const isAsymmetric = spec !== undefined && !spec.startsWith('SYMMETRIC');
  const input = {
    Policy: statements,
    Tags,
    KeySpec: spec,
    KeyUsage: isAsymmetric ? 'ENCRYPT_DECRYPT' : undefined,
    BypassPolicyLockoutSafetyCheck: true,
  };
  const { KeyMetadata } = await scene.root('kms:CreateKey', input, { in: account, region });
  const { Arn, KeyId } = KeyMetadata as { Arn: string; KeyId: string };
  scene.name(name, Arn);
  scene.name(`${name}.id`, KeyId);
  if (!alias) return;
  await scene.root('kms:CreateAlias', { AliasName: alias, TargetKeyId: KeyId }, { in: account, region });
}

const zoneOf = (region = REGION) => `${region}a`;

async function newVolume(
  scene: Scene,
  keyName: string | undefined,
  where: Of<'volume'> | Of<'snapshot'> | Of<'image'>,
) {
  const { in: account, region } = where;
  const encryption = keyName ? { Encrypted: true, KmsKeyId: `<${keyName}>` } : {};
  const { VolumeId } = await scene.root(
    'ec2:CreateVolume',
    { AvailabilityZone: zoneOf(region), Size: 1, ...encryption },
    { in: account, region },
  );
  await scene.settled();
  return VolumeId as string;
}

async function volume(scene: Scene, thing: Of<'volume'>): Promise<void> {
  scene.name(thing.volume, await newVolume(scene, thing.key, thing));
}

async function newSnapshot(scene: Scene, keyName: string | undefined, where: Of<'snapshot'> | Of<'image'>) {
  const { in: account, region, sharedWith } = where;
  const VolumeId = await newVolume(scene, keyName, where);
  const { SnapshotId } = await scene.root('ec2:CreateSnapshot', { VolumeId }, { in: account, region });
  await scene.settled();
  if (sharedWith) {
    const CreateVolumePermission = { Add: [{ UserId: `<${sharedWith}>` }] };
    await scene.root(
      'ec2:ModifySnapshotAttribute',
      { SnapshotId, CreateVolumePermission },
      { in: account, region },
    );
  }
  return SnapshotId as string;
}

async function snapshot(scene: Scene, thing: Of<'snapshot'>): Promise<void> {
  scene.name(thing.snapshot, await newSnapshot(scene, thing.key, thing));
}

const DEVICES = ['/dev/xvda', '/dev/sdf', '/dev/sdg', '/dev/sdh'];

async function image(scene: Scene, thing: Of<'image'>): Promise<void> {
  const { image: Name, keys, sharedWith, in: account, region } = thing;
  const BlockDeviceMappings: object[] = [];
  for (const [index, each] of keys.entries()) {
    const SnapshotId = await newSnapshot(scene, each, thing);
    BlockDeviceMappings.push({ DeviceName: DEVICES[index], Ebs: { SnapshotId } });
  }
  const input = {
    Name,
    RootDeviceName: DEVICES[0],
    Architecture: 'x86_64',
    VirtualizationType: 'hvm',
    BlockDeviceMappings,
  };
  const { ImageId } = await scene.root('ec2:RegisterImage', input, { in: account, region });
  scene.name(Name, ImageId);
  if (!sharedWith) return;
  const LaunchPermission = { Add: [{ UserId: `<${sharedWith}>` }] };
  await scene.root('ec2:ModifyImageAttribute', { ImageId, LaunchPermission }, { in: account, region });
}

const blankVolumes = (keys: readonly string[]) =>
  keys.map((each, index) => ({
    DeviceName: DEVICES[index + 1],
    Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: `<${each}>` },
  }));

async function instance(scene: Scene, thing: Of<'instance'>): Promise<void> {
  const { keys, isStopped, in: account, region } = thing;
  const { Instances } = await scene.root(
    'ec2:RunInstances',
    {
      ImageId: await scene.publicImage(region),
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: blankVolumes(keys),
      Placement: { AvailabilityZone: zoneOf(region) },
    },
    { in: account, region },
  );
  const { InstanceId } = (Instances as { InstanceId: string }[])[0]!;
  scene.name(thing.instance, InstanceId);
  await scene.settled();
  if (isStopped)
    await scene.root('ec2:StopInstances', { InstanceIds: [InstanceId] }, { in: account, region });
}

async function template(scene: Scene, thing: Of<'template'>): Promise<void> {
  const { template: LaunchTemplateName, keys = [], image: own, in: account } = thing;
  const LaunchTemplateData = {
    ImageId: own ? `<${own}>` : await scene.publicImage(),
    InstanceType: 't3.micro',
    BlockDeviceMappings: blankVolumes(keys),
  };
  const { LaunchTemplate } = await scene.root(
    'ec2:CreateLaunchTemplate',
    { LaunchTemplateName, LaunchTemplateData },
    { in: account },
  );
  scene.name(LaunchTemplateName, (LaunchTemplate as { LaunchTemplateId: string }).LaunchTemplateId);
}

async function ciphertext(scene: Scene, thing: Of<'ciphertext'>): Promise<void> {
  const { ciphertext: name, key: keyName, context, in: account } = thing;
  const input = { KeyId: `<${keyName}>`, Plaintext: 'text', EncryptionContext: context };
  const { CiphertextBlob } = await scene.root('kms:Encrypt', input, { in: account });
  scene.name(name, CiphertextBlob);
}

async function material(scene: Scene, thing: Of<'material'>): Promise<void> {
  const { material: name, expiresInDays, in: account, region } = thing;
  const where = { in: account, region };
  const KeyId = `<${name}>`;
  const { PublicKey, ImportToken } = await scene.root(
    'kms:GetParametersForImport',
    { KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' },
    where,
  );
  const key = createPublicKey({ key: Buffer.from(PublicKey as Uint8Array), format: 'der', type: 'spki' });
  const bytes = createHash('sha256').update(scene.text(KeyId)).digest();
  const EncryptedKeyMaterial = publicEncrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    bytes,
  );
  const ends = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' };
  const expires = expiresInDays && {
    ExpirationModel: 'KEY_MATERIAL_EXPIRES',
    ValidTo: new Date((await scene.nowMs()) + expiresInDays * DAY_MS),
  };
  await scene.root(
    'kms:ImportKeyMaterial',
    { KeyId, ImportToken, EncryptedKeyMaterial, ...(expires || ends) },
    where,
  );
}
