"""The ZMTP section's peer on libzmq, two processes connected by DEALER sockets: zmtp_libzmq.py ipc|tcp

Says "ready", then answers each line on its standard input with a number:
  echo SIZE COUNT      median round-trip time, microseconds
  one-way SIZE COUNT   messages received a second; the clock starts at the first
"""
import multiprocessing
import statistics
import sys
import tempfile
import time

import zmq

COPY_BELOW = 8192  # bytes; copying a small message is cheaper than telling libzmq when its memory is free


def remote(address, commands, ours):
    ours.close()
    socket = zmq.Context().socket(zmq.DEALER)
    socket.connect(address)
    while True:
        try:
            work, size, count = commands.recv()
        except EOFError:
            break
        copy = size < COPY_BELOW
        body = bytes(size)
        for _ in range(count):
            socket.send(socket.recv(copy=copy) if work == "echo" else body, copy=copy)
    socket.close(linger=0)


def echo(socket, size, count):
    copy = size < COPY_BELOW
    body = bytes(size)
    times = []
    for _ in range(count):
        start = time.perf_counter()
        socket.send(body, copy=copy)
        socket.recv(copy=copy)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def one_way(socket, size, count):
    copy = size < COPY_BELOW
    socket.recv(copy=copy)
    start = time.perf_counter()
    for _ in range(count - 1):
        socket.recv(copy=copy)
    return (count - 1) / (time.perf_counter() - start)


def main():
    with tempfile.TemporaryDirectory() as directory:
        # libzmq's threads do not survive a fork: the other process first, its address afterwards.
        fork = multiprocessing.get_context("fork")
        commands, theirs = fork.Pipe()
        addresses, address = fork.Pipe()
        process = fork.Process(target=lambda: remote(addresses.recv(), theirs, commands))
        process.start()
        theirs.close()
        socket = zmq.Context().socket(zmq.DEALER)
        socket.bind({"ipc": f"ipc://{directory}/s", "tcp": "tcp://127.0.0.1:*"}[sys.argv[1]])
        address.send(socket.getsockopt_string(zmq.LAST_ENDPOINT))
        print("ready", flush=True)
        for line in sys.stdin:
            work, size, count = line.split()
            commands.send((work, int(size), int(count)))
            print({"echo": echo, "one-way": one_way}[work](socket, int(size), int(count)), flush=True)
        commands.close()
        process.join()
        socket.close(linger=0)


main()
