# SPDX-License-Identifier: BSL-1.0
"""Draws the rows of a terminal, with their escape sequences for colours, as a picture."""
import html
import re
import unicodedata

WIDTH, HEIGHT, MARGIN, BAR = 8.4, 20, 14, 30
BACKGROUND, TITLE, TEXT = "#1c1c1c", "#303030", "#d0d0d0"
FONTS = "'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace"


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


def applied(look, numbers):
    """The look after a sequence with these numbers."""
    numbers = list(numbers)
    while numbers:
        number = numbers.pop(0)
        if number == 0:
            look = {}
        elif number == 1:
            look = {**look, "font-weight": "bold"}
        elif number == 2:
            look = {**look, "opacity": "0.6"}
        elif number == 38 and numbers[:1] == [5]:
            look = {**look, "fill": colour(numbers[1])}
            numbers = numbers[2:]
        elif number == 39:
            look = {name: value for name, value in look.items() if name != "fill"}
    return look


def styled(rows):
    """Of each row the pieces, each with the attributes of its text; a look goes on in the next row."""
    look = {}
    for row in rows:
        pieces = []
        for sequence, text in re.findall(r"\x1b\[([\d;]*)m|([^\x1b]+)", row):
            if text:
                pieces.append((text, look))
            else:
                look = applied(look, [int(n or 0) for n in sequence.split(";")])
        yield pieces


def frame(width, height, title):
    """A window with a title, and nothing in it."""
    yield f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>'
    yield f'<path d="M0 {BAR} V8 Q0 0 8 0 H{width - 8} Q{width} 0 {width} 8 V{BAR} Z" fill="{TITLE}"/>'
    for i, fill in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        yield f'<circle cx="{MARGIN + 6 + 20 * i}" cy="{BAR / 2}" r="6" fill="{fill}"/>'
    yield f'<text x="{width / 2}" y="{BAR / 2 + 5}" text-anchor="middle" font-size="13" opacity="0.7">{html.escape(title)}</text>'


def to_svg(rows, columns, cursor, title):
    top = BAR + MARGIN - 4
    width, height = round(MARGIN * 2 + WIDTH * columns), top + MARGIN + HEIGHT * len(rows)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
           f'font-family="{FONTS}" font-size="14" fill="{TEXT}">',
           *frame(width, height, title),
           f'<rect x="{MARGIN + WIDTH * cursor[0]:.1f}" y="{top + HEIGHT * cursor[1]}" width="{WIDTH}" height="{HEIGHT}" '
           f'fill="{TEXT}" opacity="0.5"/>']
    for i, pieces in enumerate(styled(rows)):
        column = 0
        for text, look in pieces:
            attributes = "".join(f' {name}="{value}"' for name, value in look.items())
            out.append(f'<text xml:space="preserve" x="{MARGIN + WIDTH * column:.1f}" y="{top + HEIGHT * i + 15}" '
                       f'textLength="{WIDTH * cells(text):.1f}"{attributes}>{html.escape(text)}</text>')
            column += cells(text)
    return "\n".join([*out, "</svg>"]) + "\n"
