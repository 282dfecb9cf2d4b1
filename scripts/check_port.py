"""Say in one sentence why the app cannot listen on a port: `check_port.py 8501`."""

import socket
import sys


def complaint(text: str) -> "str | None":
    """Why the port of this name cannot be used; None where it can."""
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        return f"{text!r} is not a port: PORT needs a number from 1 to 65535"
    port = int(text)
    with socket.socket() as visitor:
        visitor.settimeout(1)
        if visitor.connect_ex(("127.0.0.1", port)) == 0:
            return f"Port {port} is in use by another program"
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("", port))
        except OSError as error:
            return f"Port {port} cannot be used ({error.strerror})"
    return None


if __name__ == "__main__" and (fault := complaint(sys.argv[1])):
    sys.exit(f"{fault}. Choose another with PORT, for example: make run PORT=8600")
