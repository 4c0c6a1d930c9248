/** awsQuery: IAM, STS, Auto Scaling. */
import { AwsError } from '../../aws/aws-error.ts';
import type { HttpResponse, Protocol } from '../http.ts';
import { formOf } from './form.ts';
import { isProtocolParameter } from './protocol-parameters.ts';
import { QueryReader } from './query-reader.ts';
import { escapeXml, XmlWriter } from './xml-writer.ts';

const reader = new QueryReader({
  flattensLists: false,
  invalidValue: (_parameter, text) => new AwsError('MalformedInput', `For input string: "${text}"`),
  invalidNesting: () => new AwsError('MalformedInput', 'Unexpected complex element termination'),
});

/** IAM and STS write times in whole seconds, the others milliseconds where there are some (`2020-10-30T19:36:41Z`). */
const WHOLE_SECONDS: ReadonlySet<string> = new Set(['iam', 'sts']);
const secondsWriter = new XmlWriter((ms) => `${new Date(ms).toISOString().slice(0, -'.000Z'.length)}Z`);
const millisecondsWriter = new XmlWriter((ms) => new Date(ms).toISOString().replace('.000Z', 'Z'));

export const awsQuery: Protocol = {
  readRequest(operation, http) {
    return reader.read(operation.input, formOf(http), isProtocolParameter);
  },
  writeResponse(service, operation, output, requestId) {
    const { name, output: shape } = operation;
    const writer = WHOLE_SECONDS.has(service.id) ? secondsWriter : millisecondsWriter;
    const members = writer.members(shape)(output ?? {});
    const result = shape.absent ? '' : `<${name}Result>${members}</${name}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${escapeXml(requestId)}</RequestId></ResponseMetadata>`;
    const xmlns = ` xmlns="${service.xmlNamespace}"`;
    return respond(200, requestId, `<${name}Response${xmlns}>${result}${metadata}</${name}Response>`);
  },
  writeError(service, error, requestId) {
    const xmlns = service?.xmlNamespace ? ` xmlns="${service.xmlNamespace}"` : '';
    const type = error.fault === 'client' ? 'Sender' : 'Receiver';
    const code = `<Code>${escapeXml(error.code)}</Code>`;
    // Where AWS says nothing, it leaves the element out (aws-facts G5.10).
    const message = error.message && `<Message>${escapeXml(error.message)}</Message>`;
    const body = `<Error><Type>${type}</Type>${code}${message}</Error>`;
    const id = `<RequestId>${escapeXml(requestId)}</RequestId>`;
    return respond(error.status, requestId, `<ErrorResponse${xmlns}>${body}${id}</ErrorResponse>`);
  },
};

function respond(status: number, requestId: string, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}
