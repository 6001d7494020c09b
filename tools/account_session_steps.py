"""What a newcomer types in a first hour with `gatepost account`, and what is said of it in English and Russian."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "correct horse"
QUOTA = "550 5.4.5 Daily user sending quota exceeded"


@dataclass(frozen=True)
class Step:
    """What is said first, what is typed, what answers the question for a password, and what the server does then."""

    words: dict[str, str]
    command: dict[str, str] | str = ""
    password: str = ""
    refused: str = ""  # the reply to MAIL from now on


def both(english: str, russian: str) -> dict[str, str]:
    """A text in both languages."""
    return {"en": english, "ru": russian}


ADD = both(
    "gatepost account add news --host localhost --port 2525 --security starttls --ca ca.pem --login ivan"
    ' --sender "News <news@example.com>" --set limits.per_hour=3',
    "gatepost account add news --host localhost --port 2525 --security starttls --ca ca.pem --login ivan"
    ' --sender "Новости <news@example.com>" --set limits.per_hour=3',
)
SEND = both(
    'gatepost send --account news --to olga@example.com --subject "Invoice" --text "Hello, Olga"',
    'gatepost send --account news --to olga@example.com --subject "Счёт" --text "Здравствуйте, Ольга"',
)
STEPS = (
    Step(
        both(
            "An account is saved once it has connected and logged in. With a wrong password it is not:",
            "Учётная запись сохраняется, когда она подключилась и вошла. С неверным паролем не сохраняется:",
        ),
        ADD,
        password="wrong horse",
    ),
    Step(
        both(
            "With the right one it is. The password is asked for and stands in no file as it is:",
            "С верным сохраняется. Пароль спрашивается и ни в одном файле не лежит открыто:",
        ),
        ADD,
        password=PASSWORD,
    ),
    Step(
        both(
            "A check can be had at any time, with a test letter if you like:",
            "Проверить можно когда угодно, и пробным письмом тоже:",
        ),
        "gatepost account check news --send-to ivan@example.com",
    ),
    Step(both("A letter:", "Письмо:"), SEND),
    Step(
        both(
            "How does the account stand? The test letter counts, as the server counts it too:",
            "Как дела у учётной записи? Пробное письмо посчитано: сервер его тоже считает:",
        ),
        "gatepost account list",
    ),
    Step(both("One more:", "Ещё одно:"), SEND),
    Step(
        both(
            "A fourth letter in this hour would have to wait; who does not want to, says how long at most:",
            "Четвёртому письму за этот час пришлось бы ждать; кто не хочет, говорит, сколько готов:",
        ),
        {lang: command + " --timeout 1" for lang, command in SEND.items()},
    ),
    Step(
        both("Let the limit be higher:", "Поднимем ограничение:"),
        "gatepost account edit news --set limits.per_hour=200",
    ),
    Step(
        both(
            "Somebody wants nothing to be sent for a while, from no program:",
            "Кто-то просит пока ничего не отправлять, ни из одной программы:",
        ),
        both(
            'gatepost account pause news --why "until the contract is signed" --until 2h',
            'gatepost account pause news --why "ждём договор" --until 2ч',
        ),
    ),
    Step(both("", ""), SEND),
    Step(both("It may go on:", "Можно продолжать:"), "gatepost account resume news"),
    Step(both("", ""), SEND),
    Step(
        both(
            "Servers have limits of their own. What a server says of the account pauses it, with an end:",
            "У серверов бывают свои ограничения. Слова сервера об учётной записи приостанавливают её, на время:",
        ),
        SEND,
        refused=QUOTA,
    ),
    Step(both("", ""), "gatepost account list"),
    Step(
        both("Its log has the words themselves:", "Сами слова есть в журнале:"),
        "gatepost account log news | tail -n 1 | fold -s",
    ),
    Step(both("All that is known of it:", "Всё, что о ней известно:"), "gatepost account show news"),
)
HEADS = both(
    "# A first hour with accounts\n\nWhat a newcomer types and sees, recorded in a terminal of 80 columns;"
    " [по-русски](accounts-session.ru.md). What each command\ncan do: [accounts.md](accounts.md).\n",
    "# Первый час с учётными записями\n\nЧто набирает и видит новичок, записано в терминале шириной 80 знаков;"
    " [in English](accounts-session.md). Что умеет каждая\nкоманда: [accounts.md](accounts.md). Язык берётся из"
    " настроек системы или из `GATEPOST_LANG=ru`.\n",
)
