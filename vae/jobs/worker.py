"""The one process that works on a run: it takes the lock, trains, and says how that ended."""

import os
import traceback
from contextlib import suppress

from vae.errors import VaeError
from vae.jobs import queue
from vae.jobs.interrupt import Interrupt
from vae.jobs.loop import Ending, OnEvent, OnProgress, train
from vae.jobs.run import Run
from vae.jobs.status import Status, now

_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")
"""What torch says on CUDA and MPS, on a CPU, and on Windows."""

_EARLY = "Interrupted before it trained."
_HASTY = "Interrupted twice, so what it did since it was last saved is lost."


def work(
    run: Run, on_event: OnEvent | None = None, on_progress: OnProgress | None = None
) -> Status:
    """Train to the end, until asked to stop or long paused; then start who waits. Gives back how it ended.

    Every error ends in the status: `failed` with a sentence, or `diverged`. Ctrl-C and SIGTERM save
    and end as `stopped`. What was saved last stays in any case.

    Raises:
        RunError: another process works on it, its files are damaged, or its folder is read-only.
    """
    interrupt = Interrupt()
    with run.working(), interrupt.listening():
        begin = {"state": "running", "cause": "", "pid": os.getpid(), "started": now()}
        before = run.read_status()
        run.write_status(before.model_copy(update=begin))
        ending = _train(run, interrupt, on_event, on_progress)
        if ending.state == "failed" and _was_done(before, run.read_status()):
            ending = _still_done(run, before, ending)
        end = {"state": ending.state, "cause": ending.cause, "pid": None}
        quiet = {"busy": "", "images_per_second": 0.0}
        status = run.read_status().model_copy(update=end | quiet)
        run.write_status(status)
    with suppress(VaeError):
        queue.heed(run)
    with suppress(VaeError):  # who waits is no matter of this run
        queue.pump(run.path.parent)
    return status


def _was_done(before: Status, now: Status) -> bool:
    """Whether a run had all of its epochs, and has not begun with more."""
    done = before.step == before.total_steps > 0
    return done and (now.step, now.total_steps) == (before.step, before.total_steps)


def _still_done(run: Run, before: Status, ending: Ending) -> Ending:
    """A run that could not go on is what it was, with the length that it had."""
    config = run.config
    epochs = round(before.epoch)
    run.write_config(config.replace(train=config.train.replace(epochs=epochs)))
    return Ending("done", f"It could not go on: {ending.cause}")


def _train(
    run: Run, interrupt: Interrupt, on_event: OnEvent | None, on_progress: OnProgress | None
) -> Ending:
    """Train, and put every way of ending into words."""
    try:
        return train(run, interrupt, on_event, on_progress)
    except KeyboardInterrupt:
        asked = not interrupt.gentle and run.wish == "stop"
        return Ending("stopped", "" if asked else _HASTY if interrupt.gentle else _EARLY)
    except VaeError as error:
        return Ending("failed", str(error))
    except Exception as error:
        if isinstance(error, MemoryError) or any(words in str(error) for words in _MEMORY):
            size = run.config.train.batch_size
            return Ending(
                "failed",
                f"Batches of {size:,} images do not fit into the memory. "
                "Train anew with a smaller batch size, or a smaller model.",
            )
        return _unexpected(run, error)


def _unexpected(run: Run, error: Exception) -> Ending:
    """A sentence for the status, the traceback for the log."""
    with suppress(OSError), run.log.open("a", encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
    first = (str(error).strip() or "without a message").splitlines()[0]
    return Ending(
        "failed", f"Unexpected {type(error).__name__}: {first}. {run.log} holds the details."
    )
