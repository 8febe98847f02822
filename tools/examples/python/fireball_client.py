#!/usr/bin/env python3
"""Fireball from Python: connect, run with streaming input and output, copy, many hosts, cancel, deadline.

Once, in this directory (Debian's packages; pip's grpcio-tools do as well):
    apt install python3-grpcio python3-protobuf protobuf-compiler protobuf-compiler-grpc
    protoc -I ../../../proto --python_out=. --grpc_python_out=. ../../../proto/fireball/v1/*.proto \
        --plugin=protoc-gen-grpc_python=$(command -v grpc_python_plugin)
Then, with hosts that you reach by ssh:
    fireball serve &
    python3 fireball_client.py web1 web2 web3           (-F /PATH/TO/FILE before the hosts: another ssh_config)
"""
import os
import sys

import grpc
from fireball.v1 import agent_pb2, controller_pb2 as api, controller_pb2_grpc


def connect(fireball, host):
    *_, last = fireball.Connect(iter([api.ConnectRequest(host=host)]))
    route = api.Route.Name(last.connected.route).removeprefix("ROUTE_").lower()
    print(f"connected {host.destination} by {route}, agent {last.connected.agent_version}")


def start(host, *argv, stdin=False):
    command = agent_pb2.ExecStart(argv=[word.encode() for word in argv], attach_stdin=stdin)
    return api.ControllerExecRequest(start=api.ControllerExecStart(host=host, command=command))


def stream(fireball, host):
    def requests():  # Each is sent when it is made: standard input can be as long as you like.
        yield start(host, "sed", "-u", "s/^/remote: /", stdin=True)
        for line in (b"one\n", b"two\n"):
            yield api.ControllerExecRequest(stdin_data=line)

    for response in fireball.Exec(requests()):
        if response.HasField("stdout_data"):
            print(response.stdout_data.decode(), end="", flush=True)
        elif response.HasField("exited"):
            print(f"exit status {response.exited.exit_code}")


def copy(fireball, host, content):
    path = b"fireball-example"  # In the home directory.
    put = [api.ControllerPutRequest(start=api.ControllerPutStart(host=host, path=path)), api.ControllerPutRequest(data=content)]
    print(f"put {fireball.Put(iter(put)).size} bytes")
    got = b"".join(step.data for step in fireball.Get(api.ControllerGetRequest(host=host, path=path)))
    print("got the same" if got == content else "got something else")


def run_everywhere(fireball, hosts):
    for event in fireball.Run(api.RunRequest(hosts=hosts, command=agent_pb2.ExecStart(shell=b"echo $((6 * 7))"))):
        if event.HasField("stdout_data"):
            print(f"{hosts[event.host].destination}: {event.stdout_data.decode().strip()}")
        elif event.HasField("failed"):
            print(f"{hosts[event.host].destination}: {event.failed.message}")


def cancel(fireball, host):
    call = fireball.Exec(iter([start(host, "sleep", "60")]))
    next(call)  # It has started.
    call.cancel()  # Its process group is killed.
    print(f"sleep: {call.code().name}")


def deadline(fireball, host):
    try:
        list(fireball.Exec(iter([start(host, "sleep", "60")]), timeout=1))
    except grpc.RpcError as failure:
        print(f"sleep: {failure.code().name}")


arguments = sys.argv[1:]
ssh = [arguments.pop(0), arguments.pop(0)] if arguments[:1] == ["-F"] else []
hosts = [api.HostSpec(destination=name, ssh_arguments=ssh) for name in arguments] or sys.exit(__doc__)
runtime = os.environ.get("XDG_RUNTIME_DIR")
directory = f"{runtime}/fireball" if runtime else f"/tmp/fireball-serve-{os.getuid()}"
with grpc.insecure_channel(f"unix:{directory}/grpc.sock") as channel:
    controller = controller_pb2_grpc.ControllerServiceStub(channel)
    connect(controller, hosts[0])
    stream(controller, hosts[0])
    copy(controller, hosts[0], b"hello " * 100_000)
    run_everywhere(controller, hosts)
    cancel(controller, hosts[0])
    deadline(controller, hosts[0])
