"""gRPC's interoperability tests on grpcio. Stubs of Proto/ are expected in sys.argv[1].

interop.py STUBS client TARGET   runs the cases named on stdin, a line each; answers "ok" or what went wrong
interop.py STUBS server TARGET   serves until stdin ends; says "ready"
"""
import concurrent.futures
import os
import queue
import sys

import grpc

# The test protos are in packages below grpc, which is an installed one.
grpc.__path__.append(os.path.join(sys.argv[1], "grpc"))
from google.protobuf import descriptor_pb2  # noqa: E402
from grpc.health.v1 import health_pb2, health_pb2_grpc  # noqa: E402
from grpc.reflection.v1 import reflection_pb2, reflection_pb2_grpc  # noqa: E402
from grpc.testing import empty_pb2, messages_pb2, test_pb2_grpc  # noqa: E402

INITIAL = "x-grpc-test-echo-initial"
TRAILING = "x-grpc-test-echo-trailing-bin"
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
RESPONSES, REQUESTS = (31415, 9, 2653, 58979), (27182, 8, 1828, 45904)


def zeros(size):
    return messages_pb2.Payload(body=bytes(size))


def ask(response, payload):
    return messages_pb2.StreamingOutputCallRequest(
        response_parameters=[messages_pb2.ResponseParameters(size=response)], payload=zeros(payload))


def equal(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def fails(code, message, act):
    try:
        act()
    except grpc.RpcError as error:
        equal(code, error.code())
        if message is not None:
            equal(message, error.details())
    else:
        raise AssertionError(f"expected {code}, got none")


class Client:
    def __init__(self, channel):
        self.channel = channel
        self.stub = test_pb2_grpc.TestServiceStub(channel)

    def empty_unary(self):
        equal(empty_pb2.Empty(), self.stub.EmptyCall(empty_pb2.Empty()))

    def large_unary(self, compression=None):
        request = messages_pb2.SimpleRequest(response_size=314159, payload=zeros(271828))
        equal(zeros(314159), self.stub.UnaryCall(request, compression=compression).payload)

    def gzip_unary(self):
        self.large_unary(grpc.Compression.Gzip)

    def client_streaming(self):
        requests = (messages_pb2.StreamingInputCallRequest(payload=zeros(size)) for size in REQUESTS)
        equal(74922, self.stub.StreamingInputCall(requests).aggregated_payload_size)

    def server_streaming(self):
        request = messages_pb2.StreamingOutputCallRequest(
            response_parameters=[messages_pb2.ResponseParameters(size=size) for size in RESPONSES])
        equal(list(RESPONSES), [len(response.payload.body) for response in self.stub.StreamingOutputCall(request)])

    def ping_pong(self):
        with Requests() as requests:
            call = self.stub.FullDuplexCall(requests)
            for response, request in zip(RESPONSES, REQUESTS):
                requests.put(ask(response, request))
                equal(response, len(next(call).payload.body))
            requests.close()
            equal([], list(call))

    def empty_stream(self):
        equal([], list(self.stub.FullDuplexCall(iter(()))))

    def custom_metadata(self):
        metadata = ((INITIAL, "test_initial_metadata_value"), (TRAILING, b"\xab\xab\xab"))
        request = messages_pb2.SimpleRequest(response_size=314159, payload=zeros(271828))
        _, call = self.stub.UnaryCall.with_call(request, metadata=metadata)
        self.check_metadata(call)
        call = self.stub.FullDuplexCall(iter([ask(314159, 271828)]), metadata=metadata)
        equal(1, len(list(call)))
        self.check_metadata(call)

    @staticmethod
    def check_metadata(call):
        equal("test_initial_metadata_value", dict(call.initial_metadata())[INITIAL])
        equal(b"\xab\xab\xab", dict(call.trailing_metadata())[TRAILING])

    def status_code_and_message(self):
        status = messages_pb2.EchoStatus(code=2, message="test status message")
        request = messages_pb2.SimpleRequest(response_status=status)
        fails(grpc.StatusCode.UNKNOWN, status.message, lambda: self.stub.UnaryCall(request))
        request = messages_pb2.StreamingOutputCallRequest(response_status=status)
        fails(grpc.StatusCode.UNKNOWN, status.message, lambda: list(self.stub.FullDuplexCall(iter([request]))))

    def special_status_message(self):
        request = messages_pb2.SimpleRequest(response_status=messages_pb2.EchoStatus(code=2, message=SPECIAL))
        fails(grpc.StatusCode.UNKNOWN, SPECIAL, lambda: self.stub.UnaryCall(request))

    def unimplemented_method(self):
        fails(grpc.StatusCode.UNIMPLEMENTED, None, lambda: self.stub.UnimplementedCall(empty_pb2.Empty()))

    def unimplemented_service(self):
        stub = test_pb2_grpc.UnimplementedServiceStub(self.channel)
        fails(grpc.StatusCode.UNIMPLEMENTED, None, lambda: stub.UnimplementedCall(empty_pb2.Empty()))

    def cancel_after_begin(self):
        with Requests() as requests:
            call = self.stub.StreamingInputCall.future(requests)
            call.cancel()
            equal(True, call.cancelled())
            equal(grpc.StatusCode.CANCELLED, call.code())

    def cancel_after_first_response(self):
        with Requests() as requests:
            call = self.stub.FullDuplexCall(requests)
            requests.put(ask(31415, 27182))
            equal(31415, len(next(call).payload.body))
            call.cancel()
            fails(grpc.StatusCode.CANCELLED, None, lambda: next(call))

    def timeout_on_sleeping_server(self):
        with Requests() as requests:
            requests.put(messages_pb2.StreamingOutputCallRequest(payload=zeros(27182)))
            call = self.stub.FullDuplexCall(requests, timeout=0.001)
            fails(grpc.StatusCode.DEADLINE_EXCEEDED, None, lambda: next(call))

    def too_large_request(self):
        request = messages_pb2.SimpleRequest(payload=zeros(4 * 1024 * 1024 + 1))
        fails(grpc.StatusCode.RESOURCE_EXHAUSTED, None, lambda: self.stub.UnaryCall(request))

    def health(self):
        stub = health_pb2_grpc.HealthStub(self.channel)
        equal(health_pb2.HealthCheckResponse.SERVING, stub.Check(health_pb2.HealthCheckRequest()).status)
        request = health_pb2.HealthCheckRequest(service="grpc.testing.TestService")
        equal(health_pb2.HealthCheckResponse.NOT_SERVING, stub.Check(request).status)
        equal(health_pb2.HealthCheckResponse.NOT_SERVING, next(stub.Watch(request)).status)
        unknown = health_pb2.HealthCheckRequest(service="no.such.Service")
        fails(grpc.StatusCode.NOT_FOUND, None, lambda: stub.Check(unknown))
        equal(health_pb2.HealthCheckResponse.SERVICE_UNKNOWN, next(stub.Watch(unknown)).status)

    def reflection(self):
        ask_for = reflection_pb2.ServerReflectionRequest
        listed, found, missing = reflection_pb2_grpc.ServerReflectionStub(self.channel).ServerReflectionInfo(iter([
            ask_for(list_services="*"),
            ask_for(file_containing_symbol="grpc.testing.TestService.UnaryCall"),
            ask_for(file_by_filename="no/such.proto")]))
        names = [service.name for service in listed.list_services_response.service]
        equal(["grpc.testing.TestService", "grpc.health.v1.Health"], names)
        files = [descriptor_pb2.FileDescriptorProto.FromString(raw)
                 for raw in found.file_descriptor_response.file_descriptor_proto]
        equal(["grpc/testing/empty.proto", "grpc/testing/messages.proto", "grpc/testing/test.proto"],
              sorted(file.name for file in files))
        equal(grpc.StatusCode.NOT_FOUND.value[0], missing.error_response.error_code)


class Requests:
    """A request stream that stays open until it is closed."""

    def __init__(self):
        self.queue = queue.Queue()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __iter__(self):
        return self

    def __next__(self):
        request = self.queue.get()
        if request is None:
            raise StopIteration
        return request

    def put(self, request):
        self.queue.put(request)

    def close(self):
        self.queue.put(None)


class Service(test_pb2_grpc.TestServiceServicer):
    def EmptyCall(self, request, context):
        return empty_pb2.Empty()

    def UnaryCall(self, request, context):
        self.echo(context)
        self.abort_for(request, context)
        return messages_pb2.SimpleResponse(payload=zeros(request.response_size))

    def StreamingOutputCall(self, request, context):
        for parameters in request.response_parameters:
            yield messages_pb2.StreamingOutputCallResponse(payload=zeros(parameters.size))

    def StreamingInputCall(self, requests, context):
        size = sum(len(request.payload.body) for request in requests)
        return messages_pb2.StreamingInputCallResponse(aggregated_payload_size=size)

    def FullDuplexCall(self, requests, context):
        self.echo(context)
        for request in requests:
            self.abort_for(request, context)
            yield from self.StreamingOutputCall(request, context)

    @staticmethod
    def echo(context):
        for key, value in context.invocation_metadata():
            if key == INITIAL:
                context.send_initial_metadata(((key, value),))
            elif key == TRAILING:
                context.set_trailing_metadata(((key, value),))

    @staticmethod
    def abort_for(request, context):
        if request.response_status.code:
            codes = {code.value[0]: code for code in grpc.StatusCode}
            context.abort(codes[request.response_status.code], request.response_status.message)


def client(target):
    with grpc.insecure_channel(target) as channel:
        cases = Client(channel)
        for line in sys.stdin:
            try:
                getattr(cases, line.strip())()
                print("ok", flush=True)
            except Exception as error:  # The test shows it.
                print(repr(error).replace("\n", " "), flush=True)


def server(target):
    options = (("grpc.so_reuseport", 0),)
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=8), options=options,
                         compression=grpc.Compression.Gzip if len(sys.argv) > 4 else None)
    test_pb2_grpc.add_TestServiceServicer_to_server(Service(), server)
    server.add_insecure_port(target)
    server.start()
    print("ready", flush=True)
    sys.stdin.read()
    server.stop(None)


{"client": client, "server": server}[sys.argv[2]](sys.argv[3])
