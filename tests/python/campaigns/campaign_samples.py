"""A small list and a small template."""

from gatepost.campaigns import Template

TEMPLATE = Template(subject="Привет, {{ name }}!", text="Здравствуйте, {{ name }}.")
PEOPLE = [{"email": f"user{i}@example.com", "name": f"Имя{i}"} for i in range(1, 11)]
