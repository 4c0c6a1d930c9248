/** Images that are shared with an organization or a unit of it: all accounts in it may launch from them, while they are in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-ec2';
import {
  CreateOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { memberAccount, OTHER_ACCOUNT } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

type Permission = sdk.LaunchPermission;

async function organizationWorld(t: Parameters<typeof ec2World>[0]) {
  const world = await ec2World(t);
  const { ec2, server } = world;
  const member = await memberAccount(server);
  const organizations = server.client(OrganizationsClient);
  const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const rootId = Roots![0]!.Id!;
  const unitIn = async (ParentId: string, Name: string) => {
    const made = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId, Name }));
    return made.OrganizationalUnit!;
  };
  const outer = await unitIn(rootId, 'outer');
  const inner = await unitIn(outer.Id!, 'inner');
  const InstanceId = await world.run();
  await server.settled();
  const { ImageId } = await ec2.send(new sdk.CreateImageCommand({ InstanceId, Name: 'golden' }));
  await server.settled();
  const memberClient = server.client(sdk.EC2Client, await server.root(member));
  const change = (permissions: object) =>
    ec2.send(new sdk.ModifyImageAttributeCommand({ ImageId, LaunchPermission: permissions }));
  const launch = (client = memberClient) =>
    client.send(new sdk.RunInstancesCommand({ ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }));
  return {
    ...world,
    member,
    memberClient,
    ImageId: ImageId!,
    organizationArn: Organization!.Arn!,
    outer,
    inner,
    change,
    launch,
    move: (from: string, to: string) =>
      organizations.send(
        new MoveAccountCommand({ AccountId: member, SourceParentId: from, DestinationParentId: to }),
      ),
    rootId,
    permissions: async () => {
      const input = { ImageId, Attribute: 'launchPermission' as const };
      return (await ec2.send(new sdk.DescribeImageAttributeCommand(input))).LaunchPermissions!;
    },
    /** Whether the member sees it among those that are shared with it. */
    isListed: async (ExecutableUsers: string[]) => {
      const { Images } = await memberClient.send(new sdk.DescribeImagesCommand({ ExecutableUsers }));
      return Images!.some((image) => image.ImageId === ImageId);
    },
  };
}

test('an image that is shared with an organization is there for its accounts, and for no others', async (t) => {
  const world = await organizationWorld(t);
  const { server, member, memberClient, ImageId, organizationArn, change, launch, isListed } = world;
  assert.equal((await refusal(launch())).code, 'AuthFailure');
  const permission: Permission = { OrganizationArn: organizationArn };
  await change({ Add: [permission] });
  assert.deepEqual(await world.permissions(), [permission]);
  await launch();
  const outside = server.client(sdk.EC2Client, await server.root(OTHER_ACCOUNT));
  assert.equal((await refusal(launch(outside))).message, `Not authorized for images: [${ImageId}]`);
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html (ExecutableBy)
  assert.deepEqual(
    [
      await isListed(['self']),
      await isListed([member]),
      await isListed(['all']),
      await isListed([OTHER_ACCOUNT]),
    ],
    [true, true, false, false],
  );
  const shown = await memberClient.send(new sdk.DescribeImagesCommand({ ImageIds: [ImageId] }));
  assert.equal(shown.Images![0]!.Public, false);
  // To take it from one account of the organization does nothing.
  await change({ Remove: [{ UserId: member }] });
  await launch();
  assert.equal(
    (await refusal(memberClient.send(new sdk.DeregisterImageCommand({ ImageId })))).code,
    'AuthFailure',
  );
  await change({ Remove: [permission] });
  assert.deepEqual(await world.permissions(), []);
  assert.equal((await refusal(launch())).code, 'AuthFailure');
  assert.equal(await isListed(['self']), false);
});

test('an image that is shared with a unit is there for accounts however deep under it, while they are', async (t) => {
  const { member, outer, inner, rootId, change, launch, isListed, move, permissions, ec2, ImageId, trail } =
    await organizationWorld(t);
  const permission: Permission = { OrganizationalUnitArn: outer.Arn };
  await change({ Add: [permission, { UserId: OTHER_ACCOUNT }] });
  assert.deepEqual(await permissions(), [{ UserId: OTHER_ACCOUNT }, permission]);
  assert.equal((await refusal(launch())).code, 'AuthFailure');
  await move(rootId, inner.Id!);
  await launch();
  assert.equal(await isListed(['self']), true);
  await move(inner.Id!, rootId);
  assert.equal((await refusal(launch())).code, 'AuthFailure');
  assert.equal(await isListed([member]), false);

  // The other form of the request, and what CloudTrail has of it.
  const named = { ImageId, Attribute: 'launchPermission', OrganizationalUnitArns: [inner.Arn!] };
  await ec2.send(new sdk.ModifyImageAttributeCommand({ ...named, OperationType: 'add' }));
  assert.equal((await permissions()).length, 3);
  const event = (await trail({ name: 'EventName', value: 'ModifyImageAttribute' })).at(-1);
  assert.deepEqual(event!.requestParameters, {
    imageId: ImageId,
    launchPermission: { add: { items: [{ organizationalUnitArn: inner.Arn }] } },
    attributeType: 'launchPermission',
  });
  await move(rootId, inner.Id!);
  await ec2.send(new sdk.ModifyImageAttributeCommand({ ...named, OperationType: 'remove' }));
  await launch();
  await ec2.send(new sdk.ResetImageAttributeCommand({ ImageId, Attribute: 'launchPermission' }));
  assert.equal((await refusal(launch())).code, 'AuthFailure');
});

test('a permission has the form of what it names', async (t) => {
  const { ec2, organizationArn, outer, change, ImageId } = await organizationWorld(t);
  for (const [permission, item, value] of [
    [{ OrganizationArn: 'o-123example' }, 'organizationArn', 'o-123example'],
    [{ OrganizationArn: outer.Arn }, 'organizationArn', outer.Arn],
    [{ OrganizationalUnitArn: organizationArn }, 'organizationalUnitArn', organizationArn],
    [{ OrganizationalUnitArn: 'ou-1234-5example' }, 'organizationalUnitArn', 'ou-1234-5example'],
    [{ UserId: 'john' }, 'userId', 'john'],
  ] as const)
    assert.deepEqual(await refusal(change({ Add: [permission] })), {
      code: 'InvalidAMIAttributeItemValue',
      message: `Invalid attribute item value "${value}" for ${item} item type.`,
      status: 400,
    });
  const bare = ec2.send(
    new sdk.ModifyImageAttributeCommand({ ImageId, OrganizationArns: ['o-1'], OperationType: 'add' }),
  );
  assert.equal((await refusal(bare)).code, 'InvalidAMIAttributeItemValue');
});

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/cancel-sharing-an-AMI.html
test('an account gives up an image that is shared with it by itself, and nothing else', async (t) => {
  const { ec2, member, memberClient, ImageId, organizationArn, imageId, change, launch, permissions } =
    await organizationWorld(t);
  const cancel = (id = ImageId, client = memberClient) =>
    client.send(new sdk.CancelImageLaunchPermissionCommand({ ImageId: id }));
  assert.equal((await refusal(cancel())).code, 'InvalidAMIID.NotFound');
  await change({ Add: [{ UserId: member }, { UserId: OTHER_ACCOUNT }] });
  const tag = { Resources: [ImageId], Tags: [{ Key: 'own', Value: 'x' }] };
  await memberClient.send(new sdk.CreateTagsCommand(tag));
  assert.equal((await cancel()).Return, true);
  assert.deepEqual(await permissions(), [{ UserId: OTHER_ACCOUNT }]);
  assert.equal((await refusal(launch())).code, 'AuthFailure');
  await change({ Add: [{ OrganizationArn: organizationArn }] });
  for (const refused of [() => cancel(), () => cancel(imageId), () => cancel(ImageId, ec2)])
    assert.equal((await refusal(refused())).code, 'InvalidParameterValue');
  await launch();
  // The owner's tags are still the owner's.
  const { Images } = await ec2.send(new sdk.DescribeImagesCommand({ ImageIds: [ImageId] }));
  assert.equal(Images![0]!.Tags, undefined);
});
