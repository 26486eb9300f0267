namespace MLNetGen;

/// <summary>The page's looks: light, dark and on paper, from a phone's width up. It holds no ampersand and no less-than sign.</summary>
internal static class PageStyle
{
    // Series colours keep apart for readers with protanopia, deuteranopia and tritanopia, on both backgrounds.
    public const string Css = """
        :root {
          color-scheme: light dark;
          --page: #f5f6f8; --card: #ffffff; --edge: #e2e5ea; --ink: #1b2028; --soft: #5b6472; --grid: #e8eaee; --base: #aeb5c0;
          --warn: #fff6df; --warn-edge: #d99a00; --shade: rgb(27 32 40 / 0.24);
          --s1: #1667c9; --s2: #c7510c; --s3: #1b9878; --s4: #a3328d; --s5: #49275d; --s6: #204811;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --page: #0e1116; --card: #161b22; --edge: #2a313b; --ink: #e8ebf0; --soft: #9aa4b2; --grid: #252c36; --base: #545e6c;
            --warn: #2b2412; --warn-edge: #d9a520; --shade: rgb(0 0 0 / 0.7);
            --s1: #62a8ff; --s2: #ff9350; --s3: #19dfde; --s4: #a8821a; --s5: #e2e292; --s6: #249898;
          }
        }
        * { box-sizing: border-box; }
        [hidden] { display: none; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          margin: 0 auto; padding: 48px 24px 40px; max-width: 1132px;
          background: var(--page); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          overflow-wrap: break-word;
        }
        h1 { margin: 0; font-size: 30px; line-height: 1.2; font-weight: 680; letter-spacing: -0.02em; }
        h2 { margin: 0 0 10px; font-size: 16px; line-height: 1.35; font-weight: 620; letter-spacing: -0.005em; }
        header { margin-bottom: 28px; }
        header p { margin: 6px 0 0; color: var(--soft); font-size: 16px; }
        footer { margin-top: 28px; color: var(--soft); font-size: 13px; }
        .card { background: var(--card); border: 1px solid var(--edge); border-radius: 12px; padding: 20px; }
        .caption { margin: 12px 0 0; color: var(--soft); font-size: 13.5px; }
        .caption a { color: var(--s1); }
        .lost { display: block; margin-top: 8px; color: var(--ink); border-left: 3px solid var(--warn-edge); padding-left: 8px; }
        .note { margin: 0 0 20px; padding: 14px 18px; background: var(--warn); border: 1px solid var(--warn-edge); border-left-width: 5px; border-radius: 8px; white-space: pre-line; }

        .figures { display: grid; grid-template-columns: repeat(var(--across), minmax(0, 1fr)); gap: 16px; margin: 0 0 20px; }
        .figures .card { padding: 15px 18px; }
        .figures dt { color: var(--soft); font-size: 13.5px; }
        .figures dd { margin: 0; }
        .figures .value { font-size: 27px; line-height: 1.3; font-weight: 640; letter-spacing: -0.02em; }
        .figures .unit { font-size: 15px; font-weight: 560; letter-spacing: 0; }
        .figures .caption { font-size: 12.5px; }
        .figures .greyed .value { color: var(--soft); font-weight: 400; }

        .columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px; margin-bottom: 20px; align-items: stretch; }
        .columns .wide { grid-column: 1 / -1; }

        .chart { container-type: inline-size; }
        .legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0 0 12px; padding: 0; list-style: none; color: var(--soft); font-size: 13.5px; }
        .legend i { display: inline-block; width: 16px; margin-right: 7px; vertical-align: 4px; border-top: 3px solid var(--series); border-radius: 2px; }
        .legend i.dash { border-top-style: dotted; }
        .s1 { --series: var(--s1); } .s2 { --series: var(--s2); } .s3 { --series: var(--s3); }
        .s4 { --series: var(--s4); } .s5 { --series: var(--s5); } .s6 { --series: var(--s6); }
        .plot { display: block; width: 100%; height: auto; overflow: visible; }
        .plot text { font-size: 12.5px; fill: var(--soft); font-variant-numeric: tabular-nums; }
        .plot .x, .plot .none { text-anchor: middle; }
        .plot .y { text-anchor: end; dominant-baseline: central; }
        .plot circle { fill: var(--series); }
        .plot .grid { stroke: var(--grid); fill: none; }
        .plot .base { stroke: var(--base); fill: none; }
        .plot .line { stroke: var(--series); stroke-width: 2.25px; stroke-linejoin: round; stroke-linecap: round; fill: none; }
        .plot .bar, .plot .cell { fill: var(--series); }
        .plot .gap { fill: var(--series); fill-opacity: 0.3; }
        .plot .diagonal { stroke: var(--base); stroke-dasharray: 4 4; fill: none; }
        .plot .range { stroke: var(--series); stroke-width: 6px; stroke-linecap: round; stroke-opacity: 0.3; fill: none; }
        .plot text.count { text-anchor: middle; dominant-baseline: central; fill: var(--ink); font-size: 11.5px; }
        .plot text.count.on { fill: var(--card); font-weight: 640; }
        .plot text.slant { text-anchor: start; }
        .plot.confusion { display: block; width: auto; max-width: 100%; margin: 0 auto; }
        .plot .dense { stroke-width: 1.2px; }
        .plot .smooth { fill: none; stroke: var(--series); stroke-width: 2px; stroke-linejoin: round; }
        .plot .line.faint { opacity: 0.3; }
        .ways { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0 0 10px; color: var(--soft); font-size: 13.5px; }
        .ways[hidden] { display: none; }
        .again label { display: inline-flex; align-items: center; gap: 7px; font-size: 14px; }
        .ways label { display: flex; align-items: center; gap: 7px; }
        .ways input, .again input { accent-color: var(--s1); margin: 0; }
        .plot .line.dash { stroke-dasharray: 2 6; }
        .plot text.end { fill: var(--series); font-weight: 640; dominant-baseline: central; stroke: var(--card); stroke-width: 3px; paint-order: stroke; }
        .plot circle.end { stroke: var(--card); stroke-width: 2px; }
        .plot .hit { fill: transparent; }
        .plot .tip { opacity: 0; pointer-events: none; }
        .plot .at:hover .tip { opacity: 1; }
        .plot .tip circle { stroke: var(--card); stroke-width: 2px; }
        .plot .cross { stroke: var(--soft); stroke-dasharray: 3 3; fill: none; }
        .plot .box { fill: var(--card); stroke: var(--base); }
        .plot .tip text { font-size: 12.5px; fill: var(--ink); }
        .plot .tip .head { font-weight: 640; }
        .plot .tip .value { text-anchor: end; }
        .diagram { margin-bottom: 20px; }
        .network { display: block; margin: 0 auto; }
        .network text { font-size: 12px; fill: var(--soft); font-variant-numeric: tabular-nums; }
        .network .label { text-anchor: middle; }
        .network .strong { fill: var(--ink); font-weight: 640; }
        .network .arrow { stroke: var(--soft); stroke-width: 1.4px; fill: none; }
        .network .frame { fill: var(--page); stroke: var(--base); }
        .network .made { --block: var(--s1); } .network .given { --block: var(--s3); }
        .network g path, .network g rect { fill: var(--block); stroke: var(--card); stroke-width: 1px; stroke-linejoin: round; }
        .network .top { fill-opacity: 0.55; } .network .side { fill-opacity: 0.75; }
        .onlynarrow, .onlyphone { display: none; }
        @container (max-width: 800px) { .onlywide text { font-size: 15px; } }
        @container (max-width: 600px) { .onlywide { display: none; } .onlynarrow { display: block; } }
        @container (max-width: 400px) {
          .plot text { font-size: 15px; }
          .narrow { display: none; }
          .onlyphone { display: block; }
          .onlyphone .plot text { font-size: 12.5px; }
        }

        .pictures { text-align: center; display: flex; flex-direction: column; }
        .pictures h2, .pictures .caption { text-align: start; align-self: stretch; }
        .pictures img { display: block; margin: 0 auto; max-width: 100%; height: auto; border-radius: 4px; }
        .pictures .picture { margin: 0 0 auto; }
        img.pixels { image-rendering: pixelated; }
        .label { margin: 8px 0 0; color: var(--soft); font-size: 13.5px; font-variant-numeric: tabular-nums; }
        .controls { display: flex; align-items: center; gap: 12px; max-width: 490px; margin: 10px auto 0; }
        .controls[hidden] { display: none; }
        .controls input { flex: 1; min-width: 0; accent-color: var(--s1); }
        .controls button { width: 36px; height: 36px; flex: none; padding: 0; border: 1px solid var(--edge); border-radius: 50%; background: var(--page); color: var(--ink); cursor: pointer; }
        .controls button::before { content: ""; display: block; width: 12px; height: 14px; margin: 0 auto; background: currentColor; clip-path: polygon(15% 0, 100% 50%, 15% 100%); }
        .controls .playing::before { clip-path: polygon(0 0, 33% 0, 33% 100%, 67% 100%, 67% 0, 100% 0, 100% 100%, 0 100%); }

        /* A shadow at an edge beyond which there is more; at the last of it, the card's colour, which scrolls along, covers it. */
        .scroll {
          overflow: auto; max-height: 800px;
          background:
            linear-gradient(to right, var(--card) 50%, transparent) left / 32px 100% local,
            linear-gradient(to left, var(--card) 50%, transparent) right / 32px 100% local,
            linear-gradient(to right, var(--shade), transparent) left / 12px 100% scroll,
            linear-gradient(to left, var(--shade), transparent) right / 12px 100% scroll;
          background-repeat: no-repeat;
        }
        table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
        th, td { padding: 6px 16px 6px 0; text-align: start; vertical-align: baseline; border-top: 1px solid var(--grid); }
        tr > :last-child { padding-right: 2px; }
        thead th { position: sticky; top: 0; background: var(--card); border-top: 0; box-shadow: inset 0 -1px var(--base); color: var(--soft); font-weight: 560; white-space: nowrap; }
        tbody tr:first-child > * { border-top: 0; }
        .number { text-align: right; white-space: nowrap; }
        .pairs tbody th { width: 42%; color: var(--soft); font-weight: 400; }
        .pairs td { overflow-wrap: anywhere; }
        .halves { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 40px; align-items: start; }

        @media screen and (max-width: 760px) {
          body { padding: 28px 14px; }
          h1 { font-size: 25px; }
          .columns { grid-template-columns: minmax(0, 1fr); gap: 14px; margin-bottom: 14px; }
          .halves { grid-template-columns: minmax(0, 1fr); }
          .halves > :last-child thead { display: none; }
          .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; margin-bottom: 14px; }
          .figures .card { padding: 12px 14px; }
          .figures .card:last-child:nth-child(odd) { grid-column: 1 / -1; }
          .figures .value { font-size: 23px; }
          .card { padding: 16px 14px; }
        }
        @media screen and (max-width: 600px) { img.large { image-rendering: auto; } }

        @media print {
          @page { margin: 14mm; }
          :root { color-scheme: light; --page: #ffffff; }
          body { max-width: none; padding: 0; font-size: 10pt; }
          header { margin-bottom: 14px; }
          .columns, .figures, .note { gap: 10px; margin-bottom: 10px; }
          th, td { padding-top: 3px; padding-bottom: 3px; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); }
          .figures { grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); gap: 10px; }
          .figures .card { padding: 8px 10px; }
          .figures .value { font-size: 14pt; }
          .figures .unit { font-size: 9pt; }
          .card { padding: 12px; break-inside: avoid; }
          .card.table { break-inside: auto; }
          h2 { break-after: avoid; }
          tr { break-inside: avoid; }
          .scroll { overflow: visible; max-height: none; }
          thead th { position: static; }
          .pictures { display: block; }
          .pictures:has(.filmstrip) { grid-column: 1 / -1; }
          .frames { display: grid; grid-template-columns: repeat(auto-fill, minmax(84px, 1fr)); gap: 6px 8px; }
          .frames .label { margin-top: 3px; }
          .frame[hidden] { display: block; }
          .controls, .ways, .again, noscript { display: none; }
        }
        """;
}
