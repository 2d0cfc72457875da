# SPDX-License-Identifier: BSL-1.0
"""Draws the rows of a terminal, with their escape sequences for colours, as a picture."""
import html
import re
import unicodedata

WIDTH, HEIGHT, MARGIN = 8.4, 19, 12
BACKGROUND, TEXT = "#1c1c1c", "#d0d0d0"


def colour(number):
    if number < 16:
        return ("#000000 #cd3131 #0dbc79 #e5e510 #2472c8 #bc3fbc #11a8cd #e5e5e5 "
                "#666666 #f14c4c #23d18b #f5f543 #3b8eea #d670d6 #29b8db #ffffff").split()[number]
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    steps = (0, 95, 135, 175, 215, 255)
    number -= 16
    return "#{:02x}{:02x}{:02x}".format(steps[number // 36], steps[number // 6 % 6], steps[number % 6])


def cells(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def styled(row):
    """The pieces of a row, each with the attributes of a tspan."""
    look = {}
    for sequence, text in re.findall(r"\x1b\[([\d;]*)m|([^\x1b]+)", row):
        numbers = [int(n or 0) for n in sequence.split(";")] if not text else []
        if numbers[:2] == [38, 5]:
            look["fill"] = colour(numbers[2])
        elif numbers == [1]:
            look["font-weight"] = "bold"
        elif numbers == [2]:
            look["opacity"] = "0.6"
        elif numbers in ([0], [39]):
            look = {} if numbers == [0] else {k: v for k, v in look.items() if k != "fill"}
        if text:
            yield text, dict(look)


def to_svg(rows, columns, cursor):
    height = MARGIN * 2 + HEIGHT * len(rows)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{MARGIN * 2 + WIDTH * columns:.0f}" height="{height}" '
           f'font-family="monospace" font-size="14" fill="{TEXT}">',
           f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>',
           f'<rect x="{MARGIN + WIDTH * cursor[0]:.1f}" y="{MARGIN + HEIGHT * cursor[1]}" width="{WIDTH}" height="{HEIGHT}" '
           f'fill="{TEXT}" opacity="0.5"/>']
    for i, row in enumerate(rows):
        column = 0
        for text, look in styled(row):
            attributes = "".join(f' {name}="{value}"' for name, value in look.items())
            out.append(f'<text xml:space="preserve" x="{MARGIN + WIDTH * column:.1f}" y="{MARGIN + HEIGHT * i + 14}" '
                       f'textLength="{WIDTH * cells(text):.1f}"{attributes}>{html.escape(text)}</text>')
            column += cells(text)
    return "\n".join([*out, "</svg>"]) + "\n"
