/** What AWS says of a function whose argument it cannot take. */

export const REF = 'every Ref object must have a single String value.';
export const GET_ATT =
  'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute';
export const SUB =
  "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an " +
  'optional second argument to specify a mapping of values to replace in the string';
export const JOIN =
  'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a ' +
  'function that returns a list of strings (such as Fn::GetAZs) to be joined.';
export const SPLIT =
  'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function ' +
  'that returns a string to be split.';
export const SELECT = 'Fn::Select requires a list argument with two elements: an integer index and a list';
export const IF = 'Fn::If requires a list argument with the first element being a condition';
export const FIND_IN_MAP =
  'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value';
export const CIDR =
  'every Fn::Cidr object requires two or three parameters, (1) ipBlock, (2) count and (3) cidrBits';
export const EQUALS = 'every Fn::Equals object requires a list of 2 string parameters.';
export const NOT = 'every Fn::Not object requires one boolean parameter.';
export const AND = 'every Fn::And object requires a list of at least 2 and at most 10 boolean parameters.';
export const OR = 'every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters.';
export const CONTAINS = 'every Fn::Contains object requires a list of strings and a string.';
export const EACH_MEMBER_IN = 'every Fn::EachMemberIn object requires two lists of strings.';
export const EACH_MEMBER_EQUALS =
  'every Fn::EachMemberEquals object requires a list of strings and a string.';
