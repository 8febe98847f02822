"""local_lat / local_thr with pyzmq over ipc: prints "median_us p99_us" or "million_messages_a_second MiB_a_second"."""
import multiprocessing
import sys
import tempfile
import time

import zmq

WARM_UP = 1000


def remote(kind, path, size, count):
    socket = zmq.Context().socket(zmq.DEALER)
    socket.connect(path)
    body = bytes(size)
    if kind == "lat":
        for _ in range(WARM_UP + count):
            socket.send(socket.recv(), copy=size < 8192)
    else:
        for _ in range(WARM_UP + count):
            socket.send(body, copy=size < 8192)
    socket.recv()


def main():
    kind, size, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as directory:
        path = f"ipc://{directory}/s"
        process = multiprocessing.get_context("fork").Process(target=remote, args=(kind, path, size, count))
        process.start()
        socket = zmq.Context().socket(zmq.DEALER)
        socket.bind(path)
        body = bytes(size)
        if kind == "lat":
            times = []
            for _ in range(WARM_UP + count):
                start = time.perf_counter()
                socket.send(body, copy=size < 8192)
                socket.recv(copy=size < 8192)
                times.append((time.perf_counter() - start) * 1e6)
            times = sorted(times[WARM_UP:])
            print(times[count // 2], times[count * 99 // 100])
        else:
            for _ in range(WARM_UP):
                socket.recv(copy=size < 8192)
            start = time.perf_counter()
            for _ in range(count):
                socket.recv(copy=size < 8192)
            seconds = time.perf_counter() - start
            print(count / seconds / 1e6, count * size / seconds / (1 << 20))
        socket.send(b"")
        process.join()


main()
