"""What the interoperability client and server in Python share: the canonical messages, from their descriptors.

Python code of the package grpc.testing could not be imported beside grpcio, whose name it takes.
"""
import pathlib
import sys

import grpc
from google.protobuf import descriptor_pb2, message_factory

_TYPES = message_factory.GetMessages(
    descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(sys.argv[2]).read_bytes()).file)

SERVICE = "grpc.testing.TestService"
ECHO_INITIAL = "x-grpc-test-echo-initial"
ECHO_TRAILING = "x-grpc-test-echo-trailing-bin"


def message(name):
    return _TYPES["grpc.testing." + name]


METHODS = {
    "EmptyCall": ("unary_unary", "Empty", "Empty"),
    "UnaryCall": ("unary_unary", "SimpleRequest", "SimpleResponse"),
    "StreamingOutputCall": ("unary_stream", "StreamingOutputCallRequest", "StreamingOutputCallResponse"),
    "StreamingInputCall": ("stream_unary", "StreamingInputCallRequest", "StreamingInputCallResponse"),
    "FullDuplexCall": ("stream_stream", "StreamingOutputCallRequest", "StreamingOutputCallResponse"),
    "UnimplementedCall": ("unary_unary", "Empty", "Empty"),
}

GZIP = grpc.Compression.Gzip
IDENTITY = grpc.Compression.NoCompression
