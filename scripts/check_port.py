"""Say in one sentence why the app cannot listen there: `check_port.py 8501 127.0.0.1`."""

import socket
import sys


def complaint(text: str, host: str) -> "str | None":
    """Why the port of this name cannot be used at this address, with what to do; None where it can."""
    another = "Choose another with PORT, for example: make run PORT=8600"
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        return f"{text!r} is not a port: PORT needs a number from 1 to 65535. {another}"
    port = int(text)
    with socket.socket() as visitor:
        visitor.settimeout(1)
        if visitor.connect_ex(("127.0.0.1", port)) == 0:
            return f"Port {port} is in use by another program. {another}"
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host or "no address", port))
        except PermissionError as error:
            return f"Port {port} cannot be used ({error.strerror}). {another}"
        except OSError as error:
            return (
                f"The app cannot listen at {host!r} ({error.strerror}): HOST needs an address of this "
                "machine, or 0.0.0.0 for all of them. Without HOST only this machine reaches it"
            )
    return None


if __name__ == "__main__" and (fault := complaint(*sys.argv[1:])):
    sys.exit(f"{fault}.")
