/** Errors and other answers as bytes, and errors as the official SDK understands them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AwsError } from '../../src/aws/aws-error.ts';
import { type ServiceId, serviceShapes } from '../../src/shapes/services.ts';
import { PROTOCOLS } from '../../src/wire/route.ts';
import { sdkClient } from './sdk-client.ts';

const REQUEST_ID = 'b25f48e8-84fd-11e6-80d9-574e0c4664cb';

function write(id: ServiceId, error: AwsError) {
  const service = serviceShapes(id);
  return PROTOCOLS[service.protocol].writeError(service, error, REQUEST_ID);
}

describe('errors on the wire', () => {
  test('a modelled error of KMS', () => {
    const response = write('kms', new AwsError('NotFoundException', 'Key does not exist'));
    assert.equal(response.status, 400);
    assert.equal(response.body, '{"__type":"NotFoundException","message":"Key does not exist"}');
    assert.equal(response.headers['x-amzn-requestid'], REQUEST_ID);
    assert.equal(response.headers['x-amzn-query-error'], undefined);
  });

  test('a service that once spoke the query protocol names its code, and whose fault it is', () => {
    for (const [status, whose] of [
      [400, 'Sender'],
      [500, 'Receiver'],
    ] as const) {
      const { headers } = write('cloudwatch', new AwsError('ResourceNotFound', 'No such alarm', status));
      assert.equal(headers['x-amzn-query-error'], `ResourceNotFound;${whose}`);
    }
  });

  test('what an error says beside its message stands with it', () => {
    const error = new AwsError('NotFoundException', 'Gone', 404, { Reason: 'none' });
    assert.equal(write('kms', error).body, '{"__type":"NotFoundException","Reason":"none","message":"Gone"}');
    assert.equal(write('ebs', error).body, '{"message":"Gone","Reason":"none"}');
  });

  test('a denial by KMS carries Message', () => {
    const response = write('kms', new AwsError('AccessDeniedException', 'User: x is not authorized'));
    assert.equal(response.body, '{"__type":"AccessDeniedException","Message":"User: x is not authorized"}');
  });

  test('an error without text has no message at all', () => {
    assert.equal(
      write('kms', new AwsError('InvalidCiphertextException', '')).body,
      '{"__type":"InvalidCiphertextException"}',
    );
  });

  test('IAM', () => {
    const response = write(
      'iam',
      new AwsError('NoSuchEntity', 'The user with name <b> cannot be found.', 404),
    );
    assert.equal(response.status, 404);
    assert.deepEqual(response.headers, { 'content-type': 'text/xml', 'x-amzn-requestid': REQUEST_ID });
    assert.equal(
      response.body,
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>' +
        '<Code>NoSuchEntity</Code><Message>The user with name &lt;b&gt; cannot be found.</Message></Error>' +
        '<RequestId>b25f48e8-84fd-11e6-80d9-574e0c4664cb</RequestId></ErrorResponse>',
    );
  });

  test('a fault of ours is the receiver’s', () => {
    assert.match(
      String(write('sts', new AwsError('InternalFailure', 'oops', 500)).body),
      /<Type>Receiver<\/Type>/,
    );
  });

  test('EC2', () => {
    assert.equal(
      write('ec2', new AwsError('InvalidVolume.NotFound', "The volume 'vol-1' does not exist.")).body,
      '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidVolume.NotFound</Code>' +
        '<Message>The volume &#39;vol-1&#39; does not exist.</Message></Error></Errors>' +
        '<RequestID>b25f48e8-84fd-11e6-80d9-574e0c4664cb</RequestID></Response>',
    );
  });

  test('EBS', () => {
    const error = new AwsError('ValidationException', 'Bad block', 400, { Reason: 'INVALID_BLOCK' });
    const response = write('ebs', error);
    assert.equal(response.headers['x-amzn-errortype'], 'ValidationException');
    assert.equal(response.body, '{"Message":"Bad block","Reason":"INVALID_BLOCK"}');
  });
});

describe('answers on the wire', () => {
  const answer = (id: ServiceId, name: string, output: object): string => {
    const service = serviceShapes(id);
    const response = PROTOCOLS[service.protocol].writeResponse(
      service,
      service.operation(name)!,
      output,
      'id',
    );
    return String(response.body);
  };
  const atMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

  test('a time in each protocol', () => {
    assert.match(
      answer('kms', 'DescribeKey', { KeyMetadata: { CreationDate: atMs } }),
      /"CreationDate":1767323045.678\b/,
    );
    assert.match(
      answer('ec2', 'CreateVolume', { CreateTime: atMs }),
      /<createTime>2026-01-02T03:04:05.678Z</,
    );
    assert.match(
      answer('iam', 'CreateUser', { User: { CreateDate: atMs } }),
      /<CreateDate>2026-01-02T03:04:05Z</,
    );
  });

  test('an operation without output', () => {
    assert.equal(answer('kms', 'EnableKey', {}), '');
    assert.doesNotMatch(answer('iam', 'DeleteUser', {}), /DeleteUserResult/);
    assert.match(answer('iam', 'DeleteUser', {}), /<ResponseMetadata><RequestId>id</);
    assert.match(answer('ec2', 'DeleteVolume', {}), /<requestId>id<\/requestId><return>true<\/return>/);
  });

  test('an empty list, and members that are absent', () => {
    assert.match(
      answer('ec2', 'DescribeInstances', { Reservations: [] }),
      /<\/requestId><reservationSet\/><\/Describe/,
    );
    assert.match(
      answer('iam', 'ListUsers', { Users: [], Marker: undefined }),
      /<ListUsersResult><Users\/><\/ListUsers/,
    );
    assert.equal(answer('kms', 'ListKeys', { Keys: [], NextMarker: undefined }), '{"Keys":[]}');
  });

  test('only modelled members leave', () => {
    assert.equal(answer('kms', 'CreateGrant', { GrantId: 'g', secret: 's' }), '{"GrantId":"g"}');
    assert.doesNotMatch(answer('ec2', 'CreateVolume', { VolumeId: 'v', dataKey: 's' }), /dataKey|>s</);
  });
});

describe('the JavaScript SDK throws', () => {
  const cases: readonly [ServiceId, string, object, AwsError][] = [
    ['kms', 'DescribeKey', { KeyId: 'k' }, new AwsError('NotFoundException', 'Invalid keyId')],
    ['kms', 'DescribeKey', { KeyId: 'k' }, new AwsError('AccessDeniedException', 'User: x')],
    ['kms', 'DescribeKey', { KeyId: 'k' }, new AwsError('ValidationException', '1 validation error')],
    ['cloudtrail', 'LookupEvents', {}, new AwsError('InvalidMaxResultsException', 'A max of 50')],
    ['organizations', 'ListRoots', {}, new AwsError('AWSOrganizationsNotInUseException', 'Your account')],
    ['events', 'DescribeRule', { Name: 'r' }, new AwsError('ResourceNotFoundException', 'Rule r')],
    ['iam', 'GetUser', { UserName: 'j' }, new AwsError('NoSuchEntity', 'The user', 404)],
    ['iam', 'CreateUser', { UserName: 'j' }, new AwsError('EntityAlreadyExists', 'User with name j', 409)],
    [
      'sts',
      'AssumeRole',
      { RoleArn: 'r', RoleSessionName: 's' },
      new AwsError('AccessDenied', 'User: x', 403),
    ],
    [
      'ec2',
      'StartInstances',
      { InstanceIds: ['i-1'] },
      new AwsError('UnauthorizedOperation', 'You are not', 403),
    ],
    [
      'ec2',
      'StartInstances',
      { InstanceIds: ['i-1'] },
      new AwsError('DryRunOperation', 'Request would', 412),
    ],
    ['autoscaling', 'DeletePolicy', { PolicyName: 'p' }, new AwsError('ResourceContention', 'pending', 500)],
    [
      'ebs',
      'ListSnapshotBlocks',
      { SnapshotId: 's' },
      new AwsError('ResourceNotFoundException', 'No such', 404),
    ],
  ];

  /** Where the SDK's class is named after the shape, not after the code on the wire. */
  const classNames: Readonly<Record<string, string>> = {
    NoSuchEntity: 'NoSuchEntityException',
    EntityAlreadyExists: 'EntityAlreadyExistsException',
    ResourceContention: 'ResourceContentionFault',
  };

  for (const [id, operation, input, error] of cases) {
    test(`${id} ${error.code}`, async () => {
      const send = sdkClient(id, () => write(id, error));
      await assert.rejects(send(operation, input), (thrown: Record<string, unknown>) => {
        assert.equal(thrown.name, classNames[error.code] ?? error.code);
        assert.equal(thrown.message, error.message);
        const metadata = thrown.$metadata as Record<string, unknown>;
        assert.equal(metadata.httpStatusCode, error.status);
        assert.equal(metadata.requestId, REQUEST_ID);
        return true;
      });
    });
  }
});
