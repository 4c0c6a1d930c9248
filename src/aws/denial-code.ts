/** By which codes AWS says that somebody may not: each service has its own, and CloudTrail prefixes EC2's with `Client.`. */
export const isDenialCode = (code: string): boolean =>
  /AccessDenied|UnauthorizedOperation|AuthorizationError/.test(code);
