using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console.Rendering;

namespace MLNetGen.Cli;

/// <summary>
/// One line at the foot of the terminal, drawn anew as work goes on. Until it is disposed, whatever the program writes to the console, also from a library, goes above it, whole lines at a time.
/// </summary>
/// <remarks>Where Spectre.Console's live display leaves debris (a line that the terminal wraps, one that it has wrapped since because it was made narrower, what a library writes to standard error), this does not.</remarks>
internal sealed class LiveLine : IDisposable
{
    // Codes that terminals since the VT100 know.
    private const string ClearLine = "\r\e[K", Up = "\e[A";

    private readonly TextWriter output = Console.Out, errors = Console.Error;
    // Console.Out gives them wrapped.
    private readonly List<Above> above = [];
    private readonly Lock oneAtATime = new();
    private readonly PosixSignalRegistration? resized;
    private Func<int, string> line = _ => "";
    private int shown;

    public LiveLine()
    {
        Console.SetOut(Redirect(output));
        if (!Console.IsErrorRedirected)
            Console.SetError(Redirect(errors));
        // Windows has no such signal: there the next step draws it.
        if (!OperatingSystem.IsWindows())
            resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Draw());
    }

    /// <summary>Draws it anew.</summary>
    /// <param name="text">Makes it for a terminal of that many columns; what is longer is cut.</param>
    public void Show(Func<int, string> text)
    {
        line = text;
        Draw();
    }

    /// <summary>Leaves the line as it was last shown, and gives the console back.</summary>
    public void Dispose()
    {
        resized?.Dispose();
        lock (oneAtATime)
        {
            foreach (Above writer in above) writer.End();
            Console.SetOut(output);
            Console.SetError(errors);
            if (shown > 0)
                output.WriteLine();
            shown = 0;
        }
    }

    private Above Redirect(TextWriter target)
    {
        Above writer = new(this, target);
        above.Add(writer);
        return writer;
    }

    private void Draw()
    {
        lock (oneAtATime)
        {
            int width = Width();
            // A line that fills the last column is wrapped by some terminals.
            string text = Fit(line(width - 1), width - 1);
            Erase(width);
            output.Write(text);
            output.Flush();
            shown = new Segment(text).CellCount();
        }
    }

    // A terminal that was made narrower has wrapped what was shown.
    private void Erase(int width)
    {
        if (shown > 0)
            output.Write(ClearLine + string.Concat(Enumerable.Repeat(Up + ClearLine, (shown - 1) / width)));
        shown = 0;
    }

    private void WriteAbove(TextWriter target, string lines)
    {
        lock (oneAtATime)
        {
            bool isShown = shown > 0;
            Erase(Width());
            output.Flush();
            target.Write(lines);
            target.Flush();
            if (isShown)
                Draw();
        }
    }

    private static string Fit(string text, int columns)
    {
        Segment all = new(string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)));
        return all.CellCount() <= columns ? all.Text : Segment.Truncate(all, columns - 1)?.Text + "…";
    }

    private static int Width()
    {
        try
        {
            return Math.Max(2, Console.WindowWidth);
        }
        catch (IOException)
        {
            return 80;
        }
    }

    /// <summary>Keeps what is written until its line has ended.</summary>
    private sealed class Above(LiveLine live, TextWriter target) : TextWriter
    {
        private readonly StringBuilder unfinished = new();

        public override Encoding Encoding => target.Encoding;

        public override void Write(char value) => Write([value]);

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(ReadOnlySpan<char> buffer)
        {
            string lines;
            lock (unfinished)
            {
                unfinished.Append(buffer);
                string all = unfinished.ToString();
                int end = all.LastIndexOf('\n') + 1;
                if (end == 0)
                    return;
                lines = all[..end];
                unfinished.Remove(0, end);
            }
            live.WriteAbove(target, lines);
        }

        public void End()
        {
            if (unfinished.Length > 0)
                live.WriteAbove(target, unfinished + Environment.NewLine);
        }
    }
}
