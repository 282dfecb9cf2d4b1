"""temporary"""
import sys
def main():
    from vae.jobs import Run, work
    s = work(Run.open(sys.argv[2]))
    print(s.state, s.cause)
