"""What many viewers of one training cost: how soon their pages follow, and how fast it still trains.

    python -m benchmarks.viewers [--json] [--viewers 0,1,25] [--seconds 15] [--app app.py]

Viewers are sessions over Streamlit's own protocol, as a browser holds them: each draws the page anew
when it is told to, and fetches every moment that the page shows. One training runs throughout, so the
figures of a row belong together; on a busy machine only their ratios mean something.
"""

import asyncio
import json
import statistics
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.served import ROOT, end_all, process_at, serve
from ui.train.presets import PRESETS
from vae import jobs

EPOCHS = 5000
SETTLE_SECONDS = 4.0
Figures = dict[str, Any]


@dataclass
class Viewer:
    """One browser's session."""

    address: str
    page: str
    waits: list[float] = field(default_factory=list)
    """Seconds from asking for a refresh to having all of it."""
    fetched: int = 0
    """Bytes of moments."""
    _asked: dict[str, float] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)
    _refreshes: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def watch(self) -> None:
        """Open the page and follow it until cancelled."""
        url = f"{self.address.replace('http', 'ws')}/_stcore/stream"
        async with connect(url, max_size=None) as socket:
            await self._ask(socket, "")
            async with asyncio.TaskGroup() as tasks:
                async for content in socket:
                    assert isinstance(content, bytes), "Streamlit speaks protobuf"
                    self._hear(ForwardMsg.FromString(content), socket, tasks)

    async def _ask(self, socket: ClientConnection, fragment: str) -> None:
        message = BackMsg()
        message.rerun_script.query_string = f"run={self.page}"
        message.rerun_script.page_name = "train"
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        self._asked.setdefault(fragment, time.perf_counter())
        await socket.send(message.SerializeToString())

    def _hear(
        self,
        message: ForwardMsg,
        socket: ClientConnection,
        tasks: asyncio.TaskGroup,
    ) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                if not message.metadata.run.fragment_ids:  # the whole page is drawn
                    self._stop(list(self._refreshes))
            case "stop_auto_rerun":
                self._stop(message.stop_auto_rerun.fragment_ids)
            case "auto_rerun":
                fragment = message.auto_rerun.fragment_id
                self._stop([fragment])
                again = self._again(socket, fragment, message.auto_rerun.interval)
                self._refreshes[fragment] = tasks.create_task(again)
            case "delta":
                self._look(message, tasks)
            case "script_finished":
                now = time.perf_counter()
                self.waits += [now - since for since in self._asked.values()]
                self._asked.clear()

    def _stop(self, fragments: Iterable[str]) -> None:
        for fragment in fragments:
            if task := self._refreshes.pop(fragment, None):
                task.cancel()

    async def _again(self, socket: ClientConnection, fragment: str, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._ask(socket, fragment)

    def _look(self, message: ForwardMsg, tasks: asyncio.TaskGroup) -> None:
        """Fetch the newest moment, where it is another one."""
        component = message.delta.new_element.bidi_component
        if component.component_name != "latent_timeline":
            return
        [content] = json.loads(component.json or component.mixed.json)
        name = content["moments"][-1][0]
        if name not in self._names:
            self._names.add(name)
            tasks.create_task(self._fetch(name))

    async def _fetch(self, name: str) -> None:
        self.fetched += await asyncio.to_thread(_size, f"{self.address}/api/moments/{name}")


def _size(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return len(answer.read())
    except urllib.error.HTTPError:  # thinned out meanwhile
        return 0


def train(runs: Path) -> jobs.Run:
    """Start the training that all look at, which outlasts the measurement."""
    config = PRESETS[0].config
    config = config.replace(train=config.train.replace(epochs=EPOCHS))
    run = jobs.submit(config, runs)
    while run.status.state == "queued" or run.status.step == 0:
        time.sleep(0.1)
    return run


async def measure(
    address: str, run: jobs.Run, server: psutil.Process, count: int, seconds: float
) -> Figures:
    """So many viewers for so long."""
    viewers = [Viewer(address, run.name) for _ in range(count)]
    watching = [asyncio.create_task(viewer.watch()) for viewer in viewers]
    await asyncio.sleep(SETTLE_SECONDS)
    for viewer in viewers:
        viewer.waits.clear()
    step, cpu, begin = run.status.step, _cpu(server), time.perf_counter()
    await asyncio.sleep(seconds)
    spent = time.perf_counter() - begin
    steps, used = run.status.step - step, _cpu(server) - cpu
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    waits = sorted(wait for viewer in viewers for wait in viewer.waits)
    found = {
        "viewers": count,
        "steps_a_second": round(steps / spent, 1),
        "server_cores": round(used / spent, 2),
        "refreshes_a_second": round(len(waits) / spent, 1),
    }
    if waits:
        found |= {
            "wait_median_ms": round(1000 * statistics.median(waits)),
            "wait_p95_ms": round(1000 * waits[int(0.95 * len(waits))]),
            "cpu_ms_a_refresh": round(1000 * used / len(waits), 1),
            "fetched_mb_a_second": round(sum(v.fetched for v in viewers) / spent / 1e6, 1),
        }
    return found


def _cpu(server: psutil.Process) -> float:
    """Seconds of processor that the server has used."""
    times = server.cpu_times()
    return float(times.user + times.system)


@contextmanager
def app_and_run(app: Path) -> Iterator[tuple[str, jobs.Run, psutil.Process]]:
    """An app, and a training in its folder."""
    with serve(app) as (address, runs):
        server = process_at(address)
        run = train(runs)
        try:
            yield address, run, server
        finally:
            end_all(runs)


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
    viewers: Annotated[str, typer.Option(help="How many at a time, with commas.")] = "0,1,25",
    seconds: Annotated[float, typer.Option(help="For each of them.")] = 15.0,
    app: Annotated[Path, typer.Option(help="What `streamlit run` is given.")] = ROOT / "app.py",
) -> None:
    """Measure, and print a line for each number of viewers."""
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    found = []
    with app_and_run(app.absolute()) as (address, run, server):
        for count in (int(part) for part in viewers.split(",")):
            found.append(asyncio.run(measure(address, run, server, count, seconds)))
            console.print(", ".join(f"{name} {value}" for name, value in found[-1].items()))
    if as_json:
        typer.echo(json.dumps(found))


if __name__ == "__main__":
    typer.run(main)
