"""The client side of gRPC's interoperability cases, with grpcio.

Usage: client.py HOST:PORT DESCRIPTORS CASE...   prints a line of JSON for each case: its name, and null or what is wrong.
"""
import json
import queue
import sys
import traceback

import grpc

from cases import ECHO_INITIAL, ECHO_TRAILING, GZIP, IDENTITY, METHODS, SERVICE, message

CHANNEL = grpc.insecure_channel(sys.argv[1])
LIMIT = 60


def method(name, service=SERVICE):
    kind, request, response = METHODS[name]
    return getattr(CHANNEL, kind)(
        f"/{service}/{name}",
        request_serializer=message(request).SerializeToString, response_deserializer=message(response).FromString)


def zeros(size):
    return message("Payload")(body=bytes(size))


def large(**fields):
    return message("SimpleRequest")(response_size=314159, payload=zeros(271828), **fields)


def ping(request, response):
    asked = message("StreamingOutputCallRequest")(payload=zeros(request))
    asked.response_parameters.add(size=response)
    return asked


def upload(size, **fields):
    return message("StreamingInputCallRequest")(payload=zeros(size), **fields)


def flag(value):
    return message("BoolValue")(value=value)


def expect(seen, wanted):
    if seen != wanted:
        raise AssertionError(f"{seen!r} instead of {wanted!r}")


def expect_failure(code, call, details=None):
    try:
        call()
    except grpc.RpcError as error:
        expect(error.code(), code)
        if details is not None:
            expect(error.details(), details)
        return
    raise AssertionError(f"OK instead of {code}")


def check_large(response):
    expect(len(response.payload.body), 314159)


class Requests:
    """Requests of a call that is under way."""

    def __init__(self):
        self._queue = queue.Queue()

    def __iter__(self):
        return iter(self._queue.get, None)

    def put(self, request):
        self._queue.put(request)


def empty_unary():
    expect(method("EmptyCall")(message("Empty")(), timeout=LIMIT), message("Empty")())


def large_unary():
    check_large(method("UnaryCall")(large(), timeout=LIMIT))


def client_streaming():
    sizes = (27182, 8, 1828, 45904)
    expect(method("StreamingInputCall")(map(upload, sizes), timeout=LIMIT).aggregated_payload_size, 74922)


def server_streaming():
    sizes = [31415, 9, 2653, 58979]
    request = message("StreamingOutputCallRequest")()
    for size in sizes:
        request.response_parameters.add(size=size)
    expect([len(r.payload.body) for r in method("StreamingOutputCall")(request, timeout=LIMIT)], sizes)


def ping_pong():
    requests = Requests()
    call = method("FullDuplexCall")(iter(requests), timeout=LIMIT)
    for request, response in ((27182, 31415), (8, 9), (1828, 2653), (45904, 58979)):
        requests.put(ping(request, response))
        expect(len(next(call).payload.body), response)
    requests.put(None)
    expect(list(call), [])


def empty_stream():
    expect(list(method("FullDuplexCall")(iter(()), timeout=LIMIT)), [])


def custom_metadata():
    sent = ((ECHO_INITIAL, "test_initial_metadata_value"), (ECHO_TRAILING, b"\xab\xab\xab"))

    def check(call):
        expect(dict(call.initial_metadata()).get(ECHO_INITIAL), "test_initial_metadata_value")
        expect(dict(call.trailing_metadata()).get(ECHO_TRAILING), b"\xab\xab\xab")

    response, call = method("UnaryCall").with_call(large(), metadata=sent, timeout=LIMIT)
    check_large(response)
    check(call)
    call = method("FullDuplexCall")(iter([ping(271828, 314159)]), metadata=sent, timeout=LIMIT)
    expect([len(r.payload.body) for r in call], [314159])
    check(call)


def echo_status(text):
    status = message("EchoStatus")(code=2, message=text)
    expect_failure(
        grpc.StatusCode.UNKNOWN,
        lambda: method("UnaryCall")(message("SimpleRequest")(response_status=status), timeout=LIMIT), text)
    expect_failure(
        grpc.StatusCode.UNKNOWN,
        lambda: list(method("FullDuplexCall")(
            iter([message("StreamingOutputCallRequest")(response_status=status)]), timeout=LIMIT)), text)


def status_code_and_message():
    echo_status("test status message")


def special_status_message():
    echo_status("\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n")


def unimplemented_method():
    expect_failure(
        grpc.StatusCode.UNIMPLEMENTED, lambda: method("UnimplementedCall")(message("Empty")(), timeout=LIMIT))


def unimplemented_service():
    missing = method("UnimplementedCall", "grpc.testing.UnimplementedService")
    expect_failure(grpc.StatusCode.UNIMPLEMENTED, lambda: missing(message("Empty")(), timeout=LIMIT))


def cancel_after_begin():
    requests = Requests()
    call = method("StreamingInputCall").future(iter(requests), timeout=LIMIT)
    call.cancel()
    requests.put(None)
    expect((call.cancelled(), call.code()), (True, grpc.StatusCode.CANCELLED))


def cancel_after_first_response():
    requests = Requests()
    call = method("FullDuplexCall")(iter(requests), timeout=LIMIT)
    requests.put(ping(27182, 31415))
    expect(len(next(call).payload.body), 31415)
    call.cancel()
    requests.put(None)
    expect_failure(grpc.StatusCode.CANCELLED, lambda: next(call))


def timeout_on_sleeping_server():
    requests = Requests()
    call = method("FullDuplexCall")(iter(requests), timeout=0.001)
    requests.put(message("StreamingOutputCallRequest")(payload=zeros(27182)))
    try:
        expect_failure(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(call))
    finally:
        requests.put(None)


def client_compressed_unary():
    call = method("UnaryCall")
    asked = large(expect_compressed=flag(True))
    expect_failure(grpc.StatusCode.INVALID_ARGUMENT, lambda: call(asked, timeout=LIMIT))
    check_large(call(asked, compression=GZIP, timeout=LIMIT))
    check_large(call(large(expect_compressed=flag(False)), compression=IDENTITY, timeout=LIMIT))


def server_compressed_unary():
    for compressed in (True, False):
        check_large(method("UnaryCall")(large(response_compressed=flag(compressed)), timeout=LIMIT))


def client_compressed_streaming():
    call = method("StreamingInputCall")
    first = upload(27182, expect_compressed=flag(True))
    expect_failure(grpc.StatusCode.INVALID_ARGUMENT, lambda: call(iter([first]), timeout=LIMIT))
    expect(call(iter([first, upload(45904, expect_compressed=flag(True))]), compression=GZIP, timeout=LIMIT)
           .aggregated_payload_size, 73086)


def server_compressed_streaming():
    request = message("StreamingOutputCallRequest")()
    request.response_parameters.add(size=31415, compressed=flag(True))
    request.response_parameters.add(size=92653, compressed=flag(False))
    expect([len(r.payload.body) for r in method("StreamingOutputCall")(request, timeout=LIMIT)], [31415, 92653])


for case in sys.argv[3:]:
    wrong = None
    try:
        globals()[case]()
    except BaseException:  # The test shows it; the other cases go on.
        wrong = traceback.format_exc()
    print(json.dumps({"case": case, "wrong": wrong}), flush=True)
