"""One long file from bytes to the queue: `python -m tests.benchmarks.harvest_long SHARED CHARACTERS`.

The file is made of the sentences of SHARED's documents and corpus with every fifth noun, verb and adjective exchanged
for another, so that it says something new to its end. It is harvested into an empty termbase in a throw-away database.
Prints a row of Markdown: characters, passages, time of the processor (without the database server's), most memory held.
"""

import io
import os
import random
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_EXCHANGED = 0.2


def main(shared: Path, characters: int) -> None:
    """Make the file, harvest it, and print."""
    with tempfile.TemporaryDirectory() as data:
        os.environ["TERMBASE_DATA"] = data
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from config.database import embedded
        from termbase.models import Passage

        file = Path(data) / "long.txt"
        with file.open("w", encoding="utf-8") as stream:
            stream.writelines(f"{text}\n\n" for text in _texts(shared, characters))
        call_command("migrate", verbosity=0)
        before = _processor()
        call_command("harvest", file, stdout=io.StringIO())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"| {characters:,} | {Passage.objects.count():,} | {_processor() - before:.1f} s | {memory} MB |")
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(data).resolve() / "postgres")


def _texts(shared: Path, characters: int) -> Iterator[str]:
    from rjieba import Jieba

    from termbase.harvest.clean import clean

    texts = [
        block.text for path in sorted((shared / "documents").glob("*.txt")) for block in clean(path.read_text("utf-8"))
    ]
    corpus = (shared / "corpus" / "un_parallel_zh_en.tsv").read_text("utf-8")
    texts += [line.split("\t")[1] for line in corpus.splitlines()]
    jieba = Jieba()
    tagged = [list(jieba.tag(text, hmm=False)) for text in texts]
    words: dict[str, list[str]] = {"n": [], "v": [], "a": []}
    for word, tag in (pair for text in tagged for pair in text):
        if len(word) > 1 and tag[0] in words:
            words[tag[0]].append(word)
    draw = random.Random(8)
    while characters > 0:
        text = "".join(
            draw.choice(words[tag[0]]) if len(word) > 1 and tag[0] in words and draw.random() < _EXCHANGED else word
            for word, tag in draw.choice(tagged)
        )
        characters -= len(text)
        yield text


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]))
