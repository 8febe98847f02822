"""gRPC's interoperability tests on grpcio. Stubs of Proto/ are expected in sys.argv[1].

interop.py STUBS TARGET   runs the cases named on stdin, a line each; answers "ok" or what went wrong
"""
import os
import queue
import sys

import grpc

# The test protos are in packages below grpc, which is an installed one.
grpc.__path__.append(os.path.join(sys.argv[1], "grpc"))
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


def client(target):
    with grpc.insecure_channel(target) as channel:
        cases = Client(channel)
        for line in sys.stdin:
            try:
                getattr(cases, line.strip())()
                print("ok", flush=True)
            except Exception as error:  # The test shows it.
                print(repr(error).replace("\n", " "), flush=True)


client(sys.argv[2])
