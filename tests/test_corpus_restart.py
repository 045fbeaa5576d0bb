"""A run that is broken off anywhere goes on from there, and the command says how."""

from dataclasses import replace
from functools import partial

import corpora
import pytest
from conftest import make_article
from corpora import asked_of, bytes_in, hands, run, write_lines
from typer.testing import CliRunner

from geo.cli import app
from geo.corpus import stages
from geo.corpus.dask_pool import DaskPool
from geo.corpus.pools import Failed, InProcess
from geo.corpus.running import run_corpus
from geo.corpus.settings import CorpusError


@pytest.fixture(autouse=True)
def places(monkeypatch):
    monkeypatch.setenv("TIDELINE_CACHE", str(corpora.CACHE))


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "a.jsonl"
    return write_lines(path, corpora.samples()[30:50])


class Stopping(InProcess):
    """Does some tasks, and is stopped at the next: in its midst, or before it."""

    def __init__(self, most):
        self.left, self.done = most, []

    def each(self, work, given, *, ahead=0):
        for one in given:
            if self.left == 0:
                raise KeyboardInterrupt
            self.left -= 1
            self.done.append(one)
            yield one, work(one)


def test_what_is_done_is_not_done_again(lines, tmp_path):
    asked = {"part_bytes": 4_000, "n_shards": 2}
    whole = Stopping(-1)
    run(tmp_path / "whole", lines, whole, **asked)
    names = [(task.stage, task.name) for task in whole.done]
    for most in range(1, len(names), 7):
        out, first, second = tmp_path / str(most), Stopping(most), Stopping(-1)
        with pytest.raises(KeyboardInterrupt):
            run(out, lines, first, **asked)
        assert not (out / "corpus.json").exists()
        assert not (out / "events").exists()
        run(out, lines, second, **asked)
        done = [(task.stage, task.name) for task in (*first.done, *second.done)]
        assert sorted(done) == sorted(names)
        assert bytes_in(out) == bytes_in(tmp_path / "whole")


def test_a_run_that_goes_on_counts_what_was_read_before(lines, tmp_path):
    asked, told = asked_of(lines, part_bytes=4_000), []
    stopped = hands(Stopping(2))
    with pytest.raises(KeyboardInterrupt):
        run_corpus(tmp_path, asked, stopped, n_shards=2)
    watch = hands(watch=lambda stage, **numbers: told.append((stage, numbers)))
    run_corpus(tmp_path, asked, watch, n_shards=2)
    stage, first = told[0]
    assert (stage, first["done"]) == ("read", 2)
    assert 0 < first["articles"] < 20
    assert {numbers["articles"] for stage, numbers in told if stage != "read"} == {20}


def test_half_a_folder_never_appears(lines, tmp_path, monkeypatch):
    def broken(setting, shard, folder):
        (folder / "pairs.arrow").write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stages, "find_pairs", broken)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "out", lines)
    unfinished = tmp_path / "out" / "unfinished"
    assert not (unfinished / "pairs").exists()
    assert not list((unfinished / "making").iterdir())
    run(tmp_path / "out", lines)
    assert (tmp_path / "out" / "events").exists()


def test_a_full_disk_ends_the_run_and_says_so(lines, tmp_path, monkeypatch):
    def full(setting, shard, folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stages, "cluster_places", full)
    with pytest.raises(CorpusError, match=r"No space left.*run this again to go on"):
        run(tmp_path / "out", lines)


def test_two_runs_into_one_folder_are_kept_apart(lines, tmp_path):
    """The second one is refused while the first one lasts, and harms nothing."""
    out = tmp_path / "out"

    class Meanwhile(InProcess):
        def each(self, work, given, *, ahead=0):
            with pytest.raises(CorpusError, match=r"another run into .* is under way"):
                run(out, lines)
            yield from super().each(work, given)

    run(tmp_path / "other", lines)
    run(out, lines, Meanwhile())
    assert bytes_in(out) == bytes_in(tmp_path / "other")


def test_a_run_that_ended_as_it_began_is_begun_anew(lines, tmp_path):
    out = tmp_path / "out"
    (out / "unfinished").mkdir(parents=True)
    (out / "unfinished" / ".run.json.new").write_text("{", encoding="utf-8")
    assert run(out, lines).articles == 20


def test_what_is_in_a_folder_already_stays(lines, tmp_path):
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "mine.txt").touch()
    with pytest.raises(CorpusError, match="holds something else"):
        run(tmp_path, lines)
    assert not list((tmp_path / "unfinished").iterdir())


@pytest.mark.parametrize(
    ("which", "told"),
    [
        ("program", r"a worker has version .* the run has other: install the same"),
        ("places", r"a worker's index of place names, .* the run's of other"),
    ],
)
def test_a_worker_that_has_not_the_same_is_refused(lines, tmp_path, which, told):
    """Nothing that it made is taken, and the run goes on when all have the same."""

    class Other(InProcess):
        def each(self, work, given, *, ahead=0):
            setting = replace(work.args[0], **{which: "other"})
            yield from super().each(partial(work.func, setting), given)

    with pytest.raises(CorpusError, match=told):
        run(tmp_path / "out", lines, Other())
    assert not (tmp_path / "out" / "unfinished" / "read").exists()
    assert run(tmp_path / "out", lines).articles == 20


class Deadly(InProcess):
    """Ends whoever reads more than some articles at once."""

    def __init__(self, poisoned):
        self._poisoned = poisoned

    def each(self, work, given, *, ahead=0):
        for one in given:
            piece = getattr(one, "about", None)
            if one_holds(piece, self._poisoned):
                yield one, Failed("it ended a worker", deadly=True)
            else:
                yield one, work(one)


def one_holds(piece, ordinal):
    if getattr(piece, "given_up", "x"):
        return False
    return piece.first <= ordinal and (piece.last is None or ordinal < piece.last)


def test_an_article_that_ends_all_workers_is_cut_out(lines, tmp_path):
    """And its part is read but for it; all else is as without it."""
    articles = corpora.samples()[30:50]
    summary = run(tmp_path / "out", lines, Deadly(13))
    assert (summary.articles, summary.left_out) == (19, 1)
    [told] = corpora.left_out_in(tmp_path / "out")
    assert told["where"].endswith(f"article 14 ({articles[13].article_id})")
    assert "it ended 3 workers" in told["why"]
    rest = write_lines(tmp_path / "rest.jsonl", articles[:13] + articles[14:])
    run(tmp_path / "other", rest)
    ours, theirs = bytes_in(tmp_path / "out"), bytes_in(tmp_path / "other")
    for name in ("corpus.json", "left_out.jsonl"):
        del ours[name], theirs[name]
    assert ours == theirs


def command(*arguments):
    return CliRunner().invoke(app, ["corpus", *map(str, arguments)])


def test_the_command_reads_a_corpus(lines, tmp_path):
    for _ in range(2):  # the second time it is there
        result = command(lines, tmp_path / "out", "--workers", "0", "--quiet")
        assert result.exit_code == 0, result.output
        assert "20 articles" in result.output
    assert command(lines, tmp_path / "out", "--conflict", "iraq").exit_code == 1


def test_the_command_says_how_to_go_on_where_it_is_stopped(
    lines, tmp_path, monkeypatch
):
    asked = []

    def stopped(setting, *_):
        asked.append(setting.article_s)
        raise KeyboardInterrupt

    words = (lines, tmp_path / "out", "--workers", "0", "--quiet")
    with monkeypatch.context() as patch:
        patch.setattr(stages, "read_slice", stopped)
        result = command(*words)
        command(*words, "--article-seconds", "7")
    assert result.exit_code == 130
    assert "the same command goes on from here" in result.output
    assert asked == [300, 7]  # which is none of what must stay the same


def test_the_command_tells_what_was_left_out(tmp_path):
    articles = [*corpora.samples()[:2], make_article(article_id="x", published=None)]
    path = write_lines(tmp_path / "a.jsonl", articles)
    result = command(path, tmp_path / "out", "--workers", "0", "--quiet")
    assert result.exit_code == 1
    assert "1 left out" in result.output


@pytest.mark.parametrize(
    "wrong",
    [
        ["only-one"],
        ["no-such-file.jsonl", "out"],
        ["a", "b", "--workers", "1", "--scheduler", "tcp://127.0.0.1:1"],
    ],
)
def test_wrong_calls(wrong):
    assert command(*wrong).exit_code == 2


def test_a_scheduler_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr("geo.corpus.dask_pool._LOOK_S", 0.2)
    with pytest.raises(CorpusError, match=r"no scheduler answers.*dask scheduler"):
        DaskPool("tcp://127.0.0.1:1")
