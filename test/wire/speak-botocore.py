"""Speaks for botocore in botocore.test.ts.

Reads one JSON document from standard input, a list of
{"service", "operation", "protocol"?, "input"?, "status"?, "headers"?, "body"?}; answers on standard output with a list of
{"request": {method, path, query, headers, body}} for those with an input, and {"output": ...} or {"error": ...} for
those with an answer to parse. Blobs and bodies travel as base64, times as milliseconds.
"""
import base64
import datetime
import json
import sys

import botocore.parsers
import botocore.serialize
import botocore.session

session = botocore.session.get_session()


def to_python(shape, value):
    kind = shape.type_name
    if kind == "structure":
        return {name: to_python(shape.members[name], item) for name, item in value.items() if name in shape.members}
    if kind == "list":
        return [to_python(shape.member, item) for item in value]
    if kind == "map":
        return {key: to_python(shape.value, item) for key, item in value.items()}
    if kind == "blob":
        return base64.b64decode(value)
    if kind == "timestamp":
        return datetime.datetime.fromtimestamp(value / 1000, datetime.timezone.utc)
    return value


def to_json(value):
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000)
    return value


def protocol_of(model):
    """The one that its clients choose of those that the service speaks."""
    return getattr(model, "resolved_protocol", model.metadata["protocol"])


def serialize(protocol, operation, value):
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
    request = serializer.serialize_to_request(to_python(operation.input_shape, value) if operation.input_shape else {}, operation)
    body, query = request["body"], request["query_string"]
    if isinstance(body, dict):
        import urllib.parse

        body = urllib.parse.urlencode(body)
    if isinstance(body, str):
        body = body.encode()
    if isinstance(query, dict):
        import urllib.parse

        query = urllib.parse.urlencode(query, doseq=True)
    return {
        "method": request["method"],
        "path": request["url_path"].split("?")[0],
        "query": query,
        "headers": {name.lower(): value for name, value in request["headers"].items()},
        "body": base64.b64encode(body).decode(),
    }


def parse(protocol, operation, answer):
    parser = botocore.parsers.create_parser(protocol)
    body = base64.b64decode(answer["body"])
    response = {"status_code": answer["status"], "headers": answer["headers"], "body": body}
    if operation.has_streaming_output:
        return None
    parsed = parser.parse(response, operation.output_shape)
    if answer["status"] >= 300:
        return {"code": parsed["Error"]["Code"], "message": parsed["Error"]["Message"]}
    return {"output": to_json(parsed), "requestId": parsed["ResponseMetadata"].get("RequestId")}


def run(case):
    model = session.get_service_model(case["service"])
    try:
        operation = model.operation_model(case["operation"])
    except botocore.model.OperationNotFoundError:
        return {"unknown": True}
    result = {"members": sorted(operation.input_shape.members) if operation.input_shape else []}
    protocol = case.get("protocol") or protocol_of(model)
    if "input" in case:
        result["request"] = serialize(protocol, operation, case["input"])
    if "answer" in case:
        result["parsed"] = parse(protocol, operation, case["answer"])
    return result


json.dump([run(case) for case in json.load(sys.stdin)], sys.stdout)
