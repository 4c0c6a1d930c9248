/**
 * Errors as S3 writes them. It is not served; its clients can read that only in its own form
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses).
 */
import type { Protocol } from '../http.ts';
import { awsQuery } from './aws-query.ts';
import { escapeXml } from './xml-writer.ts';

/** No operation is read or answered in this form, so that of the query protocol stands in. */
export const s3Errors: Protocol = {
  ...awsQuery,
  writeError(_service, { status, code, message }, requestId) {
    const body = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
    const ids = `<RequestId>${escapeXml(requestId)}</RequestId><HostId></HostId>`;
    return {
      status,
      headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${body}${ids}</Error>`,
    };
  },
};
