"""Drives a running engine with grpcio and prints what it saw as one JSON object, a field for each scenario.

Usage: client.py HOST:PORT GENERATED_FOLDER   (the key comes in ENGINE_KEY)

GENERATED_FOLDER holds the Python code of engine.v1 and descriptors.bin, the descriptors of everything else: Python code
of the package grpc.health.v1 could not be imported beside grpcio, whose name it takes.
"""
import json
import os
import pathlib
import sys
import time
import traceback
import uuid

import grpc
from google.protobuf import descriptor_pb2, message_factory

TARGET, GENERATED = sys.argv[1:3]
sys.path.insert(0, GENERATED)

from engine.v1 import content_pb2, conversation_pb2, customer_pb2, event_pb2, inbound_pb2  # noqa: E402
from engine.v1 import conversation_service_pb2_grpc, customer_service_pb2_grpc  # noqa: E402
from engine.v1 import event_service_pb2_grpc, inbound_service_pb2_grpc  # noqa: E402

DESCRIPTORS = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(GENERATED, "descriptors.bin").read_bytes())
TYPES = message_factory.GetMessages(DESCRIPTORS.file)

CHANNEL = grpc.insecure_channel(TARGET)
CONVERSATIONS = conversation_service_pb2_grpc.ConversationServiceStub(CHANNEL)
CUSTOMERS = customer_service_pb2_grpc.CustomerServiceStub(CHANNEL)
EVENTS = event_service_pb2_grpc.EventServiceStub(CHANNEL)
INBOUND = inbound_service_pb2_grpc.InboundServiceStub(CHANNEL)
KEY = (("authorization", "Bearer " + os.environ["ENGINE_KEY"]),)


def options(timeout=300):
    return {"metadata": KEY, "timeout": timeout}


def new_id():
    return str(uuid.uuid4())


def receive(address, text):
    return INBOUND.ReceiveMessage(
        inbound_pb2.ReceiveMessageRequest(
            channel="web", address=address, external_id=new_id(), content=content_pb2.Content(text=text)),
        **options())


def message(conversation, text, request_id=None):
    return conversation_pb2.SendMessageRequest(
        request_id=new_id() if request_id is None else request_id,
        conversation=conversation, content=content_pb2.Content(text=text))


def failure(error):
    seen = {"code": error.code().name, "message": error.details(), "reason": None, "domain": None, "fields": [], "types": []}
    for key, value in error.trailing_metadata():
        if key != "grpc-status-details-bin":
            continue
        status = TYPES["google.rpc.Status"].FromString(value)
        seen["status_code"] = status.code
        for detail in status.details:
            name = detail.type_url.split("/")[-1]
            seen["types"].append(name)
            inner = TYPES[name].FromString(detail.value)
            if name == "google.rpc.ErrorInfo":
                seen.update(reason=inner.reason, domain=inner.domain, metadata=dict(inner.metadata))
            if name == "google.rpc.BadRequest":
                seen["fields"] = [field.field for field in inner.field_violations]
    return seen


def refusal(method, request, **keywords):
    try:
        method(request, **(keywords or options()))
        return {"code": "OK"}
    except grpc.RpcError as error:
        return failure(error)


def unary():
    received = receive("py-unary", "Olá, onde está? Ünïcödé 🎁")
    request = message(received.conversation, "Já vem.")
    request.content.quick_replies.replies.add(title="Obrigado")
    first, call = CONVERSATIONS.SendMessage.with_call(request, **options())
    again = CONVERSATIONS.SendMessage(request, **options())
    listed = CONVERSATIONS.ListMessages(
        conversation_pb2.ListMessagesRequest(conversation=received.conversation), **options())
    return {
        "texts": [entry.content.text for entry in listed.messages],
        "rich": [entry.content.WhichOneof("rich") for entry in listed.messages],
        "customer": received.customer,
        "same": first.SerializeToString(deterministic=True) == again.SerializeToString(deterministic=True),
        "position": "string" if dict(call.trailing_metadata()).get("engine-position") else "",
    }


def stream():
    """The stream is broken off in the middle and taken up again after the last version seen."""
    conversation = receive("py-stream", "one").conversation
    seen = []

    def follow(after, until, sends):
        call = CONVERSATIONS.WatchConversation(
            conversation_pb2.WatchConversationRequest(name=conversation, after_version=after), **options())
        for _ in range(sends):
            CONVERSATIONS.SendMessage(message(conversation, "more"), **options())
        for commit in call:
            seen.append(commit.version)
            if commit.version >= until:
                call.cancel()
                return

    follow(0, 3, 2)
    CONVERSATIONS.SendMessage(message(conversation, "more"), **options())
    CONVERSATIONS.SendMessage(message(conversation, "more"), **options())
    follow(3, 5, 0)
    return {"versions": seen}


def errors():
    conversation = receive("py-errors", "x").conversation
    reused = message(conversation, "a")
    CONVERSATIONS.SendMessage(reused, **options())
    return {
        "missing": refusal(CUSTOMERS.GetCustomer, customer_pb2.GetCustomerRequest(name="customers/nobody")),
        "invalid": refusal(CONVERSATIONS.SendMessage, message(conversation, "", request_id="")),
        "anonymous": refusal(CUSTOMERS.GetCustomer, customer_pb2.GetCustomerRequest(name="customers/nobody"), timeout=300),
        "reused": refusal(CONVERSATIONS.SendMessage, message(conversation, "b", request_id=reused.request_id)),
        "too_large": refusal(CONVERSATIONS.SendMessage, message(conversation, "x" * (5 << 20))),
    }


def deadline():
    began = time.monotonic()
    code = "OK"
    try:
        for _ in EVENTS.WatchEvents(event_pb2.WatchEventsRequest(from_now=True), **options(0.5)):
            pass
    except grpc.RpcError as error:
        code = error.code().name
    after = time.monotonic() - began
    past = refusal(CUSTOMERS.ListCustomers, customer_pb2.ListCustomersRequest(), **options(-1))
    return {"code": code, "after_ms": after * 1000, "past": past["code"]}


def cancellation():
    call = EVENTS.WatchEvents(event_pb2.WatchEventsRequest(), **options())
    code = "OK"
    try:
        for _ in call:
            call.cancel()
    except grpc.RpcError as error:
        code = error.code().name
    return {"code": code, "works_after": receive("py-cancel", "still alive").conversation.startswith("conversations/")}


def health():
    request, response = TYPES["grpc.health.v1.HealthCheckRequest"], TYPES["grpc.health.v1.HealthCheckResponse"]
    names = response.DESCRIPTOR.enum_types_by_name["ServingStatus"].values_by_number
    check_method = CHANNEL.unary_unary(
        "/grpc.health.v1.Health/Check", request_serializer=request.SerializeToString, response_deserializer=response.FromString)
    watch_method = CHANNEL.unary_stream(
        "/grpc.health.v1.Health/Watch", request_serializer=request.SerializeToString, response_deserializer=response.FromString)

    def check(service):
        try:
            return names[check_method(request(service=service), timeout=300).status].name
        except grpc.RpcError as error:
            return error.code().name

    watching = watch_method(request(), timeout=300)
    watched = names[next(watching).status].name
    watching.cancel()
    return {
        "all": check(""), "conversations": check("engine.v1.ConversationService"), "unknown": check("no.such.Service"),
        "watched": watched,
    }


def reflection():
    request = TYPES["grpc.reflection.v1.ServerReflectionRequest"]
    response = TYPES["grpc.reflection.v1.ServerReflectionResponse"]
    method = CHANNEL.stream_stream(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        request_serializer=request.SerializeToString, response_deserializer=response.FromString)
    asked = [
        request(list_services=""), request(file_containing_symbol="engine.v1.ConversationService"),
        request(file_containing_symbol="no.such.Symbol"),
    ]
    listed, file, unknown = list(method(iter(asked), timeout=300))
    files = [
        descriptor_pb2.FileDescriptorProto.FromString(data)
        for data in file.file_descriptor_response.file_descriptor_proto]
    return {
        "services": [service.name for service in listed.list_services_response.service],
        "files": len(files),
        "names_itself": any(entry.name.endswith("conversation_service.proto") for entry in files),
        "unknown": unknown.error_response.error_code,
    }


def main():
    seen = {}
    for scenario in (unary, stream, errors, deadline, cancellation, health, reflection):
        try:
            seen[scenario.__name__] = scenario()
        except Exception:  # The test shows it; the other scenarios go on.
            seen[scenario.__name__] = {"error": traceback.format_exc()}
    print(json.dumps(seen))


main()
