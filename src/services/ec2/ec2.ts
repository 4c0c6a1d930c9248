/** EC2 and EBS (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html). */
import { AwsError } from '../../aws/aws-error.ts';
import { denialSentence } from '../../invoke/denial.ts';
import { defineService, type Operation, type Service } from '../../invoke/operation.ts';
import type { Ec2Operations } from '../../shapes/generated/ec2.ts';
import { serviceShapes } from '../../shapes/services.ts';
import { auditedRequest, auditedResponse } from './audit-form.ts';
import { inputRefused } from './input-refusal.ts';
import { cloudFormationType } from './resource/arn.ts';
import { notServed } from './resource/unserved.ts';

const SERVER_ERRORS: ReadonlySet<string> = new Set([
  'InternalError',
  'InternalFailure',
  'InsufficientInstanceCapacity',
  'NotImplemented',
  'ServiceUnavailable',
  'Unavailable',
]);

const service = defineService<Ec2Operations>({
  shapes: serviceShapes('ec2'),
  eventSource: 'ec2.amazonaws.com',
  resourceType: cloudFormationType,
  denied: (denial) =>
    // What EC2 reads of Parameter Store for the caller is refused without a reason (aws-facts F31).
    denial.check.action === 'ssm:GetParameters'
      ? new AwsError('SsmAccessDenied', 'Access denied to SSM', 403)
      : new AwsError(
          'UnauthorizedOperation',
          `You are not authorized to perform this operation. ${denialSentence(denial, { namesForeign: true })}. ` +
            `Encoded authorization failure message: ${denial.encodedMessage()}`,
          403,
        ),
  inputRefused,
  unserved: notServed,
  dryRunPassed: () =>
    new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412),
  auditErrorCode: (code) => `${SERVER_ERRORS.has(code) ? 'Server' : 'Client'}.${code}`,
  deniedKeepsParameters: true,
  resourcesInHistoryOnly: true,
  forwards: {
    invokedBy: 'ec2-frontend-api.amazonaws.com',
    viaService: (region) => `ec2.${region}.amazonaws.com`,
    vpcEndpoint: 'AWS Internal',
  },
});

/** Operations are audited in EC2's own form: lists as `{ items: […] }` under the wire's names. */
export const ec2: Service<Ec2Operations> = {
  ...service,
  operation(name, definition): Operation {
    const shape = () => service.shapes.operation(name)!;
    const inCommonForm = (input: unknown) => auditedRequest(name, shape(), input as object);
    const inOwnForm = definition.audit?.requestParameters;
    return service.operation(name, {
      ...definition,
      audit: {
        responseElements: (output, _input, _arns, requestId) =>
          auditedResponse(name, shape(), output as object, requestId),
        ...definition.audit,
        requestParameters: (input) => {
          try {
            return (inOwnForm ?? inCommonForm)(input);
          } catch (error) {
            // What is refused for how it is written has no form of its own: it is recorded as it came.
            if (error instanceof AwsError) return inCommonForm(input);
            throw error;
          }
        },
      },
    });
  },
};
