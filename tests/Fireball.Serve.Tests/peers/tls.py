"""grpcio over TLS: tls.py ADDRESS CA [CERTIFICATE KEY]; prints the status of one call."""
import sys

import grpc

address, authority, *own = sys.argv[1:]
certificate, key = (open(path, "rb").read() for path in own) if own else (None, None)
credentials = grpc.ssl_channel_credentials(open(authority, "rb").read(), key, certificate)
with grpc.secure_channel(address, credentials) as channel:
    try:
        channel.unary_unary("/fireball.v1.ControllerService/ListHosts")(b"", timeout=20)
        print("OK")
    except grpc.RpcError as failure:
        print(failure.code().name)
