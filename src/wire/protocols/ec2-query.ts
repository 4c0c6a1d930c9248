/** ec2Query: the query protocol as EC2 alone speaks it. */
import { AwsError } from '../../aws/aws-error.ts';
import type { HttpResponse, Protocol } from '../http.ts';
import { formOf } from './form.ts';
import { isProtocolParameter } from './protocol-parameters.ts';
import { QueryReader } from './query-reader.ts';
import { escapeXml, XmlWriter } from './xml-writer.ts';

/** Clients send these empty for "none" (Packer, `KmsKeyId=`), and EC2 takes them as absent. */
const ABSENT_WHEN_EMPTY: ReadonlySet<string> = new Set([
  'AvailabilityZone',
  'AvailabilityZoneId',
  'ClientToken',
  'DestinationOutpostArn',
  'KernelId',
  'KmsKeyId',
  'OutpostArn',
  'RamdiskId',
  'SnapshotId',
  'SubnetId',
  'VolumeType',
  'VpcId',
]);

const reader = new QueryReader({
  flattensLists: true,
  takesLooseForms: true,
  absentWhenEmpty: ABSENT_WHEN_EMPTY,
  invalidValue: (parameter, text) =>
    new AwsError('InvalidParameterValue', `Value ( ${text} ) for parameter ${parameter} is invalid.`),
  invalidNesting: (parameter) =>
    new AwsError('InvalidParameterValue', `The value for parameter ${parameter} is malformed.`),
  unknownParameter: (parameter) =>
    new AwsError('UnknownParameter', `The parameter ${parameter} is not recognized`),
});

const writer = new XmlWriter((ms) => new Date(ms).toISOString());

const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';

export const ec2Query: Protocol = {
  readRequest(operation, http) {
    return reader.read(operation.input, formOf(http), isProtocolParameter);
  },
  writeResponse(service, operation, output, requestId) {
    const { name, output: shape } = operation;
    const id = `<requestId>${escapeXml(requestId)}</requestId>`;
    // Operations without output answer that they were done.
    const members = shape.absent ? '<return>true</return>' : writer.members(shape)(output ?? {});
    const xmlns = ` xmlns="${service.xmlNamespace}"`;
    return respond(200, requestId, `<${name}Response${xmlns}>${id}${members}</${name}Response>`);
  },
  writeError(_service, error, requestId) {
    const code = `<Code>${escapeXml(error.code)}</Code>`;
    const message = `<Message>${escapeXml(error.message)}</Message>`;
    const errors = `<Errors><Error>${code}${message}</Error></Errors>`;
    const id = `<RequestID>${escapeXml(requestId)}</RequestID>`;
    return respond(error.status, requestId, `<Response>${errors}${id}</Response>`);
  },
};

function respond(status: number, requestId: string, xml: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
    body: PROLOG + xml,
  };
}
