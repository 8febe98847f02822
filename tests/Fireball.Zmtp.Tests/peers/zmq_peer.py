"""A libzmq peer driven by the lines of its standard input; answers one line each, in JSON.

Argument: a JSON object {"type": "DEALER"|"ROUTER"|..., "bind": endpoint or "connect": endpoint,
"plain_server": [user, password]?, "plain": [user, password]?, "identity": text?, "options": {name: number}}.
"""
import base64
import json
import os
import sys
import threading

import zmq
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message


def main():
    config = json.loads(sys.argv[1])
    context = zmq.Context()
    authenticator = None
    if "plain_server" in config:
        authenticator = ThreadAuthenticator(context)
        authenticator.start()
        user, password = config["plain_server"]
        authenticator.configure_plain(domain="*", passwords={user: password})
    socket = context.socket(getattr(zmq, config["type"]))
    socket.linger = 1000
    socket.rcvtimeo = 20000
    socket.sndtimeo = 20000
    if "plain_server" in config:
        socket.plain_server = True
    if "plain" in config:
        socket.plain_username = config["plain"][0].encode()
        socket.plain_password = config["plain"][1].encode()
    if "identity" in config:
        socket.identity = config["identity"].encode()
    for name, value in config.get("options", {}).items():
        socket.setsockopt(getattr(zmq, name), value)
    monitor = socket.get_monitor_socket()
    monitor.rcvtimeo = 20000
    if "bind" in config:
        socket.bind(config["bind"])
        say({"ready": socket.last_endpoint.decode().rstrip("\0")})
    else:
        socket.connect(config["connect"])
        say({"ready": config["connect"]})

    for line in sys.stdin:
        request = json.loads(line)
        verb = request["do"]
        try:
            if verb == "send":
                socket.send_multipart([base64.b64decode(part) for part in request["parts"]])
                say({"ok": True})
            elif verb == "recv":
                say({"parts": [base64.b64encode(part).decode() for part in socket.recv_multipart()]})
            elif verb == "echo":
                for _ in range(request["count"]):
                    socket.send_multipart(socket.recv_multipart())
                say({"ok": True})
            elif verb == "event":
                wanted = {getattr(zmq, "EVENT_" + name) for name in request["names"]}
                while True:
                    event = recv_monitor_message(monitor)
                    if event["event"] in wanted:
                        say({"event": zmq.Event(event["event"]).name, "value": event["value"]})
                        break
        except zmq.ZMQError as e:
            say({"error": str(e)})

    # A connection libzmq refused can hold the context for ever.
    limit = threading.Timer(1.5, os._exit, (0,))
    limit.daemon = True
    limit.start()
    # In this order: libzmq stops a monitor by a message, and waits for ever where no reader is left to take it.
    socket.disable_monitor()
    socket.close()
    monitor.close()
    if authenticator:
        authenticator.stop()
    context.term()


def say(answer):
    print(json.dumps(answer), flush=True)


main()
