"""Whatever dies on the way, a run over a corpus ends with what an undisturbed one has.

Real processes of Dask on loopback; a longer form is tests/soak_corpus.py.
"""

import os
import signal
import time
from contextlib import nullcontext
from dataclasses import replace

import corpora
import dask
import failing
import pytest
from corpora import asked_of, hands, left_out_in
from failing import Counted, Poisoned, Processes, command, faults, half_written

from geo.corpus.dask_pool import DaskPool, local_workers
from geo.corpus.running import run_corpus
from geo.corpus.settings import CorpusError


@pytest.fixture(scope="module")
def articles():
    return corpora.corpus()[:42]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory, articles):
    return failing.written(tmp_path_factory.mktemp("corpus") / "in", articles)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, inputs):
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    run_corpus(out, asked_of(inputs), hands())
    return out


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch):
    for name, value in failing.environment().items():
        monkeypatch.setenv(name, value)


def after(act):
    """Return a watcher that does something after each task of each stage."""
    return lambda stage, *, done, total, **_: act(stage, done, total)


def test_workers_killed_in_several_stages_change_nothing(tmp_path, inputs, undisturbed):
    killed = []
    with local_workers(2) as pool:

        def kill(stage, done, total):
            if 0 < done < total and stage in ("read", "events") and stage not in killed:
                [pid, *_] = pool.client.run(os.getpid).values()
                os.kill(pid, signal.SIGKILL)
                killed.append(stage)

        run_corpus(tmp_path / "out", asked_of(inputs), hands(pool, after(kill)))
    assert killed == ["read", "events"]
    assert faults(tmp_path / "out", undisturbed) == []


def test_poisoned_articles_are_left_out_and_cost_no_other(tmp_path, articles):
    """One raises an error, one takes all memory, in one part."""
    articles = articles[:10]
    inputs = failing.written(tmp_path / "in", articles)
    broken, greedy = articles[1], articles[3]
    how = ((broken.article_id, failing.breaks), (greedy.article_id, failing.gorges))
    with local_workers(2, "600MB") as pool:
        asked = asked_of(inputs, read=Poisoned(how))
        summary = run_corpus(tmp_path / "out", asked, hands(pool))
    rest = [one for one in articles if one not in (broken, greedy)]
    alone = failing.written(tmp_path / "rest", rest)
    run_corpus(tmp_path / "without", asked_of(alone), hands())
    assert faults(tmp_path / "out", tmp_path / "without") == []
    told = left_out_in(tmp_path / "out")
    assert summary.left_out == len(told)
    first, second = told[:2]
    assert first["where"].endswith(f"000.jsonl, article 2 ({broken.article_id})")
    assert first["why"] == "RuntimeError: this article breaks its reader"
    assert second["where"].endswith(f"000.jsonl, article 4 ({greedy.article_id})")
    assert "killed, or out of memory" in second["why"]
    assert told[2:] == left_out_in(tmp_path / "without")


@pytest.mark.parametrize(("n_workers", "seconds"), [(0, 2), (1, 7)])
def test_an_article_whose_reading_never_returns_is_left_out(
    tmp_path, articles, n_workers, seconds
):
    """Not even where a worker that says nothing for five seconds counts as lost."""
    articles = articles[:10]
    inputs = failing.written(tmp_path / "in", articles, per_file=10)
    endless = articles[7]
    read = Poisoned(((endless.article_id, failing.hangs),))
    asked, slices = asked_of(inputs, read=read, article_s=seconds), set()
    impatient = dask.config.set({"distributed.scheduler.worker-ttl": "5s"})
    with impatient, local_workers(1) if n_workers else nullcontext() as pool:
        work = hands(pool, after(lambda stage, _, total: slices.add((stage, total))))
        summary = run_corpus(tmp_path / "out", asked, work)
    alone = failing.written(
        tmp_path / "rest", [one for one in articles if one is not endless]
    )
    run_corpus(tmp_path / "without", asked_of(alone), hands())
    assert faults(tmp_path / "out", tmp_path / "without") == []
    [told] = left_out_in(tmp_path / "out")
    assert summary.left_out == 1
    assert told["where"].endswith(f"000.jsonl, article 8 ({endless.article_id})")
    assert told["why"] == f"reading it took longer than {seconds} s of processor time"
    # It is not looked for by halves: what is before it, itself, what comes after it.
    assert ("read", 3 if n_workers else 1) in slices
    assert max(total for stage, total in slices if stage == "read") <= 3


def test_a_part_in_which_nothing_more_is_found_is_told(tmp_path, articles):
    inputs = failing.written(tmp_path / "in", articles[:4], per_file=4)
    asked = asked_of(inputs, read=failing.Endless(), article_s=2.0)
    summary = run_corpus(tmp_path / "here", asked, hands())
    assert summary.articles == 4
    [told] = left_out_in(tmp_path / "here")
    assert told["where"].endswith("000.jsonl, article 5")
    assert told["why"].startswith("reading stopped here: reading it took longer than")
    with local_workers(1) as pool:
        assert run_corpus(tmp_path / "out", asked, hands(pool)).articles == 0
    [told] = left_out_in(tmp_path / "out")
    assert told["where"].endswith("000.jsonl")
    assert told["why"].startswith("article 5 in it: reading it took longer than 2 s")


def test_a_scheduler_that_is_killed_and_comes_back_changes_nothing(
    tmp_path, inputs, undisturbed
):
    processes, lost = Processes(tmp_path), []
    scheduler = processes.start()

    def restart(stage, done, total):
        if 1 < done < total and not lost:
            lost.append(stage)
            scheduler.kill()
            scheduler.wait()
            processes.start()

    try:
        with _pool(processes.address) as pool:
            run_corpus(tmp_path / "out", asked_of(inputs), hands(pool, after(restart)))
    finally:
        processes.end()
    assert lost == ["read"]
    assert faults(tmp_path / "out", undisturbed) == []


def _pool(address):
    """Return the workers of a scheduler that has just been started."""
    for _ in range(60):
        try:
            return DaskPool(address)
        except CorpusError:
            time.sleep(1)
    raise AssertionError("no scheduler")


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path, inputs, undisturbed):
    out = tmp_path / "out"
    killed = command(inputs, out, "--workers", "0")
    while killed.poll() is None and len(_read(out)) < 3:
        time.sleep(0.01)
    killed.kill()
    said = killed.communicate()[0].decode()
    assert killed.returncode == -signal.SIGKILL, said
    assert half_written(out) == []
    assert {one.name for one in out.iterdir()} == {"unfinished"}
    before = _read(out)
    told, counted = [], tmp_path / "read"
    asked = replace(asked_of(inputs), read=Counted(str(counted)))
    run_corpus(out, asked, hands(watch=after(lambda *one: told.append(one))))
    assert told[0] == ("read", len(before), len(asked.parts))
    assert len(set(counted.read_text().splitlines())) == len(asked.parts) - len(before)
    assert faults(out, undisturbed) == []
    # As if it had been killed once more, while it removed what it no longer needs.
    (out / "unfinished" / "texts").mkdir(parents=True)
    run_corpus(out, asked, hands())
    assert faults(out, undisturbed) == []


def test_ctrl_c_is_told_in_a_line_and_the_same_call_goes_on(
    tmp_path, inputs, undisturbed
):
    out = tmp_path / "out"
    broken_off = command(inputs, out, "--workers", "2")
    while broken_off.poll() is None and len(_read(out)) < 2:
        time.sleep(0.01)
    os.killpg(broken_off.pid, signal.SIGINT)  # as a terminal does
    said = broken_off.communicate()[0].decode()
    assert broken_off.returncode == 130, said
    assert "the same command goes on from here" in said
    assert "Traceback" not in said
    again = command(inputs, out, "--workers", "2")
    said = again.communicate()[0].decode()
    assert again.returncode == 0, said
    assert faults(out, undisturbed) == []


def _read(out):
    folder = out / "unfinished" / "read"
    return sorted(folder.iterdir()) if folder.exists() else []
