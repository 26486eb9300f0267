#!/usr/bin/env python3
"""Runs a command and draws its output as an animated SVG, a line appearing when it was printed (time runs faster, evenly).
   build/record.py docs/pictures/demo.svg './mlnetgen demo'"""
import html, subprocess, sys, textwrap, time

SECONDS, REST, COLUMNS, LINE, CHARACTER, MARGIN = 12, 6, 122, 19, 7.3, 18

def record(command):
    start, lines = time.time(), [(0.0, '$ ' + command)]
    process = subprocess.Popen(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines += [(time.time() - start, line.rstrip('\n')) for line in process.stdout]
    if process.wait() != 0:
        sys.exit(f'{command} ended with {process.returncode}')
    return lines

def draw(lines):
    last = lines[-1][0] or 1
    rows = [(at * SECONDS / last, part) for at, text in lines for part in textwrap.wrap(text, COLUMNS, subsequent_indent='    ') or ['']]
    width, height, whole = MARGIN * 2 + COLUMNS * CHARACTER, MARGIN * 2 + LINE * len(rows) + 8, SECONDS + REST
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" font-family="DejaVu Sans Mono,Consolas,Menlo,monospace" font-size="12">',
           f'<rect width="{width:.0f}" height="{height}" rx="8" fill="#1b2028"/>']
    for number, (at, text) in enumerate(rows):
        color = '#8fd6a8' if text.startswith('$') else '#dfe4ec'
        # Without animations, all lines are there.
        appear = '' if at == 0 else f'<animate attributeName="opacity" values="0;0;1;1" keyTimes="0;{at / whole:.4f};{at / whole + .001:.4f};1" dur="{whole}s" repeatCount="indefinite"/>'
        out.append(f'<text x="{MARGIN}" y="{MARGIN + 12 + LINE * number}" fill="{color}" xml:space="preserve">{html.escape(text)}{appear}</text>')
    return '\n'.join(out) + '\n</svg>\n'

if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    picture = draw(record(sys.argv[2]))
    with open(sys.argv[1], 'w', encoding='utf-8') as file:
        file.write(picture)
