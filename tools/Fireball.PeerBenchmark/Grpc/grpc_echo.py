"""The gRPC section's peer on grpcio: as GrpcEchoProcess.cs, the same words on stdin and stdout.

grpc_echo.py STUBS server SOCKET | client SOCKET
"""
import concurrent.futures
import statistics
import sys
import threading
import time

import grpc

sys.path.insert(0, sys.argv[1])
import grpc_echo_pb2 as pb  # noqa: E402
import grpc_echo_pb2_grpc as stubs  # noqa: E402

CHUNK = pb.EchoChunk(body=bytes(64))


class Service(stubs.GrpcEchoServicer):
    def Unary(self, request, context):
        return request

    def Duplex(self, requests, context):
        yield from requests

    def Download(self, request, context):
        chunk = pb.EchoChunk(body=bytes(request.bytes))
        for _ in range(request.messages):
            yield chunk


def serve(address):
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=8), options=(("grpc.so_reuseport", 0),))
    stubs.add_GrpcEchoServicer_to_server(Service(), server)
    server.add_insecure_port(address)
    server.start()
    print("ready", flush=True)
    sys.stdin.read()
    server.stop(None)


def unary(stub, calls):
    times = []
    for _ in range(calls):
        start = time.perf_counter()
        stub.Unary(CHUNK)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def concurrent_calls(stub, calls, at_once=32):
    done, places = threading.Event(), threading.Semaphore(at_once)
    left = [calls]
    gate = threading.Lock()

    def ended(call):
        places.release()
        with gate:
            left[0] -= 1
            if left[0] == 0:
                done.set()

    start = time.perf_counter()
    for _ in range(calls):
        places.acquire()
        stub.Unary.future(CHUNK).add_done_callback(ended)
    done.wait()
    return calls / (time.perf_counter() - start)


def stream(stub, messages, size=64 * 1024):
    start = time.perf_counter()
    count = sum(1 for _ in stub.Download(pb.EchoCount(messages=messages, bytes=size)))
    assert count == messages
    return messages * size / (time.perf_counter() - start) / (1 << 20)


def client(address):
    with grpc.insecure_channel(address) as channel:
        stub = stubs.GrpcEchoStub(channel)
        print("ready", flush=True)
        for line in sys.stdin:
            what, count = line.split()
            print({"unary": unary, "concurrent": concurrent_calls, "stream": stream}[what](stub, int(count)), flush=True)


{"server": serve, "client": client}[sys.argv[2]](f"unix:{sys.argv[3]}")
