"""Makes the list and the logo of `gatepost demo` (python/gatepost/demo). Always the same bytes.

2,000 rows that a letter goes to, and 60 with the ordinary dirt of real lists. All domains but test.ru are reserved
(RFC 2606), so nothing of it can reach anybody.
"""

from __future__ import annotations

import csv
import random
import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "python" / "gatepost" / "demo"
SENDABLE = 2000
COLUMNS = ["email", "name", "surname", "city", "amount", "invoice"]

MEN = [
    "Александр", "Алексей", "Андрей", "Артём", "Борис", "Вадим", "Виктор", "Глеб", "Григорий", "Дмитрий", "Евгений",
    "Егор", "Иван", "Игорь", "Илья", "Кирилл", "Лев", "Максим", "Михаил", "Никита", "Олег", "Павел", "Пётр", "Роман",
    "Сергей", "Тимур", "Фёдор", "Юрий", "Ярослав",
]  # fmt: skip
WOMEN = [
    "Алёна", "Алина", "Анастасия", "Анна", "Валентина", "Вера", "Виктория", "Галина", "Дарья", "Екатерина", "Елена",
    "Жанна", "Зоя", "Ирина", "Ксения", "Лариса", "Любовь", "Людмила", "Марина", "Мария", "Надежда", "Наталья", "Нина",
    "Ольга", "Полина", "Светлана", "София", "Татьяна", "Юлия", "Яна",
]  # fmt: skip
SURNAMES = [
    "Иванов", "Смирнов", "Кузнецов", "Попов", "Васильев", "Петров", "Соколов", "Михайлов", "Новиков", "Фёдоров",
    "Морозов", "Волков", "Алексеев", "Лебедев", "Семёнов", "Егоров", "Павлов", "Козлов", "Степанов", "Николаев",
    "Орлов", "Андреев", "Макаров", "Никитин", "Захаров", "Зайцев", "Соловьёв", "Борисов", "Яковлев", "Григорьев",
    "Щукин", "Жуков", "Цветков", "Чернов", "Юдин", "Ёлкин",
]  # fmt: skip
CITIES = [
    "Москва", "Санкт-Петербург", "Новосибирск", "Екатеринбург", "Казань", "Нижний Новгород", "Челябинск", "Самара",
    "Омск", "Ростов-на-Дону", "Уфа", "Красноярск", "Пермь", "Воронеж", "Волгоград", "Орёл", "Йошкар-Ола", "Щёлково",
]  # fmt: skip
DOMAINS = ["mail.example"] * 6 + ["post.example"] * 5 + ["inbox.example"] * 3 + ["почта.example"] + ["компания.example"]
LATIN = dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)) | {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ь": "", "ъ": "", " ": "",
}  # fmt: skip

# How many of each kind the gate treats in its own way (see demo/gate.py); the first part of the address tells.
SPECIAL = {"gone": 24, "unsub": 18, "full": 9, "dead": 12, "stop": 8, "busy": 10, "rate": 1, "held": 1}


def latin(text: str) -> str:
    return "".join(LATIN.get(c, c) for c in text.lower())


def person(dice: random.Random, number: int) -> dict[str, str]:
    woman = dice.random() < 0.5
    name = dice.choice(WOMEN if woman else MEN)
    surname = dice.choice(SURNAMES) + ("а" if woman else "")
    return {
        "email": f"{latin(name)}.{latin(surname)}{number}@{dice.choice(DOMAINS)}",
        "name": name,
        "surname": surname,
        "city": dice.choice(CITIES),
        "amount": f"{dice.randrange(300, 90_000)},{dice.randrange(100):02}",
        "invoice": f"INV-{2025_0000 + number}" if number % 25 == 0 else "",
    }


def people(dice: random.Random) -> list[dict[str, str]]:
    rows = [person(dice, number) for number in range(1, SENDABLE + 1)]
    places = iter(dice.sample(range(SENDABLE), sum(SPECIAL.values()) + 240))
    for kind, count in SPECIAL.items():
        for place in [next(places) for _ in range(count)]:
            domain = "no-such-domain.example" if kind == "gone" and place % 3 == 0 else "mail.example"
            rows[place]["email"] = f"{kind}.{rows[place]['email'].split('@')[0]}@{domain}"
    for place in [next(places) for _ in range(120)]:
        rows[place]["email"] = rows[place]["email"].split("@")[0] + "@corp.example"  # a gate that greylists
    for place in [next(places) for _ in range(120)]:
        rows[place]["name"] = ""
    rows[4]["email"] = "test@test.ru"
    rows[11]["email"] = "иван.щукин@почта.example"  # needs SMTPUTF8
    rows[11] |= {"name": "Иван", "surname": "Щукин"}
    rows[17]["email"] = "blocked.by.us@mail.example"  # on the suppression list of the demo
    rows[23] |= {"email": "Ирина Ёлкина <irina@компания.example>", "name": "Ирина", "surname": "Ёлкина"}
    return rows


def with_dirt(dice: random.Random, rows: list[dict[str, str]]) -> list[list[str]]:
    lines = [[row[column] for column in COLUMNS] for row in rows]
    bad = ["нет", "ivan.petrov.mail.example", "anna@", "@mail.example", "olga@@mail.example", "a b@mail.example",
           "petr@mail..example", "мария@", "", "yulia@-mail.example"]  # fmt: skip
    dirt: list[list[str]] = []
    for index in range(20):
        dirt.append([bad[index % len(bad)], *lines[dice.randrange(SENDABLE)][1:]])
    for _ in range(30):
        copy = list(lines[dice.randrange(24, SENDABLE)])
        copy[0] = copy[0].upper() if dice.random() < 0.5 and copy[0].isascii() else f" {copy[0]} "
        dirt.append(copy)
    for index in range(10):
        shifted = list(lines[dice.randrange(24, SENDABLE)])
        shifted[0] = f"shifted{index}@mail.example"
        dirt.append([*shifted, "лишнее"] if index % 2 else shifted[:3])
    for line in dirt:
        lines.insert(dice.randrange(30, len(lines)), line)
    return lines


def logo() -> bytes:
    """An envelope between two gate posts, 128 x 64, 8-bit RGB PNG."""
    width, height = 128, 64
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += bytes(pixel(x, y))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(rows), 9)),
        (b"IEND", b""),
    )
    png = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        png += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return png


def pixel(x: int, y: int) -> tuple[int, int, int]:
    paper, ink, post = (255, 255, 255), (22, 83, 126), (214, 120, 40)
    if (6 <= x < 16 or 112 <= x < 122) and 4 <= y < 60:
        return post
    if 30 <= x < 98 and 14 <= y < 50:
        edge = x in (30, 31, 96, 97) or y in (14, 15, 48, 49)
        flap = abs((y - 14) * 34 // 18 - min(x - 30, 97 - x)) <= 1 and y < 34
        return ink if edge or flap else (232, 241, 248)
    return paper


def main() -> None:
    dice = random.Random(20251001)
    FOLDER.mkdir(exist_ok=True)
    with open(FOLDER / "people.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(with_dirt(dice, people(dice)))
    (FOLDER / "logo.png").write_bytes(logo())


if __name__ == "__main__":
    main()
