import pickle
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import gatepost as gp

MEBIBYTE = 1 << 20


def test_a_letter_with_a_file_of_25_mib_is_made_and_sent_without_that_much_memory_of_pythons(
    tmp_path: Path, make_sink: Callable[..., gp.Sink]
) -> None:
    sink = make_sink(limits=gp.SinkLimits(message_bytes=64 * MEBIBYTE))
    path = tmp_path / "видео.bin"
    path.write_bytes(bytes(range(256)) * (25 * MEBIBYTE // 256))
    tracemalloc.start()
    try:
        letter = gp.Message(from_="ivan@example.com", to="olga@example.com", subject="Видео", attachments=[path])
        with gp.Mailer(gp.Account(sink.url)) as mailer:
            assert mailer.send(letter).ok
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * MEBIBYTE
    [received] = sink.wait(1)
    assert received.raw == bytes(letter)
    assert received.message.attachments[0].data == path.read_bytes()


def test_a_letter_goes_to_other_processes_as_it_is() -> None:
    letter = gp.Message(from_="ivan@example.com", to="olga@example.com", subject="Счёт", text="x")
    again = pickle.loads(pickle.dumps(letter))
    assert bytes(again) == bytes(letter)
    assert again == letter
    assert hash(again) == hash(letter)
