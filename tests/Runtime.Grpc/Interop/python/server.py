"""The server side of gRPC's interoperability cases, with grpcio.

Usage: server.py PORT DESCRIPTORS   prints the port it listens on, and ends when its input does.
"""
import sys
import time
from concurrent import futures

import grpc

from cases import ECHO_INITIAL, ECHO_TRAILING, GZIP, METHODS, SERVICE, message


def zeros(size):
    return message("Payload")(body=bytes(size))


def echo(context):
    for key, value in context.invocation_metadata():
        if key == ECHO_INITIAL:
            context.send_initial_metadata(((key, value),))
        if key == ECHO_TRAILING:
            context.set_trailing_metadata(((key, value),))


def stop_if_asked(request, context):
    if request.response_status.code != 0:
        code = next(c for c in grpc.StatusCode if c.value[0] == request.response_status.code)
        context.abort(code, request.response_status.message)


def answers(request, context):
    stop_if_asked(request, context)
    for parameters in request.response_parameters:
        time.sleep(parameters.interval_us / 1e6)
        if parameters.HasField("compressed") and not parameters.compressed.value:
            context.disable_next_message_compression()
        yield message("StreamingOutputCallResponse")(payload=zeros(parameters.size))


def empty(request, context):
    return request


def unary(request, context):
    if request.response_compressed.value:
        context.set_compression(GZIP)
    echo(context)
    stop_if_asked(request, context)
    return message("SimpleResponse")(payload=zeros(request.response_size))


def output(request, context):
    if any(parameters.compressed.value for parameters in request.response_parameters):
        context.set_compression(GZIP)
    echo(context)
    yield from answers(request, context)


def streaming_input(requests, context):
    return message("StreamingInputCallResponse")(aggregated_payload_size=sum(len(r.payload.body) for r in requests))


def duplex(requests, context):
    echo(context)
    for request in requests:
        yield from answers(request, context)


BEHAVIOURS = {
    "EmptyCall": empty, "UnaryCall": unary, "StreamingOutputCall": output, "StreamingInputCall": streaming_input,
    "FullDuplexCall": duplex,
}


def handler(name):
    kind, request, response = METHODS[name]
    return getattr(grpc, kind + "_rpc_method_handler")(
        BEHAVIOURS[name],
        request_deserializer=message(request).FromString, response_serializer=message(response).SerializeToString)


server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
server.add_generic_rpc_handlers((
    grpc.method_handlers_generic_handler(SERVICE, {name: handler(name) for name in BEHAVIOURS}),))
port = server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(0).wait()
