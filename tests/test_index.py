"""`index`: builds, reports, and indexes that never lie."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import build
from index.encoder import Encoder
from index.errors import IndexUnusable
from index.store import Store
from index.store.writer import Writer
from search import Engine
from tests.conftest import Command

Write = Callable[[str, str | bytes], Path]
ONE = "افتتحت الوزيرة سلمى حداد الجسر الجديد في أسوان يوم الثلاثاء. وحضر الحفل ألف شخص."
TWO = "فاز فريق الهلال بكأس السباحة بعد منافسة طويلة مع فريق النجوم."


@pytest.fixture
def corpus(write: Write, tmp_path: Path) -> Path:
    write("corpus/one.txt", f"جسر جديد\n\n{ONE}\n\nوكلف البناء تسعة ملايين جنيه.")
    write("corpus/two.md", f"# كأس السباحة\n\n{TWO}\n")
    return tmp_path / "corpus"


@pytest.fixture
def folder(tmp_path: Path, corpus: Path, encoder: Encoder) -> Path:
    build([str(corpus)], tmp_path / "index", encoder)
    return tmp_path / "index"


def test_a_build_says_what_it_did(command: Command, corpus: Path, tmp_path: Path) -> None:
    outcome = command("index", "build", corpus, "--index", tmp_path / "new")
    assert outcome.status == 0
    assert "2 articles as 3 passages" in outcome.out
    assert "passages/s" in outcome.out
    assert str(tmp_path / "new") in outcome.out
    assert outcome.err == ""


def test_json_of_build_and_info_agree(command: Command, corpus: Path, tmp_path: Path) -> None:
    where = ("--index", tmp_path / "new", "--format", "json")
    built = json.loads(command("index", "build", corpus, *where).out)
    held = json.loads(command("index", "info", *where).out)
    assert built["articles"] == held["articles"] == 2
    assert held["passages"] == 3
    assert held["sentences"] == 4
    assert held["model"]["model"] == "multilingual-e5-small"
    assert {entry["source"]: entry["passages"] for entry in held["sources"]} == {
        str(corpus / "one.txt"): 2,
        str(corpus / "two.md"): 1,
    }
    assert held["bytes"] == sum(
        path.stat().st_size for path in (tmp_path / "new").glob("generation-*/*")
    )


def test_info_in_words(command: Command, folder: Path) -> None:
    outcome = command("index", "info", "--index", folder)
    assert outcome.status == 0
    for words in ("multilingual-e5-small", "2 articles", "3 passages", "4 sentences", "one.txt"):
        assert words in outcome.out


def test_bad_files_are_named_and_the_good_ones_get_in(
    command: Command, corpus: Path, write: Write, tmp_path: Path
) -> None:
    write("corpus/scan.txt", b"%PDF-1.4")
    write("corpus/void.txt", b"")
    outcome = command("index", "build", corpus, "--index", tmp_path / "new")
    assert outcome.status == 2
    assert "2 articles" in outcome.out
    assert "Skipped 2 inputs" in outcome.out
    assert [line.partition(":")[0] for line in outcome.err.splitlines()] == ["index", "index"]
    assert "scan.txt: it is a PDF" in outcome.err
    assert "void.txt: it is empty" in outcome.err


def test_nothing_to_index_is_an_error(command: Command, tmp_path: Path) -> None:
    outcome = command("index", "build", tmp_path, "--index", tmp_path / "new")
    assert outcome.status == 2
    assert outcome.err.startswith("index: There is no article")
    assert "Traceback" not in outcome.err


def test_the_default_index_and_names(
    command: Command, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("index", "build", corpus).status == 0
    assert command("index", "build", corpus / "two.md", "--index", "sport").status == 0
    assert "3 passages" in command("index", "info").out
    assert "1 passage," in command("index", "info", "--index", "sport").out
    monkeypatch.setenv("BAHITH_INDEX", "sport")
    assert "1 passage," in command("index", "info").out


def test_the_reasons_are_said_on_request(command: Command, corpus: Path, tmp_path: Path) -> None:
    outcome = command("index", "build", corpus, "--index", tmp_path / "new", "-v")
    assert "read by index.corpus.markdown" in outcome.err
    outcome = command("search", "bridge", "--index", tmp_path / "new", "-v")
    assert f"index: {tmp_path / 'new'}" in outcome.err


def test_a_rebuild_replaces_and_leaves_nothing_behind(
    folder: Path, corpus: Path, encoder: Encoder
) -> None:
    build([str(corpus / "two.md")], folder, encoder)
    assert Store(folder).manifest.counts.passages == 1
    assert len(list(folder.glob("generation-*"))) == 1


def test_a_failed_build_leaves_the_old_index(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    assert command("index", "build", tmp_path / "none", "--index", folder).status == 2
    assert Store(folder).manifest.counts.passages == 3
    assert len(list(folder.glob("generation-*"))) == 1


def test_an_open_index_keeps_answering_after_a_rebuild(
    folder: Path, corpus: Path, encoder: Encoder
) -> None:
    engine = Engine(folder)
    build([str(corpus / "two.md")], folder, encoder)
    assert "أسوان" in engine.search("which minister opened it in Aswan", 1)[0].text
    assert "السباحة" in Engine(folder).search("which minister opened it in Aswan", 1)[0].text


def test_a_second_writer_is_refused(folder: Path, corpus: Path, encoder: Encoder) -> None:
    with Writer(folder), pytest.raises(IndexUnusable, match="Another process"):
        build([str(corpus)], folder, encoder)
    build([str(corpus)], folder, encoder)


def test_a_folder_of_other_things_is_not_written_to(
    command: Command, corpus: Path, write: Write
) -> None:
    kept = write("photos/a.jpg", b"x")
    outcome = command("index", "build", corpus, "--index", kept.parent)
    assert outcome.status == 2
    assert "not empty" in outcome.err
    assert list(kept.parent.iterdir()) == [kept]


def damage(folder: Path, kind: str) -> None:
    manifest = folder / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    part = folder / next(name for name in content["parts"] if name.endswith(kind.split()[-1]))
    match kind.split()[0]:
        case "missing":
            part.unlink()
        case "truncated":
            part.write_bytes(part.read_bytes()[:-10])
        case "garbled":
            part.write_bytes(b"x" * part.stat().st_size)
        case "manifest":
            manifest.write_text(kind.split()[-1], encoding="utf-8")
        case field:
            content[field] = 99
            manifest.write_text(json.dumps(content), encoding="utf-8")


PARTS = ("texts.sqlite", "passages.faiss", "sentences.npy")


@pytest.mark.parametrize(
    "kind",
    [f"{how} {part}" for how in ("missing", "truncated", "garbled") for part in PARTS]
    + ["format_version .npy", "text_version .npy", "parts .npy"],
)
def test_damage_is_refused_in_one_sentence(command: Command, folder: Path, kind: str) -> None:
    damage(folder, kind)
    outcome = command("search", "bridge", "--index", folder)
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith("search: The index ")
    assert outcome.err.count("\n") == 1
    assert "index build" in outcome.err


@pytest.mark.parametrize("content", ["", "[]", "{", "{}", "null", '{"kind": "other"}'])
def test_a_manifest_that_is_none(command: Command, folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content, encoding="utf-8")
    outcome = command("search", "bridge", "--index", folder)
    assert outcome.status == 2
    assert "damaged" in outcome.err


def test_another_model_is_refused(command: Command, folder: Path) -> None:
    manifest = folder / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["encoder"]["fingerprint"] = "0" * 16
    manifest.write_text(json.dumps(content), encoding="utf-8")
    outcome = command("search", "bridge", "--index", folder)
    assert outcome.status == 2
    assert "was made with multilingual-e5-small (0000000000000000)" in outcome.err


def test_a_place_that_cannot_be_written(command: Command, corpus: Path, write: Write) -> None:
    file = write("file", b"")
    outcome = command("index", "build", corpus, "--index", file / "index")
    assert outcome.status == 2
    assert outcome.err.startswith("index: The disk or file system refused")
    assert "Traceback" not in outcome.err


BUILD = "import sys; from index.cli import main; sys.argv = ['index', *sys.argv[1:]]; main()"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (f"{ONE} {TWO}", 2_000),
        (f"{ONE} {TWO}", 10_000),
        (f"{ONE} {TWO}", 20_000),
        (f"{ONE} {TWO}", 28_000),
        (TWO, 28_000),  # a sentence a passage: the passages' vectors are the largest file
    ],
)
def test_a_full_disk_leaves_the_old_index(
    folder: Path, write: Write, tmp_path: Path, text: str, limit: int
) -> None:
    """No file may grow past the limit, which stops the texts, the sentences or the passages."""
    for number in range(20):
        write(f"more/{number}.txt", f"{text} رقم {number}.")

    def no_space() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    run = [sys.executable, "-c", BUILD, "build", str(tmp_path / "more"), "--index", str(folder)]
    outcome = subprocess.run(run, capture_output=True, text=True, preexec_fn=no_space)
    assert outcome.returncode == 2
    assert outcome.stderr.startswith("index: The disk or file system refused")
    assert "Traceback" not in outcome.stderr
    assert Store(folder).manifest.counts.passages == 3
    assert len(list(folder.glob("generation-*"))) == 1


def test_a_killed_build_leaves_the_old_index_and_the_next_one_tidies_up(
    folder: Path, write: Write, tmp_path: Path, encoder: Encoder
) -> None:
    big = write("big.txt", "\n".join(f"{ONE} {TWO} رقم {number}." for number in range(4000)))
    run = [sys.executable, "-c", BUILD, "build", str(big), "--index", str(folder)]
    process = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(folder.glob("generation-*"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    process.kill()
    process.wait()
    assert len(list(folder.glob("generation-*"))) == 2
    assert Store(folder).manifest.counts.passages == 3
    assert "أسوان" in Engine(folder).search("which minister opened it in Aswan", 1)[0].text
    build([str(tmp_path / "corpus")], folder, encoder)
    assert len(list(folder.glob("generation-*"))) == 1
    assert not list(folder.glob("manifest.json.*"))


def test_interrupting_a_build_is_quiet(folder: Path, write: Write) -> None:
    big = write("big.txt", "\n".join(f"{ONE} رقم {number}." for number in range(4000)))
    run = [sys.executable, "-c", BUILD, "build", str(big), "--index", str(folder)]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while len(list(folder.glob("generation-*"))) < 2 and process.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert len(list(folder.glob("generation-*"))) == 1
    assert Store(folder).manifest.counts.passages == 3


def test_sentence_vectors_belong_to_their_passages(folder: Path, encoder: Encoder) -> None:
    store = Store(folder)
    for row, passage in store.read([0, 1, 2]).items():
        spans = passage.sentences()
        vectors = store.sentence_vectors(passage, len(spans))
        alone = encoder.encode_passages([passage.text[start:end] for start, end in spans])
        scores, rows = store.passages.nearest(vectors, 1)
        assert rows[:, 0].tolist() == [row] * len(spans)
        if len(spans) > 1:
            assert (vectors * alone).sum(axis=1).min() > 0.999
        else:  # all of its passage, and encoded with it
            assert scores.min() > 0.999
