using System.Globalization;
using System.Text;

namespace MLNetGen;

/// <summary>What the page's pictures need to be stepped through, its charts to be smoothed and seen by their logarithm, and the page of a run that goes on to read itself again. It holds no ampersand and no less-than sign, so that the page stays well-formed.</summary>
internal static class PageScript
{
    public const string JavaScript = """
        for (const strip of document.querySelectorAll('.filmstrip')) {
          const controls = strip.querySelector('.controls');
          if (!controls) continue;
          const frames = [...strip.querySelectorAll('.frame')];
          const slider = controls.querySelector('input');
          const play = controls.querySelector('button');
          const last = frames.length - 1;
          let timer = 0;
          const show = index => {
            slider.value = index;
            slider.setAttribute('aria-valuetext', frames[index].textContent);
            frames.forEach((frame, i) => { frame.hidden = i !== index; });
          };
          const stop = () => {
            clearInterval(timer);
            timer = 0;
            play.classList.remove('playing');
            play.setAttribute('aria-label', 'Play');
          };
          slider.addEventListener('input', () => { stop(); show(+slider.value); });
          play.addEventListener('click', () => {
            if (timer) { stop(); return; }
            if (+slider.value === last) show(0);
            play.classList.add('playing');
            play.setAttribute('aria-label', 'Pause');
            timer = setInterval(() => {
              show(+slider.value + 1);
              if (+slider.value === last) stop();
            }, 400);
          });
          show(last);
          controls.hidden = false;
        }

        // What is chosen lasts while an open page reads itself again.
        const kept = {
          get: key => { try { return sessionStorage.getItem(location.pathname + key); } catch { return null; } },
          set: (key, value) => { try { sessionStorage.setItem(location.pathname + key, value); } catch { } },
        };
        const again = document.querySelector('.again');
        if (again) {
          const wanted = again.querySelector('input');
          let timer = 0;
          const turn = () => {
            clearTimeout(timer);
            if (wanted.checked) timer = setTimeout(() => location.reload(), 1000 * again.dataset.seconds);
          };
          wanted.checked = kept.get(' again') !== 'false';
          wanted.addEventListener('change', () => { kept.set(' again', wanted.checked); turn(); });
          turn();
          again.hidden = false;
        }
        for (const chart of document.querySelectorAll('.chart')) {
          const controls = chart.querySelector('.ways');
          if (!controls) continue;
          const title = chart.querySelector('h2').textContent;
          const logarithm = controls.querySelector('input[type=checkbox]');
          const smoothing = controls.querySelector('input[type=range]');
          const axes = [...chart.querySelectorAll('.axis')];
          const turn = () => axes.forEach((axis, i) => { axis.hidden = (i === 1) !== logarithm.checked; });
          if (logarithm) {
            logarithm.checked = kept.get(title + ' log') === 'true';
            logarithm.addEventListener('change', () => { kept.set(title + ' log', logarithm.checked); turn(); });
            turn();
          }
          // An exponential moving average, without the pull of its beginning.
          const smooth = () => {
            const share = +smoothing.value;
            chart.querySelectorAll('path.smooth').forEach(path => path.remove());
            for (const path of chart.querySelectorAll('path.line')) {
              path.classList.toggle('faint', share > 0);
              if (share === 0) continue;
              const [xs, ys] = [[], []];
              path.getAttribute('d').slice(1).split('L').forEach(point => { const [x, y] = point.split(' '); xs.push(x); ys.push(+y); });
              let mean = 0, weight = 0;
              const points = ys.map((y, i) => {
                mean = share * mean + (1 - share) * y;
                weight = share * weight + 1 - share;
                return xs[i] + ' ' + (mean / weight).toFixed(2);
              });
              const drawn = path.cloneNode();
              drawn.classList.remove('faint', 'line');
              drawn.classList.add('smooth');
              drawn.setAttribute('d', 'M' + points.join('L'));
              path.after(drawn);
            }
          };
          if (smoothing) {
            smoothing.value = kept.get(title + ' smoothing') ?? 0;
            smoothing.addEventListener('input', () => { kept.set(title + ' smoothing', smoothing.value); smooth(); });
            smooth();
          }
          controls.hidden = false;
        }
        """;
}

/// <summary>How a chart can be seen: by its values' logarithm, and smoothed. Shown where scripts run.</summary>
internal static class ChartControls
{
    // Fewer need no smoothing.
    private const int FewestSmoothed = 20;

    public static string Of(LineChart chart, IReadOnlyList<ChartSeries> series)
    {
        bool isLong = series.Any(one => one.Points.Count(ChartSeries.IsDrawn) >= FewestSmoothed);
        return !chart.HasLogarithm && !isLong ? "" : "<div class=\"ways\" hidden=\"hidden\">"
            + (chart.HasLogarithm ? "<label><input type=\"checkbox\"/> logarithm</label>" : "")
            + (isLong ? "<label>smoothing <input type=\"range\" min=\"0\" max=\"0.98\" step=\"0.02\" value=\"0\"/></label>" : "")
            + "</div>\n";
    }
}

/// <summary>
/// Invisible columns over a plot, one an x value: pointing at one (or tapping it) shows a line, the points and
/// their values. Style sheets do the showing, so it works without scripts.
/// </summary>
internal static class ChartTooltips
{
    private const int MaxColumns = 100;
    private const double RowHeight = 19;
    private const double CharacterWidth = 7.1;

    public static void Append(StringBuilder svg, PlotArea area, string xLabel, IReadOnlyList<ChartSeries> series)
    {
        var values = series.Select(one => one.Points.Where(ChartSeries.IsDrawn)
            .GroupBy(p => p.X).ToDictionary(g => g.Key, g => g.Last().Y)).ToArray();
        double[] all = [.. values.SelectMany(v => v.Keys).Distinct().Order()];
        double[] shown = [.. EvenChoice.Of(all.Length, MaxColumns).Select(i => all[i])];

        for (int i = 0; i < shown.Length; i++)
        {
            double x = area.X(shown[i]);
            double left = i == 0 ? area.Left : (area.X(shown[i - 1]) + x) / 2;
            double right = i == shown.Length - 1 ? area.Right : (x + area.X(shown[i + 1])) / 2;
            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"at\"><rect class=\"hit\" x=\"{left:0.##}\" y=\"{area.Top:0.##}\" width=\"{right - left:0.##}\" height=\"{area.Bottom - area.Top:0.##}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"tip\"><path class=\"cross\" d=\"M{x:0.##} {area.Top:0.##}V{area.Bottom:0.##}\"/>");
            AppendBox(svg, area, x, shown[i], xLabel, series, values);
            svg.Append("</g></g>\n");
        }
    }

    private static void AppendBox(StringBuilder svg, PlotArea area, double x, double at, string xLabel,
        IReadOnlyList<ChartSeries> series, Dictionary<double, double>[] values)
    {
        string heading = $"{xLabel} {Html.Value(at)}";
        var rows = new List<(int Index, string Name, string Value)>();
        for (int i = 0; i < series.Count; i++)
        {
            if (values[i].TryGetValue(at, out double y))
            {
                rows.Add((i, series[i].Name, Html.Value(y)));
                svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"{LineChart.SeriesClass(i)}\" cx=\"{x:0.##}\" cy=\"{area.Y(y):0.##}\" r=\"4\"/>");
            }
        }

        int longest = rows.Select(r => r.Name.Length + r.Value.Length + 5).Append(heading.Length).Max();
        double width = longest * CharacterWidth + 20;
        double height = (rows.Count + 1) * RowHeight + 12;
        double left = x < (area.Left + area.Right) / 2 ? x + 12 : x - 12 - width;
        double top = area.Top + 4;
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"box\" x=\"{left:0.##}\" y=\"{top:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\" rx=\"6\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"head\" x=\"{left + 10:0.##}\" y=\"{top + RowHeight:0.##}\">{Html.Escape(heading)}</text>");
        for (int row = 0; row < rows.Count; row++)
        {
            double y = top + RowHeight * (row + 2);
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"{LineChart.SeriesClass(rows[row].Index)}\" cx=\"{left + 14:0.##}\" cy=\"{y - 4:0.##}\" r=\"4\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{left + 24:0.##}\" y=\"{y:0.##}\">{Html.Escape(rows[row].Name)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"value\" x=\"{left + width - 10:0.##}\" y=\"{y:0.##}\">{rows[row].Value}</text>");
        }
    }
}
