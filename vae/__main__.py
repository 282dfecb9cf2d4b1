"""`python -m vae`: the command line."""

from vae.cli import main

if __name__ == "__main__":
    main()
